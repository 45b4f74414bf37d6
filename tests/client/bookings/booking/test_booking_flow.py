"""From a home to a stay on the real API: the price, the hold, the confirmation, and everything that refuses."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import flet as ft
import pytest
from sqlalchemy import text

from client.core import clock, tasks
from server.core.database import Database
from shared_models.auth import Role
from tests.client.conftest import Line, OpenApp, Visit
from tests.conftest import Api, MakePerson, MakeProperty, Person
from tests.server.stays import agreed, asked

PHONE, TABLET, DESKTOP = 390, 820, 1440
BY_THE_MONTH: dict[str, Any] = {"let_type": "monthly", "price_minor": 2400_00}
"""Stays at a home that is let by the month are paid month by month: its dates are held first, then confirmed."""
TODAY = clock.today_in("UTC")
CHECK_IN = TODAY + timedelta(days=30)
CHECK_OUT = CHECK_IN + timedelta(days=3)
DATES = f"check_in={CHECK_IN}&check_out={CHECK_OUT}&guests=2"
WISH = {"check_in": str(CHECK_IN), "check_out": str(CHECK_OUT), "guests": 2}


async def held_by(api: Api, person: Person, property_id: Any) -> dict[str, Any]:
    """A hold made by someone elsewhere."""
    quote = await api.as_(person).post("/quotes", {"property_id": str(property_id), **WISH})
    reply = await api.as_(person).post("/bookings", {"quote_id": quote.json()["id"]})
    assert reply.status_code == 201, reply.text
    found: dict[str, Any] = reply.json()
    return found


async def booked_by(api: Api, database: Database, person: Person, property_id: Any) -> dict[str, Any]:
    """A stay that was paid elsewhere."""
    return await agreed(api, database, person, await held_by(api, person, property_id))


async def requested_by(api: Api, database: Database, person: Person, property_id: Any) -> dict[str, Any]:
    """A stay that a landlord was asked about elsewhere; a card holds the money."""
    return await asked(api, database, person, await held_by(api, person, property_id))


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
async def test_a_home_is_booked_from_its_page_in_two_steps(
    open_app: OpenApp, a_property: MakeProperty, a_person: MakePerson, width: int
) -> None:
    morag = await a_person(Role.LANDLORD, name="Morag")
    await a_property(morag, title="爱丁堡 🏰", slug="flat", address_line="1 York Place", **BY_THE_MONTH)
    visit = await open_app(f"/homes/flat?{DATES}", await a_person(Role.TENANT), width=width)
    await visit.until("Book")
    assert not visit.sees("York Place")
    await visit.press("Book")
    await visit.press("Hold these dates")
    await visit.until("15 minutes left")
    await visit.press("Confirm booking, pay")
    await visit.until("Go there: Morag expects you on")
    assert visit.sees("York Place")
    assert visit.sees("Confirmed")
    assert visit.route.startswith("/trips/")
    await visit.press("Back to your trips")
    await visit.until("爱丁堡 🏰. Confirmed")


async def test_a_visitor_signs_in_where_they_are_and_goes_on(
    open_app: OpenApp, a_property: MakeProperty, a_person: MakePerson
) -> None:
    await a_property(slug="flat")
    isla = await a_person(Role.TENANT)
    visit = await open_app(f"/homes/flat/book?{DATES}")
    await visit.until("To book this home. Your dates are kept.")
    await visit.app.type("E-mail", isla.email)
    await visit.app.type("Password", "a long enough password")
    await visit.app.event(visit.app.field("Password"), "submit")
    await visit.until("Book and pay £240.00")
    assert visit.route == f"/homes/flat/book?{DATES}"


async def test_a_reload_within_the_hold_finds_it_again_and_it_can_be_let_go(
    open_app: OpenApp, a_property: MakeProperty, a_person: MakePerson, api: Api
) -> None:
    isla = await a_person(Role.TENANT)
    await held_by(api, isla, await a_property(slug="flat"))
    visit = await open_app(f"/homes/flat/book?{DATES}", isla)
    await visit.until("Book and pay £240.00")
    await visit.press("Let the dates go")
    await visit.holds(lambda: visit.route == f"/homes/flat?{DATES}", "the home")
    await visit.until("Book")
    assert (await api.as_(isla).get("/bookings", params={"side": "tenant", "when": "all"})).json()["items"][0][
        "status"
    ] == "cancelled"


async def test_dates_taken_meanwhile_lead_to_other_dates_or_other_homes(
    open_app: OpenApp, a_property: MakeProperty, a_person: MakePerson, api: Api
) -> None:
    id_ = await a_property(slug="flat")
    visit = await open_app(f"/homes/flat/book?{DATES}", await a_person(Role.TENANT))
    await visit.until("Book and pay £240.00")
    await held_by(api, await a_person(Role.TENANT), id_)
    await visit.press("Book and pay £240.00")
    await visit.until("Someone else took these dates a moment ago.")
    await visit.press("Other homes for these dates")
    await visit.holds(lambda: visit.route == f"/search?text=Edinburgh&{DATES}&let_type=nightly", "the search")


async def test_dates_that_are_taken_on_arrival_say_so(
    open_app: OpenApp, a_property: MakeProperty, a_person: MakePerson, api: Api
) -> None:
    await held_by(api, await a_person(Role.TENANT), await a_property(slug="flat"))
    visit = await open_app(f"/homes/flat/book?{DATES}", await a_person(Role.TENANT))
    await visit.until("These dates are taken")
    assert not visit.names("Book and pay")


async def test_a_price_that_lapsed_is_fetched_anew(
    open_app: OpenApp, a_property: MakeProperty, a_person: MakePerson, database: Database
) -> None:
    await a_property(slug="flat", **BY_THE_MONTH)
    visit = await open_app(f"/homes/flat/book?{DATES}", await a_person(Role.TENANT))
    await visit.until("Hold these dates")
    async with database.transaction() as session:
        await session.execute(text("UPDATE quote SET expires_at = now() - interval '1 minute'"))
    await visit.press("Hold these dates")
    await visit.press("Get the price of now")
    await visit.press("Hold these dates")
    await visit.until("15 minutes left")


async def end_holds(database: Database) -> None:
    """Let every hold end, as time does."""
    async with database.transaction() as session:
        await session.execute(text("UPDATE occupancy SET expires_at = now() - interval '1 minute' WHERE kind = 'hold'"))
        await session.execute(text("UPDATE booking SET hold_expires_at = now() - interval '1 minute'"))


async def test_a_hold_that_lapsed_books_nothing_and_can_be_held_again(
    open_app: OpenApp, a_property: MakeProperty, a_person: MakePerson, database: Database
) -> None:
    await a_property(slug="flat", **BY_THE_MONTH)
    visit = await open_app(f"/homes/flat/book?{DATES}", await a_person(Role.TENANT))
    await visit.press("Hold these dates")
    await visit.until("15 minutes left")
    await end_holds(database)
    await visit.press("Confirm booking")
    await visit.until("The hold has ended")
    assert not visit.names("Confirm booking")
    await visit.press("Hold these dates again")
    await visit.until("15 minutes left")
    await visit.press("Confirm booking")
    await visit.until("Go there:")


@pytest.fixture
def time_runs(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Let so much time pass on the machine of the reader, who looks at the clock all the time."""
    monkeypatch.setattr(tasks, "LOOK_SECONDS", 0.001)
    return lambda passed: monkeypatch.setattr(clock, "now", lambda: datetime.now(UTC) + passed)


