"""Bookings as people see them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.bookings import rules
from server.bookings.repository.bookings import Bookings
from server.bookings.repository.changes import Changes
from server.bookings.repository.history import History
from server.bookings.repository.lists import Lists, Which
from server.bookings.service import billing
from server.bookings.service.billing import Paid
from server.bookings.service.terms import terms_of
from server.bookings.tables import BookingChangeTable, BookingHistoryTable, BookingTable, QuoteTable
from server.calendars.service import door as calendars
from server.core import clock, cursors
from server.core.errors import Malformed, NotFound
from server.core.identity import Identity
from server.properties.service import door as properties
from server.properties.service.door import Home, OpenStay
from server.users import service as users
from shared_models.auth import Obstacle, ObstacleKind, Role
from shared_models.booking_steps import status_at
from shared_models.bookings import (
    BookedHome,
    BookingOrder,
    BookingRead,
    BookingSide,
    BookingStatus,
    BookingTime,
    ChangeRead,
    ChangeStatus,
    HistoryEntry,
    PaymentWay,
)
from shared_models.calendars import Period
from shared_models.money import Currency, Money
from shared_models.paging import Page
from shared_models.prices import QuoteLine

MAX_OBSTACLES = 50

Asked = tuple[BookingChangeTable, QuoteTable]
"""A change and the quote it is made of."""


async def one(session: AsyncSession, caller: Identity, booking_id: UUID) -> BookingRead:
    """A booking with its history, for its tenant, its landlord and admins. Raises NotFound."""
    booking = await Bookings(session).for_party(caller.id, booking_id, anyone=caller.has(Role.ADMIN))
    if booking is None:
        raise NotFound
    return await to_read(session, booking)


async def open_stays(session: AsyncSession, property_ids: Iterable[UUID]) -> Mapping[UUID, Sequence[OpenStay]]:
    """The stays at these (locked) homes that are not over, by arrival: what keeps a landlord from archiving one."""
    found: dict[UUID, list[OpenStay]] = {}
    for row in await Bookings(session).open_at(property_ids, clock.now()):
        stay = OpenStay(row.reference, row.check_in, row.check_out, row.status)
        found.setdefault(row.property_id, []).append(stay)
    return found


async def obstacles(session: AsyncSession, person_id: UUID) -> list[Obstacle]:
    """Stays that are not over, on either side of them: what keeps a person from deleting the account."""
    found = []
    for side in BookingSide:
        rows = await Lists(session).page(side, person_id, BookingTime.UPCOMING, Which(), None, MAX_OBSTACLES)
        found += [
            Obstacle(
                kind=ObstacleKind.STAY,
                id=booking.id,
                title=booking.home.title,
                check_in=booking.check_in,
                check_out=booking.check_out,
                as_landlord=side is BookingSide.LANDLORD,
            )
            for booking in await to_read_all(session, [row for row, _ in rows])
        ]
    return found


def which(start: date | None, end: date | None, property_ids: Sequence[UUID], order: BookingOrder) -> Which:
    """The bookings that are asked for. Raises Malformed for half a range, an empty or too long one."""
    if start is None and end is None:
        return Which(None, property_ids, order)
    if start is None or end is None:
        missing, given = ("start", "end") if start is None else ("end", "start")
        raise Malformed.field(missing, f"goes with {given}: give both, or neither")
    period = Period(start=start, end=end)
    calendars.check_range(period)
    return Which(period, property_ids, order)


async def page(
    session: AsyncSession,
    caller: Identity,
    side: BookingSide,
    when: BookingTime,
    *,
    which: Which,
    cursor: str | None = None,
    limit: int = 20,
) -> Page[BookingRead]:
    """A person's bookings on one side. Five statements however many there are. Raises Malformed for a bad cursor.

    What is to come: stays agreed, asked for or held, until they are completed. Waiting: those of which the next step is
    the caller's. Past: all that are not to come.
    """
    after = None if cursor is None else cursors.unpack_place(cursor, which.order.value, rules.KEYS[which.order])
    found = await Lists(session).page(side, caller.id, when, which, after, limit + 1)
    rows = found[:limit]
    next_cursor = cursors.pack_place(which.order.value, rows[-1][1]) if len(found) > limit else None
    return Page(items=await to_read_all(session, [row for row, _ in rows]), next_cursor=next_cursor)


async def to_read(session: AsyncSession, booking: BookingTable, home: Home | None = None) -> BookingRead:
    """A booking as its parties see it, with its history."""
    seen = (await to_read_all(session, [booking], {} if home is None else {home.id: home}))[0]
    history = [_entry(row) for row in await History(session).of(booking.id)]
    return seen.model_copy(update={"history": history})


async def to_read_all(
    session: AsyncSession, rows: Sequence[BookingTable], homes: Mapping[UUID, Home] | None = None
) -> list[BookingRead]:
    """Bookings as people see them: four statements for any number, and two more for each way in which some are paid
    through us: at once, or by the month."""
    if not rows:
        return []
    homes = homes or await properties.homes(session, {row.property_id for row in rows})
    people = await users.profiles(session, {id_ for row in rows for id_ in (row.tenant_id, row.landlord_id)})
    names = {id_: person.name for id_, person in people.items()}
    changes = await Changes(session).waiting([row.id for row in rows], clock.now())
    paid = await billing.paid_of_all(session, rows)
    return [
        _read_of_row(row, homes[row.property_id], names, changes.get(row.id), paid.get(row.id, Paid())) for row in rows
    ]


def _read_of_row(
    row: BookingTable, home: Home, names: Mapping[UUID, str], asked: Asked | None, paid: Paid
) -> BookingRead:
    """A booking as its parties see it, as far as its row, its home, its open change and its payments tell."""
    status, currency = status_at(BookingStatus(row.status), row.hold_expires_at, clock.now()), Currency(row.currency)
    return BookingRead(
        id=row.id,
        reference=row.reference,
        status=status,
        home=_booked_home(home, tells_street=status in rules.SHOWS_STREET),
        check_in=row.check_in,
        check_out=row.check_out,
        guests=row.guests,
        lines=[QuoteLine.model_validate(line) for line in row.lines],
        total=Money(amount_minor=row.total_minor, currency=currency),
        payment=PaymentWay(row.payment),
        payment_status=paid.status,
        paid=paid.amount,
        months=tuple(paid.months),
        instant_book=row.instant_book,
        cancellation=terms_of(row),
        refund=None if row.refund_minor is None else Money(amount_minor=row.refund_minor, currency=currency),
        tenant_name=names.get(row.tenant_id, ""),
        landlord_name=names.get(row.landlord_id, ""),
        hold_expires_at=row.hold_expires_at,
        created_at=row.created_at,
        confirmed_at=row.confirmed_at,
        ended_by=None if row.ended_by is None else BookingSide(row.ended_by),
        reason=row.reason,
        change=None if asked is None else _change(*asked, paid),
    )


def _change(row: BookingChangeTable, quoted: QuoteTable, paid: Paid) -> ChangeRead:
    return ChangeRead(
        id=row.id,
        by=BookingSide(row.asked_by),
        status=ChangeStatus(row.status),
        check_in=quoted.check_in,
        check_out=quoted.check_out,
        guests=quoted.guests,
        lines=[QuoteLine.model_validate(line) for line in quoted.lines],
        total=Money(amount_minor=quoted.total_minor, currency=Currency(quoted.currency)),
        expires_at=row.expires_at,
        other_hold_id=row.other_hold_id,
        payment_status=paid.of_changes.get(row.id),
    )


def _entry(row: BookingHistoryTable) -> HistoryEntry:
    return HistoryEntry(
        at=row.at,
        kind=row.kind,
        by=row.actor,
        check_in=row.check_in,
        check_out=row.check_out,
        guests=row.guests,
        total=Money(amount_minor=row.total_minor, currency=Currency(row.currency)),
        note=row.note,
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


def packed(day: date, booking_id: UUID) -> str:
    """A place in a list by date."""
    return cursors.pack([day, booking_id])


def unpacked(cursor: str) -> tuple[date, UUID]:
    """The place a cursor names. Raises Malformed."""
    day, id_ = cursors.unpack(cursor, [date, UUID])
    return day, id_
