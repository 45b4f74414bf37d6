"""What stands in a cell: strict readers that never guess, invent or clamp. Pure.

A reader answers a value, or None for a cell that says nothing; it raises Refused with a reason for people. What it has
to change to take a value it adds to `remarks`.
"""

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal

from shared_models.base import known
from shared_models.money import Currency, decimals
from shared_models.properties import LetType, PropertyType


class Refused(ValueError):
    """This cell cannot be taken; the text says why."""


_NOTHING = frozenset({"", "-", "n/a", "na", "nan", "none", "null"})
_WHOLE = re.compile(r"([0-9]{1,12})(?:\.0{1,6})?")
_DEGREES = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{1,20})?")
_MAX_AMOUNT = 40

TYPES: Mapping[str, PropertyType] = {kind.value: kind for kind in PropertyType if kind != PropertyType.UNKNOWN} | {
    "entire home/apt": PropertyType.FLAT,
    "entire rental unit": PropertyType.FLAT,
    "entire flat": PropertyType.FLAT,
    "maisonette": PropertyType.FLAT,
    "private room": PropertyType.ROOM,
    "shared room": PropertyType.ROOM,
    "hotel room": PropertyType.ROOM,
    "entire apartment": PropertyType.APARTMENT,
    "entire serviced apartment": PropertyType.APARTMENT,
    "serviced apartment": PropertyType.APARTMENT,
    "entire condo": PropertyType.APARTMENT,
    "entire condominium": PropertyType.APARTMENT,
    "condominium": PropertyType.APARTMENT,
    "entire house": PropertyType.HOUSE,
    "entire home": PropertyType.HOUSE,
    "entire townhouse": PropertyType.HOUSE,
    "entire villa": PropertyType.HOUSE,
    "entire bungalow": PropertyType.HOUSE,
    "townhouse": PropertyType.HOUSE,
    "villa": PropertyType.HOUSE,
    "bungalow": PropertyType.HOUSE,
    "entire cottage": PropertyType.COTTAGE,
    "bedsit": PropertyType.STUDIO,
    "studio flat": PropertyType.STUDIO,
    "houseboat": PropertyType.BOAT,
}
"""Other vocabularies in our words: a translation, not a guess. "Entire home/apt" says neither house nor flat; we call
it a flat, our most general word for a home behind a door of its own. Words that are not here are refused."""

LET_TYPES: Mapping[str, LetType] = {
    "nightly": LetType.NIGHTLY,
    "night": LetType.NIGHTLY,
    "per night": LetType.NIGHTLY,
    "monthly": LetType.MONTHLY,
    "month": LetType.MONTHLY,
    "per month": LetType.MONTHLY,
    "pcm": LetType.MONTHLY,
}

_YES_OR_NO = {"t": True, "true": True, "yes": True, "y": True, "1": True} | {
    "f": False,
    "false": False,
    "no": False,
    "n": False,
    "0": False,
}
_SIGNS = {"£": {Currency.GBP}, "€": {Currency.EUR}, "zł": {Currency.PLN}, "Kč": {Currency.CZK}, "¥": {Currency.JPY}}
_DOLLAR_CURRENCIES = {Currency.USD, Currency.CAD, Currency.AUD}


def text(cell: str, remarks: list[str], *, breaks: bool = False) -> str | None:
    """Words. Control characters and surrounding space go; line breaks stay only with `breaks`."""
    kept = cell.replace("\r\n", "\n").replace("\r", "\n") if breaks else cell
    if not breaks and re.search(r"[\r\n\t\v\f\x85\u2028\u2029]", kept):
        kept = re.sub(r"\s*[\r\n\t\v\f\x85\u2028\u2029]+\s*", " ", kept)
        remarks.append("line breaks and tabs became spaces")
    sound = "".join(sign for sign in kept if sign in "\n\t" or unicodedata.category(sign) != "Cc")
    if sound != kept:
        remarks.append("control characters were left out")
    stripped = sound.strip()
    if cell.strip() != cell and stripped:
        remarks.append("spaces around it were left out")
    return stripped or None


def whole(cell: str) -> int | None:
    """A whole number, also written as 2.0. Raises Refused."""
    value = cell.strip()
    if value.lower() in _NOTHING:
        return None
    found = _WHOLE.fullmatch(value)
    if found is None:
        raise Refused("is not a whole number")
    return int(found[1])


