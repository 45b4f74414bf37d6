"""What stands in a cell: strict readers that never guess, invent or clamp. Pure.

A reader answers a value, or None for a cell that says nothing; it raises Refused with a reason for people. What it has
to change to take a value it adds to `remarks`. Money is read in `amounts`.
"""

import html
import re
import unicodedata
from collections.abc import Mapping

from server.properties.importing.rules.countries import country_of
from server.properties.importing.rules.kinds import kind_of
from server.properties.importing.rules.nothing import NOTHING, Refused
from shared_models.base import known
from shared_models.cancellation_terms import CancellationPolicy
from shared_models.money import THREE_DECIMALS, Currency
from shared_models.properties import LetType, PropertyType

_WHOLE = re.compile(r"([0-9]{1,12})(?:[.,]0{1,6})?")
_ROOMS = re.compile(r"(half\b|[0-9]{1,3})(?:([.,][0-9]{1,6})|(\s*½)|(\s1/2))?[\s-]*([^\d]*)", re.IGNORECASE)
_DEGREES = re.compile(r"[+-]?[0-9]{1,3}(?:[.,][0-9]{1,20})?")
_TWO_DEGREES = re.compile(rf"({_DEGREES.pattern})(?:\s*[;/]\s*|\s+,\s*|,\s+|\s+)({_DEGREES.pattern})")
"""A comma parts the two where a space stands beside it; within a number it parts decimals."""
_TWO_BY_A_COMMA = re.compile(r"([+-]?[0-9]{1,3}(?:\.[0-9]{1,20})?),([+-]?[0-9]{1,3}(?:\.[0-9]{1,20})?)")
_ONLY_COMMAS = re.compile(r"[0-9+\-\s]+(?:,[0-9+\-\s]+)+")
_BREAK = re.compile(r"<br\s*/?>|</(?:p|div|li|h[1-6])>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>|<!--[^<>]*-->", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.IGNORECASE)

LET_TYPES: Mapping[str, LetType] = {
    **dict.fromkeys(("nightly", "night", "per night", "nacht", "pro nacht", "noche", "nuit", "notte"), LetType.NIGHTLY),
    **dict.fromkeys(("short term", "short let", "holiday let", "vacation rental", "ferienwohnung"), LetType.NIGHTLY),
    **dict.fromkeys(("monthly", "month", "per month", "pcm", "monat", "monatlich", "mes", "mois"), LetType.MONTHLY),
    **dict.fromkeys(("mese", "long term", "long let", "to let", "miete", "mensual", "mensal"), LetType.MONTHLY),
}

_YES = "t true yes y 1 x ja j wahr sí si s sim oui o vrai vero verdadero"
_NO = "f false no n 0 nein falsch não nao non faux falso"
_YES_OR_NO = dict.fromkeys(_YES.split(), True) | dict.fromkeys(_NO.split(), False)


def text(cell: str, remarks: list[str], *, breaks: bool = False) -> str | None:
    """Words. Control characters and surrounding space go; line breaks stay only with `breaks`."""
    value = without_html(cell, remarks)
    kept = value.replace("\r\n", "\n").replace("\r", "\n") if breaks else value
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
    """A whole number, also written as 2.0 or 2,0. Raises Refused."""
    value = cell.strip()
    if value.lower() in NOTHING:
        return None
    found = _WHOLE.fullmatch(value)
    if found is None:
        raise Refused("is not a whole number")
    return int(found[1])


def degrees(cell: str) -> float | None:
    """A latitude or longitude in decimal degrees, with a point or a comma. Raises Refused."""
    value = cell.strip()
    if value.lower() in NOTHING:
        return None
    if _DEGREES.fullmatch(value) is None:
        raise Refused("is not a number of degrees such as 55.9533")
    return float(value.replace(",", "."))


