"""A stay from both sides on the real API: asked for and answered, changed, cancelled, with everything said before."""

from datetime import timedelta
from typing import Any

import flet as ft
import pytest
from sqlalchemy import text

from client.core.language import day_range
from server.core.database import Database
from shared_models.auth import Role
from tests.client.bookings.booking.test_booking_flow import (
    BY_THE_MONTH,
    CHECK_IN,
    CHECK_OUT,
    DATES,
    booked_by,
    requested_by,
)
from tests.client.conftest import Line, OpenApp
from tests.client.waiting import dismiss
from tests.conftest import Api, MakePerson, MakeProperty, Person

PHONE, TABLET, DESKTOP = 390, 820, 1440
Parties = tuple[Person, Person]
DAY = timedelta(days=1)


@pytest.fixture
async def parties(a_person: MakePerson) -> Parties:
    """Isla, who stays, and Morag, who lets."""
    return await a_person(Role.TENANT, name="Isla"), await a_person(Role.LANDLORD, name="Morag")


async def wished(api: Api, who: Person, booking: dict[str, Any], guests: int) -> None:
    """A change of guests asked for elsewhere."""
    body = {"check_in": booking["check_in"], "check_out": booking["check_out"], "guests": guests}
    quote = (await api.as_(who).post(f"/bookings/{booking['id']}/quotes", body)).json()
    reply = await api.as_(who).post(f"/bookings/{booking['id']}/changes", {"quote_id": quote["id"]})
    assert reply.status_code == 201, reply.text


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
async def test_a_home_that_is_not_booked_at_once_is_asked_for_and_the_landlord_accepts(
    open_app: OpenApp, a_property: MakeProperty, parties: Parties, width: int
) -> None:
    isla, morag = parties
    await a_property(
        morag, title="The flat", slug="flat", instant_book=False, address_line="1 York Place", **BY_THE_MONTH
    )
    visit = await open_app(f"/homes/flat?{DATES}", isla, width=width)
    await visit.press("Ask to book")
    await visit.until("Check and ask")
    await visit.until("Morag answers within 24 hours.")
    assert visit.sees("You pay nothing until Morag accepts.")
    await visit.press("Ask to book · £")
    await visit.until("You asked to book")
    assert visit.route.startswith("/trips/")
    assert visit.sees("Morag answers by")
    assert visit.sees("Morag accepts or declines")
    assert not visit.sees("York Place")

    landlord = await open_app("/landlord/stays", morag, width=width)
    await landlord.until("Isla asks to stay")
    await landlord.until("1 answer from you")
    await landlord.press("Accept")
    await landlord.press("Accept £")
    await landlord.until("Do next", gone=True)
    await landlord.until("Confirmed")

    await visit.go("/trips")
    await visit.press("The flat. Confirmed")
    await visit.until("Go there: Morag expects you on")
    await visit.until("Morag accepted the request")
    assert visit.sees("1 York Place")


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
async def test_accepting_says_first_who_when_and_for_how_much_and_can_be_read_afterwards(
    open_app: OpenApp, a_property: MakeProperty, parties: Parties, api: Api, width: int, database: Database
) -> None:
    isla, morag = parties
    booking = await requested_by(api, database, isla, await a_property(morag, title="The flat", instant_book=False))
    landlord = await open_app("/landlord/stays", morag, width=width)
    await landlord.press("Accept")
    stay = f"{day_range(CHECK_IN, CHECK_OUT)}, 2 guests, £240.00"
    await landlord.until(f"Isla stays at The flat: {stay}.")
    await landlord.press("Not now")
    assert await status_of(api, isla, booking) == "requested"
    await landlord.press("Accept")
    await landlord.press("Accept £240.00")
    await landlord.until("Accepted just now")
    assert landlord.sees("Isla at The flat")
    assert landlord.sees(stay)
    assert await status_of(api, isla, booking) == "confirmed"
    await landlord.press("Look")
    await landlord.until("You accepted the request")


