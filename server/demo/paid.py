"""Stays that are paid by card, as people pay: on a page of the provider's stand-in, with a test card.

They are held while the demo is written, and their pages are paid by a job once there is a server that serves them.
Where none is started for as long as a hold lasts, their nights are free again, as those of anybody who did not pay.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.bookings.service import endings, paying, reading
from server.core import jobs
from server.core.identity import Identity
from server.core.ids import new_id
from server.demo.turns import Asked
from server.demo.words import words
from shared_models.auth import Role
from shared_models.bookings import BookingStatus
from shared_models.payments import UNSETTLED, PaymentRead

PAY = "demo.pay"
LOOK_AGAIN = timedelta(seconds=1)


@dataclass(frozen=True)
class Paid:
    """A stay whose tenant goes to pay it and, some of them, gives it up afterwards."""

    booking_id: UUID
    tenant_id: UUID
    is_given_up: bool

    @property
    def tenant(self) -> Identity:
        """Its tenant, as signed in."""
        return Identity(id=self.tenant_id, session_id=new_id(), roles=frozenset({Role.TENANT}))


async def go_to_pay(session: AsyncSession, held: Sequence[Asked]) -> None:
    """Their tenants go to pay; the first of them will think better of it afterwards. Nothing for none."""
    if not held:
        return
    for asked in held:
        await paying.pay(session, asked.tenant, asked.booking.id)
    stays = [(str(asked.booking.id), str(asked.tenant.id), asked is held[0]) for asked in held]
    await jobs.defer(session, PAY, {"stays": stays})


async def under_way(session: AsyncSession, stays: Iterable[Paid]) -> list[PaymentRead]:
    """The payments of these stays of which more is to be heard; the provider is asked about each."""
    seen = [await paying.check(session, stay.tenant, stay.booking_id) for stay in stays]
    return [payment for payment in seen if payment.status in UNSETTLED]


async def give_up(session: AsyncSession, stays: Iterable[Paid]) -> None:
    """Some tenants cancel what they have paid; their terms say what comes back. Again nothing."""
    for stay in stays:
        booking = await reading.one(session, stay.tenant, stay.booking_id)
        if stay.is_given_up and booking.status is BookingStatus.CONFIRMED:
            await endings.cancel(session, stay.tenant, stay.booking_id, words().cancelled_by_tenant)
