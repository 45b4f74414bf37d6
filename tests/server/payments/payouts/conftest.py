"""A landlord who lets what the till is paid for, with an account at the provider."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from server.core import clock, jobs
from server.core.ids import new_id
from server.payments.ledger.rules.entries import landlord as owner_of
from server.payments.payouts.repository import Payouts
from server.payments.payouts.rules import PayoutAccount
from server.payments.payouts.service import accounts
from server.payments.payouts.service.door import Due
from server.payments.payouts.tables import ClawbackTable, EarningTable, TransferReversalTable, TransferTable
from server.payments.service import rooms
from server.payments.tables import PaymentTable
from shared_models.fee_tax import LandlordKind
from shared_models.money import Currency
from tests.conftest import MakePerson
from tests.server.payments.conftest import Till
from tests.server.payments.ledger.facts import stands
from tests.server.payments.till_worker import KIND
from tests.server.stays import rows

NET, FEE, TAX = 8218, 1152, 230
"""Of 96: 12 %, and a fifth of that."""


@dataclass
class Landlord:
    """Who earns what the till is paid: with an account, or without one."""

    till: Till
    id: UUID
    account: PayoutAccount | None
    due: datetime

    async def dues(self, session: AsyncSession, ids: Any) -> dict[UUID, Due]:
        del session
        return {id_: Due(self.id, self.due) for id_ in ids}

    async def ready(self, session: AsyncSession, landlord_id: UUID) -> PayoutAccount | None:
        del session
        return self.account if landlord_id == self.id else None

    async def strikes(self) -> None:
        """The clock strikes, and what is due is done."""
        await jobs.run_now(self.till.database, "payouts.find_due", {}, self.till.settings)
        await self.till.work()

    async def hour_passes(self) -> None:
        """What was put off is due."""
        await self.till.database_says("UPDATE earning SET ask_at = due_at WHERE ask_at > now()")
        await self.strikes()
        await jobs.run_now(self.till.database, "payouts.send_waiting", {}, self.till.settings)
        await self.till.work()

    async def let(self, **bill: Any) -> PaymentTable:
        """A stay that was paid, and is due."""
        return await self.till.paid(self.till.a_bill(**bill))

    async def paid_out(self, **bill: Any) -> PaymentTable:
        """A stay of which its landlord has the money."""
        paid = await self.let(**bill)
        await self.strikes()
        return paid

    async def earning(self, payment: PaymentTable) -> EarningTable:
        async with self.till.database.transaction() as session:
            found = await Payouts(session).of_payment(payment.id)
        assert found is not None
        return found

    async def books(self) -> dict[tuple[str, str], int]:
        """What stands on the landlord's accounts."""
        return await stands(self.till.database, owner_of(self.id))

    async def platform(self, code: str, currency: Currency = Currency.GBP) -> int:
        return (await stands(self.till.database, "platform")).get((code, currency.value), 0)

    async def vat(self) -> int:
        return (await stands(self.till.database, "tax_authority:vat:GB")).get(("tax_payable", "GBP"), 0)

    async def has(self, currency: str = "gbp") -> int:
        """What their account at the provider has."""
        assert self.account is not None
        told: Any = {"stripe_account": self.account.external_id}
        found = await self.till.provider.stripe.v1.balance.retrieve_async({}, told)
        return sum(part.amount for part in found.available if part.currency == currency)

    async def withdraws(self, amount: int, currency: str = "gbp") -> None:
        """They have what they were paid sent to their bank."""
        assert self.account is not None
        sent = {"account": self.account.external_id, "amount": amount, "currency": currency}
        await self.till.provider.control("settings/account-payout", **sent)

    async def transfers(self) -> list[TransferTable]:
        return await rows(self.till.database, "SELECT * FROM transfer ORDER BY id")

    async def reversals(self) -> list[TransferReversalTable]:
        return await rows(self.till.database, "SELECT * FROM transfer_reversal ORDER BY id")

    async def clawbacks(self) -> list[ClawbackTable]:
        return await rows(self.till.database, "SELECT * FROM clawback ORDER BY id")


@pytest.fixture
async def landlord(till: Till, a_person: MakePerson, monkeypatch: pytest.MonkeyPatch) -> Landlord:
    account = PayoutAccount(f"acct_{new_id().hex}", "GB", LandlordKind.PRIVATE)
    made = Landlord(till, (await a_person()).id, account, clock.now() - timedelta(hours=1))
    monkeypatch.setitem(rooms._DUES, KIND, made.dues)
    monkeypatch.setattr(accounts, "_READY", [made.ready])
    return made
