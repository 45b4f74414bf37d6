"""Each call to Stripe by itself: to our sandbox, and to Stripe where there is a key.

`STRIPE_TEST_KEY` is a secret key of a test account; without it the run says that Stripe itself was not asked.
"""

import inspect
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from importlib import import_module
from pkgutil import iter_modules
from typing import Any
from uuid import UUID

import pytest
import stripe
from pydantic import SecretStr

from server.core import clock
from server.core.database import Database
from server.core.ids import new_id
from server.core.settings import Settings
from server.payments import gateway
from server.payments.gateway import calling, cards, checkout, customers, payments, refunds
from server.payments.ledger.rules.entries import Subject
from server.payments.rules import ActRequest, Bill, CardRequest, CustomerRequest, Page, PageRequest, RefundRequest
from server.sandbox.stripe.sandbox import MOUNT
from shared_models.payments import RefundStatus
from tests.payment_provider import STRIPE_TEST_KEY, Provider
from tests.server.payments.ledger.facts import money, parts

ACT = ActRequest(new_id(), "pi_1", "a key")


def a_customer(person_id: UUID, *, may_be_there: bool = False) -> CustomerRequest:
    return CustomerRequest(person_id, clock.now(), f"customer-{person_id}", may_be_there=may_be_there)


def a_page(
    payment_id: UUID, customer_id: str, *, is_held: bool = False, is_to_be_looked_up: bool = False
) -> PageRequest:
    bill = Bill(
        subject=Subject("stay", payment_id),
        payer_id=payment_id,
        parts=parts(),
        title="Two nights in Leith",
        return_path="/app/trips",
        expires_at=clock.now() + timedelta(minutes=31),
        is_held=is_held,
    )
    return PageRequest(payment_id, customer_id, bill, clock.now(), is_to_be_looked_up=is_to_be_looked_up)


CALLS: dict[Callable[..., Awaitable[Any]], tuple[Any, ...]] = {
    customers.make_customer: (a_customer(new_id()),),
    customers.delete_customer: ("cus_1",),
    cards.read_cards: ("cus_1",),
    cards.detach_card: (CardRequest("pm_1", "a key"),),
    checkout.open_page: (a_page(new_id(), "cus_1"),),
    checkout.end_page: (ACT,),
    payments.read_payment: (new_id(), "cs_1"),
    payments.capture: (ACT,),
    payments.void: (ACT,),
    refunds.send_refund: (RefundRequest(new_id(), "a key", "pi_1", money(100)),),
}
"""Every way out, with something to ask."""


def test_every_way_out_is_tried() -> None:
    modules = [import_module(f"{gateway.__name__}.{module.name}") for module in iter_modules(gateway.__path__)]
    ways = {
        found
        for module in modules
        for _, found in inspect.getmembers(module, inspect.iscoroutinefunction)
        if "settings" in inspect.signature(found).parameters  # who goes out has to know where
    }
    assert ways == CALLS.keys()


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.__name__)
async def test_nobody_goes_out_while_a_transaction_is_open(
    database: Database, settings: Settings, provider: Provider, call: Callable[..., Awaitable[Any]]
) -> None:
    settings.stripe_api_base = f"{provider.url}{MOUNT}"
    async with database.transaction():
        with pytest.raises(RuntimeError, match="transaction"):
            await call(settings, *CALLS[call])


@dataclass
class Account:
    """A Stripe account, reached as we reach it and by Stripe's own client."""

    settings: Settings
    stripe: stripe.StripeClient

    async def intent(self, *, is_held: bool = False) -> str:
        """A payment made with a test card, without a page."""
        made = await self.stripe.v1.payment_intents.create_async(
            {
                "amount": 10_000,
                "currency": "gbp",
                "confirm": True,
                "payment_method": "pm_card_visa",
                "capture_method": "manual" if is_held else "automatic",
                "return_url": "https://estospaces.example",
            }
        )
        return made.id

    async def status(self, intent_id: str) -> str:
        return (await self.stripe.v1.payment_intents.retrieve_async(intent_id)).status


@pytest.fixture(params=["sandbox", *(["stripe"] if STRIPE_TEST_KEY in os.environ else [])])
async def account(request: pytest.FixtureRequest, settings: Settings, provider: Provider) -> Account:
    if request.param == "sandbox":
        settings.stripe_api_base = f"{provider.url}{MOUNT}"
    else:
        key = os.environ[STRIPE_TEST_KEY]
        assert "_test_" in key, "that is no key of a test account"
        settings.stripe_api_base, settings.stripe_secret_key = None, SecretStr(key)
    client = stripe.StripeClient(
        settings.stripe_key,
        base_addresses={"api": settings.stripe_origin},
        http_client=stripe.HTTPXClient(timeout=30),
    )
    return Account(settings, client)


async def test_a_customer_is_made_once_looked_for_and_deleted_once(account: Account) -> None:
    person_id = new_id()
    made = await customers.make_customer(account.settings, a_customer(person_id))
    assert await customers.make_customer(account.settings, a_customer(person_id)) == made
    assert await customers.make_customer(account.settings, a_customer(person_id, may_be_there=True)) == made
    for _ in range(2):
        await customers.delete_customer(account.settings, made)
    assert (await account.stripe.v1.customers.retrieve_async(made)).to_dict().get("deleted") is True


