"""Seasons in the editor: rows with a calendar each, and what is wrong stands in its row."""

from datetime import date, time

import pytest

from client.core.language import day_long, day_short
from server.core import clock
from shared_models.auth import Role
from tests.client.conftest import OpenClient
from tests.client.harness import App
from tests.client.waiting import gone, see
from tests.conftest import Api, MakePerson, MakeProperty, Person

SUMMER = {"first": "06-01", "last": "08-31", "min_nights": 7}
WINTER = {"first": "12-20", "last": "01-05", "min_nights": 4}


@pytest.fixture
async def me(a_person: MakePerson) -> Person:
    return await a_person(Role.LANDLORD, name="Morag")


def day_of_this_month(number: int) -> date:
    return clock.now().date().replace(day=number)


async def choose_days(app: App, season: int, first: date, last: date) -> None:
    await app.press(f"Days of season {season}: Choose the days")
    await see(app, "Choose the first day")
    await app.press(day_long(first))
    await app.press(day_long(last))
    await app.press("Take these days")
    await see(app, f"{day_short(first)} – {day_short(last)}")


async def test_a_season_is_added_as_a_row_and_saved(
    open_client: OpenClient, api: Api, me: Person, a_property: MakeProperty
) -> None:
    home = await a_property(me, status="draft")
    app = await open_client(f"/landlord/homes/{home}?step=price", me)
    await see(app, "Add a season")
    await app.press("Add a season")
    await choose_days(app, 1, day_of_this_month(10), day_of_this_month(20))
    await app.type("Shortest stay in season 1", "5")
    await app.type("Price in season 1", "120.50")
    await app.press("Look and send")
    await see(app, "Send for review")
    await app.press("Save")
    await see(app, "is saved")
    month = clock.now().month
    assert (await api.as_(me).get(f"/properties/{home}")).json()["seasons"] == [
        {"first": f"{month:02}-10", "last": f"{month:02}-20", "min_nights": 5, "price_minor": 120_50}
    ]


async def test_a_row_that_is_removed_leaves_the_others_as_they_are(
    open_client: OpenClient, api: Api, me: Person, a_property: MakeProperty
) -> None:
    home = await a_property(me, status="draft", seasons=[SUMMER, WINTER])
    app = await open_client(f"/landlord/homes/{home}?step=price", me)
    await see(app, "1 Jun – 31 Aug")
    await app.press("Remove season 1")
    await gone(app, "1 Jun – 31 Aug")
    await see(app, "20 Dec – 5 Jan")
    await app.press("Look and send")
    await see(app, "Send for review")
    await app.press("Save")
    await see(app, "is saved")
    assert (await api.as_(me).get(f"/properties/{home}")).json()["seasons"] == [WINTER | {"price_minor": None}]


async def test_what_an_older_home_says_and_nobody_may_say_now_is_told_at_its_fields(
    open_client: OpenClient, api: Api, me: Person, a_property: MakeProperty
) -> None:
    home = await a_property(
        me, status="draft", max_nights=5, seasons=[WINTER, SUMMER], check_in_from=time(14), check_out_by=time(15)
    )
    app = await open_client(f"/landlord/homes/{home}?step=look", me)
    await see(app, "2 things are missing or wrong")
    assert "Shortest stay in season 2" in app.texts()
    assert "The longest stay is 5 nights, so nobody could come in this season." in app.texts()
    assert "Check-out by" in app.texts()
    await app.press("Correct shortest stay in season 2")
    await app.type("Shortest stay in season 2", "5")
    await see(app, "Draft kept")
    kept = (await api.as_(me).get(f"/properties/drafts/{home}")).json()["said"]["words"]["seasons"]
    assert kept == "12-20 to 01-05: 4\n06-01 to 08-31: 5"
