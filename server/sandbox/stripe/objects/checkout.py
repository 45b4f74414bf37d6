"""Checkout sessions (docs.stripe.com/api/checkout/sessions): a page of the provider's on which somebody pays once."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from server.sandbox.stripe import money
from server.sandbox.stripe.cards import Card
from server.sandbox.stripe.errors import Body, StripeError
from server.sandbox.stripe.objects import customers, payments
from server.sandbox.stripe.parameters import Params
from server.sandbox.stripe.world import World, new_id, token

SHORTEST, LONGEST = 30 * 60, 24 * 3600
"""Seconds a session may be open (docs.stripe.com/api/checkout/sessions/create, `expires_at`)."""
PLACEHOLDER = "{CHECKOUT_SESSION_ID}"
MAX_LINES = 100
_ALWAYS, _LIMITED = "always", "limited"
"""Whether a card is shown again to who comes back (support.stripe.com/questions/prefilling-saved-cards-in-checkout)."""


def create(world: World, params: Params) -> Body:
    """A new session for a payment, open until somebody pays or its time is over."""
    if params.get("mode") != "payment":
        raise StripeError("The sandbox knows mode=payment only.", code="sandbox_unsupported", param="mode")
    if "customer" in params:
        world.get("customer", params["customer"], "customer")
    for param in ("success_url", "cancel_url"):
        _check_url(params, param)
    id_ = new_id("checkout.session") + token(34)  # as long as theirs: columns must be wide enough
    lines = _lines(world, params)
    ends = _ends(world, params)
    total = sum(line["amount_total"] for line in lines)
    money.check_amount(total, lines[0]["currency"], "line_items", "The Checkout Session's total amount due")
    session = world.add(
        _body(world, id_, params, total, lines[0]["currency"]) | {"expires_at": ends},
        lines=lines,
        intent=params.get("payment_intent_data", {}),
    )
    world.later(ends, "session_ends", id_)
    return session


def _body(world: World, id_: str, params: Params, total: int, currency: str) -> Body:
    return {
        "id": id_,
        "object": "checkout.session",
        "adaptive_pricing": {"enabled": params.get("adaptive_pricing", {}).get("enabled", True)},
        "after_expiration": None,
        "allow_promotion_codes": None,
        "amount_subtotal": total,
        "amount_total": total,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "billing_address_collection": params.get("billing_address_collection"),
        "cancel_url": params.get("cancel_url"),
        "client_reference_id": params.get("client_reference_id"),
        "client_secret": None,
        "collected_information": None,
        "consent": None,
        "consent_collection": None,
        "created": world.now,
        "currency": currency,
        "currency_conversion": None,
        "custom_fields": [],
        "custom_text": dict.fromkeys(("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")),
        "customer": params.get("customer"),
        "customer_account": None,
        "customer_creation": None if "customer" in params else params.get("customer_creation", "if_required"),
        "customer_details": None,
        "customer_email": params.get("customer_email"),
        "discounts": [],
        "integration_identifier": None,
        "invoice": None,
        "invoice_creation": {
            "enabled": False,
            "invoice_data": {
                **dict.fromkeys(("account_tax_ids", "custom_fields", "description", "footer", "issuer")),
                "metadata": {},
                "rendering_options": None,
            },
        },
        "livemode": False,
        "locale": params.get("locale"),
        "metadata": params.get("metadata") or {},
        "mode": "payment",
        "origin_context": None,
        "payment_intent": None,
        "payment_link": None,
        "payment_method_collection": "if_required",
        "payment_method_configuration_details": None,
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "permissions": None,
        "phone_number_collection": {"enabled": False},
        "recovered_from": None,
        "saved_payment_method_options": _saving(params),
        "setup_intent": None,
        "shipping_address_collection": None,
        "shipping_cost": None,
        "shipping_options": [],
        "status": "open",
        "submit_type": params.get("submit_type"),
        "subscription": None,
        "success_url": params["success_url"],
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": f"{world.origin}/pay/{id_}",
        "wallet_options": None,
    }


def _saving(params: Params) -> Body | None:
    """Whether people may have their card saved, and which saved cards they are shown. Only where they are known."""
    if "customer" not in params and params.get("customer_creation") != "always":
        if "saved_payment_method_options" in params:
            raise StripeError(
                "`saved_payment_method_options` needs a `customer`, or `customer_creation=always`.",
                param="saved_payment_method_options",
            )
        return None
    return {
        "allow_redisplay_filters": [_ALWAYS],
        "payment_method_remove": None,
        "payment_method_save": params.get("saved_payment_method_options", {}).get("payment_method_save"),
    }


def _check_url(params: Params, param: str) -> None:
    url = params.get(param)
    if param == "success_url" and url is None:
        raise StripeError("Missing required param: success_url.", code="parameter_missing", param=param)
    parts = urlsplit(url or "https://none")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise StripeError("Not a valid URL", code="url_invalid", param=param)


def _ends(world: World, params: Params) -> int:
    ends: int = params.get("expires_at", world.now + LONGEST)
    if ends < world.now + SHORTEST:
        raise StripeError(
            "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.", param="expires_at"
        )
    if ends > world.now + LONGEST:
        raise StripeError(
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.", param="expires_at"
        )
    return ends


def _lines(world: World, params: Params) -> list[Body]:
    given = params.get("line_items", [])
    if not given:
        raise StripeError("Missing required param: line_items.", code="parameter_missing", param="line_items")
    if len(given) > MAX_LINES:
        raise StripeError(f"`line_items` can only have up to {MAX_LINES} items in `payment` mode.", param="line_items")
    lines = [_line(world, item, f"line_items[{index}]") for index, item in enumerate(given)]
    if len({line["currency"] for line in lines}) > 1:
        raise StripeError("All line items must have the same currency.", param="line_items")
    return lines


def _line(world: World, item: Params, param: str) -> Body:
    if "price_data" not in item:
        raise StripeError("The sandbox knows `price_data` only.", code="sandbox_unsupported", param=f"{param}[price]")
    data = item["price_data"]
    if "unit_amount" not in data or "product_data" not in data:
        lacks = "unit_amount" if "unit_amount" not in data else "product_data"
        raise StripeError(
            f"Missing required param: {param}[price_data][{lacks}].", code="parameter_missing", param=param
        )
    currency = money.check_currency(data["currency"], f"{param}[price_data][currency]")
    amount, quantity = data["unit_amount"], item.get("quantity", 1)
    if amount < 0 or quantity < 1:
        raise StripeError("Invalid non-negative integer", code="parameter_invalid_integer", param=param)
    total = amount * quantity
    return {
        "id": new_id("item"),
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": total,
        "amount_tax": 0,
        "amount_total": total,
        "currency": currency,
        "description": data["product_data"]["name"],
        "metadata": {},
        "price": _price(world, currency, amount),
        "quantity": quantity,
    }


def _price(world: World, currency: str, amount: int) -> Body:
    return {
        "id": new_id("price"),
        "object": "price",
        "active": False,
        "billing_scheme": "per_unit",
        "created": world.now,
        "currency": currency,
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": None,
        "metadata": {},
        "nickname": None,
        "product": new_id("product"),
        "recurring": None,
        "tax_behavior": "unspecified",
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "one_time",
        "unit_amount": amount,
        "unit_amount_decimal": str(amount),
    }


def lines(world: World, id_: str) -> list[Body]:
    """What a session is for."""
    found: list[Body] = world.hidden(world.get("checkout.session", id_)["id"])["lines"]
    return found


def update(world: World, id_: str, params: Params) -> Body:
    """Change a session's metadata."""
    session = world.get("checkout.session", id_)
    customers.changed(session, params)
    world.save(session)
    return session


