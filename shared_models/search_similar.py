"""Homes like another."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from shared_models.base import Input
from shared_models.bookings import Guests
from shared_models.stay_dates import Stay

MAX_SIMILAR = 12


class SimilarRequest(Input):
    """Homes like `home`: let the same way, near it, near its price, for as many. With dates only those free then."""

    home: UUID
    check_in: date | None = None
    check_out: date | None = None
    guests: Guests | None = None
    limit: Annotated[int, Field(ge=1, le=MAX_SIMILAR)] = 6

    @model_validator(mode="after")
    def _dates_belong_together(self) -> Self:
        if (self.check_in is None) != (self.check_out is None):
            raise ValueError("check_in and check_out belong together")
        if self.check_in is not None and self.check_out is not None:
            Stay(check_in=self.check_in, check_out=self.check_out)
        return self

    @property
    def stay(self) -> Stay | None:
        if self.check_in is None or self.check_out is None:
            return None
        return Stay(check_in=self.check_in, check_out=self.check_out)
