"""Being signed in somewhere: opening, renewing, listing and ending sessions."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from server.auth import rules
from server.auth.repository import Identities
from server.auth.rules import Origin
from server.auth.sessions.repository import Sessions
from server.auth.sessions.tables import SessionTable
from server.core import clock
from server.core.database import AWAY, Pool
from server.core.errors import AppError, NotFound, NotSignedIn, TryAgain
from server.core.identity import Identity
from server.core.keys import Use
from server.core.settings import Settings
from shared_models.auth import ClientKind, SessionRead, Tokens
from shared_models.problems import ProblemCode

log = structlog.get_logger(__name__)

POLL_SECONDS = 1.0
KNOWN_FOR = timedelta(days=90)
"""How long a device or an address is remembered as someone's own; sessions that are over are kept no longer."""
KEPT_AFTER_CLOSING = timedelta(days=1)
"""How long the sessions of a closed account are kept, emptied: longer than any access token lives (an hour at most), or
no process could see that they are over."""


class SessionEnded(AppError):
    status, code, title = 401, ProblemCode.SESSION_ENDED, "You were signed out. Sign in again"


async def open_session(
    session: AsyncSession, settings: Settings, identity_id: UUID, client: ClientKind, origin: Origin
) -> Tokens:
    """Sign someone in who has proved who they are, and whose account cannot be closed meanwhile."""
    token = rules.new_token()
    row = SessionTable(
        identity_id=identity_id,
        client=client.value,
        token_hash=rules.hash_of(token),
        expires_at=clock.now() + timedelta(days=settings.session_days),
    )
    _note_use(row, settings, origin)
    await Sessions(session).add(row)
    return await _tokens(session, settings, row, token)


async def refresh(session: AsyncSession, settings: Settings, token: str, origin: Origin) -> Tokens | None:
    """Fresh tokens for a refresh token; None when its session is over.

    A device's refresh token is replaced each time; the old one works for 30 more seconds and gets the same successor.
    Later it was stolen, here or before: its session is ended. Nothing is raised, or the end would be taken back. A
    browser's token lies in a cookie that a socket cannot replace, so it stays the same until the session ends.
    """
    now, key = clock.now(), settings.key(Use.REFRESH_TOKENS)
    row = await Sessions(session).of_token(rules.hash_of(token))
    if row is None:
        await _end_stolen(session, rules.hashes_after(token, key))
        return None
    if row.ended_at is not None or row.expires_at <= now:
        return None
    successor = token
    if row.client == ClientKind.DEVICE.value:
        successor = rules.successor_of(token, key)
        if row.token_hash == rules.hash_of(token):
            row.previous_hash, row.token_hash, row.rotated_at = row.token_hash, rules.hash_of(successor), now
        elif row.rotated_at is None or row.rotated_at + rules.GRACE < now:
            await _end_stolen(session, [row.token_hash])
            return None
    _note_use(row, settings, origin)
    return await _tokens(session, settings, row, successor)


async def _end_stolen(session: AsyncSession, hashes: list[str]) -> None:
    if await Sessions(session).end_by_token(hashes):
        log.warning("refresh_token_reused")


def _note_use(row: SessionTable, settings: Settings, origin: Origin) -> None:
    key = settings.key(Use.MARKS)
    row.last_used_at = clock.now()
    row.program, row.system = origin.program or row.program, origin.system or row.system
    if origin.address:
        row.address_hash = rules.mark_of(origin.neighbourhood, key)
    if origin.device:
        row.device_hash = rules.mark_of(origin.device, key)


async def sign_out(session: AsyncSession, token: str) -> None:
    """End the session of a refresh token. Ending one that has ended is no error."""
    sessions = Sessions(session)
    row = await sessions.of_token(rules.hash_of(token))
    if row is not None:
        await sessions.end_one(row.id)


