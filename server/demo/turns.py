"""What does not go as planned: each way a stay can go, once, where one of the three sign-ins sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.bookings.service import changes, endings, holds
from server.core.identity import Identity
from server.demo.words import words
from server.properties.listing import service as listing
from server.properties.service import editing
from shared_models.bookings import BookingRead, ChangeQuoteRequest
from shared_models.cases import Report, ReportReason
from shared_models.properties import PropertyFacts

WAITING = 2
"""How many requests the first landlord has not answered yet."""


@dataclass(frozen=True)
class Asked:
    """A stay to come, with both its parties. `hers`: the first landlord's; `his`: the first tenant's."""

    booking: BookingRead
    tenant: Identity
    landlord: Identity
    hers: bool
    his: bool

    @property
    def nights(self) -> int:
        return (self.booking.check_out - self.booking.check_in).days


async def answer(session: AsyncSession, requests: Sequence[Asked]) -> list[Asked]:
    """Landlords answer requests, the first one not all of them; one is taken back. Answers those they said yes to."""
    hers = [asked for asked in requests if asked.hers and not asked.his]
    waiting, turned = hers[:WAITING], hers[WAITING:]
    declined, withdrawn = turned[:1], turned[1:2]
    for asked in declined:
        await holds.decline(session, asked.landlord, asked.booking.id, words().declined)
    for asked in withdrawn:
        await holds.release(session, asked.tenant, asked.booking.id)
    ended = {asked.booking.id for asked in (*waiting, *declined, *withdrawn)}
    agreed = [asked for asked in requests if asked.booking.id not in ended]
    for asked in agreed:
        await holds.accept(session, asked.landlord, asked.booking.id)
    return agreed


async def turn(session: AsyncSession, agreed: Sequence[Asked]) -> None:
    """Some agreed stays are cancelled, by either side, and of some the one side asks the other for a change."""
    hers = [asked for asked in agreed if asked.hers and not asked.his]
    fewer = next(asked for asked in hers if asked.booking.guests > 1)
    hers.remove(fewer)
    by_tenant, by_landlord, *hers = hers
    shorter = next(asked for asked in hers if asked.nights > 1)
    kept, lost, *_ = [asked for asked in agreed if asked.his and asked.nights > 1]
    await _ask(session, fewer.tenant, fewer, guests=fewer.booking.guests - 1)
    await _ask(session, shorter.landlord, shorter, nights=shorter.nights - 1)
    await _ask(session, kept.landlord, kept, nights=kept.nights - 1)
    await endings.cancel(session, by_tenant.tenant, by_tenant.booking.id, words().cancelled_by_tenant)
    for asked in (by_landlord, lost):
        await endings.cancel(session, asked.landlord, asked.booking.id, words().cancelled_by_landlord)


async def _ask(
    session: AsyncSession, who: Identity, asked: Asked, *, nights: int | None = None, guests: int | None = None
) -> None:
    """A shorter stay or fewer guests: a change that nobody's nights stand in the way of."""
    booking = asked.booking
    check_out = booking.check_in + timedelta(days=nights or asked.nights)
    request = ChangeQuoteRequest(check_in=booking.check_in, check_out=check_out, guests=guests or booking.guests)
    quoted = await changes.quote(session, who, booking.id, request)
    await changes.ask(session, who, booking.id, quoted.id)


async def miss(session: AsyncSession, landlord: Identity, booking_id: UUID) -> None:
    """Nobody came to a stay that is on now."""
    await endings.report_no_show(session, landlord, booking_id)


async def send_in(
    session: AsyncSession, tenant: Identity, landlord: Identity, homes: Sequence[tuple[UUID, PropertyFacts]]
) -> None:
    """What the admins have to look at: a home that someone reports, and one whose landlord says something new."""
    (reported, _), (changed, facts) = homes
    report = Report(reason=ReportReason.ASKS_TO_PAY_ELSEWHERE, note=words().reported)
    await listing.report(session, tenant, reported, report)
    edited = facts.model_copy(update={"description": f"{facts.description} {words().news}"})
    await editing.replace(session, landlord, changed, edited, None)
