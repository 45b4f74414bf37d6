"""From a price to a stay, and how stays end."""

from collections.abc import Callable, Sequence
from datetime import date

from tests.stories.walk.answers import Json, dates, instant, price, price_of, same
from tests.stories.walk.things import LANDLORD, TENANT, WAITS, Booking, Home, Quote
from tests.stories.walk.walk import Walk, some


async def quote(walk: Walk) -> bool:
    home, name = walk.home(), walk.person()
    wanted = some(walk.rng, [one for one in walk.model.quotes[-8:] if one.booking is None])
    if wanted is not None and walk.rng.random() < 0.2:  # what somebody else is looking at, too
        await _quote(walk, name, wanted.home, (wanted.check_in, wanted.check_out, wanted.guests))
    else:
        await _quote(walk, name, home, walk.fitting_stay(home))
    return True


async def _quote(walk: Walk, name: str, home: Home, stay: tuple[date, date, int]) -> Quote | None:
    check_in, check_out, guests = stay
    body = {"property_id": home.id, **dates(check_in, check_out), "guests": guests}
    found, told = await walk.act(
        "quote",
        home,
        f"{check_in} {check_out} {guests} by {name}",
        walk.send(name, "POST", "/quotes", body),
        lambda: walk.model.quote(name, home, check_in, check_out, guests),
        201,
    )
    if found is not None:
        found.id = told["id"]
        walk.tally.priced(found)
        same("quote", price(told), price_of(found))
        same("its end", instant(told["expires_at"]), found.until)
        same("whether at once", told["instant_book"], home.facts["instant_book"])
    return found


async def hold(walk: Walk) -> bool:
    open_ones = [one for one in walk.model.quotes[-40:] if one.booking is None and one.asker in walk.members]
    fresh = [one for one in open_ones if one.used_by is None and walk.now < one.until]
    quote = some(walk.rng, fresh if walk.rng.random() < 0.9 else open_ones)
    if quote is None:
        return False
    await _hold(walk, quote.asker if walk.rng.random() < 0.97 else walk.rng.choice(walk.tenants), quote)
    return True


async def _hold(walk: Walk, name: str, quote: Quote) -> None:
    found, told = await walk.act(
        "hold",
        quote.home,
        f"{quote.check_in} {quote.check_out} by {name}",
        walk.send(name, "POST", "/bookings", {"quote_id": quote.id}),
        lambda: walk.model.hold(name, quote),
        201,
    )
    if found is not None:
        found.id = told["id"]
        walk.same_booking(told, found)


async def hoard(walk: Walk) -> bool:
    """Somebody holds whatever they can get."""
    name = walk.rng.choice(walk.tenants)
    for home in walk.rng.sample(walk.model.homes, 6):
        found = await _quote(walk, name, home, walk.fitting_stay(home))
        if found is not None:
            await _hold(walk, name, found)
    return True


async def confirm(walk: Walk) -> bool:
    return await _on_booking(walk, "confirm", TENANT, ("held",), walk.model.confirm)


async def release(walk: Walk) -> bool:
    return await _on_booking(walk, "release", TENANT, WAITS, walk.model.release)


async def accept(walk: Walk) -> bool:
    return await _on_booking(walk, "accept", LANDLORD, ("requested",), walk.model.accept)


async def decline(walk: Walk) -> bool:
    return await _on_booking(walk, "decline", LANDLORD, ("requested",), walk.model.decline, {"reason": "Sorry."})


async def cancel(walk: Walk) -> bool:
    side = walk.rng.choice([TENANT, LANDLORD])
    return await _on_booking(walk, "cancel", side, ("confirmed",), walk.model.cancel, {"reason": "Ill."})


async def no_show(walk: Walk) -> bool:
    late = [one for one in walk.model.bookings if one.status == "confirmed" and one.check_in < one.home.today(walk.now)]
    chosen = some(walk.rng, late)
    return await _on_booking(walk, "no-show", LANDLORD, ("confirmed",), walk.model.no_show, chosen=chosen)


async def _on_booking(
    walk: Walk,
    act: str,
    side: str,
    statuses: Sequence[str],
    expected: Callable[[str, Booking], Booking],
    body: Json | None = None,
    chosen: Booking | None = None,
) -> bool:
    booking = chosen or walk.booking(*statuses)
    if booking is None:
        return False
    name = walk.party(booking, side)
    if name not in walk.members:
        return False
    found, told = await walk.act(
        act,
        booking.home,
        f"{booking.check_in} {booking.check_out} {booking.status_at(walk.now)} by {name}",
        walk.send(name, "POST", f"/bookings/{booking.id}/{act}", body),
        lambda: expected(name, booking),
    )
    if found is not None:
        walk.same_booking(told, found)
    return True
