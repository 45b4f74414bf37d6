"""Migrations: they make the tables the code expects, once, however many start at the same time."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import count

import httpx
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text
from structlog.testing import capture_logs

from server import schema
from server.app import create_app
from server.core import failed_jobs
from server.core.database import Database, take_turn
from server.core.errors import StartupError
from server.core.limits import JOBS, MIGRATIONS, Limits
from server.core.settings import Settings
from tests.databases import create_database, drop_database

_number = count(1)


@pytest.fixture
async def bare(postgres_url: str, worker_id: str) -> AsyncIterator[Database]:
    """A database nobody has migrated."""
    name = f"estospaces_bare_{worker_id}_{next(_number)}"
    database = Database(await create_database(postgres_url, name), pool=4, wait_seconds=2)
    yield database
    await database.close()
    await drop_database(postgres_url, name)


async def ready(database: Database, settings: Settings) -> tuple[int, bool]:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(create_app(settings, database)), base_url="http://test"
    ) as client:
        assert (await client.get("/healthz")).json() == {"status": "ok"}
        reply = await client.get("/readyz")
        return reply.status_code, reply.json()["ready"]


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(
        connection,
        opts={
            "compare_type": True,
            "include_name": lambda name, kind, _: not (kind == "table" and (name or "").startswith("procrastinate_")),
        },
    )
    return list(compare_metadata(context, schema.metadata))


async def test_the_migrations_make_the_tables_of_the_code(database: Database) -> None:
    async with database.engine.connect() as connection:
        assert await connection.run_sync(_differences) == []
        await connection.execute(text("ALTER TABLE profile ALTER COLUMN name TYPE varchar(7)"))
        assert len(await connection.run_sync(_differences)) == 1  # it does notice
        await connection.rollback()


async def test_a_server_is_ready_once_it_is_migrated(bare: Database, settings: Settings) -> None:
    assert await ready(bare, settings) == (503, False)
    await schema.migrate(bare)
    assert await ready(bare, settings) == (200, True)


async def test_a_probe_hears_how_many_jobs_have_failed(database: Database, settings: Settings) -> None:
    async with database.transaction() as session:
        for id_ in (1, 2):
            await failed_jobs.record(session, id_, "tests.job", error="Refused", tries=1)
    transport = httpx.ASGITransport(create_app(settings, database))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        assert (await client.get("/readyz")).json()["failed_jobs"] == 2


async def test_migrating_twice_is_harmless(bare: Database) -> None:
    await schema.migrate(bare)
    async with bare.engine.begin() as connection:
        await connection.execute(
            text("INSERT INTO procrastinate_jobs (task_name, queue_name, args) VALUES ('kept', 'q', '{}')")
        )
    await schema.migrate(bare)
    assert await schema.is_migrated(bare)
    async with bare.engine.connect() as connection:
        assert await connection.scalar(text("SELECT task_name FROM procrastinate_jobs")) == "kept"


async def test_processes_that_migrate_at_once_take_turns(bare: Database) -> None:
    others = [Database(bare.url, pool=2) for _ in range(3)]
    await asyncio.gather(*(schema.migrate(other) for other in others))
    await asyncio.gather(*(other.close() for other in others))
    assert await schema.is_migrated(bare)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> Limits:
    """Limits of a migration that waits for a table a tenth of a second, lets others through for a moment."""
    monkeypatch.setattr(schema, "LET_THROUGH_SECONDS", 0.01)
    return replace(MIGRATIONS, lock=0.1)


async def test_a_migration_whose_table_is_in_use_goes_on_once_it_is_free(bare: Database, hasty: Limits) -> None:
    await schema.migrate(bare, "0006")
    async with bare.apart(JOBS, pool=1) as patient, patient.engine.connect() as reader:
        await reader.execute(text("SELECT FROM property"))
        with capture_logs() as logs:
            migrating = asyncio.create_task(schema.migrate(bare, limits=hasty))
            async with asyncio.timeout(60):
                while not logs:  # until the first attempt has ended
                    await bare.check()
            await reader.rollback()
            await asyncio.wait_for(migrating, 60)
    assert {line["event"] for line in logs} == {"migration_waits_for_a_table"}
    assert await schema.is_migrated(bare)


async def test_a_migration_whose_table_stays_in_use_ends_with_one_line_and_changes_nothing(
    bare: Database, hasty: Limits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "MAX_ATTEMPTS", 2)
    await schema.migrate(bare, "0006")
    async with bare.apart(JOBS, pool=1) as patient, patient.engine.connect() as reader:
        await reader.execute(text("SELECT FROM property"))
        with pytest.raises(StartupError, match=r"^The tables are in use for too long; nothing was migrated\. .+$"):
            await schema.migrate(bare, limits=hasty)
    assert not await schema.is_migrated(bare)
    await schema.migrate(bare)


async def test_whoever_takes_turns_waits_longer_for_the_other_than_for_a_row(bare: Database, hasty: Limits) -> None:
    async with bare.transaction() as first:
        await take_turn(first, schema._ONE_AT_A_TIME)
        second = asyncio.create_task(schema.migrate(bare, limits=hasty))
        done, _ = await asyncio.wait({second}, timeout=3 * hasty.lock)
        assert not done
    await asyncio.wait_for(second, 60)
    assert await schema.is_migrated(bare)
    async with bare.apart(hasty, pool=1) as own, own.transaction() as session:
        await take_turn(session, 1)
        assert await session.scalar(text("SELECT current_setting('lock_timeout')")) == "100ms"


async def test_a_server_without_its_database_is_alive_but_not_ready(settings: Settings) -> None:
    for url in ("postgresql://ann:sesame@127.0.0.1:1/home", "postgresql://ann@no-such-host.invalid/home"):
        away = Database(url, pool=2)
        assert await ready(away, settings) == (503, False)
        await away.close()


async def test_a_server_whose_database_is_dropped_is_not_ready(bare: Database, settings: Settings) -> None:
    await schema.migrate(bare)
    gone = Database(bare.url.rpartition("/")[0] + "/no_such_database", pool=2)
    assert await ready(gone, settings) == (503, False)
    await gone.close()


async def test_a_database_of_another_revision_is_not_ready(bare: Database) -> None:
    await schema.migrate(bare)
    async with bare.engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = 'future'"))
    assert not await schema.is_ready(bare)


async def test_domains_that_are_not_ascii_are_kept_as_mail_servers_say_them_and_the_rest_stays(bare: Database) -> None:
    await schema.migrate(bare, "0009")
    kept = {
        "ann@müller.de": "ann@xn--mller-kva.de",
        "bob@straße.de": "bob@straße.de",
        "bob@strasse.de": "bob@strasse.de",
        "x,tenant@example.com": "x,tenant@example.com",
        "jörg@example.com": "jörg@example.com",
        "eve@köln.de": "eve@köln.de",
        "eve@xn--kln-sna.de": "eve@xn--kln-sna.de",
    }
    add = "INSERT INTO identity (id, email, password_hash, created_at) VALUES (gen_random_uuid(), :email, 'x', now())"
    async with bare.engine.begin() as connection:
        for email in kept:
            await connection.execute(text(add), {"email": email})
        await connection.execute(
            text(
                "INSERT INTO mail_link (id, identity_id, purpose, email, token_hash, created_at, expires_at) "
                "SELECT id, id, 'verify_email', email, email, now(), now() FROM identity"
            )
        )
    await schema.migrate(bare)
    async with bare.engine.connect() as connection:
        for table in ("identity", "mail_link"):
            found = await connection.scalars(text(f"SELECT email FROM {table}"))
            assert set(found) == set(kept.values())
