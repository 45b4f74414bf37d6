"""What goes back after it was earned: before and after the landlord was paid, from whom, and how it is recovered."""

import pytest

from server.core import jobs
from server.invariants import violations
from server.payments.tables import PaymentTable
from shared_models.money import Currency
from tests.server.payments.conftest import Till
from tests.server.payments.payouts.conftest import FEE, NET, TAX, Landlord

HALF_NET, HALF_FEE, HALF_TAX = 4109, 576, 115


@pytest.fixture(autouse=True)
async def money_of_our_own(till: Till) -> None:
    """What a dispute costs, and what a bank takes of what a landlord has, comes out of what we have besides."""
    await till.provider.control("settings/movement", category="topup", amount=500_000)
    await till.provider.control("settings/movement", category="topup", amount=500_000, currency="eur")


async def refunded(till: Till, paid: PaymentTable, stay: int = 4800, tax: int = 400) -> None:
    await till.refund(paid.id, stay, tax)
    await till.work()


async def disputed(till: Till, paid: PaymentTable, how: str | None = "lose") -> str:
    charges = (await till.provider.stripe.v1.charges.list_async()).data
    (charge,) = [one for one in charges if one.payment_intent == paid.intent_id]
    dispute: str = (await till.provider.press(charge.id, "dispute"))["id"]
    await heard(till, paid)
    if how is not None:
        await till.provider.press(dispute, how)
        await heard(till, paid)
    return dispute


async def heard(till: Till, paid: PaymentTable) -> None:
    await till.look(paid.id)
    await till.work()


async def all_is_well(till: Till, own: int = 500_000) -> None:
    """Nothing breaks a rule, and the books have what the provider has but for money of our own."""
    assert await violations(till.database) == []
    assert await till.clearing() == await till.provider.balance() - own


async def test_a_refund_after_the_transfer_comes_back_from_the_account(landlord: Landlord, till: Till) -> None:
    paid = await landlord.paid_out()
    await refunded(till, paid)
    assert await landlord.has() == NET - HALF_NET
    assert await landlord.books() == {}
    assert (await landlord.platform("fee_revenue"), await landlord.vat()) == (FEE - HALF_FEE, TAX - HALF_TAX)
    assert await till.holds(paid) == {}
    await all_is_well(till)


async def test_what_the_account_does_not_have_is_taken_from_the_next_stay_before_anything_is_paid(
    landlord: Landlord, till: Till
) -> None:
    """Polar #4428: a refund after the payout, and then a new stay."""
    first = await landlord.paid_out()
    await landlord.withdraws(NET)
    await refunded(till, first)
    assert await landlord.books() == {("landlord_receivable", "GBP"): HALF_NET}
    second = await landlord.paid_out()
    assert await landlord.has() == NET - HALF_NET
    assert await landlord.books() == {}
    row = await landlord.earning(second)
    assert (row.recovered_minor, row.paid_minor) == (HALF_NET, NET - HALF_NET)
    await all_is_well(till)


async def test_of_what_the_account_has_in_part_the_rest_is_taken_from_the_next_stay(
    landlord: Landlord, till: Till
) -> None:
    first = await landlord.paid_out()
    await landlord.withdraws(NET - 1000)
    await refunded(till, first)
    assert (await landlord.has(), await landlord.books()) == (0, {("landlord_receivable", "GBP"): HALF_NET - 1000})
    await landlord.paid_out()
    assert await landlord.has() == NET - (HALF_NET - 1000)
    await all_is_well(till)


async def test_a_landlord_below_zero_is_recovered_over_three_stays_to_the_penny(landlord: Landlord, till: Till) -> None:
    first = await landlord.paid_out(stay=100_001, tax=0)
    (sent,) = await landlord.transfers()
    await landlord.withdraws(sent.amount_minor)
    await refunded(till, first, 100_001, 0)
    owed = sent.amount_minor
    assert await landlord.books() == {("landlord_receivable", "GBP"): owed}
    for stay in (33_333, 33_333):
        later = await landlord.paid_out(stay=stay, tax=0)
        owed -= (await landlord.earning(later)).net_minor
        assert await landlord.books() == {("landlord_receivable", "GBP"): owed}
        assert await landlord.has() == 0
    last = await landlord.earning(await landlord.paid_out(stay=66_667, tax=0))
    assert await landlord.books() == {}
    assert await landlord.has() == last.net_minor - owed
    await all_is_well(till)


