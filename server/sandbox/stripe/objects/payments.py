"""Payment intents: from the wish to be paid to the money (docs.stripe.com/payments/paymentintents/lifecycle)."""

from typing import Any

from server.sandbox.stripe import money
from server.sandbox.stripe.cards import words_of
from server.sandbox.stripe.errors import Body, StripeError
from server.sandbox.stripe.objects import charges, customers
from server.sandbox.stripe.parameters import Params
from server.sandbox.stripe.world import World, new_id, token

CONFIRMABLE = ("requires_payment_method", "requires_confirmation", "requires_action")
CANCELABLE = ("requires_payment_method", "requires_capture", "requires_confirmation", "requires_action", "processing")
AUTHENTICATION_REQUIRED = ("authentication_required", "authentication_required")


def new(world: World, amount: int, currency: str, params: Params, **hidden: Any) -> Body:
    """A new payment intent; `params` are those of `payment_intents` or of a session's `payment_intent_data`."""
    id_ = new_id("payment_intent")
    intent = world.add(
        {
            "id": id_,
            "object": "payment_intent",
            "amount": amount,
            "amount_capturable": 0,
            "amount_details": {"tip": {}},
            "amount_received": 0,
            "application": None,
            "application_fee_amount": None,
            "automatic_payment_methods": None,
            "canceled_at": None,
            "cancellation_reason": None,
            "capture_method": params.get("capture_method", "automatic_async"),
            "client_secret": f"{id_}_secret_{token()}",
            "confirmation_method": "automatic",
            "created": world.now,
            "currency": currency,
            "customer": params.get("customer"),
            "customer_account": None,
            "description": params.get("description"),
            "excluded_payment_method_types": None,
            "last_payment_error": None,
            "latest_charge": None,
            "livemode": False,
            "metadata": params.get("metadata") or {},
            "next_action": None,
            "on_behalf_of": None,
            "payment_method": None,
            "payment_method_configuration_details": None,
            "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
            "payment_method_types": ["card"],
            "processing": None,
            "receipt_email": params.get("receipt_email"),
            "review": None,
            "setup_future_usage": params.get("setup_future_usage"),
            "shipping": None,
            "source": None,
            "statement_descriptor": None,
            "statement_descriptor_suffix": params.get("statement_descriptor_suffix"),
            "status": "requires_payment_method",
            "transfer_data": None,
            "transfer_group": params.get("transfer_group"),
        },
        **hidden,
    )
    world.emit("payment_intent.created", intent)
    return intent


def create(world: World, params: Params) -> Body:
    """A new payment intent over the API, confirmed at once when asked to."""
    currency = money.check_currency(params["currency"])
    money.check_amount(params["amount"], currency)
    if "customer" in params:
        world.get("customer", params["customer"], "customer")
    if params.get("off_session") and not params.get("confirm"):
        raise StripeError("You cannot set `off_session` without setting `confirm` to true.", param="off_session")
    intent = new(world, params["amount"], currency, params)
    if "payment_method" in params:
        _take(world, intent, customers.method(world, params["payment_method"]))
    return confirm(world, intent["id"], params) if params.get("confirm") else intent


def _take(world: World, intent: Body, method: Body) -> None:
    if method["customer"] not in (None, intent["customer"]) or world.hidden(method["id"]).get("detached"):
        raise StripeError(
            "The provided PaymentMethod cannot be used: it belongs to another customer, or was detached from one.",
            param="payment_method",
        )
    intent["payment_method"], intent["status"] = method["id"], "requires_confirmation"
    world.save(intent)


def confirm(world: World, id_: str, params: Params) -> Body:
    """Try to pay. Raises StripeError when the card is declined; what remains of the try is kept."""
    intent = world.get("payment_intent", id_)
    _expect(intent, CONFIRMABLE, "confirm", "confirmed")
    if "payment_method" in params:
        _take(world, intent, customers.method(world, params["payment_method"]))
    if intent["payment_method"] is None:
        raise StripeError(
            "You cannot confirm this PaymentIntent because it's missing a payment method.",
            code="payment_intent_unexpected_state",
        )
    if params.get("off_session") and intent["customer"] is None:
        raise StripeError("An off-session payment needs a customer.", param="customer")
    pay(world, intent, off_session=bool(params.get("off_session")), return_url=params.get("return_url"))
    return intent


