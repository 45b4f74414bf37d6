"""Accounts: registering, signing in, a new password, roles, leaving."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.auth.events import (
    AccountErased,
    IdentitiesAdded,
    NewPerson,
    PasswordChanged,
    RegistrationTried,
    ResetAsked,
    VerificationAsked,
)
from server.auth.mail_links import service as mail_links
from server.auth.mail_links.service import LinkOver
from server.auth.mail_links.tables import MailLinkTable
from server.auth.passwords import service as passwords
from server.auth.repository import Identities
from server.auth.rules import Origin
from server.auth.sessions import service as sessions
from server.auth.tables import IdentityTable
from server.auth.throttling import rules as limits
from server.auth.throttling import service as throttling
from server.auth.throttling.rules import Attempt
from server.core import clock
from server.core.database import Database
from server.core.errors import AppError, EmailUnverified, Malformed, NotSignedIn, TooManyTries, when_broken
from server.core.events import publish
from server.core.identity import Identity
from server.core.ids import new_id
from server.core.retention import forget_replies_to
from server.core.settings import Settings
from shared_models.auth import (
    ClientKind,
    Closing,
    EmailVerified,
    LinkPurpose,
    Obstacle,
    ObstacleKind,
    Register,
    Role,
    SignIn,
    Tokens,
)
from shared_models.languages import Language
from shared_models.problems import FieldProblem, ProblemCode

Check = Callable[[AsyncSession, UUID], Awaitable[Sequence[Obstacle]]]
_asked_before_closing: list[Check] = []


class EmailTaken(AppError):
    status, code, title = 409, ProblemCode.EMAIL_TAKEN, "There is an account with this e-mail already"


class WrongCredentials(AppError):
    status, code, title = 401, ProblemCode.WRONG_CREDENTIALS, "E-mail or password is wrong"


class AccountInUse(AppError):
    status, code, title = 409, ProblemCode.ACCOUNT_IN_USE, "This account is still needed"


when_broken("uq_identity_email", EmailTaken)


@dataclass(frozen=True)
class Credentials:
    """What a password is checked against; for an unknown e-mail a hash that nothing matches."""

    identity_id: UUID | None
    password_hash: str
    attempts: tuple[Attempt, ...] = ()
    """What this counts as until the password turns out to be right."""
    email: str = ""
    """Known for one's own account."""


async def credentials_of(session: AsyncSession, settings: Settings, email: str, origin: Origin) -> Credentials:
    """The stored hash of an account, or nobody's: checking takes the same time either way. Raises TooManyTries."""
    nobodys = await passwords.nobodys_hash()  # for known e-mails too, or the first unknown one would take longer
    person = await Identities(session).by_email(email)
    claimed = person is not None and person.password_hash is not None
    device, address = await sessions.is_known(session, settings, person.id if person else new_id(), origin)
    place = (origin.neighbourhood, origin.device)
    attempts = limits.sign_in_attempts(email, place, device_known=device, address_known=address)
    await throttling.take(session, settings, attempts)
    if person is None or not claimed:
        return Credentials(None, nobodys, tuple(attempts))
    return Credentials(person.id, person.password_hash or "", tuple(attempts))


async def own_credentials(session: AsyncSession, settings: Settings, caller: Identity) -> Credentials:
    """What the caller's password is checked against, asked again. Raises TooManyTries, NotSignedIn."""
    await sessions.require_live(session, caller)
    person = await _person(session, caller.id)
    attempts = (Attempt(limits.PASSWORD, str(caller.id)),)
    await throttling.take(session, settings, attempts)
    return Credentials(person.id, person.password_hash or "", attempts, person.email or "")


async def check(credentials: Credentials, password: str) -> Credentials:
    """The credentials of whose password this is.

    Raises WrongCredentials, with one answer for a wrong e-mail and a wrong password.
    """
    right = await passwords.matches(password, credentials.password_hash)
    if not right or credentials.identity_id is None:
        raise WrongCredentials
    return credentials


async def check_own(credentials: Credentials, password: str, field: str) -> None:
    """Raises Malformed, naming the field, when it is not the caller's password."""
    if not await passwords.matches(password, credentials.password_hash):
        raise Malformed.field(field, "is not your password")


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


async def sign_in(database: Database, settings: Settings, request: SignIn, origin: Origin) -> Tokens:
    """Sign in with e-mail and password; the password is checked between two transactions, for it takes a while.

    Raises WrongCredentials, TooManyTries.
    """
    async with database.transaction() as session:
        credentials = await credentials_of(session, settings, request.email, origin)
    checked = await check(credentials, request.password.get_secret_value())
    async with database.transaction() as session:
        return await complete_sign_in(session, settings, checked, request.client, origin)


