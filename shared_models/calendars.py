"""One calendar per home: every claim on its nights."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import StringConstraints, model_validator

from shared_models.base import Input, Output

MAX_RANGE_DAYS = 800
"""The longest stretch of a calendar one call answers."""


class ClaimKind(StrEnum):
    """What holds a night."""

    HOLD = "hold"
    BOOKING = "booking"
    TENANCY = "tenancy"
    BLOCK = "block"
    EXTERNAL = "external"
    UNKNOWN = "unknown"


BlockNote = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]


class BlockCreate(Input):
    """Keep a home's nights free of guests. `end` is the first free day again, so `end - start` nights are blocked."""

    property_id: UUID
    start: date
    end: date
    note: BlockNote = ""

    @model_validator(mode="after")
    def _at_least_a_night(self) -> Self:
        if self.end <= self.start:
            raise ValueError("the end must come after the start")
        if (self.end - self.start).days > MAX_RANGE_DAYS:
            raise ValueError(f"a block is at most {MAX_RANGE_DAYS} nights")
        return self


class BlockChange(Input):
    """Other nights for a block, or another reason. What is left out stays; nights that are over stay as they were."""

    start: date | None = None
    end: date | None = None
    note: BlockNote | None = None


class Period(Output):
    """Nights from `start` up to, not including, the night of `end`."""

    start: date
    end: date


class ClaimRead(Output):
    """A claim as the landlord sees it. `source_id` is the booking's, the block's or the tenancy's own id."""

    id: UUID
    property_id: UUID
    kind: ClaimKind
    start: date
    end: date
    source_id: UUID
    note: str = ""
    expires_at: datetime | None = None


class PropertyCalendar(Output):
    """The claims on one home that touch the asked range, by date."""

    property_id: UUID
    title: str
    zone: str
    on_show: bool = True
    """Whether tenants can book it. Only such homes count where one reads how many are free."""
    claims: list[ClaimRead]


class CalendarLink(Output):
    """Where other calendars read what holds a home's nights: a secret address, or None while there is none."""

    property_id: UUID
    url: str | None = None
    made_at: datetime | None = None


class TakenPeriods(Output):
    """What anyone may know: which nights of a home are taken, joined where they touch."""

    property_id: UUID
    start: date
    end: date
    taken: list[Period]
