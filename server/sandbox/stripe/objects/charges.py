"""Charges: each try to take money from a card, and what becomes of it (docs.stripe.com/api/charges)."""

from typing import Any

from server.sandbox.stripe import money
from server.sandbox.stripe.cards import words_of
from server.sandbox.stripe.errors import Body
from server.sandbox.stripe.objects import customers, ledger
from server.sandbox.stripe.world import World, new_id, token

Decline = tuple[str, str]
"""The error's code and the issuer's decline code."""

SETTLES_AFTER = 2
"""Seconds until a payment that is captured asynchronously has its balance transaction. Stripe says only "later"."""
DISPUTED_AFTER = 5
HOLD_SECONDS = 7 * money.DAY
"""How long an authorization lasts whose owner was there."""
VISA_HOLD_SECONDS = 4 * money.DAY + 18 * 3600
"""How long one of Visa lasts when the merchant started it."""


def hold_seconds(brand: str, *, off_session: bool) -> int:
    """How long an authorization lasts (docs.stripe.com/payments/place-a-hold-on-a-payment-method)."""
    return VISA_HOLD_SECONDS if off_session and brand == "visa" else HOLD_SECONDS


def add(
    world: World, intent: Body, method: Body, *, off_session: bool, authenticated: bool, decline: Decline | None
) -> Body:
    """A new charge for a payment intent: authorized, or declined. Nothing of it is captured yet."""
    message = None if decline is None else words_of(*decline)
    return world.add(
        {
            "id": new_id("charge"),
            "object": "charge",
            "amount": intent["amount"],
            "amount_captured": 0,
            "amount_refunded": 0,
            "application": None,
            "application_fee": None,
            "application_fee_amount": None,
            "balance_transaction": None,
            "billing_details": method["billing_details"],
            "calculated_statement_descriptor": "ESTOSPACES",
            "captured": False,
            "created": world.now,
            "currency": intent["currency"],
            "customer": intent["customer"],
            "description": intent["description"],
            "disputed": False,
            "failure_balance_transaction": None,
            "failure_code": None if decline is None else decline[0],
            "failure_message": message,
            "fraud_details": {},
            "livemode": False,
            "metadata": dict(intent["metadata"]),
            "on_behalf_of": None,
            "outcome": _outcome(decline, message),
            "paid": decline is None,
            "payment_intent": intent["id"],
            "payment_method": method["id"],
            "payment_method_details": _details(world, intent, method, off_session, authenticated),
            "receipt_email": intent["receipt_email"],
            "receipt_number": None,
            "receipt_url": None if decline else f"{world.origin}/receipts/{intent['id']}",
            "refunded": False,
            "review": None,
            "shipping": None,
            "source_transfer": None,
            "statement_descriptor": None,
            "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
            "status": "succeeded" if decline is None else "failed",
            "transfer_data": None,
            "transfer_group": intent["transfer_group"],
        }
    )


def _outcome(decline: Decline | None, message: str | None) -> Body:
    declined = decline is not None
    return {
        "advice_code": "try_again_later" if declined else None,
        "network_advice_code": None,
        "network_decline_code": "05" if declined else None,
        "network_status": "declined_by_network" if declined else "approved_by_network",
        "reason": decline[1] if decline else None,
        "risk_level": "normal",
        "seller_message": message or "Payment complete.",
        "type": "issuer_declined" if declined else "authorized",
    }


def _details(world: World, intent: Body, method: Body, off_session: bool, authenticated: bool) -> dict[str, Any]:
    card = method["card"]
    kept = {
        name: card[name]
        for name in ("brand", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4", "regulated_status")
    }
    ends = world.now + hold_seconds(card["brand"], off_session=off_session)
    return {
        "card": {
            **kept,
            "amount_authorized": intent["amount"],
            "authorization_code": token(6).upper(),
            **({"capture_before": ends} if intent["capture_method"] == "manual" else {}),
            "checks": card["checks"],
            "extended_authorization": {"status": "disabled"},
            "incremental_authorization": {"status": "unavailable"},
            "installments": None,
            "mandate": None,
            "multicapture": {"status": "unavailable"},
            "network": card["brand"],
            "network_token": {"used": False},
            "network_transaction_id": token(15),
            "overcapture": {"maximum_amount_capturable": intent["amount"], "status": "unavailable"},
            "three_d_secure": _three_d_secure() if authenticated else None,
            "wallet": None,
        },
        "type": "card",
    }


def _three_d_secure() -> Body:
    return {
        "authentication_flow": "challenge",
        "electronic_commerce_indicator": "05",
        "exemption_indicator": None,
        "result": "authenticated",
        "result_reason": None,
        "transaction_id": token(),
        "version": "2.2.0",
    }


def capture(world: World, charge: Body, amount: int) -> None:
    """Take the money, or a part of what was authorized; the rest is let go.

    That makes no refund and counts as none (docs.stripe.com/changelog/basil/2025-03-31, partial capture).
    """
    charge["captured"], charge["amount_captured"] = True, amount
    world.save(charge)
    if customers.card_of(world, charge["payment_method"]).dispute:
        world.later(world.now + DISPUTED_AFTER, "charge_is_disputed", charge["id"])


def settle(world: World, charge: Body) -> None:
    """Give a captured charge its balance transaction."""
    at_once = customers.card_of(world, charge["payment_method"]).available_at_once
    amount = charge["amount_captured"]
    fee = money.fee_on(amount, charge["currency"])
    charge["balance_transaction"] = ledger.move(world, charge, amount, "charge", fee=fee, at_once=at_once)["id"]
    world.save(charge)
