"""Quotes, holds and stays. Who takes or gives back nights locks the home first, then reads the booking."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from server.bookings import rules
from server.bookings.events import (
    BookingCancelled,
    BookingCompleted,
    BookingConfirmed,
    BookingExpired,
    BookingHeld,
)
from server.bookings.repository import Bookings, Quotes
from server.bookings.tables import BookingTable, QuoteTable
from server.calendars import service as calendars
from server.core import clock, cursors
from server.core.errors import AppError, DatesTaken, Malformed, NotFound, WrongMove
from server.core.events import publish
from server.core.identity import Identity
from server.properties import service as properties
from server.properties.service import Home
from server.users import service as users
from shared_models.auth import Role
from shared_models.bookings import (
    HOLD_MINUTES,
    MOST_HOLDS,
    QUOTE_MINUTES,
    RULES_VERSION,
    BookedHome,
    BookingRead,
    BookingSide,
    BookingStatus,
    BookingTime,
    PaymentWay,
    Quote,
    QuoteLine,
    QuoteRequest,
    price_stay,
    total_of,
)
from shared_models.calendars import ClaimKind, Period
from shared_models.money import Currency, Money
from shared_models.paging import Page
from shared_models.problems import FieldProblem, ProblemCode
from shared_models.properties import PropertyStatus
from shared_models.stay_dates import Stay

COMPLETED_AT_A_TIME = 500
REFERENCE_ATTEMPTS = 5


class NotBookable(AppError):
    status, code, title = 409, ProblemCode.NOT_BOOKABLE, "This stay cannot be booked"


class QuoteExpired(AppError):
    status, code, title = 409, ProblemCode.QUOTE_EXPIRED, "This price is no longer kept"


class TooManyHolds(AppError):
    status, code, title = 409, ProblemCode.TOO_MANY_HOLDS, f"You hold {MOST_HOLDS} stays already"


async def quote(session: AsyncSession, tenant: Identity, wish: QuoteRequest) -> Quote:
    """The price of a stay, stored and kept for its asker. Raises NotFound, NotBookable, DatesTaken, Malformed."""
    stay = _stay(wish)
    home = await properties.home(session, wish.property_id)
    if home.status != PropertyStatus.PUBLISHED and home.landlord_id != tenant.id:
        raise NotFound  # as its page says; that it exists is its landlord's business
    _check_open(home, tenant)
    if reasons := rules.why_not(home.limits, stay, wish.guests, clock.today_in(home.zone)):
        raise NotBookable("; ".join(f"{found.field}: {found.reason}" for found in reasons), errors=reasons)
    if not await calendars.is_free(session, home.id, _period(stay)):
        raise DatesTaken
    row = _priced(home, tenant.id, stay, wish.guests, clock.now())
    await Quotes(session).add(row)
    return Quote(
        id=row.id,
        property_id=home.id,
        arrive=stay.arrive,
        leave=stay.leave,
        guests=row.guests,
        lines=[QuoteLine.model_validate(line) for line in row.lines],
        total=Money(amount_minor=row.total_minor, currency=Currency(row.currency)),
        rules_version=row.rules_version,
        expires_at=row.expires_at,
    )


async def hold(session: AsyncSession, tenant: Identity, quote_id: UUID) -> BookingRead:
    """Keep the nights of one's own quote for a quarter of an hour, at the price of the quote.

    The same quote again answers the same booking while that is live. Raises NotFound, QuoteExpired, NotBookable,
    TooManyHolds, DatesTaken.
    """
    kept = await Quotes(session).for_tenant(tenant.id, quote_id)
    if kept is None:
        raise NotFound
    period = Period(start=kept.arrive, end=kept.leave)
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
    _check_open(home, tenant)
    await _check_holds(session, tenant)
    booking = await _held(session, kept, home)
    await publish(session, BookingHeld(**_who(booking)))
    return await _shown(session, booking, home)


async def confirm(session: AsyncSession, tenant: Identity, booking_id: UUID) -> BookingRead:
    """Agree to a held stay, paid on arrival. Twice is once. Raises NotFound, HoldLapsed, WrongMove."""
    booking = await _locked(session, tenant, booking_id)
    status = BookingStatus(booking.status)
    if status == BookingStatus.EXPIRED:
        raise calendars.HoldLapsed("The dates may still be free. Ask for the price again.")
    if status != BookingStatus.CONFIRMED:
        moved = rules.move(status, BookingStatus.CONFIRMED)
        await calendars.confirm(session, booking.id)
        _set_status(booking, moved)
        booking.confirmed_at = booking.updated_at
        await session.flush()
        await publish(session, BookingConfirmed(**_who(booking)))
    return await _shown(session, booking)


async def release(session: AsyncSession, tenant: Identity, booking_id: UUID) -> BookingRead:
    """Give held nights back; one that is over already stays as it is. Raises NotFound, WrongMove."""
    booking = await _locked(session, tenant, booking_id)
    status = BookingStatus(booking.status)
    if status in (BookingStatus.CANCELLED, BookingStatus.EXPIRED):
        return await _shown(session, booking)
    if status != BookingStatus.HELD:
        raise WrongMove("Only a hold can be let go; what is agreed is cancelled.")
    lapsed = rules.status_at(status, booking.hold_expires_at, clock.now()) == BookingStatus.EXPIRED
    _set_status(booking, rules.move(status, BookingStatus.EXPIRED if lapsed else BookingStatus.CANCELLED))
    await calendars.release(session, ClaimKind.HOLD, booking.id)
    await session.flush()
    await publish(session, (BookingExpired if lapsed else BookingCancelled)(**_who(booking)))
    return await _shown(session, booking)


async def one(session: AsyncSession, caller: Identity, booking_id: UUID) -> BookingRead:
    """A booking, for its tenant, its landlord and admins. Raises NotFound."""
    booking = await Bookings(session).for_party(caller.id, booking_id, anyone=caller.has(Role.ADMIN))
    if booking is None:
        raise NotFound
    return await _shown(session, booking)


async def page(
    session: AsyncSession,
    caller: Identity,
    side: BookingSide,
    when: BookingTime,
    *,
    cursor: str | None = None,
    limit: int = 20,
) -> Page[BookingRead]:
    """A person's bookings on one side. Four statements however many there are. Raises Malformed for a bad cursor.

    What is to come: stays agreed, asked for or held, until they are completed; the nearest first. Past: all others.
    """
    after = None if cursor is None else _unpacked(cursor)
    found = await Bookings(session).page(side, caller.id, when, after, limit + 1)
    rows, last = found[:limit], found[limit - 1] if len(found) > limit else None
    next_cursor = None if last is None else _packed(last.arrive, last.id)
    return Page(items=await _all_shown(session, rows), next_cursor=next_cursor)


@dataclass(frozen=True)
class PastStay:
    """A stay that was agreed elsewhere, at `agreed_at`, and has begun."""

    property_id: UUID
    tenant_id: UUID
    stay: Stay
    guests: int
    agreed_at: datetime


async def record_past_stays(session: AsyncSession, stays: Sequence[PastStay]) -> None:
    """Write down stays that have begun, at the homes' prices of today: completed if over, else confirmed.

    For what did not happen here: imports and the demo. Limits are not asked, nights are claimed as ever, and nobody is
    told. Raises NotFound, DatesTaken, or Malformed for a stay that has not begun.
    """
    homes = await properties.homes(session, {past.property_id for past in stays})
    if any(past.property_id not in homes for past in stays):
        raise NotFound
    await calendars.lock(session, homes)
    kept = [_kept_of(past, homes[past.property_id]) for past in stays]
    await Quotes(session).add_all(kept)
    made = [_begun(quoted, past, homes[past.property_id]) for quoted, past in zip(kept, stays, strict=True)]
    while taken := await Bookings(session).references_among({booking.reference for booking in made}):
        for booking in made:
            booking.reference = rules.new_reference() if booking.reference in taken else booking.reference
    nights = [(booking.property_id, _period(past.stay), booking.id) for booking, past in zip(made, stays, strict=True)]
    await calendars.claim_all(session, nights, ClaimKind.BOOKING)
    await Bookings(session).add_all(made)


def _kept_of(past: PastStay, home: Home) -> QuoteTable:
    """Raises Malformed for a stay that has not begun."""
    if past.stay.arrive >= clock.today_in(home.zone):
        raise Malformed.field("arrive", "is not in the past; book the stay instead")
    return _priced(home, past.tenant_id, past.stay, past.guests, past.agreed_at)


def _begun(kept: QuoteTable, past: PastStay, home: Home) -> BookingTable:
    over = rules.is_over(past.stay.leave, home.check_out_by, home.zone, clock.now())
    booking = _booking_of(kept, home, BookingStatus.COMPLETED if over else BookingStatus.CONFIRMED, past.agreed_at)
    booking.confirmed_at = past.agreed_at
    return booking


async def expire(session: AsyncSession, booking_ids: Iterable[UUID]) -> None:
    """Write down that the holds of these bookings are gone; their homes are locked."""
    for booking in await Bookings(session).expire(booking_ids):
        await publish(session, BookingExpired(**_who(booking)))


async def complete_stays(session: AsyncSession, after: str | None) -> str | None:
    """Complete the stays that are over, among the next `COMPLETED_AT_A_TIME` that may be; answers where it stopped.

    Which day it is differs by up to a day from UTC's, so those leaving tomorrow are looked at too.
    """
    now = clock.now()
    place = None if after is None else _unpacked(after)
    found = await Bookings(session).leaving(now.date() + timedelta(days=1), place, COMPLETED_AT_A_TIME)
    homes = await properties.homes(session, {home_id for _, home_id, _ in found})
    over = {
        booking_id: home_id
        for booking_id, home_id, leave in found
        if rules.is_over(leave, homes[home_id].check_out_by, homes[home_id].zone, now)
    }
    if over:
        await calendars.lock(session, over.values())
        for booking in await Bookings(session).complete(over):
            await publish(session, BookingCompleted(**_who(booking)))
    return _packed(found[-1][2], found[-1][0]) if len(found) == COMPLETED_AT_A_TIME else None


def _stay(wish: QuoteRequest) -> Stay:
    try:
        return Stay(arrive=wish.arrive, leave=wish.leave)
    except ValidationError as problem:
        raise Malformed.field("leave", problem.errors()[0]["msg"].removeprefix("Value error, ")) from problem


def _period(stay: Stay) -> Period:
    return Period(start=stay.arrive, end=stay.leave)


def _check_open(home: Home, tenant: Identity) -> None:
    """Raises NotBookable for a home that is not published, or one's own."""
    reason = "is not open for bookings" if home.status != PropertyStatus.PUBLISHED else None
    if home.landlord_id == tenant.id:
        reason = "is your own home; block the dates instead"
    if reason is not None:
        raise NotBookable(f"This home {reason}.", errors=[FieldProblem(field="property_id", reason=reason)])


