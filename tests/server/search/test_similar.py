"""Homes like another, over HTTP."""

from datetime import datetime
from typing import Any
from uuid import UUID

import time_machine

from server.core.database import Database
from tests.conftest import Api, MakeProperty
from tests.server.search.test_search import claim

MORNING = datetime.fromisoformat("2027-03-10T10:30:00+00:00")


async def titles(api: Api, home: UUID, **query: Any) -> list[str]:
    """The titles of the homes like one, the likest first."""
    reply = await api.get("/search/similar", params={"home": home, **query})
    assert reply.status_code == 200, reply.text
    return [hit["title"] for hit in reply.json()]


async def test_the_nearest_in_place_price_and_size_come_first_and_the_home_itself_never(
    api: Api, a_property: MakeProperty
) -> None:
    home = await a_property(title="This", price_minor=10_000, sleeps=4)
    await a_property(title="Twin", price_minor=10_000, sleeps=4)
    await a_property(title="Dearer", price_minor=20_000, sleeps=4)
    await a_property(title="For ten", price_minor=10_000, sleeps=10)
    await a_property(title="Down the road", price_minor=10_000, sleeps=4, latitude=55.9633)
    await a_property(title="A boat", price_minor=10_000, sleeps=4, type="boat", latitude=55.9533)
    await a_property(title="By the month", let_type="monthly", price_minor=10_000)
    await a_property(title="In euros", currency="EUR", price_minor=10_000)
    await a_property(title="In Glasgow", latitude=55.86, longitude=-4.25, price_minor=10_000, sleeps=4)
    await a_property(title="A draft", status="draft", price_minor=10_000, sleeps=4)
    assert await titles(api, home) == ["Twin", "Down the road", "A boat", "Dearer", "For ten"]
    assert await titles(api, home, limit=1) == ["Twin"]
    assert await titles(api, home, guests=5) == ["For ten"]


async def test_with_dates_only_what_is_free_and_at_its_full_price(
    api: Api, database: Database, a_property: MakeProperty
) -> None:
    home = await a_property(title="This")
    await claim(database, await a_property(title="Taken"), "2027-03-19", "2027-03-22")
    await a_property(title="Free", price_minor=9_000, cleaning_fee_minor=1_000)
    with time_machine.travel(MORNING, tick=False):
        dates = {"check_in": "2027-03-20", "check_out": "2027-03-23"}
        (free,) = (await api.get("/search/similar", params={"home": home, **dates})).json()
    assert (free["title"], free["total"]["amount_minor"]) == ("Free", 28_000)


async def test_over_the_180th_meridian_next_door_is_near(api: Api, a_property: MakeProperty) -> None:
    home = await a_property(title="This", latitude=-18.12, longitude=179.999)
    await a_property(title="Next door", latitude=-18.12, longitude=-179.999)
    assert await titles(api, home) == ["Next door"]


async def test_a_home_that_is_not_on_show_is_like_no_other(api: Api, a_property: MakeProperty) -> None:
    hidden = await a_property(status="paused")
    await a_property()
    assert await titles(api, hidden) == []
    assert (await api.get("/search/similar", params={"home": "x"})).status_code == 422
    reply = await api.get("/search/similar", params={"home": str(hidden), "check_in": "2027-03-20"})
    assert "belong together" in str(reply.json())