class RevokedSessions:
    """The sessions that are over while access tokens of theirs are not, as this process saw them last.

    A token names its session, so a call of an ended one is refused without asking the database each time.
    """

    def __init__(self) -> None:
        self._ids: frozenset[UUID] = frozenset()

    def __contains__(self, session_id: UUID) -> bool:
        return session_id in self._ids

    async def refresh(self, session: AsyncSession, settings: Settings) -> None:
        """See which sessions are over by now; a token of one that ended earlier is over as well."""
        lifetime = timedelta(minutes=settings.access_token_minutes)
        self._ids = await Sessions(session).ended_since(clock.now() - lifetime)

    async def poll(self, database: Pool, settings: Settings) -> None:
        """Refresh each second, until cancelled; what was seen is kept while the database is away."""
        while True:
            try:
                async with database.transaction() as session:
                    await self.refresh(session, settings)
            except TryAgain:  # what keeps the database away is said by who finds it out, once
                pass
            except (*AWAY, AppError, OSError):
                log.warning("sessions_not_seen")
            await asyncio.sleep(POLL_SECONDS)


async def require_live(session: AsyncSession, caller: Identity) -> None:
    """Raises NotSignedIn once the caller's session is over: for what may not wait until a process has polled again."""
    if not await Sessions(session).is_live(caller.session_id, caller.id):
        raise NotSignedIn("This session has ended.")


async def lock_account(session: AsyncSession, caller: Identity) -> None:
    """Keep the caller's account from being closed until this transaction ends: what every write of theirs begins with.

    Raises NotSignedIn once the session or the account is over.
    """
    if not await Sessions(session).lock_account(caller.session_id, caller.id):
        raise NotSignedIn("This session has ended.")


async def sessions_of(session: AsyncSession, caller: Identity) -> list[SessionRead]:
    """Where the caller is signed in, the last used first. Raises NotSignedIn."""
    await require_live(session, caller)
    return [
        SessionRead.model_validate(row).model_copy(update={"current": row.id == caller.session_id})
        for row in await Sessions(session).live_of(caller.id)
    ]


async def end_session(session: AsyncSession, caller: Identity, session_id: UUID) -> None:
    """Sign the caller out somewhere. Raises NotFound."""
    if not await Sessions(session).end_one(session_id, caller.id):
        raise NotFound


async def end_everywhere(session: AsyncSession, identity_id: UUID, *, exclude: UUID | None = None) -> None:
    """Sign someone out everywhere, but for one session."""
    await Sessions(session).end_all(identity_id, exclude)


async def is_known(session: AsyncSession, settings: Settings, identity_id: UUID, origin: Origin) -> tuple[bool, bool]:
    """Whether someone was signed in with this device, and at this address, in the last 90 days."""
    key = settings.key(Use.MARKS)
    device = rules.mark_of(origin.device, key) if origin.device else None
    address = rules.mark_of(origin.neighbourhood, key) if origin.address else None
    return await Sessions(session).known(identity_id, device, address, clock.now() - KNOWN_FOR)


async def close(session: AsyncSession, identity_id: UUID) -> None:
    """End all sessions of someone who leaves, and empty them; their rows go later, so that processes see it."""
    await Sessions(session).close_all(identity_id)


async def data_export(session: AsyncSession, identity_id: UUID) -> list[dict[str, Any]]:
    """Where a person is or was signed in, as far as it is kept."""
    hidden = {"identity_id", "token_hash", "previous_hash", "address_hash", "device_hash"}
    return [row.model_dump(mode="json", exclude=hidden) for row in await Sessions(session).all_of(identity_id)]


async def purge_expired(session: AsyncSession) -> None:
    """Remove sessions nobody asks about any more."""
    await Sessions(session).remove_old(clock.now() - KNOWN_FOR)
    await Sessions(session).remove_of_erased(clock.now() - KEPT_AFTER_CLOSING)


async def _tokens(session: AsyncSession, settings: Settings, row: SessionTable, refresh_token: str) -> Tokens:
    roles = await Identities(session).roles_of(row.identity_id)
    lifetime = timedelta(minutes=settings.access_token_minutes)
    identity = Identity(id=row.identity_id, session_id=row.id, roles=roles)
    access = rules.sign(identity, settings.key(Use.ACCESS_TOKENS), clock.now(), lifetime)
    return Tokens(access_token=access, refresh_token=refresh_token, expires_in=int(lifetime.total_seconds()))


def read_access_token(settings: Settings, token: str) -> Identity | None:
    """Whose access token this is; None when it is wrong or over."""
    return rules.read(token, settings.key(Use.ACCESS_TOKENS), clock.now())