async def complete_sign_in(
    session: AsyncSession, settings: Settings, checked: Credentials, client: ClientKind, origin: Origin
) -> Tokens:
    """Open a session for someone whose password was right, and forget what was tried here before.

    Raises WrongCredentials when it is another one by now, or nobody's; and before the address is confirmed, or whoever
    registers could see by signing in whether an address was new.
    """
    if checked.identity_id is None:
        raise WrongCredentials
    person = (await Identities(session).lock_open([checked.identity_id])).get(checked.identity_id)
    if person is None or person.password_hash != checked.password_hash or person.email_verified_at is None:
        raise WrongCredentials
    await throttling.succeeded(session, settings, checked.attempts)
    return await sessions.open_session(session, settings, checked.identity_id, client, origin)


async def ask_verification(session: AsyncSession, settings: Settings, caller: Identity) -> None:
    """Send the caller a link that proves their e-mail, unless it is proved. Raises TooManyTries."""
    person = await _person(session, caller.id)
    if person.email_verified_at is None:
        await throttling.take(session, settings, [Attempt(limits.MAIL, f"verify|{caller.id}")])
        await publish(session, VerificationAsked(identity_id=caller.id))


async def verify_email(
    session: AsyncSession, settings: Settings, token: str, *, client: ClientKind | None, origin: Origin
) -> EmailVerified:
    """Note that mail to an address arrives, and sign in where the link was opened first (None: nowhere).

    The same link again says the same, but signs nobody in: it may lie in a mailbox for days. Raises LinkOver.
    """
    link, person = await _locked_link(session, token, LinkPurpose.VERIFY_EMAIL)
    person.email_verified_at = person.email_verified_at or clock.now()
    first, link.used_at = link.used_at is None, link.used_at or clock.now()
    await session.flush()
    if client is None or not first:
        return EmailVerified()
    return EmailVerified(tokens=await sessions.open_session(session, settings, person.id, client, origin))


async def _locked_link(session: AsyncSession, token: str, purpose: LinkPurpose) -> tuple[MailLinkTable, IdentityTable]:
    """A link and whose it is. The person is locked before the link is read again, as everywhere. Raises LinkOver."""
    link = await mail_links.find(session, token, purpose)
    person = await Identities(session).locked(link.identity_id)
    link = await mail_links.find(session, token, purpose)
    if person is None or person.email != link.email:
        raise LinkOver
    return link, person


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
    link, person = await _locked_link(session, token, LinkPurpose.RESET_PASSWORD)
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


async def roles_of(session: AsyncSession, identity_id: UUID) -> frozenset[Role]:
    """The roles someone has now (their access token may be older)."""
    return await Identities(session).roles_of(identity_id)


def asked_before_closing(check: Check) -> Check:
    """Register a room's question: what of theirs keeps an account from being deleted. Rooms above know, we do not."""
    if check not in _asked_before_closing:
        _asked_before_closing.append(check)
    return check


async def closing(session: AsyncSession, caller: Identity) -> Closing:
    """What stands in the way of deleting the caller's account."""
    return Closing(obstacles=[found for check in _asked_before_closing for found in await check(session, caller.id)])


async def close(session: AsyncSession, caller: Identity) -> None:
    """Delete the caller's account: personal data goes, stays and their amounts stay. Raises AccountInUse, NotSignedIn.

    The row is locked first, and no home: whatever the person is about to do elsewhere (a booking) has locked it less
    (`sessions.lock_account`), so it is seen by the questions, or waits and finds the account closed.
    """
    person = await Identities(session).locked(caller.id)
    if person is None:
        raise NotSignedIn
    await sessions.require_live(session, caller)
    obstacles = (await closing(session, caller)).obstacles
    if obstacles:
        raise AccountInUse(_told(obstacles), errors=[FieldProblem(field=o.kind, reason=o.title) for o in obstacles])
    await publish(session, AccountErased(identity_id=person.id))
    person.email = person.email_verified_at = person.password_hash = person.source_key = None
    person.erased_at = clock.now()
    await session.flush()
    await Identities(session).remove_roles(person.id)
    await sessions.close(session, person.id)
    await mail_links.erase(session, person.id)
    await forget_replies_to(session, person.id)


def _told(obstacles: Sequence[Obstacle]) -> str:
    stays = sum(found.kind is ObstacleKind.STAY for found in obstacles)
    homes = sum(found.kind is ObstacleKind.HOME for found in obstacles)
    counts = [(stays, "open stay", "open stays"), (homes, "published home", "published homes")]
    told = [f"{number} {one if number == 1 else many}" for number, one, many in counts if number]
    return f"There {'is' if len(obstacles) == 1 else 'are'} still {' and '.join(told)}."


