"""Opening an account, proving its e-mail address, and its roles."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.auth.events import IdentitiesAdded, NewPerson, RegistrationTried, VerificationAsked
from server.auth.mail_links import service as mail_links
from server.auth.mail_links.service import LinkOver
from server.auth.mail_links.tables import MailLinkTable
from server.auth.repository import Identities
from server.auth.rules import Origin
from server.auth.sessions import service as sessions
from server.auth.tables import IdentityTable
from server.auth.throttling import rules as limits
from server.auth.throttling import service as throttling
from server.auth.throttling.rules import Attempt
from server.core import clock
from server.core.errors import AppError, NotSignedIn, TooManyTries, when_broken
from server.core.events import publish
from server.core.identity import Identity
from server.core.settings import Settings
from shared_models.auth import ClientKind, EmailVerified, LinkPurpose, Register, Role
from shared_models.languages import Language
from shared_models.problems import ProblemCode


class EmailTaken(AppError):
    status, code, title = 409, ProblemCode.EMAIL_TAKEN, "There is an account with this e-mail already"


when_broken("uq_identity_email", EmailTaken)


async def count_newcomer(session: AsyncSession, settings: Settings, origin: Origin) -> None:
    """Count who asks for an account or for a mail. Raises TooManyTries."""
    await throttling.take(session, settings, [Attempt(limits.REGISTER, origin.neighbourhood)])


async def register(session: AsyncSession, request: Register, password_hash: str) -> None:
    """Open an account; a link by mail confirms it and signs in. Raises EmailTaken, which no caller may hear.

    `password_hash` is made before the transaction begins, for a known address too.
    """
    identity_id = await add_person(
        session, request.email, request.name, password_hash, request.roles, language=request.language
    )
    await publish(session, VerificationAsked(identity_id=identity_id))


async def tell_owner(session: AsyncSession, settings: Settings, email: str) -> None:
    """Mail the owner of an address that somebody tried to register with it; once an hour at most."""
    person = await Identities(session).by_email(email)
    try:
        await throttling.take(session, settings, [Attempt(limits.KNOWN_ADDRESS, email)])
    except TooManyTries:
        return
    if person is not None:
        await publish(session, RegistrationTried(identity_id=person.id))


async def mail_again(session: AsyncSession, settings: Settings, email: str) -> None:
    """Send the mail that follows a registration once more. What is done here does not tell whose address it is."""
    person = await Identities(session).by_email(email)
    if person is not None and person.email_verified_at is not None:
        await tell_owner(session, settings, email)
        return
    try:
        await throttling.take(session, settings, [Attempt(limits.MAIL, f"register|{email}")])
    except TooManyTries:
        return  # enough mails are on their way
    await publish(session, VerificationAsked(identity_id=None if person is None else person.id))


async def add_person(
    session: AsyncSession,
    email: str,
    name: str,
    password_hash: str,
    roles: Iterable[Role],
    *,
    verified_at: datetime | None = None,
    language: Language | None = None,
) -> UUID:
    """An identity with its profile. Raises EmailTaken."""
    identities = Identities(session)
    if await identities.by_email(email) is not None:
        raise EmailTaken
    person = await identities.add(email, password_hash, sorted(set(roles)), verified_at)
    await publish(session, IdentitiesAdded(people=[NewPerson(id=person.id, name=name, language=language)]))
    return person.id


async def ask_verification(session: AsyncSession, settings: Settings, caller: Identity) -> None:
    """Send the caller a link that proves their e-mail, unless it is proved. Raises TooManyTries."""
    person = await account_of(session, caller.id)
    if person.email_verified_at is None:
        await throttling.take(session, settings, [Attempt(limits.MAIL, f"verify|{caller.id}")])
        await publish(session, VerificationAsked(identity_id=caller.id))


async def verify_email(
    session: AsyncSession, settings: Settings, token: str, *, client: ClientKind | None, origin: Origin
) -> EmailVerified:
    """Note that mail to an address arrives, and sign in where the link was opened first (None: nowhere).

    The same link again says the same, but signs nobody in: it may lie in a mailbox for days. Raises LinkOver.
    """
    link, person = await locked_link(session, token, LinkPurpose.VERIFY_EMAIL)
    person.email_verified_at = person.email_verified_at or clock.now()
    first, link.used_at = link.used_at is None, link.used_at or clock.now()
    await session.flush()
    if client is None or not first:
        return EmailVerified()
    return EmailVerified(tokens=await sessions.open_session(session, settings, person.id, client, origin))


async def locked_link(session: AsyncSession, token: str, purpose: LinkPurpose) -> tuple[MailLinkTable, IdentityTable]:
    """A link and whose it is. The person is locked before the link is read again, as everywhere. Raises LinkOver."""
    link = await mail_links.find(session, token, purpose)
    person = await Identities(session).locked(link.identity_id)
    link = await mail_links.find(session, token, purpose)
    if person is None or person.email != link.email:
        raise LinkOver
    return link, person


async def take_role(session: AsyncSession, caller: Identity, role: Role) -> None:
    """Give the caller one more role; it shows in their next access token."""
    await Identities(session).add_role(caller.id, role)


async def make_admin(session: AsyncSession, identity_id: UUID) -> None:
    """Give the admin role to someone who has not left."""
    await Identities(session).lock_open([identity_id])
    await Identities(session).add_role(identity_id, Role.ADMIN)


async def remove_admin(session: AsyncSession, identity_id: UUID) -> None:
    """Take the admin role away. All sessions end, for tokens of theirs still say it."""
    await Identities(session).remove_role(identity_id, Role.ADMIN)
    await sessions.end_everywhere(session, identity_id)


async def id_of_email(session: AsyncSession, email: str) -> UUID | None:
    """Who has this e-mail, if anyone."""
    person = await Identities(session).by_email(email)
    return None if person is None else person.id


async def account_of(session: AsyncSession, identity_id: UUID) -> IdentityTable:
    """Someone's account. Raises NotSignedIn for who has none (any more)."""
    person = (await Identities(session).by_ids([identity_id])).get(identity_id)
    if person is None or person.email is None:
        raise NotSignedIn
    return person


async def purge_expired(session: AsyncSession) -> None:
    """Remove what nobody asks about any more: old sessions, links and counts of tries."""
    await sessions.purge_expired(session)
    await mail_links.purge_expired(session)
    await throttling.purge_expired(session)
