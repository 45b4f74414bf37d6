"""Paying on the page of a Checkout session, from the wish to be paid to the balance transaction."""

from typing import Any

import pytest
import stripe

from server.sandbox.stripe import money
from server.sandbox.stripe.objects import charges
from tests.payment_provider import STAY, SUCCESS_URL, Provider

DECLINED, INSUFFICIENT, UNLESS_SET_UP, ALWAYS_ASKS = (
    "4000000000000002",
    "4000000000009995",
    "4000002500003155",
    "4000000000003220",
)


def price(amount: int, currency: str = "gbp", quantity: int = 1) -> list[dict[str, object]]:
    data = {"currency": currency, "unit_amount": amount, "product_data": {"name": "Stay"}}
    return [{"quantity": quantity, "price_data": data}]


async def test_paying_leads_back_and_leaves_a_charge(provider: Provider) -> None:
    customer = await provider.stripe.v1.customers.create_async({"email": "ann@example.com"})
    session = await provider.session(
        customer=customer.id,
        client_reference_id="payment-1",
        payment_intent_data={"transfer_group": "booking-1", "metadata": {"payment": "1"}},
        adaptive_pricing={"enabled": False},
        cancel_url="https://estospaces.example/back",
    )
    assert (session.status, session.payment_status, session.payment_intent) == ("open", "unpaid", None)
    reply = await provider.pay(session)
    assert (reply.status_code, reply.headers["location"]) == (
        303,
        SUCCESS_URL.replace("{CHECKOUT_SESSION_ID}", session.id),
    )
    paid = await provider.stripe.v1.checkout.sessions.retrieve_async(
        session.id, {"expand": ["payment_intent.latest_charge"]}
    )
    assert (paid.status, paid.payment_status, paid.url, paid.client_reference_id) == (
        "complete", "paid", None, "payment-1",
    )  # fmt: skip
    intent = paid.payment_intent
    assert isinstance(intent, stripe.PaymentIntent)
    assert isinstance(intent.latest_charge, stripe.Charge)
    assert (intent.status, intent.amount_received, intent.transfer_group) == ("succeeded", 41_200, "booking-1")
    assert (intent.latest_charge.transfer_group, intent.latest_charge.customer) == ("booking-1", customer.id)
    assert intent.latest_charge.metadata.to_dict() == {"payment": "1"}


async def test_the_balance_transaction_comes_after_the_payment(provider: Provider) -> None:
    session = await provider.session()
    await provider.pay(session)
    [charge] = (await provider.stripe.v1.charges.list_async()).data
    assert (charge.captured, charge.balance_transaction) == (True, None)
    await provider.advance(charges.SETTLES_AFTER)
    charge = await provider.stripe.v1.charges.retrieve_async(charge.id, {"expand": ["balance_transaction"]})
    moved = charge.balance_transaction
    assert isinstance(moved, stripe.BalanceTransaction)
    assert (moved.amount, moved.fee, moved.net, moved.status, moved.source) == (
        41_200, 638, 40_562, "pending", charge.id,
    )  # fmt: skip
    assert await provider.events() == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
        "charge.updated",
    ]
    await provider.advance(money.AVAILABLE_AFTER)
    balance = await provider.stripe.v1.balance.retrieve_async()
    assert [part.amount for part in balance.available] == [40_562]
    assert [part.amount for part in balance.pending] == [0]


async def test_a_declined_card_leaves_the_page_open(provider: Provider) -> None:
    session = await provider.session()
    for number, words in ((DECLINED, "declined"), (INSUFFICIENT, "insufficient funds")):
        reply = await provider.pay(session, number)
        assert reply.status_code == 402
        assert words in reply.text
    found = await provider.stripe.v1.checkout.sessions.retrieve_async(session.id, {"expand": ["payment_intent"]})
    assert isinstance(found.payment_intent, stripe.PaymentIntent)
    assert (found.status, found.payment_intent.status) == ("open", "requires_payment_method")
    error = found.payment_intent.last_payment_error
    assert error is not None
    assert (error.code, error.decline_code) == ("card_declined", "insufficient_funds")
    assert (await provider.pay(session)).status_code == 303
    tried = await provider.stripe.v1.charges.list_async({"payment_intent": found.payment_intent.id})
    assert [charge.status for charge in tried.data] == ["succeeded", "failed", "failed"]
    assert (await provider.events()).count("payment_intent.payment_failed") == 2


async def test_an_unknown_card_is_told_so(provider: Provider) -> None:
    reply = await provider.pay(await provider.session(), "1234 5678")
    assert reply.status_code == 402
    assert "Only test cards" in reply.text