def degrees(cell: str) -> float | None:
    """A latitude or longitude in decimal degrees, with a point. Raises Refused."""
    value = cell.strip()
    if value.lower() in _NOTHING:
        return None
    if _DEGREES.fullmatch(value) is None:
        raise Refused("is not a number of degrees such as 55.9533")
    return float(value)


def yes_or_no(cell: str) -> bool | None:
    """Yes or no, in the usual spellings. Raises Refused."""
    value = cell.strip().lower()
    if value in _NOTHING:
        return None
    if value not in _YES_OR_NO:
        raise Refused("is neither yes nor no")
    return _YES_OR_NO[value]


def property_type(cell: str) -> PropertyType | None:
    """A kind of home, translated by `TYPES`. Raises Refused."""
    value = " ".join(cell.lower().split())
    if value in _NOTHING:
        return None
    if value.startswith(("private room in ", "shared room in ", "room in ")):
        return PropertyType.ROOM
    if value not in TYPES:
        raise Refused("is not a kind of home we know")
    return TYPES[value]


def let_type(cell: str) -> LetType | None:
    """By the night or by the month. Raises Refused."""
    value = " ".join(cell.lower().split())
    if value in _NOTHING:
        return None
    if value not in LET_TYPES:
        raise Refused("is neither nightly nor monthly")
    return LET_TYPES[value]


def country(cell: str) -> str | None:
    """An ISO 3166-1 code of two letters. Raises Refused."""
    value = cell.strip().upper()
    if value.lower() in _NOTHING:
        return None
    if re.fullmatch("[A-Z]{2}", value) is None:
        raise Refused("is not a country code of two letters such as GB")
    return value


def currency(cell: str) -> Currency | None:
    """An ISO 4217 code. Raises Refused."""
    value = cell.strip().upper()
    if value.lower() in _NOTHING:
        return None
    if value not in known(Currency):
        raise Refused("is not a currency we know")
    return Currency(value)


def amount(cell: str, wanted: Currency, remarks: list[str]) -> int | None:
    """An amount of money in minor units of `wanted`, exact. Raises Refused, also for what can be read in two ways.

    Inside Airbnb writes $ for every currency; that is taken, with a remark.
    """
    value = cell.strip()
    if value.lower() in _NOTHING:
        return None
    if len(value) > _MAX_AMOUNT:
        raise Refused("is not an amount")
    number = _decimal(_without_sign(value, wanted, remarks))
    minor = number.scaleb(decimals(wanted))
    if minor != minor.to_integral_value():
        raise Refused(f"has more decimals than {wanted.value} knows")
    return int(minor)


def _without_sign(value: str, wanted: Currency, remarks: list[str]) -> str:
    found = re.fullmatch(r"(?P<before>[^\d\s.,+-]*)\s*(?P<number>[+-]?[0-9].*?)\s*(?P<after>[^\d\s.,+'-]*)", value)
    if found is None or (found["before"] and found["after"]):
        raise Refused("is not an amount")
    sign = found["before"] or found["after"]
    if sign == "$" and wanted not in _DOLLAR_CURRENCIES:
        remarks.append(f"is written with $ and was taken as {wanted.value}, as chosen for the file")
    elif sign and sign != "$" and wanted not in _SIGNS.get(sign, set()) and sign.upper() != wanted.value:
        raise Refused(f"is not in {wanted.value}")
    return found["number"]


def _decimal(number: str) -> Decimal:
    if number.startswith("-"):
        raise Refused("is below zero")
    plain = number.removeprefix("+")
    if re.fullmatch(r"[0-9]{1,3}[.,][0-9]{3}", plain) and not plain.startswith("0"):
        whole_part, part = re.split("[.,]", plain)
        raise Refused(f"can be read as {whole_part}{part} or as {whole_part}.{part}")
    if re.fullmatch(r"[0-9]+([.,][0-9]+)?", plain):
        return Decimal(plain.replace(",", "."))
    for group, point in ((",", "."), (".", ","), ("[ \u00a0\u202f'\u2019]", "[.,]")):
        mark = group if len(group) > 1 else re.escape(group)
        stop = point if len(point) > 1 else re.escape(point)
        if re.fullmatch(rf"[0-9]{{1,3}}({mark}[0-9]{{3}})+({stop}[0-9]{{1,2}})?", plain):
            return Decimal(re.sub(stop, ".", re.sub(mark, "", plain)))
    raise Refused("is not an amount")
