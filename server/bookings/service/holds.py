"""From a price to an agreed stay: held and confirmed, or asked for and answered."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.bookings import rules
from server.bookings.events import (
    BookingAccepted,
    BookingCancelled,
    BookingConfirmed,
    BookingDeclined,
    BookingExpired,
    BookingHeld,
    BookingRequested,
)
from server.bookings.repository.bookings import Bookings
from server.bookings.repository.quotes import Quotes
from server.bookings.service import billing, rent
from server.bookings.service.acting import HistoryEvent, Locked, QuoteExpired, lock, record, set_agreed, set_status, who
from server.bookings.service.prices import check_not_begun, check_open, clearance_of
from server.bookings.service.reading import to_read
from server.bookings.service.terms import columns_of, terms_of
from server.bookings.tables import BookingTable, QuoteTable
from server.calendars.service import door as calendars
from server.core import clock
from server.core.errors import AppError, DatesTaken, NotFound
from server.core.events import publish
from server.core.identity import Identity
from server.properties.service import door as properties
from server.properties.service.door import Home
from shared_models.booking_steps import Act, answer_by, status_at
from shared_models.bookings import (
    HOLD_MINUTES,
    LIVE,
    MAX_HOLDS,
    Actor,
    BookingRead,
    BookingSide,
    BookingStatus,
    HistoryEventKind,
    PaymentWay,
)
from shared_models.calendars import ClaimKind, Period
from shared_models.problems import ProblemCode

REFERENCE_ATTEMPTS = 5


class TooManyHolds(AppError):
    status, code, title = 409, ProblemCode.TOO_MANY_HOLDS, f"You hold {MAX_HOLDS} stays already"


async def hold(session: AsyncSession, tenant: Identity, quote_id: UUID) -> BookingRead:
    """Keep the nights of one's own quote, at its price: to pay or confirm, or, where the landlord is asked and nothing
    is paid before, until the answer.

    The same quote again answers the same booking while that is live. Raises NotFound, QuoteExpired, NotBookable,
    TooManyHolds, DatesTaken.
    """
    kept = await Quotes(session).for_tenant(tenant.id, quote_id)
    if kept is None:
        raise NotFound
    period = Period(start=kept.check_in, end=kept.check_out)
    free = await calendars.is_free(session, kept.property_id, period)
    if not free and not await Bookings(session).is_used(quote_id):
        # Whoever comes too late need not queue for the lock of a home that many want at once.
        raise DatesTaken
    await calendars.lock(session, [kept.property_id])
    home = await properties.home(session, kept.property_id)
    earlier = await Bookings(session).of_quote(quote_id)
    if earlier is not None:
        return await _held_before(session, earlier, home)
    if kept.expires_at <= clock.now():
        raise QuoteExpired("Ask for the price again.")
    check_open(home, tenant)
    check_not_begun(home, kept)
    await _check_holds(session, tenant)
    booking = await _held(session, kept, home)
    held = booking.status == BookingStatus.HELD
    kind = HistoryEventKind.HELD if held else HistoryEventKind.REQUESTED
    await record(session, booking, HistoryEvent(kind, Actor.TENANT))
    await publish(session, (BookingHeld if held else BookingRequested)(**who(booking)))
    return await to_read(session, booking, home)


async def confirm(session: AsyncSession, tenant: Identity, booking_id: UUID) -> BookingRead:
    """Agree to a held stay that is paid later: on arrival, or month by month. Twice is once.

    Raises NotFound, HoldLapsed, InvalidTransition.
    """
    locked = await lock(session, tenant, booking_id, only=BookingSide.TENANT)
    if locked.status == BookingStatus.CONFIRMED:
        return await to_read(session, locked.booking, locked.home)
    if status_at(locked.status, locked.booking.hold_expires_at, clock.now()) == BookingStatus.EXPIRED:
        raise calendars.HoldLapsed("The dates may still be free. Ask for the price again.")
    await locked.check(session, Act.CONFIRM)
    await _agree(session, locked)
    await record(session, locked.booking, HistoryEvent(HistoryEventKind.CONFIRMED, Actor.TENANT))
    await publish(session, BookingConfirmed(**who(locked.booking)))
    return await to_read(session, locked.booking, locked.home)


async def accept(session: AsyncSession, landlord: Identity, booking_id: UUID) -> BookingRead:
    """Say yes to a request: the stay is agreed. Twice is once. Raises NotFound, InvalidTransition."""
    locked = await lock(session, landlord, booking_id, only=BookingSide.LANDLORD)
    if locked.status == BookingStatus.CONFIRMED:
        return await to_read(session, locked.booking, locked.home)
    await locked.check(session, Act.ACCEPT)
    await _agree(session, locked)
    await billing.capture(session, locked.booking)
    await record(session, locked.booking, HistoryEvent(HistoryEventKind.ACCEPTED, Actor.LANDLORD))
    await publish(session, BookingAccepted(**who(locked.booking)))
    return await to_read(session, locked.booking, locked.home)


async def decline(session: AsyncSession, landlord: Identity, booking_id: UUID, reason: str) -> BookingRead:
    """Say no to a request, and why. Twice is once. Raises NotFound, InvalidTransition."""
    locked = await lock(session, landlord, booking_id, only=BookingSide.LANDLORD)
    if locked.status != BookingStatus.DECLINED:
        await locked.check(session, Act.DECLINE)
        set_status(locked.booking, rules.move(locked.status, BookingStatus.DECLINED))
        locked.booking.ended_by, locked.booking.reason = BookingSide.LANDLORD.value, reason
        await _give_back(session, locked)
        await record(session, locked.booking, HistoryEvent(HistoryEventKind.DECLINED, Actor.LANDLORD, reason))
        await publish(session, BookingDeclined(**who(locked.booking)))
    return await to_read(session, locked.booking, locked.home)


async def release(session: AsyncSession, tenant: Identity, booking_id: UUID) -> BookingRead:
    """Let a hold go or take a request back; one that is over already stays as it is.

    Raises NotFound, InvalidTransition.
    """
    locked = await lock(session, tenant, booking_id, only=BookingSide.TENANT)
    if locked.status not in (BookingStatus.CANCELLED, BookingStatus.EXPIRED):
        if status_at(locked.status, locked.booking.hold_expires_at, clock.now()) == BookingStatus.EXPIRED:
            await run_out(session, locked)
        else:
            await _take_back(session, locked)
    return await to_read(session, locked.booking, locked.home)


async def run_out(session: AsyncSession, locked: Locked) -> None:
    """End a locked hold or request because its time is over."""
    was = locked.status
    set_status(locked.booking, rules.move(was, BookingStatus.EXPIRED))
    await _give_back(session, locked)
    await record(session, locked.booking, HistoryEvent(HistoryEventKind.EXPIRED, Actor.CLOCK))
    await publish(session, BookingExpired(**who(locked.booking), was=was))


async def _take_back(session: AsyncSession, locked: Locked) -> None:
    was = locked.status
    requested = was == BookingStatus.REQUESTED
    await locked.check(session, Act.WITHDRAW if requested else Act.LET_GO)
    set_status(locked.booking, rules.move(was, BookingStatus.CANCELLED))
    locked.booking.ended_by = BookingSide.TENANT.value
    await _give_back(session, locked)
    await record(
        session,
        locked.booking,
        HistoryEvent(HistoryEventKind.WITHDRAWN if requested else HistoryEventKind.LET_GO, Actor.TENANT),
    )
    await publish(session, BookingCancelled(**who(locked.booking), by=BookingSide.TENANT, was=was))


async def _give_back(session: AsyncSession, locked: Locked) -> None:
    """The nights of a hold or a request that has ended are free, and nobody is to pay for them."""
    await calendars.release(session, ClaimKind.HOLD, locked.booking.id)
    await session.flush()
    await billing.let_go(session, [locked.booking])


async def _agree(session: AsyncSession, locked: Locked) -> None:
    await calendars.confirm(session, locked.booking.id)
    set_agreed(locked.booking)
    await session.flush()
    await rent.write_down(session, locked.booking, locked.home)


async def _check_holds(session: AsyncSession, tenant: Identity) -> None:
    """Raises TooManyHolds. Taken after the home's lock, so that two requests of one person never wait in a circle."""
    bookings = Bookings(session)
    await bookings.lock_holds_of(tenant.id)
    if await bookings.live_holds_of(tenant.id, clock.now()) >= MAX_HOLDS:
        raise TooManyHolds("Confirm one, let one go, or wait for an answer first.")


