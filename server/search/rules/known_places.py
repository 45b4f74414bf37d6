"""Places a text may name in any of their names: cities by a table of our own, countries by the Unicode CLDR. Pure."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from babel import localedata
from babel.core import Locale
from babel.languages import get_official_languages

from server.search.rules.city_names import CITY_NAMES

MAX_WORDS = 4
"""Of a name that is looked for in a text."""
_SAINTS = {"st": "saint", "sankt": "saint", "sint": "saint"}
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "\u0131": "i"})
_UMLAUTS = re.compile("ae|oe|ue")
_ALSO = {
    "CZ": ("Czech Republic", "Tschechische Republik"),
    "GB": ("UK", "U.K.", "Great Britain", "Britain", "Großbritannien"),
    "NL": ("Holland", "The Netherlands"),
    "TR": ("Turkey",),
    "US": ("USA", "U.S.A.", "United States of America", "America", "Amerika"),
}
"""What people say of a country and CLDR does not, or not any more."""
_CODE_AT_END = re.compile(r"[,(]\s*([A-Z]{2})\)?\s*$")
_OTHER_CODES = {"UK": "GB", "EL": "GR"}
ORDINARY = frozenset({"bath", "cork", "essen", "nice", "split"})
"""Names of cities that are ordinary words too: a home need not have them when no home has."""


@dataclass(frozen=True)
class KnownPlace:
    """Some words of a text, from `start` to before `end`, that name a city or a country."""

    start: int
    end: int
    names: tuple[str, ...]
    """All names of it, folded, without the one that was typed."""
    country: str | None = None
    """The country it is, when it is one."""


def known_places(words: Sequence[str]) -> list[KnownPlace]:
    """The places that folded words name, in their order: the longest names first, none within another."""
    found: list[KnownPlace] = []
    start = 0
    while start < len(words):
        place = next(_named_at(words, start), None)
        start = start + 1 if place is None else place.end
        if place is not None:
            found.append(place)
    return found


def _named_at(words: Sequence[str], start: int) -> Iterator[KnownPlace]:
    for end in range(min(len(words), start + MAX_WORDS), start, -1):
        typed = words[start:end]
        named = _places().get(_key(typed))
        if named is not None:
            names, country = named
            yield KnownPlace(start, end, tuple(sorted(names - {" ".join(typed)})), country)


def country_at_end(text: str) -> str | None:
    """The country of a code in capitals that ends a text, as in "Berlin, DE"."""
    match = _CODE_AT_END.search(text)
    if match is None:
        return None
    code = _OTHER_CODES.get(match[1], match[1])
    return code if code in _country_codes() else None


def other_names(city: str, country: str) -> tuple[str, ...]:
    """The other names of a city, folded."""
    own = fold(city)
    named = _cities().get((country, _key(own.split())))
    return tuple(sorted((named or frozenset()) - {own}))


def fold(name: str) -> str:
    """A name as the database folds it (`search_words`), for the letters of the table."""
    spread = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    bare = "".join(character for character in spread if unicodedata.category(character) != "Mn")
    return " ".join(re.findall(r"[^\W_]+", re.sub(r"['’]s(?![a-z0-9])", "", bare)))


def without_umlauts(word: str) -> str:
    """A folded word as it is without `ae`, `oe` and `ue` for the letters of German and Danish keyboards."""
    return _UMLAUTS.sub(lambda pair: pair[0][0], word)


def _key(words: Sequence[str]) -> str:
    return without_umlauts("".join(_SAINTS.get(word, word) for word in words))


@cache
def _cities() -> dict[tuple[str, str], frozenset[str]]:
    """The names of each city by its country and the key of any of them."""
    cities: dict[tuple[str, str], frozenset[str]] = {}
    for line in CITY_NAMES.strip().splitlines():
        country, _, names = line.partition(" ")
        folded = frozenset(map(fold, names.split(", ")))
        cities |= {(country, _key(name.split())): folded for name in folded}
    return cities


@cache
def _places() -> dict[str, tuple[frozenset[str], str | None]]:
    """The names of each place by the key of any of them; a city goes before a country of the same name."""
    places: dict[str, tuple[frozenset[str], str | None]] = {}
    for code in _country_codes():
        names = frozenset(fold(name) for name in _country_names(code)) - {""}
        places |= {_key(name.split()): (names, code) for name in names}
    for (_, key), names in _cities().items():
        before = places.get(key, (frozenset(), None))
        places[key] = (names | before[0], before[1])
    return places


@cache
def _country_codes() -> frozenset[str]:
    codes = map(str, Locale("en").territories)
    return frozenset(code for code in codes if re.fullmatch("[A-Z]{2}", code)) - {
        "EU",
        "EZ",
        "QO",
        "UN",
        "XA",
        "XB",
        "ZZ",
    }


def _country_names(code: str) -> Iterator[str]:
    yield from _ALSO.get(code, ())
    for language in ("en", "de", *get_official_languages(code, de_facto=True)):
        if localedata.exists(language):
            yield Locale.parse(language).territories.get(code, "")