async def test_while_one_request_is_accepted_the_row_of_the_next_is_its_own(
    open_app: OpenApp,
    a_property: MakeProperty,
    parties: Parties,
    api: Api,
    a_person: MakePerson,
    line: Line,
    database: Database,
) -> None:
    isla, morag = parties
    first = await requested_by(api, database, isla, await a_property(morag, instant_book=False))
    await requested_by(
        api, database, await a_person(Role.TENANT, name="Finn"), await a_property(morag, instant_book=False)
    )
    landlord = await open_app("/landlord/stays", morag)
    await landlord.until("2 answers from you")
    line.holds = "/accept"
    line.flowing.clear()
    await landlord.app.press("Accept", first=True)
    await landlord.press("Accept £240.00")
    assert len(landlord.app.all(ft.ProgressRing)) == 1
    assert (await api.as_(isla).post(f"/bookings/{first['id']}/release")).status_code == 200
    await landlord.app.leave()
    await landlord.app.come_back()
    await landlord.until("1 answer from you")
    assert landlord.sees("Finn asks to stay")
    assert not landlord.app.all(ft.ProgressRing)
    line.flowing.set()


async def status_of(api: Api, who: Person, booking: dict[str, Any]) -> str:
    """How a stay stands for the server."""
    return str((await api.as_(who).get(f"/bookings/{booking['id']}")).json()["status"])


async def test_a_reload_shows_what_the_other_side_did_meanwhile(
    open_app: OpenApp, a_property: MakeProperty, parties: Parties, api: Api, database: Database
) -> None:
    isla, morag = parties
    booking = await requested_by(api, database, isla, await a_property(morag, title="The flat", instant_book=False))
    visit = await open_app(f"/trips/{booking['id']}", isla)
    await visit.until("You asked to book")
    assert (await api.as_(morag).post(f"/bookings/{booking['id']}/accept")).status_code == 200
    await visit.app.leave()
    await visit.app.come_back()
    await visit.until("Morag accepted the request")
    await visit.go("/search")
    assert visit.app.page.session.store.get("when_back") == []  # what is gone waits for nothing


async def test_a_request_is_declined_from_the_list_with_a_reason(
    open_app: OpenApp, a_property: MakeProperty, parties: Parties, api: Api, database: Database
) -> None:
    isla, morag = parties
    booking = await requested_by(api, database, isla, await a_property(morag, title="The flat", instant_book=False))
    landlord = await open_app("/landlord/stays", morag, width=PHONE)
    await landlord.press("Decline")
    await landlord.until("is told why, in your words")
    await landlord.press("Decline the request")
    await landlord.until("Say why in a few words.")
    assert isinstance(landlord.app.focused(), ft.TextField)
    await landlord.press("The home is being repaired.")
    assert not landlord.sees("Say why in a few words.")
    await dismiss(landlord.app)
    await landlord.press("Decline")  # Escape kept the reason
    await landlord.press("Decline the request")
    await landlord.until("Do next", gone=True)
    visit = await open_app(f"/trips/{booking['id']}", isla)
    await visit.until("Morag could not take you. Nothing was booked.")
    assert visit.sees("The home is being repaired.")
    assert visit.sees("Morag declined the request")
    assert not visit.names("Cancel the stay")


async def test_a_request_is_answered_on_its_own_page_or_taken_back(
    open_app: OpenApp, a_property: MakeProperty, parties: Parties, api: Api, database: Database
) -> None:
    isla, morag = parties
    booking = await requested_by(api, database, isla, await a_property(morag, title="The flat", instant_book=False))
    landlord = await open_app("/landlord/stays", morag)
    await landlord.press("Look")
    assert landlord.route == f"/landlord/stays/{booking['id']}"
    await landlord.until("Isla asks to stay")
    visit = await open_app(f"/trips/{booking['id']}", isla, width=PHONE)
    await visit.press("Take the request back")
    await visit.until("Your card is not charged.")
    await visit.press("Take it back")
    await visit.until("The dates were let go. Nothing was booked.")
    await landlord.press("Accept")
    await landlord.press("Accept £240.00")  # too late: it shows how it stands
    await landlord.until("The dates were let go. Nothing was booked.")


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
async def test_dates_are_changed_with_the_difference_shown_and_the_other_side_agrees(
    open_app: OpenApp, a_property: MakeProperty, parties: Parties, api: Api, width: int, database: Database
) -> None:
    isla, morag = parties
    booking = await booked_by(
        api, database, isla, await a_property(morag, title="The flat", sleeps=4, price_minor=8000)
    )
    visit = await open_app(f"/trips/{booking['id']}", isla, width=width)
    await visit.press("Change dates or guests")
    await visit.until("Until then the booked dates count")
    await visit.press("See the new price")
    wrong = "These are the dates and guests of now. Change one of them."
    await visit.until(wrong)
    assert isinstance(visit.app.focused(), ft.KeyboardListener)  # the days
    await visit.press("One guest more")
    assert not visit.sees(wrong)
    await visit.press("See the new price")
    await visit.until("The price stays the same.")
    await visit.press("Ask Morag")
    await visit.until("You asked for a change")
    assert visit.sees("3 guests")

    landlord = await open_app("/landlord/stays", morag, width=width)
    await landlord.until("Isla asks for a change")
    await landlord.press("Look")
    await landlord.until("As wished")
    await landlord.press("Accept the change")
    await landlord.press("Accept £240.00")
    await landlord.until("Isla checks in on")
    assert landlord.sees("You agreed to the change")
    await visit.go("/trips")
    await visit.press("The flat. Confirmed")
    await visit.until("Morag agreed to the change")


