"""What a landlord gives back to who cancels: chosen for a home, told on its page, kept and exported."""

from typing import Any

import pytest

from server.core.database import Database
from shared_models.auth import Role
from tests.conftest import Api, MakePerson, MakeProperty
from tests.server.properties.test_property_endpoints import FACTS
from tests.server.stays import rows

FLEXIBLE = {"policy": "flexible", "tiers": None}
OWN = {
    "policy": "custom",
    "tiers": [{"days_before": 30, "refund_percent": 100}, {"days_before": 7, "refund_percent": 40}],
}


@pytest.fixture
async def mine(api: Api, a_person: MakePerson) -> Api:
    """The API as a landlord sees it."""
    return api.as_(await a_person(Role.LANDLORD))


async def drafted(mine: Api, **facts: Any) -> dict[str, Any]:
    reply = await mine.post("/properties", FACTS | facts)
    assert reply.status_code == 201, reply.text
    found: dict[str, Any] = reply.json()
    return found


async def test_who_chooses_nothing_has_the_mildest_policy(mine: Api) -> None:
    assert (await drafted(mine))["cancellation"] == FLEXIBLE


@pytest.mark.parametrize("terms", [{"policy": "firm", "tiers": None}, OWN])
async def test_the_policy_that_was_chosen_is_told_by_the_page_and_the_tag_changes(
    mine: Api, terms: dict[str, Any]
) -> None:
    home = await drafted(mine)
    before = await mine.get(f"/properties/{home['id']}")
    saved = await mine.put(f"/properties/{home['id']}", FACTS | {"cancellation": terms})
    after = await mine.get(f"/properties/{home['id']}")
    assert saved.status_code == 200, saved.text
    assert after.json()["cancellation"] == terms
    assert before.headers["etag"] != after.headers["etag"]


async def test_a_policy_takes_effect_at_once_on_a_home_on_show(api: Api, a_person: MakePerson) -> None:
    landlord, admin = await a_person(Role.LANDLORD), await a_person(Role.ADMIN)
    home = await drafted(api.as_(landlord))
    for who, status in ((landlord, "pending_review"), (admin, "published")):
        assert (await api.as_(who).post(f"/properties/{home['id']}/status", {"status": status})).status_code == 200
    saved = await api.as_(landlord).put(f"/properties/{home['id']}", FACTS | {"cancellation": OWN})
    assert (saved.json()["proposed"], saved.json()["cancellation"]) == (None, OWN)
    assert (await api.get(f"/properties/{home['slug']}")).json()["cancellation"] == OWN


@pytest.mark.parametrize(
    ("terms", "fields"),
    [
        ({"policy": "strict"}, ["cancellation.policy"]),
        ({"policy": "custom"}, ["cancellation.tiers"]),
        ({"policy": "firm", "tiers": OWN["tiers"]}, ["cancellation.tiers"]),
        (
            {"policy": "custom", "tiers": OWN["tiers"][::-1]},
            ["cancellation.tiers.1.days_before"] * 1 + ["cancellation.tiers.1.refund_percent"],
        ),
        (
            {"policy": "custom", "tiers": [{"days_before": 7, "refund_percent": 0}]},
            ["cancellation.tiers.0.refund_percent"],
        ),
        ({"policy": "custom", "tiers": [*OWN["tiers"]] * 3}, ["cancellation.tiers"]),
    ],
)
async def test_terms_that_cannot_be_name_the_field(mine: Api, terms: dict[str, Any], fields: list[str]) -> None:
    reply = await mine.post("/properties", FACTS | {"cancellation": terms})
    assert reply.status_code == 422, reply.text
    assert [error["field"] for error in reply.json()["errors"]] == fields


async def test_a_copy_of_a_home_gives_back_the_same(mine: Api) -> None:
    home = await drafted(mine, cancellation=OWN)
    copy = await mine.post(f"/properties/{home['id']}/duplicate")
    assert copy.json()["cancellation"] == OWN


async def test_what_is_kept_of_a_landlord_says_what_their_homes_give_back(
    database: Database, a_person: MakePerson, a_property: MakeProperty
) -> None:
    landlord = await a_person(Role.LANDLORD)
    await a_property(landlord, cancellation_policy="firm")
    (row,) = await rows(database, "SELECT cancellation_policy, cancellation_tiers FROM property")
    assert tuple(row) == ("firm", None)
