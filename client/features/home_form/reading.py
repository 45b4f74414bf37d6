"""Reads numbers, amounts and times as people write them. Pure."""

import re
from datetime import time
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from client.core.language import t
from client.features.home_form.field_places import Errors
from client.features.home_form.prices.tiers import TierRow, tiers_of
from client.features.home_form.seasons import SeasonRow, rows_of
from client.features.home_form.typed import Typed
from shared_models.money import Money
from shared_models.properties import LetType

_CLOCK: Final = re.compile(r"^(\d{1,2})(?:[:.](\d{2}))?$")
_EXAMPLES: Final = {"latitude": "55.9533", "longitude": "-3.1883"}


class Reader:
    """Reads numbers, amounts and times as people write them, and notes what it cannot read."""

    def __init__(self, typed: Typed) -> None:
        self.typed, self.errors = typed, Errors()

    def _text(self, name: str) -> str:
        return self.typed.get(name).strip()

    @property
    def monthly(self) -> bool:
        """Whether the home is let by the month, so that no rule of nights is read."""
        return self.typed.get("let_type") == LetType.MONTHLY.value

    def whole(self, name: str) -> int | None:
        """A whole number; None where nothing is typed."""
        return self._whole(name, self._text(name), t("Write a whole number, such as 2, or leave it empty."))

    def _whole(self, name: str, text: str, wrong: str) -> int | None:
        if not text:
            return None
        if not text.isascii() or not text.isdigit():
            self.errors[name] = wrong
            return None
        return int(text[:9])

    def degrees(self, name: str) -> float | None:
        """Degrees of the pin, which must be there."""
        text = self._text(name).replace(",", ".")
        if not text:
            example = _EXAMPLES[name]
            self.errors[name] = t("Put the pin on the map, or type it in degrees, such as {example}.", example=example)
            return None
        try:
            return float(Decimal(text))
        except InvalidOperation:
            self.errors[name] = t("Write degrees as a number, such as {example}.", example=_EXAMPLES[name])
            return None

    def clock(self, name: str) -> time | None:
        """A time of the day; None where nothing is typed."""
        text = self._text(name)
        if not text:
            return None
        found = _CLOCK.match(text)
        hours, minutes = (int(found[1]), int(found[2] or 0)) if found else (99, 99)
        if hours > 23 or minutes > 59:
            self.errors[name] = t("Write a time of the day, such as 15:00.")
            return None
        return time(hours, minutes)

    def seasons(self) -> list[dict[str, Any]] | None:
        """A row each; days that are no days are told by the facts."""
        rows = enumerate(rows_of(self._text("seasons")))
        return [self._season(f"seasons.{number}", row) for number, row in rows] or None

    def _season(self, path: str, row: SeasonRow) -> dict[str, Any]:
        read = self._needed if self.monthly else self._whole
        nights = read(f"{path}.nights", row.nights, t("Write a whole number of nights, such as 7."))
        price = None if self.monthly else self._amount(f"{path}.price", row.price)
        if f"{path}.nights" in self.errors:
            nights = 1  # else it would be told besides that the season has neither price nor nights
        return {"first": row.first, "last": row.last, "min_nights": nights, "price_minor": price}

    def tiers(self) -> list[dict[str, Any]] | None:
        """The discounts for longer stays, a row each."""
        rows = enumerate(tiers_of(self._text("length_discounts")))
        return [self._tier(f"length_discounts.{number}", row) for number, row in rows] or None

    def _tier(self, path: str, row: TierRow) -> dict[str, Any]:
        return {
            "nights": self._needed(f"{path}.nights", row.nights, t("Write a whole number of nights, such as 7.")),
            "percent": self._needed(f"{path}.percent", row.percent, t("Write whole percents, such as 10.")),
        }

    def _needed(self, name: str, text: str, wrong: str) -> int | None:
        number = self._whole(name, text, wrong)
        if number is None:
            self.errors[name] = wrong
        return number

    def money(self, name: str) -> int | None:
        """An amount in minor units of the currency chosen; None where nothing is typed, which a price may not be."""
        if name == "price" and not self._text(name):
            self.errors[name] = t("Say what it costs, such as 94.")
            return None
        return self._amount(name, self._text(name))

    def _amount(self, name: str, typed: str) -> int | None:
        text = typed.replace(" ", "")
        if not text:
            return None
        if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", text):
            text = text.replace(",", "")
        try:
            amount = Money.of(Decimal(text.replace(",", ".")), self.typed.currency)
        except InvalidOperation:
            self.errors[name] = t("Write an amount, such as 94.00.")
        except ValueError:
            self.errors[name] = t("It has more decimals than {currency} knows.", currency=self.typed.currency.value)
        else:
            return amount.amount_minor
        return None
