"""Typing a search on the real API: suggestions, what is understood, slips, numbers of filters, what comes close."""

import pytest

from client.features.search.criteria import Criteria
from client.features.search.state import Offers, Recents
from server.core.database import Database
from shared_models.search import HomeNamed, Place
from tests.client.conftest import Line, OpenApp, TestDevice
from tests.conftest import MakeProperty
from tests.server.search.worlds import learn

FIELD = "Place, home or what you look for"
PHONE, DESKTOP = 390, 1440


async def test_a_word_that_no_home_has_is_named_beside_what_is_found(
    open_app: OpenApp, a_property: MakeProperty, database: Database
) -> None:
    await a_property(title="Castle View Apartment")
    await learn(database)
    visit = await open_app("/search?text=castle+jacuzzi")
    await visit.until("1 home for")
    assert visit.sees("No home has the word “jacuzzi”; it was left out")
    await visit.go("/search?text=castle+jacuzzi+helipad")
    await visit.until("No home has the words “jacuzzi”, “helipad”; they were left out")


async def test_a_sentence_finds_the_home_and_says_how_it_was_understood(
    open_app: OpenApp, a_property: MakeProperty, database: Database
) -> None:
    await a_property(title="Castle View Apartment", bedrooms=2, price_minor=95_00)
    await a_property(title="Castle Mansion", bedrooms=5, price_minor=500_00)
    await learn(database)
    visit = await open_app("/search?text=flats+near+the+castel+under+100~2C+2+bed")
    await visit.until("1 home for")
    assert visit.names("Castle View Apartment")
    assert visit.sees("“castel” also read as castle")
    await visit.press("Under 100, understood from your words, remove")
    await visit.holds(lambda: bool(visit.names("Castle Mansion")))
    assert visit.route == "/search?text=flats+near+the+castel~2C+2+bed"
    await visit.press("Only the words as typed")
    await visit.until("No home matches")
    await visit.press("Forgive slips")
    await visit.until("2 homes for")


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
async def test_homes_that_come_close_stand_there_with_what_they_miss(
    open_app: OpenApp, a_property: MakeProperty, width: int
) -> None:
    await a_property(title="Castle View Apartment", price_minor=95_00)
    visit = await open_app("/search?text=castle+under+~C2~A340", width=width)
    await visit.until("No home matches all of your search")
    assert visit.sees("Without “Under £40.00” there is 1.")
    assert visit.sees("These come close")
    assert visit.names("Castle View Apartment")
    await visit.press("Show 1 home")
    await visit.until("1 home for")
    assert visit.route == "/search?text=castle"


async def test_the_sheet_tells_what_each_choice_would_leave(open_app: OpenApp, a_property: MakeProperty) -> None:
    await a_property(amenities=["wifi", "lift"], bedrooms=2, rules={"pets": True})
    await a_property(amenities=["wifi"], bedrooms=1, type="house", instant_book=False)
    visit = await open_app("/search")
    await visit.until("2 homes")
    await visit.press("Filters")
    await visit.until("Show 2 homes")
    for told in (
        "Wi-Fi, 2 homes",
        "Lift, 1 home",
        "Dishwasher, 0 homes",
        "Pets welcome, 1 home",
        "Booked at once, 1 home",
    ):
        assert visit.names(told), told
    await visit.press("Lift, 1 home")
    await visit.until("Show 1 home")
    assert visit.names("House, 0 homes")
    await visit.press("Show 1 home")
    await visit.until("1 home")
    assert visit.route == "/search?amenities=lift"
    assert visit.names("Lift, chosen, remove")


async def test_a_shared_link_restores_every_filter(open_app: OpenApp, a_property: MakeProperty) -> None:
    await a_property(
        title="The one", amenities=["wifi"], bedrooms=3, beds=4, bathrooms=2, rules={"pets": True}, type="house"
    )
    await a_property(title="Another")
    address = (
        "/search?types=house&amenities=wifi&rules=pets&bedrooms=2&beds=4&bathrooms=1&instant=yes"
        "&price_max=100&sort=price_low"
    )
    visit = await open_app(address)
    await visit.until("1 home")
    for chip in ("House", "Wi-Fi", "Pets welcome", "2+ bedrooms", "4+ beds", "1+ bathrooms", "Booked at once"):
        assert visit.names(f"{chip}, chosen, remove"), chip


async def test_suggestions_stand_in_groups_and_searches_are_remembered(
    open_app: OpenApp, a_property: MakeProperty, database: Database
) -> None:
    await a_property(title="Leith Loft", neighbourhood="Leith", slug="leith-loft")
    await learn(database)
    visit = await open_app("/search")
    await visit.press("Where: Anywhere")
    await visit.until("Places with most homes")
    await visit.app.type(FIELD, "leith")
    await visit.holds(lambda: bool(visit.names("Leith Loft, Flat")))
    assert visit.sees("Places")
    assert visit.sees("Homes")
    await visit.press("Leith, Edinburgh · 1 home")
    await visit.press("Search")
    await visit.until("1 home in Leith, Edinburgh")
    await visit.press("Where: Leith, Edinburgh")
    await visit.until("Searched before on this device")
    await visit.press("Leith Loft, Flat")
    await visit.until("Back to the homes")
    assert visit.route == "/homes/leith-loft"


async def test_without_the_server_one_can_search_all_the_same(
    open_app: OpenApp, a_property: MakeProperty, line: Line
) -> None:
    await a_property()
    visit = await open_app("/search")
    await visit.until("1 home")
    line.cut = True
    await visit.press("Where: Anywhere")
    await visit.until("You can search all the same.")
    line.cut = False


def test_arrows_go_round_all_that_is_offered() -> None:
    place = Place.model_construct(name="Leith")
    home = HomeNamed.model_construct(title="Loft")
    offers = Offers(None, recent=(Criteria(text="leith"),), places=(place,), homes=(home,), asked="")  # type: ignore[arg-type]
    seen = []
    for step in (1, 1, 1, 1, 1, -1, -1):
        offers.light(step)
        seen.append(offers.lit)
    assert seen == [0, 1, 2, -1, 0, -1, 2]
    assert offers.chosen == Criteria(text="leith")


async def test_recent_searches_are_few_each_once_and_survive_nonsense() -> None:
    device = TestDevice(None)  # type: ignore[arg-type]
    recents = Recents(device)
    for number in range(12):
        await recents.add(Criteria(text=f"castle {number % 10}", guests=2))
    await recents.add(Criteria())
    assert [criteria.text for criteria in await recents.all()] == [
        f"castle {number}" for number in (1, 0, 9, 8, 7, 6, 5, 4)
    ]
    assert (await recents.all())[0].guests == 2
    for nonsense in ("", "{", "[1, null]", '{"a": 1}', '["/search?guests=9"]'):
        device.choices["recent_searches"] = nonsense
        assert await recents.all() == ()
