"""What happens by itself when its time has come: sessions end, holds lapse, money settles, refunds fail."""

import sqlite3

from server.sandbox.stripe.objects import checkout, disputes, payments, refunds
from server.sandbox.stripe.world import AHEAD, Step, World, now_in

_STEPS: dict[str, Step] = {
    "session_ends": checkout.end,
    "authorization_ends": payments.expire,
    "charge_settles": payments.settle,
    "funds_arrive": payments.arrive,
    "charge_is_disputed": disputes.open_by_card,
    "dispute_is_due": disputes.run_out,
    "refund_succeeds": refunds.succeed,
    "refund_fails": refunds.fail,
}


def catch_up(db: sqlite3.Connection, origin: str) -> int:
    """Let everything happen that is due, each thing at its own instant; what the sandbox's clock shows then."""
    until = now_in(db)
    while row := db.execute("SELECT * FROM due WHERE at <= ? ORDER BY at, seq LIMIT 1", (until,)).fetchone():
        db.execute("DELETE FROM due WHERE seq = ?", (row["seq"],))
        _STEPS[row["what"]](World(db, origin, row["at"]), row["about"])
    return until


def advance(db: sqlite3.Connection, origin: str, seconds: int) -> int:
    """Move the sandbox's clock forward, and let happen what lies between; what it shows then."""
    world = World(db, origin, now_in(db))
    world.set(AHEAD, world.setting(AHEAD, 0) + seconds)
    return catch_up(db, origin)