async def _held(session: AsyncSession, kept: QuoteTable, home: Home) -> BookingTable:
    """The nights taken, then the booking made."""
    now = clock.now()
    if home.limits.instant_book or kept.payment == PaymentWay.CARD.value:
        status, until = BookingStatus.HELD, now + timedelta(minutes=HOLD_MINUTES)
    else:
        status, until = BookingStatus.REQUESTED, answer_by(now, kept.check_in, home.zone)
    booking = booking_of(kept, home, status, now)
    booking.hold_expires_at = until
    period = Period(start=kept.check_in, end=kept.check_out)
    await calendars.claim(
        session, home.id, period, ClaimKind.HOLD, booking.id, expires_at=until, clearance=clearance_of(home)
    )
    await _add(session, booking)
    return booking


def booking_of(kept: QuoteTable, home: Home, status: BookingStatus, moment: datetime) -> BookingTable:
    """A booking at the price of a quote."""
    return BookingTable(
        reference=rules.new_reference(),
        quote_id=kept.id,
        property_id=home.id,
        tenant_id=kept.tenant_id,
        landlord_id=home.landlord_id,
        status=status.value,
        check_in=kept.check_in,
        check_out=kept.check_out,
        guests=kept.guests,
        lines=kept.lines,
        total_minor=kept.total_minor,
        currency=kept.currency,
        payment=kept.payment,
        instant_book=home.limits.instant_book,
        **columns_of(terms_of(kept)),
        created_at=moment,
        updated_at=moment,
    )


async def _add(session: AsyncSession, booking: BookingTable) -> None:
    for _ in range(REFERENCE_ATTEMPTS):
        if await Bookings(session).add(booking):
            return
        booking.reference = rules.new_reference()
    raise RuntimeError("no free reference found")


async def _held_before(session: AsyncSession, booking: BookingTable, home: Home) -> BookingRead:
    answer = await to_read(session, booking, home)
    if answer.status not in LIVE:
        raise QuoteExpired("This price was used before. Ask for it again.")
    return answer
