"""The codes of countries that feeds write with three letters, or by their English names. Pure."""

from collections.abc import Mapping
from functools import cache

from babel import Locale
from babel.core import get_global


def country_code(word: str) -> str:
    """The code of two letters (ISO 3166-1); a word we do not know stays as it is."""
    found = _codes().get(word.strip().lower())
    return found or word.strip()


@cache
def _codes() -> Mapping[str, str]:
    three = {
        alias.lower(): codes[0]
        for alias, codes in get_global("territory_aliases").items()
        if len(alias) == 3 and alias.isalpha() and len(codes) == 1
    }
    named = {name.lower(): code for code, name in Locale("en").territories.items() if len(code) == 2 and code.isalpha()}
    return three | named | {"uk": "GB"}
