"""The cities of the demo, from `cities.toml`."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from shared_models.money import Currency


class Quarter(BaseModel):
    """A neighbourhood: where its middle is, some streets and sights, and a sentence about it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    at: tuple[float, float]
    postcode: str
    streets: Annotated[tuple[str, ...], Field(min_length=3)]
    sights: Annotated[tuple[str, ...], Field(min_length=3)]
    says: str


class Mooring(BaseModel):
    """Where boats lie that one lives on, and what they are called there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    boat: str
    quarter: str
    water: str


class City(BaseModel):
    """A city: its middle in degrees, and what a home with one bedroom costs there in whole units of its currency."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    country: str
    currency: Currency
    zone: str
    at: tuple[float, float]
    nightly: int
    monthly: int
    houses: tuple[str, str]
    """The quarters where houses and cottages stand."""
    mooring: Mooring | None = None
    quarters: tuple[Quarter, ...]

    def quarter(self, name: str) -> Quarter:
        """The quarter of that name."""
        return next(quarter for quarter in self.quarters if quarter.name == name)


class _Cities(BaseModel):
    city: tuple[City, ...]


@cache
def cities() -> tuple[City, ...]:
    """Every city, in the order of the file."""
    return _Cities.model_validate(tomllib.loads((Path(__file__).parent / "cities.toml").read_text("utf-8"))).city
