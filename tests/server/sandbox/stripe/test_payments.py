"""Payments over the API: with a kept card, held, captured in part, let go."""

from typing import Any

import pytest
import stripe

from server.sandbox.stripe import money
from tests.payment_provider import Provider

OFF_SESSION = {"amount": 20_000, "currency": "gbp", "confirm": True, "off_session": True}


async def kept_card(provider: Provider, token: str = "pm_card_visa") -> tuple[str, str]:
    """A customer and their card, kept without their having been asked."""
    customer = await provider.stripe.v1.customers.create_async({"email": "ann@example.com"})
    method = await provider.stripe.v1.payment_methods.attach_async(token, {"customer": customer.id})
    return customer.id, method.id


async def charged(provider: Provider, customer: str, method: str, **params: object) -> stripe.PaymentIntent:
    wish = {**OFF_SESSION, "customer": customer, "payment_method": method, **params}
    return await provider.stripe.v1.payment_intents.create_async(wish)  # type: ignore[arg-type]


async def test_a_kept_card_is_charged_without_its_owner(provider: Provider) -> None:
    intent = await charged(provider, *await kept_card(provider))
    assert (intent.status, intent.amount_received) == ("succeeded", 20_000)


async def test_a_kept_card_may_be_declined_later(provider: Provider) -> None:
    customer, method = await kept_card(provider, "pm_card_chargeCustomerFail")
    with pytest.raises(stripe.CardError) as refused:
        await charged(provider, customer, method)
    assert (refused.value.http_status, refused.value.code) == (402, "card_declined")
    [intent] = (await provider.stripe.v1.payment_intents.list_async()).data
    assert intent.status == "requires_payment_method"
    [charge] = (await provider.stripe.v1.charges.list_async()).data
    assert (charge.status, charge.paid, charge.balance_transaction) == ("failed", False, None)


async def test_a_card_that_was_not_set_up_wants_its_owner(provider: Provider) -> None:
    customer, method = await kept_card(provider, "pm_card_authenticationRequiredOnSetup")
    with pytest.raises(stripe.CardError) as refused:
        await charged(provider, customer, method)
    assert refused.value.code == "authentication_required"


async def test_a_card_that_was_set_up_does_not(provider: Provider) -> None:
    customer = await provider.stripe.v1.customers.create_async({"email": "ann@example.com"})
    session = await provider.session(customer=customer.id, payment_intent_data={"setup_future_usage": "off_session"})
    bank = (await provider.pay(session, "4000002500003155")).headers["location"]
    await provider.http.post(bank, data={"says": "yes"})
    [method] = (await provider.stripe.v1.customers.payment_methods.list_async(customer.id)).data
    intent = await charged(provider, customer.id, method.id)
    assert intent.status == "succeeded"


async def test_a_payment_with_its_owner_is_confirmed_at_the_bank(provider: Provider) -> None:
    intent = await provider.stripe.v1.payment_intents.create_async(
        {
            "amount": 1_000,
            "currency": "gbp",
            "payment_method": "pm_card_threeDSecure2Required",
            "confirm": True,
            "return_url": "https://estospaces.example/back",
        }
    )
    assert intent.next_action is not None
    assert intent.next_action.redirect_to_url is not None
    assert intent.next_action.redirect_to_url.url is not None
    done = await provider.http.post(intent.next_action.redirect_to_url.url, data={"says": "yes"})
    assert done.headers["location"] == "https://estospaces.example/back"
    assert (await provider.stripe.v1.payment_intents.retrieve_async(intent.id)).status == "succeeded"


async def test_anothers_card_cannot_be_charged(provider: Provider) -> None:
    _, method = await kept_card(provider)
    other = await provider.stripe.v1.customers.create_async({"email": "bob@example.com"})
    with pytest.raises(stripe.InvalidRequestError, match="belongs to another customer"):
        await charged(provider, other.id, method)


async def test_a_detached_card_is_gone_for_good(provider: Provider) -> None:
    customer, method = await kept_card(provider)
    await provider.stripe.v1.payment_methods.detach_async(method)
    assert (await provider.stripe.v1.customers.payment_methods.list_async(customer)).data == []
    with pytest.raises(stripe.InvalidRequestError, match="detached"):
        await charged(provider, customer, method)


async def test_what_is_said_of_a_card_is_changed_while_a_customer_keeps_it(provider: Provider) -> None:
    customer, method = await kept_card(provider)
    for allowed in ("always", "limited"):
        changed = await provider.stripe.v1.payment_methods.update_async(method, {"allow_redisplay": allowed})
        assert changed.allow_redisplay == allowed
        wanted: Any = {"customer": customer, "allow_redisplay": "always"}
        listed = (await provider.stripe.v1.payment_methods.list_async(wanted)).data
        assert [card.id for card in listed] == ([method] if allowed == "always" else [])
    assert (await provider.events()).count("payment_method.updated") == 2
    await provider.stripe.v1.payment_methods.detach_async(method)
    with pytest.raises(stripe.InvalidRequestError, match="save this PaymentMethod to a customer"):
        await provider.stripe.v1.payment_methods.update_async(method, {"allow_redisplay": "always"})


