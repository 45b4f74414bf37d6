"""Whether a password is right, and what follows. It is checked between two transactions, for that takes a while."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.auth.passwords import service as passwords
from server.auth.repository import Identities
from server.auth.rules import Origin
from server.auth.service.accounts import account_of
from server.auth.sessions import service as sessions
from server.auth.throttling import rules as limits
from server.auth.throttling import service as throttling
from server.auth.throttling.rules import Attempt
from server.core.database import Database
from server.core.errors import AppError, Malformed
from server.core.identity import Identity
from server.core.ids import new_id
from server.core.settings import Settings
from shared_models.auth import ClientKind, SignIn, Tokens
from shared_models.problems import ProblemCode


class WrongCredentials(AppError):
    status, code, title = 401, ProblemCode.WRONG_CREDENTIALS, "E-mail or password is wrong"


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
    person = await account_of(session, caller.id)
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


async def with_password(database: Database, settings: Settings, request: SignIn, origin: Origin) -> Tokens:
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