@pytest.mark.parametrize("at", ["checkout", "trip"])
async def test_a_hold_says_by_itself_that_it_has_ended(
    open_app: OpenApp,
    a_property: MakeProperty,
    a_person: MakePerson,
    api: Api,
    database: Database,
    time_runs: Callable[[timedelta], None],
    at: str,
) -> None:
    isla = await a_person(Role.TENANT)
    booking = await held_by(api, isla, await a_property(slug="flat"))
    visit = await open_app(f"/homes/flat/book?{DATES}" if at == "checkout" else f"/trips/{booking['id']}", isla)
    await visit.until("Your turn")
    await end_holds(database)
    time_runs(timedelta(minutes=16))
    await visit.until("Your turn", gone=True)
    assert not visit.names("Book and pay")
    if at == "trip":
        await visit.press("See whether they are still free")
        await visit.until("Book and pay £240.00")
    else:
        assert visit.sees("The hold has ended")
        assert visit.names("Hold these dates again")


async def test_a_hold_that_ended_is_shown_so_without_the_server(
    open_app: OpenApp,
    a_property: MakeProperty,
    a_person: MakePerson,
    line: Line,
    time_runs: Callable[[timedelta], None],
) -> None:
    await a_property(slug="flat", **BY_THE_MONTH)
    visit = await open_app(f"/homes/flat/book?{DATES}", await a_person(Role.TENANT))
    await visit.press("Hold these dates")
    await visit.until("Your turn")
    line.cut = True
    time_runs(timedelta(minutes=16))
    await visit.until("The hold has ended")
    await visit.press("Hold these dates again")
    await visit.until("The server cannot be reached")


