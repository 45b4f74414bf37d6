"""A mail goes out by a real SMTP server, and what the server says decides what follows."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage

import hypothesis
import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from server.core.settings import Settings
from server.notifications import gateway
from server.notifications.rules.emails import Email
from shared_models.addresses import normal_address

EMAIL = Email(id="018f", to="ann@example.com", subject="Grüße", text="Plain ✓", html="<p>Rich ✓</p>")


class Postman:
    """Takes mails, or answers with a code of its own."""

    def __init__(self) -> None:
        self.answer, self.taken = "250 OK", list[EmailMessage]()
        self.recipients = list[list[str]]()

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, _: list[str]) -> str:
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.taken.append(message)
        self.recipients.append(envelope.rcpt_tos)
        return "250 OK"


@pytest.fixture
async def postman(settings: Settings) -> AsyncIterator[Postman]:
    """A mail server on this machine that the settings point at."""
    postman = Postman()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(postman, hostname="mail.example", loop=loop), "127.0.0.1", 0)
    async with server:
        settings.smtp_url = SecretStr(f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        yield postman


async def test_a_mail_arrives_with_both_forms_and_an_id_that_stays_the_same(
    settings: Settings, postman: Postman
) -> None:
    settings.mail_from = "EstoSpaces <hello@home.example>"
    for _ in range(2):
        await gateway.send(settings, EMAIL)
    first, again = postman.taken
    assert first["Message-ID"] == again["Message-ID"] == "<018f@home.example>"
    assert (first["To"], first["From"], first["Subject"]) == ("ann@example.com", settings.mail_from, "Grüße")
    text, html = (first.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    assert (text.get_content().strip(), html.get_content().strip()) == ("Plain ✓", "<p>Rich ✓</p>")


@pytest.mark.parametrize(("answer", "error"), [("550 no such box", gateway.Refused), ("451 later", gateway.Postponed)])
async def test_what_is_refused_for_good_is_told_from_what_may_work_later(
    settings: Settings, postman: Postman, answer: str, error: type[Exception]
) -> None:
    postman.answer = answer
    with pytest.raises(error) as caught:
        await gateway.send(settings, EMAIL)
    assert "ann@example.com" not in str(caught.value)


NAMES = st.from_regex(r"[a-zA-Z0-9_#$&'*+/=?^{}~-]{1,20}(\.[a-zA-Z0-9_#$&'*+/=?^{}~-]{1,20}){0,2}", fullmatch=True)
DOMAINS = st.lists(st.text("abcäöé例え19", min_size=1, max_size=12), min_size=2, max_size=4).map(".".join)


async def test_whatever_address_is_taken_the_mail_has_exactly_that_recipient(
    settings: Settings, postman: Postman
) -> None:
    """Hypothesis draws the addresses beforehand: one connection each, all in this event loop."""
    drawn = set[str]()

    @hypothesis.settings(max_examples=300, database=None)
    @given(NAMES, DOMAINS)
    def draw(name: str, domain: str) -> None:
        with suppress(ValueError):
            drawn.add(normal_address(f"{name}@{domain}"))

    draw()
    assert len(drawn) > 50
    for address in sorted(drawn):
        await gateway.send(settings, replace(EMAIL, to=address))
        assert postman.recipients.pop() == [address]
        header = postman.taken.pop()["To"]
        assert [one.addr_spec for one in header.addresses] == [address]


@pytest.mark.parametrize("sandbox", [False, True], ids=["SMTP", "sandbox"])
@pytest.mark.parametrize("address", ["x,tenant@example.com", "<x>@example.com", "a@müller.de", "A@example.com", ""])
async def test_an_address_from_before_gets_no_mail_and_is_not_written_into_the_log(
    settings: Settings, postman: Postman, capsys: pytest.CaptureFixture[str], address: str, sandbox: bool
) -> None:
    if sandbox:
        settings.smtp_url = None
    with pytest.raises(gateway.Refused) as caught:
        await gateway.send(settings, replace(EMAIL, to=address))
    said = capsys.readouterr().out
    assert "mail_address_refused" in said
    assert "example.com" not in said + str(caught.value)
    assert postman.taken == []


async def test_a_server_that_is_away_is_tried_again_later(settings: Settings) -> None:
    settings.smtp_url = SecretStr("smtp://127.0.0.1:1")
    with pytest.raises(gateway.NotReached):
        await gateway.send(settings, EMAIL)
