"""Cities and neighbourhoods as one types."""

from typing import Any

import pytest
from sqlalchemy import text

from server.core.database import Database
from tests.conftest import Api, MakeProperty
from tests.server.search.worlds import learn


async def asked(api: Api, database: Database, path: str, **query: str) -> Any:
    """What is answered once the places of all homes are learned."""
    await learn(database)
    reply = await api.get(path, params=query)
    assert reply.status_code == 200, reply.text
    return reply.json()


async def named(api: Api, database: Database, typed: str) -> list[tuple[str, str, int]]:
    places = await asked(api, database, "/search/places", text=typed)
    return [(place["kind"], place["name"], place["homes"]) for place in places]


async def test_a_place_says_where_its_homes_are_and_how_many(
    api: Api, database: Database, a_property: MakeProperty
) -> None:
    await a_property(city="Malmö", country="SE", neighbourhood="Möllan", latitude=55.58, longitude=13.00)
    await a_property(city="Malmö", country="SE", neighbourhood=None, latitude=55.60, longitude=13.02)
    await a_property(city="Malmö", country="SE", neighbourhood="Möllan", status="draft", latitude=0)
    (place,) = await asked(api, database, "/search/places", text="malmo")
    assert place | {"latitude": 0, "longitude": 0} == {
        "kind": "city",
        "name": "Malmö",
        "city": "Malmö",
        "country": "SE",
        "latitude": 0,
        "longitude": 0,
        "homes": 2,
    }
    assert (place["latitude"], place["longitude"]) == pytest.approx((55.59, 13.01), abs=1e-6)
    assert await named(api, database, "MÖLL") == [("neighbourhood", "Möllan", 1)]


async def test_the_middle_of_a_place_on_both_sides_of_the_180th_meridian_is_there(
    api: Api, database: Database, a_property: MakeProperty
) -> None:
    await a_property(city="Taveuni", longitude=179.9)
    await a_property(city="Taveuni", longitude=-179.9)
    (place,) = await asked(api, database, "/search/places", text="tav")
    assert abs(place["longitude"]) == pytest.approx(180, abs=1e-6)


async def test_a_word_that_begins_so_comes_before_one_that_holds_it_and_then_the_larger_place(
    api: Api, database: Database, a_property: MakeProperty
) -> None:
    for name, homes in (("Westend", 3), ("The End", 1), ("Endsleigh", 2)):
        for _ in range(homes):
            await a_property(neighbourhood=name)
    assert await named(api, database, "end") == [
        ("neighbourhood", "Endsleigh", 2),
        ("neighbourhood", "The End", 1),
        ("neighbourhood", "Westend", 3),
    ]


@pytest.mark.parametrize("typed", ["old t", "OLD  TOWN", "town, princes", "king s", "king's s", "stable", "爱丁"])
async def test_what_is_typed_may_run_over_words_and_their_signs(
    api: Api, database: Database, a_property: MakeProperty, typed: str
) -> None:
    await a_property(city="爱丁堡", neighbourhood="Old Town, Princes Street (King's Stables)")
    assert len(await named(api, database, typed)) == 1


async def test_one_name_in_two_cities_is_two_places(api: Api, database: Database, a_property: MakeProperty) -> None:
    await a_property(city="Edinburgh", neighbourhood="New Town")
    await a_property(city="Prague", country="CZ", neighbourhood="New Town")
    places = await asked(api, database, "/search/places", text="new town")
    assert [(place["name"], place["city"]) for place in places] == [("New Town", "Edinburgh"), ("New Town", "Prague")]


async def test_there_are_at_most_ten_places(api: Api, database: Database, a_property: MakeProperty) -> None:
    for number in range(11):
        await a_property(neighbourhood=f"Quarter {number}")
    assert len(await named(api, database, "quarter")) == 10


@pytest.mark.parametrize("typed", ["%", "_", "!?", "zzz", " "])
async def test_what_names_no_place_finds_none(
    api: Api, database: Database, a_property: MakeProperty, typed: str
) -> None:
    await a_property()
    assert await named(api, database, typed) == []


@pytest.mark.parametrize("query", ["", "?text=", "?text=" + "a" * 101])
async def test_nothing_or_too_much_to_look_for_is_refused(api: Api, query: str) -> None:
    reply = await api.get(f"/search/places{query}")
    assert (reply.status_code, reply.json()["errors"][0]["field"]) == (422, "text")


async def test_null_characters_are_refused(api: Api) -> None:
    for path in ("/search?text=a%00b", "/search/places?text=a%00b"):
        assert (await api.get(path)).status_code == 422


async def test_a_place_has_all_its_names_and_says_how_many_of_its_homes_are_let_one_way(
    api: Api, database: Database, a_property: MakeProperty
) -> None:
    for let_type in ("nightly", "nightly", "monthly"):
        await a_property(city="Vienna", country="AT", neighbourhood=None, let_type=let_type)
    await a_property(city="Wienerwald", country="AT", neighbourhood=None, let_type="monthly")
    for typed in ("Wien", "vien", "Vídeň"):
        (first, *_) = await named(api, database, typed)
        assert first == ("city", "Vienna", 3), typed
    for let_type, counted in (("nightly", [("Vienna", 2)]), ("monthly", [("Vienna", 1), ("Wienerwald", 1)])):
        offered = await asked(api, database, "/search/suggestions", text="wien", let_type=let_type)
        assert [(place["name"], place["homes"]) for place in offered["places"]] == counted


async def test_places_are_learned_anew_and_forgotten(api: Api, database: Database, a_property: MakeProperty) -> None:
    home = await a_property(city="Aberlour", neighbourhood=None)
    assert await named(api, database, "aberlour") == [("city", "Aberlour", 1)]
    await a_property(city="Aberlour", neighbourhood=None)
    assert await named(api, database, "aberlour") == [("city", "Aberlour", 2)]
    async with database.transaction() as session:
        await session.execute(
            text("UPDATE property SET status = 'paused', city = 'Elgin' WHERE id = :id"), {"id": home}
        )
    assert await named(api, database, "aberlour") == [("city", "Aberlour", 1)]
    assert await named(api, database, "elgin") == []
