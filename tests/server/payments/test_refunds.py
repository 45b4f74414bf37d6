"""Money that goes back: no more than came, once, and where it is when it does not arrive."""

import asyncio
from datetime import timedelta

import pytest
import time_machine

from server.core import clock
from server.core.errors import InvalidTransition, NotFound
from server.core.ids import new_id
from server.invariants import violations
from server.payments.service.data_export import data_export
from shared_models.money import Currency
from tests.server.payments.conftest import Till

PENDING, FAILS = "4000000000007726", "4000000000005126"


async def test_a_refund_leaves_and_is_in_the_books_before_and_after(till: Till) -> None:
    paid = await till.paid()
    refund = await till.refund(paid.id, 4800, 400)
    assert await till.holds(paid) == {("stay_liability", "GBP"): 4800, ("refunds_payable", "GBP"): 5200}
    await till.work()
    assert (await till.refund_row(refund)).status == "succeeded"
    assert await till.holds(paid) == {("stay_liability", "GBP"): 4800}
    assert await till.clearing() == await till.provider.balance()
    assert await violations(till.database) == []


async def test_no_more_goes_back_than_is_left_of_each_part(till: Till) -> None:
    paid = await till.paid()
    await till.refund(paid.id, 9000)
    for stay, tax in ((601, 0), (0, 401), (601, 400)):
        with pytest.raises(InvalidTransition):
            await till.refund(paid.id, stay, tax)
    await till.refund(paid.id, 600, 400)
    await till.work()
    assert (await till.holds(paid), await till.clearing()) == ({}, -170)


async def test_many_who_refund_at_once_get_no_more_than_was_paid(till: Till) -> None:
    paid = await till.paid()
    came = await asyncio.gather(*(till.refund(paid.id, 4000) for _ in range(6)), return_exceptions=True)
    assert sum(isinstance(each, InvalidTransition) for each in came) == 4
    await till.work()
    assert await till.holds(paid) == {("stay_liability", "GBP"): 1600}


async def test_nothing_goes_back_of_what_has_not_come(till: Till) -> None:
    id_ = await till.bill()
    with pytest.raises(InvalidTransition):
        await till.refund(id_, 100)
    with pytest.raises(NotFound):
        await till.refund(new_id(), 100)


async def test_nothing_more_goes_back_of_what_came_too_late_for_all_of_it_does(till: Till) -> None:
    till.sold_out = True
    bill = till.a_bill()
    paid = await till.paid(bill)
    (read,) = await till.read(bill.subject)
    assert (read.refunded.total, read.refunded.stay) == (read.parts.total, read.parts.stay)
    for stay, tax in ((1, 0), (0, 1), (9600, 400)):
        with pytest.raises(InvalidTransition):
            await till.refund(paid.id, stay, tax)
    assert [row.amount_minor for row in await till.refunds_of(paid.id)] == [10_000]


async def test_a_refund_whose_answer_is_lost_is_made_once(till: Till) -> None:
    paid = await till.paid()
    await till.provider.fault("drop_after", "/v1/refunds")
    refund = await till.refund(paid.id, 9600, 400)
    await till.work()
    assert (await till.refund_row(refund)).status == "asked"
    await till.again()
    assert (await till.refund_row(refund)).status == "succeeded"
    assert len((await till.provider.stripe.v1.refunds.list_async()).data) == 1
    assert await till.clearing() == await till.provider.balance() == -170


@pytest.mark.parametrize("fault", ["drop_after", "drop_before"])
async def test_a_refund_that_was_sent_a_day_ago_is_looked_up(till: Till, fault: str) -> None:
    paid = await till.paid()
    await till.provider.fault(fault, "/v1/refunds")
    refund = await till.refund(paid.id, 9600, 400)
    await till.work()
    with time_machine.travel(clock.now() + timedelta(hours=23, minutes=1)):
        await till.again()
    made = len((await till.provider.stripe.v1.refunds.list_async()).data)
    expected = (1, "succeeded") if fault == "drop_after" else (0, "asked")  # then a case asks a person
    assert (made, (await till.refund_row(refund)).status) == expected


async def test_a_pending_refund_is_asked_after_until_it_has_left(till: Till) -> None:
    paid = await till.paid(number=PENDING)
    refund = await till.refund(paid.id, 9600, 400)
    await till.work()
    row = await till.refund_row(refund)
    assert (row.status, row.external_id is not None) == ("pending", True)
    await till.provider.press(str(row.external_id), "succeed")
    with time_machine.travel(clock.now() + timedelta(minutes=3)):
        await till.ask_after()
    assert (await till.refund_row(refund)).status == "succeeded"
    assert (await till.holds(paid), await till.clearing()) == ({}, await till.provider.balance())


