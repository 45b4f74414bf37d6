"""The map of a search, against looking at every home, and over HTTP."""

from collections import Counter
from datetime import UTC, datetime
from random import Random
from typing import Any
from uuid import UUID

import pytest
import time_machine

from server.core.database import Database
from server.search import service as search
from server.search.map import service
from server.search.rules.asked import asked_of
from shared_models.search import SearchRequest
from shared_models.search_map import MapRequest, SearchMap, cell_of, pixels, shown
from tests.conftest import Api, MakeProperty
from tests.server.search.brute_force import BruteForce
from tests.server.search.worlds import TEXTS, World, random_search, random_world, settle

NOW = datetime(2027, 3, 10, 10, 30, tzinfo=UTC)
AREAS = "/search/map/areas"


def on(world: World) -> dict[UUID, tuple[float, float]]:
    """Where strangers may know that each home stands."""
    return {home["id"]: (shown(home["latitude"]), shown(home["longitude"])) for home in world.homes}


def inside(spot: tuple[float, float], drawn: SearchMap) -> bool:
    latitude, longitude = spot
    across = (
        drawn.west <= longitude <= drawn.east
        if drawn.west <= drawn.east
        else longitude >= drawn.west or longitude <= drawn.east
    )
    return drawn.south <= latitude <= drawn.north and across


def a_view(random: Random, world: World) -> dict[str, Any]:
    """A stretch of the earth with a home in it, now and then over the 180th meridian."""
    spot = random.choice(world.homes)
    zoom = random.choice((0, 3, 8, 12, 14, 18))
    wide = random.choice((300, 900)) / 256 * 360 / 2**zoom
    west, east = spot["longitude"] - wide * random.random(), spot["longitude"] + wide * random.random()
    high = min(wide / 3, 0.4)
    return {
        "south": max(spot["latitude"] - high, -90),
        "north": min(spot["latitude"] + high, 90),
        "west": (west + 180) % 360 - 180 if wide < 300 else -180,
        "east": (east + 180) % 360 - 180 if wide < 300 else 180,
        "zoom": zoom if spot["latitude"] < 85 or zoom < 8 else 8,
    }


async def test_a_map_shows_exactly_the_homes_that_looking_at_every_home_finds(database: Database) -> None:
    random = Random(20270311)
    world = random_world(random, 300, NOW)
    spots, several = on(world), 0
    with time_machine.travel(NOW, tick=False):
        async with database.transaction() as session:
            await settle(session, world)
            brute = await BruteForce.over(session, world, NOW)
            for _ in range(100):
                request_body = random_search(random, NOW, world.homes, TEXTS)
                anywhere = request_body.model_dump() | dict.fromkeys(("south", "west", "north", "east"))
                request_body = SearchRequest.model_validate(anywhere)
                asked = MapRequest.model_validate(anywhere | (a_view(random, world) if random.random() < 0.8 else {}))
                drawn = await service.search_map(session, asked)
                words = (await search.words_of(session, asked_of(request_body))).asked
                fit = brute.search(asked_of(request_body), words)
                expected = [home for home in fit if inside(spots[home], drawn)]
                assert drawn.total == len(expected) == sum(cell.homes for cell in drawn.cells), asked
                if asked.view is None:
                    assert drawn.total == len(fit), "a map of all shows all"
                cells = Counter(cell_of(*spots[home], drawn.zoom) for home in expected)
                assert {(cell.x, cell.y): cell.homes for cell in drawn.cells} == cells, asked
                for cell in drawn.cells:
                    assert (cell.home is None) == (cell.homes > 1)
                    if cell.home is not None:
                        assert (cell.latitude, cell.longitude) == pytest.approx(spots[cell.home.id], abs=1e-5)
                several += len(drawn.cells) > 1
    assert several > 12, "maps of a single cell agree too easily"


async def test_a_home_alone_in_its_cell_says_what_its_card_says(api: Api, a_property: MakeProperty) -> None:
    await a_property(title="Alone", price_minor=8_050, cleaning_fee_minor=2_000, latitude=55.95371, longitude=-3.18869)
    dates = {"check_in": "2027-03-20", "check_out": "2027-03-23"}
    with time_machine.travel(NOW, tick=False):
        drawn = (await api.get("/search/map", params=dates)).json()
        (hit,) = (await api.get("/search", params=dates)).json()["items"]
    (cell,) = drawn["cells"]
    assert cell["home"] == hit
    assert hit["total"]["amount_minor"] == 3 * 8_050 + 2_000
    assert (cell["latitude"], cell["longitude"]) == (hit["latitude"], hit["longitude"]) == (55.954, -3.189)