def expire(world: World, id_: str, _: Params) -> Body:
    """End an open session, so that nobody can pay on its page any more."""
    session = world.get("checkout.session", id_)
    if session["status"] != "open":
        raise StripeError(
            f'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of '
            f"{session['status']}."
        )
    end(world, id_)
    return world.get("checkout.session", id_)


def end(world: World, id_: str) -> None:
    """A session's time is over, if it is open still."""
    session = world.get("checkout.session", id_)
    if session["status"] != "open":
        return
    session["status"], session["url"] = "expired", None
    world.save(session)
    if session["payment_intent"]:
        intent = world.get("payment_intent", session["payment_intent"])
        if intent["status"] in payments.CANCELABLE:
            payments.end(world, intent, None)
    world.emit("checkout.session.expired", session)


# What happens on the page


@dataclass(frozen=True)
class Typed:
    """What somebody filled in on the page."""

    card: Card | str
    """A card that was typed in, or the id of a saved one."""
    email: str
    name: str
    saves: bool = False
    """They want the card saved."""


def saved_cards(world: World, session: Body) -> list[Body]:
    """The cards that a page offers: those its customer had saved."""
    if session["customer"] is None:
        return []
    return customers.methods(world, session["customer"], {"allow_redisplay": _ALWAYS, "type": "card"})


