"""What people see: searches, calendars, feeds, bookings."""

from datetime import date

from icalendar import Calendar

from tests.stories.walk.answers import dates, same, total
from tests.stories.walk.prices import DAY, lines_of
from tests.stories.walk.things import LANDLORD, TENANT, WAITS, Refused
from tests.stories.walk.walk import Walk


async def search(walk: Walk) -> bool:
    near = walk.home()
    check_in, check_out, guests = walk.stay(near)
    let_type, currency = near.facts["let_type"], walk.rng.choice([None, near.facts["currency"]])
    params = {**dates(check_in, check_out), "guests": guests, "let_type": let_type, "limit": 60, "sort": "price_low"}
    if currency is not None:
        params |= {"currency": currency, "price_max": near.facts["price_minor"]}
    found, told = await walk.act(
        "search",
        near,
        f"{check_in} {check_out} {guests} {let_type} {currency}",
        walk.send(None, "GET", "/search", params=params),
        lambda: walk.model.found(check_in, check_out, guests),
    )
    if found is None:
        return True
    wanted = [
        home
        for home in found
        if home.facts["let_type"] == let_type
        and (
            currency is None
            or (home.facts["currency"] == currency and home.facts["price_minor"] <= near.facts["price_minor"])
        )
    ]
    totals = {home.id: total(lines_of(home.facts, check_in, check_out), home.facts["currency"]) for home in wanted}
    same("what is found", {hit["id"]: hit["total"] for hit in told["items"]}, totals)
    same("how many are found", told["total"], len(totals))
    return True


async def see_taken(walk: Walk) -> bool:
    home = walk.home()
    start = home.today(walk.now) - DAY * walk.rng.choice([0, 1, 40])
    end = start + DAY * walk.rng.choice([7, 60, 800])
    name = walk.rng.choice([None, home.landlord, walk.rng.choice(walk.tenants)])

    def expected() -> list[tuple[date, date]]:
        if home.paused and name != home.landlord:
            raise Refused(404, "not_found")
        return walk.model.taken(home, start, end)

    found, told = await walk.act(
        "see what is taken",
        home,
        f"{start} {end} by {name}",
        walk.send(name, "GET", f"/calendars/{home.id}/taken", params={"start": f"{start}", "end": f"{end}"}),
        expected,
    )
    if found is not None:
        periods = [(one["start"], one["end"]) for one in told["taken"]]
        same("taken", periods, [(f"{first}", f"{last}") for first, last in found])
    return True


async def read_feed(walk: Walk) -> bool:
    home = walk.home()
    reply = await walk.send(None, "GET", home.feed)
    walk.tell("read a feed", home, "", reply)
    same("the feed's status", reply.status_code, 200)
    events = [
        (event.decoded("dtstart"), event.decoded("dtend"), str(event["summary"]))
        for event in Calendar.from_ical(reply.content).walk("VEVENT")
    ]
    same("the feed", sorted(events), walk.model.feed(home))
    again = await walk.send(None, "GET", home.feed, headers={"If-None-Match": reply.headers["etag"]})
    same("the feed read again", again.status_code, 304)
    return True


async def see_booking(walk: Walk) -> bool:
    booking = walk.booking(*WAITS, "confirmed", "completed", "cancelled")
    name = "" if booking is None else walk.party(booking, walk.rng.choice([TENANT, LANDLORD]))
    if booking is None or name not in walk.members:
        return False
    chosen = booking
    found, told = await walk.act(
        "see a booking",
        booking.home,
        f"{booking.status_at(walk.now)} by {name}",
        walk.send(name, "GET", f"/bookings/{booking.id}"),
        lambda: chosen.side_of(name) and chosen,
    )
    if found is not None:
        walk.same_booking(told, booking)
    return True
