"""How the database of a product goes away, and what is seen of that from outside."""

import asyncio
import os
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg

from server.core.database import Database
from server.core.embedded_postgres import process
from server.core.embedded_postgres.account import account_for
from server.core.embedded_postgres.process import Cluster
from server.core.embedded_postgres.roles import app_url
from server.core.settings import Environment, Settings
from tests.attacks.bookers import Answers, bookers
from tests.product import SECRET, Product
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


async def suffer(outage: Outage, answers: Answers, postgres: Postgres, said: Callable[[str], int]) -> float:
    """One outage under load, and the return: served again soon, each said once. How many seconds that took."""
    away, back = said("database_away"), said("database_back")
    outage.begin()
    await asyncio.sleep(outage.seconds)
    outage.end()
    await asyncio.to_thread(_wait_for, postgres)
    returned = time.monotonic()
    await until(lambda: min(answers.searched_at, answers.booked_at) > returned, AGAIN_SECONDS)
    seconds = time.monotonic() - returned
    await until(lambda: said("database_back") == said("database_away"))
    lines = (said("database_away") - away, said("database_back") - back)
    assert lines == (1, 1) or (lines == (0, 0) and not outage.is_said), outage
    return seconds


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
        "UNION ALL SELECT kind, status FROM outgoing_call WHERE status NOT IN ('done', 'dropped')"
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


async def survives(
    product: Product, folder: Path, postgres: Postgres, outages: Sequence[Outage], record: Callable[[str, object], None]
) -> None:
    """People book while the database of a product goes away and comes back, again and again."""
    log, database = Log(folder / "estospaces.log"), Database(postgres.url)
    crowd = await bookers(product.url, database, settings_of(postgres.url, folder))
    async with crowd.at_work() as answers:
        await until(lambda: answers.booked_at > 0)
        for outage in outages:
            again = await suffer(outage, answers, postgres, log.count)
            record("attack", f"{outage.kind}, {outage.seconds:.0f} s: served again after {again:.1f} s")
    await nothing_is_lost(database, answers)
    assert log.count("database_away") == log.count("database_back") >= sum(outage.is_said for outage in outages)
    assert log.count("database_away") <= len(outages), "once each"
    await database.close()
    stops_in_time(product, log)
