"""The seasons of a home as rows: what stands in each, and how a draft keeps them. Pure.

A draft keeps a line a season, `06-01 to 08-31: 7; 120`: its shortest stay and its price a night. What is not chosen or
typed yet is left out of its line.
"""

import dataclasses
import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from client.core.language import day_short, t
from client.parts.facts import nights_words
from shared_models.money import Currency
from shared_models.stay_dates import shifted

_LINE: Final = re.compile(r"^(\d\d-\d\d)? ?(?:to|–|-) ?(\d\d-\d\d)? ?: ?(.*)$", re.ASCII)
_BEFORE_PRICE: Final = ";"
_YEARS_TO_LEAP: Final = 8
"""29 February comes back after so many years at the latest."""


@dataclasses.dataclass(frozen=True)
class SeasonRow:
    """One season as it stands in its row: month and day (`06-01`), the nights and the price a night as typed.

    "" where nothing stands.
    """

    first: str = ""
    last: str = ""
    nights: str = ""
    price: str = ""


def rows_of(words: str) -> list[SeasonRow]:
    """The rows of what a draft keeps; a line that means nothing is an empty row, so that it is seen and corrected."""
    return [_row(line) for line in words.splitlines()]


def _row(line: str) -> SeasonRow:
    found = _LINE.match(line.strip())
    if found is None:
        return SeasonRow()
    nights, _, price = found[3].partition(_BEFORE_PRICE)
    return SeasonRow(found[1] or "", found[2] or "", nights.strip(), price.strip())


def words_of(rows: Sequence[SeasonRow]) -> str:
    """What a draft keeps of these rows."""
    return "\n".join(_line(row) for row in rows)


def _line(row: SeasonRow) -> str:
    price = f"{_BEFORE_PRICE} {row.price}" if row.price else ""
    return f"{row.first} to {row.last}: {row.nights.replace(_BEFORE_PRICE, '')}{price}".strip()


def days_of(row: SeasonRow, not_before: date) -> tuple[date, date] | None:
    """The season's first and last day the next time it begins on or after a day; None while they are not chosen."""
    first = _next(row.first, not_before)
    last = None if first is None else _next(row.last, first)
    return None if first is None or last is None else (first, last)


def _next(month_day: str, not_before: date) -> date | None:
    for year in range(not_before.year, not_before.year + _YEARS_TO_LEAP + 1):
        try:
            day = date.fromisoformat(f"{year}-{month_day}")
        except ValueError:
            continue
        if day >= not_before:
            return day
    return None


def days_words(row: SeasonRow) -> str:
    """`1 Jun – 31 Aug`, as the reader writes days; "" while they are not chosen."""
    days = days_of(row, date(2028, 1, 1))
    return "" if days is None else f"{day_short(days[0])} – {day_short(days[1])}"


def season_words(words: str, currency: Currency) -> str:
    """All seasons as one reads them, a line each."""
    return "\n".join(f"{days_words(row) or '?'}: {_of_season(row, currency)}" for row in rows_of(words))


def _of_season(row: SeasonRow, currency: Currency) -> str:
    """`£120 a night, at least 7 nights`: what differs in it."""
    nights = t("at least {nights}", nights=nights_words(int(row.nights))) if _is_number(row.nights) else row.nights
    price = t("{amount} a night", amount=f"{row.price} {currency.value}") if row.price else ""
    return ", ".join(part for part in (price, nights) if part) or "?"


def _is_number(words: str) -> bool:
    return words.isascii() and words.isdigit()


def longest_season(today: date) -> tuple[date, date]:
    """The days among which a season is chosen: from this month on, two years."""
    first = today.replace(day=1)
    return first, shifted(first, 730)
