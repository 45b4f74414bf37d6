"""Other dates or guests for an agreed stay: one side asks, the other answers, and until then nothing changes.

The nights that the new dates need beyond the old ones are held meanwhile. On a yes those holds go and the booking's
own claim is moved in one UPDATE, in one transaction and under the lock of the home, so nobody else gets in between.
"""

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.bookings import rules
from server.bookings.events import (
    BookingChangeAccepted,
    BookingChangeAsked,
    BookingChangeDeclined,
    BookingChangeEvent,
    BookingChangeExpired,
    BookingChangeWithdrawn,
)
from server.bookings.repository.bookings import Bookings
from server.bookings.repository.changes import Changes
from server.bookings.repository.quotes import Quotes
from server.bookings.service.acting import (
    HistoryEvent,
    Locked,
    NotBookable,
    QuoteExpired,
    check,
    lock,
    period_of,
    record,
    who,
)
from server.bookings.service.prices import Wish, clearance_of, priced, stay_of, to_quote
from server.bookings.service.reading import to_read
from server.bookings.service.terms import columns_of, terms_of
from server.bookings.tables import BookingChangeTable, BookingTable, QuoteTable
from server.calendars.service import door as calendars
from server.calendars.service.door import Clearance
from server.core import clock
from server.core.errors import DatesTaken, InvalidTransition, NotFound
from server.core.events import publish
from server.core.identity import Identity
from server.core.ids import new_id
from server.properties.service import door as properties
from server.properties.service.door import Home
from shared_models.booking_steps import Act, answer_by, last_day_to_answer
from shared_models.bookings import (
    Actor,
    BookingRead,
    BookingSide,
    ChangeQuoteRequest,
    ChangeStatus,
    HistoryEventKind,
    Quote,
)
from shared_models.calendars import ClaimKind
from shared_models.problems import FieldProblem
from shared_models.stay_dates import Stay, local_day
from shared_models.stay_limits import StayLimits, change_refusals

LAPSED_AT_A_TIME = 500


async def quote(session: AsyncSession, caller: Identity, booking_id: UUID, request: ChangeQuoteRequest) -> Quote:
    """What the stay would cost with other dates or guests, at the home's prices of now; kept for its asker.

    Early birds and last minutes are counted from the day of the booking, so that nobody gains by asking late, and who
    gave up refunds keeps the cheaper nights.

    Raises NotFound, InvalidTransition, NotBookable, DatesTaken, Malformed.
    """
    stay = stay_of(request)
    found = await Bookings(session).home_of(caller.id, booking_id)
    booking = await Bookings(session).by_id(booking_id)
    if found is None or booking is None:
        raise NotFound
    home_id, side = found
    home = await properties.kept_home(session, home_id)
    await check(session, booking, home, (side, Act.ASK_CHANGE))
    agreed = (await Quotes(session).by_ids([booking.quote_id]))[booking.quote_id]
    booked_on = local_day(booking.created_at, home.zone)
    row = priced(home, caller.id, Wish(stay, request.guests, agreed.non_refundable, booked_on), clock.now())
    _keep_what_was_agreed(row, booking)
    locked = Locked(booking, side, home)
    _check_request(locked, row)
    clear = _clearance(side, home, booking.id)
    for period in rules.extra_nights(locked.stay, stay):
        if not await calendars.is_free(session, home.id, period, clear):
            raise DatesTaken
    await Quotes(session).add(row)
    return to_quote(row, home)


async def ask(session: AsyncSession, caller: Identity, booking_id: UUID, quote_id: UUID) -> BookingRead:
    """Ask the other side for the change that was quoted; its nights are held until they answer. Twice is once.

    Raises NotFound, QuoteExpired, InvalidTransition, NotBookable, DatesTaken.
    """
    locked = await lock(session, caller, booking_id)
    kept = await Quotes(session).for_tenant(caller.id, quote_id, booking_id)
    if kept is None:
        raise NotFound
    earlier = await Changes(session).of_quote(quote_id)
    if earlier is not None and earlier.status == ChangeStatus.ASKED and earlier.expires_at > clock.now():
        return await to_read(session, locked.booking, locked.home)
    if earlier is not None or kept.expires_at <= clock.now():
        raise QuoteExpired("Ask for the price again.")
    await locked.check(session, Act.ASK_CHANGE)
    _check_request(locked, kept)
    forgotten = (await Changes(session).asked([booking_id])).get(booking_id)
    if forgotten is not None:
        await _expire(session, [forgotten])
    change = await _held(session, locked, kept)
    await record(session, locked.booking, HistoryEvent(HistoryEventKind.CHANGE_ASKED, Actor(locked.side), of=kept))
    await publish(session, BookingChangeAsked(**who(locked.booking), **_which(change)))
    return await to_read(session, locked.booking, locked.home)


