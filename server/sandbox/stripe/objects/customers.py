"""Customers and the cards they keep (docs.stripe.com/api/customers, docs.stripe.com/api/payment_methods)."""

import hashlib
from collections.abc import Mapping
from typing import Any

from server.sandbox.stripe.cards import CARDS, TOKENS, Authentication, Card
from server.sandbox.stripe.errors import Body, StripeError, missing
from server.sandbox.stripe.parameters import Params
from server.sandbox.stripe.world import World, new_id, token

NO_ADDRESS: Mapping[str, None] = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
EXPIRES_IN_YEARS = 4


def create(world: World, params: Params) -> Body:
    """A new customer."""
    customer = world.add(
        {
            "id": new_id("customer"),
            "object": "customer",
            "address": None,
            "balance": 0,
            "created": world.now,
            "currency": None,
            "default_source": None,
            "delinquent": False,
            "description": params.get("description"),
            "discount": None,
            "email": params.get("email"),
            "invoice_prefix": token(8).upper(),
            "invoice_settings": dict.fromkeys(
                ("custom_fields", "default_payment_method", "footer", "rendering_options")
            ),
            "livemode": False,
            "metadata": params.get("metadata") or {},
            "name": params.get("name"),
            "next_invoice_sequence": 1,
            "phone": params.get("phone"),
            "preferred_locales": params.get("preferred_locales", []),
            "shipping": None,
            "tax_exempt": "none",
            "test_clock": None,
        }
    )
    world.emit("customer.created", customer)
    return customer


def update(world: World, id_: str, params: Params) -> Body:
    """Change what is said of a customer."""
    customer = world.get("customer", id_)
    before = changed(customer, params)
    world.save(customer)
    world.emit("customer.updated", customer, before)
    return customer


def retrieve(world: World, id_: str, _: Params) -> Body:
    """A customer, or that it was deleted."""
    found = world.find(id_)
    return found if found is not None and found.get("deleted") else world.get("customer", id_)


def delete(world: World, id_: str, _: Params) -> Body:
    """Forget a customer and the cards they keep; what they paid stays."""
    customer = world.get("customer", id_)
    for found in world.all("payment_method", customer=id_):
        detach(world, found["id"], {})
    world.emit("customer.deleted", customer)
    return world.remove(customer)


def changed(body: Body, params: Params) -> Body:
    """Put the parameters into an object, metadata key by key (an empty value takes the key away); what was before."""
    before: Body = {}
    for name, value in params.items():
        if name == "metadata":
            value = {key: item for key, item in {**body["metadata"], **value}.items() if item != ""} if value else {}
        if body[name] != value:
            before[name] = body[name]
            body[name] = value or ({} if name == "metadata" else None)
    return before


def add_card(world: World, card: Card, billing: Mapping[str, Any], *, cvc: bool = True) -> Body:
    """A new payment method with a test card, of nobody yet."""
    year = 1970 + world.now // 31_556_952 + EXPIRES_IN_YEARS
    method = {
        "id": new_id("payment_method"),
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        "billing_details": {
            "address": dict(NO_ADDRESS),
            "email": billing.get("email"),
            "name": billing.get("name"),
            "phone": None,
            "tax_id": None,
        },
        "card": {
            "brand": card.brand,
            "checks": {
                "address_line1_check": None,
                "address_postal_code_check": None,
                "cvc_check": "pass" if cvc else None,
            },
            "country": card.country,
            "display_brand": "american_express" if card.brand == "amex" else card.brand,
            "exp_month": 12,
            "exp_year": year,
            "fingerprint": hashlib.sha256(card.number.encode()).hexdigest()[:16],
            "funding": card.funding,
            "generated_from": None,
            "last4": card.last4,
            "networks": {"available": [card.brand], "preferred": None},
            "regulated_status": "unregulated",
            "three_d_secure_usage": {"supported": True},
            "wallet": None,
        },
        "created": world.now,
        "customer": None,
        "customer_account": None,
        "livemode": False,
        "metadata": {},
        "type": "card",
    }
    return world.add(method, number=card.number, set_up=False)


