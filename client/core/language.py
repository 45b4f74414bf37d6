"""Words, dates and amounts as people read them.

Every text goes through `t` (or `tn` for a number of things); the English text is the key of the catalogue. Each further
language is a catalogue in `assets/translations/` (`python -m tools.words` shows what one lacks). A process serves many
people, so what is spoken belongs to a page; outside of any page it is English.
"""

import dataclasses
import gettext
from collections.abc import Sequence
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import flet as ft
from babel.core import Locale
from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, get_currency_name, get_currency_symbol

from client.core import clock
from client.core.catalogue import read
from shared_models.languages import Language
from shared_models.money import Currency, Money, set_apart

_FOLDER = Path(__file__).parents[2] / "assets" / "translations"


@dataclasses.dataclass(frozen=True)
class Customs:
    """Where languages differ beyond their words: what follows a weekday and the number of a day, an amount in
    whole units, and whether a name loses its capital inside a sentence.
    """

    day: str = "d"
    whole_amount: str = "¤#,##0"
    weekday: str = "EEEE"
    lowers: bool = True


_CUSTOMS = {
    Language.ENGLISH: Customs(),
    Language.GERMAN: Customs(day="d.", whole_amount="#,##0\u00a0¤", weekday="EEEE,", lowers=False),
}


@dataclasses.dataclass(frozen=True)
class Translator:
    """A language: its customs, and the words of the catalogue."""

    customs: Customs
    locale: Locale
    catalogue: gettext.NullTranslations


@cache
def translator(language: Language) -> Translator:
    """A language, read once."""
    customs, file = _CUSTOMS[language], _FOLDER / f"{language.value}.po"
    # The words in the code are English, so that English needs no file.
    words = read(file) if file.exists() else gettext.NullTranslations()
    return Translator(customs, Locale.parse(language.locale), words)


def speak(page: ft.Page, language: Language) -> None:
    """From now on a page speaks this language; what stands there is to be rendered anew."""
    page.session.store.set("language", language)


def spoken() -> Translator:
    """What is spoken on the page that is being rendered or acts."""
    try:
        language = ft.context.page.session.store.get("language")
    except RuntimeError:
        language = None
    return translator(language or Language.ENGLISH)


def speaks_english() -> bool:
    """Whether what is spoken is the language that the code and the server speak."""
    return spoken() is translator(Language.ENGLISH)


def inside(name: str) -> str:
    """A name as it stands inside a sentence; abbreviations keep their capitals, and in German every noun does."""
    keeps = not spoken().customs.lowers or name[1:2].isupper() or "-F" in name
    return name if keeps else name[:1].lower() + name[1:]


def _locale() -> Locale:
    return spoken().locale


def t(words: str, **values: Any) -> str:
    """The text in the reader's language, with `{name}` filled in."""
    told = spoken().catalogue.gettext(words)
    return told.format(**values) if values else told


def tn(one: str, many: str, number: int, **values: Any) -> str:
    """`one` or `many` as the language counts; `{n}` is the number, formatted."""
    return spoken().catalogue.ngettext(one, many, number).format(n=whole(number), **values)


def whole(number: int) -> str:
    """A whole number with its separators: 12,189."""
    return str(format_decimal(number, locale=_locale()))


def to_a_tenth(number: float) -> str:
    """A number with one decimal at most: 2, 1.5."""
    return str(format_decimal(round(number, 1), locale=_locale()))


def money(amount: Money) -> str:
    """An amount, exact: £328.04."""
    if amount.currency is Currency.UNKNOWN:
        return _unknown_amount()
    return set_apart(format_currency(amount.major, amount.currency.value, locale=_locale()))


def money_round(amount: Money) -> str:
    """An amount in whole units, for pins on a map and long lists: £328."""
    if amount.currency is Currency.UNKNOWN:
        return _unknown_amount()
    as_whole, units = spoken().customs.whole_amount, round(amount.major)
    words = format_currency(units, amount.currency.value, locale=_locale(), format=as_whole, currency_digits=False)
    return set_apart(words)


def _unknown_amount() -> str:
    """Without the currency's decimals any figure could be a hundred times too much."""
    return t("price in a newer app")


def _day() -> str:
    return spoken().customs.day


def _year(day: date) -> str:
    return "" if day.year == clock.now().year else "y"


def day(when: date) -> str:
    """`Fri 11 Dec`, with the year only if it is not this one."""
    return format_date(when, f"EEE {_day()} MMM" + (" y" if _year(when) else ""), locale=_locale())


def day_name(when: date) -> str:
    """`Wednesday 25 November`, for the heading of a day that is near."""
    return format_date(when, f"{spoken().customs.weekday} {_day()} MMMM", locale=_locale())


def day_short(when: date) -> str:
    """`28 Nov`."""
    return format_date(when, f"{_day()} MMM", locale=_locale())


def day_long(when: date) -> str:
    """`Friday 11 December 2026`, for readers and headings."""
    return format_date(when, f"{spoken().customs.weekday} {_day()} MMMM y", locale=_locale())


def day_range(start: date, end: date) -> str:
    """`Fri 11 – Mon 14 Dec`: what both days share is said once; one day is that day."""
    if start == end:
        return day(start)
    if start.year != end.year:
        whole_day = f"EEE {_day()} MMM y"
        return f"{format_date(start, whole_day, locale=_locale())} – {format_date(end, whole_day, locale=_locale())}"
    first = format_date(start, f"EEE {_day()}" + ("" if start.month == end.month else " MMM"), locale=_locale())
    return f"{first} – {day(end)}"


def month(when: date) -> str:
    """`December 2026`."""
    return format_date(when, "LLLL y", locale=_locale())


def weekdays(*, short: bool = True) -> list[str]:
    """The names of the days, Monday first."""
    names = _locale().days["stand-alone"]["abbreviated" if short else "wide"]
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
    return str(format_list(list(words), locale=_locale()))


def month_short(when: date) -> str:
    """`Dec 2026`."""
    return str(format_skeleton("yMMM", when, locale=_locale()))


def countries() -> list[tuple[str, str]]:
    """Every country as (ISO 3166-1 alpha-2, name), by name."""
    named = [
        (code, str(name))
        for code, name in _locale().territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES
    ]
    return sorted(named, key=lambda country: country[1])


_NO_COUNTRIES = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"})
"""What CLDR lists with two letters though ISO knows no such country (islands, unions, placeholders)."""


def currency_word(currency: str) -> str:
    """`GBP · British pound`."""
    return f"{currency} · {get_currency_name(currency, locale=_locale())}"


def currency_sign(currency: str) -> str:
    """`£`."""
    return str(get_currency_symbol(currency, locale=_locale()))
