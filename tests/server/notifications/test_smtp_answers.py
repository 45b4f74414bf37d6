"""What a mail server answers, at each stage of the talk, decides whether a mail is tried again, and what is said of it.

A server that follows a script answers over a real socket: one stage is answered with a code, or by hanging up.
"""

import asyncio
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from server.core.retries import FailedForGood, NeedsAttention
from server.core.settings import Settings
from server.notifications import gateway
from server.notifications.rules.emails import Email

EMAIL = Email(id="018f", to="ann@example.com", subject="Hello", text="Plain", html="<p>Rich</p>")
STAGES = ("banner", "ehlo", "auth", "mail", "rcpt", "data", "end")
OF_THE_SENDER = {530, 534, 535, 538}
"""RFC 4954, 6: what is wrong is how we sign in, not the mail."""
HANG_UP = 0


class ScriptedServer:
    """Takes every mail, but for the stage that is answered otherwise."""

    def __init__(self) -> None:
        self.answers = {"banner": 220, "ehlo": 250, "auth": 235, "mail": 250, "rcpt": 250, "data": 354, "end": 250}
        self.answers["starttls"] = 454
        self.offers, self.taken = "AUTH PLAIN", 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if not await self._say(writer, "banner"):
                return
            while line := await reader.readline():
                word = line.split()[0].lower().decode(errors="replace")
                if word not in self.answers and word != "helo":  # QUIT, RSET, or what is no SMTP
                    writer.write(b"250 as you wish\r\n")
                elif not await self._say(writer, "ehlo" if word == "helo" else word):
                    return
                elif word == "data" and self.answers["data"] == 354:
                    await reader.readuntil(b"\r\n.\r\n")
                    self.taken += self.answers["end"] == 250
                    if not await self._say(writer, "end"):
                        return
        finally:
            writer.close()

    async def _say(self, writer: asyncio.StreamWriter, stage: str) -> bool:
        code = self.answers[stage]
        if code == HANG_UP:
            return False
        more = f"-mail.example\r\n250 {self.offers}" if (stage, code) == ("ehlo", 250) else " of ann@example.com"
        writer.write(f"{code}{more}\r\n".encode())
        await writer.drain()
        return True


@pytest.fixture
async def scripted(settings: Settings) -> AsyncIterator[ScriptedServer]:
    """A mail server that the settings point at, with a password."""
    scripted = ScriptedServer()
    server = await asyncio.start_server(scripted.talk, "127.0.0.1", 0)
    async with server:
        settings.smtp_url = SecretStr(f"smtp://house:sesame@127.0.0.1:{server.sockets[0].getsockname()[1]}")
        yield scripted


async def outcome(settings: Settings) -> type[Exception] | None:
    """What comes of sending a mail; it never says to whom, nor the password."""
    (problem,) = await asyncio.gather(gateway.send(settings, EMAIL), return_exceptions=True)
    assert problem is None or isinstance(problem, gateway.NotSent)
    assert "ann@" not in repr(problem)
    assert "sesame" not in repr(problem)
    return None if problem is None else type(problem)


async def test_a_server_that_says_yes_takes_the_mail_once(settings: Settings, scripted: ScriptedServer) -> None:
    assert await outcome(settings) is None
    assert scripted.taken == 1


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("code", [421, 450, 451, 452, 454])
async def test_a_code_of_the_fours_is_a_no_for_now(
    settings: Settings, scripted: ScriptedServer, stage: str, code: int
) -> None:
    scripted.answers[stage] = code
    assert await outcome(settings) is gateway.Postponed
    assert scripted.taken == 0


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("code", [500, 502, 521, 530, 534, 535, 538, 550, 552, 553, 554, 556])
async def test_a_code_of_the_fives_is_a_no_for_good_unless_it_is_about_how_we_sign_in(
    settings: Settings, scripted: ScriptedServer, stage: str, code: int
) -> None:
    scripted.answers[stage] = code
    ours = stage == "auth" or code in OF_THE_SENDER
    assert await outcome(settings) is (gateway.SignInRefused if ours else gateway.Refused)
    assert scripted.taken == 0


@pytest.mark.parametrize("stage", STAGES)
async def test_a_server_that_hangs_up_was_not_reached(settings: Settings, scripted: ScriptedServer, stage: str) -> None:
    scripted.answers[stage] = HANG_UP
    assert await outcome(settings) is gateway.NotReached


async def test_a_server_that_offers_no_way_to_sign_in_is_the_operators_business(
    settings: Settings, scripted: ScriptedServer
) -> None:
    scripted.offers = "8BITMIME"
    assert await outcome(settings) is gateway.SignInRefused


async def test_a_server_that_talks_nonsense_may_be_another_one_later(
    settings: Settings, scripted: ScriptedServer
) -> None:
    scripted.answers["mail"] = 99
    assert await outcome(settings) is gateway.Postponed


@pytest.mark.parametrize("scheme", ["smtps", "smtp"])
async def test_a_line_that_cannot_be_made_secret_is_the_operators_business(
    settings: Settings, scripted: ScriptedServer, scheme: str
) -> None:
    assert settings.smtp_url is not None
    settings.smtp_url = SecretStr(settings.smtp_url.get_secret_value().replace("smtp", scheme, 1))
    scripted.offers, scripted.answers["starttls"] = "STARTTLS", 220  # and then it talks on as before
    assert await outcome(settings) is gateway.NotSecured
    assert scripted.taken == 0


async def test_nobody_listens_at_the_port(settings: Settings) -> None:
    settings.smtp_url = SecretStr("smtp://127.0.0.1:1")
    assert await outcome(settings) is gateway.NotReached


def test_only_what_is_refused_is_not_tried_again() -> None:
    kinds = set(gateway.NotSent.__subclasses__())
    assert {kind for kind in kinds if issubclass(kind, FailedForGood)} == {gateway.Refused}
    assert {kind for kind in kinds if issubclass(kind, NeedsAttention)} == {gateway.SignInRefused, gateway.NotSecured}
