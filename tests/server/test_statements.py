"""However many things a list shows, it asks the database the same number of questions."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from server.app import create_app
from server.auth.sessions.tables import SessionTable
from server.core import clock
from server.core.database import Database
from server.core.ids import new_id
from server.core.settings import Settings
from server.properties.importing.service import steps
from tests.conftest import Api, MakePerson, MakeProperty
from tests.server.access.things import MAKERS, World, a_world
from tests.server.access.verdicts import ADMIN, DATES, LANDLORD, TENANT, VISITOR, Who
from tests.server.properties.importing.conftest import a_line, lines, plan_for, uploaded
from tests.server.search.worlds import learn
from tests.server.stays import statements

MANY = 20
Ids = Mapping[str, str]
Make = Callable[[World, int], Awaitable[Ids]]


def each(name: str) -> Make:
    """Things of the maker of this name, as the walk over all routes makes them."""

    async def make(world: World, number: int) -> Ids:
        for _ in range(number):
            await MAKERS[name](world)
        return {}

    return make


async def stays(world: World, number: int) -> Ids:
    """Agreed stays: no more than three may be held at a time."""
    for _ in range(number):
        await MAKERS["agreed_id"](world)
    return {}


async def sessions(world: World, number: int) -> Ids:
    """Places where the tenant is signed in; no password is hashed, which takes longer than all the rest."""
    ends = clock.now() + timedelta(days=1)
    async with world.database.transaction() as session:
        for _ in range(number):
            token = str(new_id())
            person = world.people[TENANT].id
            session.add(SessionTable(identity_id=person, client="device", token_hash=token, expires_at=ends))
    return {}


async def findings(world: World, number: int) -> Ids:
    """A run that found so much."""
    bad = (a_line(id=line, price="free") for line in range(number))
    run = await uploaded(world.as_(LANDLORD), lines(*bad))
    await world.said(LANDLORD, "PUT", f"/imports/{run['id']}/plan", plan_for(run))
    await world.said(LANDLORD, "POST", f"/imports/{run['id']}/check")
    await steps.run_to_end(world.database, UUID(run["id"]), lambda _: None)
    return {"run_id": run["id"]}


async def places(world: World, number: int) -> Ids:
    """Homes, each in a neighbourhood of its own."""
    for _ in range(number):
        await world.a_property(world.people[LANDLORD], neighbourhood=f"Edge {new_id()}")
    await learn(world.database)
    return {}


async def like_one(world: World, number: int) -> Ids:
    """A home, and so many like it."""
    made = [await MAKERS["published_id"](world) for _ in range(number + 1)]
    return {"property_id": made[0]}


LISTS: dict[str, tuple[Who, Make]] = {
    "GET /auth/sessions": (TENANT, sessions),
    "GET /notifications": (TENANT, each("notification_id")),
    "GET /cases": (ADMIN, each("case_id")),
    "GET /payments": (TENANT, each("payment_id")),
    "GET /earnings": (LANDLORD, each("earning_id")),
    "GET /payment-methods": (TENANT, each("card_id")),
    "GET /admin/payments": (ADMIN, each("paid_id")),
    "GET /admin/refund-requests": (ADMIN, each("request_id")),
    "GET /admin/disputes": (ADMIN, each("dispute_id")),
    "GET /admin/reconciliation": (ADMIN, each("reconciliation_id")),
    "GET /properties": (LANDLORD, each("draft_id")),
    "GET /properties/drafts": (LANDLORD, each("begun_id")),
    "GET /imports": (LANDLORD, each("run_id")),
    "GET /imports/{run_id}/findings": (LANDLORD, findings),
    f"GET /calendars?{DATES}": (LANDLORD, each("block_id")),
    "GET /bookings?side=tenant": (TENANT, stays),
    "GET /bookings?side=landlord": (LANDLORD, stays),
    f"GET /bookings?side=landlord&when=all&{DATES}": (LANDLORD, stays),
    "GET /search": (VISITOR, each("published_id")),
    "GET /search/places?text=ed": (VISITOR, places),
    "GET /search/similar?home={property_id}": (VISITOR, like_one),
}
"""Every route that answers with a list: who asks, and what makes so many things for it."""


def answers_with_a_list(openapi: dict[str, Any], operation: dict[str, Any]) -> bool:
    """Whether the answer is a list, or a page with items."""
    schema = operation["responses"]["200"]["content"].get("application/json", {}).get("schema", {})
    if "$ref" in schema:
        schema = openapi["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema.get("type") == "array" or "items" in schema.get("properties", {})


def test_every_list_is_counted(settings: Settings, database: Database) -> None:
    openapi = create_app(settings, database).openapi()
    found = {
        f"GET {path.removeprefix('/api/v1')}"
        for path, item in openapi["paths"].items()
        if "get" in item and answers_with_a_list(openapi, item["get"])
    }
    uncounted = found - {name.partition("?")[0] for name in LISTS}
    assert uncounted == set(), f"add a line to LISTS here for each of {sorted(uncounted)}"


@pytest.mark.parametrize("name", LISTS, ids=lambda name: name.partition("?")[0])
async def test_a_list_asks_as_often_for_one_thing_as_for_many(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty, name: str
) -> None:
    world = await a_world(api, database, a_person, a_property)
    who, make = LISTS[name]
    sent, shown = [], []
    for number in (1, MANY - 1):
        ids = await make(world, number)
        with statements(database) as asked:
            reply = await world.as_(who).get(name.removeprefix("GET ").format_map(ids))
        body = reply.json()
        shown.append(len(body if isinstance(body, list) else body["items"]))
        sent.append(asked)
    assert shown[0] >= 1
    assert shown[1] > 5, "the things that were made are not in this list"
    assert len(sent[0]) == len(sent[1]), sent