async def test_an_ended_hold_whose_dates_went_leads_elsewhere(
    open_app: OpenApp, a_property: MakeProperty, a_person: MakePerson, api: Api, database: Database
) -> None:
    id_ = await a_property(slug="flat", **BY_THE_MONTH)
    visit = await open_app(f"/homes/flat/book?{DATES}", await a_person(Role.TENANT))
    await visit.press("Hold these dates")
    await visit.until("Your turn")
    await end_holds(database)
    await held_by(api, await a_person(Role.TENANT), id_)
    await visit.press("Confirm booking")
    await visit.press("Hold these dates again")
    await visit.until("Someone else took these dates a moment ago.")


async def test_back_after_a_booking_leads_past_the_checkout(
    open_app: OpenApp, a_property: MakeProperty, a_person: MakePerson
) -> None:
    await a_property(slug="flat", **BY_THE_MONTH)
    visit = await open_app(f"/homes/flat?{DATES}", await a_person(Role.TENANT))
    await visit.press("Book")
    await visit.press("Hold these dates")
    await visit.press("Confirm booking")
    await visit.until("Go there:")
    assert [route.partition("?")[0].rpartition("/")[0] for route in visit.history] == ["/homes", "/trips"]
    await visit.go(visit.history[0])
    await visit.until("These nights are yours already: look at your trips.")
    assert not visit.sees("Some of these nights are taken.")


@pytest.mark.parametrize(("instant", "told"), [(True, "You have booked these dates"), (False, "You have asked for")])
async def test_a_checkout_of_dates_that_are_ones_own_says_so(
    open_app: OpenApp,
    a_property: MakeProperty,
    a_person: MakePerson,
    api: Api,
    instant: bool,
    told: str,
    database: Database,
) -> None:
    isla = await a_person(Role.TENANT)
    make, id_ = booked_by if instant else requested_by, await a_property(slug="flat", instant_book=instant)
    booking = await make(api, database, isla, id_)
    visit = await open_app(f"/homes/flat/book?{DATES}", isla)
    await visit.until(told)
    assert not visit.sees("Someone else")
    await visit.press("Look at them")
    assert visit.route == f"/trips/{booking['id']}"


async def test_dates_that_were_booked_elsewhere_meanwhile_by_oneself_are_no_loss(
    open_app: OpenApp, a_property: MakeProperty, a_person: MakePerson, api: Api
) -> None:
    isla, id_ = await a_person(Role.TENANT), await a_property(slug="flat", **BY_THE_MONTH)
    first = await open_app(f"/homes/flat/book?{DATES}", isla)
    second = await open_app(f"/homes/flat/book?{DATES}", isla)
    await first.until("Hold these dates")
    await second.until("Hold these dates")
    booking = await held_by(api, isla, id_)
    await first.press("Hold these dates")  # the hold is found, and goes on
    await first.until("Confirm booking")
    assert (await api.as_(isla).post(f"/bookings/{booking['id']}/confirm")).status_code == 200
    await first.press("Confirm booking")
    await first.until("Go there:")
    await second.press("Hold these dates")
    await second.until("You have booked these dates")


async def test_nights_that_are_partly_ones_own_are_told_as_such(
    open_app: OpenApp, a_property: MakeProperty, a_person: MakePerson, api: Api, database: Database
) -> None:
    isla = await a_person(Role.TENANT)
    await booked_by(api, database, isla, await a_property(slug="flat"))
    longer = f"check_in={CHECK_IN}&check_out={CHECK_OUT + timedelta(days=1)}&guests=2"
    visit = await open_app(f"/homes/flat/book?{longer}", isla)
    await visit.until("Some of these nights are yours already")
    assert visit.sees("You have booked other dates here")
    assert not visit.sees("Someone else")


