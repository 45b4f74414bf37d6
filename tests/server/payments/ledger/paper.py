"""The same books on a sheet of paper: a number for each account, kept by plain sums that know none of the room's code.

Positive is debit, as in the books. An act that would leave what is guarded on the wrong side is crossed out again.
"""

from collections import Counter
from dataclasses import dataclass, field

DEBIT_ONLY = {"dispute_in_progress"}
CREDIT_ONLY = {"stay_liability", "refunds_payable", "tenant_credit"}
Line = tuple[str, str, str]
"""Code, owner, currency."""


@dataclass
class Paper:
    """What stands where, and which facts were told."""

    sums: Counter[Line] = field(default_factory=Counter)
    facts: dict[str, Counter[Line]] = field(default_factory=dict)

    def write(self, fact: str, currency: str, **amounts: tuple[str, int]) -> bool:
        """Write a fact down: an owner and an amount for each code. False when it may not be."""
        lines = Counter({(code, owner, currency): amount for code, (owner, amount) in amounts.items()})
        assert sum(lines.values()) == 0, "the paper itself is wrong"
        after = Counter({line: self.sums[line] + lines[line] for line in self.sums.keys() | lines.keys()})
        for (code, _, _), amount in after.items():
            if (code in DEBIT_ONLY and amount < 0) or (code in CREDIT_ONLY and amount > 0):
                return False
        self.sums, self.facts[fact] = after, lines
        return True

    def of(self, owner: str) -> dict[tuple[str, str], int]:
        """What stands on an owner's accounts."""
        return {(code, currency): amount for (code, whose, currency), amount in self.sums.items()
                if whose == owner and amount}  # fmt: skip
