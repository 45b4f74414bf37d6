"""`kill -9` of server and database in the middle: what was answered stays, what was not is whole or absent."""

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from server import schema
from server.core.database import Database
from server.core.embedded_postgres.account import account_for
from server.core.embedded_postgres.process import Cluster, find_server
from server.core.embedded_postgres.server import EmbeddedPostgres
from shared_models.auth import Role
from tests.served import crowd, serve
from tests.server.bookings.test_races import a_home
from tests.server.stays import broken_promises, quote_request, rows

TENANTS = 12
HOMES = 3
ANSWERS_BEFORE_A_KILL = 60
SECONDS_TO_BE_ENOUGH = 120
SEED = 20_300_501

After = {"held": {"held", "cancelled"}, "cancelled": {"cancelled"}}
"""What a booking may be after an answer: a later request may have worked although its answer was lost."""


@dataclass
class Told:
    """What clients were answered with 2xx, in order."""

    states: list[tuple[str, str]] = field(default_factory=list)
    payments: list[str] = field(default_factory=list)
    waiting: set[int] = field(default_factory=set)
    """Who holds a stay that is being paid, and goes on holding it."""
    enough: asyncio.Event = field(default_factory=asyncio.Event)
    until: int = ANSWERS_BEFORE_A_KILL
    before_the_kill: Callable[[], None] = lambda: None

    def note(self, reply: httpx.Response) -> None:
        self.states.append((reply.json()["id"], reply.json()["status"]))
        if len(self.states) >= self.until:
            self.enough.set()


async def book_until_cut_off(url: str, headers: dict[str, str], homes: list[UUID], told: Told, seed: int) -> None:
    """One person who quotes, holds, may go to pay, and else lets go, until the server does not answer."""
    chance = random.Random(seed)
    async with httpx.AsyncClient(base_url=f"{url}/api/v1", headers=headers, timeout=60) as client:
        while True:
            check_in = chance.randrange(1, 700)
            try:
                kept = await client.post("/quotes", json=quote_request(chance.choice(homes), check_in, check_in + 2))
                if kept.status_code != 201:
                    assert kept.status_code in (409, 503), kept.text
                    continue
                held = await client.post("/bookings", json={"quote_id": kept.json()["id"]})
                if held.status_code != 201:
                    assert held.status_code in (409, 503), held.text
                    continue
                told.note(held)
                booking = f"/bookings/{held.json()['id']}"
                if chance.random() < 0.5:
                    begun = await client.post(f"{booking}/payment")
                    assert begun.status_code in (202, 503), begun.text
                    if begun.status_code == 202:
                        told.payments.append(begun.json()["id"])
                        if seed not in told.waiting:
                            told.waiting.add(seed)
                            continue
                # Whoever holds as many stays as one may (`MAX_HOLDS`) gets no further, and is no witness any more.
                done = await client.post(f"{booking}/release")
                assert done.status_code in (200, 503), done.text
                if done.status_code == 200:
                    told.note(done)
            except httpx.TransportError:
                return


async def kill_in_the_middle(database_url: str, people: list[dict[str, str]], homes: list[UUID], told: Told) -> None:
    """Let everybody book, and kill the server when enough was answered."""
    server = serve(database_url)
    try:
        crowd_of_clients = asyncio.gather(
            *(book_until_cut_off(server.url, headers, homes, told, SEED + n) for n, headers in enumerate(people))
        )
        await asyncio.wait_for(told.enough.wait(), SECONDS_TO_BE_ENOUGH)
        told.before_the_kill()
    finally:
        server.kill()
    await crowd_of_clients


def kill_postmaster(folder: Path) -> None:
    """The database, with every connection, at once."""
    postmaster = find_server(Cluster(account_for(folder)))
    assert postmaster is not None
    os.kill(postmaster.pid, signal.SIGKILL)


@pytest.fixture
async def cluster_folder(tmp_path: Path) -> AsyncIterator[Path]:
    """A cluster of this test's own, which keeps its promises when killed (no `fast`)."""
    folder = tmp_path / "cluster"
    yield folder
    EmbeddedPostgres(folder).remove()


@pytest.mark.prove
async def test_whatever_is_killed_every_answered_booking_is_there_and_nothing_is_half_made(
    cluster_folder: Path,
) -> None:
    postgres = EmbeddedPostgres(cluster_folder)
    database = Database(postgres.start())
    await schema.migrate(database)
    (landlord, _), *tenants = await crowd(database, 1 + TENANTS, Role.TENANT, Role.LANDLORD)
    homes = [await a_home(database, landlord) for _ in range(HOMES)]
    people, told = [headers for _, headers in tenants], Told()
    for victim in ("server", "database", "server", "database"):
        await database.close()
        told.enough.clear()
        told.until = len(told.states) + ANSWERS_BEFORE_A_KILL
        told.before_the_kill = (lambda: kill_postmaster(cluster_folder)) if victim == "database" else (lambda: None)
        await kill_in_the_middle(database.url, people, homes, told)
        postgres.stop()
        postgres = EmbeddedPostgres(cluster_folder)
        database = Database(postgres.start())
        await schema.migrate(database)
        stored = {str(row.id): row.status for row in await rows(database, "SELECT id, status FROM booking")}
        last = dict(told.states)
        lost = {id_: (said, stored.get(id_)) for id_, said in last.items() if stored.get(id_) not in After[said]}
        assert lost == {}, victim
        begun = {str(row.id) for row in await rows(database, "SELECT id FROM payment")}
        assert set(told.payments) <= begun, victim
        assert await broken_promises(database) == [], victim
    assert len(told.states) >= 4 * ANSWERS_BEFORE_A_KILL
    await database.close()
    postgres.stop()
