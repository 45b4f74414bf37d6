"""Countries as people write them, and whether a pin lies in the country that is said. Pure; names are CLDR's."""

import re
from functools import cache

from babel import Locale
from babel.core import get_global

from server.properties.importing.rules.kinds import plain
from server.properties.importing.rules.nothing import Refused

LANGUAGES = ("en", "de", "es", "pt", "fr", "it")
_NO_COUNTRIES = frozenset({"ZZ", "EU", "EZ", "UN", "XA", "XB", "QO", "AC", "CP", "DG", "TA", "CQ"})
_ALSO = {
    "uk": "GB",
    "great britain": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "northern ireland": "GB",
    "usa": "US",
    "united states of america": "US",
    "uae": "AE",
    "holland": "NL",
    "brd": "DE",
    "czech republic": "CZ",
}
_TOGETHER = (
    frozenset({"GB", "IM", "JE", "GG"}),
    frozenset({"FR", "GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF", "NC", "PF", "WF"}),
    frozenset({"US", "PR", "VI", "GU", "AS", "MP", "UM"}),
    frozenset({"NL", "AW", "CW", "SX", "BQ"}),
    frozenset({"NO", "SJ"}),
    frozenset({"FI", "AX"}),
    frozenset({"DK", "FO", "GL"}),
    frozenset({"CN", "HK", "MO"}),
    frozenset({"AU", "CX", "CC", "NF"}),
    frozenset({"RS", "XK"}),
    frozenset({"UA", "RU"}),
    frozenset({"IL", "PS"}),
    frozenset({"MA", "EH"}),
)
"""Countries whose addresses are written with each other's code, or whose border the zones draw otherwise."""


@cache
def codes() -> frozenset[str]:
    """The codes of all countries and dependencies (ISO 3166-1 alpha-2)."""
    known = {str(code) for code in Locale("en").territories if re.fullmatch("[A-Z]{2}", str(code))}
    return frozenset(known - _NO_COUNTRIES)


@cache
def _by_name() -> dict[str, str]:
    names = dict(_ALSO)
    for language in LANGUAGES:
        territories = Locale(language).territories
        for code in sorted(codes()):
            names.setdefault(plain(territories[code]), code)
    return names


def country_of(word: str) -> str:
    """The code of a country that is named by its code or in one of our languages. Raises Refused."""
    value = word.strip()
    if value.upper() in codes():
        return value.upper()
    if found := _by_name().get(plain(value)):
        return found
    if len(value) == 2:
        raise Refused("is not the code of a country")
    raise Refused("is not a country we know; write a code of two letters such as GB")


def lies_elsewhere(zone: str, country: str) -> str | None:
    """The country a pin in this time zone lies in, when it is another one than is said."""
    there = get_global("zone_territories").get(zone)
    if there is None or there == country or there not in codes():
        return None
    return None if any({there, country} <= group for group in _TOGETHER) else str(there)


def name_of(country: str) -> str:
    """What a country is called in English."""
    return str(Locale("en").territories.get(country, country))
