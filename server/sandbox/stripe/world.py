"""What a request or a moment of the sandbox sees and changes: objects, events, and what is due later."""

import json
import secrets
import sqlite3
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from server.core import clock
from server.sandbox.stripe.errors import Body, missing

API_VERSION = "2026-10-28.endive"
"""The version the SDK pins; no other is spoken here."""

PREFIXES = {
    "balance_transaction": "txn",
    "charge": "ch",
    "checkout.session": "cs_test",
    "customer": "cus",
    "dispute": "du",
    "event": "evt",
    "item": "li",
    "payment_intent": "pi",
    "payment_method": "pm",
    "price": "price",
    "product": "prod",
    "refund": "re",
    "transfer": "tr",
    "transfer_reversal": "trr",
    "webhook_endpoint": "we",
}
"""How ids of each kind of object begin."""
_ALPHABET = string.ascii_letters + string.digits
_ID_LENGTH = 24


def token(length: int = _ID_LENGTH) -> str:
    """Random letters and figures, as Stripe's ids have them."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def new_id(kind: str) -> str:
    """A new id of a kind of object: `pi_…`."""
    return f"{PREFIXES[kind]}_{token()}"


def kind_of(id_: str) -> str | None:
    """The kind of object an id names, by how it begins."""
    return next((kind for kind, prefix in PREFIXES.items() if id_.startswith(f"{prefix}_")), None)


def named(kind: str) -> str:
    """A kind of object in Stripe's sentences: `checkout.session` of "No such checkout.session"."""
    return kind.replace("_", " ") if kind == "payment_method" else kind


@dataclass(frozen=True)
class Cause:
    """The request that something happens in, for its events; a moment that came by itself has none."""

    request: str | None = None
    key: str | None = None
    account: str | None = None
    """The connected account that it is asked of (`Stripe-Account`); None: our own."""


class World:
    """One transaction on the sandbox's memory, at one instant of its own clock."""

    def __init__(self, db: sqlite3.Connection, origin: str, now: int, cause: Cause | None = None) -> None:
        """`origin`: where people reach the sandbox's pages. `now`: seconds since 1970."""
        self.db, self.origin, self.now, self.cause = db, origin, now, cause or Cause()

    # Objects

    def add(self, body: Body, **hidden: Any) -> Body:
        """Remember a new object. `hidden` is what Stripe knows of it and does not tell."""
        self.db.execute(
            "INSERT INTO object (id, kind, body, hidden) VALUES (?, ?, ?, ?)",
            (body["id"], body["object"], json.dumps(body), json.dumps(hidden)),
        )
        return body

    def save(self, body: Body) -> None:
        """Remember what has changed of an object."""
        self.db.execute("UPDATE object SET body = ? WHERE id = ?", (json.dumps(body), body["id"]))

    def find(self, id_: str) -> Body | None:
        """An object by its id."""
        row = self.db.execute("SELECT body FROM object WHERE id = ?", (id_,)).fetchone()
        return None if row is None else json.loads(row["body"])

    def get(self, kind: str, id_: str, param: str = "id") -> Body:
        """An object of a kind. Raises StripeError when there is none; `param` is where it was named."""
        found = self.find(id_)
        if found is None or found["object"] != kind or found.get("deleted"):
            raise missing(named(kind), id_, param)
        return found

    def remove(self, body: Body) -> Body:
        """Forget an object but for its id, which still answers that it was deleted; no list has it any more."""
        gone = {"id": body["id"], "object": body["object"], "deleted": True}
        self.db.execute(
            "UPDATE object SET kind = 'deleted', body = ?, hidden = '{}' WHERE id = ?", (json.dumps(gone), body["id"])
        )
        return gone

    def hidden(self, id_: str) -> dict[str, Any]:
        """What is known of an object and not told."""
        row = self.db.execute("SELECT hidden FROM object WHERE id = ?", (id_,)).fetchone()
        found: dict[str, Any] = json.loads(row["hidden"])
        return found

    def hide(self, id_: str, **hidden: Any) -> None:
        """Remember more of an object that is not told."""
        known = json.dumps({**self.hidden(id_), **hidden})
        self.db.execute("UPDATE object SET hidden = ? WHERE id = ?", (known, id_))

    def all(self, kind: str, **fields: Any) -> Iterator[Body]:
        """The objects of a kind whose fields are these, the newest first."""
        where = "".join(f" AND json_extract(body, '$.{name}') IS ?" for name in fields)
        # Read whole: whoever goes through them may change them meanwhile.
        rows = self.db.execute(
            f"SELECT body FROM object WHERE kind = ?{where} ORDER BY seq DESC",  # noqa: S608 - our own names of fields
            (kind, *fields.values()),
        ).fetchall()
        for row in rows:
            yield json.loads(row["body"])

    # What happens

    def emit(self, type_: str, about: Body, previous: Body | None = None) -> Body:
        """Say that something happened, to everyone who listens. `previous`: what the changed fields were before."""
        endpoints = [
            endpoint["id"]
            for endpoint in self.all("webhook_endpoint", status="enabled")
            if {"*", type_} & set(endpoint["enabled_events"])
        ]
        event = self.add(
            {
                "id": new_id("event"),
                "object": "event",
                "api_version": API_VERSION,
                "created": self.now,
                "data": {"object": about, **({} if previous is None else {"previous_attributes": previous})},
                "livemode": False,
                "pending_webhooks": len(endpoints),
                "request": {"id": self.cause.request, "idempotency_key": self.cause.key},
                "type": type_,
            }
        )
        for endpoint in endpoints:
            self.send(event["id"], endpoint)
        return event

    def send(self, event: str, endpoint: str) -> None:
        """Have an event delivered to an endpoint, soon."""
        self.db.execute("INSERT INTO delivery (event, endpoint, due) VALUES (?, ?, ?)", (event, endpoint, self.now))

    def later(self, at: int, what: str, about: str) -> None:
        """Have something happen by itself at an instant of the sandbox's clock; `timeline` knows what."""
        self.db.execute("INSERT INTO due (at, what, about) VALUES (?, ?, ?)", (at, what, about))

    # Settings

    def setting(self, name: str, default: Any) -> Any:
        """What somebody set on the control page."""
        row = self.db.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
        return default if row is None else json.loads(row["value"])

    def set(self, name: str, value: Any) -> None:
        """Keep a setting."""
        self.db.execute("INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)", (name, json.dumps(value)))


AHEAD = "clock_ahead"
"""The setting: how many seconds the sandbox's clock is ahead of ours."""


def now_in(db: sqlite3.Connection) -> int:
    """This instant by the sandbox's own clock, in seconds since 1970."""
    row = db.execute("SELECT value FROM setting WHERE name = ?", (AHEAD,)).fetchone()
    return int(clock.now().timestamp()) + (0 if row is None else int(row["value"]))


Step = Callable[[World, str], None]
