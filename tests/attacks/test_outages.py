"""The database goes away and comes back, under load: what was answered is there, and everything goes on by itself."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
import structlog

from server import launch, schema
from server.core.database import Database
from server.core.embedded_postgres import process
from server.core.embedded_postgres.account import account_for
from server.core.embedded_postgres.process import Cluster
from server.core.embedded_postgres.roles import app_url
from server.core.embedded_postgres.server import EmbeddedPostgres
from server.core.settings import Environment, Settings
from server.launch import listen
from tests.attacks.bookers import Answers, Bookers, bookers
from tests.product import SECRET, Product, running
from tests.server.stays import broken_promises, rows

AGAIN_SECONDS = 15
"""From the return of the database until people are served. It takes two; the rest is what a busy machine takes."""
STOP_SECONDS = 10
PATIENCE = 60
DRAIN_SECONDS = 300
"""A mail that was being sent when its process lost the database is left alone for two minutes."""


async def until(happened: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Wait for something, by the deadline."""
    async with asyncio.timeout(seconds):
        while not happened():  # noqa: ASYNC110 - it happens in another process
            await asyncio.sleep(0.05)


@dataclass(frozen=True)
class Outage:
    """One way in which a database goes away, and how it comes back."""

    kind: str
    seconds: float
    begin: Callable[[], None]
    end: Callable[[], None]
    is_said: bool = True
    """Whether everybody must notice; who has a connection does not miss a postmaster that hangs."""


