"""A stay that is cancelled while the money for one of its months arrives: whoever comes first, all of it goes back."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from server.bookings.repository.bookings import Bookings
from server.bookings.repository.rent import Rent
from server.bookings.service import holds, rent_payments
from server.bookings.tables import RentMonthTable
from server.core.database import Database
from server.payments.service.door import Subject
from server.properties.repository.homes import Properties
from shared_models.auth import Role
from shared_models.payments import PaymentStatus
from tests.served import crowd
from tests.server.bookings.paid import total_given_back
from tests.server.bookings.test_money_races import Paid, at_once, cancel, heard
from tests.server.bookings.test_races import a_home, a_kept_price, apart, hold, take_away, tenant_of
from tests.server.paying import hear_of
from tests.server.stays import broken_promises, rows

__all__ = ["apart"]
RUNS = 5
SECONDS_FOR_THE_OTHER = 0.5
pytestmark = pytest.mark.usefixtures("at_noon")


async def being_paid(database: Database) -> list[tuple[Paid, Subject]]:
    """Agreed stays by the month, a home each, and the month of each that somebody is on the page to pay."""
    host, *tenants = await crowd(database, 1 + RUNS, Role.TENANT, Role.LANDLORD)
    found = []
    for tenant in map(tenant_of, tenants):
        home = await a_home(database, host[0], let_type="monthly")
        quote_id = await a_kept_price(database, tenant, home)
        assert await hold(database, tenant, quote_id) == "held"
        ((id_,),) = await rows(database, "SELECT id FROM booking WHERE quote_id = :id", id=quote_id)
        async with database.transaction() as session:
            await holds.confirm(session, tenant, id_)
        async with database.transaction() as session:
            await rent_payments.pay(session, tenant, id_, 1)
        ((month_id,),) = await rows(database, "SELECT id FROM rent_month WHERE booking_id = :id", id=id_)
        subject = Subject("rent_month", month_id)
        await hear_of(database, subject, PaymentStatus.OPEN)
        found.append((Paid(tenant, tenant_of(host), id_), subject))
    return found


def meet(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Let one who cancels and one who settles leave their looks at the month together, if nothing stops them."""
    waiting: list[asyncio.Event] = []

    def met(original: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def look(*arguments: Any) -> Any:
            answer = await original(*arguments)
            if waiting:
                waiting.pop().set()
                return answer
            waiting.append(here := asyncio.Event())
            try:
                await asyncio.wait_for(here.wait(), SECONDS_FOR_THE_OTHER)
            except TimeoutError:  # the other was stopped on its way here
                waiting.clear()
            return answer

        return look

    for name in names:
        monkeypatch.setattr(Rent, name, met(getattr(Rent, name)))


async def unlocked(rent: Rent, month_id: UUID) -> RentMonthTable:
    return (await rent.by_ids([month_id]))[month_id]


@pytest.mark.parametrize("locked", [False, True], ids=["no locks", "locks"])
async def test_only_without_the_locks_a_month_is_paid_of_a_stay_that_was_cancelled(
    apart: Database, monkeypatch: pytest.MonkeyPatch, locked: bool
) -> None:
    found = await being_paid(apart)
    ((due,),) = await rows(apart, "SELECT sum(amount_minor) FROM rent_month")
    if not locked:
        take_away(monkeypatch, Properties, "lock")
        monkeypatch.setattr(Bookings, "locked", Bookings.by_id)
        monkeypatch.setattr(Rent, "locked", unlocked)
    meet(monkeypatch, "standing", "locked")
    outcomes = [await at_once(apart, cancel(stay.tenant, stay), heard(subject)) for stay, subject in found]
    is_whole = outcomes == [["ok", "ok"]] * RUNS and await total_given_back(apart) == due
    assert is_whole is locked
    assert (await broken_promises(apart) == []) or not locked
