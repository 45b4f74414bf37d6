"""Dice that always fall the same way for the same key: a drawing needs variety, never chance."""

from collections.abc import Sequence
from hashlib import sha256
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Throws read from `sha256(key + counter)`, the counter as 4 big-endian bytes from 0.

    The same key gives the same throws in the same order on every machine and Python version, which `random` does
    not promise. Two bytes a throw: the bias of the remainder is below 1 % for the small ranges a drawing needs.
    """

    def __init__(self, key: str) -> None:
        self._key = key.encode()
        self._counter = 0
        self._bytes = iter(b"")

    def _byte(self) -> int:
        for byte in self._bytes:
            return byte
        self._bytes = iter(sha256(self._key + self._counter.to_bytes(4, "big")).digest())
        self._counter += 1
        return next(self._bytes)

    def below(self, limit: int) -> int:
        """A whole number from 0 to `limit - 1`; `limit` at most 65,536."""
        high = self._byte()
        return (high * 256 + self._byte()) % limit

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + self.below(high - low + 1)

    def chance(self, percent: int) -> bool:
        """True in `percent` of a hundred throws."""
        return self.below(100) < percent

    def pick(self, choices: Sequence[T]) -> T:
        """One of the choices."""
        return choices[self.below(len(choices))]
