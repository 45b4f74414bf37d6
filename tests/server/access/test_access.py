"""Every route, as everyone, with the ids of real things: what is not yours is not there."""

from uuid import UUID

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Request
from sqlalchemy import select

from server.app import create_app
from server.core.database import Database
from server.core.errors import NotAllowed, NotFound
from server.core.rates import Rates
from server.core.settings import Settings
from server.core.web.problems import answer_problems
from server.core.web.session import Session
from server.properties.tables import PropertyTable
from tests.conftest import Api, MakePerson, MakeProperty
from tests.server.access.things import World, a_world
from tests.server.access.verdicts import ADMIN, ALL, LANDLORD, SIGNED_IN, VERDICTS, Verdict, lists, only, sorts
from tests.server.access.walk import complaints, routes_of, undecided

CALLS = [
    pytest.param(route, verdict, id=f"{route} {number}")
    for route, verdicts in VERDICTS.items()
    for number, verdict in enumerate(verdicts if isinstance(verdicts, tuple) else (verdicts,))
]


@pytest.fixture
async def world(api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty) -> World:
    return await a_world(api, database, a_person, a_property)


def test_somebody_decided_who_may_call_each_route(settings: Settings, database: Database) -> None:
    app = create_app(settings, database)
    routes = set(routes_of(app.routes))
    assert undecided(routes, VERDICTS) == "", "\n" + undecided(routes, VERDICTS)
    documented = {f"{method.upper()} {path}" for path, of in app.openapi()["paths"].items() for method in of}
    assert {route.replace("/api/v1", "") for route in documented} <= routes


@pytest.mark.parametrize(("route", "verdict"), CALLS)
async def test_everyone_gets_what_is_theirs_and_no_hint_of_more(world: World, route: str, verdict: Verdict) -> None:
    found = await complaints(world, route, verdict)
    assert found == [], "\n".join(found)


leaky = APIRouter(prefix="/api/v1")


@leaky.get("/told/{property_id}")
async def told_apart(property_id: UUID, request: Request) -> str:
    """Says of a stranger's home that it is not theirs, which says that there is one."""
    row = await _home(request, property_id)
    if row is None:
        raise NotFound
    raise NotAllowed


@leaky.get("/open/{property_id}")
async def open_to_all(property_id: UUID, request: Request) -> str:
    """Asks nobody who they are."""
    if await _home(request, property_id) is None:
        raise NotFound
    return "the key is under the mat"


@leaky.get("/titles")
async def all_titles(request: Request) -> list[str]:
    """Lists everybody's homes to everybody."""
    database: Database = request.app.state.database
    async with database.transaction() as session:
        return list(await session.scalars(select(PropertyTable.title)))


@leaky.get("/two/{property_id}")
async def two_at_once(property_id: UUID, request: Request, session: Session) -> str:
    """Takes a second connection while it holds the first."""
    await session.get(PropertyTable, property_id)
    await _home(request, property_id)
    return "fine"


@leaky.get("/shut/{property_id}")
async def shut(property_id: UUID) -> str:
    """Keeps out its owner as well."""
    raise NotFound


async def _home(request: Request, property_id: UUID) -> PropertyTable | None:
    database: Database = request.app.state.database
    async with database.transaction() as session:
        return await session.get(PropertyTable, property_id)


@pytest.mark.parametrize(
    ("route", "verdict", "words"),
    [
        ("GET /told/{property_id}", only(), "of what does not exist it says (404"),
        ("GET /open/{property_id}", only(LANDLORD), "as another landlord: 200"),
        ("GET /open/{property_id}", only(*SIGNED_IN), "with a bad token: 200"),
        ("GET /titles", lists("draft_id", LANDLORD, to=ALL), "unlike (200"),
        ("GET /shut/{property_id}", only(LANDLORD), "but they may"),
        ("GET /two/{property_id}", only(*ALL), "takes 2 connections, 2 at once"),
        ("GET /two/{property_id}", only(*ALL, connections=2), "takes 2 connections, 2 at once"),
        ("GET /open/{property_id}", sorts(ADMIN, to=[ADMIN], answers={ADMIN: 404}), "but they may"),
    ],
)
async def test_the_walk_sees_what_is_wrong(
    database: Database, a_person: MakePerson, a_property: MakeProperty, route: str, verdict: Verdict, words: str
) -> None:
    app = FastAPI()
    app.state.database = database
    app.state.rates = Rates(None)
    answer_problems(app)
    app.include_router(leaky)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        found = await complaints(await a_world(Api(client), database, a_person, a_property), route, verdict)
    assert any(words in complaint for complaint in found), found


def test_a_route_without_a_verdict_is_told_with_the_line_to_add() -> None:
    known = [f"GET /{name}/{{property_id}}" for name in ("shut", "told", "open", "two")]
    assert undecided(routes_of(leaky.routes), [*known, "GET /gone"]).splitlines() == [
        'tests/server/access/verdicts.py: add a line such as    "GET /titles": only(LANDLORD, ADMIN),',
        'tests/server/access/verdicts.py: remove the line "GET /gone"; there is no such route',
    ]
