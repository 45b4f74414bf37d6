"""What price rules would do before they are saved: the year to come, and the stays of the year that is over."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator

from shared_models.base import Output, refused
from shared_models.money import Currency, Money
from shared_models.price_rules import PriceFacts
from shared_models.prices import PriceTerms, price_stay, total_of
from shared_models.properties import LetType
from shared_models.stay_dates import Stay
from shared_models.stay_limits import SeasonGiven, season_price_problems

DAYS_AHEAD = 365
DAYS_BACK = 365
SAMPLE_NIGHTS = 7
"""How long the stay is whose price is told for each day of arrival, beside that of a single night."""


class PriceSimulationRequest(PriceFacts):
    """The prices of a home as they are typed, before they are saved."""

    property_id: UUID
    let_type: LetType
    seasons: Annotated[list[SeasonGiven], Field(min_length=1, max_length=20)] | None = None
    guests: Annotated[int, Field(ge=1, le=100)] = 2
    """For how many the year to come is priced."""

    @field_validator("seasons")
    @classmethod
    def _seasons_agree(cls, value: list[SeasonGiven] | None, info: ValidationInfo) -> list[SeasonGiven] | None:
        if wrong := season_price_problems(value or (), info.data.get("min_price_minor")):
            raise refused(dict(wrong.items()))
        return value


class SimulatedDay(Output):
    """What guests who arrive on a day would pay, and what they pay as the rules are saved. Minor units."""

    day: date
    night_minor: int
    """For this night, if they stay no longer: without cleaning and tax."""
    week_minor: int
    """For `SAMPLE_NIGHTS` nights, all included."""
    saved_night_minor: int
    saved_week_minor: int


class RepricedStay(Output):
    """A stay that was agreed, and what it would cost if it were booked as far ahead under the new rules."""

    booking_id: UUID
    reference: str
    check_in: date
    check_out: date
    guests: int
    booked_on: date
    agreed: Money
    repriced: Money


class RepricedSum(Output):
    """What the stays of one currency add up to: as agreed, and as they would be."""

    stays: int
    agreed: Money
    repriced: Money


class PriceSimulation(Output):
    """The next `DAYS_AHEAD` days of arrival, and the stays that began in the last `DAYS_BACK`."""

    currency: Currency
    """Of the prices as typed."""
    saved_currency: Currency
    days: list[SimulatedDay]
    """Empty for a home that is, or would be, let by the month: its price is the same every month."""
    stays: list[RepricedStay]
    """By arrival."""
    sums: list[RepricedSum]
    """One for each currency; stays that were agreed in another than that of the prices are in none."""


def simulated_days(typed: PriceTerms, saved: PriceTerms, *, guests: int, today: date) -> list[SimulatedDay]:
    """The year to come for guests who book today, at the terms as typed and as saved."""
    if LetType.MONTHLY in (typed.let_type, saved.let_type):
        return []
    found = []
    for ahead in range(DAYS_AHEAD):
        day = today + timedelta(days=ahead)
        night, week = _sample(typed, day, guests, today)
        saved_night, saved_week = _sample(saved, day, guests, today)
        found.append(
            SimulatedDay(
                day=day,
                night_minor=night,
                week_minor=week,
                saved_night_minor=saved_night,
                saved_week_minor=saved_week,
            )
        )
    return found


def _sample(terms: PriceTerms, day: date, guests: int, today: date) -> tuple[int, int]:
    one, week = (
        price_stay(terms, Stay(check_in=day, check_out=day + timedelta(days=nights)), guests=guests, today=today)
        for nights in (1, SAMPLE_NIGHTS)
    )
    return one[0].amount.amount_minor, total_of(week).amount_minor


def repriced_sums(stays: Iterable[RepricedStay]) -> list[RepricedSum]:
    """What stays add up to, by currency; only those whose two prices are in one."""
    sums: dict[Currency, RepricedSum] = {}
    for stay in stays:
        currency = stay.agreed.currency
        if stay.repriced.currency != currency:
            continue
        nothing = Money(amount_minor=0, currency=currency)
        so_far = sums.get(currency, RepricedSum(stays=0, agreed=nothing, repriced=nothing))
        sums[currency] = RepricedSum(
            stays=so_far.stays + 1, agreed=so_far.agreed + stay.agreed, repriced=so_far.repriced + stay.repriced
        )
    return [sums[currency] for currency in sorted(sums)]
