"""Events on their way to webhook endpoints: signed, repeated with growing waits, doubled and out of order on demand."""

import json
import random
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from server.sandbox.stripe.errors import Body
from server.sandbox.stripe.world import World, now_in

RETRY_SECONDS = (60, 300, 1800, 7200, 18_000, 36_000, 43_200, 43_200, 43_200, 43_200)
"""The waits after each delivery that was not taken, 2.7 days in all. Numbers of ours: Stripe says that it tries for up
to three days, with growing waits (docs.stripe.com/webhooks)."""
AT_A_TIME = 100
MAX_COPIES = 10
PLAN = "deliveries"


class Order(StrEnum):
    """In which order what waits is delivered."""

    AS_MADE = "as_made"
    REVERSED = "reversed"
    SHUFFLED = "shuffled"


@dataclass(frozen=True)
class Plan:
    """How events are delivered, as set on the control page."""

    paused: bool = False
    copies: int = 1
    order: Order = Order.AS_MADE
    seed: int = 0
    """Of the shuffling: the same seed, the same order."""


@dataclass(frozen=True)
class Delivery:
    """One event for one endpoint."""

    seq: int
    event: str
    type: str
    url: str
    secret: str
    payload: bytes


def plan(world: World) -> Plan:
    """How events are delivered now."""
    kept = world.setting(PLAN, {})
    return Plan(**{**kept, "order": Order(kept.get("order", Order.AS_MADE))})


def waiting(db: sqlite3.Connection, origin: str) -> list[Delivery]:
    """What is to be delivered now, in the order and as often as the plan says."""
    world = World(db, origin, now_in(db))
    now = plan(world)
    if now.paused:
        return []
    rows = db.execute(
        "SELECT * FROM delivery WHERE state = 'waiting' AND due <= ? ORDER BY due, seq LIMIT ?", (world.now, AT_A_TIME)
    ).fetchall()
    found = [_delivery(world, row) for row in rows]
    copies = [delivery for delivery in found for _ in range(now.copies)]
    if now.order is Order.REVERSED:
        copies.reverse()
    elif now.order is Order.SHUFFLED:
        random.Random(now.seed).shuffle(copies)
    return copies


def _delivery(world: World, row: sqlite3.Row) -> Delivery:
    event = world.get("event", row["event"])
    endpoint = world.get("webhook_endpoint", row["endpoint"])
    sent = {**event, "api_version": endpoint["api_version"] or event["api_version"]}
    secret = world.hidden(endpoint["id"])["secret"]
    return Delivery(
        row["seq"], event["id"], event["type"], endpoint["url"], secret, json.dumps(sent, indent=2).encode()
    )


def settle(db: sqlite3.Connection, origin: str, delivery: Delivery, taken: bool, said: str) -> None:
    """Write down what came of a delivery: done, later again, or given up after the last wait."""
    world = World(db, origin, now_in(db))
    row = db.execute("SELECT * FROM delivery WHERE seq = ? AND state = 'waiting'", (delivery.seq,)).fetchone()
    if row is None:  # a copy was taken before, or the endpoint is gone
        return
    waits: Sequence[int] = RETRY_SECONDS[row["attempts"] : row["attempts"] + 1]
    state = "delivered" if taken else "waiting" if waits else "given_up"
    due = world.now + waits[0] if not taken and waits else row["due"]
    db.execute(
        "UPDATE delivery SET attempts = attempts + 1, state = ?, due = ?, said = ? WHERE seq = ?",
        (state, due, said, delivery.seq),
    )
    event = world.get("event", delivery.event)
    event["pending_webhooks"] = db.execute(
        "SELECT count(*) FROM delivery WHERE event = ? AND state = 'waiting'", (event["id"],)
    ).fetchone()[0]
    world.save(event)


def send_again(world: World, event_id: str) -> Body:
    """Deliver an event once more to everyone who listens."""
    event = world.get("event", event_id)
    for endpoint in world.all("webhook_endpoint", status="enabled"):
        if {"*", event["type"]} & set(endpoint["enabled_events"]):
            world.send(event_id, endpoint["id"])
    return event