def may_save(session: Body) -> bool:
    """Whether a page has the box by which a card is saved."""
    return (session["saved_payment_method_options"] or {}).get("payment_method_save") == "enabled"


def pay(world: World, id_: str, typed: Typed) -> Body:
    """Somebody paid on the page, or tried to. The session is complete, or its payment `requires_action`.

    Raises StripeError when the card is declined, and the page stays open.
    """
    session = world.get("checkout.session", id_)
    if session["status"] != "open":
        raise StripeError("This page is no longer open.", code="session_not_open")
    details = {"email": session["customer_email"] or typed.email, "name": typed.name}
    if isinstance(typed.card, Card):
        method = customers.add_card(world, typed.card, details)
    else:
        method = _saved(world, session, typed.card)
    intent = _intent(world, session)
    if session["customer_creation"] == "always" and intent["customer"] is None:
        intent["customer"] = customers.create(world, details)["id"]
    world.hide(id_, details=details, saves=isinstance(typed.card, Card) and typed.saves and may_save(session))
    intent["payment_method"], intent["status"] = method["id"], "requires_confirmation"
    world.save(intent)
    payments.pay(world, intent)
    if intent["status"] != "requires_action":
        complete(world, session, intent)
    return intent


def _saved(world: World, session: Body, id_: str) -> Body:
    """A saved card that somebody chose, if it still is one: it may have been detached since the page was shown."""
    for method in saved_cards(world, session):
        if method["id"] == id_:
            return method
    raise StripeError("This card is no longer saved. Choose another one.", code="card_not_saved")


def _intent(world: World, session: Body) -> Body:
    """The session's payment intent: Stripe makes it when somebody first tries to pay."""
    if session["payment_intent"]:
        return world.get("payment_intent", session["payment_intent"])
    wish = world.hidden(session["id"])["intent"]
    params = {"customer": session["customer"], **wish}
    intent = payments.new(world, session["amount_total"], session["currency"], params, session=session["id"])
    session["payment_intent"] = intent["id"]
    world.save(session)
    return intent


def complete(world: World, session: Body, intent: Body) -> None:
    """The session's payment has come, or is held."""
    details = world.hidden(session["id"])["details"]
    session.update(
        status="complete",
        url=None,
        payment_intent=intent["id"],
        payment_status="paid" if intent["status"] == "succeeded" else "unpaid",
        customer=intent["customer"],
        customer_details={
            "address": dict(customers.NO_ADDRESS),
            "business_name": None,
            "email": details["email"],
            "individual_name": None,
            "name": details["name"],
            "phone": None,
            "tax_exempt": "none",
            "tax_ids": [],
        },
    )
    world.save(session)
    _keep_card(world, session, intent)
    world.emit("checkout.session.completed", session)


def _keep_card(world: World, session: Body, intent: Body) -> None:
    """Keep the card for its customer where they ticked the box. One that is kept for later payments alone is not shown
    again."""
    method = world.get("payment_method", intent["payment_method"])
    if world.hidden(session["id"])["saves"]:
        customers.allow_redisplay(world, method, _ALWAYS)
        customers.keep(world, method, intent["customer"], set_up=False)
    elif method["customer"] is not None and method["allow_redisplay"] != _ALWAYS:
        customers.allow_redisplay(world, method, _LIMITED)


def return_url(session: Body) -> str:
    """Where somebody who has paid goes on."""
    url: str = session["success_url"]
    return url.replace(PLACEHOLDER, session["id"])
