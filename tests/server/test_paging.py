"""Whatever somebody makes of the cursor of a page, it is a place in that list or refused by name."""

import base64
import json
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from server.app import create_app
from server.calendars.service.door import MAX_CALENDARS
from server.core.cursors import pack
from server.core.database import Database
from server.core.settings import Settings
from shared_models.auth import Role
from shared_models.bookings import BookingOrder
from shared_models.properties import HomeOrder
from shared_models.search import Sort
from tests.conftest import Api, MakePerson, MakeProperty
from tests.server.access.things import World, a_world
from tests.server.access.verdicts import ADMIN, DATES, LANDLORD, TENANT, VISITOR
from tests.server.test_statements import LISTS, each


async def more_homes_than_a_page(world: World, _: int) -> dict[str, str]:
    for _ in range(MAX_CALENDARS + 1):
        await world.a_property(world.people[LANDLORD])
    return {}


CENTRE = "latitude=55.95&longitude=-3.19&radius_km=50"
PAGED = {
    "GET /notifications": (TENANT, ["limit=1"], LISTS["GET /notifications"][1]),
    "GET /payments": (TENANT, ["limit=1"], each("payment_id")),
    "GET /admin/payments": (ADMIN, ["limit=1"], each("paid_id")),
    "GET /admin/refund-requests": (ADMIN, ["limit=1"], each("request_id")),
    "GET /admin/disputes": (ADMIN, ["limit=1"], each("dispute_id")),
    "GET /admin/reconciliation": (ADMIN, ["limit=1"], each("reconciliation_id")),
    "GET /cases": (ADMIN, ["limit=1", "limit=1&closed=true"], each("case_id")),
    "GET /properties": (LANDLORD, [f"limit=1&order={order}" for order in HomeOrder], each("draft_id")),
    "GET /properties/drafts": (LANDLORD, ["limit=1"], each("begun_id")),
    "GET /imports": (LANDLORD, ["limit=1"], each("run_id")),
    "GET /imports/{run_id}/findings": (LANDLORD, ["limit=1"], LISTS["GET /imports/{run_id}/findings"][1]),
    "GET /calendars": (LANDLORD, [DATES], more_homes_than_a_page),
    "GET /bookings": (
        LANDLORD,
        [f"limit=1&side=landlord&when=all&order={order}" for order in BookingOrder],
        LISTS["GET /bookings?side=landlord"][1],
    ),
    "GET /search": (
        VISITOR,
        [f"limit=1&sort={sort}&text=edinburgh&{CENTRE}" for sort in Sort if sort.value != "unknown"],
        each("published_id"),
    ),
}
"""Every route that takes a cursor: who asks, in which orders, and what makes things for it."""
WITHOUT_PAGES = {"GET /search/map", "GET /search/facets"}
"""They take a search as it stands, its cursor too, and look at all of it."""

OFFSETS = st.timedeltas(timedelta(hours=-23, minutes=-59), timedelta(hours=23, minutes=59)).map(timezone)
EDGES_OF_TIME = (
    "9999-12-31T23:59:59.999999-14:00",
    "9999-12-31T23:59:59.999999-23:59:59",
    "9999-12-31T23:59:59.999999+00:00",
    "0001-01-01T00:00:00+14:00",
    "0001-01-01T00:00:00+23:59:59",
    "0001-01-01T00:00:00+00:00",
    "2026-11-25T00:00:00",
    "0001-01-01",
    "9999-12-31",
    "infinity",
    "\x00",
    "\ud800",
    "",
)
TEXTS = (
    st.sampled_from(EDGES_OF_TIME)
    | st.datetimes(timezones=OFFSETS).map(datetime.isoformat)
    | st.dates().map(str)
    | st.uuids().map(str)
)
NUMBERS = st.integers() | st.sampled_from([2**31, 2**53 + 1, 2**63 - 1, -(2**63), 2**63])
OTHERS = st.none() | st.booleans() | st.floats() | st.lists(st.integers(), max_size=2) | st.text(max_size=20)


