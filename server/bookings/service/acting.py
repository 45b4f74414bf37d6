"""What every act on a booking begins and ends with: who may, the locks in their order, and the word in its history."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.bookings import rules
from server.bookings.repository.bookings import Bookings
from server.bookings.repository.changes import Changes
from server.bookings.repository.history import History
from server.bookings.tables import BookingChangeTable, BookingHistoryTable, BookingTable, QuoteTable
from server.calendars.service import door as calendars
from server.core import clock
from server.core.errors import AppError, InvalidTransition, NotFound
from server.core.identity import Identity
from server.properties.service import door as properties
from server.properties.service.door import Home
from shared_models.booking_steps import Act, acts, status_at
from shared_models.bookings import Actor, BookingSide, BookingStatus, ChangeStatus, HistoryEventKind, PaymentWay
from shared_models.calendars import Period
from shared_models.problems import FieldProblem, ProblemCode
from shared_models.stay_dates import Stay


class NotBookable(AppError):
    status, code, title = 409, ProblemCode.NOT_BOOKABLE, "This stay cannot be booked"

    @classmethod
    def for_reasons(cls, reasons: Sequence[FieldProblem]) -> "NotBookable":
        return cls("; ".join(f"{found.field}: {found.reason}" for found in reasons), errors=reasons)


class QuoteExpired(AppError):
    status, code, title = 409, ProblemCode.QUOTE_EXPIRED, "This price is no longer kept"


@dataclass(frozen=True)
class Locked:
    """A booking that someone acts on, as it is now: their side, its home locked before it."""

    booking: BookingTable
    side: BookingSide
    home: Home

    @property
    def status(self) -> BookingStatus:
        return BookingStatus(self.booking.status)

    @property
    def stay(self) -> Stay:
        return Stay(check_in=self.booking.check_in, check_out=self.booking.check_out)

    async def check(self, session: AsyncSession, act: Act) -> None:
        """Raises InvalidTransition, in plain words, unless this side may do it now."""
        await check(session, self.booking, self.home, (self.side, act))


@dataclass(frozen=True)
class _OpenChange:
    by: BookingSide
    expires_at: datetime
    status: ChangeStatus


def _open_change(row: BookingChangeTable) -> _OpenChange:
    return _OpenChange(BookingSide(row.asked_by), row.expires_at, ChangeStatus(row.status))


@dataclass(frozen=True)
class _Standing:
    """What the steps of a booking ask of it; see `shared_models.booking_steps.Standing`."""

    status: BookingStatus
    hold_expires_at: datetime | None
    payment: PaymentWay
    check_in: date
    check_out: date
    home: Home
    change: _OpenChange | None


async def check(session: AsyncSession, booking: BookingTable, home: Home, request: tuple[BookingSide, Act]) -> None:
    """Raises InvalidTransition, in plain words, unless this side may do this now."""
    side, act = request
    now = clock.now()
    open_changes = await Changes(session).waiting([booking.id], now)
    stored, asked = BookingStatus(booking.status), open_changes.get(booking.id)
    change = None if asked is None else _open_change(asked[0])
    standing = _Standing(
        stored,
        booking.hold_expires_at,
        PaymentWay(booking.payment),
        booking.check_in,
        booking.check_out,
        home,
        change,
    )
    if act not in acts(standing, side, now):
        raise InvalidTransition(rules.why_not_now(act, status_at(stored, booking.hold_expires_at, now)))


async def lock(session: AsyncSession, caller: Identity, booking_id: UUID, *, only: BookingSide | None = None) -> Locked:
    """A booking of the caller's, with its home locked before it; `only` for one side of it. Raises NotFound."""
    found = await Bookings(session).home_of(caller.id, booking_id)
    if found is None or only not in (None, found[1]):
        raise NotFound
    home_id, side = found
    await calendars.lock(session, [home_id])
    booking = await Bookings(session).locked(booking_id)
    return Locked(booking, side, await properties.home(session, home_id))


def set_status(booking: BookingTable, status: BookingStatus) -> None:
    """Move a booking; what a hold kept has an end or none."""
    booking.status, booking.hold_expires_at, booking.updated_at = status.value, None, clock.now()


def set_agreed(booking: BookingTable) -> None:
    """Both sides agree to a stay. Raises InvalidTransition."""
    set_status(booking, rules.move(BookingStatus(booking.status), BookingStatus.CONFIRMED))
    booking.confirmed_at = booking.updated_at


def who(booking: BookingTable) -> dict[str, UUID]:
    """The ids that every event of a booking carries."""
    return {
        "booking_id": booking.id,
        "property_id": booking.property_id,
        "tenant_id": booking.tenant_id,
        "landlord_id": booking.landlord_id,
    }


def period_of(stay: Stay) -> Period:
    """The nights of a stay."""
    return Period(start=stay.check_in, end=stay.check_out)


@dataclass(frozen=True)
class HistoryEvent:
    """What happened and who did it; `of` says the dates and the price it is about, where not the booking's own."""

    kind: HistoryEventKind
    actor: Actor
    note: str | None = None
    of: QuoteTable | None = None
    at: datetime | None = None


async def record(session: AsyncSession, booking: BookingTable, event: HistoryEvent) -> None:
    """Add to the history of a booking, in the transaction in which it happened."""
    await History(session).add_all([entry_of(booking, event)])


async def record_all(session: AsyncSession, bookings: Iterable[BookingTable], event: HistoryEvent) -> None:
    """The same happened to many."""
    await History(session).add_all([entry_of(booking, event) for booking in bookings])


def entry_of(booking: BookingTable, event: HistoryEvent) -> BookingHistoryTable:
    """A line of a history."""
    subject: BookingTable | QuoteTable = event.of or booking
    return BookingHistoryTable(
        booking_id=booking.id,
        at=event.at or clock.now(),
        kind=event.kind.value,
        actor=event.actor.value,
        check_in=subject.check_in,
        check_out=subject.check_out,
        guests=subject.guests,
        total_minor=subject.total_minor,
        currency=subject.currency,
        note=event.note,
    )
