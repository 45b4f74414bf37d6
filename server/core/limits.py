"""How long PostgreSQL itself lets a connection of ours work, wait and idle: it ends the rest, whatever became of us.

A limit in our own process ends with the process, and frees no lock and no backend; these hold on their own.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Seconds, each more than none: PostgreSQL reads a zero as "for ever"."""

    statement: float
    """For one statement, its waiting for locks included."""
    lock: float
    """For one lock, of a row, a table or a number."""
    idle_in_transaction: float
    """Between two statements of a transaction; then the connection is closed."""

    def __post_init__(self) -> None:
        if min(self.statement, self.lock, self.idle_in_transaction) < 0.001:
            raise ValueError("a limit is at least a millisecond; none would be for ever")

    def settings(self) -> dict[str, str]:
        """The same as settings of PostgreSQL 15 to 18, for the start of a connection."""
        return {
            "statement_timeout": _milliseconds(self.statement),
            "lock_timeout": _milliseconds(self.lock),
            "idle_in_transaction_session_timeout": _milliseconds(self.idle_in_transaction),
        }

    def options(self) -> str:
        """The same for libpq."""
        return " ".join(f"-c {name}={value}" for name, value in self.settings().items())


def _milliseconds(seconds: float) -> str:
    return str(round(seconds * 1000))


REQUESTS = Limits(statement=10, lock=3, idle_in_transaction=15)
"""For what a person waits for. An idle transaction is one whose request was lost: none computes for so long."""
SEARCHES = Limits(statement=2, lock=1, idle_in_transaction=15)
"""For reads that anybody may ask for, as often as they like: at a million homes a broad one takes 7 s of CPU."""
MAINTENANCE = Limits(statement=2, lock=1, idle_in_transaction=5)
"""For what a process looks up by itself every moment; the next look is better than a late one."""
JOBS = Limits(statement=300, lock=30, idle_in_transaction=120)
"""For jobs, imports and commands, which write much and compute between two statements; a job is tried again."""
MIGRATIONS = Limits(statement=3600, lock=10, idle_in_transaction=120)
"""A new index of a large table takes minutes. While a change of a table waits for its lock, all wait behind it."""