async def test_more_nights_cost_more_and_a_no_leaves_the_stay_as_it_was(
    open_app: OpenApp, a_property: MakeProperty, parties: Parties, api: Api, database: Database
) -> None:
    isla, morag = parties
    booking = await booked_by(api, database, isla, await a_property(morag, price_minor=8000))
    body = {"check_in": str(CHECK_IN), "check_out": str(CHECK_OUT + DAY), "guests": 2}
    quote = (await api.as_(morag).post(f"/bookings/{booking['id']}/quotes", body)).json()
    await api.as_(morag).post(f"/bookings/{booking['id']}/changes", {"quote_id": quote["id"]})
    visit = await open_app(f"/trips/{booking['id']}", isla)
    await visit.until("Morag asks for a change")
    assert visit.sees("£80.00 more than now: you pay it by card once it is agreed.")
    assert visit.sees(day_range(CHECK_IN, CHECK_OUT + DAY))
    await visit.press("Decline")
    await visit.press("I would rather keep what we agreed.")
    await visit.press("Decline the change")
    await visit.until("Go there: Morag expects you")
    assert visit.sees("You declined the change")


async def test_a_wish_is_taken_back(
    open_app: OpenApp, a_property: MakeProperty, parties: Parties, api: Api, database: Database
) -> None:
    isla, morag = parties
    booking = await booked_by(api, database, isla, await a_property(morag, sleeps=4))
    await wished(api, isla, booking, 3)
    visit = await open_app(f"/trips/{booking['id']}", isla)
    await visit.until("You asked for a change")
    await visit.press("Take it back, keep the stay as booked")
    await visit.until("You took the wish for a change back")


@pytest.mark.parametrize("width", [PHONE, TABLET, DESKTOP])
@pytest.mark.parametrize("side", ["tenant", "landlord"])
async def test_cancelling_says_first_what_happens_and_asks_why(
    open_app: OpenApp, a_property: MakeProperty, parties: Parties, api: Api, side: str, width: int, database: Database
) -> None:
    isla, morag = parties
    booking = await booked_by(api, database, isla, await a_property(morag, title="The flat"))
    who, root = (isla, "/trips") if side == "tenant" else (morag, "/landlord/stays")
    visit = await open_app(f"{root}/{booking['id']}", who, width=width)
    await visit.press("Cancel the stay")
    await visit.until("£240.00 of £240.00 goes back to")
    assert visit.sees("this cannot be undone")
    await visit.app.type("Why", "My train was cancelled.")
    await visit.press("Cancel it now")
    await visit.until("You cancelled this stay. £240.00 of £240.00 goes back to")
    assert not visit.names("Change dates or guests")
    other, there = (morag, "/landlord/stays") if side == "tenant" else (isla, "/trips")
    seen = await open_app(f"{there}/{booking['id']}", other, width=width)
    await seen.until("My train was cancelled.")


async def test_after_the_day_of_arrival_a_landlord_says_that_nobody_came(
    open_app: OpenApp, a_property: MakeProperty, parties: Parties, api: Api, database: Database
) -> None:
    isla, morag = parties
    booking = await booked_by(api, database, isla, await a_property(morag, title="The flat"))
    async with database.transaction() as session:
        back = "check_in = check_in - 32, check_out = check_out - 28"
        await session.execute(text(f"UPDATE booking SET {back}"))
        await session.execute(
            text("UPDATE occupancy SET period = (SELECT daterange(check_in, check_out) FROM booking)")
        )
    visit = await open_app(f"/trips/{booking['id']}", isla)
    await visit.until("Check out by")
    assert not visit.names("Nobody came")
    landlord = await open_app(f"/landlord/stays/{booking['id']}", morag)
    await landlord.press("Nobody came")
    await landlord.until("all nights of this stay open to others")
    await landlord.press("Yes, nobody came")
    await landlord.until("Nobody arrived. The nights were given back.")
    assert landlord.sees("You said that nobody came")


