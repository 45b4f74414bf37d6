"""A hold that is paid by card, and what its tenant and its landlord do about it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine

from server.bookings.service import billing, paying
from server.core import clock
from server.core.database import Database
from server.core.identity import Identity
from server.core.ids import new_id
from server.payments.service import settling
from server.payments.service.door import Payment
from server.payments.tables import PaymentTable
from shared_models.auth import Role
from shared_models.payments import PaymentRead, PaymentStatus
from tests.conftest import Api, MakePerson, MakeProperty, Person
from tests.server.paying import hear, seen_as
from tests.server.stays import MakeBooking, rows

TOTAL = 24_000
"""Three nights of £80."""


class Desk:
    """A tenant and a landlord with one home, a hold of it, and what they do."""

    def __init__(self, api: Api, database: Database, tenant: Person, landlord: Person, held: dict[str, Any]) -> None:
        self.api, self.database, self.tenant, self.landlord, self.held = api, database, tenant, landlord, held
        self.id: str = held["id"]

    async def post(self, path: str, body: Any = None, by: Person | None = None) -> Any:
        return await self.api.as_(by or self.tenant).post(f"/bookings/{self.id}{path}", body)

    async def pay(self) -> dict[str, Any]:
        """Go to pay; the payment."""
        reply = await self.post("/payment")
        assert reply.status_code == 202, reply.text
        found: dict[str, Any] = reply.json()
        return found

    async def pay_later(self) -> PaymentRead:
        """Go to pay, signed in anew."""
        someone = Identity(id=self.tenant.id, session_id=new_id(), roles=frozenset({Role.TENANT}))
        async with self.database.transaction() as session:
            return await paying.pay(session, someone, UUID(self.id))

    async def open_page(self) -> None:
        """Go to pay, and have a page to pay on."""
        await self.pay()
        await self.hear(PaymentStatus.OPEN)

    async def ends(self) -> datetime | None:
        """Until when the nights are held."""
        [row] = await rows(self.database, "SELECT hold_expires_at FROM booking WHERE id = :id", id=self.id)
        until: datetime | None = row.hold_expires_at
        return until

    async def seen(self, by: Person | None = None) -> dict[str, Any]:
        found: dict[str, Any] = (await self.api.as_(by or self.tenant).get(f"/bookings/{self.id}")).json()
        return found

    async def payments(self) -> list[Payment]:
        async with self.database.transaction() as session:
            return list(await billing.payments_of(session, UUID(self.id)))

    async def hear(self, status: PaymentStatus = PaymentStatus.CAPTURED) -> dict[str, Any]:
        """Let the provider have told what came of the latest payment; the booking then."""
        await hear(self.database, self.id, status)
        return await self.seen()

    async def fail(self) -> dict[str, Any]:
        """Let the provider have made no page; the booking then."""
        async with self.database.transaction() as session:
            payment = (await billing.payments_of(session, UUID(self.id)))[-1]
            row = await session.get(PaymentTable, payment.id)
            assert row is not None
            row.status, row.settled_at = PaymentStatus.FAILED.value, clock.now()
            await settling.tell(session, payment.id)
        return await self.seen()

    async def tell_first(self, status: PaymentStatus) -> None:
        """Let the provider have told something of the first payment."""
        async with self.database.transaction() as session:
            first = (await billing.payments_of(session, UUID(self.id)))[0]
            if status is PaymentStatus.FAILED:
                await settling.tell(session, first.id)
            else:
                await settling.settle(session, seen_as(first, status))

    async def seen_in_rows(self) -> str:
        """How the booking stands in the database, whatever time it is."""
        [row] = await rows(self.database, "SELECT status FROM booking WHERE id = :id", id=self.id)
        status: str = row.status
        return status

    async def story(self) -> list[str]:
        told = await rows(
            self.database, "SELECT kind FROM booking_history WHERE booking_id = :id ORDER BY id", id=self.id
        )
        return [row.kind for row in told]

    async def claims(self) -> list[str]:
        return [row.kind for row in await rows(self.database, "SELECT kind FROM occupancy")]

    async def is_let_go(self) -> bool:
        """Whether the latest payment is wanted by nobody any more."""
        found = await rows(self.database, "SELECT let_go_at FROM payment ORDER BY id DESC LIMIT 1")
        return found[0].let_go_at is not None

    async def given_back(self) -> int:
        found = await rows(self.database, "SELECT coalesce(sum(amount_minor), 0) FROM refund")
        return int(found[0][0])


@contextmanager
def later(**time: float) -> Iterator[None]:
    with time_machine.travel(clock.now() + timedelta(**time)):
        yield


def instant(told: str) -> datetime:
    return datetime.fromisoformat(told)


@pytest.fixture
async def desk(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty, a_hold: MakeBooking
) -> Desk:
    """A hold of a home that is booked at once."""
    tenant, landlord = await a_person(Role.TENANT, name="Isla"), await a_person(Role.LANDLORD, name="Morag")
    return Desk(api, database, tenant, landlord, await a_hold(tenant, await a_property(landlord)))


@pytest.fixture
async def asking(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty, a_hold: MakeBooking
) -> Desk:
    """A hold of a home whose landlord is asked."""
    tenant, landlord = await a_person(Role.TENANT, name="Isla"), await a_person(Role.LANDLORD, name="Morag")
    return Desk(api, database, tenant, landlord, await a_hold(tenant, await a_property(landlord, instant_book=False)))
