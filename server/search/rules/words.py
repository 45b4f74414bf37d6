"""The words of a search: which forms of one are the same word, what a slip may have meant, which name a place. Pure.

Words come folded and parted from the database (`search_words`), so that both sides of a comparison are made alike.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from server.search.rules.known_places import ORDINARY, country_at_end, known_places, without_umlauts

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
_POSTCODE = re.compile(r"[0-9]{3,6}|[a-z]{1,2}[0-9][0-9a-z]?")

SMALL = frozenset(
    [
        *("a", "an", "and", "at", "by", "close", "for", "from", "i", "in", "is", "it", "looking", "me", "my", "near"),
        *("need", "next", "of", "on", "or", "our", "please", "some", "the", "to", "want", "we", "with"),
        *("am", "bei", "beim", "das", "dem", "den", "der", "die", "ein", "eine", "einem", "einen", "einer", "etwas"),
        *(
            "fur",
            "ich",
            "im",
            "ins",
            "mein",
            "meine",
            "mit",
            "mochte",
            "nach",
            "nahe",
            "oder",
            "suche",
            "suchen",
            "und",
        ),
        *("und", "unsere", "vom", "von", "wir", "zu", "zum", "zur"),
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
        ("saint", "st", "sankt"),
    )
    for one in spellings
}
"""Ways to write one word that differ by more than a letter, or of which many homes have each."""
_IN_ENGLISH = {
    german: english
    for germans, english in (
        (("altstadt",), ("old town",)),
        (("aussicht", "blick", "ausblick"), ("view", "views")),
        (("bahnhof", "hauptbahnhof"), ("station",)),
        (("boot", "hausboot"), ("boat", "houseboat")),
        (("burg", "schloss"), ("castle",)),
        (("einzelzimmer",), ("single room",)),
        (("doppelzimmer",), ("double room",)),
        (("flughafen",), ("airport",)),
        (("garten",), ("garden",)),
        (("gemutlich", "gemutliche", "gemutliches"), ("cosy", "cozy")),
        (("hafen",), ("harbour", "harbor", "port")),
        (("haus", "hauser"), ("house",)),
        (("ferienhaus", "landhaus"), ("cottage", "house")),
        (("hell", "helle", "helles", "heller"), ("bright",)),
        (("innenstadt", "stadtmitte", "stadtzentrum", "zentrum"), ("centre", "center", "central")),
        (("klein", "kleine", "kleines"), ("small",)),
        (("meer",), ("sea",)),
        (("modern", "moderne", "modernes"), ("modern",)),
        (("museum",), ("museum",)),
        (("neustadt",), ("new town",)),
        (("ruhig", "ruhige", "ruhiges"), ("quiet",)),
        (("schon", "schone", "schones"), ("beautiful", "lovely")),
        (("strand",), ("beach",)),
        (("universitat", "uni"), ("university",)),
        (("wohnung", "wohnungen", "ferienwohnung", "ferienwohnungen", "appartement"), ("flat", "apartment", "apt")),
        (("zentral", "zentrale", "zentrales"), ("central",)),
        (("zimmer", "privatzimmer"), ("room",)),
    )
    for german in germans
}
"""What German words of letting are called in the titles of English homes."""


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
    """Whether it asks for nothing: a home need not have it, and ranks higher if it does."""
    names: tuple[str, ...] = ()
    """The other names of the city it names."""
    country: str | None = None
    """The country it names."""
    place: bool = False
    """Whether it names a city or a country, whether there are homes or not."""

    @property
    def area(self) -> str | None:
        """What it is of a postcode, as far as strangers may know one: an outward code, or figures."""
        return self.typed if _POSTCODE.fullmatch(self.typed) else None


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


def forgiving(typed: Sequence[Typed], text: str = "") -> list[Word]:
    """The words as they may be meant. Small words ask for nothing, unless there are no others.

    Names of places are never taken for slips. `text` is what was typed: a code in capitals at its end is a country.
    """
    all_small = all(one.word in SMALL for one in typed)
    code = country_at_end(text)
    words: list[Word] = []
    start = 0
    for place in known_places([one.word for one in typed]):
        words += (_forgiven(one, small=one.word in SMALL and not all_small) for one in typed[start : place.start])
        name = " ".join(one.word for one in typed[place.start : place.end])
        words.append(Word(name, names=place.names, country=place.country, place=True))
        start = place.end
    words += (_forgiven(one, small=one.word in SMALL and not all_small) for one in typed[start:])
    if code is not None and words and len(words) > 1 and len(words[-1].typed) == 2:
        words[-1] = Word(words[-1].typed, country=code, place=True)
    return words


def perhaps_missing(words: Sequence[Word], typed: Sequence[Typed]) -> list[Word]:
    """The words that no home may have, as far as they were learned, and need not have then: no names of places."""
    known = {one.word for one in typed if one.homes}
    return [
        word
        for word in words
        if not (word.small or word.near or word.typed in known) and (not word.place or word.typed in ORDINARY)
    ]


def without_missing(words: Sequence[Word], missing: Collection[Word], *, more_is_asked: bool) -> list[Word]:
    """The words, those in `missing` asking for nothing; as they are when nothing else is asked for."""
    if not more_is_asked and all(word.small or word in missing for word in words):
        return list(words)
    return [replace(word, small=True) if word in missing else word for word in words]


def _forgiven(typed: Typed, *, small: bool) -> Word:
    if small or is_glued(typed.word):
        return Word(typed.word, inside=is_glued(typed.word), small=small)
    return Word(typed.word, forms_of(typed.word), near_words(typed))


def is_glued(word: str) -> bool:
    """Whether the word is of a script that sets no spaces between words."""
    return _GLUED.search(word) is not None


def forms_of(word: str) -> tuple[str, ...]:
    """The English singular or plural of a word, its other spellings, and what a German one is in English.

    A longer form that begins with the word needs no mention.
    """
    one = _singular_or_plural(word)
    spelled = [other for form in (word, *one) for other in _SPELLINGS.get(form, ())]
    bare = without_umlauts(word)
    return (*one, *spelled, *_IN_ENGLISH.get(word, ()), *(() if bare == word else (bare,)))


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
