"""What goes wrong on demand: the next requests that fit are refused, fail, hang or are never answered."""

import sqlite3
from dataclasses import dataclass
from enum import StrEnum

from server.sandbox.stripe.errors import StripeError

MAX_SECONDS = 120.0
MAX_TIMES = 1000


class FaultKind(StrEnum):
    """What goes wrong."""

    RATE_LIMIT = "rate_limit"
    """429, and nothing was done (docs.stripe.com/rate-limits)."""
    LOCK_TIMEOUT = "lock_timeout"
    """429: the object is being changed by another request."""
    ERROR_BEFORE = "error_before"
    """500, and nothing was done. It is what the key answers from now on."""
    ERROR_AFTER = "error_after"
    """500, although it was done. It is what the key answers from now on."""
    HANG_BEFORE = "hang_before"
    """Nothing is done for some seconds."""
    HANG_AFTER = "hang_after"
    """It is done, and answered some seconds later."""
    DROP_BEFORE = "drop_before"
    """The connection ends, and nothing was done."""
    DROP_AFTER = "drop_after"
    """It is done, and the connection ends without an answer."""


@dataclass(frozen=True)
class Fault:
    """One request's fault."""

    kind: FaultKind
    seconds: float


def add(db: sqlite3.Connection, kind: FaultKind, method: str, path: str, *, times: int, seconds: float) -> None:
    """Let the next `times` requests of a method, to paths that begin like this, go wrong."""
    db.execute(
        "INSERT INTO fault (method, path, kind, times, seconds) VALUES (?, ?, ?, ?, ?)",
        (method, path, kind.value, times, seconds),
    )


def take(db: sqlite3.Connection, method: str, path: str) -> Fault | None:
    """The fault of a request, used up by it."""
    for row in db.execute("SELECT * FROM fault WHERE method IN ('', ?) ORDER BY seq", (method,)).fetchall():
        if path.startswith(row["path"]):
            db.execute("UPDATE fault SET times = times - 1 WHERE seq = ?", (row["seq"],))
            db.execute("DELETE FROM fault WHERE times <= 0")
            return Fault(FaultKind(row["kind"]), row["seconds"])
    return None


def refusal(fault: Fault | None) -> StripeError | None:
    """The 429 of a fault, if it is one."""
    if fault is None or fault.kind not in (FaultKind.RATE_LIMIT, FaultKind.LOCK_TIMEOUT):
        return None
    words = {
        FaultKind.RATE_LIMIT: "Request rate limit exceeded.",
        FaultKind.LOCK_TIMEOUT: "This object cannot be accessed right now because another API request is accessing it.",
    }
    return StripeError(words[fault.kind], status=429, code=fault.kind.value)


def broken() -> StripeError:
    """The 500 of a fault."""
    return StripeError("An unknown error occurred.", status=500, type="api_error")