@pytest.mark.parametrize("number", [UNLESS_SET_UP, ALWAYS_ASKS])
async def test_a_card_with_3d_secure_asks_its_owner(provider: Provider, number: str) -> None:
    session = await provider.session()
    reply = await provider.pay(session, number)
    bank = reply.headers["location"]
    assert "/authenticate/" in bank
    assert "Confirm £412.00" in (await provider.http.get(bank)).text
    open_still = await provider.stripe.v1.checkout.sessions.retrieve_async(session.id, {"expand": ["payment_intent"]})
    assert isinstance(open_still.payment_intent, stripe.PaymentIntent)
    assert (open_still.status, open_still.payment_intent.status) == ("open", "requires_action")
    refused = await provider.http.post(bank, data={"says": "no"})
    assert "unable to authenticate" in refused.text
    bank = (await provider.pay(session, number)).headers["location"]
    confirmed = await provider.http.post(bank, data={"says": "yes"})
    assert confirmed.headers["location"].endswith(session.id)
    paid = await provider.stripe.v1.checkout.sessions.retrieve_async(session.id)
    assert (paid.status, paid.payment_status) == ("complete", "paid")
    assert (await provider.http.get(bank)).status_code == 404


async def test_a_page_takes_one_payment(provider: Provider) -> None:
    session = await provider.session()
    await provider.pay(session)
    again = await provider.pay(session)
    assert "You have paid already" in again.text
    assert len((await provider.stripe.v1.charges.list_async()).data) == 1


async def test_an_expired_session_takes_no_payment(provider: Provider) -> None:
    session = await provider.session()
    expired = await provider.stripe.v1.checkout.sessions.expire_async(session.id)
    assert (expired.status, expired.url) == ("expired", None)
    assert "This page has expired" in (await provider.pay(session)).text
    assert (await provider.stripe.v1.charges.list_async()).data == []
    with pytest.raises(stripe.InvalidRequestError, match="status of expired"):
        await provider.stripe.v1.checkout.sessions.expire_async(session.id)
    assert await provider.events() == ["checkout.session.expired"]


async def test_a_session_that_expires_ends_the_payment_that_was_tried(provider: Provider) -> None:
    session = await provider.session()
    await provider.pay(session, ALWAYS_ASKS)
    await provider.stripe.v1.checkout.sessions.expire_async(session.id)
    [intent] = (await provider.stripe.v1.payment_intents.list_async()).data
    assert intent.status == "canceled"


async def test_a_session_ends_by_itself(provider: Provider) -> None:
    now = await provider.now()
    session = await provider.session(expires_at=now + 31 * 60)
    await provider.advance(minutes=30)
    assert (await provider.stripe.v1.checkout.sessions.retrieve_async(session.id)).status == "open"
    await provider.advance(minutes=1)
    assert (await provider.stripe.v1.checkout.sessions.retrieve_async(session.id)).status == "expired"


@pytest.mark.parametrize(
    ("ahead", "words"),
    [(30 * 60 - 60, "at least 30 minutes"), (24 * 3600 + 60, "less than 24 hours")],
)
async def test_a_session_is_open_for_30_minutes_to_24_hours(provider: Provider, ahead: int, words: str) -> None:
    with pytest.raises(stripe.InvalidRequestError, match=words) as refused:
        await provider.session(expires_at=await provider.now() + ahead)
    assert refused.value.param == "expires_at"


async def test_held_money_is_taken_later(provider: Provider) -> None:
    session = await provider.session(payment_intent_data={"capture_method": "manual"})
    await provider.pay(session)
    found = await provider.stripe.v1.checkout.sessions.retrieve_async(session.id, {"expand": ["payment_intent"]})
    assert isinstance(found.payment_intent, stripe.PaymentIntent)
    assert (found.status, found.payment_status) == ("complete", "unpaid")
    assert (found.payment_intent.status, found.payment_intent.amount_capturable) == ("requires_capture", 41_200)
    assert await provider.balance() == 0
    captured = await provider.stripe.v1.payment_intents.capture_async(found.payment_intent.id)
    assert (captured.status, captured.amount_received) == ("succeeded", 41_200)
    assert (await provider.stripe.v1.checkout.sessions.retrieve_async(session.id)).payment_status == "paid"


