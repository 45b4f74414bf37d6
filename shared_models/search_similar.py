"""Homes like another."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from shared_models.base import Input
from shared_models.bookings import Guests
from shared_models.stay_dates import Stay

MOST_SIMILAR = 12


class SimilarWish(Input):
    """Homes like `home`: let the same way, near it, near its price, for as many. With dates only those free then."""

    home: UUID
    arrive: date | None = None
    leave: date | None = None
    guests: Guests | None = None
    limit: Annotated[int, Field(ge=1, le=MOST_SIMILAR)] = 6

    @model_validator(mode="after")
    def _dates_belong_together(self) -> Self:
        if (self.arrive is None) != (self.leave is None):
            raise ValueError("arrive and leave belong together")
        if self.arrive is not None and self.leave is not None:
            Stay(arrive=self.arrive, leave=self.leave)
        return self

    @property
    def stay(self) -> Stay | None:
        if self.arrive is None or self.leave is None:
            return None
        return Stay(arrive=self.arrive, leave=self.leave)
