"""Two windows: whoever comes first, what goes back is one result, and nobody waits in a ring."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.bookings.repository.bookings import Bookings
from server.bookings.service import change_answers, change_payments, changes, endings, refunding
from server.bookings.service.parts import parts_of_lines
from server.bookings.service.refunding import BOOKING, CHANGE
from server.core import clock
from server.core.database import Database
from server.core.errors import AppError
from server.core.identity import Identity
from server.payments.service import door as payments
from server.payments.service import settling
from server.payments.service.door import Subject
from server.properties.repository.homes import Properties
from shared_models.auth import Role
from shared_models.bookings import ChangeQuoteRequest
from shared_models.payments import PaymentStatus
from tests.served import crowd
from tests.server.bookings.paid import agreed, paid, the_booking, total_given_back
from tests.server.bookings.test_races import a_home, a_kept_price, apart, hold, meet_after, take_away, tenant_of
from tests.server.paying import seen_as
from tests.server.stays import broken_promises, day, rows

__all__ = ["apart"]
RUNS = 8
Act = Callable[[AsyncSession], Awaitable[Any]]
pytestmark = pytest.mark.usefixtures("at_noon")


@dataclass(frozen=True)
class Paid:
    """A stay of three nights at £80 that was paid by card."""

    tenant: Identity
    landlord: Identity
    id: UUID


async def stays(database: Database, count: int) -> list[Paid]:
    """So many of them, each at a home of its own."""
    host, *tenants = await crowd(database, 1 + count, Role.TENANT, Role.LANDLORD)
    found = []
    for tenant in map(tenant_of, tenants):
        quote_id = await a_kept_price(database, tenant, await a_home(database, host[0]))
        assert await hold(database, tenant, quote_id) == "held"
        ((id_,),) = await rows(database, "SELECT id FROM booking WHERE quote_id = :id", id=quote_id)
        await agreed(database, id_)
        await paid(database, id_)
        found.append(Paid(tenant, tenant_of(host), id_))
    return found


async def did(database: Database, act: Act) -> str:
    """What came of an act in a transaction of its own; a ring of waiting would be `try_again`."""
    try:
        async with database.transaction() as session:
            await act(session)
    except AppError as error:
        return error.code.value
    return "ok"


async def at_once(database: Database, *acts: Act) -> list[str]:
    return list(await asyncio.gather(*(did(database, act) for act in acts)))


def cancel(who: Identity, stay: Paid) -> Act:
    return lambda session: endings.cancel(session, who, stay.id, "Ill")


def heard(subject: Subject) -> Act:
    """The provider tells that a payment was made."""

    async def settle(session: AsyncSession) -> None:
        payment = (await payments.payments_of(session, [subject]))[subject][-1]
        await settling.settle(session, seen_as(payment, PaymentStatus.CAPTURED))

    return settle


@pytest.mark.parametrize("locked", [False, True], ids=["no locks", "locks"])
async def test_only_without_the_locks_two_who_cancel_at_once_both_do(
    apart: Database, monkeypatch: pytest.MonkeyPatch, locked: bool
) -> None:
    found = await stays(apart, RUNS)
    if not locked:
        take_away(monkeypatch, Properties, "lock")
        monkeypatch.setattr(Bookings, "locked", Bookings.by_id)
    meet_after(monkeypatch, Bookings, "home_of")
    meet_after(monkeypatch, refunding, "payments_of")  # type: ignore[arg-type]
    outcomes = [await at_once(apart, cancel(stay.tenant, stay), cancel(stay.landlord, stay)) for stay in found]
    told = await rows(apart, "SELECT count(*) FROM booking_history WHERE kind = 'cancelled' GROUP BY booking_id")
    if locked:
        assert outcomes == [["ok", "ok"]] * RUNS
        assert [count for (count,) in told] == [1] * RUNS
        assert await total_given_back(apart) == RUNS * 24_000
        assert await broken_promises(apart) == []
    else:
        assert outcomes != [["ok", "ok"]] * RUNS or [count for (count,) in told] != [1] * RUNS


async def test_a_cancellation_against_the_capture_of_its_money_gives_back_once(apart: Database) -> None:
    host, *tenants = await crowd(apart, 1 + RUNS, Role.TENANT, Role.LANDLORD)
    for number, tenant in enumerate(map(tenant_of, tenants)):
        home = await a_home(apart, host[0], instant_book=False)
        quote_id = await a_kept_price(apart, tenant, home)
        assert await hold(apart, tenant, quote_id) == "held"
        ((id_,),) = await rows(apart, "SELECT id FROM booking WHERE quote_id = :id", id=quote_id)
        stay = Paid(tenant, tenant_of(host), id_)
        await agreed(apart, id_)
        async with apart.transaction() as session:
            await payments.bill(session, await a_bill(session, id_))
        async with apart.engine.begin() as connection:
            await connection.execute(
                text("UPDATE payment SET status = 'authorised', session_id = 'cs_' || id WHERE status = 'intended'")
            )
        acts = [cancel(stay.tenant, stay), heard(Subject(BOOKING, id_)), heard(Subject(BOOKING, id_))]
        assert await at_once(apart, *(acts if number % 2 else reversed(acts))) == ["ok"] * 3
    assert await rows(apart, "SELECT DISTINCT status, refund_minor FROM booking") == [("cancelled", 24_000)]
    assert await total_given_back(apart) == RUNS * 24_000
    assert await broken_promises(apart) == []


async def a_bill(session: AsyncSession, booking_id: UUID) -> payments.Bill:
    """What a stay costs, to be held first."""
    booking = await the_booking(session, booking_id)
    parts = parts_of_lines(refunding.lines_of(booking))
    return payments.Bill(
        Subject(BOOKING, booking_id), booking.tenant_id, parts, "A home", "/app/trips", clock.now(), is_held=True
    )


async def test_a_cancellation_against_the_payment_of_a_change_gives_everything_back_once(apart: Database) -> None:
    for number, stay in enumerate(await stays(apart, RUNS)):
        change_id = await a_change_to_pay(apart, stay)
        acts = [cancel(stay.landlord, stay), heard(Subject(CHANGE, change_id)), heard(Subject(CHANGE, change_id))]
        assert await at_once(apart, *(acts if number % 2 else reversed(acts))) == ["ok"] * 3
    assert await total_given_back(apart) == RUNS * (24_000 + 16_000)
    found = await rows(apart, "SELECT DISTINCT booking.status, change.status FROM booking_change change JOIN booking "
                       "ON booking.id = booking_id")  # fmt: skip
    assert {tuple(row) for row in found} <= {("cancelled", "closed"), ("cancelled", "accepted")}
    assert await broken_promises(apart) == []


async def a_change_to_pay(database: Database, stay: Paid) -> UUID:
    """Two nights more, agreed to, and a page on which they can be paid."""
    async with database.transaction() as session:
        request = ChangeQuoteRequest(check_in=day(10), check_out=day(15), guests=1)
        quote = await changes.quote(session, stay.tenant, stay.id, request)
        asked = await changes.ask(session, stay.tenant, stay.id, quote.id)
        assert asked.change is not None
        await change_answers.accept(session, stay.landlord, stay.id, asked.change.id)
        await change_payments.pay(session, stay.tenant, stay.id, asked.change.id)
    async with database.engine.begin() as connection:
        await connection.execute(
            text("UPDATE payment SET status = 'open', session_id = 'cs_' || id WHERE status = 'intended'")
        )
    return asked.change.id


async def test_who_pays_a_change_that_is_taken_back_at_once_has_it_or_has_their_money(apart: Database) -> None:
    for number, stay in enumerate(await stays(apart, RUNS)):
        change_id = await a_change_to_pay(apart, stay)
        acts = [
            lambda session, stay=stay, id_=change_id: change_answers.withdraw(session, stay.tenant, stay.id, id_),
            heard(Subject(CHANGE, change_id)),
        ]
        outcomes = await at_once(apart, *(acts if number % 2 else reversed(acts)))
        assert set(outcomes) <= {"ok", "invalid_transition"}
        ((nights, status),) = await rows(
            apart,
            "SELECT check_out - check_in, change.status FROM booking JOIN booking_change change "
            "ON booking_id = booking.id WHERE booking.id = :id",
            id=stay.id,
        )
        assert (nights, status) in ((5, "accepted"), (3, "withdrawn"))
    kept = await rows(apart, "SELECT sum(amount_minor) FROM payment WHERE status = 'captured'")
    cost = await rows(apart, "SELECT sum(total_minor) FROM booking")
    assert kept[0][0] - await total_given_back(apart) == cost[0][0]
    assert await broken_promises(apart) == []
