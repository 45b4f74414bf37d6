"""Sessions in the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, false, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.auth.sessions.tables import SessionTable
from server.auth.tables import IdentityTable
from server.core import clock

_session: Any = SessionTable
_identity: Any = IdentityTable


class Sessions:
    """Every session, of whom it is."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def add(self, row: SessionTable) -> None:
        self.session.add(row)
        await self.session.flush()

    async def of_token(self, token_hash: str) -> SessionTable | None:
        """The session whose current or just replaced refresh token this is, locked."""
        return await self.session.scalar(
            select(SessionTable)
            .where(or_(_session.token_hash == token_hash, _session.previous_hash == token_hash))
            .with_for_update()
        )

    async def live_of(self, identity_id: UUID) -> Sequence[SessionTable]:
        """A person's live sessions, the last used first."""
        found = await self.session.scalars(
            select(SessionTable)
            .where(_session.identity_id == identity_id, *_live())
            .order_by(_session.last_used_at.desc(), _session.id.desc())
        )
        return found.all()

    async def all_of(self, identity_id: UUID) -> Sequence[SessionTable]:
        """A person's sessions, those that are over too, the oldest first."""
        found = await self.session.scalars(
            select(SessionTable).where(_session.identity_id == identity_id).order_by(_session.id)
        )
        return found.all()

    async def end(self, *conditions: Any) -> int:
        """End the live sessions of which these conditions hold; answers how many."""
        ended = await self.session.execute(
            update(SessionTable).where(*_live(), *conditions).values(ended_at=clock.now()).returning(_session.id)
        )
        return len(ended.all())

    async def end_one(self, session_id: UUID, identity_id: UUID | None = None) -> bool:
        """End a session (of this person); answers whether it was live."""
        whose = [] if identity_id is None else [_session.identity_id == identity_id]
        return await self.end(_session.id == session_id, *whose) > 0

    async def end_all(self, identity_id: UUID, exclude: UUID | None = None) -> None:
        """End a person's sessions, but for one."""
        await self.end(_session.identity_id == identity_id, *([] if exclude is None else [_session.id != exclude]))

    async def end_by_token(self, token_hashes: Sequence[str]) -> bool:
        """End the session whose current refresh token is among these; answers whether there was one."""
        return await self.end(_session.token_hash.in_(token_hashes)) > 0

    async def ended_since(self, moment: datetime) -> frozenset[UUID]:
        """The sessions that ended after that moment."""
        return frozenset(await self.session.scalars(select(_session.id).where(_session.ended_at > moment)))

    async def is_live(self, session_id: UUID, identity_id: UUID) -> bool:
        found = await self.session.scalar(
            select(_session.id).where(_session.id == session_id, _session.identity_id == identity_id, *_live())
        )
        return found is not None

    async def lock_account(self, session_id: UUID, identity_id: UUID) -> bool:
        """Whether a session is live and its account open; open it stays until our transaction ends.

        FOR KEY SHARE: any number of a person's writes have it at once, and only closing the account (FOR UPDATE) waits
        for them, or they for it.
        """
        found = await self.session.scalar(
            select(_identity.id)
            .join(SessionTable, _session.identity_id == _identity.id)
            .where(_identity.id == identity_id, _identity.erased_at.is_(None), _session.id == session_id, *_live())
            .with_for_update(read=True, key_share=True, of=IdentityTable)
        )
        return found is not None

    async def known(
        self, identity_id: UUID, device_hash: str | None, address_hash: str | None, since: datetime
    ) -> tuple[bool, bool]:
        """Whether this person was signed in with this device, and at this address, since then."""
        device, address = (
            await self.session.execute(
                select(
                    func.coalesce(func.bool_or(_session.device_hash == device_hash), false()),
                    func.coalesce(func.bool_or(_session.address_hash == address_hash), false()),
                ).where(_session.identity_id == identity_id, _session.last_used_at > since)
            )
        ).one()
        return device_hash is not None and bool(device), address_hash is not None and bool(address)

    async def close_all(self, identity_id: UUID) -> None:
        """End a person's sessions, and forget what machines they were on and where."""
        await self.session.execute(
            update(SessionTable)
            .where(_session.identity_id == identity_id)
            .values(
                ended_at=func.coalesce(_session.ended_at, clock.now()),
                program=None,
                system=None,
                address_hash=None,
                device_hash=None,
            )
            .execution_options(synchronize_session=False)
        )

    async def remove_old(self, before: datetime) -> None:
        """Remove what was over, and last used, before then."""
        over = func.coalesce(_session.ended_at, _session.expires_at) < before
        await self.session.execute(delete(SessionTable).where(over, _session.last_used_at < before))

    async def remove_of_erased(self, before: datetime) -> None:
        """Remove the sessions of closed accounts that ended before then."""
        erased = select(_identity.id).where(_identity.erased_at.is_not(None))
        await self.session.execute(
            delete(SessionTable).where(_session.ended_at < before, _session.identity_id.in_(erased))
        )


def _live() -> tuple[Any, ...]:
    return _session.ended_at.is_(None), _session.expires_at > clock.now()
