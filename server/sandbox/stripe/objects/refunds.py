"""Refunds (docs.stripe.com/refunds): money on its way back, which may still not arrive."""

from server.sandbox.stripe import money
from server.sandbox.stripe.cards import RefundFate
from server.sandbox.stripe.errors import Body, StripeError
from server.sandbox.stripe.objects import customers, ledger
from server.sandbox.stripe.parameters import Params
from server.sandbox.stripe.world import World, new_id

LATER = 3600
"""Seconds until a refund that is pending, or will fail, is decided. Stripe says only "later"."""
NEXT = "next_refund"
"""The setting: what becomes of the next refund, set on the control page."""
GONE = ("failed", "canceled")
"""No money went back, and the charge can be refunded again."""


def create(world: World, params: Params) -> Body:
    """Give money back, all that is left or a part of it."""
    charge = _charge(world, params)
    left = charge["amount_captured"] - charge["amount_refunded"]
    amount = params.get("amount", left)
    _refuse(world, charge, amount, left)
    fate = _fate(world, charge)
    refund = _add(world, charge, amount, params)
    if fate is RefundFate.PENDING_FIRST:
        refund["status"] = "pending"
        world.later(world.now + LATER, "refund_succeeds", refund["id"])
    elif fate is RefundFate.FAILS_LATER:
        world.later(world.now + LATER, "refund_fails", refund["id"])
    if world.setting(NEXT, "") == "insufficient_funds":
        refund.update(status="pending", pending_reason="insufficient_funds")
    elif refund["status"] == "pending":
        refund["pending_reason"] = "processing"
    world.set(NEXT, "")
    if refund["pending_reason"] != "insufficient_funds":  # what the balance cannot pay has not left it
        refund["balance_transaction"] = ledger.move(world, refund, -amount, "refund")["id"]
    world.save(refund)
    _count(world, charge, amount)
    world.emit("refund.created", refund)
    world.emit("charge.refunded", charge, {"amount_refunded": charge["amount_refunded"] - amount})
    return refund


def _charge(world: World, params: Params) -> Body:
    if ("charge" in params) == ("payment_intent" in params):
        raise StripeError("One of the following params should be provided for this request: payment_intent or charge.")
    if "charge" in params:
        return world.get("charge", params["charge"], "charge")
    intent = world.get("payment_intent", params["payment_intent"], "payment_intent")
    if intent["status"] != "succeeded":
        raise StripeError(
            f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.", param="payment_intent"
        )
    return world.get("charge", intent["latest_charge"])


def _refuse(world: World, charge: Body, amount: int, left: int) -> None:
    if not charge["captured"]:
        raise StripeError(f"Charge {charge['id']} was not captured, so it cannot be refunded.", param="charge")
    if any(not _is_refundable(dispute) for dispute in world.all("dispute", charge=charge["id"])):
        raise StripeError(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed"
        )
    if left == 0:
        raise StripeError(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    if amount < 1:
        raise StripeError("Invalid positive integer", code="parameter_invalid_integer", param="amount")
    if amount > left:
        currency = charge["currency"]
        raise StripeError(
            f"Refund amount ({money.shown(amount, currency)}) is greater than unrefunded amount on charge "
            f"({money.shown(left, currency)})",
            param="amount",
        )


def _is_refundable(dispute: Body) -> bool:
    """Whether a charge can be refunded in spite of a dispute: its bank took nothing, or gave it back."""
    return bool(dispute["is_charge_refundable"]) or dispute["status"] == "won"


def _fate(world: World, charge: Body) -> RefundFate:
    fate = customers.card_of(world, charge["payment_method"]).refund
    return RefundFate.PENDING_FIRST if world.setting(NEXT, "") == "pending" else fate


def _add(world: World, charge: Body, amount: int, params: Params) -> Body:
    return world.add(
        {
            "id": new_id("refund"),
            "object": "refund",
            "amount": amount,
            "balance_transaction": None,
            "charge": charge["id"],
            "created": world.now,
            "currency": charge["currency"],
            "customer": charge["customer"],
            "customer_account": None,
            "destination_details": {
                "card": {
                    "reference_status": "pending",
                    "reference_type": "acquirer_reference_number",
                    "type": "refund",
                },
                "type": "card",
            },
            "metadata": params.get("metadata") or {},
            "payment_intent": charge["payment_intent"],
            "payment_method": charge["payment_method"],
            "pending_reason": None,
            "reason": params.get("reason"),
            "receipt_number": None,
            "source_transfer_reversal": None,
            "status": "succeeded",
            "transfer_reversal": None,
        }
    )


def _count(world: World, charge: Body, amount: int) -> None:
    """Count a refund on its charge, or with less than 0 no longer."""
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"] == charge["amount"]
    world.save(charge)


def update(world: World, id_: str, params: Params) -> Body:
    """Change a refund's metadata."""
    refund = world.get("refund", id_)
    before = customers.changed(refund, params)
    world.save(refund)
    world.emit("refund.updated", refund, before)
    return refund


def cancel(world: World, id_: str, _: Params) -> Body:
    """Over the API only a refund can be canceled that waits for the customer, and none to a card ever does."""
    refund = world.get("refund", id_)
    raise StripeError(
        f"You cannot cancel this refund because it has a status of {refund['status']}. Only a refund that requires "
        "action may be canceled."
    )


# What happens by itself, or on the control page


def succeed(world: World, id_: str) -> None:
    """A pending refund has arrived."""
    refund = world.get("refund", id_)
    if refund["status"] == "pending":
        if refund["balance_transaction"] is None:
            refund["balance_transaction"] = ledger.move(world, refund, -refund["amount"], "refund")["id"]
        _become(world, refund, "succeeded")
        world.emit("refund.updated", refund, {"status": "pending"})


def fail(world: World, id_: str) -> None:
    """The bank sent a refund back: the money is ours again."""
    refund = world.get("refund", id_)
    if refund["status"] not in GONE:
        before = refund["status"]
        refund["failure_reason"] = "expired_or_canceled_card"
        _give_up(world, refund, "failed")
        world.emit("refund.updated", refund, {"status": before})
        world.emit("refund.failed", refund)


def cancel_pending(world: World, id_: str) -> None:
    """Somebody canceled a pending refund in Stripe's dashboard."""
    refund = world.get("refund", id_)
    if refund["status"] != "pending":
        raise StripeError("Only a pending refund can be canceled.")
    _give_up(world, refund, "canceled")
    world.emit("refund.updated", refund, {"status": "pending"})


def _give_up(world: World, refund: Body, status: str) -> None:
    if refund["balance_transaction"] is not None:
        refund["failure_balance_transaction"] = ledger.move(world, refund, refund["amount"], "refund_failure")["id"]
    _become(world, refund, status)
    _count(world, world.get("charge", refund["charge"]), -refund["amount"])


def _become(world: World, refund: Body, status: str) -> None:
    refund["status"], refund["pending_reason"] = status, None
    world.save(refund)
