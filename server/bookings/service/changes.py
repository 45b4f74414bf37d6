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
    Happening,
    Locked,
    NotBookable,
    QuoteExpired,
    check,
    locked,
    period_of,
    who,
    write_down,
)
from server.bookings.service.prices import as_told, clearance_of, priced, stay_of
from server.bookings.service.reading import shown
from server.bookings.tables import BookingChangeTable, BookingTable, QuoteTable
from server.calendars import service as calendars
from server.calendars.service import Clearance
from server.core import clock
from server.core.errors import DatesTaken, NotFound, WrongMove
from server.core.events import publish
from server.core.identity import Identity
from server.core.ids import new_id
from server.properties import service as properties
from server.properties.service import Home
from shared_models.booking_steps import Act, answer_by, last_day_to_answer
from shared_models.bookings import Actor, BookingRead, BookingSide, ChangeStatus, ChangeWish, Deed, Quote
from shared_models.calendars import ClaimKind
from shared_models.problems import FieldProblem
from shared_models.stay_dates import Stay
from shared_models.stay_limits import StayLimits, change_refusals

LAPSED_AT_A_TIME = 500


async def quote(session: AsyncSession, caller: Identity, booking_id: UUID, wish: ChangeWish) -> Quote:
    """What the stay would cost with other dates or guests, at the home's prices of now; kept for its asker.

    Raises NotFound, WrongMove, NotBookable, DatesTaken, Malformed.
    """
    stay = stay_of(wish)
    found = await Bookings(session).home_of(caller.id, booking_id)
    booking = await Bookings(session).by_id(booking_id)
    if found is None or booking is None:
        raise NotFound
    home_id, side = found
    home = await properties.kept_home(session, home_id)
    await check(session, booking, home, (side, Act.ASK_CHANGE))
    row = priced(home, caller.id, stay, wish.guests, clock.now())
    row.booking_id = booking.id
    now = Locked(booking, side, home)
    _check_wish(now, row)
    clear = _clearance(side, home, booking.id)
    for period in rules.extra_nights(now.stay, stay):
        if not await calendars.is_free(session, home.id, period, clear):
            raise DatesTaken
    await Quotes(session).add(row)
    return as_told(row, home)


async def ask(session: AsyncSession, caller: Identity, booking_id: UUID, quote_id: UUID) -> BookingRead:
    """Ask the other side for the change that was quoted; its nights are held until they answer. Twice is once.

    Raises NotFound, QuoteExpired, WrongMove, NotBookable, DatesTaken.
    """
    now = await locked(session, caller, booking_id)
    kept = await Quotes(session).for_tenant(caller.id, quote_id, booking_id)
    if kept is None:
        raise NotFound
    earlier = await Changes(session).of_quote(quote_id)
    if earlier is not None and earlier.status == ChangeStatus.ASKED and earlier.expires_at > clock.now():
        return await shown(session, now.booking, now.home)
    if earlier is not None or kept.expires_at <= clock.now():
        raise QuoteExpired("Ask for the price again.")
    await now.check(session, Act.ASK_CHANGE)
    _check_wish(now, kept)
    forgotten = (await Changes(session).asked([booking_id])).get(booking_id)
    if forgotten is not None:
        await _expire(session, [forgotten])
    change = await _held(session, now, kept)
    await write_down(session, now.booking, Happening(Deed.CHANGE_ASKED, Actor(now.side), of=kept))
    await publish(session, BookingChangeAsked(**who(now.booking), **_which(change)))
    return await shown(session, now.booking, now.home)


async def accept(session: AsyncSession, caller: Identity, booking_id: UUID, change_id: UUID) -> BookingRead:
    """Agree to a change: the booking gets its dates, guests and price. Twice is once. Raises NotFound, WrongMove."""
    now = await locked(session, caller, booking_id)
    change = await _to_answer(session, now, change_id, ChangeStatus.ACCEPTED)
    if change is not None:
        kept = (await Quotes(session).by_ids([change.quote_id]))[change.quote_id]
        await _give_back(session, change)
        wished = Stay(check_in=kept.check_in, check_out=kept.check_out)
        await calendars.move(session, now.home.id, ClaimKind.BOOKING, booking_id, period_of(wished))
        _rewrite(now.booking, kept)
        await _decide(session, change, ChangeStatus.ACCEPTED)
        await write_down(session, now.booking, Happening(Deed.CHANGE_ACCEPTED, Actor(now.side)))
        await publish(session, BookingChangeAccepted(**who(now.booking), **_which(change)))
    return await shown(session, now.booking, now.home)


