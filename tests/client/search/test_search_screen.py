"""The search on the real API: results, pages, filters, nothing found, no server, and the address that remembers."""

from contextlib import suppress
from datetime import timedelta

import pytest

from client.core import clock
from server.app import create_app
from server.core.budgets import Budgets, CallClass
from server.core.database import Database
from server.core.errors import TooManyTries
from server.core.rates import Rates
from server.core.settings import Settings
from tests.client.conftest import Line, OpenApp
from tests.conftest import MakeProperty
from tests.server.search.worlds import learn

PHONE, TABLET, DESKTOP = 390, 820, 1440


@pytest.mark.parametrize("width", [PHONE, TABLET, DESKTOP])
async def test_homes_stand_with_an_exact_total_and_their_price(
    open_app: OpenApp, a_property: MakeProperty, width: int
) -> None:
    await a_property(title="爱丁堡 🏰 flat", bedrooms=2, sleeps=4)
    await a_property(title="A boat", type="boat", price_minor=12_50)
    visit = await open_app("/search", width=width)
    await visit.until("2 homes")
    assert visit.names("爱丁堡 🏰 flat. New Town · Flat · 2 bedrooms · sleeps 4. £80.00 a night")
    assert visit.names("A boat. New Town · Boat. £12.50 a night")


async def test_with_dates_a_card_tells_the_whole_price(open_app: OpenApp, a_property: MakeProperty) -> None:
    await a_property(title="Flat", cleaning_fee_minor=35_00)
    check_in = clock.today_in("UTC") + timedelta(days=30)
    visit = await open_app(f"/search?check_in={check_in}&check_out={check_in + timedelta(days=3)}")
    await visit.until("1 home free")
    assert visit.names("£275.00 for 3 nights")


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
async def test_a_card_explains_its_price_and_adds_nothing_up(
    open_app: OpenApp, a_property: MakeProperty, width: int
) -> None:
    await a_property(title="Flat", cleaning_fee_minor=35_00)
    check_in = clock.today_in("UTC") + timedelta(days=30)
    visit = await open_app(f"/search?check_in={check_in}&check_out={check_in + timedelta(days=3)}", width=width)
    await visit.press("Why this price: Flat")
    await visit.until("3 nights × £80.00")
    for words in ("£240.00", "Cleaning, once", "£35.00", "£275.00", "This is all you pay for the stay."):
        assert visit.sees(words)
    assert visit.route.startswith("/search")  # the card itself was not pressed
    await visit.press("Close")
    await visit.go("/search")
    await visit.until("1 home")
    assert not visit.names("Why this price")


async def test_an_address_full_of_nonsense_shows_all_homes(open_app: OpenApp, a_property: MakeProperty) -> None:
    await a_property()
    visit = await open_app("/search?check_in=soon&guests=many&types=castle&price_max=NaN&sort=best&let_type=never")
    await visit.until("1 home")


async def test_more_homes_come_by_a_button_until_there_are_no_more(open_app: OpenApp, a_property: MakeProperty) -> None:
    for number in range(26):
        await a_property(title=f"Flat number {number}")
    visit = await open_app("/search", width=PHONE)
    await visit.until("24 of 26 homes")
    await visit.press("Show more")
    await visit.holds(lambda: len(visit.names("Flat number")) == 26)
    assert not visit.names("Show more")


async def test_a_filter_goes_into_the_address_and_back_takes_it_away(
    open_app: OpenApp, a_property: MakeProperty
) -> None:
    await a_property(title="The flat")
    await a_property(title="The house", type="house")
    visit = await open_app("/search")
    await visit.until("2 homes")
    await visit.press("House")
    await visit.holds(lambda: not visit.names("The flat") and bool(visit.names("The house")))
    assert visit.route == "/search?types=house"
    await visit.press("House, chosen, remove")
    await visit.until("2 homes")
    await visit.go("/search?types=house")
    await visit.until("1 home")


async def test_the_sheet_says_how_many_homes_are_left_before_it_is_applied(
    open_app: OpenApp, a_property: MakeProperty
) -> None:
    await a_property(price_minor=50_00)
    await a_property(price_minor=150_00)
    visit = await open_app("/search")
    await visit.until("2 homes")
    await visit.press("Filters")
    await visit.until("Show 2 homes")
    await visit.app.type("Max price a night", "100")
    await visit.until("Show 1 home")
    assert visit.route == "/search"
    await visit.press("Show 1 home")
    await visit.until("Under £100.00")
    assert visit.route == "/search?price_max=100"


async def test_a_price_that_is_none_is_refused_in_words(open_app: OpenApp, a_property: MakeProperty) -> None:
    await a_property()
    visit = await open_app("/search")
    await visit.press("Filters")
    await visit.app.type("Min price a night", "cheap")
    await visit.until("Enter an amount, such as 50.")
    await visit.press("Show ")
    assert visit.app.focused() is visit.app.field("Min price a night")
    assert visit.route == "/search"
    await visit.app.type("Min price a night", "50")
    await visit.app.event(visit.app.field("Max price a night"), "submit")
    await visit.holds(lambda: visit.route == "/search?price_min=50", "the filter")


