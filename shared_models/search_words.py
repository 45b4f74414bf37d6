"""What a typed search says beside its words: "2 bed near the castle under £100" asks for bedrooms and a price.

English and German. What is not understood stays words; what follows a "no" is never understood as its opposite.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from shared_models.money import Currency
from shared_models.properties import Amenity, PropertyType
from shared_models.search import HouseRule


class Said(StrEnum):
    """What a stretch of a text can say."""

    BEDROOMS = "bedrooms"
    BATHROOMS = "bathrooms"
    GUESTS = "guests"
    PRICE = "price"
    AMENITY = "amenity"
    RULE = "rule"
    TYPE = "type"
    INSTANT = "instant"
    MONTHLY = "monthly"


@dataclass(frozen=True)
class Price:
    """Bounds of a price in major units. Without a currency they hold for each home in its own."""

    low: Decimal | None = None
    high: Decimal | None = None
    currency: Currency | None = None


@dataclass(frozen=True)
class Understood:
    """A stretch of the text, from `start` to before `end`, and what it says."""

    start: int
    end: int
    said: Said
    number: int | None = None
    price: Price | None = None
    amenity: Amenity | None = None
    rule: HouseRule | None = None
    type: PropertyType | None = None
    monthly: bool = False
    """Whether the stretch also says that the home is let by the month."""


@dataclass(frozen=True)
class Meaning:
    """What a text says, in the order of its words, and the words that are left."""

    words: str = ""
    parts: tuple[Understood, ...] = ()


def understand(text: str) -> Meaning:
    """What a text says. Whatever the text, no letter of it is both understood and left as a word."""
    parts: list[Understood] = []
    for phrase in _PHRASES:
        for match in phrase.pattern.finditer(text):
            part = phrase.read(match)
            if part is not None and not any(part.start < other.end and other.start < part.end for other in parts):
                parts.append(part)
    parts.sort(key=lambda part: part.start)
    return Meaning(_without(text, parts), tuple(parts))


def without(text: str, part: Understood) -> str:
    """The text without what one part of it says."""
    return _tidy(f"{text[: part.start]} {text[part.end :]}")


def _without(text: str, parts: list[Understood]) -> str:
    left, end = [], 0
    for part in parts:
        left.append(text[end : part.start])
        end = part.end
    return _tidy(" ".join([*left, text[end:]]))


def _tidy(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"\s+(?=[,;])|(?<=[,;])\s*(?=[,;])", "", text)).strip(" ,;")


_NUMBERS: Final = {
    word: n
    for words in (
        ("one", "two", "three", "four", "five", "six", "seven", "eight"),
        ("eine", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht"),
    )
    for n, word in enumerate(words, 1)
}
_NUMBER: Final = r"(?P<number>\d{1,2}|" + "|".join(_NUMBERS) + r")"
# "2-3 bed", "2 or 3 bed": at least the first.
_OR_MORE: Final = r"(?:\s*\+|\s*(?:-|–|to|or|bis|oder)\s*\d{1,2})?"
_CURRENCIES: Final = {
    Currency.GBP: ("£", "gbp", "pound", "pounds", "quid", "pfund"),
    Currency.EUR: ("€", "eur", "euro", "euros"),
    Currency.USD: ("$", "usd", "dollar", "dollars"),
    Currency.CHF: ("chf", "francs", "franken"),
    Currency.JPY: ("¥", "jpy", "yen"),
    Currency.SEK: ("sek",),
    Currency.NOK: ("nok",),
    Currency.DKK: ("dkk",),
    Currency.PLN: ("pln", "zloty", "zł"),
    Currency.CZK: ("czk",),
    Currency.CAD: ("cad",),
    Currency.AUD: ("aud",),
    Currency.NZD: ("nzd",),
    Currency.ZAR: ("zar", "rand"),
    Currency.INR: ("₹", "inr", "rupees"),
    Currency.AED: ("aed", "dirham", "dirhams"),
    Currency.BRL: ("r$", "brl", "reais"),
    Currency.TRY: ("₺", "lira"),
    Currency.HUF: ("huf", "forint"),
    Currency.RON: ("ron", "lei"),
}
_CURRENCY_OF: Final = {word: currency for currency, words in _CURRENCIES.items() for word in words}
_SIGN: Final = "|".join(re.escape(word) for word in sorted(_CURRENCY_OF, key=len, reverse=True))


def _amount(name: str) -> str:
    """An amount with its currency before or after it, in groups of these names."""
    figures = rf"(?P<{name}>(?:\d{{1,3}}(?:[,.]\d{{3}}){{1,2}}|\d{{1,7}})(?:[,.]\d\d)?)"
    return rf"(?P<{name}_sign>{_SIGN})?\s?{figures}(?![\d.,]*\d)(?:\s?(?P<{name}_unit>{_SIGN})(?!\w))?"


def _figures(typed: str) -> Decimal:
    """`1,200.50` and `1.200,50`: three figures after a sign are thousands, two at the end are not."""
    whole, cents = re.fullmatch(r"(.*?)(?:[,.](\d\d))?", typed).groups()  # type: ignore[union-attr]
    units = re.sub("[,.]", "", whole)
    return Decimal(units if cents is None else f"{units}.{cents}")


_PER: Final = (
    r"(?:\s*(?:(?:/|per|a|each|pro|die|im)\s*(?:night|nacht|(?P<month>months?|monat))\b"
    r"|(?P<pcm>pcm|monatlich)\b|pn\b))?"
)
# A distance, a time, a number of things: no price.
_NO_PRICE: Final = (
    r"(?!\s*-?\s*(?:km|m|mi|miles?|min|mins|minutes?|metres?|meters?|yards?|nights?|days?|weeks?"
    r"|people|persons?|guests?|adults?|beds?|bed\w+|baths?|bath\w+|%"
    r"|minuten|stunden|metern?|n[äa]chten?|tagen?|wochen|monaten?|personen|leute|g[äa]sten?|erwachsenen?"
    r"|betten|zimmern?|schlafzimmern?|b[äa]dern?|badezimmern?)\b)"
)
_UP_TO: Final = (
    r"(?:under|below|less\s+than|cheaper\s+than|up\s+to|at\s+most|(?:no|not)\s+more\s+than|max(?:imum)?(?:\s+of)?|<"
    r"|unter|bis(?:\s+zu)?|h[öo]chstens|max(?:imal)?\.?|(?:weniger|g[üu]nstiger|billiger|nicht\s+mehr)\s+als)"
)
_FROM: Final = (
    r"(?:over|above|more\s+than|at\s+least|from|min(?:imum)?(?:\s+of)?|>|[üu]ber|ab|mindestens|mehr\s+als|von)"
)
_NOT: Final = (
    r"(?<!\bno )(?<!\bnot )(?<!\bnon )(?<!\bnon-)(?<!\bwithout )"
    r"(?<!\bkein )(?<!\bkeine )(?<!\bkeinen )(?<!\bohne )(?<!\bnicht )"
)
_WITH: Final = (
    r"(?:(?:with|has|having|including|and|plus|&|\+|mit|hat|inklusive|inkl\.?|und)\s+"
    r"(?:an?\s+|free\s+|private\s+|own\s+|its\s+own\s+|eine[mnr]?\s+|eigene[mnr]?\s+|kostenlose[mnr]?\s+)*)"
)


@dataclass(frozen=True)
class _Phrase:
    pattern: re.Pattern[str]
    read: Callable[[re.Match[str]], Understood | None]


def _phrase(pattern: str, read: Callable[[re.Match[str]], Understood | None]) -> _Phrase:
    return _Phrase(re.compile(pattern, re.IGNORECASE), read)


def _saying(said: Said, **values: Any) -> Callable[[re.Match[str]], Understood]:
    return lambda match: Understood(match.start(), match.end(), said, **values)


def _counted(said: Said) -> Callable[[re.Match[str]], Understood | None]:
    def read(match: re.Match[str]) -> Understood | None:
        word = match["number"].lower()
        number = _NUMBERS[word] if word in _NUMBERS else int(word)
        return Understood(match.start(), match.end(), said, number=number) if number else None

    return read


def _rooms_besides_one(match: re.Match[str]) -> Understood | None:
    rooms = _counted(Said.BEDROOMS)(match)
    return None if rooms is None or not rooms.number or rooms.number < 2 else replace(rooms, number=rooms.number - 1)


def _priced(match: re.Match[str]) -> Understood | None:
    groups = match.groupdict()
    named = {
        _CURRENCY_OF[sign.lower()]
        for name, sign in groups.items()
        if sign is not None and name.endswith(("_sign", "_unit"))
    }
    if len(named) > 1:
        return None
    low, high = (None if groups.get(name) is None else _figures(groups[name]) for name in ("low", "high"))
    # "Over 2 floors" and "from 1880" are no prices: a lower bound says of what.
    if (high is None and not named) or (low is not None and high is not None and low > high):
        return None
    price = Price(low, high, named.pop() if named else None)
    monthly = bool(groups.get("month") or groups.get("pcm"))
    return Understood(match.start(), match.end(), Said.PRICE, price=price, monthly=monthly)


def _ranged(match: re.Match[str]) -> Understood | None:
    # "2-3" alone may be rooms, nights or a house number.
    signed = any(match[name] for name in ("low_sign", "low_unit", "high_sign", "high_unit"))
    return _priced(match) if signed or match["between"] else None


# After a "with" or an "and"; these are words of titles and streets otherwise.
_AMENITIES_WITH: Final = {
    Amenity.GARDEN: r"gardens?|garten",
    Amenity.BALCONY: r"balcon(?:y|ies)|balkon",
    Amenity.KITCHEN: r"kitchen|k[üu]che",
    Amenity.DESK: r"desk|workspace|schreibtisch|arbeitsplatz",
    Amenity.BATH: r"bath(?:tub)?|badewanne",
    Amenity.TV: r"tv|television|fernseher",
    Amenity.LIFT: r"lift|elevator|aufzug|fahrstuhl",
    Amenity.COT: r"cot|crib|kinderbett|babybett",
    Amenity.DRYER: r"(?:tumble\s+)?dryer|trockner",
    Amenity.HEATING: r"(?:central\s+)?heating|heizung",
}
_AMENITIES: Final = {
    Amenity.PARKING: r"(?:car\s+)?parking(?:\s+space)?|parkpl[äa]tze?|stellplatz",
    Amenity.WIFI: r"wi-?fi|wlan|w-lan",
    Amenity.DISHWASHER: r"dishwasher|sp[üu]lmaschine|geschirrsp[üu]ler",
    Amenity.WASHING_MACHINE: r"washing\s+machine|washer|waschmaschine",
    Amenity.AIR_CONDITIONING: r"air[\s-]?con(?:ditioning)?|klimaanlage",
    Amenity.STEP_FREE: r"step[\s-]?free(?:\s+access)?|wheelchair(?:\s+(?:access|accessible|friendly))?"
    r"|barrierefrei|stufenlos|rollstuhlgerecht",
    Amenity.COFFEE_MACHINE: r"coffee\s+machine|kaffeemaschine",
}
_RULES: Final = {
    HouseRule.PETS: r"(?:pets?|dogs?|cats?|haustiere?|hunde?|katzen?)",
    HouseRule.SMOKING: r"(?:smoking|smokers?|rauchen|raucher)",
    HouseRule.PARTIES: r"(?:party|parties|partys|feiern)",
    HouseRule.CHILDREN: r"(?:child|children|kids?|family|families|baby|babies|toddlers?|kind|kindern?|familien?)",
}
_WELCOME: Final = r"(?:friendly|allowed|welcome|permitted|ok|okay|erlaubt|willkommen|gestattet|freundlich(?:e[mnrs]?)?)"


def _phrases() -> Iterator[_Phrase]:
    low, high = _amount("low"), _amount("high")
    yield _phrase(
        rf"(?<![\w.])(?P<between>(?:between|zwischen)\s+)?{low}\s*(?:-|–|to|and|bis|und)\s*{high}{_PER}{_NO_PRICE}",
        _ranged,
    )
    yield _phrase(rf"(?<!\w){_UP_TO}\s*{high}{_NO_PRICE}{_PER}", _priced)
    yield _phrase(rf"(?<!\w){_FROM}\s*{low}{_NO_PRICE}{_PER}", _priced)
    bedroom = r"(?:double\s+)?(?:bed(?:room)?(?:s|ed)?|bdrms?|bdr|br|schlafzimmern?)\b(?!\s*(?:linen|sheets))"
    yield _phrase(rf"(?<!\w)(?:at\s+least\s+)?{_NUMBER}{_OR_MORE}[\s-]*{bedroom}", _counted(Said.BEDROOMS))
    yield _phrase(rf"(?<!\w)(?:at\s+least\s+)?{_NUMBER}{_OR_MORE}[\s-]*bath(?:room)?s?\b", _counted(Said.BATHROOMS))
    yield _phrase(rf"(?<!\w){_NUMBER}{_OR_MORE}[\s-]*(?:badezimmern?|b[äa]der|bad)\b", _counted(Said.BATHROOMS))
    # German counts the living room, and neither kitchen nor bath.
    yield _phrase(rf"(?<!\w){_NUMBER}{_OR_MORE}[\s-]*zimmer(?=\b|wohnung)", _rooms_besides_one)
    people = r"(?:people|persons?|guests?|adults?|personen|leute|g[äa]sten?|erwachsenen?)"
    yield _phrase(rf"(?<!\w)(?:for\s+|sleeps\s+|f[üu]r\s+)?{_NUMBER}\s*{people}\b", _counted(Said.GUESTS))
    yield _phrase(rf"(?<!\w)sleeps\s+{_NUMBER}(?!\w)", _counted(Said.GUESTS))
    units = (
        r"nights?|days?|weeks?|months?|years?|min|mins|minutes?|km|miles?|\d|dogs?|cats?|pets?"
        r"|n[äa]chte|tage|wochen|monate|jahre|minuten|hunde|katzen"
    )
    things = rf"(?!\w|\.\d|\s*-?\s*(?:{units})\b)"
    yield _phrase(rf"\b(?:for|f[üu]r)\s+{_NUMBER}{things}(?!\s*(?:{_SIGN}))(?:\s+of\s+us)?", _counted(Said.GUESTS))
    for rule, who in _RULES.items():
        yield _phrase(rf"{_NOT}\b{who}(?:\s+(?:is|are))?[\s-]*{_WELCOME}\b", _saying(Said.RULE, rule=rule))
        yield _phrase(rf"{_NOT}\b(?:allows?|allowing|accepts?)\s+{who}\b", _saying(Said.RULE, rule=rule))
    for rule in (HouseRule.PETS, HouseRule.CHILDREN):
        yield _phrase(
            rf"{_NOT}\b(?:with|mit)\s+(?:my\s+|our\s+|an?\s+|eine[mnr]?\s+|meine[mnr]?\s+|unsere[mnr]?\s+)?{_RULES[rule]}\b",
            _saying(Said.RULE, rule=rule),
        )
    for amenity, what in _AMENITIES.items():
        pattern = rf"{_NOT}(?<!\w){_WITH}?(?:free\s+|private\s+)?(?:{what})(?!\w)"
        yield _phrase(pattern, _saying(Said.AMENITY, amenity=amenity))
    for amenity, what in _AMENITIES_WITH.items():
        yield _phrase(rf"{_NOT}(?<!\w){_WITH}(?:{what})(?!\w)", _saying(Said.AMENITY, amenity=amenity))
    yield _phrase(r"\bprivate\s+rooms?\b", _saying(Said.TYPE, type=PropertyType.ROOM))
    yield _phrase(
        r"\binstant(?:ly)?[\s-]*book(?:able|ing)?\b|\b(?:sofort|direkt)\s+buchbar(?:e[mnrs]?)?\b", _saying(Said.INSTANT)
    )
    yield _phrase(
        r"\b(?:monthly|by\s+the\s+month|monatlich|monatsweise|auf\s+monate)\b", _saying(Said.MONTHLY, monthly=True)
    )


_PHRASES: Final = tuple(_phrases())
