"""What the tests of importing share: uploading, working off the chain, a look at the whole database."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from server.core.database import Database
from server.core.limits import JOBS
from server.properties.importing.service import steps
from shared_models.imports import FileWide, ImportRead
from shared_models.money import Currency
from tests.conftest import Api

EDINBURGH = FileWide(source="insideairbnb-edinburgh", city="Edinburgh", country="GB", currency=Currency.GBP)
HEADER = "id,name,host_id,neighbourhood,latitude,longitude,room_type,price,minimum_nights"
TABLES = ("property", "identity", "identity_role", "profile")

Dump = Callable[[], Awaitable[dict[str, list[str]]]]
Worked = Callable[[str | UUID], Awaitable[ImportRead]]
Imported = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
def dump(database: Database) -> Dump:
    """Everything in the tables that an import writes to, as text."""

    async def take() -> dict[str, list[str]]:
        async with database.engine.connect() as connection:
            return {
                table: list(await connection.scalars(text(f"SELECT item::text FROM {table} item ORDER BY 1")))
                for table in TABLES
            }

    return take


@pytest.fixture
async def worked(database: Database) -> AsyncIterator[Worked]:
    """Work on a run until it is over, as the command line does."""
    async with database.apart(JOBS, pool=2) as own:

        async def work(run_id: str | UUID) -> ImportRead:
            return await steps.run_to_end(own, UUID(str(run_id)), lambda _: None)

        yield work


def lines(*rows: str, header: str = HEADER) -> str:
    return "\n".join((header, *rows)) + "\n"


def a_line(**cells: Any) -> str:
    usual: dict[str, Any] = {
        "id": 1,
        "name": "Bright flat",
        "host_id": 60423,
        "neighbourhood": '"Old Town, Leith Street"',
        "latitude": 55.95689,
        "longitude": -3.18768,
        "room_type": "Entire home/apt",
        "price": 80,
        "minimum_nights": 3,
    }
    return ",".join(str(cell) for cell in (usual | cells).values())


async def uploaded(api: Api, content: str | bytes, filename: str = "homes.csv") -> dict[str, Any]:
    reply = await api.request("POST", f"/imports?filename={filename}", content=content)
    assert reply.status_code == 201, reply.text
    told: dict[str, Any] = reply.json()
    return told


def plan_for(run: dict[str, Any], **file_wide: Any) -> dict[str, Any]:
    return {
        "columns": {column["name"]: column["guess"] for column in run["columns"] if column["guess"]},
        "file_wide": EDINBURGH.model_dump(mode="json", exclude_unset=True) | file_wide,
    }


@pytest.fixture
def imported(worked: Worked) -> Imported:
    """Upload a text, take the guessed plan, import: the run at its end."""

    async def run(api: Api, content: str | bytes, **file_wide: Any) -> dict[str, Any]:
        begun = await uploaded(api, content)
        planned = await api.put(f"/imports/{begun['id']}/plan", plan_for(begun, **file_wide))
        assert planned.status_code == 200, planned.text
        started = await api.post(f"/imports/{begun['id']}/start")
        assert started.status_code == 200, started.text
        await worked(begun["id"])
        told: dict[str, Any] = (await api.get(f"/imports/{begun['id']}")).json()
        return told

    return run


async def findings_of(api: Api, run: dict[str, Any], finding: str | None = None) -> list[tuple[int, str, str]]:
    query = f"?limit=100{f'&finding={finding}' if finding else ''}"
    items = (await api.get(f"/imports/{run['id']}/findings{query}")).json()["items"]
    return [(item["line"], item["field"], item["reason"]) for item in items]
