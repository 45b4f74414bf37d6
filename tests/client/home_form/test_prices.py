"""The prices of a home: every rule by its field, the tax of the place, and what the prices would do when saved."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import flet as ft
import pytest
import time_machine

from client.features.home_form.prices import state as trial
from server.core import clock
from shared_models.auth import Role
from tests.client.conftest import Line, OpenApp, OpenClient, Visit
from tests.client.harness import App
from tests.client.home_form.test_editor import kept_as
from tests.client.waiting import PATIENCE_SECONDS, choose, choose_item, dropdown, gone, see, until
from tests.conftest import Api, MakePerson, MakeProperty, Person
from tests.server.stays import MakeBooking, a_booking, a_hold, a_quote

__all__ = ["a_booking", "a_hold", "a_quote"]

WEEKEND, PRICE = "Friday and Saturday", "Price a night (must be filled in)"
SIMULATIONS = "/quotes/simulations"
OpenPrices = Callable[..., Awaitable[App]]


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """The prices are tried at the next turn of the loop."""
    monkeypatch.setattr(trial, "PAUSE_SECONDS", 0)


@pytest.fixture
async def me(a_person: MakePerson) -> Person:
    return await a_person(Role.LANDLORD, name="Morag")


@pytest.fixture
async def mine(api: Api, me: Person) -> Api:
    return api.as_(me)


@pytest.fixture
async def answered(line: Line, open_client: OpenClient) -> AsyncIterator[None]:
    """A test is over when all is answered: what was typed last is still kept and tried then."""
    yield
    async with asyncio.timeout(PATIENCE_SECONDS):
        while line.under_way:  # noqa: ASYNC110 - the database answers in its own time
            await asyncio.sleep(0.005)


@pytest.fixture
def prices(open_client: OpenClient, me: Person, answered: None) -> OpenPrices:
    """Open the prices of a home: `await prices(home, width=390)`."""

    async def open_(home: UUID, *, width: float = 1440) -> App:
        app = await open_client(f"/landlord/homes/{home}?step=price", me, width=width)
        await see(app, "Set the prices")
        return app

    return open_


async def saved(app: App, mine: Api, home: UUID) -> dict[str, Any]:
    """Press Save and read the home."""
    await app.press("Save")
    await see(app, "is saved.")
    found: dict[str, Any] = (await mine.get(f"/properties/{home}")).json()
    return found


def pounds(minor: int) -> dict[str, Any]:
    return {"amount_minor": minor, "currency": "GBP"}


@pytest.mark.parametrize("width", [390, 820, 1440])
async def test_every_rule_is_set_by_its_field_and_saved_where_one_is(
    prices: OpenPrices, me: Person, mine: Api, a_property: MakeProperty, width: float
) -> None:
    home = await a_property(me, title="Loft")
    app = await prices(home, width=width)
    await app.press("Add a discount for longer stays")
    for label, words in {
        PRICE: "100",
        WEEKEND: "20",
        "Discount 1 from": "7",
        "Discount 1 in percent": "10",
        "Early bird from": "60",
        "Early bird discount": "5",
        "Last minute from": "3",
        "Last-minute discount": "15",
        "Never below": "70",
        "Without any refund": "10",
        "Guests in the price": "2",
        "Each further guest": "12.50",
        "Cleaning, once": "30",
    }.items():
        await app.type(label, words)
    await choose(app, "Tourist tax", "edinburgh")
    found = await saved(app, mine, home)
    assert found["price"] == pounds(100_00)
    assert found["length_discounts"] == [{"nights": 7, "percent": 10}]
    assert (found["weekend_percent"], found["early_bird_days"], found["early_bird_percent"]) == (20, 60, 5)
    assert (found["last_minute_days"], found["last_minute_percent"]) == (3, 15)
    assert (found["min_price"], found["extra_guest_fee"]) == (pounds(70_00), pounds(12_50))
    assert (found["non_refundable_percent"], found["guests_included"]) == (10, 2)
    assert (found["cleaning_fee"], found["tourist_tax"]) == (pounds(30_00), "edinburgh")
    await see(app, "Set the prices")  # one may go on trying others


async def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    prices: OpenPrices, me: Person, mine: Api, a_property: MakeProperty
) -> None:
    home = await a_property(me)
    app = await prices(home)
    await app.type(WEEKEND, "200")
    await app.type("Early bird from", "60")
    await app.press("Add a discount for longer stays")
    await app.type("Discount 1 from", "a week")
    await app.press("Save")
    await see(app, "4 fields to correct")
    assert {"Between 0 and 90.", "Fill in the days and the percent, or neither."} <= set(app.texts())
    assert {"Write a whole number of nights, such as 7.", "Write whole percents, such as 10."} <= set(app.texts())
    await app.press("Friday and Saturday: Between 0 and 90.")
    await until(app, lambda: app.focus_on(WEEKEND), "the focus at the first wrong field")
    await kept_as(app, mine, weekend_percent="200", early_bird_days="60", length_discounts="a week:")
    again = await prices(home)
    kept = [again.field(label).value for label in (WEEKEND, "Early bird from", "Discount 1 from")]
    assert kept == ["200", "60", "a week"]
    assert (await mine.get(f"/properties/{home}")).json()["weekend_percent"] is None


async def test_two_seasons_with_a_price_may_not_share_a_day(
    prices: OpenPrices, me: Person, a_property: MakeProperty
) -> None:
    summer = {"first": "06-01", "last": "08-31", "min_nights": None, "price_minor": 120_00}
    home = await a_property(me, seasons=[summer, summer | {"first": "08-31", "last": "09-10", "price_minor": None}])
    app = await prices(home)
    await app.type("Price in season 2", "90")
    await app.press("Save")
    await see(app, "Another season with a price has some of these days")
    await app.type("Price in season 2", "")
    await app.type("Shortest stay in season 2", "3")
    await app.press("Save")
    await see(app, "is saved.")


async def test_a_discount_that_is_removed_leaves_the_others(
    prices: OpenPrices, me: Person, mine: Api, a_property: MakeProperty
) -> None:
    tiers = [{"nights": 7, "percent": 10}, {"nights": 28, "percent": 20}]
    home = await a_property(me, length_discounts=tiers)
    app = await prices(home)
    await app.press("Remove discount 1")
    await until(app, lambda: app.field("Discount 1 from").value == "28", "the other discount")
    assert (await saved(app, mine, home))["length_discounts"] == tiers[1:]


async def test_the_tax_of_the_place_is_proposed_with_its_source_and_taken_by_one_press(
    prices: OpenPrices, me: Person, mine: Api, a_property: MakeProperty
) -> None:
    home = await a_property(me, city="Edinburgh")
    app = await prices(home)
    await see(app, "Edinburgh asks for one: Edinburgh visitor levy, 5 % of the nights.")
    await app.press("Add the Edinburgh visitor levy")
    await gone(app, "Edinburgh asks for one")
    assert dropdown(app, "Tourist tax").value == "edinburgh"
    await see(app, "Only the first 5 nights of a stay are taxed.")
    assert any(words.startswith("As read on ") for words in app.texts())
    (source,) = [button for button in app.all(ft.TextButton) if button.url]
    assert "edinburgh.org" in str(source.url)
    assert (await saved(app, mine, home))["tourist_tax"] == "edinburgh"


async def test_a_tax_can_be_given_up_again(prices: OpenPrices, me: Person, mine: Api, a_property: MakeProperty) -> None:
    home = await a_property(me, city="Edinburgh", tourist_tax="edinburgh")
    app = await prices(home)
    await choose(app, "Tourist tax", "")
    await see(app, "Edinburgh asks for one")
    assert (await saved(app, mine, home))["tourist_tax"] is None


async def test_where_no_tax_is_known_none_is_proposed(prices: OpenPrices, me: Person, a_property: MakeProperty) -> None:
    app = await prices(await a_property(me, city="Nowhere"))
    assert not any("asks for one" in words for words in app.texts())


async def test_a_home_by_the_month_has_a_price_for_a_month_and_no_rules_of_nights(
    prices: OpenPrices, me: Person, a_property: MakeProperty
) -> None:
    app = await prices(await a_property(me, let_type="monthly", seasons=[]))
    assert app.field("Price a month (must be filled in)").value == "80.00"
    assert {"Discounts", "Guests and cleaning", "Tourist tax"} & set(app.texts()) == set()
    await see(app, "By the month the price is the same all year.")
    await app.press("Add a season")
    await see(app, "Shortest stay in season 1")
    assert "Price in season 1" not in app.texts()


async def test_a_cleaning_fee_by_the_month_is_refused_in_england_and_says_why(
    prices: OpenPrices, me: Person, a_property: MakeProperty
) -> None:
    app = await prices(await a_property(me, let_type="monthly", city="Leeds"))
    await app.type("Cleaning, once", "30")
    await app.press("Save")
    await see(app, "Tenant Fees Act 2019")


async def test_the_year_to_come_follows_what_is_typed_before_it_is_saved(
    prices: OpenPrices, me: Person, mine: Api, a_property: MakeProperty
) -> None:
    home = await a_property(me, price_minor=100_00)
    app = await prices(home)
    await see(app, "A night costs £100.00 on average, as now.")
    assert "£100.00" in app.texts()
    await app.type(WEEKEND, "40")
    await see(app, "more than now.")
    assert "£100.00 – £140.00" in app.texts()
    assert any(words.startswith("now £") for words in app.texts())
    await app.type(PRICE, "50")
    await see(app, "less than now.")
    assert "£50.00 – £70.00" in app.texts()
    assert (await mine.get(f"/properties/{home}")).json()["price"] == pounds(100_00)
    assert 12 <= len([s for s in app.all(ft.Semantics) if "a week from" in (s.label or "")]) <= 13


async def test_once_saved_the_year_is_compared_with_the_prices_of_now(
    prices: OpenPrices, me: Person, mine: Api, a_property: MakeProperty
) -> None:
    home = await a_property(me, price_minor=100_00)
    app = await prices(home)
    await app.type(PRICE, "110")
    await see(app, "A night costs £110.00 on average, £10.00 more than now.")
    await saved(app, mine, home)
    await see(app, "A night costs £110.00 on average, as now.")


async def test_prices_that_cannot_be_read_are_said_and_the_last_answer_stays(
    prices: OpenPrices, me: Person, a_property: MakeProperty
) -> None:
    app = await prices(await a_property(me, price_minor=100_00))
    await see(app, "A night costs £100.00 on average, as now.")
    await app.type(WEEKEND, "much")
    await see(app, "Some prices cannot be read.")
    assert "A night costs £100.00 on average, as now." in app.texts()
    await app.type(WEEKEND, "")
    await gone(app, "Some prices cannot be read.")


async def test_without_a_line_the_prices_are_tried_again(
    prices: OpenPrices, me: Person, a_property: MakeProperty, line: Line
) -> None:
    app = await prices(await a_property(me, price_minor=100_00))
    await see(app, "A night costs £100.00 on average, as now.")
    line.cut = True
    await app.type(PRICE, "110")
    await see(app, "The prices could not be tried")
    assert app.field(PRICE).value == "110"
    line.cut = False
    await app.press("Try again")
    await see(app, "A night costs £110.00 on average, £10.00 more than now.")
    await gone(app, "The prices could not be tried")


async def test_only_the_answer_to_what_was_typed_last_is_shown(
    prices: OpenPrices, me: Person, a_property: MakeProperty, line: Line
) -> None:
    app = await prices(await a_property(me, price_minor=100_00))
    await see(app, "A night costs £100.00 on average, as now.")
    line.holds = SIMULATIONS
    line.flowing.clear()
    await app.type(PRICE, "200")
    await until(app, lambda: line.waiting == 1, "the first question")
    await until(app, lambda: bool(app.all(ft.Semantics, label="Trying the prices")), "a ring while it is tried")
    await app.type(PRICE, "110")
    line.flowing.set()
    await see(app, "A night costs £110.00 on average, £10.00 more than now.")
    assert not any("£200.00" in words for words in app.texts())
    await until(app, lambda: not app.all(ft.Semantics, label="Trying the prices"), "the end of the ring")


async def test_a_home_that_was_never_saved_says_when_its_prices_can_be_tried(
    open_client: OpenClient, me: Person
) -> None:
    app = await open_client("/landlord/homes/new?step=price", me)
    await see(app, "Once the home is saved, this shows what its prices do")
    await app.type(PRICE, "94")
    await see(app, "Draft kept")
    assert not any("could not be tried" in words for words in app.texts())


async def test_where_nobody_stayed_there_is_nothing_to_compare_with(
    prices: OpenPrices, me: Person, a_property: MakeProperty
) -> None:
    app = await prices(await a_property(me))
    await app.press("The past 12 months")
    await see(app, "Nobody stayed here in the past 12 months")


async def test_the_stays_of_the_past_year_are_priced_anew(
    prices: OpenPrices, me: Person, a_person: MakePerson, a_property: MakeProperty, a_booking: MakeBooking
) -> None:
    home = await a_property(me, price_minor=100_00)
    await a_booking(await a_person(), home, check_in=1, check_out=3, guests=1)
    with time_machine.travel(clock.now() + timedelta(days=6)):
        app = await prices(home)
        await app.press("The past 12 months")
        await see(app, "1 stay as agreed")
        await app.type(PRICE, "110")
        await see(app, "+ £20.00")
        assert {"£200.00", "£220.00", "agreed £200.00 · + £20.00"} <= set(app.texts())


async def test_the_way_to_the_prices_leads_from_the_page_the_list_and_the_calendar(
    open_app: OpenApp, me: Person, a_property: MakeProperty
) -> None:
    home = await a_property(me, slug="flat", title="Loft")
    listed: Visit = await open_app("/landlord/homes", me)
    await listed.until("Edit Loft")
    await choose_item(listed.app, "More for Loft", "Prices")
    await listed.until("What these prices do")
    ways = {"/homes/flat": "Its prices", f"/landlord/calendar?home={home}": "Prices of Loft"}
    for address, button in ways.items():
        visit: Visit = await open_app(address, me)
        await visit.press(button)
        await visit.until("What these prices do")
        assert visit.route == f"/landlord/homes/{home}?step=price"


async def test_what_is_corrected_is_said_no_longer_once_its_field_is_left(
    prices: OpenPrices, me: Person, a_property: MakeProperty
) -> None:
    app = await prices(await a_property(me))
    await app.type("Early bird from", "60")
    await app.press("Add a season")
    await app.type("Shortest stay in season 1", "many")
    await app.press("Save")
    await see(app, "Fill in the days and the percent, or neither.")
    await app.type("Early bird from", "")
    await app.event(app.field("Early bird from"), "blur")
    await gone(app, "Fill in the days and the percent, or neither.")
    await see(app, "Write a whole number of nights, such as 7.")
    await app.type("Shortest stay in season 1", "3")
    await app.event(app.field("Shortest stay in season 1"), "blur")
    await gone(app, "Write a whole number of nights, such as 7.")
    await see(app, "Choose the first and the last day.")
