"""Disputes (docs.stripe.com/disputes/how-disputes-work): the bank takes the money back, and may return it."""

from server.sandbox.stripe import money
from server.sandbox.stripe.cards import CARDS
from server.sandbox.stripe.errors import Body, StripeError
from server.sandbox.stripe.objects import customers, ledger
from server.sandbox.stripe.parameters import Params
from server.sandbox.stripe.world import World, new_id

ANSWER_WITHIN = 7 * money.DAY
"""How long evidence is taken. The shortest of the times banks give."""
OPEN = ("needs_response", "under_review")
INQUIRIES = ("warning_needs_response", "warning_under_review")
"""The bank only asks: no money has moved (docs.stripe.com/disputes/how-disputes-work, inquiries)."""
WINNING, LOSING = "winning_evidence", "losing_evidence"
"""What decides a dispute when it is sent as `uncategorized_text` (docs.stripe.com/testing#evidence)."""
EVIDENCE = (
    "access_activity_log", "billing_address", "cancellation_policy", "cancellation_policy_disclosure",
    "cancellation_rebuttal", "customer_communication", "customer_email_address", "customer_name",
    "customer_purchase_ip", "customer_signature", "duplicate_charge_documentation", "duplicate_charge_explanation",
    "duplicate_charge_id", "product_description", "receipt", "refund_policy", "refund_policy_disclosure",
    "refund_refusal_explanation", "service_date", "service_documentation", "shipping_address", "shipping_carrier",
    "shipping_date", "shipping_documentation", "shipping_tracking_number", "uncategorized_file", "uncategorized_text",
)  # fmt: skip
_NETWORK_CODES = {"fraudulent": "10.4", "product_not_received": "13.1"}


def open_by_card(world: World, charge_id: str) -> None:
    """The owner of a test card disputes what they paid."""
    charge = world.get("charge", charge_id)
    card = customers.card_of(world, charge["payment_method"])
    if card.dispute and not charge["disputed"] and charge["amount_refunded"] < charge["amount_captured"]:
        (inquire if card.only_inquires else open_)(world, charge_id, reason=card.dispute)


def open_(world: World, charge_id: str, amount: int | None = None, reason: str = "fraudulent") -> Body:
    """Dispute a charge: what was captured, or another amount (after an exchange it may be more).

    Raises StripeError for a charge that cannot be disputed.
    """
    dispute = _begun(world, charge_id, amount, reason)
    _withdraw(world, dispute)
    world.emit("charge.dispute.created", dispute)
    world.emit("charge.dispute.funds_withdrawn", dispute)
    return dispute


def inquire(world: World, charge_id: str, amount: int | None = None, reason: str = "fraudulent") -> Body:
    """Ask what a charge was for, and take nothing. Raises StripeError for a charge that cannot be disputed."""
    dispute = _begun(world, charge_id, amount, reason)
    dispute["status"], dispute["is_charge_refundable"] = INQUIRIES[0], True
    dispute["payment_method_details"]["card"]["case_type"] = "inquiry"
    world.save(dispute)
    world.emit("charge.dispute.created", dispute)
    return dispute


def escalate(world: World, id_: str) -> Body:
    """The bank is not content with an inquiry, and takes the money."""
    dispute = world.get("dispute", id_)
    if dispute["status"] not in INQUIRIES:
        raise StripeError(f"This is no inquiry: {dispute['status']}.")
    dispute["status"], dispute["is_charge_refundable"] = OPEN[0], False
    dispute["payment_method_details"]["card"]["case_type"] = "chargeback"
    _withdraw(world, dispute)
    world.emit("charge.dispute.updated", dispute)
    world.emit("charge.dispute.funds_withdrawn", dispute)
    return dispute


def _withdraw(world: World, dispute: Body) -> None:
    fee = money.dispute_fee(dispute["currency"])
    dispute["balance_transactions"] = [ledger.move(world, dispute, -dispute["amount"], "dispute", fee=fee)]
    world.save(dispute)


