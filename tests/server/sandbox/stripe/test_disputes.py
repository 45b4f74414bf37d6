"""Disputes: opened by a card or on the control page, won, lost, forgotten."""

import pytest
import stripe

from server.sandbox.stripe.objects import charges, disputes
from tests.payment_provider import Provider

DISPUTED, NOT_RECEIVED, ASKED_ABOUT = "4000000000000259", "4000000000002685", "4000000000001976"


async def disputed(provider: Provider, number: str = DISPUTED) -> stripe.Dispute:
    intent = await provider.paid(number)
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


async def test_a_card_disputes_for_the_reason_it_stands_for(provider: Provider) -> None:
    assert (await disputed(provider, NOT_RECEIVED)).reason == "product_not_received"


async def test_an_inquiry_takes_nothing(provider: Provider) -> None:
    before = await provider.balance()
    found = await disputed(provider, ASKED_ABOUT)
    assert (found.status, found.balance_transactions, found.is_charge_refundable) == (
        "warning_needs_response",
        [],
        True,
    )
    assert await provider.balance() == before + 41_200 - 638
    answered = await provider.stripe.v1.disputes.update_async(found.id, {"submit": True})
    assert answered.status == "warning_under_review"
    await provider.stripe.v1.refunds.create_async({"charge": str(found.charge), "amount": 100})
    with pytest.raises(stripe.InvalidRequestError, match="only an inquiry"):
        await provider.stripe.v1.disputes.close_async(found.id)


async def test_an_inquiry_becomes_a_dispute(provider: Provider) -> None:
    found = await disputed(provider, ASKED_ABOUT)
    before = await provider.balance()
    taken = await provider.press(found.id, "escalate")
    assert (taken["status"], len(taken["balance_transactions"])) == ("needs_response", 1)
    assert await provider.balance() == before - 43_200
    assert (await provider.events())[-1] == "charge.dispute.funds_withdrawn"
    with pytest.raises(stripe.InvalidRequestError, match="charged back"):
        await provider.stripe.v1.refunds.create_async({"charge": str(found.charge)})
    again = await provider.http.post(f"/sandbox/stripe/control/objects/{found.id}/escalate")
    assert again.status_code == 422


@pytest.mark.parametrize("how", ["the bank", "silence"])
async def test_an_inquiry_may_come_to_nothing(provider: Provider, how: str) -> None:
    found = await disputed(provider, ASKED_ABOUT)
    if how == "the bank":
        await provider.press(found.id, "drop")
    else:
        await provider.advance(disputes.ANSWER_WITHIN)
    assert (await provider.stripe.v1.disputes.retrieve_async(found.id)).status == "warning_closed"
    assert (await provider.events())[-1] == "charge.dispute.closed"
    again = await provider.http.post(f"/sandbox/stripe/control/objects/{found.id}/drop")
    assert again.status_code == 422
