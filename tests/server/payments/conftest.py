"""A till: a room of the tests' own that is paid for its things, beside a Stripe that remembers."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.core import clock, jobs
from server.core.database import Database
from server.core.ids import new_id
from server.core.settings import Settings
from server.payments.gateway.payments import read_payment
from server.payments.ledger.rules.entries import Subject, tenant
from server.payments.ledger.rules.postings import Parts, Tax
from server.payments.repository import Payments
from server.payments.rules import Bill, Payment
from server.payments.service import door, refunds, rooms, settling
from server.payments.service.rooms import Settle
from server.payments.tables import PaymentTable, RefundTable
from server.sandbox.stripe.sandbox import MOUNT
from shared_models.money import Currency, Money
from shared_models.payments import DisputeStatus
from tests.conftest import Api, MakePerson
from tests.payment_provider import Provider
from tests.server.payments.ledger.facts import stands
from tests.server.payments.till_worker import KIND

EVENTS = "/payments/events/stripe"


@dataclass
class Till:
    """Bills people, and settles what comes of it. What is `sold_out` can no longer be had."""

    database: Database
    settings: Settings
    provider: Provider
    api: Api
    payer_id: UUID
    sold_out: bool = False
    fulfilled: list[UUID] = field(default_factory=list)
    statuses: list[str] = field(default_factory=list)

    async def settle(self, session: AsyncSession, subject_id: UUID, settle: Settle) -> None:
        async def fulfil() -> bool:
            self.fulfilled.append(subject_id)
            return not self.sold_out

        self.statuses.append((await settle(fulfil)).value)

    def a_bill(self, *, stay: int = 9600, tax: int = 400, currency: Currency = Currency.GBP, **more: Any) -> Bill:
        parts = Parts(_money(stay, currency), (Tax("a-city", _money(tax, currency)),) if tax else ())
        given: dict[str, Any] = {
            "subject": Subject(KIND, new_id()),
            "payer_id": self.payer_id,
            "parts": parts,
            "title": "Two nights in Leith",
            "return_path": "/app/trips",
            "expires_at": clock.now() + timedelta(minutes=31),
        }
        return Bill(**given | more)

    async def bill(self, bill: Bill | None = None) -> UUID:
        async with self.database.transaction() as session:
            return await door.bill(session, bill or self.a_bill())

    async def work(self) -> None:
        """Run what is due until nothing is."""
        queue = jobs.queue(self.database, self.settings)
        async with queue.open_async():
            await queue.run_worker_async(wait=False, install_signal_handlers=False, delete_jobs="successful")

    async def again(self) -> None:
        """What waits to be tried again is due."""
        async with self.database.transaction() as session:
            await session.execute(text("UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'"))
        await self.work()

    async def payment(self, id_: UUID) -> PaymentTable:
        async with self.database.transaction() as session:
            row = await session.get(PaymentTable, id_)
        assert row is not None
        return row

    async def pay(self, id_: UUID, number: str = "4242424242424242", **sent: str) -> None:
        """Pay on the provider's page; a moment later the money is there. `sent`: `saves` ticks the box, `saved` chooses
        a saved card."""
        row = await self.payment(id_)
        assert row.page_url is not None
        typed = {"number": number, "email": "a@b.example", "name": "A"}
        reply = await self.provider.http.post(row.page_url, data={**typed, **sent})
        assert reply.status_code == 303, reply.text
        await self.provider.advance(2)

    async def look(self, id_: UUID) -> None:
        await jobs.run_now(self.database, "payments.look", {"payment_id": str(id_)}, self.settings)

    async def ask_after(self) -> None:
        """The clock strikes the minute."""
        await jobs.run_now(self.database, "payments.ask_after", {}, self.settings)
        await self.work()

    async def database_says(self, statement: str, **values: Any) -> None:
        """Change what stands in the database, past everybody."""
        async with self.database.transaction() as session:
            await session.execute(text(statement), values)

    async def waiting(self, name: str) -> int:
        """How many jobs of a name wait."""
        async with self.database.engine.connect() as connection:
            asked = text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = :name AND status = 'todo'")
            return int(await connection.scalar(asked, {"name": name}) or 0)

    async def looks_waiting(self) -> list[str]:
        """The payments of the looks that wait."""
        async with self.database.engine.connect() as connection:
            asked = text("SELECT args->>'payment_id' FROM procrastinate_jobs WHERE task_name = 'payments.look'")
            return list(await connection.scalars(asked))

    async def paid(self, bill: Bill | None = None, number: str = "4242424242424242", **sent: str) -> PaymentTable:
        """A payment that was made and settled."""
        id_ = await self.bill(bill)
        await self.work()
        await self.pay(id_, number, **sent)
        await self.look(id_)
        await self.work()
        return await self.payment(id_)

    async def refund(self, id_: UUID, stay: int, tax: int = 0, currency: Currency = Currency.GBP) -> UUID:
        parts = Parts(_money(stay, currency), (Tax("a-city", _money(tax, currency)),) if tax else ())
        async with self.database.transaction() as session:
            return await refunds.ask(session, id_, parts)

    async def refund_of(self, ids: Sequence[UUID], wanted: Parts) -> None:
        async with self.database.transaction() as session:
            await door.refund(session, ids, wanted)

    async def check_now(self, id_: UUID) -> None:
        async with self.database.transaction() as session:
            await door.check_now(session, id_)

    async def held(self, number: str = "4242424242424242", **more: Any) -> PaymentTable:
        """A payment that a card holds, as we have heard."""
        return await self.paid(self.a_bill(is_held=True, **more), number)

    async def capture(self, id_: UUID) -> None:
        async with self.database.transaction() as session:
            await door.capture(session, id_)

    async def let_go(self, id_: UUID) -> None:
        async with self.database.transaction() as session:
            await door.let_go(session, id_)

    async def read(self, subject: Subject) -> Sequence[Payment]:
        async with self.database.transaction() as session:
            return (await door.payments_of(session, [subject]))[subject]

    async def refund_row(self, id_: UUID) -> RefundTable:
        async with self.database.transaction() as session:
            row = await session.get(RefundTable, id_)
        assert row is not None
        return row

    async def holds(self, payment: PaymentTable) -> dict[tuple[str, str], int]:
        """What stands on the accounts of what was paid for."""
        return await stands(self.database, f"{payment.subject_kind}:{payment.subject_id}")

    async def credit(self) -> dict[tuple[str, str], int]:
        return await stands(self.database, tenant(self.payer_id))

    async def clearing(self, currency: Currency = Currency.GBP) -> int:
        return (await stands(self.database, "platform")).get(("provider_clearing", currency.value), 0)

    async def loss(self, currency: Currency = Currency.GBP) -> int:
        """What banks have kept beyond anything that was held for it."""
        return (await stands(self.database, "platform")).get(("dispute_loss", currency.value), 0)

    async def bank(self, currency: Currency = Currency.GBP) -> int:
        """What lies in our own account at our bank."""
        return (await stands(self.database, "platform")).get(("bank", currency.value), 0)

    async def cases(self, kind: str) -> list[tuple[UUID, str, str | None]]:
        """Subject, status and outcome of the cases of a kind, the oldest first."""
        asked = text("SELECT subject_id, status, outcome FROM case_file WHERE kind = :kind ORDER BY opened_at, id")
        async with self.database.engine.connect() as connection:
            return [tuple(row) for row in await connection.execute(asked, {"kind": kind})]

    async def refunds_of(self, id_: UUID) -> list[RefundTable]:
        """The refunds of a payment, the oldest first."""
        async with self.database.transaction() as session:
            return list(await Payments(session).refunds_of([id_]))

    async def asked_after(self) -> int:
        """How many payments the clock asks after when it strikes the minute."""
        await jobs.run_now(self.database, "payments.ask_after", {}, self.settings)
        waiting = await self.waiting("payments.look")
        await self.work()
        return waiting

    async def win_appeal(self, paid: PaymentTable, dispute_id: str) -> None:
        """Settle what the provider would say after an appeal that is won, which the sandbox does not know."""
        seen = await read_payment(self.settings, paid.id, str(paid.session_id))
        (dispute,) = seen.disputes
        assert dispute.external_id == dispute_id
        (taken,) = dispute.moved
        back = replace(taken, id="txn_appeal", amount=taken.amount.times(-1), fee=taken.fee.times(0))
        won = replace(dispute, status=DisputeStatus.WON, moved=[taken, back])
        async with self.database.transaction() as session:
            await settling.settle(session, replace(seen, disputes=[won]))

    async def kinds(self) -> list[str]:
        """Of the entries in the books, in the order of posting."""
        async with self.database.engine.connect() as connection:
            found = await connection.scalars(text("SELECT kind FROM ledger_entry ORDER BY posted_at, id"))
            return sorted(found)


def _money(minor: int, currency: Currency) -> Money:
    return Money(amount_minor=minor, currency=currency)


@pytest.fixture
async def till(
    database: Database,
    settings: Settings,
    provider: Provider,
    api: Api,
    a_person: MakePerson,
    monkeypatch: pytest.MonkeyPatch,
) -> Till:
    settings.stripe_api_base = f"{provider.url}{MOUNT}"
    made = Till(database, settings, provider, api, (await a_person()).id)
    monkeypatch.setitem(rooms._SETTLERS, KIND, made.settle)
    return made
