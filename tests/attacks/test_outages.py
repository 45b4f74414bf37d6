"""The database goes away and comes back, under load: what was answered is there, and everything goes on by itself."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import structlog

from server import launch, schema
from server.core.database import Database
from server.core.embedded_postgres import process
from server.core.embedded_postgres.server import EmbeddedPostgres
from server.core.settings import Settings
from server.launch import listen
from tests.attacks.bookers import Bookers, bookers
from tests.attacks.outages import Outage, Postgres, nothing_is_lost, settings_of, suffer, survives, until
from tests.product import running


def embedded_outages(postgres: Postgres) -> Sequence[Outage]:
    def unable_to_start() -> None:
        postgres.break_settings()
        postgres.kill()

    return (
        Outage("killed, started again by us", 1, postgres.kill, lambda: None),
        Outage("killed, cannot be started", 40, unable_to_start, postgres.mend_settings),
        Outage("everything hangs", 40, lambda: postgres.halt(children=True), postgres.go_on),
        Outage("killed, cannot be started", 120, unable_to_start, postgres.mend_settings),
    )


@pytest.mark.prove
@pytest.mark.timeout(1500)
async def test_a_database_of_our_own_goes_away_for_up_to_two_minutes_and_nothing_answered_is_lost(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    folder = tmp_path / "data"
    with running(None, folder, "--empty") as product:
        postgres = Postgres(folder / "postgres")
        await survives(product, folder, postgres, embedded_outages(postgres), record_property)
    assert process.find_server(postgres.cluster) is None


# --- the same in short, in the process of the test


@asynccontextmanager
async def at_work(settings: Settings, database: Database) -> AsyncIterator[str]:
    """The address of server and worker in this process."""
    listener = listen(settings.model_copy(update={"port": 0}))
    settings.port = listener.getsockname()[1]
    stop, ready = asyncio.Event(), asyncio.Event()
    part = asyncio.create_task(launch.serve_and_work(settings, database, listener, stop, ready.set))
    part.add_done_callback(lambda _: ready.set())
    await ready.wait()
    try:
        yield settings.public_origin
    finally:
        stop.set()
        await part


async def test_a_database_that_is_killed_under_load_is_back_in_a_moment_and_nothing_answered_is_lost(
    tmp_path: Path,
) -> None:
    server = EmbeddedPostgres(tmp_path / "postgres")
    url = server.start()
    postgres, database = Postgres(tmp_path / "postgres"), Database(url)
    await schema.migrate(database)
    settings = settings_of(url, tmp_path)
    with structlog.testing.capture_logs() as logs:
        async with at_work(settings, database) as address:
            crowd: Bookers = await bookers(address, database, settings)
            async with crowd.at_work() as answers:
                await until(lambda: answers.booked_at > 0)
                killed = Outage("killed", 0.5, postgres.kill, lambda: None)
                await suffer(killed, answers, postgres, lambda name: _count(logs, name))
            await nothing_is_lost(database, answers)
    assert [_count(logs, name) for name in ("database_away", "postgres_restarted", "database_back")] == [1, 1, 1]
    assert [line for line in logs if "exc_info" in line] == []
    await database.close()
    server.stop()


def _count(logs: Sequence[Any], event: str) -> int:
    return sum(line["event"] == event for line in logs)
