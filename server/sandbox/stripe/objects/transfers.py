"""Transfers to connected accounts, and what comes back of them (docs.stripe.com/connect/charges-transfers)."""

from typing import Any

from server.sandbox.stripe import money
from server.sandbox.stripe.errors import Body, StripeError
from server.sandbox.stripe.objects import customers, ledger
from server.sandbox.stripe.parameters import Params
from server.sandbox.stripe.world import World, new_id, token

SHOWN_REVERSALS = 10
"""How many reversals stand in a transfer itself."""
PAID_OUT = "paid_out_of:"
"""The setting, with account and currency: what left an account for its owner's bank."""


def create(world: World, params: Params) -> Body:
    """Move money of ours to a connected account."""
    amount, currency = params.get("amount", 0), money.check_currency(params["currency"])
    if amount < 1:
        raise StripeError("Invalid positive integer", code="parameter_invalid_integer", param="amount")
    if not params["destination"].startswith("acct_"):
        raise StripeError(
            f"No such destination: '{params['destination']}'", code="resource_missing", param="destination"
        )
    charge = _source(world, params, amount, currency)
    if amount > _there_is(world, currency, with_pending=charge is not None):
        raise _insufficient("You have insufficient available funds in your Stripe account.")
    transfer = world.add(_body(world, params, amount, currency, charge))
    transfer["balance_transaction"] = ledger.move(world, transfer, -amount, "transfer")["id"]
    world.save(transfer)
    world.emit("transfer.created", transfer)
    return transfer


def _source(world: World, params: Params, amount: int, currency: str) -> Body | None:
    """The charge that a transfer is a part of: all that is moved of it is no more than it was."""
    if "source_transaction" not in params:
        return None
    charge = world.get("charge", params["source_transaction"], "source_transaction")
    if not charge["captured"]:
        raise StripeError(f"Charge {charge['id']} was not captured.", param="source_transaction")
    if charge["currency"] != currency:
        raise StripeError(f"The currency of source_transaction is {charge['currency']}.", param="currency")
    moved = sum(
        one["amount"] - one["amount_reversed"] for one in world.all("transfer", source_transaction=charge["id"])
    )
    if amount + moved > charge["amount_captured"]:
        raise StripeError(
            f"Transfers using this transaction as a source must not exceed the source amount of "
            f"{money.shown(charge['amount_captured'], currency)}.",
            param="amount",
        )
    return charge


def _there_is(world: World, currency: str, *, with_pending: bool) -> int:
    balance = ledger.balance(world)
    parts = [*balance["available"], *(balance["pending"] if with_pending else [])]
    return sum(part["amount"] for part in parts if part["currency"] == currency)


def _body(world: World, params: Params, amount: int, currency: str, charge: Body | None) -> Body:
    id_ = new_id("transfer")
    return {
        "id": id_,
        "object": "transfer",
        "amount": amount,
        "amount_reversed": 0,
        "balance_transaction": None,
        "created": world.now,
        "currency": currency,
        "description": params.get("description"),
        "destination": params["destination"],
        "destination_payment": f"py_{token()}",
        "livemode": False,
        "metadata": params.get("metadata") or {},
        "reversals": _listed(id_, []),
        "reversed": False,
        "source_transaction": None if charge is None else charge["id"],
        "source_type": "card",
        "transfer_group": params.get("transfer_group") or (None if charge is None else charge["transfer_group"]),
    }


def _listed(id_: str, reversals: list[Body]) -> Body:
    shown = reversals[:SHOWN_REVERSALS]
    return {
        "object": "list",
        "data": shown,
        "has_more": len(reversals) > len(shown),
        "url": f"/v1/transfers/{id_}/reversals",
    }


def reverse(world: World, id_: str, params: Params) -> Body:
    """Take back what was moved, or a part of it, as far as the account's balance covers it."""
    transfer = world.get("transfer", id_)
    left = transfer["amount"] - transfer["amount_reversed"]
    amount, currency = params.get("amount", left), transfer["currency"]
    if not 1 <= amount <= left:
        raise StripeError(
            f"Amount must be greater than zero and no more than what is left of the transfer "
            f"({money.shown(left, currency)}).",
            param="amount",
        )
    if amount > held_by(world, transfer["destination"]).get(currency, 0):
        raise _insufficient("The recipient's Stripe account has insufficient funds to complete this reversal.")
    reversal = world.add(_reversal(world, transfer, amount, params))
    reversal["balance_transaction"] = ledger.move(world, reversal, amount, "transfer_reversal")["id"]
    world.save(reversal)
    transfer["amount_reversed"] += amount
    transfer["reversed"] = transfer["amount_reversed"] == transfer["amount"]
    transfer["reversals"] = _listed(id_, list(world.all("transfer_reversal", transfer=id_)))
    world.save(transfer)
    world.emit("transfer.reversed", transfer)
    return reversal


def _reversal(world: World, transfer: Body, amount: int, params: Params) -> Body:
    return {
        "id": new_id("transfer_reversal"),
        "object": "transfer_reversal",
        "amount": amount,
        "balance_transaction": None,
        "created": world.now,
        "currency": transfer["currency"],
        "destination_payment_refund": f"pyr_{token()}",
        "metadata": params.get("metadata") or {},
        "source_refund": None,
        "transfer": transfer["id"],
    }


def _insufficient(message: str) -> StripeError:
    return StripeError(message, code="balance_insufficient")


def update(world: World, id_: str, params: Params) -> Body:
    """Change a transfer's metadata or description."""
    transfer = world.get("transfer", id_)
    before = customers.changed(transfer, params)
    world.save(transfer)
    world.emit("transfer.updated", transfer, before)
    return transfer


def reversals_of(world: World, id_: str) -> list[Body]:
    """What came back of a transfer, the newest first."""
    return list(world.all("transfer_reversal", transfer=world.get("transfer", id_)["id"]))


def held_by(world: World, account: str) -> dict[str, int]:
    """What a connected account holds in each currency: what was moved to it, came back, and left for a bank."""
    held: dict[str, int] = {}
    for transfer in world.all("transfer", destination=account):
        currency = transfer["currency"]
        held.setdefault(currency, -world.setting(f"{PAID_OUT}{account}:{currency}", 0))
        held[currency] += transfer["amount"] - transfer["amount_reversed"]
    return held


def balance_of(world: World, account: str) -> Body:
    """The balance of a connected account: all of it available, for it holds nothing but what was moved to it."""
    held = held_by(world, account) or {"gbp": 0}
    parts: list[Any] = [
        {"amount": amount, "currency": currency, "source_types": {"card": amount}}
        for currency, amount in sorted(held.items())
    ]
    nothing = [{**part, "amount": 0, "source_types": {"card": 0}} for part in parts]
    return {"object": "balance", "livemode": False, "available": parts, "pending": nothing}


def pay_out(world: World, account: str, amount: int, currency: str) -> Body:
    """The owner of an account had some of it sent to their bank: a reversal cannot reach it any more.

    Raises StripeError for more than there is.
    """
    if amount > held_by(world, account).get(currency, 0):
        raise _insufficient("The account has insufficient funds.")
    name = f"{PAID_OUT}{account}:{currency}"
    world.set(name, world.setting(name, 0) + amount)
    return balance_of(world, account)