async def test_of_two_debts_the_oldest_is_recovered_first(landlord: Landlord, till: Till) -> None:
    first, second = await landlord.paid_out(), await landlord.paid_out()
    await landlord.withdraws(2 * NET)
    for paid in (first, second):
        await refunded(till, paid)
    await landlord.paid_out(stay=5000, tax=0)
    old, new = await landlord.clawbacks()
    assert (old.owed_minor - old.recovered_minor, new.recovered_minor) == (0, 4280 - HALF_NET)


async def test_what_is_owed_in_one_currency_is_not_taken_of_another(landlord: Landlord, till: Till) -> None:
    first = await landlord.paid_out()
    await landlord.withdraws(NET)
    await refunded(till, first)
    await landlord.paid_out(stay=20_000, tax=0, currency=Currency.EUR)
    assert await landlord.has("eur") == 17_120
    assert await landlord.books() == {("landlord_receivable", "GBP"): HALF_NET}


async def test_one_landlords_debt_is_not_taken_of_another(landlord: Landlord, till: Till) -> None:
    first = await landlord.paid_out()
    await landlord.withdraws(NET)
    await refunded(till, first)
    await till.database_says("UPDATE clawback SET landlord_id = :other", other=till.payer_id)
    await landlord.paid_out()
    assert await landlord.has() == NET


async def test_a_refund_of_what_was_earned_and_not_moved_is_taken_of_that(landlord: Landlord, till: Till) -> None:
    assert landlord.account is not None
    paid = await landlord.let()
    await till.provider.fault("rate_limit", "/v1/transfers", method="POST")
    await landlord.strikes()  # asked for, so that it may have left
    await refunded(till, paid)
    assert (await landlord.books())["landlord_receivable", "GBP"] == HALF_NET
    await till.again()
    await jobs.run_now(till.database, "payouts.claw_back", {"clawback_id": str((await landlord.clawbacks())[0].id)},
                       till.settings)  # fmt: skip
    await till.work()
    assert await landlord.has() == NET - HALF_NET
    assert await landlord.books() == {}
    await all_is_well(till)


async def test_after_a_refused_transfer_a_refund_is_taken_of_what_the_landlord_has_with_us(
    landlord: Landlord, till: Till
) -> None:
    paid = await landlord.let()
    good, landlord.account = landlord.account, None
    assert good is not None
    landlord.account = type(good)("nobody", good.country, good.kind)
    await landlord.strikes()
    await refunded(till, paid)
    assert await landlord.books() == {("landlord_payable", "GBP"): NET - HALF_NET}
    assert (await landlord.clawbacks())[0].owed_minor == 0
    await all_is_well(till)


async def test_a_refund_in_many_parts_takes_exactly_what_was_earned(landlord: Landlord, till: Till) -> None:
    paid = await landlord.paid_out()
    for part in (1, 7, 999, 3333, 9600 - 4340):
        await refunded(till, paid, part, 0)
    await refunded(till, paid, 0, 400)
    assert (await landlord.has(), await landlord.books()) == (0, {})
    assert (await landlord.platform("fee_revenue"), await landlord.vat()) == (0, 0)
    await all_is_well(till)


async def test_a_dispute_that_is_lost_after_the_transfer_is_the_landlords(landlord: Landlord, till: Till) -> None:
    paid = await landlord.paid_out()
    await disputed(till, paid)
    assert (await landlord.has(), await landlord.books()) == (0, {})
    assert (await landlord.platform("fee_revenue"), await landlord.vat()) == (0, 0)
    assert await till.loss() == 0
    await all_is_well(till)


async def test_a_dispute_that_is_lost_before_it_is_earned_leaves_nothing_to_earn(
    landlord: Landlord, till: Till
) -> None:
    paid = await landlord.let()
    await disputed(till, paid)
    await landlord.hour_passes()
    assert (await landlord.earning(paid)).is_open is False
    assert (await landlord.transfers(), await landlord.books()) == ([], {})
    await all_is_well(till)


async def test_a_dispute_that_is_won_takes_nothing_of_the_landlord(landlord: Landlord, till: Till) -> None:
    paid = await landlord.paid_out()
    await disputed(till, paid, "win")
    assert await landlord.has() == NET
    assert (await landlord.clawbacks(), await landlord.books()) == ([], {})
    await all_is_well(till)


