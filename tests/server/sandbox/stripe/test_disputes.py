"""Disputes: opened by a card or on the control page, won, lost, forgotten."""

import pytest
import stripe

from server.sandbox.stripe.objects import charges, disputes
from tests.payment_provider import Provider

DISPUTED = "4000000000000259"


async def disputed(provider: Provider) -> stripe.Dispute:
    intent = await provider.paid(DISPUTED)
    await provider.advance(charges.DISPUTED_AFTER)
    [found] = (await provider.stripe.v1.disputes.list_async({"payment_intent": intent.id})).data
    return found


async def test_a_card_disputes_what_it_paid(provider: Provider) -> None:
    found = await disputed(provider)
    assert (found.status, found.reason, found.amount) == ("needs_response", "fraudulent", 41_200)
    assert found.evidence_details.due_by == found.created + disputes.ANSWER_WITHIN
    [withdrawn] = found.balance_transactions
    assert (withdrawn.type, withdrawn.reporting_category) == ("adjustment", "dispute")
    assert (withdrawn.amount, withdrawn.fee, withdrawn.net) == (-41_200, 2_000, -43_200)
    assert (await provider.events())[-2:] == ["charge.dispute.created", "charge.dispute.funds_withdrawn"]
    assert (await provider.stripe.v1.charges.retrieve_async(str(found.charge))).disputed


async def test_evidence_wins(provider: Provider) -> None:
    found = await disputed(provider)
    before = await provider.balance()
    won = await provider.stripe.v1.disputes.update_async(
        found.id, {"evidence": {"uncategorized_text": "winning_evidence"}, "submit": True}
    )
    assert won.status == "won"
    assert [moved.net for moved in won.balance_transactions] == [-43_200, 41_200]
    assert await provider.balance() == before + 41_200  # the fee stays
    assert (await provider.events())[-2:] == ["charge.dispute.closed", "charge.dispute.funds_reinstated"]


async def test_evidence_may_be_collected_first(provider: Provider) -> None:
    found = await disputed(provider)
    kept = await provider.stripe.v1.disputes.update_async(
        found.id, {"evidence": {"customer_name": "Ann"}, "submit": False}
    )
    assert (kept.status, kept.evidence.customer_name) == ("needs_response", "Ann")
    sent = await provider.stripe.v1.disputes.update_async(found.id, {"submit": True})
    assert (sent.status, sent.evidence_details.submission_count) == ("under_review", 1)
    with pytest.raises(stripe.InvalidRequestError):
        await provider.stripe.v1.disputes.update_async(found.id, {"submit": True})


@pytest.mark.parametrize("how", ["evidence", "accepting", "the bank", "silence"])
async def test_a_dispute_is_lost(provider: Provider, how: str) -> None:
    found = await disputed(provider)
    before = await provider.balance()
    if how == "evidence":
        await provider.stripe.v1.disputes.update_async(
            found.id, {"evidence": {"uncategorized_text": "losing_evidence"}, "submit": True}
        )
    elif how == "accepting":
        await provider.stripe.v1.disputes.close_async(found.id)
    elif how == "the bank":
        await provider.press(found.id, "lose")
    else:
        await provider.advance(disputes.ANSWER_WITHIN)
    assert (await provider.stripe.v1.disputes.retrieve_async(found.id)).status == "lost"
    assert await provider.balance() == before
    assert (await provider.events())[-1] == "charge.dispute.closed"
    with pytest.raises(stripe.InvalidRequestError, match="closed already"):
        await provider.stripe.v1.disputes.close_async(found.id)


async def test_a_dispute_may_exceed_the_charge(provider: Provider) -> None:
    intent = await provider.paid()
    found = await provider.press(str(intent.latest_charge), "dispute", amount=41_900, reason="product_not_received")
    assert (found["amount"], found["reason"]) == (41_900, "product_not_received")


async def test_a_charge_is_disputed_once(provider: Provider) -> None:
    intent = await provider.paid()
    await provider.press(str(intent.latest_charge), "dispute")
    again = await provider.http.post(f"/sandbox/stripe/control/objects/{intent.latest_charge}/dispute")
    assert again.status_code == 422
