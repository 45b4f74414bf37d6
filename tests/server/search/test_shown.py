"""No answer tells more of where a home stands than strangers may know."""

from random import Random
from typing import Any

import pytest
from sqlalchemy import Float, column, select, text

from server.core.database import Database
from server.search.repository import fitting
from shared_models.areas import write_area
from shared_models.search_map import shown
from tests.conftest import Api, MakeProperty
from tests.server.search.worlds import learn

EDGES = (0.0, -0.0, 0.0005, -0.0005, 1.0005, 55.9535, 90.0, -90.0, 180.0, -180.0, 179.9995, -179.9995, 5e-324, 1e-300)
NORTH, EAST = 55.953, -3.188
TWINS = ((NORTH - 0.0002, EAST - 0.0004), (NORTH + 0.0001, EAST + 0.0003))
"""Over fifty metres apart, in one spot for strangers."""


async def test_the_database_and_the_app_know_a_position_to_the_same_street(database: Database) -> None:
    random = Random(3)
    halves = [part / 2000 + off for part in range(-999, 1000, 2) for off in (0, 5e-17, -5e-17)]
    degrees = [*EDGES, *halves, *(random.uniform(-180, 180) for _ in range(5000))]
    asked = text("SELECT degrees FROM unnest(CAST(:degrees AS float8[])) WITH ORDINALITY AS given(degrees, place)")
    given = asked.columns(column("degrees", Float)).subquery()
    async with database.transaction() as session:
        told = list(await session.scalars(select(fitting.shown(given.c.degrees)), {"degrees": degrees}))
    assert told == [shown(one) for one in degrees]


def a_place(random: Random) -> dict[str, Any]:
    """A circle, a box or an area with an edge between the twins or near them."""
    north, east = NORTH + random.uniform(-0.002, 0.002), EAST + random.uniform(-0.002, 0.002)
    kind = random.choice(("radius", "box", "area"))
    if kind == "radius":
        return {"latitude": north, "longitude": east, "radius_km": random.uniform(0.01, 0.2)}
    far = random.uniform(0.0005, 0.003)
    if kind == "box":
        return {"south": north - far, "north": north, "west": east, "east": east + far}
    return {"area": write_area([(north, east), (north - far, east), (north, east + far)])}


async def test_homes_that_strangers_cannot_tell_apart_fit_the_same_places(api: Api, a_property: MakeProperty) -> None:
    assert len({(shown(north), shown(east)) for north, east in TWINS}) == 1
    for north, east in TWINS:
        await a_property(latitude=north, longitude=east)
    random, totals = Random(12), []
    for _ in range(60):
        found = (await api.get("/search", params=a_place(random))).json()
        totals.append(found["total"])
        assert len({hit["distance_km"] for hit in found["items"]}) <= 1, "as far from any point"
    assert set(totals) == {0, 2}, "both or neither"


async def test_a_place_with_one_home_and_a_home_like_another_tell_no_more(
    api: Api, database: Database, a_property: MakeProperty
) -> None:
    first, second = TWINS
    home = await a_property(city="Alone", latitude=first[0], longitude=first[1])
    await a_property(city="Else", latitude=second[0], longitude=second[1])
    await learn(database)
    (place,) = (await api.get("/search/places", params={"text": "alone"})).json()
    assert (place["latitude"], place["longitude"]) == pytest.approx((shown(first[0]), shown(first[1])), abs=1e-9)
    (alike,) = (await api.get("/search/similar", params={"home": home})).json()
    assert alike["distance_km"] == 0
