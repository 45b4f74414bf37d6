"""Words, dates and amounts as people read them.

Every text goes through `t` (or `tn` for a number of things); the English text is the key of the catalogue. Only English
is there now; `assets/translations/` gets a folder for each further language.
"""

import gettext
from collections.abc import Sequence
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.core import Locale
from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, get_currency_name, get_currency_symbol

from client.core import clock
from shared_models.money import Currency, Money

LANGUAGE = "en_GB"
_LOCALE = Locale.parse(LANGUAGE)
_FOLDER = Path(__file__).parents[2] / "assets" / "translations"


@cache
def _catalogue() -> gettext.NullTranslations:
    return gettext.translation("messages", _FOLDER, languages=[LANGUAGE, "en"], fallback=True)


def t(words: str, **values: Any) -> str:
    """The text in the reader's language, with `{name}` filled in."""
    told = _catalogue().gettext(words)
    return told.format(**values) if values else told


def tn(one: str, many: str, number: int, **values: Any) -> str:
    """`one` or `many` as the language counts; `{n}` is the number, formatted."""
    return _catalogue().ngettext(one, many, number).format(n=whole(number), **values)


def whole(number: int) -> str:
    """A whole number with its separators: 12,189."""
    return str(format_decimal(number, locale=_LOCALE))


def money(amount: Money) -> str:
    """An amount, exact: £328.04."""
    if amount.currency is Currency.UNKNOWN:
        return _unknown_amount()
    return str(format_currency(amount.major, amount.currency.value, locale=_LOCALE))


def money_round(amount: Money) -> str:
    """An amount in whole units, for pins on a map and long lists: £328."""
    if amount.currency is Currency.UNKNOWN:
        return _unknown_amount()
    return str(
        format_currency(
            round(amount.major), amount.currency.value, locale=_LOCALE, format="¤#,##0", currency_digits=False
        )
    )


def _unknown_amount() -> str:
    """Without the currency's decimals any figure could be a hundred times too much."""
    return t("price in a newer app")


def _year(day: date) -> str:
    return "" if day.year == clock.now().year else "y"


def day(when: date) -> str:
    """`Fri 11 Dec`, with the year only if it is not this one."""
    return format_date(when, "EEE d MMM" + (" y" if _year(when) else ""), locale=_LOCALE)


def day_name(when: date) -> str:
    """`Wednesday 25 November`, for the heading of a day that is near."""
    return format_date(when, "EEEE d MMMM", locale=_LOCALE)


def day_short(when: date) -> str:
    """`28 Nov`."""
    return format_date(when, "d MMM", locale=_LOCALE)


def day_long(when: date) -> str:
    """`Friday 11 December 2026`, for readers and headings."""
    return format_date(when, "EEEE d MMMM y", locale=_LOCALE)


def day_range(start: date, end: date) -> str:
    """`Fri 11 – Mon 14 Dec`: what both days share is said once."""
    if start.year != end.year:
        return (
            f"{format_date(start, 'EEE d MMM y', locale=_LOCALE)} – {format_date(end, 'EEE d MMM y', locale=_LOCALE)}"
        )
    first = format_date(start, "EEE d" if start.month == end.month else "EEE d MMM", locale=_LOCALE)
    return f"{first} – {day(end)}"


def month(when: date) -> str:
    """`December 2026`."""
    return format_date(when, "LLLL y", locale=_LOCALE)


def weekdays(*, short: bool = True) -> list[str]:
    """The names of the days, Monday first."""
    names = _LOCALE.days["stand-alone"]["abbreviated" if short else "wide"]
    return [str(names[number]) for number in range(7)]


def hour(at: time) -> str:
    """`15:00`."""
    return at.strftime("%H:%M")


def instant(when: datetime, zone: str) -> str:
    """A moment in the home's own time: `Wed 25 Nov, 18:00`."""
    there = when.astimezone(ZoneInfo(zone))
    return f"{day(there.date())}, {hour(there.time())}"


def ago(when: datetime) -> str:
    """`12 minutes ago`, and after a day the date."""
    minutes = int((clock.now() - when).total_seconds() // 60)
    if minutes < 1:
        return t("just now")
    if minutes < 60:
        return tn("{n} minute ago", "{n} minutes ago", minutes)
    if minutes < 24 * 60:
        return tn("{n} hour ago", "{n} hours ago", minutes // 60)
    return day(when.date())


def and_(words: Sequence[str]) -> str:
    """`a, b and c`."""
    return str(format_list(list(words), locale=_LOCALE))


def month_short(when: date) -> str:
    """`Dec 2026`."""
    return str(format_skeleton("yMMM", when, locale=_LOCALE))


def countries() -> list[tuple[str, str]]:
    """Every country as (ISO 3166-1 alpha-2, name), by name."""
    named = [
        (code, str(name))
        for code, name in _LOCALE.territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES
    ]
    return sorted(named, key=lambda country: country[1])


_NO_COUNTRIES = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"})
"""What CLDR lists with two letters though ISO knows no such country (islands, unions, placeholders)."""


def currency_word(currency: str) -> str:
    """`GBP · British pound`."""
    return f"{currency} · {get_currency_name(currency, locale=_LOCALE)}"


def currency_sign(currency: str) -> str:
    """`£`."""
    return str(get_currency_symbol(currency, locale=_LOCALE))