def pay(
    world: World,
    intent: Body,
    *,
    off_session: bool = False,
    authenticated: bool = False,
    return_url: str | None = None,
) -> None:
    """Take the money from the intent's card, or hold it, or ask its owner first.

    Raises StripeError, keeping the failed charge, when the card is declined.
    """
    method = world.get("payment_method", intent["payment_method"])
    decline = customers.card_of(world, method["id"]).decline
    asks = not authenticated and customers.asks_for_owner(world, method, off_session=off_session)
    if asks and not off_session:
        intent["status"] = "requires_action"
        intent["next_action"] = {
            "type": "redirect_to_url",
            "redirect_to_url": {"return_url": return_url, "url": f"{world.origin}/authenticate/{intent['id']}"},
        }
        world.save(intent)
        world.emit("payment_intent.requires_action", intent)
        return
    decline = AUTHENTICATION_REQUIRED if asks else decline
    charge = charges.add(world, intent, method, off_session=off_session, authenticated=authenticated, decline=decline)
    intent["latest_charge"], intent["next_action"] = charge["id"], None
    if decline is not None:
        raise _declined(world, intent, method, charge, decline)
    intent["last_payment_error"] = None
    if intent["setup_future_usage"] and intent["customer"]:
        customers.keep(world, method, intent["customer"], set_up=intent["setup_future_usage"] == "off_session")
    _take_money(world, intent, charge)


def _take_money(world: World, intent: Body, charge: Body) -> None:
    if intent["capture_method"] == "manual":
        intent["status"], intent["amount_capturable"] = "requires_capture", intent["amount"]
        world.save(intent)
        world.emit("charge.succeeded", charge)
        world.emit("payment_intent.amount_capturable_updated", intent)
        world.later(charge["payment_method_details"]["card"]["capture_before"], "authorization_ends", intent["id"])
        return
    charges.capture(world, charge, intent["amount"])
    if intent["capture_method"] == "automatic":
        charges.settle(world, charge)
    else:  # the usual one: the balance transaction comes a little later (docs.stripe.com, asynchronous capture)
        world.later(world.now + charges.SETTLES_AFTER, "charge_settles", charge["id"])
    intent["status"], intent["amount_received"] = "succeeded", intent["amount"]
    world.save(intent)
    world.emit("charge.succeeded", charge)
    world.emit("payment_intent.succeeded", intent)


def _declined(world: World, intent: Body, method: Body, charge: Body, decline: charges.Decline) -> StripeError:
    code, decline_code = decline
    error = {
        "type": "card_error",
        "code": code,
        "decline_code": decline_code,
        "charge": charge["id"],
        "message": words_of(code, decline_code),
        "payment_method": method,
    }
    _fail(world, intent, error)
    world.emit("charge.failed", charge)
    world.emit("payment_intent.payment_failed", intent)
    fields = {name: value for name, value in error.items() if name not in ("message", "type")}
    return StripeError(
        words_of(code, decline_code), status=402, type="card_error", keeps=True, **fields, payment_intent=intent
    )


def _fail(world: World, intent: Body, error: Body) -> None:
    intent["last_payment_error"] = error
    intent["status"], intent["payment_method"], intent["next_action"] = "requires_payment_method", None, None
    world.save(intent)


