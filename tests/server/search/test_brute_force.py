"""Search finds exactly what looking at every home finds: the same homes, as many, in the same order."""

import re
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.core.database import Database
from server.search import service
from server.search.repository.homes import Homes
from server.search.rules.asked import asked_of
from shared_models.search import SearchRequest
from tests.conftest import Api
from tests.server.search.brute_force import BruteForce, kilometres
from tests.server.search.worlds import TEXTS, World, imported_world, random_search, random_world, settle

NOW = datetime(2027, 3, 10, 10, 30, tzinfo=UTC)
"""Wednesday in London; Thursday began in Kiritimati, Tuesday is not over west of the date line."""
ALL = 1_000_000


async def _agree(session: AsyncSession, brute: BruteForce, request_body: SearchRequest) -> int:
    """Search and brute force agree on all that is found, and a first page says what it should. Answers how many."""
    asked = asked_of(request_body.model_copy(update={"limit": ALL}))
    words = (await service.words_of(session, asked)).asked
    expected = brute.search(asked_of(request_body), words)
    everything = await Homes(session, NOW).find(asked, words)
    assert [row.id for row in everything.rows] == expected, request_body.model_dump(exclude_defaults=True)
    page = await service.search(session, request_body)
    assert [hit.id for hit in page.items] == expected[: request_body.limit]
    assert page.total == everything.total == len(expected), request_body
    assert (page.next_cursor is None) == (len(expected) <= request_body.limit)
    if request_body.latitude is not None:
        homes = {home["id"]: home for home in brute.homes}
        metres = [round((hit.distance_km or 0) * 1000) for hit in page.items]
        assert metres == [round(kilometres(homes[hit.id], request_body) * 1000) for hit in page.items]
    return len(expected)


async def test_150_random_searches_find_what_looking_at_every_home_finds(database: Database) -> None:
    random = Random(20270310)
    world = random_world(random, 300, NOW)
    with time_machine.travel(NOW, tick=False):
        async with database.transaction() as session:
            await settle(session, world)
            brute = await BruteForce.over(session, world, NOW)
            found = [await _agree(session, brute, random_search(random, NOW, world.homes, TEXTS)) for _ in range(150)]
    # Searches that find nothing agree too easily.
    assert sum(count > 0 for count in found) > 75


@pytest.mark.prove
async def test_600_random_searches_of_the_real_listings_find_what_looking_at_every_home_finds(
    database: Database, shared_data: Path
) -> None:
    random = Random(500)
    world = imported_world(random, shared_data, NOW)
    texts = [*TEXTS, *(word for home in random.sample(world.homes, 300) for word in re.findall(r"\w+", home["title"]))]
    with time_machine.travel(NOW, tick=False):
        async with database.transaction() as session:
            await settle(session, world)
            await session.execute(text("ANALYZE"))
            brute = await BruteForce.over(session, world, NOW)
            found = [await _agree(session, brute, random_search(random, NOW, world.homes, texts)) for _ in range(600)]
    assert sum(count > 0 for count in found) > 250


@given(random=st.randoms(use_true_random=False), homes=st.integers(1, 30), limit=st.integers(1, 60))
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
async def test_paging_to_the_end_shows_each_home_once_in_the_order_of_one_long_page(
    database: Database, random: Random, homes: int, limit: int
) -> None:
    world = random_world(random, homes, NOW)
    request_body = random_search(random, NOW, world.homes, TEXTS).model_copy(update={"limit": limit})
    with time_machine.travel(NOW, tick=False):
        async with database.transaction() as session:
            await settle(session, world)
            brute = await BruteForce.over(session, world, NOW)
            words = (await service.words_of(session, asked_of(request_body))).asked
            expected = brute.search(asked_of(request_body), words)
            seen, cursor = [], None
            while True:
                page = await service.search(session, request_body.model_copy(update={"cursor": cursor}))
                assert page.total == len(expected)
                seen += [hit.id for hit in page.items]
                if (cursor := page.next_cursor) is None:
                    break
            await session.rollback()
    assert seen == expected


async def test_every_order_pages_over_http_without_a_gap_or_a_double(api: Api, database: Database) -> None:
    world: World = random_world(Random(7), 80, NOW)
    async with database.transaction() as session:
        await settle(session, world)
    for order in ("newest", "price_low", "price_high", "distance"):
        seen: list[str] = []
        query = {"sort": order, "limit": 7, "latitude": 0, "longitude": 180}
        while True:
            page = (await api.get("/search", params=query)).json()
            seen += [hit["id"] for hit in page["items"]]
            if page["next_cursor"] is None:
                break
            query["cursor"] = page["next_cursor"]
        shown = {str(h["id"]) for h in world.homes if h["status"] == "published" and h["let_type"] == "nightly"}
        assert len(seen) == len(set(seen)) == page["total"]
        assert set(seen) == shown