def coordinates(cell: str) -> tuple[float, float] | None:
    """A latitude and a longitude in decimal degrees, in this order. Raises Refused.

    "55,12" may be 55.12 or 55 and 12, "55,9,3,1" may be anything: what only commas part is told, not guessed.
    """
    value = cell.strip().removeprefix("(").removesuffix(")").strip()
    if value.lower() in NOTHING:
        return None
    found = _TWO_DEGREES.fullmatch(value)
    if found is None:
        found = _TWO_BY_A_COMMA.fullmatch(value)
        if (found is None or not ("." in value or found[2][0] in "+-")) and _ONLY_COMMAS.fullmatch(value):
            raise Refused("can be read in two ways; write latitude and longitude with points, such as 55.9533, -3.1883")
    if found is None:
        raise Refused("is no latitude and longitude such as 55.9533, -3.1883")
    return float(found[1].replace(",", ".")), float(found[2].replace(",", "."))


def yes_or_no(cell: str) -> bool | None:
    """Yes or no, in the usual spellings. Raises Refused."""
    value = cell.strip().lower()
    if value in NOTHING:
        return None
    if value not in _YES_OR_NO:
        raise Refused("is neither yes nor no")
    return _YES_OR_NO[value]


def cancellation_policy(cell: str) -> CancellationPolicy | None:
    """A policy by its name; one of a landlord's own needs more than a word. Raises Refused."""
    value = cell.strip().lower()
    if value in NOTHING:
        return None
    word = re.sub(r"[\s-]+", "_", value)
    if word not in known(CancellationPolicy) or word == CancellationPolicy.CUSTOM:
        raise Refused("is no policy that we know")
    return CancellationPolicy(word)


def property_type(cell: str, chosen: Mapping[str, PropertyType]) -> PropertyType | None:
    """A kind of home: as the landlord chose for this word, else as `kinds` knows it. Raises Refused."""
    value = " ".join(cell.split())
    if value.lower() in NOTHING:
        return None
    kind = chosen.get(value) or kind_of(value)
    if kind is None:
        raise Refused("is not a kind of home we know")
    return kind


def let_type(cell: str) -> LetType | None:
    """By the night or by the month. Raises Refused."""
    value = " ".join(cell.lower().split())
    if value in NOTHING:
        return None
    if value not in LET_TYPES:
        raise Refused("is neither nightly nor monthly")
    return LET_TYPES[value]


def country(cell: str) -> str | None:
    """An ISO 3166-1 code of two letters, from the code or the name. Raises Refused."""
    return None if cell.strip().lower() in NOTHING else country_of(cell)


def currency(cell: str) -> Currency | None:
    """An ISO 4217 code. Raises Refused."""
    value = cell.strip().upper()
    if value.lower() in NOTHING:
        return None
    if value in THREE_DECIMALS:
        raise Refused(f"is {value}, which has three decimals; such amounts cannot be taken")
    if value not in known(Currency):
        raise Refused("is not a currency we know")
    return Currency(value)


def rooms(cell: str, remarks: list[str]) -> int | None:
    """How many, also with a half and a word behind it ("1.5 shared baths"); a half does not count. Raises Refused."""
    value = cell.strip()
    if value.lower() in NOTHING:
        return None
    found = _ROOMS.fullmatch(value)
    if found is None:
        raise Refused("is not a number of rooms")
    whole_part, part, *halves, _ = found.groups()
    half = whole_part.lower() == "half"
    if half or any(halves) or (part or "").strip(".,0"):
        remarks.append("has a part of one, which was not counted")
    return 0 if half else int(whole_part)


def without_html(cell: str, remarks: list[str]) -> str:
    """Text without tags: breaks and paragraphs become line breaks, entities the signs they stand for."""
    broken = _BREAK.sub("\n", cell)
    bare = _TAG.sub("", broken)
    plain = _ENTITY.sub(lambda found: html.unescape(found[0]), bare)
    if plain != cell:
        remarks.append("was HTML; the tags were left out")
    return plain