def authenticate(world: World, intent: Body, *, succeeds: bool) -> None:
    """What the card's owner said on the page of their bank. Raises StripeError when that ends in no payment."""
    _expect(intent, ("requires_action",), "confirm", "confirmed")
    if succeeds:
        pay(world, intent, authenticated=True)
        return
    message = (
        "We are unable to authenticate your payment method. Please choose a different payment method and try again."
    )
    method = world.get("payment_method", intent["payment_method"])
    fields = {"code": "payment_intent_authentication_failure", "payment_method": method}
    _fail(world, intent, {"type": "card_error", "message": message, **fields})
    world.emit("payment_intent.payment_failed", intent)
    raise StripeError(message, status=402, type="card_error", keeps=True, **fields)


def capture(world: World, id_: str, params: Params) -> Body:
    """Take the money that was held, or a part of it; the rest is let go."""
    intent = world.get("payment_intent", id_)
    _expect(intent, ("requires_capture",), "capture", "captured")
    held: int = intent["amount_capturable"]
    amount: int = params.get("amount_to_capture", held)
    if not 0 < amount <= held:
        raise StripeError(
            f"The amount to capture must be between 1 and the authorized {money.shown(held, intent['currency'])}.",
            code="amount_too_large" if amount > held else "parameter_invalid_integer",
            param="amount_to_capture",
        )
    charge = world.get("charge", intent["latest_charge"])
    charges.capture(world, charge, amount)
    charges.settle(world, charge)
    intent.update(status="succeeded", amount_received=amount, amount_capturable=0)
    world.save(intent)
    if session := world.hidden(intent["id"]).get("session"):
        paid = world.get("checkout.session", session)
        paid["payment_status"] = "paid"
        world.save(paid)
    world.emit("charge.captured", charge)
    world.emit("payment_intent.succeeded", intent)
    return intent


def cancel(world: World, id_: str, params: Params) -> Body:
    """Give up a payment, and let go what was held for it. That is no refund (docs.stripe.com/changelog/basil)."""
    intent = world.get("payment_intent", id_)
    _expect(intent, CANCELABLE, "cancel", "canceled")
    session = world.hidden(intent["id"]).get("session")
    if session and world.get("checkout.session", session)["status"] == "open":
        raise StripeError(
            "You cannot cancel the PaymentIntent of an open Checkout Session. Expire the session instead.",
            code="payment_intent_unexpected_state",
        )
    return end(world, intent, params.get("cancellation_reason"))


def end(world: World, intent: Body, reason: str | None) -> Body:
    """Cancel, whatever the reason."""
    intent.update(
        status="canceled", canceled_at=world.now, cancellation_reason=reason, amount_capturable=0, next_action=None
    )
    world.save(intent)
    world.emit("payment_intent.canceled", intent)
    return intent


def update(world: World, id_: str, params: Params) -> Body:
    """Change what is said of a payment."""
    intent = world.get("payment_intent", id_)
    customers.changed(intent, params)
    world.save(intent)
    return intent


def _expect(intent: Body, statuses: tuple[str, ...], verb: str, done: str) -> None:
    if intent["status"] in statuses:
        return
    how = f"You cannot {verb} this PaymentIntent"
    if verb == "capture":
        how = "This PaymentIntent could not be captured"
    raise StripeError(
        f"{how} because it has a status of {intent['status']}. "
        f"Only a PaymentIntent with one of the following statuses may be {done}: {', '.join(statuses)}.",
        code="payment_intent_unexpected_state",
        payment_intent=intent,
    )


# What happens by itself


def settle(world: World, charge_id: str) -> None:
    """The balance transaction of a payment that was captured asynchronously."""
    charge = world.get("charge", charge_id)
    charges.settle(world, charge)
    world.emit("charge.updated", charge, {"balance_transaction": None})


def arrive(world: World, transaction_id: str) -> None:
    """What came in is available."""
    transaction = world.get("balance_transaction", transaction_id)
    transaction["status"] = "available"
    world.save(transaction)


def expire(world: World, intent_id: str) -> None:
    """Nobody captured what was held, and the bank lets it go."""
    intent = world.get("payment_intent", intent_id)
    if intent["status"] == "requires_capture":
        world.emit("charge.expired", world.get("charge", intent["latest_charge"]))
        end(world, intent, "expired")