async def accept(session: AsyncSession, caller: Identity, booking_id: UUID, change_id: UUID) -> BookingRead:
    """Agree to a change: the booking gets its dates, guests and price. Twice is once.

    Raises NotFound, InvalidTransition.
    """
    locked = await lock(session, caller, booking_id)
    change = await _to_answer(session, locked, change_id, ChangeStatus.ACCEPTED)
    if change is not None:
        kept = (await Quotes(session).by_ids([change.quote_id]))[change.quote_id]
        await _give_back(session, change)
        wished = Stay(check_in=kept.check_in, check_out=kept.check_out)
        await calendars.move(session, locked.home.id, ClaimKind.BOOKING, booking_id, period_of(wished))
        _rewrite(locked.booking, kept)
        await _decide(session, change, ChangeStatus.ACCEPTED)
        await record(session, locked.booking, HistoryEvent(HistoryEventKind.CHANGE_ACCEPTED, Actor(locked.side)))
        await publish(session, BookingChangeAccepted(**who(locked.booking), **_which(change)))
    return await to_read(session, locked.booking, locked.home)


async def decline(
    session: AsyncSession, caller: Identity, booking_id: UUID, change_id: UUID, reason: str
) -> BookingRead:
    """Say no to a change, and why: the booking stays as it was. Twice is once. Raises NotFound, InvalidTransition."""
    locked = await lock(session, caller, booking_id)
    change = await _to_answer(session, locked, change_id, ChangeStatus.DECLINED)
    if change is not None:
        change.reason = reason
        event = HistoryEvent(HistoryEventKind.CHANGE_DECLINED, Actor(locked.side), reason)
        await _leave_as_it_was(session, locked, change, event)
    return await to_read(session, locked.booking, locked.home)


async def withdraw(session: AsyncSession, caller: Identity, booking_id: UUID, change_id: UUID) -> BookingRead:
    """Take one's own wish for a change back. Twice is once. Raises NotFound, InvalidTransition."""
    locked = await lock(session, caller, booking_id)
    change = await _to_answer(session, locked, change_id, ChangeStatus.WITHDRAWN)
    if change is not None:
        await _leave_as_it_was(
            session, locked, change, HistoryEvent(HistoryEventKind.CHANGE_WITHDRAWN, Actor(locked.side))
        )
    return await to_read(session, locked.booking, locked.home)


async def expire_holding(session: AsyncSession, source_ids: Collection[UUID]) -> None:
    """End the changes whose holds have gone; their homes are locked."""
    await _expire(session, await Changes(session).holding(source_ids))


async def lapse(session: AsyncSession) -> bool:
    """End changes nobody answered in time, `LAPSED_AT_A_TIME` at most; answers whether there may be more."""
    found = await Changes(session).lapsed(clock.now(), LAPSED_AT_A_TIME)
    if not found:
        return False
    await calendars.lock(session, [home_id for _, home_id in found])
    await _expire(session, await Changes(session).by_ids([id_ for id_, _ in found]))
    return len(found) == LAPSED_AT_A_TIME


async def close(session: AsyncSession, booking_ids: Iterable[UUID]) -> None:
    """End the open changes of bookings that have ended, and give their nights back."""
    open_changes = await Changes(session).asked(booking_ids)
    for change in await Changes(session).end([row.id for row in open_changes.values()], ChangeStatus.CLOSED):
        await _give_back(session, change)


async def _expire(session: AsyncSession, wanted: Iterable[BookingChangeTable]) -> None:
    ended = await Changes(session).end([change.id for change in wanted], ChangeStatus.EXPIRED)
    bookings = await Bookings(session).by_ids([change.booking_id for change in ended])
    kept = await Quotes(session).by_ids([change.quote_id for change in ended])
    for change in ended:
        await _give_back(session, change)
        event = HistoryEvent(HistoryEventKind.CHANGE_EXPIRED, Actor.CLOCK, of=kept[change.quote_id])
        await record(session, bookings[change.booking_id], event)
        await publish(session, BookingChangeExpired(**who(bookings[change.booking_id]), **_which(change)))


