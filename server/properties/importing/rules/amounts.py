"""Amounts of money as people write them: signs, grouping, the time they are for, words around them. Pure.

A mark before three figures ("1,700", "1.200") says by itself neither thousands nor decimals. The currency's decimals
and the file's other amounts settle it; where they contradict each other, `marks_of` asks once for the file.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from server.properties.importing.rules.nothing import NOTHING, Refused
from shared_models.money import Currency, decimals, rounded
from shared_models.properties import LetType

_LONGEST = 80
_NUMBER = re.compile(r"[+-]?[0-9](?:[0-9.,'\u2019\u00a0\u202f ]*[0-9])?")
_NO_MINOR = re.compile(r"[.,]\s?[-\u2013\u2014]{1,2}(?=\D|$)")
"""As in "950,-": whole units."""
_THREE = re.compile(r"([1-9][0-9]{0,2})([.,])([0-9]{3})")
_SPACES = "[ \u00a0\u202f'\u2019]"
_INDIAN = re.compile(r"[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}(?:\.[0-9]{1,2})?")

_SIGNS: Mapping[str, frozenset[Currency]] = {
    "£": frozenset({Currency.GBP}),
    "€": frozenset({Currency.EUR}),
    "eur": frozenset({Currency.EUR}),
    "euro": frozenset({Currency.EUR}),
    "zł": frozenset({Currency.PLN}),
    "kč": frozenset({Currency.CZK}),
    "¥": frozenset({Currency.JPY}),
    "円": frozenset({Currency.JPY}),
    "kr": frozenset({Currency.SEK, Currency.NOK, Currency.DKK}),
    "fr": frozenset({Currency.CHF}),
    "sfr": frozenset({Currency.CHF}),
    "r": frozenset({Currency.ZAR}),
    "r$": frozenset({Currency.BRL}),
    "₹": frozenset({Currency.INR}),
    "rs": frozenset({Currency.INR}),
    "₺": frozenset({Currency.TRY}),
    "tl": frozenset({Currency.TRY}),
    "ft": frozenset({Currency.HUF}),
    "lei": frozenset({Currency.RON}),
    "dhs": frozenset({Currency.AED}),
    "us$": frozenset({Currency.USD}),
    "ca$": frozenset({Currency.CAD}),
    "c$": frozenset({Currency.CAD}),
    "a$": frozenset({Currency.AUD}),
    "au$": frozenset({Currency.AUD}),
    "nz$": frozenset({Currency.NZD}),
}
_DOLLARS = frozenset({Currency.USD, Currency.CAD, Currency.AUD, Currency.NZD})


class Period(StrEnum):
    """What an amount is for."""

    NIGHT = "night"
    WEEK = "week"
    MONTH = "month"


_PERIODS: Mapping[Period, str] = {
    Period.NIGHT: "per night|/ ?night|a night|nightly|night|pn|pro nacht|/ ?nacht|nacht|por noche|/ ?noche|noche"
    "|por noite|/ ?noite|noite|par nuit|la nuit|/ ?nuit|nuit|a notte|per notte|/ ?notte|notte",
    Period.WEEK: "per week|/ ?week|a week|weekly|week|pw|pro woche|/ ?woche|wöchentlich|woche|por semana|/ ?semana"
    "|a la semana|semanal|semana|par semaine|/ ?semaine|semaine|a settimana|/ ?settimana|settimana",
    Period.MONTH: "per calendar month|per month|/ ?month|a month|monthly|month|pcm|pm|pro monat|im monat|/ ?monat"
    "|monatlich|mtl|monat|al mes|por mes|/ ?mes|mensuales|mensual|mes|por mês|ao mês|/ ?mês|mensais|mensal|mês"
    "|par mois|/ ?mois|mensuel|mois|al mese|/ ?mese|mensili|mensile|mese",
}
_REMARKS: Mapping[str, str] = {
    "is the lowest price; it was taken as the price": "starting from|from|ab|a partir de|à partir de|a partire da"
    "|desde|dès|da",
    "says that side costs come on top": "(?:zzgl|zuzüglich|plus|exkl|ohne|[+]) ?(?:nk|nebenkosten|bills|charges)"
    "|(?:excl|excluding) bills|hors charges|hc|kaltmiete|nettokaltmiete",
    "says that side costs are in it": "(?:inkl|incl|inklusive|mit) ?(?:nk|nebenkosten|bills)|(?:including|all) bills"
    "|bills (?:included|inc)|warmmiete|warm|charges comprises|cc",
}
_PLAIN = "miete|rent|price|alquiler|renta|aluguel|arrendamento|renda|loyer|affitto|canone|ca|approx|only|just|kalt"
_ON_REQUEST = re.compile(
    "poa|(?:price |rent )?on (?:application|request)|(?:preis )?(?:auf|nach) anfrage|a consultar|consultar(?: precio)?"
    "|sob consulta|(?:prix )?sur demande|(?:prezzo )?su richiesta|(?:trattativa )?riservata|tba|tbc|ask"
)


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)")


_PERIOD_WORDS = {period: _words(pattern) for period, pattern in _PERIODS.items()}
_REMARK_WORDS = {remark: _words(pattern) for remark, pattern in _REMARKS.items()}
_PLAIN_WORDS = _words(_PLAIN)


@dataclass(frozen=True)
class Amount:
    """An amount in minor units, and what a price it is part of is for, where the cell says it."""

    minor: int
    let_type: LetType | None = None


@dataclass(frozen=True)
class Marks:
    """What the amounts of a file say together: the mark that parts decimals, and one that can be read in two ways."""

    decimal: str | None = None
    question: str | None = None


def amount(
    cell: str, wanted: Currency, remarks: list[str], *, mark: str | None = None, period: Period | None = None
) -> Amount | None:
    """An amount in minor units of `wanted`, exact. Raises Refused.

    `mark` parts decimals in this file, where that is known; `period` is what the column says it is for. By the week
    is taken by the month as the trade does, 52 weeks to 12 months. Inside Airbnb writes $ for every currency; that is
    taken, with a remark.
    """
    value = _plain(cell)
    if value in NOTHING:
        return None
    if _ON_REQUEST.fullmatch(value.strip(" .")):
        remarks.append("is on request")
        return None
    number = _number_in(value)
    said = _around(value.replace(number, " ", 1), wanted, remarks) or period
    minor = _decimal(number, wanted, mark).scaleb(decimals(wanted))
    if minor != minor.to_integral_value():
        raise Refused(f"has more decimals than {wanted.value} knows")
    if said is Period.WEEK:
        remarks.append("is by the week; a month was taken as 52 twelfths of it")
        return Amount(rounded(Fraction(int(minor) * 52, 12)), LetType.MONTHLY)
    return Amount(int(minor), {Period.NIGHT: LetType.NIGHTLY, Period.MONTH: LetType.MONTHLY}.get(said or Period.WEEK))


def marks_of(cells: Iterable[str], currency: Currency | None) -> Marks:
    """What parts decimals in the amounts of a file. A question remains where the other rows contradict each other."""
    decimal_marks: set[str] = set()
    threes: dict[str, str] = {}
    for cell in cells:
        numbers = _NUMBER.findall(_NO_MINOR.sub("", _plain(cell)))
        if len(numbers) != 1:
            continue
        if three := _THREE.fullmatch(numbers[0]):
            threes.setdefault(three[2], cell.strip())
        elif mark := _decimal_mark(numbers[0]):
            decimal_marks.add(mark)
    decimal = next(iter(decimal_marks)) if len(decimal_marks) == 1 else None
    if currency is not None and decimals(currency) == 0:
        return Marks(decimal)
    both = len(threes) == 2 and decimal is None
    doubtful = next((cell for mark, cell in threes.items() if mark in decimal_marks or both), None)
    return Marks(decimal, doubtful)


def _decimal_mark(number: str) -> str | None:
    """The mark that surely parts decimals in a number, if its own form says which."""
    marks = re.findall("[.,]", number)
    if not marks:
        return None
    if len(set(marks)) == 2:
        return str(marks[-1])
    if len(marks) > 1:
        return {",": ".", ".": ","}[marks[0]]
    whole, _, part = re.split(r"([.,])", number)
    return None if len(part) == 3 and len(whole) <= 3 and not whole.startswith("0") else str(marks[0])


def _plain(cell: str) -> str:
    """Small letters without the dots of abbreviations: p.c.m. is pcm, zzgl. is zzgl."""
    return re.sub(r"(?<=[^\W\d_])\.", "", " ".join(cell.lower().split()))


def _number_in(value: str) -> str:
    if len(value) > _LONGEST:
        raise Refused("is not an amount")
    numbers = _NUMBER.findall(_NO_MINOR.sub("", value))
    if len(numbers) != 1:
        raise Refused("is not an amount")
    if numbers[0].startswith("-"):
        raise Refused("is below zero")
    return str(numbers[0])


def _around(value: str, wanted: Currency, remarks: list[str]) -> Period | None:
    """What the words round a number say; words that are not known refuse it."""
    rest, said = value, set()
    for remark, words in _REMARK_WORDS.items():
        shorter = words.sub(" ", rest)
        if shorter != rest:
            rest = shorter
            remarks.append(remark)
    for period, words in _PERIOD_WORDS.items():
        shorter = words.sub(" ", rest)
        if shorter != rest:
            rest = shorter
            said.add(period)
    if len(said) > 1:
        raise Refused("is for more than one time")
    rest = _PLAIN_WORDS.sub(" ", rest)
    for sign in re.split(r"[\s.,:;()*/+\-\u2013\u2014]+", rest):
        _check_sign(sign, wanted, remarks)
    return next(iter(said), None)


def _check_sign(sign: str, wanted: Currency, remarks: list[str]) -> None:
    if not sign or wanted in _SIGNS.get(sign, ()) or sign.upper() == wanted.value:
        return
    if sign == "$":
        if wanted not in _DOLLARS:
            remarks.append(f"is written with $ and was taken as {wanted.value}, as chosen for the file")
    elif sign in _SIGNS or re.fullmatch("[a-z]{3}|[^\\w\\s]", sign):
        raise Refused(f"is not in {wanted.value}")
    else:
        raise Refused("is not an amount")


def _decimal(number: str, wanted: Currency, mark: str | None) -> Decimal:
    plain = number.removeprefix("+")
    if three := _THREE.fullmatch(plain):
        return Decimal(f"{three[1]}{'.' if three[2] == mark and decimals(wanted) else ''}{three[3]}")
    if re.fullmatch(r"[0-9]+([.,][0-9]+)?", plain):
        return Decimal(plain.replace(",", "."))
    if wanted is Currency.INR and _INDIAN.fullmatch(plain):
        return Decimal(plain.replace(",", ""))
    for group, point in ((",", r"\."), (r"\.", ","), (_SPACES, "[.,]")):
        if re.fullmatch(rf"[0-9]{{1,3}}({group}[0-9]{{3}})+({point}[0-9]{{1,2}})?", plain):
            return Decimal(re.sub(point, ".", re.sub(group, "", plain)))
    raise Refused("is not an amount")
