"""Payments that were made and are in the books, without a provider to make them at."""

from datetime import timedelta
from uuid import UUID

from server.core import clock
from server.core.database import Database
from server.core.ids import new_id
from server.payments.ledger import service as ledger
from server.payments.ledger.rules.entries import Fact
from server.payments.ledger.rules.postings import Parts, charge
from server.payments.rules import STRIPE
from server.payments.service.refunds import subject_of
from server.payments.tables import PaymentTable
from shared_models.money import Currency, Money


async def a_payment(database: Database, payer_id: UUID, minor: int = 100_000, title: str = "A stay") -> PaymentTable:
    """A payment of so many pence that was captured."""
    id_, amount = new_id(), Money(amount_minor=minor, currency=Currency.GBP)
    row = PaymentTable(
        id=id_,
        subject_kind="booking",
        subject_id=new_id(),
        payer_id=payer_id,
        stay_minor=minor,
        taxes=[],
        amount_minor=minor,
        currency=amount.currency.value,
        title=title,
        return_path="/app/trips",
        status="captured",
        session_id=f"cs_{id_.hex}",
        intent_id=f"pi_{id_.hex}",
        balance_transaction_id=f"txn_{id_.hex}",
        expires_at=clock.now() + timedelta(minutes=31),
        settled_at=clock.now(),
    )
    fact = Fact(STRIPE, f"txn_{id_.hex}", clock.now())
    async with database.transaction() as session:
        session.add(row)
        await session.flush()
        await ledger.post(session, charge(subject_of(row), fact, Parts(amount), amount))
    return row