def test_every_route_with_a_cursor_is_tried(settings: Settings, database: Database) -> None:
    paths = create_app(settings, database).openapi()["paths"]
    taking = {
        f"{method.upper()} {path.removeprefix('/api/v1')}"
        for path, item in paths.items()
        for method, operation in item.items()
        if "cursor" in [parameter["name"] for parameter in operation.get("parameters", [])]
    }
    assert taking - WITHOUT_PAGES == set(PAGED), "a route with a cursor stands in PAGED, and what stands there has one"


def values_of(cursor: str) -> list[Any]:
    found: list[Any] = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    return found


def tampered(real: list[Any], data: st.DataObject) -> str:
    """A cursor of ours with one of its values replaced, added or taken away."""
    values, place = list(real), data.draw(st.integers(0, len(real)))
    if place == len(values):
        return pack([*values, 1] if data.draw(st.booleans()) else values[:-1])
    like = NUMBERS if isinstance(values[place], int) else TEXTS
    values[place] = data.draw(like | OTHERS)
    return pack(values)


async def real_cursors(world: World, name: str) -> list[tuple[str, list[Any]]]:
    """The address of each order of a list, and what the cursor to its second page holds."""
    who, orders, make = PAGED[name]
    ids = await make(world, 2)
    found: list[tuple[str, list[Any]]] = []
    for order in orders:
        address = f"{name.removeprefix('GET ')}?{order}".format_map(ids)
        cursor = (await world.as_(who).get(address)).raise_for_status().json()["next_cursor"]
        # Where there is no second page, such as of cases that are closed, the cursor of the order before has its form.
        found.append((address, values_of(cursor) if cursor is not None else found[-1][1]))
    return found


@dataclass(frozen=True)
class Paged:
    """A list with things in it, as one who may see them calls it."""

    api: Api
    pages: list[tuple[str, list[Any]]]

    async def refuses_or_answers(self, address: str, cursor: str) -> None:
        """Ask for the page of a cursor. Raises AssertionError unless it is given, or refused by the cursor's name."""
        reply = await self.api.get(f"{address}&cursor={quote(cursor)}")
        assert reply.status_code in (200, 422), reply.text
        if reply.status_code == 422:
            assert [error["field"] for error in reply.json()["errors"]] == ["cursor"]


@pytest.fixture(params=PAGED)
async def paged(
    request: pytest.FixtureRequest, api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty
) -> Paged:
    world = await a_world(api, database, a_person, a_property)
    return Paged(world.as_(PAGED[request.param][0]), await real_cursors(world, request.param))


async def test_a_cursor_from_the_edges_of_time_is_a_place_or_refused_by_name(paged: Paged) -> None:
    for address, values in paged.pages:
        for edge in EDGES_OF_TIME:
            for place in range(len(values)):
                await paged.refuses_or_answers(address, pack([*values[:place], edge, *values[place + 1 :]]))


once_for_all = hypothesis_settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@once_for_all
@given(st.data())
async def test_a_tampered_cursor_is_a_place_or_refused_by_name(paged: Paged, data: st.DataObject) -> None:
    address, values = data.draw(st.sampled_from(paged.pages))
    await paged.refuses_or_answers(address, tampered(values, data))


@pytest.fixture
async def a_landlord(api: Api, a_person: MakePerson) -> Api:
    return api.as_(await a_person(Role.LANDLORD))


@once_for_all
@given(st.data())
async def test_a_tampered_cursor_of_homes_to_move_is_a_place_or_refused(a_landlord: Api, data: st.DataObject) -> None:
    request_body = {"status": "paused", "from_status": "published", "cursor": tampered([str(UUID(int=1))], data)}
    assert (await a_landlord.post("/properties/bulk-status", request_body)).status_code in (200, 422)