async def test_a_stay_that_is_too_short_is_refused_in_words(
    open_app: OpenApp, a_property: MakeProperty, a_person: MakePerson
) -> None:
    await a_property(slug="flat", min_nights=5)
    visit = await open_app(f"/homes/flat?{DATES}", await a_person(Role.TENANT))
    await visit.until("5 nights is the minimum stay here.")
    assert getattr(visit.app.button("Book"), "disabled", False)
    await visit.go(f"/homes/flat/book?{DATES}")
    await visit.until("This stay cannot be booked")


async def test_an_address_without_dates_asks_for_them_first(
    open_app: OpenApp, a_property: MakeProperty, a_person: MakePerson
) -> None:
    await a_property(slug="flat")
    visit = await open_app("/homes/flat/book?check_in=soon", await a_person(Role.TENANT))
    await visit.press("Back to the home")
    await visit.until("Choose dates")


async def test_without_the_server_the_dates_are_kept(
    open_app: OpenApp, a_property: MakeProperty, a_person: MakePerson, line: Line
) -> None:
    await a_property(slug="flat", **BY_THE_MONTH)
    visit = await open_app(f"/homes/flat/book?{DATES}", await a_person(Role.TENANT))
    await visit.until("Hold these dates")
    line.cut = True
    await visit.press("Hold these dates")
    await visit.until("The server cannot be reached")
    line.cut = False
    await visit.press("Hold these dates")
    await visit.until("15 minutes left")


async def test_a_hold_is_found_again_behind_a_page_of_other_stays(
    open_app: OpenApp, a_property: MakeProperty, a_person: MakePerson, api: Api, database: Database
) -> None:
    isla, other = await a_person(Role.TENANT), await a_property(slug="other")
    for ahead in range(1, 22):
        dates = {"check_in": str(TODAY + timedelta(days=ahead)), "check_out": str(TODAY + timedelta(days=ahead + 1))}
        quote = await api.as_(isla).post("/quotes", {"property_id": str(other), **dates, "guests": 2})
        held = await api.as_(isla).post("/bookings", {"quote_id": quote.json()["id"]})
        await agreed(api, database, isla, held.json())
    await held_by(api, isla, await a_property(slug="flat"))
    visit = await open_app(f"/homes/flat/book?{DATES}", isla)
    await visit.until("Book and pay £240.00")


def scrolled_names(visit: Visit) -> list[str]:
    """The buttons' words that scroll with the page."""
    return [str(text_.value) for page in visit.app.all(ft.ListView) for text_ in visit.app.inside(page, ft.Text)]


async def test_on_a_phone_the_button_of_each_step_stands_at_the_foot_instead_of_the_places(
    open_app: OpenApp, a_property: MakeProperty, a_person: MakePerson, line: Line
) -> None:
    await a_property(slug="flat", **BY_THE_MONTH)
    visit = await open_app(f"/homes/flat/book?{DATES}", await a_person(Role.TENANT), width=PHONE)
    for words in ("Hold these dates", "Confirm booking, pay"):
        await visit.until(words)
        (step,) = visit.names(words)
        assert step not in scrolled_names(visit)
        assert not visit.names("Trips")
        line.cut = True
        await visit.press(step)
        await visit.until("The server cannot be reached")
        assert "The server cannot be reached" not in " ".join(scrolled_names(visit)), "beside the button"
        line.cut = False
        await visit.press(step)
    await visit.until("Go there:")
    assert visit.names("Trips")


async def test_on_a_wide_window_the_button_stands_beside_the_price(
    open_app: OpenApp, a_property: MakeProperty, a_person: MakePerson
) -> None:
    await a_property(slug="flat")
    visit = await open_app(f"/homes/flat/book?{DATES}", await a_person(Role.TENANT), width=DESKTOP)
    await visit.until("Book and pay £240.00")
    assert "Book and pay £240.00" in scrolled_names(visit)
    assert visit.names("Trips")
