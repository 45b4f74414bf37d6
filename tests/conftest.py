"""Fixtures for every test: a real PostgreSQL, a migrated database a worker, the API in process, people and homes."""

import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import hypothesis
import pytest
import structlog
from fastapi import FastAPI
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import TextClause, text
from sqlalchemy.exc import DBAPIError

from server import schema
from server.app import create_app
from server.auth.rules import NOWHERE
from server.auth.service import accounts
from server.auth.sessions import service as sessions
from server.cases import service as cases
from server.core import clock
from server.core.database import Database, sqlstate
from server.core.identity import Identity
from server.core.settings import Environment, Settings
from server.properties.tables import PropertyTable
from shared_models.auth import ClientKind, Role
from shared_models.cases import CaseKind
from shared_models.properties import PropertyStatus
from tests.databases import create_database, drop_database

pytest_plugins = [
    "tests.browser_gate",
    "tests.heap",
    "tests.mailbox",
    "tests.one_worker",
    "tests.payment_provider",
    "tests.postgres",
    "tests.serving",
]

# Until it is set up, structlog draws an error with every local variable, for seconds.
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ]
)

# A run that a shell put into the background ignores Ctrl-C, and all it starts would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# How long an example takes says more of the machine than of the code.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")

PASSWORD = "a long enough password"
LETTING_GO_SECONDS = 15
DEADLOCKS = 5
"""How many are forgiven while the tables are emptied: who goes on afterwards is done within a moment."""
_DEADLOCK = "40P01"
MANY_ROWS = 2000
_QUEUE = ("procrastinate_periodic_defers", "procrastinate_events", "procrastinate_jobs")
_BOOKS = ("ledger_balance", "ledger_posting", "ledger_entry", "ledger_account")
"""Tables that refuse to be emptied, even of nothing; in the order in which they can be."""
# Without this a test that fails with an open transaction would keep the emptying of the tables waiting for ever.
_CUT_OFF_OTHERS = text(
    "SELECT pg_terminate_backend(pid), query FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL "
    "AND backend_type = 'client backend'"
)
_OWN_LIMITS = text(
    f"SELECT set_config('lock_timeout', '{LETTING_GO_SECONDS}s', true), set_config('statement_timeout', '60s', true)"
)
_number = count(1)


@pytest.fixture(scope="session")
async def migrated(postgres_url: str, worker_id: str) -> AsyncIterator[str]:
    """The name of a database that the migrations built, to be copied (`create_database(…, migrated)`): nobody else is
    ever connected to it."""
    name = f"estospaces_migrated_{worker_id}_{os.getpid()}"
    database = Database(await create_database(postgres_url, name))
    await schema.migrate(database)
    await database.close()
    yield name
    await drop_database(postgres_url, name)


@pytest.fixture(scope="session")
async def _migrated_url(postgres_url: str, migrated: str, worker_id: str) -> AsyncIterator[str]:
    """A database of this worker's own."""
    name = f"estospaces_test_{worker_id}_{os.getpid()}"
    yield await create_database(postgres_url, name, migrated)
    await drop_database(postgres_url, name)


@pytest.fixture(scope="session")
async def _open_databases(_migrated_url: str) -> AsyncIterator[list[Database]]:
    """The database that tests of this worker hand on to each other, while it is as good as new."""
    databases: list[Database] = []
    yield databases
    for database in databases:
        await database.close()


@pytest.fixture
async def database(_migrated_url: str, _open_databases: list[Database]) -> AsyncIterator[Database]:
    """An empty, migrated database; emptied again after the test.

    Tests share its connections, and what SQLAlchemy has compiled: both cost more than most tests do.
    """
    database = _open_databases.pop() if _open_databases else Database(_migrated_url, pool=10)
    yield database
    left_open = await _empty(database)
    if _is_as_good_as_new(database) and not left_open:
        _open_databases.append(database)
    else:
        await database.close()
    assert left_open == [], "the test left transactions open"


def _is_as_good_as_new(database: Database) -> bool:
    """Whether nobody uses any of its connections any more, and nobody was told that it is away."""
    pools = (database, database.reads, database.maintenance)
    is_idle = all(pool.slots.inside == 0 and pool.engine.pool.checkedout() == 0 for pool in pools)  # type: ignore[attr-defined]
    return is_idle and not (database.outage.is_on or database.outage.hanging or database.outage.watched)


async def _empty(database: Database) -> list[str]:
    """Empty every table; the statements of those who would not let go within some seconds, and were cut off."""
    lock, delete = _emptying()
    for _ in range(DEADLOCKS):
        try:
            async with database.engine.begin() as connection:
                await connection.execute(_OWN_LIMITS)
                await connection.execute(lock)
                await connection.execute(delete)
                return []
        except DBAPIError as problem:
            if sqlstate(problem) != _DEADLOCK:  # with a request that the end of the test did not wait for
                break
    async with database.engine.begin() as connection:
        await connection.execute(_OWN_LIMITS)
        others = await connection.execute(_CUT_OFF_OTHERS)
        await connection.execute(delete)
        return [query for _, query in others]


@cache
def _emptying() -> tuple[TextClause, TextClause]:
    """Wait for everyone's transaction, then take all rows away: for the few of most tests a hundred times as fast as
    TRUNCATE, which makes every table and index anew. Tables that were filled are truncated, lest they stay large."""
    names = [*(table.name for table in reversed(schema.metadata.sorted_tables)), *_QUEUE]
    each = _emptying_books() + "".join(_emptying_one(name) for name in names if name not in _BOOKS)
    listed = ", ".join(f'"{name}"' for name in names)
    return (
        text(f"LOCK TABLE {listed} IN ACCESS EXCLUSIVE MODE"),
        text(f"DO $$ DECLARE gone bigint; BEGIN {each} END $$"),
    )