async def _check_holds(session: AsyncSession, tenant: Identity) -> None:
    """Raises TooManyHolds. Taken after the home's lock, so that two requests of one person never wait in a circle."""
    bookings = Bookings(session)
    await bookings.lock_holds_of(tenant.id)
    if await bookings.live_holds_of(tenant.id, clock.now()) >= MOST_HOLDS:
        raise TooManyHolds("Confirm one or let one go first.")


async def _held(session: AsyncSession, kept: QuoteTable, home: Home) -> BookingTable:
    """The nights taken, then the booking made."""
    booking = _booking_of(kept, home, BookingStatus.HELD, clock.now())
    booking.hold_expires_at = clock.now() + timedelta(minutes=HOLD_MINUTES)
    period = Period(start=kept.arrive, end=kept.leave)
    await calendars.claim(session, home.id, period, ClaimKind.HOLD, booking.id, expires_at=booking.hold_expires_at)
    await _add(session, booking)
    return booking


def _priced(home: Home, tenant_id: UUID, stay: Stay, guests: int, moment: datetime) -> QuoteTable:
    """What a stay costs at the home's terms, kept for its asker from `moment` on."""
    lines = price_stay(home.terms, stay)
    total = total_of(lines)
    return QuoteTable(
        tenant_id=tenant_id,
        property_id=home.id,
        arrive=stay.arrive,
        leave=stay.leave,
        guests=guests,
        lines=[line.model_dump(mode="json") for line in lines],
        total_minor=total.amount_minor,
        currency=total.currency.value,
        rules_version=RULES_VERSION,
        expires_at=moment + timedelta(minutes=QUOTE_MINUTES),
        created_at=moment,
    )