async def test_a_card_is_kept_only_where_it_was_asked_for(provider: Provider) -> None:
    customer = await provider.stripe.v1.customers.create_async({"name": "Ann"})
    await provider.paid(customer=customer.id)
    assert (await provider.stripe.v1.customers.payment_methods.list_async(customer.id)).data == []
    await provider.paid(customer=customer.id, payment_intent_data={"setup_future_usage": "off_session"})
    [kept] = (await provider.stripe.v1.customers.payment_methods.list_async(customer.id)).data
    assert kept.card is not None
    assert kept.card.last4 == "4242"
    assert kept.allow_redisplay == "limited"  # it is kept to be charged, and nobody is shown it again


SAVING: dict[str, object] = {"saved_payment_method_options": {"payment_method_save": "enabled"}}
"""The page has the box by which a card is saved."""


async def saved_by(provider: Provider, customer: str) -> list[tuple[str, str]]:
    """The cards that a customer had saved, as they are listed: id and last four figures."""
    wanted: Any = {"allow_redisplay": "always", "type": "card"}
    found = (await provider.stripe.v1.customers.payment_methods.list_async(customer, wanted)).data
    return [(method.id, str(method.card and method.card.last4)) for method in found]


async def test_a_card_is_saved_where_its_owner_ticks_the_box(provider: Provider) -> None:
    customer = (await provider.stripe.v1.customers.create_async({"name": "Ann"})).id
    session = await provider.session(customer=customer, **SAVING)
    assert session.saved_payment_method_options is not None
    assert session.saved_payment_method_options.payment_method_save == "enabled"
    assert "Save this card" in (await provider.http.get(str(session.url))).text
    await provider.pay(session)
    assert await saved_by(provider, customer) == []
    await provider.pay(await provider.session(customer=customer, **SAVING), "5555555555554444", saves="yes")
    [(method, last4)] = await saved_by(provider, customer)
    assert last4 == "4444"
    intents = (await provider.stripe.v1.payment_intents.list_async()).data
    assert {intent.setup_future_usage for intent in intents} == {None}  # nothing is charged later
    assert (await provider.events()).count("payment_method.attached") == 1
    shown = await provider.stripe.v1.payment_methods.retrieve_async(method)
    assert (shown.customer, shown.allow_redisplay) == (customer, "always")


async def test_a_page_that_does_not_offer_it_saves_no_card(provider: Provider) -> None:
    customer = (await provider.stripe.v1.customers.create_async({"name": "Ann"})).id
    session = await provider.session(customer=customer)
    assert "Save this card" not in (await provider.http.get(str(session.url))).text
    assert (await provider.pay(session, saves="yes")).status_code == 303
    assert await saved_by(provider, customer) == []


async def test_a_card_that_asks_its_owner_is_saved_once_they_have_said_yes(provider: Provider) -> None:
    customer = (await provider.stripe.v1.customers.create_async({"name": "Ann"})).id
    reply = await provider.pay(await provider.session(customer=customer, **SAVING), ALWAYS_ASKS, saves="yes")
    assert await saved_by(provider, customer) == []
    await provider.http.post(reply.headers["location"], data={"says": "yes"})
    assert [last4 for _, last4 in await saved_by(provider, customer)] == ["3220"]


async def test_a_declined_card_is_not_saved(provider: Provider) -> None:
    customer = (await provider.stripe.v1.customers.create_async({"name": "Ann"})).id
    assert (
        await provider.pay(await provider.session(customer=customer, **SAVING), DECLINED, saves="yes")
    ).status_code == 402
    assert await saved_by(provider, customer) == []


async def test_the_page_offers_what_its_customer_had_saved_and_takes_it(provider: Provider) -> None:
    ann, bob = [(await provider.stripe.v1.customers.create_async({"name": name})).id for name in ("Ann", "Bob")]
    await provider.pay(await provider.session(customer=ann, **SAVING), saves="yes")
    await provider.paid(customer=ann, payment_intent_data={"setup_future_usage": "off_session"})
    [(method, _)] = await saved_by(provider, ann)
    session = await provider.session(customer=ann, **SAVING)
    page = (await provider.http.get(str(session.url))).text
    assert (page.count('type="radio"'), "4242, expires 12/" in page) == (2, True)  # that one, and another card
    assert (await provider.pay(session, "", saved=method)).status_code == 303
    paid = await provider.stripe.v1.checkout.sessions.retrieve_async(session.id, {"expand": ["payment_intent"]})
    assert isinstance(paid.payment_intent, stripe.PaymentIntent)
    assert (paid.payment_intent.payment_method, paid.payment_status) == (method, "paid")
    anothers = await provider.session(customer=bob, **SAVING)
    assert method not in (await provider.http.get(str(anothers.url))).text
    refused = await provider.pay(anothers, "", saved=method)
    assert (refused.status_code, "no longer saved" in refused.text) == (402, True)


