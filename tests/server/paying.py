"""Tenants who pay: on the page of a Stripe that remembers, or as if the provider had told so."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from server.bookings.service import billing
from server.core import clock, jobs
from server.core.database import Database
from server.core.jobs import Queue
from server.core.settings import Settings
from server.payments.rules import Moved, Page, Payment, SeenPayment
from server.payments.service import door as payments
from server.payments.service import settling
from server.payments.service.door import Subject
from server.sandbox.stripe.sandbox import MOUNT
from shared_models.money import Money
from shared_models.payments import PaymentStatus
from tests.conftest import Api, Person
from tests.payment_provider import Provider

_PAGES = {PaymentStatus.OPEN: Page.OPEN, PaymentStatus.EXPIRED: Page.EXPIRED}
GOOD_CARD, DECLINED_CARD = "4242424242424242", "4000000000000002"


@dataclass
class Checkout:
    """Pays bookings on the provider's pages, and does what jobs do."""

    database: Database
    settings: Settings
    provider: Provider
    api: Api

    async def begin(self, tenant: Person, booking_id: str) -> dict[str, Any]:
        """Go to pay; the payment with its page."""
        reply = await self.api.as_(tenant).post(f"/bookings/{booking_id}/payment")
        assert reply.status_code == 202, reply.text
        await self.work()
        return await self.payment(tenant, booking_id)

    async def payment(self, tenant: Person, booking_id: str) -> dict[str, Any]:
        """The latest payment of a booking."""
        reply = await self.api.as_(tenant).get(f"/bookings/{booking_id}/payment")
        assert reply.status_code == 200, reply.text
        found: dict[str, Any] = reply.json()
        return found

    async def press_pay(self, page_url: str, number: str = GOOD_CARD) -> int:
        """Pay on a page; how the page answers. A moment later the money is there."""
        reply = await self.provider.http.post(page_url, data={"number": number, "email": "a@b.example", "name": "A"})
        await self.provider.advance(2)
        return reply.status_code

    async def pay(self, tenant: Person, booking_id: str, number: str = GOOD_CARD) -> dict[str, Any]:
        """Go to pay, pay, and come back; the booking then."""
        page = await self.begin(tenant, booking_id)
        assert await self.press_pay(page["page_url"], number) == 303
        return await self.back(tenant, booking_id)

    async def back(self, tenant: Person, booking_id: str) -> dict[str, Any]:
        """Come back from the provider's page, which has us look; the booking then."""
        reply = await self.api.as_(tenant).post(f"/bookings/{booking_id}/payment/check")
        assert reply.status_code == 202, reply.text
        await self.work()
        return await self.booking(tenant, booking_id)

    async def booking(self, person: Person, booking_id: str) -> dict[str, Any]:
        """A booking as somebody sees it."""
        reply = await self.api.as_(person).get(f"/bookings/{booking_id}")
        assert reply.status_code == 200, reply.text
        found: dict[str, Any] = reply.json()
        return found

    async def work(self, *queues: Queue) -> None:
        """Run what is due, in all queues unless some are named, until nothing is."""
        queue, some = jobs.queue(self.database, self.settings), [queue.value for queue in queues] or None
        async with queue.open_async():
            await queue.run_worker_async(
                queues=some, wait=False, install_signal_handlers=False, delete_jobs="successful"
            )

    async def again(self, *queues: Queue) -> None:
        """What waits to be tried again is due."""
        some = [queue.value for queue in queues or Queue]
        async with self.database.transaction() as session:
            due = "UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo' AND queue_name = ANY(:some)"
            await session.execute(text(due), {"some": some})
        await self.work(*queues)

    async def charges(self) -> list[tuple[str, int, bool, int]]:
        """Every charge at the provider: its status, amount, whether it was captured, and what went back."""
        found = await self.provider.stripe.v1.charges.list_async({"limit": 100})
        return [(each.status, each.amount, each.captured, each.amount_refunded) for each in found.data]


@pytest.fixture
async def checkout(database: Database, settings: Settings, provider: Provider, api: Api) -> Checkout:
    """Pages to pay on."""
    settings.stripe_api_base = f"{provider.url}{MOUNT}"
    return Checkout(database, settings, provider, api)


async def hear(database: Database, booking_id: str | UUID, status: PaymentStatus = PaymentStatus.CAPTURED) -> None:
    """Let the provider have told what came of the latest payment of a booking, without asking one."""
    await hear_of(database, billing.subject_of(UUID(str(booking_id))), status)


async def hear_of(database: Database, subject: Subject, status: PaymentStatus = PaymentStatus.CAPTURED) -> None:
    """The same of anything that is paid for."""
    async with database.transaction() as session:
        payment = (await payments.payments_of(session, [subject]))[subject][-1]
        await settling.settle(session, seen_as(payment, status))


def seen_as(payment: Payment, status: PaymentStatus) -> SeenPayment:
    """What the provider says of a payment that has come to this."""
    total = payment.parts.total
    is_here = status is PaymentStatus.CAPTURED
    none = Money(amount_minor=0, currency=total.currency)
    return SeenPayment(
        payment.id,
        f"cs_{payment.id}",
        _PAGES.get(status, Page.COMPLETE),
        page_url=f"https://pay.example/{payment.id}" if status is PaymentStatus.OPEN else None,
        intent_id=f"pi_{payment.id}",
        is_held_by_card=status is PaymentStatus.AUTHORISED,
        is_let_go=status is PaymentStatus.VOIDED,
        captured=total if is_here else None,
        moved=Moved(f"txn_{payment.id}", total, none, clock.now()) if is_here else None,
    )
