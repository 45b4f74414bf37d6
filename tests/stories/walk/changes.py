"""Other dates or guests for an agreed stay."""

from datetime import date

from server.core.ids import new_id
from tests.stories.walk.answers import Json, dates, price, price_of, same
from tests.stories.walk.prices import DAY
from tests.stories.walk.things import LANDLORD, TENANT, Booking, Change, other_side
from tests.stories.walk.walk import Walk, some


async def quote_change(walk: Walk) -> bool:
    booking = walk.booking("confirmed")
    if booking is None:
        return False
    side = walk.rng.choice([TENANT, LANDLORD])
    name = walk.party(booking, side)
    if name not in walk.members:
        return False
    check_in, check_out, guests = _other_dates(walk, booking)
    found, told = await walk.act(
        "quote of a change",
        booking.home,
        f"{booking.check_in} {booking.check_out} to {check_in} {check_out} {guests} by {name}",
        walk.send(name, "POST", f"/bookings/{booking.id}/quotes", {**dates(check_in, check_out), "guests": guests}),
        lambda: walk.model.quote_change(name, booking, check_in, check_out, guests),
        201,
    )
    if found is not None:
        found.id = told["id"]
        same("quote of a change", price(told), price_of(found))
    return True


def _other_dates(walk: Walk, booking: Booking) -> tuple[date, date, int]:
    rng = walk.rng
    sooner, later = rng.choice([(0, 1), (0, 2), (1, 0), (1, 1), (0, -1), (-1, 0), (0, 0), (4, -3), (-9, 9), (-3, 5)])
    check_in, check_out = booking.check_in - DAY * sooner, booking.check_out + DAY * later
    if rng.random() < 0.3:
        check_in = booking.check_in
    return check_in, check_out, rng.choice([booking.quote.guests, 1, 2, 5])


async def ask_change(walk: Walk) -> bool:
    quotes = [one for one in walk.model.quotes[-60:] if one.booking is not None and one.asker in walk.members]
    fresh = [one for one in quotes if one.used_by is None and walk.now < one.until]
    quote = some(walk.rng, fresh if walk.rng.random() < 0.9 else quotes)
    if quote is None or quote.booking is None:
        return False
    booking = quote.booking
    found, told = await walk.act(
        "ask for a change",
        quote.home,
        f"{booking.check_in} {booking.check_out} to {quote.check_in} {quote.check_out} {quote.guests} by {quote.asker}",
        walk.send(quote.asker, "POST", f"/bookings/{booking.id}/changes", {"quote_id": quote.id}),
        lambda: walk.model.ask_change(quote.asker, booking, quote),
        201,
    )
    if found is not None:
        change = found.open_change(walk.now)
        if change is not None and told["change"] is not None:
            change.id, change.other_hold_id = told["change"]["id"], told["change"]["other_hold_id"]
        walk.same_booking(told, found)
    return True


async def accept_change(walk: Walk) -> bool:
    return await _answer_change(walk, "accept", "accepted")


async def decline_change(walk: Walk) -> bool:
    return await _answer_change(walk, "decline", "declined", {"reason": "No."})


async def withdraw_change(walk: Walk) -> bool:
    return await _answer_change(walk, "withdraw", "withdrawn")


async def _answer_change(walk: Walk, act: str, then: str, body: Json | None = None) -> bool:
    changed = [one for one in walk.model.bookings if one.change is not None]
    waiting = [one for one in changed if one.open_change(walk.now) is not None]
    booking = some(walk.rng, waiting if walk.rng.random() < 0.85 else changed[-10:])
    if booking is None or booking.change is None:
        return False
    change: Change | None = booking.change
    mine = then == "withdrawn"
    side = booking.change.by if mine else other_side(booking.change.by)
    name = walk.party(booking, side)
    if name not in walk.members:
        return False
    change_id = booking.change.id
    if walk.rng.random() < 0.02:
        change, change_id = None, str(new_id())
    found, told = await walk.act(
        f"{act} a change",
        booking.home,
        f"{booking.check_in} {booking.check_out} by {name}",
        walk.send(name, "POST", f"/bookings/{booking.id}/changes/{change_id}/{act}", body),
        lambda: walk.model.answer_change(name, booking, change, then),
    )
    if found is not None:
        walk.same_booking(told, found)
    return True