async def test_a_saved_card_that_is_detached_is_offered_and_taken_no_more(provider: Provider) -> None:
    customer = (await provider.stripe.v1.customers.create_async({"name": "Ann"})).id
    await provider.pay(await provider.session(customer=customer, **SAVING), saves="yes")
    [(method, _)] = await saved_by(provider, customer)
    session = await provider.session(customer=customer, **SAVING)
    await provider.stripe.v1.payment_methods.detach_async(method)
    assert method not in (await provider.http.get(str(session.url))).text
    assert (await provider.pay(session, "", saved=method)).status_code == 402
    assert (await provider.stripe.v1.charges.list_async({"customer": customer})).data != []
    with pytest.raises(stripe.InvalidRequestError, match="not attached to a customer"):
        await provider.stripe.v1.payment_methods.detach_async(method)


async def test_who_is_not_known_can_save_nothing(provider: Provider) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await provider.session(**SAVING)
    assert refused.value.param == "saved_payment_method_options"
    session = await provider.session(customer_creation="always", **SAVING)
    await provider.pay(session, saves="yes")
    paid = await provider.stripe.v1.checkout.sessions.retrieve_async(session.id)
    assert [last4 for _, last4 in await saved_by(provider, str(paid.customer))] == ["4242"]


async def test_the_page_says_what_is_paid_for(provider: Provider) -> None:
    lines = [*price(10_000, quantity=3), *price(2_550)]
    session = await provider.session(line_items=lines, cancel_url="https://estospaces.example/back?a=1")
    assert session.amount_total == 32_550
    assert session.url is not None
    shown = await provider.http.get(session.url)
    assert "3 × Stay" in shown.text
    assert "Pay £325.50" in shown.text
    assert "https://estospaces.example/back?a=1" in shown.text
    assert "script-src" not in shown.headers["content-security-policy"]
    listed = await provider.stripe.v1.checkout.sessions.line_items.list_async(session.id)
    assert [line.amount_total for line in listed.data] == [30_000, 2_550]
    expanded = await provider.stripe.v1.checkout.sessions.retrieve_async(session.id, {"expand": ["line_items"]})
    assert expanded.line_items is not None
    assert len(expanded.line_items.data) == 2


async def test_yen_have_no_smaller_unit(provider: Provider) -> None:
    session = await provider.session(line_items=price(8_000, "jpy"))
    assert session.url is not None
    assert "Pay ¥8000<" in (await provider.http.get(session.url)).text
    await provider.pay(session)
    await provider.advance(2)
    [moved] = (await provider.stripe.v1.balance_transactions.list_async()).data
    assert (moved.amount, moved.fee, moved.currency) == (8_000, 150, "jpy")


@pytest.mark.parametrize(("currency", "least"), [("gbp", 30), ("eur", 50), ("jpy", 50), ("czk", 1500), ("sek", 300)])
async def test_there_is_a_least_amount(provider: Provider, currency: str, least: int) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await provider.session(line_items=price(least - 1, currency))
    assert refused.value.code == "amount_too_small"
    assert (await provider.session(line_items=price(least, currency))).amount_total == least


@pytest.mark.parametrize(
    ("params", "param"),
    [
        ({"line_items": []}, "line_items"),
        ({"line_items": price(100, "xxx")}, "line_items[0][price_data][currency]"),
        ({"line_items": [*STAY, *price(100, "eur")]}, "line_items"),
        ({"line_items": [{"quantity": 1, "price": "price_1"}]}, "line_items[0][price]"),
        ({"line_items": price(-1)}, "line_items[0]"),
        ({"line_items": price(100_000_000)}, "line_items"),
        ({"success_url": "nowhere"}, "success_url"),
        ({"cancel_url": "javascript:alert(1)"}, "cancel_url"),
        ({"customer": "cus_unknown"}, "customer"),
        ({"mode": "subscription"}, "mode"),
        ({"ui_mode": "elements"}, "ui_mode"),
        ({"allowed_payment_method_types": ["card", "bacs_debit"]}, "allowed_payment_method_types"),
        ({"payment_method_types": ["card"]}, "payment_method_types"),
    ],
)
async def test_what_cannot_be_paid_is_refused_by_name(
    provider: Provider, params: dict[str, object], param: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await provider.session(**params)
    assert refused.value.param == param