async def _person(session: AsyncSession, identity_id: UUID) -> IdentityTable:
    person = (await Identities(session).by_ids([identity_id])).get(identity_id)
    if person is None or person.email is None:
        raise NotSignedIn
    return person


async def id_of_email(session: AsyncSession, email: str) -> UUID | None:
    """Who has this e-mail, if anyone."""
    person = await Identities(session).by_email(email)
    return None if person is None else person.id


async def emails_of(session: AsyncSession, ids: Iterable[UUID]) -> Mapping[UUID, str | None]:
    """The e-mail of each identity; None for an unclaimed landlord and for someone who left."""
    return {id_: person.email for id_, person in (await Identities(session).by_ids(ids)).items()}


@dataclass(frozen=True)
class Contact:
    """Someone's e-mail, and whether mail there is known to arrive."""

    email: str
    verified: bool


async def contact_of(session: AsyncSession, identity_id: UUID) -> Contact | None:
    """How to reach someone; None without an account."""
    person = (await Identities(session).by_ids([identity_id])).get(identity_id)
    if person is None or person.email is None:
        return None
    return Contact(person.email, person.email_verified_at is not None)


async def require_verified(session: AsyncSession, identity_id: UUID) -> None:
    """Raises EmailUnverified unless mail to someone is known to arrive. What was confirmed stays so."""
    contact = await contact_of(session, identity_id)
    if contact is None or not contact.verified:
        raise EmailUnverified


async def lock_accounts(session: AsyncSession, ids: Iterable[UUID]) -> Mapping[UUID, str | None]:
    """Those who have not left, with their e-mail (None: unclaimed landlords); they stay until this transaction ends.

    For what is done for people, or written about them, without a call of theirs.
    """
    return {id_: person.email for id_, person in (await Identities(session).lock_open(ids)).items()}


async def mail_link(session: AsyncSession, identity_id: UUID, purpose: LinkPurpose) -> str | None:
    """The token of a new link for a mail that is about to be sent; None when there is nothing to send any more."""
    person = (await Identities(session).lock_open([identity_id])).get(identity_id)
    done = purpose is LinkPurpose.VERIFY_EMAIL and person is not None and person.email_verified_at is not None
    if person is None or person.email is None or done:
        return None
    return await mail_links.issue(session, identity_id, person.email, purpose)


@dataclass(frozen=True)
class UnclaimedLandlords:
    """Landlords by their source key, and which of them are new."""

    by_key: Mapping[str, UUID]
    added: frozenset[UUID]


async def unclaimed_landlords(session: AsyncSession, names: Mapping[str, str]) -> UnclaimedLandlords:
    """The unclaimed landlord of each source key (`names`: key to name), added where there is none."""
    identities = Identities(session)
    new = await identities.add_unclaimed(names)
    if new:
        people = [NewPerson(id=id_, name=names[key]) for key, id_ in new.items()]
        await publish(session, IdentitiesAdded(people=people))
    return UnclaimedLandlords(by_key=await identities.by_source_keys(names), added=frozenset(new.values()))


async def remove_unclaimed(session: AsyncSession, ids: Iterable[UUID]) -> None:
    """Take unclaimed landlords away again (the undo of an import); claimed ones stay."""
    await Identities(session).remove_unclaimed(ids)


async def count_copy(session: AsyncSession, settings: Settings, caller: Identity) -> None:
    """Someone asks for a copy of all that is kept of them. Raises TooManyTries."""
    await throttling.take(session, settings, [Attempt(limits.COPY, str(caller.id))])


async def data_export(session: AsyncSession, person_id: UUID) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """What this room keeps of a person; no secrets, and no hashes of them."""
    person, roles = await _person(session, person_id), await roles_of(session, person_id)
    account = person.model_dump(mode="json", exclude={"password_hash", "source_key", "erased_at"})
    return {
        "account": [account | {"roles": sorted(roles)}],
        "sessions": await sessions.data_export(session, person_id),
        "links_by_mail": await mail_links.data_export(session, person_id),
    }


async def purge_expired(session: AsyncSession) -> None:
    """Remove what nobody asks about any more: old sessions, links and counts of tries."""
    await sessions.purge_expired(session)
    await mail_links.purge_expired(session)
    await throttling.purge_expired(session)


def read_access_token(settings: Settings, token: str) -> Identity | None:
    """Whose access token this is; None when it is wrong or over."""
    return sessions.read_access_token(settings, token)