async def test_places_are_offered_while_one_types(
    open_app: OpenApp, a_property: MakeProperty, database: Database
) -> None:
    await a_property()
    await learn(database)
    visit = await open_app("/search")
    await visit.press("Where: Anywhere")
    await visit.app.type("Place, home or what you look for", "edin")
    await visit.press("Edinburgh, 1 home")
    await visit.until("When: Any dates")
    assert visit.names("Where: Edinburgh")
    await visit.press("Search")
    await visit.until("1 home in Edinburgh")
    assert visit.route == "/search?text=Edinburgh"


async def test_a_phone_changes_the_search_on_a_page_of_its_own(open_app: OpenApp, a_property: MakeProperty) -> None:
    await a_property(sleeps=2)
    visit = await open_app("/search", width=PHONE)
    await visit.press("Change the search")
    await visit.until("Your search")
    await visit.press("More guests")
    await visit.press("Show the homes")
    await visit.until("1 guest")
    assert visit.route == "/search?guests=1"


async def test_nothing_found_says_what_to_give_up(open_app: OpenApp, a_property: MakeProperty) -> None:
    await a_property(type="flat")
    await a_property(type="flat")
    visit = await open_app("/search?types=boat&text=edinburgh")
    await visit.until("No home matches all of your search")
    assert visit.sees("Without “Boat” there are 2.")
    assert len(visit.names("Home ")) == 2  # the homes that come close stand there already
    await visit.press("Show 2 homes")
    await visit.until("2 homes in Edinburgh")


async def test_an_empty_house_says_so(open_app: OpenApp, a_property: MakeProperty) -> None:
    visit = await open_app("/search")
    await visit.until("There are no homes to find here yet")
    await a_property(status="draft")


async def test_without_the_server_the_search_is_kept_and_can_be_tried_again(
    open_app: OpenApp, a_property: MakeProperty, line: Line
) -> None:
    await a_property(title="Edinburgh flat")
    line.cut = True
    visit = await open_app("/search?text=edinburgh")
    await visit.until("The homes did not load")
    assert visit.sees("Your search is kept.")
    line.cut = False
    await visit.press("Try again")
    await visit.until("1 home in Edinburgh")


async def test_who_searches_too_often_keeps_the_list_and_reads_when_to_go_on(
    open_app: OpenApp, a_property: MakeProperty, line: Line, settings: Settings, database: Database
) -> None:
    await a_property(title="Edinburgh flat")
    counted = settings.model_copy(update={"rates": Budgets(search="90/hour", people_per_address=1)})
    api = create_app(counted, database)
    line.lead_to(api)
    visit = await open_app("/search?text=edinburgh")
    await visit.until("1 home in Edinburgh")
    with suppress(TooManyTries):
        while True:
            await api.state.rates.count(CallClass.SEARCH, address="127.0.0.1")
    await visit.go("/search?text=leith")
    await visit.until("The homes did not load")
    assert visit.sees("That was a lot in a short time.")
    assert visit.names("Edinburgh flat")
    assert visit.sees("1 home in Edinburgh")

    api.state.rates = Rates(None)
    await a_property(title="Leith flat", city="Leith")
    await visit.press("Try again")
    await visit.until("1 home in Leith")


async def test_an_opened_home_leads_back_to_the_same_results(open_app: OpenApp, a_property: MakeProperty) -> None:
    await a_property(title="Flat", slug="the-flat", sleeps=2)
    visit = await open_app("/search?text=edinburgh&guests=2")
    await visit.press("Flat. New Town")
    await visit.until("Back to the homes")
    assert visit.route == "/homes/the-flat?guests=2"
    await visit.press("Back to the homes")
    await visit.until("1 home in Edinburgh")
    assert visit.route == "/search?text=edinburgh&guests=2"


@pytest.mark.parametrize("width", [PHONE, TABLET, DESKTOP])
async def test_every_button_of_the_search_has_a_name(open_app: OpenApp, a_property: MakeProperty, width: int) -> None:
    await a_property()
    visit = await open_app("/search?types=flat&price_max=900", width=width)
    await visit.until("1 home")
    assert "" not in visit.app.names()


async def test_back_closes_the_page_of_the_search_on_a_phone_before_it_leads_away(
    open_app: OpenApp, a_property: MakeProperty
) -> None:
    await a_property()
    visit = await open_app("/search?guests=2", width=PHONE)
    await visit.until("1 home")
    await visit.go("/search")
    await visit.press("Change the search")
    await visit.until("Your search")
    await visit.go("/search?guests=2")
    await visit.until("Your search", gone=True)
    assert visit.app.calls("push_route")[-1].args["route"] == "/search"
    await visit.go("/search?guests=2")
    await visit.until("2 guests")
