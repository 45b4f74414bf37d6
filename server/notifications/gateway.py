"""The way of a mail out: an SMTP server, or the sandbox's inbox where none is set. No transaction is open meanwhile."""

import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

import aiosmtplib
import httpx
import structlog

from server.core.retries import FailedForGood, NeedsAttention
from server.core.settings import Settings
from server.notifications.rules.emails import Email
from shared_models.addresses import normal_address

log = structlog.get_logger(__name__)

PATIENCE_SECONDS = 30
_SIGN_IN = frozenset({530, 534, 535, 538})
"""RFC 4954, 6: the server wants another sign-in. That is the operator's to mend, and no fault of the mail."""


class NotSent(Exception):
    """The mail was not taken. Carries the code of the answer, never its words: they name people."""


class Refused(NotSent, FailedForGood):
    """The mail will never be taken: there is no such mailbox, or it is not wanted there."""


class Postponed(NotSent):
    """The server answered that it does not take the mail now."""


class NotReached(NotSent):
    """No server answered, or it hung up."""


class SignInRefused(NotSent, NeedsAttention):
    """The server does not take our name and password, or offers no way to give them."""


class NotSecured(NotSent, NeedsAttention):
    """A server answered, but the line to it could not be made secret, or its certificate is not trusted."""


async def send(settings: Settings, email: Email) -> None:
    """Hand a mail over to the one mailbox it is for. Raises NotSent, of which `Refused` is for good."""
    _check_recipient(email)
    if settings.smtp_url is not None:
        await _by_smtp(settings, email)
    else:
        await _to_sandbox(settings, email)


def _check_recipient(email: Email) -> None:
    """Raises Refused for what is not exactly one mailbox: addresses from before there was a grammar for them."""
    try:
        whole = normal_address(email.to) == email.to
    except ValueError:
        whole = False
    if not whole:
        log.warning("mail_address_refused", email=email.id)
        raise Refused("no address that a mail can go to")


async def _by_smtp(settings: Settings, email: Email) -> None:
    assert settings.smtp_url is not None  # noqa: S101 - asked by the caller
    server = urlsplit(settings.smtp_url.get_secret_value())
    try:
        await aiosmtplib.send(
            message_of(settings, email),
            recipients=[email.to],
            hostname=server.hostname,
            port=server.port,
            username=unquote(server.username) if server.username else None,
            password=unquote(server.password) if server.password else None,
            use_tls=server.scheme == "smtps",
            timeout=PATIENCE_SECONDS,
        )
    except aiosmtplib.SMTPRecipientsRefused as problem:
        raise _no(min(refusal.code for refusal in problem.recipients)) from None
    except aiosmtplib.SMTPAuthenticationError as problem:
        raise (SignInRefused if problem.code >= 500 else Postponed)(str(problem.code)) from None
    except aiosmtplib.SMTPResponseException as problem:
        raise _no(problem.code) from None
    except aiosmtplib.SMTPNotSupported as problem:  # an address that this server cannot write
        raise Refused(type(problem).__name__) from None
    except OSError as problem:  # aiosmtplib's of connections too
        raise (NotSecured if _is_about_tls(problem) else NotReached)(type(problem).__name__) from None
    except aiosmtplib.SMTPException as problem:  # what is left is raised where no way to sign in is offered
        raise SignInRefused(type(problem).__name__) from None


def _is_about_tls(problem: BaseException | None) -> bool:
    """Whether it began with an error of TLS, which libraries wrap in errors of connections."""
    while problem is not None and not isinstance(problem, ssl.SSLError):
        problem = problem.__cause__ or problem.__context__
    return problem is not None


def _no(code: int) -> NotSent:
    """What a code means that is no yes, whichever the stage (RFC 5321, 4.2.1)."""
    if code in _SIGN_IN:
        return SignInRefused(str(code))
    return (Refused if code >= 500 else Postponed)(str(code))


def message_of(settings: Settings, email: Email) -> EmailMessage:
    """A mail with its two forms. The same Message-ID at every attempt lets a mailbox drop a repetition."""
    message = EmailMessage()
    message["From"], message["Subject"] = settings.mail_from, email.subject
    message["To"] = Address(addr_spec=email.to)
    message["Message-ID"] = f"<{email.id}@{parseaddr(settings.mail_from)[1].rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(email.text)
    message.add_alternative(email.html, subtype="html")
    return message


async def _to_sandbox(settings: Settings, email: Email) -> None:
    mail = {"id": email.id, "to": email.to, "subject": email.subject, "text": email.text, "html": email.html}
    try:
        async with httpx.AsyncClient(base_url=settings.sandbox_origin, timeout=PATIENCE_SECONDS) as sandbox:
            reply = await sandbox.post("/sandbox/mails", json=mail)
    except httpx.HTTPError as problem:
        raise NotReached(type(problem).__name__) from None
    if not reply.is_success:
        raise Postponed(str(reply.status_code))
