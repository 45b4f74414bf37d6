"""A landlord is paid a day after check-in: once, the right part, and never before what it waits for has happened."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from server.core import clock, jobs
from server.invariants import violations
from server.payments.payouts.service.earning import EARN
from shared_models.fee_tax import LandlordKind
from shared_models.money import Currency
from tests.server.payments.conftest import Till
from tests.server.payments.payouts.conftest import FEE, NET, TAX, Landlord


async def test_what_is_due_is_earned_and_moved_to_the_landlords_account(landlord: Landlord, till: Till) -> None:
    paid = await landlord.paid_out()
    assert await landlord.has() == NET
    assert await landlord.books() == {}
    assert await till.holds(paid) == {}
    assert (await landlord.platform("fee_revenue"), await landlord.vat()) == (FEE, TAX)
    assert await till.clearing() == await till.provider.balance()
    row = await landlord.earning(paid)
    assert (row.net_minor, row.fee_minor, row.tax_minor, row.tax_rule) == (NET, FEE, TAX, "domestic")
    assert (row.paid_minor, row.is_open, row.waits_for) == (NET, False, None)
    assert await violations(till.database) == []


async def test_a_transfer_is_a_part_of_the_charge_that_paid_for_it(landlord: Landlord, till: Till) -> None:
    first, second = await landlord.let(), await landlord.let(stay=5000, tax=0)
    await landlord.strikes()
    found = (await till.provider.stripe.v1.transfers.list_async()).data
    charges = {charge.id: charge for charge in (await till.provider.stripe.v1.charges.list_async()).data}
    by_intent = {charges[str(one.source_transaction)].payment_intent: one for one in found}
    assert by_intent.keys() == {first.intent_id, second.intent_id}
    assert by_intent[first.intent_id].amount == NET
    assert by_intent[first.intent_id].transfer_group == f"stay:{first.subject_id}"
    (row, _) = await landlord.transfers()
    assert by_intent[first.intent_id].metadata.to_dict() == {"transfer_id": str(row.id)}


async def test_nothing_is_earned_before_it_is_due(landlord: Landlord, till: Till) -> None:
    landlord.due = clock.now() + timedelta(hours=1)
    paid = await landlord.paid_out()
    await jobs.run_now(till.database, EARN, {"earning_id": str((await landlord.earning(paid)).id)}, till.settings)
    assert await till.holds(paid) == {("stay_liability", "GBP"): 9600}
    assert (await landlord.earning(paid)).earned_at is None
    assert await landlord.transfers() == []


async def test_what_is_due_is_earned_once_however_often_it_is_asked_for(landlord: Landlord, till: Till) -> None:
    paid = await landlord.paid_out()
    id_ = str((await landlord.earning(paid)).id)
    for _ in range(3):
        await jobs.run_now(till.database, EARN, {"earning_id": id_}, till.settings)
        await landlord.hour_passes()
    assert (await till.kinds()).count("earned") == (await till.kinds()).count("transferred") == 1
    assert await landlord.has() == NET


async def test_what_went_back_before_is_not_earned_and_has_no_fee(landlord: Landlord, till: Till) -> None:
    paid = await landlord.let()
    await till.refund(paid.id, 4800, 400)
    await till.work()
    await landlord.strikes()
    assert await landlord.has() == 4109
    assert (await landlord.platform("fee_revenue"), await landlord.vat()) == (576, 115)


async def test_of_what_went_back_whole_nothing_is_earned_and_nothing_waits(landlord: Landlord, till: Till) -> None:
    landlord.account = None
    paid = await landlord.let()
    await till.refund(paid.id, 9600, 400)
    await till.work()
    await landlord.strikes()
    row = await landlord.earning(paid)
    assert (row.is_open, row.waits_for, row.earned_at) == (False, None, None)


async def test_without_an_account_the_money_waits_says_why_and_goes_when_there_is_one(
    landlord: Landlord, till: Till
) -> None:
    account, landlord.account = landlord.account, None
    paid = await landlord.paid_out()
    assert (await landlord.earning(paid)).waits_for == "no_account"
    assert await till.holds(paid) == {("stay_liability", "GBP"): 9600}
    landlord.account = account
    await landlord.hour_passes()
    assert (await landlord.earning(paid)).waits_for is None
    assert await landlord.has() == NET


async def test_while_a_bank_disputes_the_payment_nothing_is_earned(landlord: Landlord, till: Till) -> None:
    paid = await landlord.let()
    charge = (await till.provider.stripe.v1.charges.list_async()).data[0]
    dispute = await till.provider.press(charge.id, "dispute")
    await till.look(paid.id)
    await till.work()
    await landlord.strikes()
    assert (await landlord.earning(paid)).waits_for == "dispute"
    assert await landlord.transfers() == []
    await till.provider.press(dispute["id"], "win")
    await till.provider.control("settings/movement", category="topup", amount=2000)  # a dispute has its price
    await till.look(paid.id)
    await landlord.hour_passes()
    assert await landlord.has() == NET


async def test_a_tax_that_is_not_known_is_a_case_and_no_guess(landlord: Landlord, till: Till) -> None:
    assert landlord.account is not None
    landlord.account = replace(landlord.account, country="DE", kind=LandlordKind.BUSINESS)
    paid = await landlord.paid_out()
    await landlord.hour_passes()
    row = await landlord.earning(paid)
    assert (row.waits_for, row.earned_at) == ("tax", None)
    assert await till.cases("payout") == [(row.id, "waiting", None)]
    landlord.account = replace(landlord.account, vat_number="DE123456789")
    await landlord.hour_passes()
    assert await till.cases("payout") == [(row.id, "closed", "succeeded")]
    assert await landlord.has() == NET + TAX
    assert await landlord.vat() == 0


async def test_a_fee_of_another_percent_is_what_the_settings_say(landlord: Landlord, till: Till) -> None:
    till.settings.platform_fee_percent = Decimal("12.5")
    await landlord.paid_out()
    assert await landlord.platform("fee_revenue") == 1200


async def test_two_currencies_are_paid_out_each_in_its_own(landlord: Landlord, till: Till) -> None:
    await landlord.paid_out()
    await landlord.paid_out(stay=20_000, tax=0, currency=Currency.EUR)
    assert (await landlord.has("gbp"), await landlord.has("eur")) == (NET, 17_120)
    assert await landlord.platform("fee_revenue", Currency.EUR) == 2400


async def test_what_our_balance_does_not_cover_is_tried_again_and_never_netted(
    landlord: Landlord, till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    paid = await landlord.let()
    gone = await till.provider.balance() - 100
    await till.provider.control("settings/movement", category="payout", amount=-gone)
    await landlord.strikes()
    await landlord.hour_passes()
    assert (await landlord.earning(paid)).waits_for == "provider"
    assert await landlord.books() == {("landlord_payable", "GBP"): NET}
    assert await till.cases("payout") == []
    await till.database_says("UPDATE transfer SET refused_since = refused_since - interval '48 hours'")
    await landlord.hour_passes()
    await landlord.hour_passes()
    assert [status for _, status, _ in await till.cases("payout")] == ["waiting"]
    await till.provider.control("settings/movement", category="topup", amount=gone)
    await landlord.hour_passes()
    assert await landlord.has() == NET
    assert [outcome for _, _, outcome in await till.cases("payout")] == ["succeeded"]
    (row,) = await landlord.transfers()
    assert (row.status, row.amount_minor, row.refusals) == ("done", NET, 4)


async def test_a_transfer_that_is_refused_is_the_landlords_with_us_and_a_case(landlord: Landlord, till: Till) -> None:
    assert landlord.account is not None
    landlord.account = replace(landlord.account, external_id="nobody")
    paid = await landlord.paid_out()
    row = await landlord.earning(paid)
    assert (row.waits_for, row.paid_minor) == ("refused", 0)
    assert await landlord.books() == {("landlord_payable", "GBP"): NET}
    assert await till.cases("payout") == [(row.id, "waiting", None)]


async def test_a_transfer_asked_for_a_day_ago_is_looked_up_and_not_sent_again(landlord: Landlord, till: Till) -> None:
    paid = await landlord.let()
    await till.provider.fault("drop_after", "/v1/transfers", method="POST")
    await landlord.strikes()
    assert (await landlord.earning(paid)).paid_minor == NET
    assert (await till.kinds()).count("transferred") == 0
    await till.provider.advance(hours=25)
    await till.database_says("UPDATE outgoing_call SET first_tried_at = first_tried_at - interval '25 hours'")
    await till.again()
    assert (await till.kinds()).count("transferred") == 1
    assert len((await till.provider.stripe.v1.transfers.list_async()).data) == 1
    assert await landlord.has() == NET


@pytest.mark.parametrize("kind", ["drop_after", "error_after"])
async def test_a_transfer_whose_answer_was_lost_is_no_second_one(landlord: Landlord, till: Till, kind: str) -> None:
    await landlord.let(stay=1000, tax=9000)  # so little of its charge that it would bear a second one
    await till.provider.fault(kind, "/v1/transfers", method="POST")
    await landlord.strikes()
    await till.again()
    assert await landlord.has() == 856
    assert len((await till.provider.stripe.v1.transfers.list_async()).data) == 1
