"""How often a caller may ask for what. Pure.

A budget is written as the library `limits` reads it: `20/second; 300/minute` allows bursts of twenty and a steady five
a second. Why each is what it is: `docs/decisions/0014-limits-of-connections-and-rates.md`.
"""

from enum import StrEnum

from limits import parse_many
from pydantic import BaseModel, ConfigDict, Field, field_validator


class CallClass(StrEnum):
    """What kind of call it is; each kind is counted on its own."""

    READ = "read"
    """Reads that are not one of those below."""
    PICTURE = "picture"
    SEARCH = "search"
    """Costly reads of everybody's homes: lists, maps, areas, suggestions."""
    WRITE = "write"
    """Writes that are not one of those below."""
    QUOTE = "quote"
    BOOKING = "booking"
    """Holding, confirming, answering and changing stays."""
    REPORT = "report"
    REPORT_OF_SAME_HOME = "report_of_same_home"
    DRAFT = "draft"
    """What is kept while somebody types."""
    UPLOAD = "upload"
    ACCOUNT = "account"
    """Signing up, in and out, and what mails of an account are asked for. Guesses are slowed down besides (0006)."""
    SOCKET = "socket"
    """Windows of the web client, each of which stays in memory for a while."""


class Budgets(BaseModel):
    """The budget of one person for each kind of call."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    read: str = "60/second; 900/minute"
    picture: str = "200/second; 3000/minute"
    search: str = "20/second; 300/minute"
    write: str = "20/second; 300/minute"
    quote: str = "10/second; 120/minute"
    booking: str = "10/second; 120/minute"
    report: str = "5/minute; 30/day"
    report_of_same_home: str = "3/day"
    draft: str = "5/second; 120/minute"
    upload: str = "2/second; 12/minute; 100/hour"
    account: str = "5/second; 60/minute"
    socket: str = "3/second; 30/minute"
    people_per_address: int = Field(default=5, ge=1, le=10_000)
    """Who is signed out is counted by address, which may be a whole house's: it has so many times the budget."""

    @field_validator("*", mode="before")
    @classmethod
    def _can_be_read(cls, value: object) -> object:
        if isinstance(value, str) and not value.isdecimal():
            try:
                parse_many(value)
            except ValueError:
                raise ValueError("must look like 20/second; 300/minute") from None
        return value

    def of(self, kind: CallClass) -> str:
        """The budget for one kind of call."""
        budget: str = getattr(self, kind.value)
        return budget