def _booking_of(kept: QuoteTable, home: Home, status: BookingStatus, moment: datetime) -> BookingTable:
    """A booking at the price of a quote."""
    return BookingTable(
        reference=rules.new_reference(),
        quote_id=kept.id,
        property_id=home.id,
        tenant_id=kept.tenant_id,
        landlord_id=home.landlord_id,
        status=status.value,
        arrive=kept.arrive,
        leave=kept.leave,
        guests=kept.guests,
        lines=kept.lines,
        total_minor=kept.total_minor,
        currency=kept.currency,
        payment=PaymentWay.ON_ARRIVAL.value,
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
    shown = await _shown(session, booking, home)
    if shown.status not in (BookingStatus.HELD, BookingStatus.CONFIRMED):
        raise QuoteExpired("This price was used before. Ask for it again.")
    return shown


async def _locked(session: AsyncSession, tenant: Identity, booking_id: UUID) -> BookingTable:
    """One's own booking, with its home locked before it. Raises NotFound."""
    home_id = await Bookings(session).home_of(tenant.id, booking_id)
    if home_id is None:
        raise NotFound
    await calendars.lock(session, [home_id])
    return await Bookings(session).locked(booking_id)


def _set_status(booking: BookingTable, status: BookingStatus) -> None:
    booking.status, booking.hold_expires_at, booking.updated_at = status.value, None, clock.now()


def _who(booking: BookingTable) -> dict[str, UUID]:
    return {
        "booking_id": booking.id,
        "property_id": booking.property_id,
        "tenant_id": booking.tenant_id,
        "landlord_id": booking.landlord_id,
    }


def _packed(day: date, booking_id: UUID) -> str:
    return cursors.pack([day.isoformat(), str(booking_id)])


def _unpacked(cursor: str) -> tuple[date, UUID]:
    day, id_ = cursors.unpack(cursor, [str, str])
    try:
        return date.fromisoformat(day), UUID(id_)
    except ValueError as problem:
        raise Malformed.field("cursor", "is not one of ours; start from the first page") from problem


async def _shown(session: AsyncSession, booking: BookingTable, home: Home | None = None) -> BookingRead:
    return (await _all_shown(session, [booking], {} if home is None else {home.id: home}))[0]


async def _all_shown(
    session: AsyncSession, rows: Sequence[BookingTable], homes: Mapping[UUID, Home] | None = None
) -> list[BookingRead]:
    """Bookings as people see them: three statements for any number."""
    if not rows:
        return []
    homes = homes or await properties.homes(session, {row.property_id for row in rows})
    people = await users.profiles(session, {id_ for row in rows for id_ in (row.tenant_id, row.landlord_id)})
    names = {id_: person.name for id_, person in people.items()}
    return [_read(row, homes[row.property_id], names) for row in rows]


def _read(row: BookingTable, home: Home, names: Mapping[UUID, str]) -> BookingRead:
    status = rules.status_at(BookingStatus(row.status), row.hold_expires_at, clock.now())
    return BookingRead(
        id=row.id,
        reference=row.reference,
        status=status,
        home=_booked_home(home, tells_street=status in rules.SHOWS_STREET),
        arrive=row.arrive,
        leave=row.leave,
        guests=row.guests,
        lines=[QuoteLine.model_validate(line) for line in row.lines],
        total=Money(amount_minor=row.total_minor, currency=Currency(row.currency)),
        payment=PaymentWay(row.payment),
        tenant_name=names.get(row.tenant_id, ""),
        landlord_name=names.get(row.landlord_id, ""),
        hold_expires_at=row.hold_expires_at,
        created_at=row.created_at,
        confirmed_at=row.confirmed_at,
    )


def _booked_home(home: Home, *, tells_street: bool) -> BookedHome:
    return BookedHome(
        id=home.id,
        slug=home.slug,
        title=home.title,
        city=home.city,
        neighbourhood=home.neighbourhood,
        address_line=home.address_line if tells_street else None,
        postcode=home.postcode if tells_street else None,
        zone=home.zone,
        check_in_from=home.check_in_from,
        check_out_by=home.check_out_by,
    )