async def test_a_page_is_made_once_looked_up_read_and_ended_once(account: Account) -> None:
    customer, id_ = await customers.make_customer(account.settings, a_customer(new_id())), new_id()
    request = a_page(id_, customer)
    made = await checkout.open_page(account.settings, request)
    assert (made.page, made.page_url is not None, made.intent_id) == (Page.OPEN, True, None)
    assert await checkout.open_page(account.settings, request) == made
    looked_up = await checkout.open_page(account.settings, a_page(id_, customer, is_to_be_looked_up=True))
    read = await payments.read_payment(account.settings, id_, made.session_id)
    assert (looked_up, (read.session_id, read.page, read.page_url)) == (
        made,
        (made.session_id, Page.OPEN, made.page_url),
    )
    for number in range(2):
        await checkout.end_page(account.settings, ActRequest(id_, made.session_id, f"{id_}-{number}"))
    assert (await payments.read_payment(account.settings, id_, made.session_id)).page is Page.EXPIRED
    await customers.delete_customer(account.settings, customer)


@pytest.mark.parametrize("is_held", [False, True])
async def test_a_page_asks_for_exactly_what_is_paid_and_keeps_a_card_for_who_ticks_the_box_alone(
    account: Account, is_held: bool
) -> None:
    customer, id_ = await customers.make_customer(account.settings, a_customer(new_id())), new_id()
    made = await checkout.open_page(account.settings, a_page(id_, customer, is_held=is_held))
    found = (await account.stripe.v1.checkout.sessions.retrieve_async(made.session_id)).to_dict()
    assert (found["amount_total"], found["currency"], found["customer"]) == (10_000, "gbp", customer)
    assert (found["client_reference_id"], found["metadata"]) == (str(id_), {"payment_id": str(id_)})
    assert found["payment_method_types"] == ["card"]
    assert found["saved_payment_method_options"]["payment_method_save"] == "enabled"
    await customers.delete_customer(account.settings, customer)


async def test_saved_cards_are_those_that_may_be_shown_again_and_are_detached_once(account: Account) -> None:
    customer = await customers.make_customer(account.settings, a_customer(new_id()))
    methods = account.stripe.v1.payment_methods
    saved = (await methods.attach_async("pm_card_visa", {"customer": customer})).id
    await methods.attach_async("pm_card_mastercard", {"customer": customer})
    assert await cards.read_cards(account.settings, customer) == []
    await methods.update_async(saved, {"allow_redisplay": "always"})
    (seen,) = await cards.read_cards(account.settings, customer)
    assert (seen.external_id, seen.brand, seen.last4) == (saved, "visa", "4242")
    assert (1 <= seen.exp_month <= 12, seen.exp_year >= clock.now().year) == (True, True)
    for number in range(2):
        await cards.detach_card(account.settings, CardRequest(saved, f"{saved}-{number}"))
    assert await cards.read_cards(account.settings, customer) == []
    await customers.delete_customer(account.settings, customer)
    assert await cards.read_cards(account.settings, customer) == []
    await cards.detach_card(account.settings, CardRequest("pm_that_never_was", "a key"))


async def test_what_is_held_is_captured_once_and_then_not_let_go(account: Account) -> None:
    intent = await account.intent(is_held=True)
    for number in range(2):
        await payments.capture(account.settings, ActRequest(new_id(), intent, f"{intent}-{number}"))
    await payments.void(account.settings, ActRequest(new_id(), intent, f"{intent}-void"))
    assert await account.status(intent) == "succeeded"


async def test_what_is_held_is_let_go_once_and_then_not_captured(account: Account) -> None:
    intent = await account.intent(is_held=True)
    for number in range(2):
        await payments.void(account.settings, ActRequest(new_id(), intent, f"{intent}-{number}"))
    with pytest.raises(calling.Refused, match="payment_intent_unexpected_state"):
        await payments.capture(account.settings, ActRequest(new_id(), intent, f"{intent}-capture"))
    assert await account.status(intent) == "canceled"


async def test_a_refund_is_made_once_and_looked_up(account: Account) -> None:
    id_ = new_id()
    request = RefundRequest(id_, str(id_), await account.intent(), money(4_000))
    made = await refunds.send_refund(account.settings, request)
    assert made is not None
    assert (made.refund_id, made.amount, made.status) == (request.refund_id, money(4_000), RefundStatus.SUCCEEDED)
    again = await refunds.send_refund(account.settings, request)
    found = await refunds.send_refund(account.settings, replace(request, is_to_be_looked_up=True))
    assert again is not None
    assert found is not None
    assert {again.external_id, found.external_id} == {made.external_id}


@pytest.mark.parametrize("is_to_be_looked_up", [False, True])
async def test_what_is_not_there_is_refused_by_name(account: Account, is_to_be_looked_up: bool) -> None:
    for call in (payments.capture, payments.void):
        with pytest.raises(calling.Refused, match="resource_missing"):
            await call(account.settings, ActRequest(new_id(), "pi_unknown", str(new_id())))
    if is_to_be_looked_up:
        with pytest.raises(calling.NotFoundThere):
            await checkout.open_page(account.settings, a_page(new_id(), "cus_1", is_to_be_looked_up=True))
    else:
        with pytest.raises(calling.Refused, match="resource_missing"):
            await checkout.open_page(account.settings, a_page(new_id(), "cus_unknown"))


async def test_a_wrong_key_needs_a_person(account: Account) -> None:
    account.settings.stripe_secret_key = SecretStr("sk_test_of_nobody_at_all")
    with pytest.raises(calling.KeyRefused):
        await payments.read_payment(account.settings, new_id(), "cs_1")