async def test_a_loss_that_an_appeal_undoes_is_the_landlords_again(landlord: Landlord, till: Till) -> None:
    paid = await landlord.paid_out()
    dispute = await disputed(till, paid)
    assert await landlord.has() == 0
    await till.win_appeal(await till.payment(paid.id), dispute)
    assert await landlord.books() == {("landlord_payable", "GBP"): NET}
    await landlord.hour_passes()
    assert (await landlord.has(), await landlord.books()) == (NET, {})
    assert (await landlord.platform("fee_revenue"), await landlord.vat()) == (FEE, TAX)
    assert await violations(till.database) == []


async def test_an_appeal_after_a_later_stay_paid_for_the_loss_pays_it_out_again(landlord: Landlord, till: Till) -> None:
    paid = await landlord.paid_out()
    await landlord.withdraws(NET)
    dispute = await disputed(till, paid)
    await landlord.paid_out()
    assert (await landlord.has(), await landlord.books()) == (0, {})
    await till.win_appeal(await till.payment(paid.id), dispute)
    await landlord.hour_passes()
    assert (await landlord.has(), await landlord.books()) == (NET, {})
    assert await violations(till.database) == []


async def test_an_appeal_of_a_loss_before_it_was_earned_earns_it(landlord: Landlord, till: Till) -> None:
    paid = await landlord.let()
    dispute = await disputed(till, paid)
    await landlord.hour_passes()
    await till.win_appeal(await till.payment(paid.id), dispute)
    await landlord.hour_passes()
    assert (await landlord.has(), await landlord.books()) == (NET, {})
    assert await violations(till.database) == []


async def test_a_loss_covers_a_refund_that_waited_and_the_landlord_pays_once(landlord: Landlord, till: Till) -> None:
    paid = await landlord.paid_out()
    dispute = await disputed(till, paid, None)
    await refunded(till, paid)
    assert await landlord.has() == NET - HALF_NET
    await till.provider.press(dispute, "lose")
    await heard(till, paid)
    await landlord.hour_passes()
    assert (await landlord.has(), await landlord.books()) == (0, {})
    assert (await landlord.platform("fee_revenue"), await landlord.vat()) == (0, 0)
    await all_is_well(till)


async def test_a_refund_that_the_provider_refuses_gives_the_landlord_back_what_was_taken(
    landlord: Landlord, till: Till
) -> None:
    paid = await landlord.paid_out()
    by_hand = {"payment_intent": str(paid.intent_id), "amount": 10_000}
    await till.provider.stripe.v1.refunds.create_async(by_hand)  # type: ignore[arg-type]
    await refunded(till, paid)  # there is nothing left that could go back
    assert (await landlord.has(), await landlord.books()) == (NET, {})
    assert (await landlord.platform("fee_revenue"), await landlord.vat()) == (FEE, TAX)
    await heard(till, paid)
    await landlord.hour_passes()
    assert (await landlord.has(), await landlord.books()) == (0, {})
    assert await violations(till.database) == []


async def test_a_reversal_that_the_account_does_not_cover_any_more_is_owed_still(
    landlord: Landlord, till: Till
) -> None:
    paid = await landlord.paid_out()
    await till.provider.fault("rate_limit", "/v1/transfers/", method="POST")
    await refunded(till, paid)
    await landlord.withdraws(NET)
    await till.again()
    (row,) = await landlord.reversals()
    assert row.status == "failed"
    assert await landlord.books() == {("landlord_receivable", "GBP"): HALF_NET}
    await landlord.paid_out()
    assert await landlord.has() == NET - HALF_NET
    await all_is_well(till)


async def test_a_reversal_on_its_way_when_it_turns_out_not_to_be_owed_is_paid_out_again(
    landlord: Landlord, till: Till
) -> None:
    paid = await landlord.paid_out()
    await till.provider.fault("rate_limit", "/v1/transfers/", method="POST")
    dispute = await disputed(till, paid)
    await till.win_appeal(await till.payment(paid.id), dispute)
    await till.again()
    assert await landlord.books() == {("landlord_payable", "GBP"): NET}
    await landlord.hour_passes()
    assert (await landlord.has(), await landlord.books()) == (NET, {})
    assert await violations(till.database) == []


@pytest.mark.parametrize("kind", ["drop_after", "error_after"])
async def test_a_reversal_whose_answer_was_lost_is_made_once(landlord: Landlord, till: Till, kind: str) -> None:
    paid = await landlord.paid_out()
    await till.provider.fault(kind, "/v1/transfers/", method="POST")
    await refunded(till, paid)
    await till.again()
    assert (await landlord.has(), await landlord.books()) == (NET - HALF_NET, {})
    assert (await till.kinds()).count("transfer_reversed") == 1
    await all_is_well(till)
