"""Rows of a list that comes in pages."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeVar

Row = TypeVar("Row")


def joined(
    before: Sequence[Row], found: Sequence[Row], key: Callable[[Any], Hashable] = lambda row: row.id
) -> tuple[Row, ...]:
    """The rows so far and those of the next page; one that moved meanwhile and comes again stays where it was."""
    here = {key(row) for row in before}
    return (*before, *(row for row in found if key(row) not in here))
