"""Registering, signing in, staying signed in."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from pwdlib import PasswordHash
from sqlalchemy.ext.asyncio import AsyncSession

from server.auth import rules
from server.auth.events import IdentitiesAdded, NewPerson
from server.auth.repository import Identities
from server.auth.tables import SessionTable
from server.core import clock
from server.core.errors import AppError, when_broken
from server.core.events import publish
from server.core.identity import Identity
from server.core.settings import Settings
from shared_models.auth import ClientKind, Register, Role, SignIn, Tokens
from shared_models.problems import ProblemCode

_hasher = PasswordHash.recommended()
_hashing = asyncio.Semaphore(2)
"""argon2 takes memory and a whole core on purpose; more at a time would only slow everyone else."""
_nobodys: list[str] = []
"""The hash that is checked for an unknown e-mail, once it was made."""


class EmailTaken(AppError):
    status, code, title = 409, ProblemCode.EMAIL_TAKEN, "There is an account with this e-mail already"


class WrongCredentials(AppError):
    status, code, title = 401, ProblemCode.WRONG_CREDENTIALS, "E-mail or password is wrong"


class SessionEnded(AppError):
    status, code, title = 401, ProblemCode.SESSION_ENDED, "You were signed out. Sign in again"


when_broken("uq_identity_email", EmailTaken)


async def hash_password(password: str) -> str:
    """The argon2id hash, made in a thread: it takes about a fifth of a second."""
    async with _hashing:
        return await asyncio.to_thread(_hasher.hash, password)


async def _matches(password: str, password_hash: str) -> bool:
    async with _hashing:
        return await asyncio.to_thread(_hasher.verify, password, password_hash)


async def register(session: AsyncSession, settings: Settings, wish: Register, password_hash: str) -> Tokens:
    """Open an account and sign in. Raises EmailTaken. `password_hash` is made before the transaction begins."""
    identity_id = await add_person(session, wish.email, wish.name, password_hash, wish.roles)
    return await _open_session(session, settings, identity_id, wish.client)


async def add_person(session: AsyncSession, email: str, name: str, password_hash: str, roles: Iterable[Role]) -> UUID:
    """An identity with its profile. Raises EmailTaken."""
    identities = Identities(session)
    if await identities.by_email(email) is not None:
        raise EmailTaken
    person = await identities.add(email, password_hash, sorted(set(roles)))
    await publish(session, IdentitiesAdded(people=[NewPerson(id=person.id, name=name)]))
    return person.id


async def make_admin(session: AsyncSession, identity_id: UUID) -> None:
    """Give the admin role."""
    await Identities(session).add_role(identity_id, Role.ADMIN)


async def id_of_email(session: AsyncSession, email: str) -> UUID | None:
    """Who has this e-mail, if anyone."""
    person = await Identities(session).by_email(email)
    return None if person is None else person.id


@dataclass(frozen=True)
class Credentials:
    """What a password is checked against; for an unknown e-mail a hash that nothing matches."""

    identity_id: UUID | None
    password_hash: str


async def credentials_of(session: AsyncSession, email: str) -> Credentials:
    """The stored hash of an account, or nobody's: checking takes the same time either way."""
    if not _nobodys:  # made for known and unknown e-mails alike, or the first unknown one would take longer
        _nobodys.append(await hash_password("nobody has this password"))
    person = await Identities(session).by_email(email)
    if person is None or person.password_hash is None:
        return Credentials(None, _nobodys[0])
    return Credentials(person.id, person.password_hash)


async def check(credentials: Credentials, password: str) -> UUID:
    """Whose password this is. Raises WrongCredentials, with one answer for a wrong e-mail and a wrong password."""
    right = await _matches(password, credentials.password_hash)
    if not right or credentials.identity_id is None:
        raise WrongCredentials
    return credentials.identity_id


async def sign_in(session: AsyncSession, settings: Settings, identity_id: UUID, wish: SignIn) -> Tokens:
    """Open a session for someone whose password was checked."""
    return await _open_session(session, settings, identity_id, wish.client)


async def _open_session(session: AsyncSession, settings: Settings, identity_id: UUID, client: ClientKind) -> Tokens:
    token = rules.new_refresh_token()
    row = SessionTable(
        identity_id=identity_id,
        client=client.value,
        token_hash=rules.hash_of(token),
        expires_at=clock.now() + timedelta(days=settings.session_days),
    )
    session.add(row)
    await session.flush()
    return await _tokens(session, settings, row, token)


async def refresh(session: AsyncSession, settings: Settings, token: str) -> Tokens:
    """Fresh tokens for a refresh token. Raises SessionEnded.

    A device's refresh token is replaced each time; the old one works for 30 more seconds and gets the same successor. A
    browser's token lies in a cookie that a socket cannot replace, so it stays the same until the session ends.
    """
    now = clock.now()
    row = await Identities(session).session_of_token(rules.hash_of(token))
    if row is None or row.ended_at is not None or row.expires_at <= now:
        raise SessionEnded
    if row.client == ClientKind.BROWSER.value:
        return await _tokens(session, settings, row, token)
    successor = rules.successor_of(token, settings.secret_key.get_secret_value())
    if row.token_hash == rules.hash_of(token):
        row.previous_hash, row.token_hash, row.rotated_at = row.token_hash, rules.hash_of(successor), now
    elif row.rotated_at is None or row.rotated_at + rules.GRACE < now or row.token_hash != rules.hash_of(successor):
        raise SessionEnded
    return await _tokens(session, settings, row, successor)


async def sign_out(session: AsyncSession, token: str) -> None:
    """End the session of a refresh token. Ending one that has ended is no error."""
    identities = Identities(session)
    row = await identities.session_of_token(rules.hash_of(token))
    if row is not None:
        await identities.end_session(row.id)


async def _tokens(session: AsyncSession, settings: Settings, row: SessionTable, refresh_token: str) -> Tokens:
    roles = await Identities(session).roles_of(row.identity_id)
    lifetime = timedelta(minutes=settings.access_token_minutes)
    identity = Identity(id=row.identity_id, session_id=row.id, roles=roles)
    access = rules.sign(identity, settings.secret_key.get_secret_value(), clock.now(), lifetime)
    return Tokens(access_token=access, refresh_token=refresh_token, expires_in=int(lifetime.total_seconds()))


async def emails_of(session: AsyncSession, ids: Iterable[UUID]) -> Mapping[UUID, str | None]:
    """The e-mail of each identity; None for an unclaimed landlord."""
    return {id_: person.email for id_, person in (await Identities(session).by_ids(ids)).items()}


async def roles_of(session: AsyncSession, identity_id: UUID) -> frozenset[Role]:
    """The roles someone has now (their access token may be older)."""
    return await Identities(session).roles_of(identity_id)


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


def read_access_token(settings: Settings, token: str) -> Identity | None:
    """Whose access token this is; None when it is wrong or over."""
    return rules.read(token, settings.secret_key.get_secret_value(), clock.now())
