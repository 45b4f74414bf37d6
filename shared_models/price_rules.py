"""The price of a home and the rules round it, as its landlord sets them; `prices` makes the price of a stay of them.

What a landlord has not set changes nothing, and neither does a rule of 0 percent.
"""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from shared_models.base import Input, Output, refused
from shared_models.money import Currency, Money
from shared_models.stay_dates import MAX_DAYS_AHEAD, MAX_STAY_NIGHTS
from shared_models.tourist_taxes import TAXES

MAX_LENGTH_DISCOUNTS = 5

PriceMinor = Annotated[int, Field(ge=1, le=10_000_000_00)]
FeeMinor = Annotated[int, Field(ge=0, le=10_000_00)]
RulePercent = Annotated[int, Field(ge=0, le=90)]
DaysAhead = Annotated[int, Field(ge=0, le=MAX_DAYS_AHEAD)]


class LengthDiscount(Output):
    """Cheaper nights for stays of `nights` nights or more."""

    nights: Annotated[int, Field(ge=2, le=MAX_STAY_NIGHTS)]
    percent: RulePercent


class LengthDiscountGiven(LengthDiscount, Input):
    """A discount for the length of a stay, as a landlord gives it."""


LengthDiscounts = Annotated[list[LengthDiscountGiven], Field(min_length=1, max_length=MAX_LENGTH_DISCOUNTS)]


class PriceRules(Output):
    """What changes the price of a night, or comes on top. None: the landlord has set no such rule.

    All of it is for homes let by the night; a price for a month is what it is.
    """

    weekend_percent: int | None = None
    """How much more the nights of Friday and Saturday cost."""
    length_discounts: Sequence[LengthDiscount] | None = None
    """By nights, the fewest first. The longest that a stay reaches counts, for all of its nights."""
    early_bird_days: int | None = None
    """For arrivals at least so many days ahead nights are cheaper, by `early_bird_percent`."""
    early_bird_percent: int | None = None
    last_minute_days: int | None = None
    """For arrivals at most so many days ahead nights are cheaper, by `last_minute_percent`; 0: on the day itself."""
    last_minute_percent: int | None = None
    min_price: Money | None = None
    """No rule makes a night cheaper than this."""
    guests_included: int | None = None
    """So many guests the price of a night is for; each further one pays `extra_guest_fee` a night."""
    extra_guest_fee: Money | None = None
    non_refundable_percent: int | None = None
    """How much cheaper nights are for those who give up every refund; None: nobody is offered that."""
    tourist_tax: str | None = None
    """A key of `shared_models.tourist_taxes.TAXES`: the tax of the place, which comes on top."""


NIGHTLY_RULES = (
    "weekend_percent",
    "length_discounts",
    "early_bird_days",
    "early_bird_percent",
    "last_minute_days",
    "last_minute_percent",
    "min_price_minor",
    "guests_included",
    "extra_guest_fee_minor",
    "non_refundable_percent",
    "tourist_tax",
)
"""The fields of `PriceFacts` that only a home let by the night has; a season's price is another."""


class ForNightsOnly(ValueError):
    """A price rule of nights, given for a home that is let by the month."""

    def __init__(self) -> None:
        super().__init__("is for homes let by the night")


class PriceFacts(Input):
    """What a landlord says of a price. Amounts are in minor units of `currency`.

    Of fields that do not agree the later one is named: those before it are known by then.
    """

    price_minor: PriceMinor
    """For a night or a month, as the home is let."""
    cleaning_fee_minor: FeeMinor | None = None
    currency: Currency
    weekend_percent: RulePercent | None = None
    length_discounts: LengthDiscounts | None = None
    early_bird_days: Annotated[int, Field(ge=1, le=MAX_DAYS_AHEAD)] | None = None
    early_bird_percent: RulePercent | None = Field(default=None, validate_default=True)
    last_minute_days: DaysAhead | None = None
    last_minute_percent: RulePercent | None = Field(default=None, validate_default=True)
    min_price_minor: PriceMinor | None = None
    guests_included: Annotated[int, Field(ge=1, le=100)] | None = None
    extra_guest_fee_minor: FeeMinor | None = Field(default=None, validate_default=True)
    non_refundable_percent: RulePercent | None = None
    tourist_tax: Annotated[str, Field(max_length=40)] | None = None

    @property
    def rules_of_nights(self) -> list[str]:
        """The fields that are said and mean nothing for a price by the month."""
        return [name for name in NIGHTLY_RULES if getattr(self, name) is not None]

    @field_validator("length_discounts")
    @classmethod
    def _each_length_once(cls, value: list[LengthDiscountGiven] | None) -> list[LengthDiscountGiven] | None:
        if value is None:
            return None
        lengths = [tier.nights for tier in value]
        again = [row for row, nights in enumerate(lengths) if nights in lengths[:row]]
        if again:
            raise refused({(row, "nights"): ValueError("has a discount already") for row in again})
        return sorted(value, key=lambda tier: tier.nights)

    @field_validator("early_bird_percent")
    @classmethod
    def _early_bird_is_whole(cls, value: int | None, info: ValidationInfo) -> int | None:
        return _whole(value, info, "early_bird_days")

    @field_validator("last_minute_percent")
    @classmethod
    def _last_minute_is_whole(cls, value: int | None, info: ValidationInfo) -> int | None:
        return _whole(value, info, "last_minute_days")

    @field_validator("extra_guest_fee_minor")
    @classmethod
    def _extra_guests_are_whole(cls, value: int | None, info: ValidationInfo) -> int | None:
        return _whole(value, info, "guests_included")

    @field_validator("min_price_minor")
    @classmethod
    def _minimum_is_no_more_than_the_price(cls, value: int | None, info: ValidationInfo) -> int | None:
        if value is not None and value > info.data.get("price_minor", value):
            raise ValueError("is more than the price of a night")
        return value

    @field_validator("tourist_tax")
    @classmethod
    def _tax_is_known(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None:
            return None
        if value not in TAXES:
            raise ValueError("is no tourist tax we know")
        currency, charged = info.data.get("currency"), TAXES[value].currency
        if currency is not None and charged is not None and charged != currency:
            raise ValueError(f"is charged in {charged}, and the price is in {currency}")
        return value


def _whole(value: int | None, info: ValidationInfo, other: str) -> int | None:
    """Two fields of one rule: both are said, or neither."""
    if other in info.data and (value is None) != (info.data[other] is None):
        raise ValueError(f"goes with {other}: say both or neither")
    return value
