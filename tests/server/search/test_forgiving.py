"""What people type finds the homes they mean: in a small world by hand, and among the real listings."""

import csv
import tomllib
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import text

from server.core import clock
from server.core.database import Database
from server.search import service
from shared_models.search import SearchPage, SearchRequest
from tests.conftest import Api, MakePerson, MakeProperty
from tests.server.search.worlds import imported_world, learn, settle

HERE = Path(__file__).parent


@cache
def told(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


async def page_of(database: Database, asked: str, **more: Any) -> SearchPage:
    request_body = SearchRequest.model_validate({"text": asked, **more})
    async with database.transaction() as session:
        return await service.search(session, request_body)


@pytest.fixture
async def small_world(database: Database, a_property: MakeProperty, a_person: MakePerson) -> None:
    landlord = await a_person()
    for home in told("small_world.toml")["homes"]:
        facts = {"price_minor": home["price"] * 100, "instant_book": home.get("instant", True)}
        await a_property(landlord, **facts, **{key: home[key] for key in home.keys() - {"price", "instant"}})
    await learn(database)


async def test_what_people_type_finds_what_they_mean(small_world: None, database: Database) -> None:
    searches = told("small_world.toml")["searches"]
    wrong = []
    for search in searches:
        page = await page_of(database, search["text"])
        titles = [hit.title for hit in page.items]
        read = {word.typed: word.read_as[0] for word in page.read}
        fits = titles[:1] == [search["first"]] if "first" in search else sorted(titles) == sorted(search["among"])
        if not fits or read != search.get("read", {}) or page.total != len(titles):
            wrong.append((search["text"], titles, read))
    assert wrong == []
    assert len(searches) >= 25


async def test_words_taken_exactly_forgive_nothing(small_world: None, database: Database) -> None:
    for asked in ("castel", "apartments castle", "2 bed near the castle", "private room", "near castle"):
        assert (await page_of(database, asked, exact=True)).total == 0, asked
    assert (await page_of(database, "CASTLE view", exact=True)).total == 1
    assert (await page_of(database, "the shore", exact=True)).total == 1


async def test_a_new_home_is_found_by_its_words_before_they_are_learned(
    small_world: None, database: Database, a_property: MakeProperty
) -> None:
    await a_property(title="Zeppelin hangar")
    assert (await page_of(database, "zeppelin")).total == 1
    assert (await page_of(database, "zepelin")).total == 0
    await learn(database)
    page = await page_of(database, "zepelin")
    assert [hit.title for hit in page.items] == ["Zeppelin hangar"]
    assert [(word.typed, word.read_as) for word in page.read] == [("zepelin", ["zeppelin"])]


async def test_words_of_homes_that_are_gone_are_forgotten(database: Database, a_property: MakeProperty) -> None:
    home = await a_property(title="Zeppelin hangar")
    await learn(database)
    async with database.transaction() as session:
        await session.execute(text("UPDATE property SET status = 'paused' WHERE id = :home"), {"home": home})
    await learn(database)
    assert (await page_of(database, "zepelin")).read == []


@pytest.mark.parametrize(
    ("query", "left_out", "title"),
    [
        ("text=castle under 20", [("price", None)], "Castle View Apartment"),
        ("text=castle rome", [("word", "rome")], "Castle View Apartment"),
        ("text=castle&amenities=dishwasher", [("offers", None)], "Castle View Apartment"),
        (
            "text=boat under 20&instant=true&beds=3",
            [("instant", None), ("price", None), ("rooms", None)],
            "Harbour Boat with Balcony",
        ),
        ("text=castle&south=0&west=0&north=1&east=1", [("place", None)], "Castle View Apartment"),
    ],
)
async def test_when_nothing_fits_the_closest_homes_say_what_they_miss(
    api: Api, small_world: None, query: str, left_out: list[tuple[str, str | None]], title: str
) -> None:
    page = (await api.get(f"/search?{query}")).json()
    assert (page["total"], page["items"]) == (0, [])
    close = page["close"]
    assert [(part["part"], part["word"]) for part in close["left_out"]] == left_out
    assert [hit["title"] for hit in close["items"]] == [title]
    assert close["total"] == 1


async def test_nothing_comes_close_to_a_wish_that_is_missed_altogether(api: Api, small_world: None) -> None:
    page = (await api.get("/search?text=qqqqq")).json()
    assert (page["total"], page["close"]) == (0, None)


async def test_suggestions_name_places_and_homes_and_forgive_slips(api: Api, small_world: None) -> None:
    async def offered(typed: str) -> tuple[list[str], list[str]]:
        reply = (await api.get("/search/suggestions", params={"text": typed})).json()
        return [place["name"] for place in reply["places"]], [home["title"] for home in reply["homes"]]

    places, homes = await offered("mead")
    assert (places, homes) == (["Meadows and Southside"], ["Bright flat by the Meadows"])
    places, homes = await offered("stokbridge")
    assert (places, homes) == (["Stockbridge"], ["2 bed garden flat, free parking"])
    places, homes = await offered("castle vie")
    assert (places, homes) == ([], ["Castle View Apartment"])
    places, homes = await offered("")
    assert (places[0], homes) == ("Edinburgh", [])
    assert await offered("?!") == (places, homes)


async def test_homes_are_suggested_by_words_that_few_enough_have(
    api: Api, small_world: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MAX_COMPARED", 1)
    for typed, homes in (("castle", ["Castle View Apartment"]), ("apartment", [])):
        offered = (await api.get("/search/suggestions", params={"text": typed})).json()
        assert [home["title"] for home in offered["homes"]] == homes, typed


@pytest.mark.prove
async def test_what_people_type_finds_the_real_homes_they_mean(database: Database, shared_data: Path) -> None:
    world = imported_world(Random(1), shared_data, datetime(2026, 11, 26, tzinfo=UTC))
    with shared_data.open(encoding="utf-8", newline="") as lines:
        ids = [line["id"] for line in csv.DictReader(lines)]
    # As an import leaves them: nothing is known but what the list says.
    unknown = dict.fromkeys(("bedrooms", "beds", "bathrooms", "sleeps", "amenities"))
    for home, listing in zip(world.homes, ids, strict=True):
        home.update(unknown, status="published", rules={}, slug=f"listing-{listing}", published_at=clock.now())
    world.claims.clear()
    async with database.transaction() as session:
        await settle(session, world)
        await service.learn(session)
        await session.execute(text("ANALYZE"))
    wrong = []
    searches = [search for name in ("searches.toml", "searches_german.toml") for search in told(name)["searches"]]
    for search in searches:
        page = await page_of(database, search["text"], limit=3)
        slugs = [hit.slug for hit in page.items]
        if f"listing-{search['finds']}" not in slugs:
            wrong.append((search["text"], search["finds"], [(hit.slug, hit.title) for hit in page.items]))
    assert wrong == []
    assert len(searches) >= 120
