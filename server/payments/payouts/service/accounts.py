"""Whom landlords' accounts belong to: told by the room that sets them up (docs/decisions/0009)."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.payments.payouts.rules import PayoutAccount

ReadyAccount = Callable[[AsyncSession, UUID], Awaitable[PayoutAccount | None]]
"""A landlord's account that can be paid to now; None while there is none, or while it is restricted or refused."""

_READY: list[ReadyAccount] = []


def register_accounts(ready: ReadyAccount) -> None:
    """Say who knows landlords' accounts."""
    _READY[:] = [ready]


async def ready_account(session: AsyncSession, landlord_id: UUID) -> PayoutAccount | None:
    """A landlord's account that can be paid to; None while there is none: the money waits."""
    for ready in _READY:
        return await ready(session, landlord_id)
    return None
