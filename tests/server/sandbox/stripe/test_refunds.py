"""Refunds: at once, later, or not at all; and what cannot be refunded."""

import pytest
import stripe

from server.sandbox.stripe.objects import refunds
from tests.payment_provider import Provider

PENDING_FIRST, FAILS_LATER = "4000000000007726", "4000000000005126"


async def refund(provider: Provider, intent: stripe.PaymentIntent, **params: object) -> stripe.Refund:
    wish = {"payment_intent": intent.id, **params}
    return await provider.stripe.v1.refunds.create_async(wish)  # type: ignore[arg-type]


async def test_a_refund_goes_out_of_the_balance(provider: Provider) -> None:
    intent = await provider.paid()
    before = await provider.balance()
    first = await refund(provider, intent, amount=20_000, reason="requested_by_customer", metadata={"refund": "1"})
    assert (first.status, first.amount, first.charge) == ("succeeded", 20_000, intent.latest_charge)
    assert isinstance(first.balance_transaction, str)
    moved = await provider.stripe.v1.balance_transactions.retrieve_async(first.balance_transaction)
    assert (moved.type, moved.amount, moved.fee, moved.source) == ("refund", -20_000, 0, first.id)
    assert await provider.balance() == before - 20_000
    assert (await provider.charge_of(intent)).refunded is False
    await refund(provider, intent)
    charge = await provider.charge_of(intent)
    assert (charge.refunded, charge.amount_refunded) == (True, 41_200)
    assert (await provider.events())[-4:] == ["refund.created", "charge.refunded"] * 2


async def test_no_more_comes_back_than_was_paid(provider: Provider) -> None:
    intent = await provider.paid()
    await refund(provider, intent, amount=41_000)
    with pytest.raises(
        stripe.InvalidRequestError, match=r"£2\.01\) is greater than unrefunded amount on charge \(£2\.00\)"
    ):
        await refund(provider, intent, amount=201)
    await refund(provider, intent, amount=200)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await refund(provider, intent, amount=1)
    assert refused.value.code == "charge_already_refunded"


@pytest.mark.parametrize("amount", [0, -5])
async def test_a_refund_needs_an_amount(provider: Provider, amount: int) -> None:
    intent = await provider.paid()
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await refund(provider, intent, amount=amount)
    assert refused.value.param == "amount"


async def test_what_is_disputed_is_not_refunded_unless_we_won(provider: Provider) -> None:
    intent = await provider.paid()
    dispute = await provider.press(str(intent.latest_charge), "dispute")
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await refund(provider, intent)
    assert refused.value.code == "charge_disputed"
    await provider.press(dispute["id"], "win")
    assert (await refund(provider, intent)).status == "succeeded"


async def test_what_was_lost_is_not_refunded_as_well(provider: Provider) -> None:
    intent = await provider.paid()
    dispute = await provider.press(str(intent.latest_charge), "dispute")
    await provider.press(dispute["id"], "lose")
    with pytest.raises(stripe.InvalidRequestError, match="charged back"):
        await refund(provider, intent)


async def test_a_refund_may_be_pending_first(provider: Provider) -> None:
    intent = await provider.paid(PENDING_FIRST)
    made = await refund(provider, intent)
    assert (made.status, made.pending_reason) == ("pending", "processing")
    await provider.advance(refunds.LATER)
    found = await provider.stripe.v1.refunds.retrieve_async(made.id)
    assert (found.status, found.pending_reason) == ("succeeded", None)
    assert (await provider.events())[-1] == "refund.updated"


async def test_a_refund_may_fail_after_it_succeeded(provider: Provider) -> None:
    intent = await provider.paid(FAILS_LATER)
    before = await provider.balance()
    made = await refund(provider, intent, amount=10_000)
    assert made.status == "succeeded"
    await provider.advance(refunds.LATER)
    found = await provider.stripe.v1.refunds.retrieve_async(made.id, {"expand": ["failure_balance_transaction"]})
    assert (found.status, found.failure_reason) == ("failed", "expired_or_canceled_card")
    returned = found.failure_balance_transaction
    assert isinstance(returned, stripe.BalanceTransaction)
    assert (returned.type, returned.amount) == ("refund_failure", 10_000)
    assert await provider.balance() == before
    assert (await provider.charge_of(intent)).amount_refunded == 0
    assert (await provider.events())[-2:] == ["refund.updated", "refund.failed"]


async def test_a_refund_waits_for_our_balance(provider: Provider) -> None:
    intent = await provider.paid()
    before = await provider.balance()
    await provider.control("settings/next-refund", becomes="insufficient_funds")
    made = await refund(provider, intent)
    assert (made.status, made.pending_reason, made.balance_transaction) == ("pending", "insufficient_funds", None)
    assert await provider.balance() == before
    await provider.advance(days=3)
    assert (await provider.stripe.v1.refunds.retrieve_async(made.id)).status == "pending"
    done = await provider.press(made.id, "succeed")
    assert done["status"] == "succeeded"
    assert await provider.balance() == before - 41_200
    assert (await refund(provider, await provider.paid(), amount=1)).status == "succeeded"


async def test_a_pending_refund_may_be_canceled_in_the_dashboard(provider: Provider) -> None:
    intent = await provider.paid()
    before = await provider.balance()
    await provider.control("settings/next-refund", becomes="pending")
    made = await refund(provider, intent)
    assert (await provider.press(made.id, "cancel"))["status"] == "canceled"
    assert await provider.balance() == before
    assert (await refund(provider, intent)).amount == 41_200
    with pytest.raises(stripe.InvalidRequestError, match="cannot cancel this refund"):
        await provider.stripe.v1.refunds.cancel_async(made.id)


async def test_what_was_not_taken_is_not_refunded(provider: Provider) -> None:
    held = await provider.paid(payment_intent_data={"capture_method": "manual"})
    for params in ({"payment_intent": held.id}, {"charge": str(held.latest_charge)}, {}):
        with pytest.raises(stripe.InvalidRequestError):
            await provider.stripe.v1.refunds.create_async(params)  # type: ignore[arg-type]
    assert (await provider.stripe.v1.refunds.list_async()).data == []
