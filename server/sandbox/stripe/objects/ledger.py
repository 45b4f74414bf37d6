"""The balance: each movement is a balance transaction, and the balance is their sum."""

from collections import defaultdict

from server.sandbox.stripe import money
from server.sandbox.stripe.errors import Body
from server.sandbox.stripe.world import World, new_id


def move(world: World, source: Body, amount: int, category: str, *, fee: int = 0, at_once: bool = True) -> Body:
    """A new balance transaction of an object's currency; `category` is Stripe's reporting category."""
    waits = 0 if at_once else money.AVAILABLE_AFTER
    details = [
        {
            "amount": fee,
            "application": None,
            "currency": source["currency"],
            "description": "Stripe processing fees" if category == "charge" else "Dispute fee",
            "type": "stripe_fee",
        }
    ]
    transaction = world.add(
        {
            "id": new_id("balance_transaction"),
            "object": "balance_transaction",
            "amount": amount,
            "available_on": world.now + waits,
            "balance_type": "payments",
            "created": world.now,
            "currency": source["currency"],
            "description": source.get("description"),
            "exchange_rate": None,
            "fee": fee,
            "fee_details": details if fee else [],
            "net": amount - fee,
            "reporting_category": category,
            "source": source["id"],
            "status": "pending" if waits else "available",
            "type": _TYPES[category],
        }
    )
    if waits:
        world.later(world.now + waits, "funds_arrive", transaction["id"])
    return transaction


_TYPES = {
    "charge": "charge",
    "refund": "refund",
    "refund_failure": "refund_failure",
    "dispute": "adjustment",
    "dispute_reversal": "adjustment",
    "transfer": "transfer",
    "transfer_reversal": "transfer_refund",
    "payout": "payout",
    "topup": "topup",
    "other_adjustment": "adjustment",
}
BY_HAND = ("payout", "topup", "other_adjustment", "charge")
"""What moves money without a call: in the dashboard, or by another program."""


def by_hand(world: World, category: str, amount: int, currency: str, *, fee: int = 0) -> Body:
    """Money that moves although nobody called: `source` is nothing that we know of."""
    source = {"id": None, "currency": currency, "description": "Made by hand"}
    return move(world, source, amount, category, fee=fee)


def balance(world: World) -> Body:
    """What there is, per currency: available and still pending."""
    sums: dict[str, dict[str, int]] = {"available": defaultdict(int), "pending": defaultdict(int)}
    for transaction in world.all("balance_transaction"):
        for name, amounts in sums.items():  # a currency stands in both, if only with 0
            amounts[transaction["currency"]] += transaction["net"] * (transaction["status"] == name)
    listed = {
        name: [
            {"amount": amount, "currency": currency, "source_types": {"card": amount}}
            for currency, amount in sorted(amounts.items())
        ]
        for name, amounts in sums.items()
    }
    return {"object": "balance", "livemode": False, **listed}
