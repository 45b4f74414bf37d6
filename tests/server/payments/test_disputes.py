"""What a bank takes back: in the books by what moved, no refund meanwhile, and nobody pays twice for it."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
import stripe
import time_machine
from sqlalchemy import text

from server.core import clock
from server.core.errors import InvalidTransition
from server.invariants import violations
from server.payments.gateway.payments import read_payment
from server.payments.service import settling
from server.payments.service.data_export import data_export
from server.payments.tables import DisputeTable, PaymentTable
from tests.server.payments.conftest import Till

DISPUTED = "4000000000000259"


async def dispute(till: Till, paid: PaymentTable, button: str = "dispute", **sent: object) -> str:
    """Let the payer's bank dispute a payment, and hear of it; the provider's id of the dispute."""
    intent = await till.provider.stripe.v1.payment_intents.retrieve_async(str(paid.intent_id))
    found = await till.provider.press(str(intent.latest_charge), button, **sent)
    await till.look(paid.id)
    return str(found["id"])


async def decide(till: Till, paid: PaymentTable, dispute_id: str, button: str) -> None:
    await till.provider.press(dispute_id, button)
    await till.look(paid.id)
    await till.work()


async def dispute_row(till: Till, external_id: str) -> DisputeTable:
    async with till.database.transaction() as session:
        found = await session.execute(text("SELECT id FROM dispute WHERE external_id = :id"), {"id": external_id})
        row = await session.get(DisputeTable, found.scalar_one())
    assert row is not None
    return row


async def refunds_there(till: Till) -> int:
    return len((await till.provider.stripe.v1.refunds.list_async()).data)


async def is_sound(till: Till) -> None:
    """The books add up, and what they say of the provider is what the provider says."""
    assert await till.clearing() == await till.provider.balance()
    assert await violations(till.database) == []


async def test_a_card_that_disputes_is_heard_of_and_in_the_books(till: Till) -> None:
    paid = await till.paid(number=DISPUTED)
    await till.provider.advance(hours=1)
    await till.look(paid.id)
    await till.look(paid.id)
    (found,) = (await till.provider.stripe.v1.disputes.list_async()).data
    row = await dispute_row(till, found.id)
    assert (row.status, row.reason, row.amount_minor, row.taken_minor) == (
        "needs_response",
        "fraudulent",
        10_000,
        10_000,
    )
    assert row.answer_by is not None
    assert int(row.answer_by.timestamp()) == found.evidence_details.due_by
    assert await till.holds(paid) == {("stay_liability", "GBP"): 9600, ("dispute_in_progress", "GBP"): 10_000}
    assert await till.kinds() == ["charge", "dispute_opened", "provider_fee", "provider_fee"]
    assert (await till.payment(paid.id)).is_disputed
    await is_sound(till)


async def test_a_dispute_that_is_won_leaves_all_as_it_was_but_the_fee(till: Till) -> None:
    paid = await till.paid()
    found = await dispute(till, paid)
    await decide(till, paid, found, "win")
    await till.look(paid.id)
    row = await dispute_row(till, found)
    assert (row.status, row.taken_minor, row.closed_at is not None) == ("won", 0, True)
    assert await till.holds(paid) == {("stay_liability", "GBP"): 9600}
    assert not (await till.payment(paid.id)).is_disputed
    assert await till.clearing() == 10_000 - 170 - 2000
    await is_sound(till)


async def test_a_dispute_that_is_lost_is_taken_of_what_was_held(till: Till) -> None:
    paid = await till.paid()
    found = await dispute(till, paid)
    await decide(till, paid, found, "lose")
    await till.look(paid.id)
    assert (await dispute_row(till, found)).status == "lost"
    assert await till.holds(paid) == {}
    assert not (await till.payment(paid.id)).is_disputed
    with pytest.raises(InvalidTransition):  # the payer has it all
        await till.refund(paid.id, 1)
    await is_sound(till)


async def test_a_part_that_is_lost_is_taken_of_each_part_and_the_rest_is_left(till: Till) -> None:
    paid = await till.paid()
    await decide(till, paid, await dispute(till, paid, amount=5000), "lose")
    assert await till.holds(paid) == {("stay_liability", "GBP"): 4800}
    with pytest.raises(InvalidTransition):
        await till.refund(paid.id, 4801)
    await is_sound(till)


async def test_a_dispute_of_more_than_was_paid_is_a_loss(till: Till) -> None:
    paid = await till.paid()
    await decide(till, paid, await dispute(till, paid, amount=10_300), "lose")
    assert (await till.holds(paid), await till.loss()) == ({}, 300)
    await is_sound(till)


async def test_a_dispute_of_what_was_refunded_is_a_loss_and_nothing_is_deducted_twice(till: Till) -> None:
    paid = await till.paid()
    await till.refund(paid.id, 4800, 200)
    await till.work()
    await decide(till, paid, await dispute(till, paid), "lose")
    assert (await till.holds(paid), await till.loss()) == ({}, 5000)
    await is_sound(till)


async def test_no_refund_is_sent_while_a_bank_disputes_and_it_is_sent_when_we_won(till: Till) -> None:
    paid = await till.paid()
    found = await dispute(till, paid)
    refund = await till.refund(paid.id, 4800, 400)
    await till.work()
    await till.look(paid.id)
    await till.work()
    row = await till.refund_row(refund)
    assert (row.status, row.refusals, await refunds_there(till)) == ("asked", 0, 0)  # nobody even tried
    await decide(till, paid, found, "win")
    await till.work()
    assert ((await till.refund_row(refund)).status, await refunds_there(till)) == ("succeeded", 1)
    assert await till.holds(paid) == {("stay_liability", "GBP"): 4800}
    await is_sound(till)


async def test_a_refund_that_was_on_its_way_waits_when_a_dispute_was_first(till: Till) -> None:
    paid = await till.paid()
    refund = await till.refund(paid.id, 4800, 400)
    found = await dispute(till, paid)
    await till.work()
    row = await till.refund_row(refund)
    assert (row.status, row.refusals, await refunds_there(till)) == ("asked", 0, 0)
    await decide(till, paid, found, "win")
    await till.work()
    assert ((await till.refund_row(refund)).status, await refunds_there(till)) == ("succeeded", 1)
    await is_sound(till)


@pytest.mark.parametrize("end", ["win", "lose"])
async def test_a_refund_that_the_provider_refuses_for_a_dispute_we_have_not_heard_of_waits_too(
    till: Till, end: str
) -> None:
    paid = await till.paid()
    intent = await till.provider.stripe.v1.payment_intents.retrieve_async(str(paid.intent_id))
    found = await till.provider.press(str(intent.latest_charge), "dispute")
    refund = await till.refund(paid.id, 9600, 400)
    await till.work()
    row = await till.refund_row(refund)
    assert (row.status, row.refusals, await refunds_there(till)) == ("asked", 1, 0)
    with time_machine.travel(clock.now() + timedelta(minutes=3)):
        await till.ask_after()  # it is heard of, and nothing is sent
    assert ((await till.payment(paid.id)).is_disputed, (await till.refund_row(refund)).refusals) == (True, 1)
    await decide(till, paid, str(found["id"]), end)
    await till.work()
    row = await till.refund_row(refund)
    expected = ("succeeded", 1) if end == "win" else ("cancelled", 0)
    assert (row.status, await refunds_there(till)) == expected
    assert (await till.holds(paid), await till.credit(), await till.loss()) == ({}, {}, 0)
    await is_sound(till)


async def test_a_refund_that_waits_is_the_banks_when_we_lost(till: Till) -> None:
    paid = await till.paid()
    found = await dispute(till, paid)
    refund = await till.refund(paid.id, 9600, 400)
    assert await till.holds(paid) == {("refunds_payable", "GBP"): 10_000, ("dispute_in_progress", "GBP"): 10_000}
    await decide(till, paid, found, "lose")
    await till.work()
    row = await till.refund_row(refund)
    assert (row.status, row.covered_minor, await refunds_there(till)) == ("cancelled", 10_000, 0)
    assert (await till.holds(paid), await till.credit(), await till.loss()) == ({}, {}, 0)
    await is_sound(till)


async def test_what_the_bank_gives_counts_towards_the_refund_and_the_rest_is_the_payers_with_us(till: Till) -> None:
    paid = await till.paid()
    found = await dispute(till, paid, amount=5000)
    refund = await till.refund(paid.id, 8000)
    await decide(till, paid, found, "lose")
    row = await till.refund_row(refund)
    assert (row.status, row.covered_minor) == ("cancelled", 5000)
    assert await till.holds(paid) == {("stay_liability", "GBP"): 1600, ("refunds_payable", "GBP"): 3000}
    await till.look(paid.id)  # the provider refunds nothing of what was lost
    assert (await till.holds(paid), await till.credit()) == (
        {("stay_liability", "GBP"): 1600}, {("tenant_credit", "GBP"): 3000},
    )  # fmt: skip
    assert len(await till.cases("failed_refund")) == 1
    await is_sound(till)


async def test_a_refund_of_which_the_bank_gives_nothing_is_not_called_the_banks(till: Till) -> None:
    paid = await till.paid()
    found = await dispute(till, paid, amount=4800)
    covered, other = await till.refund(paid.id, 4800), await till.refund(paid.id, 1000)
    await decide(till, paid, found, "lose")
    rows = [await till.refund_row(id_) for id_ in (covered, other)]
    assert [row.covered_minor for row in rows] == [4800, 0]
    assert (rows[0].status, rows[1].covered_by) == ("cancelled", None)
    await till.look(paid.id)
    assert await till.credit() == {("tenant_credit", "GBP"): 1000}  # the provider refunds nothing of what was lost
    assert await till.loss() == 0
    await is_sound(till)


async def test_an_older_look_at_a_dispute_that_is_over_disputes_nothing_anew(till: Till) -> None:
    paid = await till.paid()
    found = await dispute(till, paid)
    older = await read_payment(till.settings, paid.id, str(paid.session_id))
    await decide(till, paid, found, "win")
    async with till.database.transaction() as session:
        await settling.settle(session, older)
    assert ((await dispute_row(till, found)).status, (await till.payment(paid.id)).is_disputed) == ("won", False)
    refund = await till.refund(paid.id, 4800)
    await till.work()
    assert (await till.refund_row(refund)).status == "succeeded"


async def test_a_dispute_that_is_lost_before_its_money_is_seen_is_a_loss_once_it_is(till: Till) -> None:
    paid = await till.paid()
    intent = await till.provider.stripe.v1.payment_intents.retrieve_async(str(paid.intent_id))
    found = str((await till.provider.press(str(intent.latest_charge), "dispute"))["id"])
    await till.provider.press(found, "lose")
    seen = await read_payment(till.settings, paid.id, str(paid.session_id))
    async with till.database.transaction() as session:
        await settling.settle(session, replace(seen, disputes=[replace(seen.disputes[0], moved=[])]))
    row = await dispute_row(till, found)
    assert (row.status, row.taken_minor, row.lost_as) == ("lost", 0, None)
    await till.look(paid.id)
    assert (await till.holds(paid), await till.loss()) == ({}, 0)
    assert (await dispute_row(till, found)).lost_as is not None
    await is_sound(till)


async def late_and_disputed(till: Till, **sent: object) -> tuple[PaymentTable, str]:
    """A payment of which we hear at once that it was paid, that it is too late, and that it is disputed."""
    till.sold_out = True
    id_ = await till.bill()
    await till.work()
    await till.pay(id_)
    paid = await till.payment(id_)
    (session,) = (await till.provider.stripe.v1.checkout.sessions.list_async({"expand": ["data.payment_intent"]})).data
    assert isinstance(session.payment_intent, stripe.PaymentIntent)
    found = await till.provider.press(str(session.payment_intent.latest_charge), "dispute", **sent)
    await till.look(id_)
    await till.work()
    return paid, str(found["id"])


async def test_a_refund_of_what_came_too_late_waits_and_is_the_banks_too(till: Till) -> None:
    paid, found = await late_and_disputed(till)
    assert (await till.holds(paid)) == {("refunds_payable", "GBP"): 10_000, ("dispute_in_progress", "GBP"): 10_000}
    assert await refunds_there(till) == 0
    await decide(till, paid, found, "lose")
    assert (await till.holds(paid), await till.credit(), await till.loss()) == ({}, {}, 0)
    await is_sound(till)


async def test_what_came_too_late_is_the_payers_again_when_a_loss_is_decided_anew(till: Till) -> None:
    paid, found = await late_and_disputed(till)
    await decide(till, paid, found, "lose")
    assert (await till.payment(paid.id)).lost_credit_minor == 10_000
    await till.win_appeal(paid, found)
    assert (await till.payment(paid.id)).lost_credit_minor == 0
    rows = await till.refunds_of(paid.id)
    assert [(row.amount_minor, row.status, row.is_of_credit) for row in rows] == [
        (10_000, "cancelled", True), (10_000, "asked", True),
    ]  # fmt: skip
    assert (await till.holds(paid), await till.credit()) == ({("refunds_payable", "GBP"): 10_000}, {})
    assert await violations(till.database) == []


async def test_what_a_bank_takes_beyond_what_came_too_late_is_a_loss_of_ours(till: Till) -> None:
    paid, found = await late_and_disputed(till, amount=12_000)
    await decide(till, paid, found, "lose")
    assert (await till.payment(paid.id)).lost_credit_minor == 10_000
    assert (await till.holds(paid), await till.credit(), await till.loss()) == ({}, {}, 2_000)
    await is_sound(till)


async def test_a_loss_is_taken_of_what_the_payer_has_with_us_when_nothing_else_is_left(till: Till) -> None:
    paid = await till.paid(number="4000000000005126")  # whose refunds fail
    await till.refund(paid.id, 9600, 400)
    await till.work()
    await till.provider.advance(hours=2)
    await till.look(paid.id)
    assert await till.credit() == {("tenant_credit", "GBP"): 10_000}
    await decide(till, paid, await dispute(till, paid), "lose")
    assert (await till.holds(paid), await till.credit(), await till.loss()) == ({}, {}, 0)
    await is_sound(till)


async def test_what_is_decided_anew_stands_as_it_did_and_its_refund_is_asked_for_again(till: Till) -> None:
    paid = await till.paid()
    found = await dispute(till, paid)
    await till.refund(paid.id, 4800)
    await decide(till, paid, found, "lose")
    assert await till.holds(paid) == {}
    await till.win_appeal(paid, found)
    row, again = await dispute_row(till, found), await till.refunds_of(paid.id)
    assert (row.status, row.taken_minor, row.lost_as) == ("won", 0, None)
    assert [(each.amount_minor, each.status) for each in again] == [(4800, "cancelled"), (4800, "asked")]
    assert await till.holds(paid) == {("stay_liability", "GBP"): 4800, ("refunds_payable", "GBP"): 4800}
    assert await violations(till.database) == []


async def test_of_a_refund_that_the_bank_gave_a_part_of_that_part_is_asked_for_again(till: Till) -> None:
    paid = await till.paid()
    found = await dispute(till, paid, amount=5000)
    await till.refund(paid.id, 8000)
    await decide(till, paid, found, "lose")
    await till.win_appeal(paid, found)
    rows = await till.refunds_of(paid.id)
    assert [(row.amount_minor, row.covered_minor) for row in rows] == [(8000, 0), (3000, 0), (5000, 0)]
    assert (rows[0].status, rows[2].status) == ("cancelled", "asked")
    assert await violations(till.database) == []


async def test_an_inquiry_moves_no_money_and_holds_no_refund_back(till: Till) -> None:
    paid = await till.paid()
    found = await dispute(till, paid, "inquire")
    assert (await dispute_row(till, found)).status == "inquiry"
    assert not (await till.payment(paid.id)).is_disputed
    await till.refund(paid.id, 4800)
    await till.work()
    assert await till.holds(paid) == {("stay_liability", "GBP"): 4800}
    await decide(till, paid, found, "escalate")
    assert (await dispute_row(till, found)).status == "needs_response"
    assert (await till.payment(paid.id)).is_disputed
    await decide(till, paid, found, "lose")
    assert (await till.holds(paid), await till.loss()) == ({}, 4800)
    await is_sound(till)


async def test_an_inquiry_that_comes_to_nothing_is_closed(till: Till) -> None:
    paid = await till.paid()
    found = await dispute(till, paid, "inquire")
    await decide(till, paid, found, "drop")
    row = await dispute_row(till, found)
    assert (row.status, row.movements, row.closed_at is not None) == ("closed", [], True)
    assert await till.kinds() == ["charge", "provider_fee"]


@pytest.mark.parametrize("order", ["refund first", "dispute first", "at once"])
@pytest.mark.parametrize("end", ["win", "lose"])
async def test_a_refund_by_hand_and_a_dispute_are_deducted_once_each_in_any_order(
    till: Till, order: str, end: str
) -> None:
    paid = await till.paid()
    intent = await till.provider.stripe.v1.payment_intents.retrieve_async(str(paid.intent_id))

    async def refund() -> None:
        await till.provider.stripe.v1.refunds.create_async({"payment_intent": str(paid.intent_id), "amount": 5000})

    async def disputed() -> None:
        await till.provider.press(str(intent.latest_charge), "dispute")

    if order == "at once":
        await asyncio.gather(refund(), disputed(), return_exceptions=True)
    else:
        for act in (refund, disputed) if order == "refund first" else (disputed, refund):
            await asyncio.gather(act(), return_exceptions=True)
    await asyncio.gather(till.look(paid.id), till.look(paid.id))
    (found,) = (await till.provider.stripe.v1.disputes.list_async()).data
    await decide(till, paid, found.id, end)
    refunded = 5000 * await refunds_there(till)
    if order != "at once":
        assert refunded == (5000 if order == "refund first" else 0)
    left = 10_000 - refunded if end == "win" else 0
    assert await till.holds(paid) == ({("stay_liability", "GBP"): left * 96 // 100} if left else {})
    assert await till.loss() == (refunded if end == "lose" else 0)
    await is_sound(till)


async def test_the_end_of_a_dispute_that_nobody_told_of_is_asked_after(till: Till) -> None:
    paid = await till.paid()
    found = await dispute(till, paid)
    await till.refund(paid.id, 4800)
    await till.provider.press(found, "win")
    with time_machine.travel(clock.now() + timedelta(minutes=50)):
        await till.ask_after()
        assert (await dispute_row(till, found)).status == "needs_response"  # banks take weeks
    with time_machine.travel(clock.now() + timedelta(minutes=61)):
        await till.ask_after()
    assert (await dispute_row(till, found)).status == "won"
    with time_machine.travel(clock.now() + timedelta(hours=3)):
        assert await till.asked_after() == 0


async def test_whose_payment_is_disputed_reads_of_it_in_the_copy_of_what_is_kept(till: Till) -> None:
    paid = await till.paid()
    found = await dispute(till, paid)
    async with till.database.transaction() as session:
        mine = await data_export(session, till.payer_id)
    assert [row["external_id"] for row in mine["disputes"]] == [found]
