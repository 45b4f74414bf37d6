"""Status moves: one table per thing, the same for the server that refuses and the client that greys out a button."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

Status = TypeVar("Status", bound=StrEnum)
Moves = Mapping[Status, frozenset[Status]]


def may_move(moves: Mapping[Status, frozenset[Status]], now: Status, then: Status) -> bool:
    """Whether `moves` allows to go from `now` to `then`."""
    return then in moves.get(now, frozenset())