def _emptying_one(name: str) -> str:
    return (
        f'DELETE FROM "{name}"; GET DIAGNOSTICS gone = ROW_COUNT; '
        f'IF gone > {MANY_ROWS} THEN TRUNCATE "{name}" CASCADE; END IF; '
    )


def _emptying_books() -> str:
    refusing, taking = (
        "".join(f"ALTER TABLE {name} {word} TRIGGER USER; " for name in _BOOKS) for word in ("ENABLE", "DISABLE")
    )
    each = "".join(map(_emptying_one, _BOOKS))
    return f"IF EXISTS (SELECT FROM ledger_account) THEN {taking}{each}{refusing} END IF; "


@pytest.fixture
def settings(_migrated_url: str, tmp_path: Path) -> Settings:
    """Settings of a test: everything in a folder of its own."""
    return Settings(
        environment=Environment.TEST,
        database_url=_migrated_url,  # type: ignore[arg-type]
        data_dir=tmp_path / "data",
        secret_key="a secret only for tests, long enough",  # type: ignore[arg-type]
    )


@dataclass(frozen=True)
class Person:
    """Someone with an account, and the tokens of one session."""

    id: UUID
    email: str
    name: str
    identity: Identity
    access_token: str
    refresh_token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.access_token}"}


MakePerson = Callable[..., Awaitable[Person]]

# Made to be quick: what a hash costs stands in it, and the usual cost (a tenth of a second of both cores) would be
# paid for everyone in every test.
_HASH = PasswordHash([Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)]).hash(PASSWORD)


@pytest.fixture
def a_person(database: Database, settings: Settings) -> MakePerson:
    """Make someone: `await a_person(Role.LANDLORD, name="Morag")`. Everyone's password is PASSWORD.

    Their address is confirmed, unless they are made with `verified=False`.
    """

    async def make(*roles: Role, name: str | None = None, verified: bool = True) -> Person:
        number = next(_number)
        email, name = f"person{number}@example.com", name or f"Person {number}"
        async with database.transaction() as session:
            id_ = await accounts.add_person(
                session, email, name, _HASH, roles or (Role.TENANT,), verified_at=clock.now() if verified else None
            )
        async with database.transaction() as session:
            tokens = await sessions.open_session(session, settings, id_, ClientKind.DEVICE, NOWHERE)
        caller = sessions.read_access_token(settings, tokens.access_token)
        assert caller is not None
        return Person(id_, email, name, caller, tokens.access_token, tokens.refresh_token)

    return make


MakeProperty = Callable[..., Awaitable[UUID]]


@pytest.fixture
def a_property(database: Database, a_person: MakePerson) -> MakeProperty:
    """Make a published, instantly bookable home in Edinburgh: `await a_property(landlord, price_minor=8000)`.

    Written straight into the table, so that a room can be tested before the paths that lead to it.
    """

    async def make(landlord: Person | None = None, **columns: Any) -> UUID:
        owner = landlord or await a_person(Role.LANDLORD)
        number = next(_number)
        facts = {
            "title": f"Home {number}",
            "slug": f"home-{number}",
            "status": "published",
            "published_at": clock.now(),
            "type": "flat",
            "let_type": "nightly",
            "city": "Edinburgh",
            "neighbourhood": "New Town",
            "country": "GB",
            "latitude": 55.9533,
            "longitude": -3.1883,
            "zone": "Europe/London",
            "price_minor": 8000,
            "currency": "GBP",
            "instant_book": True,
        }
        async with database.transaction() as session:
            row = PropertyTable(landlord_id=owner.id, **(facts | columns))
            session.add(row)
            await session.flush()
            if row.status == PropertyStatus.PENDING_REVIEW.value:
                opening = cases.Opening(row.id, owner.id, words=["new"])
                await cases.open_cases(session, CaseKind.HOME_REVIEW, [opening])
        return row.id

    return make


class Api:
    """The API as one caller sees it; paths are below `/api/v1`."""

    def __init__(self, client: httpx.AsyncClient, headers: dict[str, str] | None = None) -> None:
        self._client, self._headers = client, headers or {}

    def as_(self, person: Person | None) -> "Api":
        """The same API, called by someone else (None: signed out)."""
        return Api(self._client, person.headers if person is not None else {})

    async def get(self, path: str, **more: Any) -> httpx.Response:
        return await self.request("GET", path, **more)

    async def post(self, path: str, json: Any = None, **more: Any) -> httpx.Response:
        return await self.request("POST", path, json=json, **more)

    async def put(self, path: str, json: Any = None, **more: Any) -> httpx.Response:
        return await self.request("PUT", path, json=json, **more)

    async def patch(self, path: str, json: Any = None, **more: Any) -> httpx.Response:
        return await self.request("PATCH", path, json=json, **more)

    async def delete(self, path: str, **more: Any) -> httpx.Response:
        return await self.request("DELETE", path, **more)

    async def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {**self._headers, **more.pop("headers", {})}
        return await self._client.request(method, f"/api/v1{path}", headers=headers, **more)


@pytest.fixture
def app(database: Database, settings: Settings) -> FastAPI:
    """The app that `api` calls."""
    return create_app(settings, database)


@pytest.fixture
async def api(app: FastAPI) -> AsyncIterator[Api]:
    """The API in process, called by nobody in particular; `api.as_(person)` signs in."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield Api(client)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real listings; skips where they are not beside the project (they never are in a user's clone)."""
    root = Path(os.environ.get("ESTOSPACES_SHARED", Path(__file__).parents[2] / "shared"))
    file = root / "data" / "edinburgh_listings_2019.csv"
    if not file.exists():
        pytest.skip(f"the real listings are not here: {file.name}")
    return file
