"""Other dates or guests for an agreed stay: one side asks, the other answers, and until then nothing changes.

The nights that the new dates need beyond the old ones are held meanwhile. `change_answers` tells what comes of it,
`change_endings` how it comes to nothing.
"""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.bookings import rules
from server.bookings.events import (
    BookingChangeAsked,
)
from server.bookings.repository.bookings import Bookings
from server.bookings.repository.changes import Changes
from server.bookings.repository.quotes import Quotes
from server.bookings.service import rent
from server.bookings.service.acting import (
    HistoryEvent,
    Locked,
    NotBookable,
    QuoteExpired,
    check,
    lock,
    record,
    who,
)
from server.bookings.service.change_endings import expire, which
from server.bookings.service.prices import Wish, clearance_of, priced, stay_of, to_quote
from server.bookings.service.reading import to_read
from server.bookings.service.terms import columns_of, terms_of
from server.bookings.tables import BookingChangeTable, BookingTable, QuoteTable
from server.calendars.service import door as calendars
from server.calendars.service.door import Clearance
from server.core import clock
from server.core.errors import DatesTaken, NotFound
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
    await rent.check_change(session, booking, row)
    clear = clearance(side, home, booking.id)
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
    await rent.check_change(session, locked.booking, kept)
    await expire(session, list((await Changes(session).open_of([booking_id])).values()))
    change = await _held(session, locked, kept)
    await record(session, locked.booking, HistoryEvent(HistoryEventKind.CHANGE_ASKED, Actor(locked.side), of=kept))
    await publish(session, BookingChangeAsked(**who(locked.booking), **which(change)))
    return await to_read(session, locked.booking, locked.home)


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
    clear = clearance(locked.side, locked.home, locked.booking.id, *sources)
    for period, source in zip(extra, sources, strict=False):
        await calendars.claim(
            session, locked.home.id, period, ClaimKind.HOLD, source, expires_at=change.expires_at, clearance=clear
        )
    await Changes(session).add(change)
    return change


def clearance(side: BookingSide, home: Home, *exclude: UUID) -> Clearance:
    """How far other guests must stay away from the nights that a side asks for; claims for `exclude` do not count."""
    days = clearance_of(home).days if side == BookingSide.TENANT else 0
    return Clearance(days=days, exclude=frozenset(exclude))


def _keep_what_was_agreed(request: QuoteTable, booking: BookingTable) -> None:
    """Other dates of a booking are paid and cancelled as the booking is, whatever its home says today."""
    request.booking_id, request.payment = booking.id, booking.payment
    for name, value in columns_of(terms_of(booking)).items():
        setattr(request, name, value)