class Postgres:
    """A server in a folder, seen from outside of what uses it."""

    def __init__(self, folder: Path) -> None:
        self.cluster = Cluster(account_for(folder))
        self.port = process.port_of(self.cluster)
        self.url = app_url(self.cluster)

    def kill(self) -> None:
        """`kill -9` of the postmaster."""
        server = process.find_server(self.cluster)
        assert server is not None
        os.kill(server.pid, signal.SIGKILL)

    def start(self) -> None:
        """Start it again on its port, as the operator of a given database would."""
        process.clear_remains(self.cluster)
        process.spawn_server(self.cluster, port=self.port, fast=False)

    def halt(self, *, children: bool) -> None:
        self._tell(signal.SIGSTOP, children=children)

    def go_on(self) -> None:
        self._tell(signal.SIGCONT, children=True)

    def break_settings(self) -> None:
        """It does not start until `mend_settings`."""
        (self.cluster.data / "postgresql.conf").rename(self.cluster.data / "aside.conf")

    def mend_settings(self) -> None:
        (self.cluster.data / "aside.conf").rename(self.cluster.data / "postgresql.conf")

    def answers(self) -> bool:
        try:
            with psycopg.connect(self.url, connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False

    def _tell(self, number: signal.Signals, *, children: bool) -> None:
        server = process.find_server(self.cluster)
        assert server is not None
        for pid in (server.pid, *(process.find_children(self.cluster) if children else ())):
            os.kill(pid, number)


class Log:
    """What the product wrote to its log."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def count(self, event: str) -> int:
        return self.text().count(event)

    def text(self) -> str:
        older = self.file.with_name(f"{self.file.name}.1")
        return (older.read_text() if older.exists() else "") + self.file.read_text()


def settings_of(url: str, folder: Path) -> Settings:
    """Settings that sign tokens as the product under test does."""
    return Settings(
        _env_file=None,
        environment=Environment.TEST,
        database_url=url,  # type: ignore[arg-type]
        data_dir=folder,
        secret_key=SECRET,  # type: ignore[arg-type]
    )


async def suffer(outage: Outage, answers: Answers, postgres: Postgres, said: Callable[[str], int]) -> None:
    """One outage under load, and the return: served again soon, each said once."""
    away, back = said("database_away"), said("database_back")
    outage.begin()
    await asyncio.sleep(outage.seconds)
    outage.end()
    await asyncio.to_thread(_wait_for, postgres)
    returned = time.monotonic()
    await until(lambda: min(answers.searched_at, answers.booked_at) > returned, AGAIN_SECONDS)
    await until(lambda: said("database_back") == said("database_away"))
    lines = (said("database_away") - away, said("database_back") - back)
    assert lines == (1, 1) or (lines == (0, 0) and not outage.is_said), outage


def _wait_for(postgres: Postgres) -> None:
    end = time.monotonic() + PATIENCE
    while not postgres.answers():
        assert time.monotonic() < end, "the database did not come back"
        time.sleep(0.05)


async def nothing_is_lost(database: Database, answers: Answers) -> None:
    """Everything answered is there, every job ran, and no answer was one that must not be."""
    assert answers.wrong == []
    assert await answers.lost(database) == []
    assert await broken_promises(database) == []
    waiting = (
        "SELECT task_name, status::text FROM procrastinate_jobs WHERE status IN ('doing', 'failed', 'aborted') "
        "OR (status = 'todo' AND task_name NOT LIKE '%.retry_stalled' AND coalesce(scheduled_at, now()) <= now()) "
        "UNION ALL SELECT 'mail', status FROM outgoing_call WHERE status <> 'done'"
    )
    async with asyncio.timeout(DRAIN_SECONDS):
        while left := await rows(database, waiting):
            await asyncio.sleep(0.5)
            assert [row for row in left if row[1] in ("failed", "aborted")] == []
    assert answers.statuses[503] > 0, "nobody noticed, so nothing was shown"


def stops_in_time(product: Product, log: Log) -> None:
    """It ends within ten seconds, with 0, and never drew a traceback."""
    began = time.monotonic()
    product.process.send_signal(signal.SIGTERM)
    assert product.process.wait(60) == 0
    assert time.monotonic() - began < STOP_SECONDS
    for text in ("".join(product.said), log.text()):
        assert (text.count("Traceback"), text.partition('  File "')[0][-500:] if '  File "' in text else "") == (0, "")


# --- the product with a database of its own, and with one that it was given


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


def given_outages(postgres: Postgres) -> Sequence[Outage]:
    return (
        Outage("killed", 1, postgres.kill, postgres.start),
        Outage("killed", 40, postgres.kill, postgres.start),
        Outage("everything hangs", 40, lambda: postgres.halt(children=True), postgres.go_on),
        Outage("the postmaster hangs", 40, lambda: postgres.halt(children=False), postgres.go_on, is_said=False),
        Outage("killed", 120, postgres.kill, postgres.start),
    )


@contextmanager
def given_postgres(folder: Path) -> Iterator[Postgres]:
    """A server of somebody else's: nobody starts it again but the test."""
    made = EmbeddedPostgres(folder)
    made.start()
    port = process.port_of(Cluster(account_for(folder)))
    made.stop()
    process.spawn_server(Cluster(account_for(folder)), port=port, fast=False)
    postgres = Postgres(folder)
    try:
        yield postgres
    finally:
        process.stop_server(postgres.cluster)


async def survives(product: Product, folder: Path, postgres: Postgres, outages: Sequence[Outage]) -> None:
    """People book while the database of a product goes away and comes back, again and again."""
    log, database = Log(folder / "estospaces.log"), Database(postgres.url)
    crowd = await bookers(product.url, database, settings_of(postgres.url, folder))
    async with crowd.at_work() as answers:
        await until(lambda: answers.booked_at > 0)
        for outage in outages:
            await suffer(outage, answers, postgres, log.count)
    await nothing_is_lost(database, answers)
    assert log.count("database_away") == log.count("database_back") >= sum(outage.is_said for outage in outages)
    assert log.count("database_away") <= len(outages), "once each"
    await database.close()
    stops_in_time(product, log)


@pytest.mark.prove
@pytest.mark.timeout(1500)
async def test_a_database_of_our_own_goes_away_for_up_to_two_minutes_and_nothing_answered_is_lost(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "data"
    with running(None, folder, "--empty") as product:
        postgres = Postgres(folder / "postgres")
        await survives(product, folder, postgres, embedded_outages(postgres))
    assert process.find_server(postgres.cluster) is None


@pytest.mark.prove
@pytest.mark.timeout(1500)
async def test_a_given_database_goes_away_for_up_to_two_minutes_and_nothing_answered_is_lost(tmp_path: Path) -> None:
    with given_postgres(tmp_path / "given") as postgres:
        with running(postgres.url, tmp_path / "data", "--empty") as product:
            await survives(product, tmp_path / "data", postgres, given_outages(postgres))
        assert postgres.answers(), "what was given is left running"


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
