"""Money: whole minor units and a currency, never a float."""

import re
from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Annotated

from pydantic import Field

from shared_models.base import Output

_CODE_BEFORE_FIGURE = re.compile(r"(?<=[^\W\d_])(?=\d)")
MinorUnits = Annotated[int, Field(ge=-(2**53), le=2**53)]
"""An amount in the smallest unit of its currency, small enough for JSON readers that know only doubles."""


class Currency(StrEnum):
    """The currencies a home can be priced in (ISO 4217)."""

    GBP = "GBP"
    EUR = "EUR"
    USD = "USD"
    CHF = "CHF"
    SEK = "SEK"
    NOK = "NOK"
    DKK = "DKK"
    PLN = "PLN"
    CZK = "CZK"
    JPY = "JPY"
    CAD = "CAD"
    AUD = "AUD"
    NZD = "NZD"
    ZAR = "ZAR"
    INR = "INR"
    AED = "AED"
    BRL = "BRL"
    TRY = "TRY"
    HUF = "HUF"
    RON = "RON"
    UNKNOWN = "unknown"


_DECIMALS = {Currency.JPY: 0}
THREE_DECIMALS = frozenset({"KWD", "BHD", "OMR", "JOD", "TND", "IQD", "LYD"})
"""Currencies of a thousand minor units (ISO 4217), which we do not take: screens and feeds count in hundreds."""


def decimals(currency: Currency) -> int:
    """How many decimal places the currency has (ISO 4217 "minor unit")."""
    return _DECIMALS.get(currency, 2)


def rounded(amount: Fraction) -> int:
    """The nearest whole minor unit; a half goes away from zero, as on an invoice."""
    whole, rest = divmod(abs(amount), 1)
    size = int(whole) + (1 if rest >= Fraction(1, 2) else 0)
    return size if amount >= 0 else -size


def set_apart(amount: str) -> str:
    """An amount in words whose currency ends with a letter, parted from its figures: `CZK 4,900.00`.

    The rule is CLDR's (UTS #35, `currencySpacing`); the space does not break.
    """
    return _CODE_BEFORE_FIGURE.sub("\u00a0", amount)


class Money(Output):
    """An amount in minor units, with its currency. Two currencies never mix.

    In an app that does not know the currency it is UNKNOWN, and so are the decimals: the amount is not to be shown.
    """

    amount_minor: MinorUnits
    currency: Currency

    @classmethod
    def of(cls, major: Decimal | int | str, currency: Currency) -> "Money":
        """From an amount in major units. Raises ValueError when it has more decimals than the currency."""
        minor = Decimal(major).scaleb(decimals(currency))
        if minor != minor.to_integral_value():
            raise ValueError(f"{major} has more decimals than {currency} knows")
        return cls(amount_minor=int(minor), currency=currency)

    @property
    def major(self) -> Decimal:
        """The amount in major units, exact."""
        return Decimal(self.amount_minor).scaleb(-decimals(self.currency))

    def __add__(self, other: "Money") -> "Money":
        self._same_currency(other)
        return Money(amount_minor=self.amount_minor + other.amount_minor, currency=self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same_currency(other)
        return Money(amount_minor=self.amount_minor - other.amount_minor, currency=self.currency)

    def times(self, factor: Fraction | int) -> "Money":
        """Multiplied exactly, then rounded once to the minor unit."""
        return Money(amount_minor=rounded(Fraction(factor) * self.amount_minor), currency=self.currency)

    def split(self, weights: Sequence[int]) -> list["Money"]:
        """Shares in proportion to `weights` that add up to exactly this amount (largest remainder first).

        Raises ValueError when there is no positive weight or one is negative.
        """
        total = sum(weights)
        if total <= 0 or min(weights) < 0:
            raise ValueError("weights must be positive")
        exact = [Fraction(self.amount_minor * weight, total) for weight in weights]
        shares = [amount.numerator // amount.denominator for amount in exact]
        order = sorted(range(len(weights)), key=lambda place: (shares[place] - exact[place], place))
        for place in order[: self.amount_minor - sum(shares)]:
            shares[place] += 1
        return [Money(amount_minor=share, currency=self.currency) for share in shares]

    def _same_currency(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise ValueError(f"cannot mix {self.currency} and {other.currency}")
