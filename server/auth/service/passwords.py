"""A new password: by a link in a mail, or by who knows the old one."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.auth.events import PasswordChanged, ResetAsked
from server.auth.mail_links import service as mail_links
from server.auth.mail_links.service import LinkOver
from server.auth.repository import Identities
from server.auth.rules import Origin
from server.auth.service.accounts import locked_link
from server.auth.service.sign_in import Credentials
from server.auth.sessions import service as sessions
from server.auth.tables import IdentityTable
from server.auth.throttling import rules as limits
from server.auth.throttling import service as throttling
from server.auth.throttling.rules import Attempt
from server.core import clock
from server.core.errors import NotSignedIn, TooManyTries
from server.core.events import publish
from server.core.identity import Identity
from server.core.settings import Settings
from shared_models.auth import ClientKind, LinkPurpose, Tokens


async def forgot_password(session: AsyncSession, settings: Settings, email: str) -> None:
    """Send a link that sets a new password, if there is such an account. What is done here does not tell whether."""
    person = await Identities(session).by_email(email)
    try:
        await throttling.take(session, settings, [Attempt(limits.MAIL, f"reset|{email}")])
    except TooManyTries:
        return  # enough mails are on their way; saying so would only help who fills another's inbox
    await publish(session, ResetAsked(identity_id=None if person is None else person.id))


async def email_of_reset(session: AsyncSession, token: str) -> str:
    """Whose password a link is about to set. Raises LinkOver."""
    link = await mail_links.find(session, token, LinkPurpose.RESET_PASSWORD)
    if link.used_at is not None:
        raise LinkOver
    return link.email


async def reset_password(
    session: AsyncSession, settings: Settings, token: str, password_hash: str, *, client: ClientKind, origin: Origin
) -> Tokens:
    """Set a new password by a link, once; sign out everywhere, and sign in here. Raises LinkOver."""
    link, person = await locked_link(session, token, LinkPurpose.RESET_PASSWORD)
    if link.used_at is not None:
        raise LinkOver
    person.email_verified_at = person.email_verified_at or clock.now()
    await mail_links.use_up(session, person.id, LinkPurpose.RESET_PASSWORD)
    await _set_password(session, person, password_hash)
    return await sessions.open_session(session, settings, person.id, client, origin)


async def change_password(
    session: AsyncSession, settings: Settings, caller: Identity, checked: Credentials, password_hash: str
) -> None:
    """Set a new password for who knew the old one, and sign out everywhere else. Raises NotSignedIn."""
    person = await Identities(session).locked(caller.id)
    if person is None or person.password_hash != checked.password_hash:
        raise NotSignedIn("The password was changed meanwhile.")
    await throttling.succeeded(session, settings, checked.attempts)
    await mail_links.use_up(session, person.id, LinkPurpose.RESET_PASSWORD)
    await _set_password(session, person, password_hash, exclude=caller.session_id)


async def _set_password(
    session: AsyncSession, person: IdentityTable, password_hash: str, *, exclude: UUID | None = None
) -> None:
    person.password_hash = password_hash
    await session.flush()
    await sessions.end_everywhere(session, person.id, exclude=exclude)
    await publish(session, PasswordChanged(identity_id=person.id))