async def test_a_map_of_all_leaves_room_round_the_outermost_pins(api: Api, a_property: MakeProperty) -> None:
    for latitude, longitude in ((55.90, -3.30), (55.99, -3.10), (55.95, -3.20)):
        await a_property(latitude=latitude, longitude=longitude)
    drawn = (await api.get("/search/map", params={"width": 600, "height": 400})).json()
    assert drawn["total"] == 3
    left, top = pixels(drawn["north"], drawn["west"], drawn["zoom"])
    right, bottom = pixels(drawn["south"], drawn["east"], drawn["zoom"])
    assert (right - left) / (bottom - top) == pytest.approx(1.5, abs=0.01), "the shape of the view"
    assert 300 < right - left <= 600, "between the zoom and the next"
    scale = (right - left) / 600
    for latitude, longitude in ((55.90, -3.30), (55.99, -3.10)):
        x, y = pixels(latitude, longitude, drawn["zoom"])
        assert 40 * scale < x - left < 560 * scale
        assert 40 * scale < y - top < 360 * scale
    nothing = (await api.get("/search/map", params={"text": "nowhere"})).json()
    assert (nothing["total"], nothing["cells"], nothing["zoom"]) == (0, [], 0)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"south": 55, "zoom": 3}, "belong together"),
        ({"south": 1, "north": 0, "west": 0, "east": 1, "zoom": 3}, "above north"),
        ({"south": 0, "north": 60, "west": -90, "east": 90, "zoom": 18}, "pixels wide"),
        ({"south": 0, "north": 60, "west": 1, "east": 0, "zoom": 9}, "pixels wide"),
        ({"south": 0, "north": 91, "west": 1, "east": 2, "zoom": 1}, "north"),
        ({"zoom": 19, "south": 0, "north": 0, "west": 0, "east": 0}, "zoom"),
        ({"width": 0}, "width"),
    ],
)
async def test_a_view_that_is_none_is_refused_and_named(api: Api, query: dict[str, Any], words: str) -> None:
    reply = await api.get("/search/map", params=query)
    assert reply.status_code == 422, reply.text
    assert words in str(reply.json())


async def test_neighbourhoods_are_drawn_from_published_homes_and_kept(api: Api, a_property: MakeProperty) -> None:
    for step in range(4):
        await a_property(neighbourhood="Leith", latitude=55.975 + step / 1000, longitude=-3.17)
        await a_property(neighbourhood="Stockbridge", latitude=55.959 + step / 1000, longitude=-3.21)
        await a_property(neighbourhood="Draft Quarter", latitude=55.94 + step / 1000, longitude=-3.19, status="draft")
    view = {"south": 55.90, "north": 56.00, "west": -3.30, "east": -3.10, "zoom": 13}
    near = (await api.get(AREAS, params=view)).json()
    assert sorted((area["name"], area["homes"], area["kind"]) for area in near["areas"]) == [
        ("Leith", 4, "neighbourhood"),
        ("Stockbridge", 4, "neighbourhood"),
    ]
    assert all(len(ring) > 3 for area in near["areas"] for ring in area["shapes"])
    assert near["tiles"] is None, "nothing comes from elsewhere unless it was set up"
    far = (await api.get(AREAS, params=view | {"zoom": 10})).json()
    assert [(area["name"], area["homes"], area["kind"]) for area in far["areas"]] == [("Edinburgh", 8, "city")]
    elsewhere = (await api.get(AREAS, params=view | {"west": -3.195, "east": -3.1})).json()
    assert [area["name"] for area in elsewhere["areas"]] == ["Leith"]

    await a_property(neighbourhood="Leith", latitude=55.977, longitude=-3.171)
    assert (await api.get(AREAS, params=view)).json() == near, "drawn a moment ago"
    later = datetime.now(UTC) + service.KEPT
    with time_machine.travel(later, tick=False):
        anew = (await api.get(AREAS, params=view)).json()
    assert {area["name"]: area["homes"] for area in anew["areas"]}["Leith"] == 5


async def test_positions_of_strangers_homes_are_told_as_far_as_a_street_away(
    database: Database, a_property: MakeProperty
) -> None:
    home = await a_property(latitude=55.953349, longitude=-3.188267)
    async with database.transaction() as session:
        page = await search.search(session, MapRequest())
    (hit,) = page.items
    assert (hit.id, hit.latitude, hit.longitude) == (home, 55.953, -3.188)