def _check_request(locked: Locked, request: QuoteTable) -> None:
    """Raises NotBookable. A landlord who asks may go beyond the home's own limits, but not back in time."""
    if request.currency != locked.booking.currency:
        reason = f"is priced in {request.currency} now, and the booking is in {locked.booking.currency}"
        raise NotBookable(f"This home {reason}.", errors=[FieldProblem(field="property_id", reason=reason)])
    limits = locked.home.limits if locked.side == BookingSide.TENANT else StayLimits()
    stay, guests = Stay(check_in=request.check_in, check_out=request.check_out), (locked.booking.guests, request.guests)
    found = change_refusals(limits, locked.stay, stay, guests, clock.today_in(locked.home.zone))
    if found:
        raise NotBookable.for_reasons(rules.to_problems(found, limits, stay.check_in))


async def _held(session: AsyncSession, locked: Locked, kept: QuoteTable) -> BookingChangeTable:
    """The further nights held, then the change made."""
    wished, today = Stay(check_in=kept.check_in, check_out=kept.check_out), clock.today_in(locked.home.zone)
    extra = rules.extra_nights(locked.stay, wished)
    change = BookingChangeTable(
        booking_id=locked.booking.id,
        quote_id=kept.id,
        asked_by=locked.side.value,
        other_hold_id=new_id() if len(extra) > 1 else None,
        expires_at=answer_by(clock.now(), last_day_to_answer(locked.stay, wished, today), locked.home.zone),
    )
    sources = [source for source in (change.id, change.other_hold_id) if source is not None]
    clear = _clearance(locked.side, locked.home, locked.booking.id, *sources)
    for period, source in zip(extra, sources, strict=False):
        await calendars.claim(
            session, locked.home.id, period, ClaimKind.HOLD, source, expires_at=change.expires_at, clearance=clear
        )
    await Changes(session).add(change)
    return change


def _clearance(side: BookingSide, home: Home, *exclude: UUID) -> Clearance:
    days = clearance_of(home).days if side == BookingSide.TENANT else 0
    return Clearance(days=days, exclude=frozenset(exclude))


async def _to_answer(
    session: AsyncSession, locked: Locked, change_id: UUID, then: ChangeStatus
) -> BookingChangeTable | None:
    """The change to decide; None when it is decided so already. Raises NotFound, InvalidTransition."""
    change = await Changes(session).locked(locked.booking.id, change_id)
    if change is None:
        raise NotFound
    if change.status == then:
        return None
    status = ChangeStatus(change.status)
    rules.move_change(ChangeStatus.EXPIRED if change.expires_at <= clock.now() else status, then)
    mine = change.asked_by == locked.side
    if mine is not (then == ChangeStatus.WITHDRAWN):
        raise InvalidTransition("You asked for this yourself." if mine else "The other side asked for this.")
    await locked.check(session, Act.WITHDRAW_CHANGE if mine else Act.ANSWER_CHANGE)
    return change


async def _leave_as_it_was(
    session: AsyncSession, locked: Locked, change: BookingChangeTable, event: HistoryEvent
) -> None:
    kept = (await Quotes(session).by_ids([change.quote_id]))[change.quote_id]
    declined = event.kind == HistoryEventKind.CHANGE_DECLINED
    await _give_back(session, change)
    await _decide(session, change, ChangeStatus.DECLINED if declined else ChangeStatus.WITHDRAWN)
    of_change = HistoryEvent(event.kind, event.actor, event.note, of=kept)
    await record(session, locked.booking, of_change)
    answered: type[BookingChangeEvent] = BookingChangeDeclined if declined else BookingChangeWithdrawn
    await publish(session, answered(**who(locked.booking), **_which(change)))


async def _decide(session: AsyncSession, change: BookingChangeTable, then: ChangeStatus) -> None:
    change.status = rules.move_change(ChangeStatus(change.status), then).value
    change.decided_at = clock.now()
    await session.flush()


async def _give_back(session: AsyncSession, change: BookingChangeTable) -> None:
    for source in (change.id, change.other_hold_id):
        if source is not None:
            await calendars.release(session, ClaimKind.HOLD, source)


def _rewrite(booking: BookingTable, kept: QuoteTable) -> None:
    booking.check_in, booking.check_out, booking.guests = kept.check_in, kept.check_out, kept.guests
    booking.lines, booking.total_minor, booking.currency = kept.lines, kept.total_minor, kept.currency
    booking.updated_at = clock.now()


def _keep_what_was_agreed(request: QuoteTable, booking: BookingTable) -> None:
    """Other dates of a booking are paid and cancelled as the booking is, whatever its home says today."""
    request.booking_id, request.payment = booking.id, booking.payment
    for name, value in columns_of(terms_of(booking)).items():
        setattr(request, name, value)


def _which(change: BookingChangeTable) -> dict[str, object]:
    return {"change_id": change.id, "by": BookingSide(change.asked_by)}