def _begun(world: World, charge_id: str, amount: int | None, reason: str) -> Body:
    charge = world.get("charge", charge_id)
    if not charge["captured"] or charge["disputed"]:
        raise StripeError(f"Charge {charge_id} was not captured, or is disputed already.")
    taken = charge["amount_captured"] if amount is None else amount
    if not 0 < taken <= money.MAXIMUM:
        raise StripeError("A dispute needs an amount.", param="amount")
    dispute = world.add(_body(world, charge, taken, reason))
    charge["disputed"] = True
    world.save(charge)
    world.later(dispute["evidence_details"]["due_by"], "dispute_is_due", dispute["id"])
    return dispute


def _body(world: World, charge: Body, amount: int, reason: str) -> Body:
    brand = CARDS[world.hidden(charge["payment_method"])["number"]].brand
    return {
        "id": new_id("dispute"),
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "created": world.now,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {**dict.fromkeys(EVIDENCE), "enhanced_evidence": {}},
        "evidence_details": {
            "due_by": world.now + ANSWER_WITHIN,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {
            "card": {
                "brand": brand,
                "case_type": "chargeback",
                "network": brand,
                "network_reason_code": _NETWORK_CODES.get(reason, "10.4"),
            },
            "type": "card",
        },
        "reason": reason,
        "status": "needs_response",
    }


def update(world: World, id_: str, params: Params) -> Body:
    """Collect evidence, and hand it in (once) when `submit` says so; without it Stripe hands it in as well."""
    dispute = world.get("dispute", id_)
    if dispute["status"] not in (OPEN[0], INQUIRIES[0]):
        raise StripeError(f"Evidence cannot be updated on a dispute with a status of {dispute['status']}.")
    customers.changed(dispute, {name: value for name, value in params.items() if name == "metadata"})
    details = dispute["evidence_details"]
    if evidence := params.get("evidence"):
        dispute["evidence"].update(evidence)
        details["has_evidence"] = True
    if params.get("submit", bool(evidence)):
        details["submission_count"] += 1
        details["submission_method"] = "manual"
        dispute["status"] = OPEN[1] if dispute["status"] == OPEN[0] else INQUIRIES[1]
    world.save(dispute)
    world.emit("charge.dispute.updated", dispute)
    said = dispute["evidence"]["uncategorized_text"]
    if dispute["status"] == "under_review" and said in (WINNING, LOSING):
        close(world, id_, won=said == WINNING)
    return world.get("dispute", id_)


def accept(world: World, id_: str, _: Params) -> Body:
    """Admit that the customer is right: the dispute is lost."""
    return close(world, id_, won=False)


def run_out(world: World, id_: str) -> None:
    """Nobody sent evidence in time. Of an inquiry nothing more comes (Stripe: after 120 days)."""
    dispute = world.get("dispute", id_)
    if dispute["status"] in INQUIRIES:
        drop(world, id_)
    elif dispute["status"] == OPEN[0]:
        dispute["evidence_details"]["past_due"] = True
        world.save(dispute)
        close(world, id_, won=False)


def drop(world: World, id_: str) -> Body:
    """The bank does not go on with an inquiry."""
    dispute = world.get("dispute", id_)
    if dispute["status"] not in INQUIRIES:
        raise StripeError(f"This is no inquiry: {dispute['status']}.")
    dispute["status"] = "warning_closed"
    world.save(dispute)
    world.emit("charge.dispute.closed", dispute)
    return dispute


def close(world: World, id_: str, *, won: bool) -> Body:
    """The bank has decided. Won, the money returns and the fee does not."""
    dispute = world.get("dispute", id_)
    if dispute["status"] not in OPEN:
        raise StripeError(f"This dispute is closed already, or only an inquiry: {dispute['status']}.")
    dispute["status"] = "won" if won else "lost"
    if won:
        returned = ledger.move(world, dispute, dispute["amount"], "dispute_reversal")
        dispute["balance_transactions"].append(returned)
    world.save(dispute)
    world.emit("charge.dispute.closed", dispute)
    if won:
        world.emit("charge.dispute.funds_reinstated", dispute)
    return dispute