async def decline(
    session: AsyncSession, caller: Identity, booking_id: UUID, change_id: UUID, reason: str
) -> BookingRead:
    """Say no to a change, and why: the booking stays as it was. Twice is once. Raises NotFound, WrongMove."""
    now = await locked(session, caller, booking_id)
    change = await _to_answer(session, now, change_id, ChangeStatus.DECLINED)
    if change is not None:
        change.reason = reason
        happening = Happening(Deed.CHANGE_DECLINED, Actor(now.side), reason)
        await _leave_as_it_was(session, now, change, happening)
    return await shown(session, now.booking, now.home)


async def withdraw(session: AsyncSession, caller: Identity, booking_id: UUID, change_id: UUID) -> BookingRead:
    """Take one's own wish for a change back. Twice is once. Raises NotFound, WrongMove."""
    now = await locked(session, caller, booking_id)
    change = await _to_answer(session, now, change_id, ChangeStatus.WITHDRAWN)
    if change is not None:
        await _leave_as_it_was(session, now, change, Happening(Deed.CHANGE_WITHDRAWN, Actor(now.side)))
    return await shown(session, now.booking, now.home)


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
        happening = Happening(Deed.CHANGE_EXPIRED, Actor.CLOCK, of=kept[change.quote_id])
        await write_down(session, bookings[change.booking_id], happening)
        await publish(session, BookingChangeExpired(**who(bookings[change.booking_id]), **_which(change)))


def _check_wish(now: Locked, wish: QuoteTable) -> None:
    """Raises NotBookable. A landlord who asks may go beyond the home's own limits, but not back in time."""
    if wish.currency != now.booking.currency:
        reason = f"is priced in {wish.currency} now, and the booking is in {now.booking.currency}"
        raise NotBookable(f"This home {reason}.", errors=[FieldProblem(field="property_id", reason=reason)])
    limits = now.home.limits if now.side == BookingSide.TENANT else StayLimits()
    stay, guests = Stay(check_in=wish.check_in, check_out=wish.check_out), (now.booking.guests, wish.guests)
    found = change_refusals(limits, now.stay, stay, guests, clock.today_in(now.home.zone))
    if found:
        raise NotBookable.for_reasons(rules.told(found, limits, stay.check_in))


async def _held(session: AsyncSession, now: Locked, kept: QuoteTable) -> BookingChangeTable:
    """The further nights held, then the change made."""
    wished, today = Stay(check_in=kept.check_in, check_out=kept.check_out), clock.today_in(now.home.zone)
    extra = rules.extra_nights(now.stay, wished)
    change = BookingChangeTable(
        booking_id=now.booking.id,
        quote_id=kept.id,
        asked_by=now.side.value,
        other_hold_id=new_id() if len(extra) > 1 else None,
        expires_at=answer_by(clock.now(), last_day_to_answer(now.stay, wished, today), now.home.zone),
    )
    sources = [source for source in (change.id, change.other_hold_id) if source is not None]
    clear = _clearance(now.side, now.home, now.booking.id, *sources)
    for period, source in zip(extra, sources, strict=False):
        await calendars.claim(
            session, now.home.id, period, ClaimKind.HOLD, source, expires_at=change.expires_at, clearance=clear
        )
    await Changes(session).add(change)
    return change


def _clearance(side: BookingSide, home: Home, *but: UUID) -> Clearance:
    days = clearance_of(home).days if side == BookingSide.TENANT else 0
    return Clearance(days=days, but=frozenset(but))


async def _to_answer(
    session: AsyncSession, now: Locked, change_id: UUID, then: ChangeStatus
) -> BookingChangeTable | None:
    """The change to decide; None when it is decided so already. Raises NotFound, WrongMove."""
    change = await Changes(session).locked(now.booking.id, change_id)
    if change is None:
        raise NotFound
    if change.status == then:
        return None
    status = ChangeStatus(change.status)
    rules.move_change(ChangeStatus.EXPIRED if change.expires_at <= clock.now() else status, then)
    mine = change.asked_by == now.side
    if mine is not (then == ChangeStatus.WITHDRAWN):
        raise WrongMove("You asked for this yourself." if mine else "The other side asked for this.")
    await now.check(session, Act.WITHDRAW_CHANGE if mine else Act.ANSWER_CHANGE)
    return change


async def _leave_as_it_was(
    session: AsyncSession, now: Locked, change: BookingChangeTable, happening: Happening
) -> None:
    kept = (await Quotes(session).by_ids([change.quote_id]))[change.quote_id]
    declined = happening.deed == Deed.CHANGE_DECLINED
    await _give_back(session, change)
    await _decide(session, change, ChangeStatus.DECLINED if declined else ChangeStatus.WITHDRAWN)
    told = Happening(happening.deed, happening.actor, happening.note, of=kept)
    await write_down(session, now.booking, told)
    event: type[BookingChangeEvent] = BookingChangeDeclined if declined else BookingChangeWithdrawn
    await publish(session, event(**who(now.booking), **_which(change)))


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


def _which(change: BookingChangeTable) -> dict[str, object]:
    return {"change_id": change.id, "by": BookingSide(change.asked_by)}
