"""The words of a search: which forms of one are the same word, what a slip may have meant. Pure.

Words come folded and parted from the database (`search_words`), so that both sides of a comparison are made alike.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

NEAREST_ASKED = 60
"""How many similar words are looked at for each that was typed."""
SHORTEST_FORGIVEN = 4
"""Letters; a slip in a shorter word makes another word."""
SHORTEST_JOINED = 3
"""Letters of each of two words that were typed as one."""
_FORGIVEN_TWICE = 8
_FEW = 5
_FAR_MORE = 20
"""A word of a few homes is taken for a slip only when a near one is in so many times as many."""
_READ_AS_AT_MOST = 3
_GLUED = re.compile(
    "[\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]"
)
_LETTERS = re.compile(r"[^\W\d_]+")

SMALL = frozenset(
    [
        *("a", "an", "and", "at", "by", "close", "for", "from", "i", "in", "is", "it", "looking", "me", "my", "near"),
        *("need", "next", "of", "on", "or", "our", "please", "some", "the", "to", "want", "we", "with"),
    ]
)
"""Words that ask for nothing: a home need not have them, and ranks higher if it does."""
_SPELLINGS = {
    one: tuple(other for other in spellings if other != one)
    for spellings in (
        ("center", "centre"),
        ("apartment", "apt", "appartment"),
        ("bedroom", "bdr", "bdrm"),
        ("cosy", "cozy"),
        ("harbor", "harbour"),
        ("houseboat", "boat"),
    )
    for one in spellings
}
"""Ways to write one word that differ by more than a letter, or of which many homes have each."""


@dataclass(frozen=True)
class Word:
    """A word of a search, folded."""

    typed: str
    forms: tuple[str, ...] = ()
    """The same word in singular or plural, or spelled another way."""
    near: tuple[str, ...] = ()
    """Words it may be a slip of, or the two it joins."""
    inside: bool = False
    """Whether it may stand anywhere in a text: its script sets no spaces."""
    small: bool = False


@dataclass(frozen=True)
class Similar:
    """A word of the published homes that resembles a typed one, and how many homes have it."""

    word: str
    homes: int


@dataclass(frozen=True)
class Typed:
    """A typed word, how many homes have it or a longer one that begins with it, and the words like it."""

    word: str
    homes: int
    similar: tuple[Similar, ...] = ()
    joins: str | None = None
    """Two words of the homes that stand side by side in one, when the typed word joins them and no home has it."""


def as_they_are(typed: Iterable[Typed]) -> list[Word]:
    """The words with nothing forgiven."""
    return [Word(one.word, inside=is_glued(one.word)) for one in typed]


def forgiving(typed: Sequence[Typed]) -> list[Word]:
    """The words as they may be meant. Small words ask for nothing, unless there are no others."""
    all_small = all(one.word in SMALL for one in typed)
    return [_forgiven(one, small=one.word in SMALL and not all_small) for one in typed]


def _forgiven(typed: Typed, *, small: bool) -> Word:
    if small or is_glued(typed.word):
        return Word(typed.word, inside=is_glued(typed.word), small=small)
    return Word(typed.word, forms_of(typed.word), near_words(typed))


def is_glued(word: str) -> bool:
    """Whether the word is of a script that sets no spaces between words."""
    return _GLUED.search(word) is not None


def forms_of(word: str) -> tuple[str, ...]:
    """The English singular or plural of a word, and its other spellings.

    A longer form that begins with the word needs no mention.
    """
    one = _singular_or_plural(word)
    spelled = [other for form in (word, *one) for other in _SPELLINGS.get(form, ())]
    return (*one, *spelled)


def _singular_or_plural(word: str) -> tuple[str, ...]:
    if len(word) < 4 or not word.isascii() or not word.isalpha():
        return ()
    if word.endswith("ies"):
        return (word[:-3] + "y",)
    if word.endswith(("ses", "xes", "ches", "shes")):
        return (word[:-2], word[:-1])
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return (word[:-1],)
    if word.endswith("y") and word[-2] not in "aeiou":
        return (word[:-1] + "ies",)
    return ()


def near_words(typed: Typed) -> tuple[str, ...]:
    """What a word was probably meant to be, the likeliest first; nothing when many homes have it as it is.

    A word of four letters may have one slip, of eight or more two. A slip is a letter too many, too few,
    another one, or two that changed places. Two words without their space (`oldtown`) are those two.
    """
    if typed.joins is not None:
        return (typed.joins,)
    if len(typed.word) < SHORTEST_FORGIVEN or typed.homes > _FEW or _LETTERS.fullmatch(typed.word) is None:
        return ()
    slips = 2 if len(typed.word) >= _FORGIVEN_TWICE else 1
    mine = {typed.word, *forms_of(typed.word)}
    found = [
        (distance, one)
        for one in typed.similar
        if one.word not in mine
        and len(one.word) >= SHORTEST_FORGIVEN
        and one.homes >= _FAR_MORE * typed.homes
        and not one.word.startswith(typed.word)
        and (distance := slips_between(typed.word, one.word, slips)) <= slips
    ]
    if not found:
        return ()
    fewest = min(distance for distance, _ in found)
    nearest = sorted((one for distance, one in found if distance == fewest), key=lambda one: (-one.homes, one.word))
    # A rare one beside a common one is a slip itself.
    return tuple(one.word for one in nearest[:_READ_AS_AT_MOST] if one.homes * _FAR_MORE >= nearest[0].homes)


def slips_between(one: str, other: str, most: int) -> int:
    """How many slips lie between two words (optimal string alignment); `most` + 1 for all that are farther."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        last, before, row = before, row, [i]
        for j, against in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