async def test_the_landlord_reaches_a_stay_from_the_list_and_others_find_nothing(
    open_app: OpenApp, a_property: MakeProperty, parties: Parties, api: Api, a_person: MakePerson, database: Database
) -> None:
    isla, morag = parties
    booking = await booked_by(api, database, isla, await a_property(morag, title="The flat"))
    landlord = await open_app("/landlord/stays", morag)
    await landlord.press("Isla at The flat")
    await landlord.until("Stay of Isla")
    assert landlord.route == f"/landlord/stays/{booking['id']}"
    assert landlord.sees("The price, paid by card")
    await landlord.press("Show in the calendar")
    assert landlord.route.startswith("/landlord/calendar")
    stranger = await open_app(f"/landlord/stays/{booking['id']}", await a_person(Role.LANDLORD))
    await stranger.press("All stays")
    await stranger.until("No stays to come")


async def test_without_the_server_a_request_can_be_accepted_again(
    open_app: OpenApp, a_property: MakeProperty, parties: Parties, api: Api, line: Line, database: Database
) -> None:
    isla, morag = parties
    await requested_by(api, database, isla, await a_property(morag, instant_book=False))
    landlord = await open_app("/landlord/stays", morag)
    await landlord.until("Isla asks to stay")
    line.cut = True
    await landlord.press("Accept")
    await landlord.press("Accept £240.00")
    await landlord.until("The server cannot be reached")
    line.cut = False
    await landlord.press("Accept")
    await landlord.press("Accept £240.00")
    await landlord.until("Do next", gone=True)


async def test_dates_asked_for_already_are_named_when_booking_there_again(
    open_app: OpenApp, a_property: MakeProperty, parties: Parties, api: Api, database: Database
) -> None:
    isla, morag = parties
    booking = await requested_by(api, database, isla, await a_property(morag, slug="flat", instant_book=False))
    later = f"check_in={CHECK_OUT + DAY}&check_out={CHECK_OUT + 2 * DAY}&guests=2"
    visit = await open_app(f"/homes/flat/book?{later}", isla)
    await visit.until(f"You asked for dates here already: {day_range(CHECK_IN, CHECK_OUT)}.")
    await visit.press("Look at them")
    assert visit.route == f"/trips/{booking['id']}"


async def test_a_price_of_a_change_that_lapsed_is_fetched_anew(
    open_app: OpenApp, a_property: MakeProperty, parties: Parties, api: Api, database: Database
) -> None:
    isla, morag = parties
    booking = await booked_by(api, database, isla, await a_property(morag, sleeps=4))
    visit = await open_app(f"/trips/{booking['id']}", isla)
    await visit.press("Change dates or guests")
    await visit.press("One guest more")
    await visit.press("See the new price")
    await visit.until("Ask Morag")
    async with database.transaction() as session:
        await session.execute(text("UPDATE quote SET expires_at = now() - interval '1 minute'"))
    await visit.press("Ask Morag")
    await visit.press("See the new price")
    await visit.press("Ask Morag")
    await visit.until("You asked for a change")


async def test_the_stays_are_ordered_by_their_columns_and_walked_by_keys(
    open_app: OpenApp, a_property: MakeProperty, parties: Parties, api: Api, database: Database
) -> None:
    isla, morag = parties
    cheap, dear = await a_property(morag, title="Cheap", price_minor=5000), await a_property(morag, title="Dear")
    last = await booked_by(api, database, isla, dear)
    await booked_by(api, database, isla, cheap)
    page = await open_app("/landlord/stays", morag)
    await page.until("When, sorted, nearest first")

    def shown() -> list[str]:
        return [words for words in page.texts if words in ("Cheap", "Dear")]

    await page.press("Price")
    await page.holds(lambda: shown() == ["Cheap", "Dear"] and bool(page.names("Price, sorted, lowest first")))
    await page.press("Price, sorted, lowest first")
    await page.holds(lambda: shown() == ["Dear", "Cheap"])
    assert page.route == "/landlord/stays?order=price_high"
    for letter in ("J", "O"):
        held = dict.fromkeys(("ctrl", "alt", "shift", "meta"), False)
        await page.app.event(page.app.page, "keyboard_event", {"key": letter, **held})
    await page.holds(lambda: page.route == f"/landlord/stays/{last['id']}", page.route)
