"""What a facet says is what the search finds once it is chosen."""

from datetime import UTC, datetime
from random import Random
from typing import Any

import time_machine

from server.core.database import Database
from server.search import service
from shared_models.search import SearchFacets, SearchRequest
from tests.conftest import Api
from tests.server.search.worlds import TEXTS, random_search, random_world, settle

NOW = datetime(2027, 3, 10, 10, 30, tzinfo=UTC)


def choices(request_body: SearchRequest, facets: SearchFacets) -> list[tuple[dict[str, Any], int]]:
    """Every further choice, as a change of the wish, and the number it is told with."""
    told: list[tuple[dict[str, Any], int]] = [({}, facets.total), ({"instant": True}, facets.instant)]
    told += [({"types": [kind]}, homes) for kind, homes in facets.types.items()]
    told += [({"amenities": [*request_body.amenities, one]}, homes) for one, homes in facets.amenities.items()]
    told += [({"rules": [*request_body.rules, one]}, homes) for one, homes in facets.rules.items()]
    for rooms in ("bedrooms", "beds", "bathrooms"):
        told += [({rooms: number}, homes) for number, homes in getattr(facets, rooms).items()]
    return told


async def test_each_number_is_what_the_choice_finds(database: Database) -> None:
    random, counted = Random(11), 0
    world = random_world(random, 200, NOW)
    # What a text says cannot be unchosen by a facet, so its kinds and rooms have a test of their own.
    texts = [text for text in TEXTS if text not in ("2-bed", "apartments 2")]
    with time_machine.travel(NOW, tick=False):
        async with database.transaction() as session:
            await settle(session, world)
            for _ in range(32):
                request_body = random_search(random, NOW, world.homes, texts)
                facets = await service.facets(session, request_body)
                for change, told in random.sample(choices(request_body, facets), 8):
                    chosen = SearchRequest.model_validate(request_body.model_dump() | change | {"limit": 1})
                    found = await service.search(session, chosen)
                    assert found.total == told, (request_body.model_dump(exclude_defaults=True), change)
                    counted += told
    assert counted > 100


async def test_every_word_has_a_number_even_where_there_are_no_homes(api: Api) -> None:
    facets = (await api.get("/search/facets?text=nowhere")).json()
    assert facets["total"] == facets["instant"] == 0
    assert {"flat", "boat"} <= facets["types"].keys()
    assert {"wifi", "lift"} <= facets["amenities"].keys()
    assert facets["rules"] == {"pets": 0, "smoking": 0, "parties": 0, "children": 0}
    assert facets["bedrooms"] == {str(number): 0 for number in range(1, 7)}
