"""Pages while homes come, go and change: none stands twice, and none that stayed where it was is missed."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
import time_machine
from sqlalchemy import text

from server.core.database import Database
from server.search import service
from shared_models.search import SearchRequest
from tests.server.search.worlds import World, random_world, settle

NOW = datetime(2027, 3, 10, 10, 30, tzinfo=UTC)
WISHES: list[dict[str, Any]] = [
    {},
    {"text": "flat leith"},
    {"text": "cafe", "sort": "relevance"},
    {"sort": "price_low"},
    {"sort": "price_high", "text": "a"},
    {"sort": "distance", "latitude": 0, "longitude": 180},
]


@pytest.mark.parametrize("seed", range(6))
async def test_no_home_stands_twice_and_none_that_stayed_is_missed(database: Database, seed: int) -> None:
    random = Random(seed)
    request_body = SearchRequest.model_validate(WISHES[seed] | {"limit": 7, "let_type": "nightly"})
    world = random_world(random, 150, NOW)
    async with database.transaction() as session:
        await settle(session, World(world.homes, []))
        everything = await service.search(session, request_body.model_copy(update={"limit": 60}))
    touched, shown, cursor = set[str](), list[str](), None
    with time_machine.travel(NOW, tick=False):
        while True:
            async with database.transaction() as session:
                page = await service.search(session, request_body.model_copy(update={"cursor": cursor}))
            shown += [str(hit.id) for hit in page.items]
            if (cursor := page.next_cursor) is None:
                break
            touched |= await _change_some(database, random, world)
    moved_back = {home for home in shown if shown.count(home) > 1}
    # Only a home whose own price, words or place in the order changed may be met again, where it stands now.
    assert moved_back <= touched
    stayed = {str(hit.id) for hit in everything.items} - touched
    assert stayed <= set(shown), "a home that stayed as it was has been skipped"


async def _change_some(database: Database, random: Random, world: World) -> set[str]:
    """Reprice one home, pause another, rename a third, publish a new one; answers which."""
    repriced, paused, renamed = (str(home["id"]) for home in random.sample(world.homes, 3))
    fresh = random_world(random, 1, NOW + timedelta(days=1))
    async with database.transaction() as session:
        for change, home in (
            ("price_minor = 5000", repriced),
            ("status = 'paused'", paused),
            ("title = 'Leith flat cafe'", renamed),
        ):
            await session.execute(text(f"UPDATE property SET {change} WHERE id = :home"), {"home": home})
        await settle(session, World(fresh.homes, []))
        await service.learn(session)
    return {repriced, paused, renamed, str(fresh.homes[0]["id"])}