def create_method(world: World, params: Params) -> Body:
    """A payment method from a card's number."""
    number = params.get("card", {}).get("number", "")
    if params.get("type") != "card" or number not in CARDS:
        raise StripeError(
            "Your card number is incorrect.", status=402, type="card_error", code="incorrect_number", param="number"
        )
    return add_card(world, CARDS[number], params.get("billing_details", {}))


def update_method(world: World, id_: str, params: Params) -> Body:
    """Change what is said of a card that a customer keeps."""
    found = world.get("payment_method", id_)
    if found["customer"] is None:
        raise StripeError("You must save this PaymentMethod to a customer before you can update it.")
    before = changed(found, params)
    world.save(found)
    world.emit("payment_method.updated", found, before)
    return found


def method(world: World, id_: str, param: str = "payment_method") -> Body:
    """A payment method by its id; a name such as `pm_card_visa` makes a fresh one. Raises StripeError."""
    if id_ in TOKENS:
        return add_card(world, CARDS[TOKENS[id_]], {})
    return world.get("payment_method", id_, param)


def card_of(world: World, method_id: str) -> Card:
    """The test card behind a payment method."""
    return CARDS[world.hidden(method_id)["number"]]


def attach(world: World, id_: str, params: Params) -> Body:
    """Keep a card for a customer."""
    customer = world.get("customer", params["customer"], "customer")
    found = method(world, id_, "id")
    card = card_of(world, found["id"])
    if card.decline and not card.declines_later:
        code, decline_code = card.decline
        raise StripeError(
            "Your card was declined.", status=402, type="card_error", code=code, decline_code=decline_code
        )
    keep(world, found, customer["id"], set_up=False)
    return found


def keep(world: World, found: Body, customer: str, *, set_up: bool) -> None:
    """Make a payment method a customer's. `set_up`: its owner has agreed to payments without them."""
    if found["customer"] not in (None, customer):
        raise StripeError("The payment method you provided has already been attached to a customer.")
    is_new = found["customer"] is None
    found["customer"] = customer
    world.save(found)
    if set_up:
        world.hide(found["id"], set_up=True)
    if is_new:
        world.emit("payment_method.attached", found)


def detach(world: World, id_: str, _: Params) -> Body:
    """Forget a customer's card; it can never be used again."""
    found = world.get("payment_method", id_)
    if found["customer"] is None:
        raise StripeError("The payment method you provided is not attached to a customer so detachment is impossible.")
    before = {"customer": found["customer"]}
    found["customer"] = None
    world.save(found)
    world.hide(found["id"], detached=True)
    world.emit("payment_method.detached", found, before)
    return found


def methods(world: World, customer_id: str, filters: Params) -> list[Body]:
    """What a customer keeps, the newest first; `filters` may name `allow_redisplay` and `type`."""
    wanted = {name: filters[name] for name in ("allow_redisplay", "type") if name in filters}
    return list(world.all("payment_method", customer=customer_id, **wanted))


def allow_redisplay(world: World, found: Body, allowed: str) -> None:
    """Say whether Checkout may show a kept card again: `always` when its owner wanted it kept, else `limited`."""
    found["allow_redisplay"] = allowed
    world.save(found)


def of_customer(world: World, customer_id: str, method_id: str) -> Body:
    """A customer's own payment method. Raises StripeError."""
    found = world.get("payment_method", method_id)
    if found["customer"] != world.get("customer", customer_id)["id"]:
        raise missing("payment method", method_id)
    return found


def asks_for_owner(world: World, found: Body, *, off_session: bool) -> bool:
    """Whether a payment with a card has to be confirmed by its owner."""
    match card_of(world, found["id"]).authentication:
        case Authentication.NEVER:
            return False
        case Authentication.UNLESS_SET_UP:
            return not (off_session and world.hidden(found["id"])["set_up"])
        case Authentication.ON_SESSION:
            return True
