"""`kill -9` of ours and of the provider at each step of paying, capturing and paying back: it is done, and once."""

import asyncio
import os
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from server.core import jobs
from server.core.database import with_driver
from server.core.identity import Identity
from server.core.ids import new_id
from server.core.settings import Environment
from server.invariants import violations
from server.payments.reconciliation.service import RECONCILE
from server.payments.repository import SavedCards
from server.payments.service import calls, cards, customers, ending, holds, news, refunds
from tests.payment_provider import Provider, process, sdk
from tests.served import ROOT, SECRET
from tests.server.payments.conftest import Till
from tests.server.stays import rows

SECONDS = 400
"""How long a step may take on a busy machine."""
HANGS = 20
"""Seconds for which a request hangs: longer than we wait for it. Its key is in use as long."""
_LATER = (
    "UPDATE outgoing_call SET claimed_at = claimed_at - interval '3 minutes' WHERE status = 'calling'",
    "UPDATE procrastinate_jobs SET status = 'todo', scheduled_at = NULL WHERE status IN ('doing', 'todo')",
)
"""What two minutes do: a claim that was left behind is over, and what a killed worker had begun is begun anew."""


@dataclass(frozen=True)
class Step:
    """A step at which somebody is killed."""

    method: str
    path: str
    """Of the request to the provider."""
    arrange: Callable[[Till], Awaitable[UUID]]
    """Have the step wait as the next one; the payment's id."""
    becomes: str
    """Where the payment stands once it is done."""


async def billed(till: Till) -> UUID:
    return await till.bill()


async def paid_and_unheard(till: Till) -> UUID:
    id_ = await till.bill()
    await till.work()
    await till.pay(id_)
    await till.check_now(id_)
    return id_


async def captured(till: Till) -> UUID:
    held = await till.held()
    await till.capture(held.id)
    return held.id


async def held_and_let_go(till: Till) -> UUID:
    held = await till.held()
    await till.let_go(held.id)
    return held.id


async def page_let_go(till: Till) -> UUID:
    id_ = await till.bill()
    await till.work()
    await till.let_go(id_)
    return id_


async def refunded(till: Till) -> UUID:
    paid = await till.paid()
    await till.refund(paid.id, 4800, 400)
    return paid.id


async def left(till: Till) -> UUID:
    paid = await till.paid()
    async with till.database.transaction() as session:
        await customers.forget(session, till.payer_id)
    return paid.id


async def card_read(till: Till) -> UUID:
    paid = await till.paid(saves="yes")
    async with till.database.transaction() as session:
        await cards.look(session, till.payer_id)
    return paid.id


async def card_removed(till: Till) -> UUID:
    paid = await till.paid(saves="yes")
    async with till.database.transaction() as session:
        (card,) = await SavedCards(session).of(till.payer_id)
        await cards.remove(session, Identity(till.payer_id, new_id(), frozenset()), card.id)
    return paid.id


async def looked_into(till: Till) -> UUID:
    paid = await till.paid()
    async with till.database.transaction() as session:
        await jobs.defer(session, RECONCILE, lock=RECONCILE)
    return paid.id


STEPS = {
    customers.MAKE_CUSTOMER: Step("POST", "/v1/customers", billed, "open"),
    calls.OPEN_PAGE: Step("POST", "/v1/checkout/sessions", billed, "open"),
    news.LOOK: Step("GET", "/v1/checkout/sessions", paid_and_unheard, "captured"),
    holds.CAPTURE: Step("POST", "/v1/payment_intents", captured, "captured"),
    ending.VOID: Step("POST", "/v1/payment_intents", held_and_let_go, "voided"),
    ending.END_PAGE: Step("POST", "/v1/checkout/sessions", page_let_go, "expired"),
    refunds.SEND_REFUND: Step("POST", "/v1/refunds", refunded, "captured"),
    customers.DELETE_CUSTOMER: Step("DELETE", "/v1/customers", left, "captured"),
    cards.READ_CARDS: Step("GET", "/v1/customers", card_read, "captured"),
    cards.DETACH_CARD: Step("POST", "/v1/payment_methods", card_removed, "captured"),
    RECONCILE: Step("GET", "/v1/balance", looked_into, "captured"),
}
"""Every call of ours to the provider, by the job that makes it."""


def test_every_call_to_the_provider_has_its_case() -> None:
    called = {name for name, job in jobs.registered().items() if name.startswith("payments.") and job.external}
    assert called == STEPS.keys()


