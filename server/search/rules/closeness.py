"""Which parts of a wish to give up when nothing fits it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared_models.search import SearchPart

_GIVEN_UP_FIRST = (
    SearchPart.INSTANT,
    SearchPart.OFFERS,
    SearchPart.TYPES,
    SearchPart.ROOMS,
    SearchPart.PRICE,
    SearchPart.WORD,
    SearchPart.GUESTS,
    SearchPart.PLACE,
    SearchPart.DATES,
)


@dataclass(frozen=True)
class Part:
    """A part of a wish; a word by what was typed."""

    part: SearchPart
    word: str | None = None


@dataclass(frozen=True)
class Misses:
    """All parts of a wish, and how many homes miss exactly which of them."""

    every: frozenset[Part]
    homes: Mapping[frozenset[Part], int]


def given_up(misses: Misses) -> frozenset[Part] | None:
    """The fewest parts without which some home fits; of as many the ones people give up most easily, then those that
    bring most homes. None when all would have to be given up: what is left then is no answer to the wish.
    """
    choices = [missed for missed in misses.homes if missed and missed != misses.every]
    if not choices:
        return None
    return min(choices, key=lambda missed: (len(missed), _dearness(missed), -misses.homes[missed], _named(missed)))


def _dearness(missed: frozenset[Part]) -> list[int]:
    """How dear the parts are, the dearest first."""
    return sorted((_GIVEN_UP_FIRST.index(part.part) for part in missed), reverse=True)


def _named(missed: frozenset[Part]) -> list[str]:
    return sorted(part.word or "" for part in missed)