async def test_a_refund_that_comes_back_is_the_payers_still(till: Till) -> None:
    paid = await till.paid(number=FAILS)
    refund = await till.refund(paid.id, 9600, 400)
    await till.work()
    assert (await till.refund_row(refund)).status == "succeeded"
    row = await till.refund_row(refund)
    if (await till.provider.stripe.v1.refunds.retrieve_async(str(row.external_id))).status != "failed":
        await till.provider.press(str(row.external_id), "fail")
    await till.look(paid.id)
    await till.look(paid.id)
    assert (await till.refund_row(refund)).status == "failed"
    assert await till.credit() == {("tenant_credit", "GBP"): 10_000}
    assert (await till.holds(paid), await till.clearing()) == ({}, await till.provider.balance())
    assert await violations(till.database) == []


async def test_a_refund_made_by_hand_at_the_provider_is_written_down_and_calls_nothing_off(till: Till) -> None:
    paid = await till.paid()
    await till.provider.stripe.v1.refunds.create_async({"payment_intent": str(paid.intent_id), "amount": 5000})
    await till.look(paid.id)
    await till.look(paid.id)
    assert await till.holds(paid) == {("stay_liability", "GBP"): 4800}
    assert (await till.clearing(), len(till.fulfilled)) == (await till.provider.balance(), 1)
    with pytest.raises(InvalidTransition):
        await till.refund(paid.id, 4801)


async def test_a_refund_the_provider_refuses_is_taken_back_in_the_books(till: Till) -> None:
    paid = await till.paid()
    await till.provider.stripe.v1.refunds.create_async({"payment_intent": str(paid.intent_id)})
    refund = await till.refund(paid.id, 9600, 400)  # before we have heard of it
    await till.work()
    assert (await till.refund_row(refund)).status == "failed"
    assert await till.holds(paid) == {("stay_liability", "GBP"): 9600}
    await till.look(paid.id)
    assert (await till.holds(paid), await till.credit()) == ({}, {})
    assert await till.clearing() == await till.provider.balance()


async def test_the_copy_of_what_is_kept_tells_a_payer_of_theirs_alone(till: Till) -> None:
    paid = await till.paid()
    refund = await till.refund(paid.id, 4800)
    async with till.database.transaction() as session:
        mine = await data_export(session, till.payer_id)
        others = await data_export(session, new_id())
    assert [row["id"] for row in mine["payments"]] == [str(paid.id)]
    assert [(part["where"], part["amount"]["amount_minor"]) for part in mine["payments"][0]["money"]] == [
        ("with_us", 5200),
        ("refund_begun", 4800),
    ]
    assert [(row["id"], row["amount_minor"]) for row in mine["refunds"]] == [(str(refund), 4800)]
    assert others == {"payments": [], "payment_customers": [], "saved_cards": [], "refunds": [], "disputes": []}


async def test_the_second_of_two_payments_goes_back_and_the_first_stands(till: Till) -> None:
    bill = till.a_bill()
    first, second = await till.paid(bill), await till.paid(bill)
    await till.provider.stripe.v1.refunds.create_async({"payment_intent": str(second.intent_id)})
    await till.look(second.id)
    await till.look(first.id)
    assert (len(till.fulfilled), set(till.statuses)) == (2, {"captured"})  # nobody is told that the thing is off
    assert await till.holds(first) == {("stay_liability", "GBP"): 9600}
    assert ((await till.payment(first.id)).status, await till.refunds_of(first.id)) == ("captured", [])
    await till.refund(first.id, 9600, 400)
    with pytest.raises(InvalidTransition):
        await till.refund(second.id, 1)
    assert await violations(till.database) == []


async def test_an_amount_without_decimals_goes_back_as_it_is_and_is_disputed_as_it_is(till: Till) -> None:
    paid = await till.paid(till.a_bill(stay=7200, tax=800, currency=Currency.JPY))
    refund = await till.refund(paid.id, 1800, 200, Currency.JPY)
    await till.work()
    (sent,) = (await till.provider.stripe.v1.refunds.list_async()).data
    assert ((await till.refund_row(refund)).amount_minor, sent.amount, sent.currency) == (2000, 2000, "jpy")
    assert await till.holds(paid) == {("stay_liability", "JPY"): 5400}
    intent = await till.provider.stripe.v1.payment_intents.retrieve_async(str(paid.intent_id))
    found = await till.provider.press(str(intent.latest_charge), "dispute", amount=8000)
    await till.look(paid.id)
    assert (await till.holds(paid))[("dispute_in_progress", "JPY")] == 8000
    await till.provider.press(str(found["id"]), "lose")
    await till.look(paid.id)
    assert (await till.holds(paid), await till.loss(Currency.JPY)) == ({}, 2000)
    assert await till.clearing(Currency.JPY) == await till.provider.balance("jpy")


async def test_a_refund_that_is_called_off_at_the_provider_is_the_payers_still(till: Till) -> None:
    paid = await till.paid(number=PENDING)
    refund = await till.refund(paid.id, 9600, 400)
    await till.work()
    await till.provider.press(str((await till.refund_row(refund)).external_id), "cancel")
    for _ in range(2):
        await till.look(paid.id)
    assert (await till.refund_row(refund)).status in ("cancelled", "failed")
    assert (await till.holds(paid), await till.credit()) == ({}, {("tenant_credit", "GBP"): 10_000})
    assert await till.clearing() == await till.provider.balance()
    assert await violations(till.database) == []