@dataclass
class Killable:
    """The provider as a process."""

    file: Path
    port: int
    running: subprocess.Popen[str]

    def has_done(self) -> tuple[int, int]:
        """What changes with whatever it does: how many objects it has, and how many answers it keeps for keys."""
        return self._count("object"), self._count("answer")

    async def until(self, is_so: Callable[[], bool]) -> None:
        async with asyncio.timeout(SECONDS):
            while not is_so():  # noqa: ASYNC110 - the other process tells nobody
                await asyncio.sleep(0.02)

    async def is_asked(self, step: Step, moment: str, before: tuple[int, int]) -> None:
        """Wait until the request has come, and what it asks for is done, if it is to be."""
        await self.until(lambda: self._count("fault") == 0)
        if moment == "hang_after" and step.method != "GET":
            await self.until(lambda: self.has_done() != before)

    def _count(self, table: str) -> int:
        with closing(sqlite3.connect(self.file)) as db:
            return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


@pytest.fixture
def killable(tmp_path: Path) -> Iterator[Killable]:
    file = tmp_path / "stripe.sqlite3"
    with process(file) as (running, url):
        yield Killable(file, int(url.rpartition(":")[2]), running)


@pytest.fixture
async def provider(killable: Killable) -> AsyncIterator[Provider]:
    url = f"http://127.0.0.1:{killable.port}"
    async with httpx.AsyncClient(base_url=url, timeout=60) as http:
        yield Provider(url, sdk(url), http)


@contextmanager
def worker(till: Till) -> Iterator[subprocess.Popen[bytes]]:
    """A worker of ours as a process."""
    told = {
        "DATABASE_URL": with_driver(till.database.url, ""),
        "STRIPE_API_BASE": till.settings.stripe_origin,
        "SECRET_KEY": SECRET,
        "ENVIRONMENT": Environment.TEST.value,
    }
    command = [sys.executable, "-m", "tests.server.payments.till_worker"]
    running = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **told})
    try:
        yield running
    finally:
        running.kill()
        running.wait()


async def kill_ours(till: Till, killable: Killable, step: Step, moment: str, before: tuple[int, int]) -> None:
    with worker(till):
        await killable.is_asked(step, moment, before)


async def kill_theirs(till: Till, killable: Killable, step: Step, moment: str, before: tuple[int, int]) -> None:
    working = asyncio.create_task(till.work())
    await killable.is_asked(step, moment, before)
    killable.running.kill()
    killable.running.wait()
    await working


async def go_on(till: Till) -> None:
    """Time passes until what is left over is done."""
    async with asyncio.timeout(SECONDS):
        while await left_over(till) != (0, 0):
            for statement in _LATER:
                await till.database_says(statement)
            await till.work()


async def left_over(till: Till) -> tuple[int, int]:
    """How many jobs and calls are not done; none that failed for good ever will be."""
    async with till.database.engine.connect() as connection:
        found = await connection.exec_driver_sql(
            "SELECT (SELECT count(*) FROM procrastinate_jobs WHERE status <> 'succeeded'), "
            "(SELECT count(*) FROM outgoing_call WHERE status NOT IN ('done', 'dropped'))"
        )
        jobs_left, calls_left = found.one()
    return jobs_left, calls_left


async def is_done_once(till: Till) -> None:
    """Of each thing the provider has one, and the books say what it says."""
    api = till.provider.stripe.v1
    sessions, charges = (await api.checkout.sessions.list_async()).data, (await api.charges.list_async()).data
    assert (len(sessions), len(charges) <= 1) == (1, True)
    assert len((await api.refunds.list_async()).data) == (await till.kinds()).count("refund_paid")
    saved: list[str] = []
    for customer in (await api.customers.list_async()).data:
        saved += [card.id for card in (await api.customers.payment_methods.list_async(customer.id)).data]
    assert saved == [row.external_id for row in await rows(till.database, "SELECT external_id FROM saved_card")]
    assert sum(charge.captured for charge in charges) == (await till.kinds()).count("charge")
    assert await till.clearing() == await till.provider.balance()
    assert await violations(till.database) == []


@pytest.mark.prove
@pytest.mark.timeout(900)  # a process starts, and on a busy machine that takes minutes
@pytest.mark.parametrize("moment", ["hang_before", "hang_after"])
@pytest.mark.parametrize("kill", [kill_ours, kill_theirs])
@pytest.mark.parametrize("name", STEPS)
async def test_whoever_is_killed_at_a_step_it_is_done_and_once(
    till: Till, killable: Killable, name: str, kill: Callable[..., Awaitable[None]], moment: str
) -> None:
    step = STEPS[name]
    payment_id = await step.arrange(till)
    await till.provider.fault(moment, step.path, method=step.method, seconds=HANGS)
    await kill(till, killable, step, moment, killable.has_done())
    if kill is kill_theirs:
        with process(killable.file, killable.port):
            await finish(till, step, payment_id)
    else:
        await finish(till, step, payment_id)


async def finish(till: Till, step: Step, payment_id: UUID) -> None:
    await till.provider.control("settings/no-faults")
    await go_on(till)
    assert (await till.payment(payment_id)).status == step.becomes
    await is_done_once(till)