async def test_what_is_not_captured_is_let_go(provider: Provider) -> None:
    held = await provider.paid(payment_intent_data={"capture_method": "manual"})
    await provider.stripe.v1.payment_intents.capture_async(held.id, {"amount_to_capture": 30_000})
    intent = await provider.stripe.v1.payment_intents.retrieve_async(held.id, {"expand": ["latest_charge"]})
    charge = intent.latest_charge
    assert isinstance(charge, stripe.Charge)
    assert (intent.amount, intent.amount_received, intent.amount_capturable) == (41_200, 30_000, 0)
    # No refund, and nothing that counts as one: docs.stripe.com/changelog/basil/2025-03-31.
    assert (charge.amount_captured, charge.amount_refunded, charge.refunded) == (30_000, 0, False)
    assert (await provider.stripe.v1.refunds.list_async()).data == []
    [moved] = (await provider.stripe.v1.balance_transactions.list_async()).data
    assert (moved.amount, moved.type) == (30_000, "charge")
    assert "charge.refunded" not in await provider.events()
    with pytest.raises(stripe.InvalidRequestError, match="could not be captured"):
        await provider.stripe.v1.payment_intents.capture_async(held.id, {"amount_to_capture": 1})
    with pytest.raises(stripe.InvalidRequestError, match=r"unrefunded amount on charge \(£300\.00\)"):
        await provider.stripe.v1.refunds.create_async({"payment_intent": held.id, "amount": 30_001})


@pytest.mark.parametrize("amount", [0, 41_201])
async def test_no_more_is_captured_than_was_held(provider: Provider, amount: int) -> None:
    held = await provider.paid(payment_intent_data={"capture_method": "manual"})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await provider.stripe.v1.payment_intents.capture_async(held.id, {"amount_to_capture": amount})
    assert refused.value.param == "amount_to_capture"


async def test_a_hold_is_let_go(provider: Provider) -> None:
    held = await provider.paid(payment_intent_data={"capture_method": "manual"})
    canceled = await provider.stripe.v1.payment_intents.cancel_async(held.id, {"cancellation_reason": "abandoned"})
    assert (canceled.status, canceled.cancellation_reason) == ("canceled", "abandoned")
    charge = await provider.charge_of(held)
    assert (charge.captured, charge.amount_captured, charge.amount_refunded, charge.refunded) == (False, 0, 0, False)
    assert await provider.balance() == 0
    events = await provider.events()
    assert events[-1] == "payment_intent.canceled"
    assert "charge.refunded" not in events
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await provider.stripe.v1.payment_intents.capture_async(held.id)
    assert refused.value.code == "payment_intent_unexpected_state"


@pytest.mark.parametrize(
    ("token", "off_session", "seconds"),
    [
        ("pm_card_visa", False, 7 * money.DAY),
        ("pm_card_visa", True, 4 * money.DAY + 18 * 3600),
        ("pm_card_mastercard", True, 7 * money.DAY),
    ],
)
async def test_a_hold_lasts_as_long_as_its_network_says(
    provider: Provider, token: str, off_session: bool, seconds: int
) -> None:
    customer, method = await kept_card(provider, token)
    held = await charged(provider, customer, method, off_session=off_session, capture_method="manual")
    charge = await provider.charge_of(held)
    assert charge.payment_method_details is not None
    assert charge.payment_method_details.card is not None
    ends = charge.payment_method_details.card.capture_before
    assert ends is not None
    assert ends - charge.created == seconds
    await provider.advance(ends - await provider.now() - 5)
    assert (await provider.stripe.v1.payment_intents.retrieve_async(held.id)).status == "requires_capture"
    await provider.advance(5)
    lapsed = await provider.stripe.v1.payment_intents.retrieve_async(held.id)
    assert (lapsed.status, lapsed.cancellation_reason) == ("canceled", "expired")
    assert (await provider.events())[-2:] == ["charge.expired", "payment_intent.canceled"]


async def test_the_payment_of_an_open_page_is_not_canceled_behind_it(provider: Provider) -> None:
    session = await provider.session()
    await provider.pay(session, "4000000000000002")
    [intent] = (await provider.stripe.v1.payment_intents.list_async()).data
    with pytest.raises(stripe.InvalidRequestError, match="Expire the session"):
        await provider.stripe.v1.payment_intents.cancel_async(intent.id)


async def test_a_deleted_customer_is_known_as_deleted_and_no_more(provider: Provider) -> None:
    customers = provider.stripe.v1.customers
    customer = await customers.create_async({"email": "ann@example.com"})
    intent = await provider.paid(customer=customer.id)
    await customers.delete_async(customer.id)
    gone = await customers.retrieve_async(customer.id)
    assert gone.to_dict() == {"id": customer.id, "object": "customer", "deleted": True}
    assert (await customers.list_async()).data == []
    for refused in (customers.delete_async(customer.id), provider.session(customer=customer.id)):
        with pytest.raises(stripe.InvalidRequestError, match="No such customer") as refusal:
            await refused
        assert refusal.value.code == "resource_missing"
    assert (await provider.charge_of(intent)).customer == customer.id
    assert "customer.deleted" in await provider.events()
