"""Changing the price, the shortest stay or instant booking of many homes at once."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from shared_models.base import Input, Output
from shared_models.properties import BulkRefusal, Nights

Percent = Annotated[int, Field(ge=-90, le=500)]


class BulkEdit(Input):
    """Change many homes at once. What is None stays as it is; `price_percent` is relative to each home's price."""

    ids: Annotated[list[UUID], Field(min_length=1, max_length=500)]
    price_percent: Percent | None = None
    min_nights: Nights | None = None
    instant_book: bool | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if (self.price_percent or None, self.min_nights, self.instant_book) == (None, None, None):
            raise ValueError("say what to change")
        return self


class BulkEdited(Output):
    """What a bulk edit, or its undo, did."""

    id: UUID
    """Names the edit for its undo."""
    changed: int
    refused: list[BulkRefusal]


def price_after(price_minor: int, percent: int) -> int:
    """A price raised or lowered by whole percents, rounded half up to the minor unit and never below one."""
    return max(1, (price_minor * (100 + percent) * 2 + 100) // 200)
