"""The way of a mail out: an SMTP server, or the sandbox's inbox where none is set. No transaction is open meanwhile."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

import aiosmtplib
import httpx
import structlog

from server.core.settings import Settings
from server.notifications.rules.letters import Letter
from shared_models.addresses import normal_address

PATIENCE_SECONDS = 30
log = structlog.get_logger(__name__)


class Refused(Exception):
    """The mail will never be taken: there is no such mailbox, or it is not wanted there."""


class NotReached(Exception):
    """The mail was not taken now; later it may be."""


async def send(settings: Settings, letter: Letter) -> None:
    """Hand a mail over to the one mailbox it is for. Raises Refused, NotReached."""
    _check_recipient(letter)
    if settings.smtp_url is not None:
        await _by_smtp(settings, letter)
    else:
        await _to_sandbox(settings, letter)


def _check_recipient(letter: Letter) -> None:
    """Raises Refused for what is not exactly one mailbox: addresses from before there was a grammar for them."""
    try:
        whole = normal_address(letter.to) == letter.to
    except ValueError:
        whole = False
    if not whole:
        log.warning("mail_address_refused", letter=letter.id)
        raise Refused("no address that a mail can go to")


async def _by_smtp(settings: Settings, letter: Letter) -> None:
    assert settings.smtp_url is not None  # noqa: S101 - asked by the caller
    server = urlsplit(settings.smtp_url.get_secret_value())
    try:
        await aiosmtplib.send(
            message_of(settings, letter),
            recipients=[letter.to],
            hostname=server.hostname,
            port=server.port,
            username=unquote(server.username) if server.username else None,
            password=unquote(server.password) if server.password else None,
            use_tls=server.scheme == "smtps",
            timeout=PATIENCE_SECONDS,
        )
    except aiosmtplib.SMTPRecipientsRefused as problem:
        codes = [refusal.code for refusal in problem.recipients]
        raise (Refused if all(code >= 500 for code in codes) else NotReached)(str(codes)) from None
    except aiosmtplib.SMTPException as problem:  # a wrong password too: whoever runs this can still mend it
        raise NotReached(type(problem).__name__) from None
    except OSError as problem:
        raise NotReached(type(problem).__name__) from None


def message_of(settings: Settings, letter: Letter) -> EmailMessage:
    """A mail with its two forms. The same Message-ID at every attempt lets a mailbox drop a repetition."""
    message = EmailMessage()
    message["From"], message["Subject"] = settings.mail_from, letter.subject
    message["To"] = Address(addr_spec=letter.to)
    message["Message-ID"] = f"<{letter.id}@{parseaddr(settings.mail_from)[1].rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    return message


async def _to_sandbox(settings: Settings, letter: Letter) -> None:
    mail = {"id": letter.id, "to": letter.to, "subject": letter.subject, "text": letter.text, "html": letter.html}
    try:
        async with httpx.AsyncClient(base_url=settings.sandbox_origin, timeout=PATIENCE_SECONDS) as sandbox:
            reply = await sandbox.post("/sandbox/mails", json=mail)
    except httpx.HTTPError as problem:
        raise NotReached(type(problem).__name__) from None
    if not reply.is_success:
        raise NotReached(str(reply.status_code))
