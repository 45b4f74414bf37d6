"""From a bill to money in the books: once, whatever is lost, repeated or late."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from sqlalchemy.ext.asyncio import AsyncSession

from server.core import clock, failed_jobs, jobs
from server.core.errors import InvalidTransition
from server.core.ids import new_id
from server.invariants import violations
from server.payments.ledger.rules.entries import Subject
from server.payments.service import rooms
from server.payments.service.rooms import Settle
from shared_models.money import Currency
from tests.server.payments.conftest import Till
from tests.server.payments.till_worker import KIND


async def test_a_bill_becomes_a_page_and_the_page_money_in_the_books(till: Till) -> None:
    id_ = await till.bill()
    assert (await till.payment(id_)).status == "intended"
    await till.work()
    opened = await till.payment(id_)
    assert (opened.status, opened.page_url is not None) == ("open", True)
    await till.pay(id_)
    await till.look(id_)
    paid = await till.payment(id_)
    assert (paid.status, paid.page_url, till.fulfilled, till.statuses) == (
        "captured", None, [paid.subject_id], ["captured"],
    )  # fmt: skip
    assert await till.holds(paid) == {("stay_liability", "GBP"): 9600}
    assert await till.clearing() == await till.provider.balance() == 10_000 - 170
    assert await till.kinds() == ["charge", "provider_fee"]
    assert await violations(till.database) == []


async def test_whoever_looks_again_finds_nothing_new(till: Till) -> None:
    paid = await till.paid()
    await asyncio.gather(*(till.look(paid.id) for _ in range(5)))
    assert (len(till.fulfilled), await till.kinds()) == (1, ["charge", "provider_fee"])


async def test_many_who_look_at_once_settle_once(till: Till) -> None:
    id_ = await till.bill()
    await till.work()
    await till.pay(id_)
    await asyncio.gather(*(till.look(id_) for _ in range(8)))
    assert (len(till.fulfilled), await till.kinds()) == (1, ["charge", "provider_fee"])


@pytest.mark.parametrize("fault", ["drop_after", "drop_before"])
async def test_an_answer_that_is_lost_makes_no_second_page(till: Till, fault: str) -> None:
    await till.provider.fault(fault, "/v1/checkout/sessions")
    id_ = await till.bill()
    await till.work()
    assert (await till.payment(id_)).status == "intended"
    await till.again()
    sessions = await till.provider.stripe.v1.checkout.sessions.list_async()
    assert [session.client_reference_id for session in sessions.data] == [str(id_)]
    assert (await till.payment(id_)).session_id == sessions.data[0].id


@pytest.mark.parametrize(("fault", "made", "stands"), [("error_after", 1, "open"), ("error_before", 0, "failed")])
async def test_an_error_that_the_provider_keeps_for_a_key_is_looked_behind(
    till: Till, fault: str, made: int, stands: str
) -> None:
    await till.provider.fault(fault, "/v1/checkout/sessions")
    id_ = await till.bill()
    await till.work()
    assert (await till.payment(id_)).status == "intended"
    await till.again()
    assert len((await till.provider.stripe.v1.checkout.sessions.list_async()).data) == made
    assert (await till.payment(id_)).status == stands


async def test_an_event_that_was_lost_is_asked_after(till: Till) -> None:
    id_ = await till.bill()
    await till.work()
    await till.pay(id_)
    await jobs.run_now(till.database, "payments.ask_after", {}, till.settings)
    await till.work()
    assert (await till.payment(id_)).status == "open"  # it was looked at a moment ago
    with time_machine.travel(clock.now() + timedelta(minutes=3)):
        await jobs.run_now(till.database, "payments.ask_after", {}, till.settings)
        await jobs.run_now(till.database, "payments.ask_after", {}, till.settings)
        waiting = await till.waiting("payments.look")
        await till.work()
    assert (waiting, (await till.payment(id_)).status) == (1, "captured")


async def test_a_provider_that_is_away_is_asked_again_by_the_clock_and_makes_no_case(till: Till) -> None:
    id_ = await till.bill()
    await till.work()
    await till.provider.fault("error_before", "/v1/checkout/sessions", times=2)
    look = {"payment_id": str(id_), "is_asked_after": True}
    await jobs.run_now(till.database, "payments.look", look, till.settings)
    with pytest.raises(Exception, match="APIError"):
        await till.look(id_)


async def test_nobody_pays_on_a_page_whose_time_is_over(till: Till) -> None:
    id_ = await till.bill()
    await till.work()
    await till.provider.advance(minutes=32)
    await till.look(id_)
    over = await till.payment(id_)
    assert (over.status, over.settled_at is not None, till.fulfilled, await till.kinds()) == ("expired", True, [], [])
    assert await till.bill(till.a_bill(subject=Subject(KIND, over.subject_id))) != id_  # and another page may be had


async def test_a_thing_has_one_payment_under_way_at_a_time(till: Till) -> None:
    bill = till.a_bill()
    await till.bill(bill)
    with pytest.raises(InvalidTransition):
        await till.bill(bill)
    await till.bill(till.a_bill())  # of another thing


async def test_a_kind_of_thing_that_no_room_declared_is_not_billed(till: Till) -> None:
    with pytest.raises(KeyError, match="castle"):
        await till.bill(till.a_bill(subject=Subject("castle", new_id())))


async def test_a_card_that_is_declined_leaves_the_page_open_for_another(till: Till) -> None:
    id_ = await till.bill()
    await till.work()
    url = (await till.payment(id_)).page_url
    assert url is not None
    sent = {"number": "4000000000000002", "email": "a@b.example", "name": "A"}
    assert (await till.provider.http.post(url, data=sent)).status_code == 402
    await till.look(id_)
    assert (await till.payment(id_)).status == "open"
    await till.pay(id_)
    await till.look(id_)
    assert (await till.payment(id_)).status == "captured"


async def test_money_that_came_too_late_goes_back_whole(till: Till) -> None:
    till.sold_out = True
    paid = await till.paid()
    await till.look(paid.id)
    assert await till.kinds() == ["credit_refund_asked", "late_charge", "provider_fee", "refund_paid"]
    assert (await till.holds(paid), await till.credit()) == ({}, {})
    assert await till.clearing() == await till.provider.balance() == -170
    assert await violations(till.database) == []


async def test_an_amount_without_decimals_is_what_it_says(till: Till) -> None:
    paid = await till.paid(till.a_bill(stay=8000, tax=0, currency=Currency.JPY))
    assert await till.holds(paid) == {("stay_liability", "JPY"): 8000}
    assert await till.clearing(Currency.JPY) == await till.provider.balance("jpy")
    (session,) = (await till.provider.stripe.v1.checkout.sessions.list_async()).data
    assert session.amount_total == 8000


async def test_what_was_sent_a_day_ago_is_looked_up_and_never_sent_again(till: Till) -> None:
    lost, never = await till.bill(), await till.bill()
    await till.provider.fault("drop_after", "/v1/checkout/sessions")
    await till.provider.fault("drop_before", "/v1/checkout/sessions")
    await till.work()
    sent = len((await till.provider.stripe.v1.checkout.sessions.list_async()).data)
    with time_machine.travel(clock.now() + timedelta(hours=23, minutes=1)):
        await till.again()
    assert sent == len((await till.provider.stripe.v1.checkout.sessions.list_async()).data) == 1
    stands = {
        (await till.payment(id_)).session_id is not None: (await till.payment(id_)).status for id_ in (lost, never)
    }
    assert stands == {True: "expired", False: "failed"}


async def test_what_the_provider_refuses_is_not_waited_for(till: Till) -> None:
    id_ = await till.bill(till.a_bill(stay=10, tax=0))  # less than can be charged
    await till.work()
    assert (await till.payment(id_)).status == "failed"


async def test_an_amount_that_is_not_what_was_asked_for_is_a_case_and_not_in_the_books(till: Till) -> None:
    held = await till.held()
    part = {"amount_to_capture": 5_000}
    await till.provider.stripe.v1.payment_intents.capture_async(str(held.intent_id), part)  # type: ignore[arg-type]
    await till.check_now(held.id)
    await till.work()
    assert ((await till.payment(held.id)).status, await till.kinds(), till.fulfilled) == ("authorised", [], [])
    async with till.database.transaction() as session:
        standing = await failed_jobs.standing(session, ["payments.look"])
    assert standing["payments.look"].error == "ContradictsPayment"


@pytest.mark.parametrize("times", [0, 2])
async def test_a_settler_that_does_not_settle_once_is_a_fault_of_ours(
    till: Till, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    async def settle_so_often(session: AsyncSession, subject_id: UUID, settle: Settle) -> None:
        for _ in range(times):
            await till.settle(session, subject_id, settle)

    id_ = await till.bill()
    await till.work()
    await till.pay(id_)
    monkeypatch.setitem(rooms._SETTLERS, KIND, settle_so_often)
    with pytest.raises(RuntimeError, match=f"settled {times} times"):
        await till.look(id_)
    assert ((await till.payment(id_)).status, await till.kinds()) == ("open", [])
