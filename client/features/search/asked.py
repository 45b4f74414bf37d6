"""What a wish asks for, part by part in words, each with the wish that does without it."""

import dataclasses
import re
import unicodedata
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Final

from client.core.language import day_range, money, t
from client.features.search.criteria import Criteria
from client.parts.facts import distance_words, guests_words
from client.parts.listing import amenity_word, type_word
from client.parts.map.sheet import Circle
from shared_models.money import Currency, Money, decimals
from shared_models.search import HouseRule, LeftOut, SearchPart
from shared_models.search_words import Price, Said, Understood, understand, without


@dataclasses.dataclass(frozen=True)
class Part:
    """One thing that is asked for, and the wish that does without it."""

    label: str
    without: Criteria


def price_words(criteria: Criteria) -> str:
    """`Under £400.00`, `£50.00 to £90.00`."""
    low, high = (
        None if amount is None else _money(amount, criteria) for amount in (criteria.price_min, criteria.price_max)
    )
    if low and high:
        return t("{low} to {high}", low=low, high=high)
    return t("Under {price}", price=high) if high else t("From {price}", price=low)


def chosen_filters(criteria: Criteria) -> list[Part]:
    """Every filter of the sheet that narrows the results."""
    parts = [
        Part(
            type_word(kind),
            dataclasses.replace(criteria, types=tuple(other for other in criteria.types if other is not kind)),
        )
        for kind in criteria.types
    ]
    for amenity in criteria.amenities:
        others = tuple(one for one in criteria.amenities if one is not amenity)
        parts.append(Part(amenity_word(amenity), dataclasses.replace(criteria, amenities=others)))
    for rule in criteria.rules:
        kept = tuple(one for one in criteria.rules if one is not rule)
        parts.append(Part(allowed_word(rule), dataclasses.replace(criteria, rules=kept)))
    for name in ROOMS:
        number = getattr(criteria, name)
        if number is not None:
            parts.append(Part(rooms_words(name, number), _without_rooms(criteria, name)))
    if criteria.instant:
        parts.append(Part(t("Booked at once"), dataclasses.replace(criteria, instant=False)))
    if criteria.has_price:
        parts.append(Part(price_words(criteria), dataclasses.replace(criteria, price_min=None, price_max=None)))
    if criteria.circle is not None:
        parts.append(Part(within_words(criteria.circle), dataclasses.replace(criteria, circle=None)))
    if criteria.area is not None:
        parts.append(Part(t("In the area you drew"), dataclasses.replace(criteria, area=None)))
    if criteria.box is not None:
        parts.append(Part(t("In this area"), dataclasses.replace(criteria, box=None)))
    return parts


def within_words(circle: Circle) -> str:
    """`Within 2 km of Leith`."""
    far = distance_words(circle.kilometres)
    if not circle.name:
        return t("Within {distance} of a point on the map", distance=far)
    return t("Within {distance} of {place}", distance=far, place=circle.name)


ROOMS: Final = ("bedrooms", "beds", "bathrooms")


def _without_rooms(criteria: Criteria, name: str) -> Criteria:
    values: dict[str, Any] = {name: None}
    return dataclasses.replace(criteria, **values)


def rooms_words(name: str, number: int) -> str:
    """`2+ bedrooms`, for one of `ROOMS`."""
    words = {"bedrooms": t("{n}+ bedrooms", n=number), "beds": t("{n}+ beds", n=number)}
    return words.get(name) or t("{n}+ bathrooms", n=number)


def allowed_word(rule: HouseRule) -> str:
    """What a house allows, as a filter."""
    return {
        HouseRule.PETS: t("Pets welcome"),
        HouseRule.SMOKING: t("Smoking allowed"),
        HouseRule.PARTIES: t("Parties allowed"),
        HouseRule.CHILDREN: t("Children welcome"),
    }.get(rule, t("Another rule"))


def said_words(part: Understood) -> str:
    """What was understood of a part of the text."""
    if part.price is not None:
        return _said_price(part.price)
    if part.number is not None:
        if part.said is Said.GUESTS:
            return guests_words(part.number)
        return rooms_words("bedrooms" if part.said is Said.BEDROOMS else "bathrooms", part.number)
    if part.amenity is not None:
        return amenity_word(part.amenity)
    if part.rule is not None:
        return allowed_word(part.rule)
    if part.type is not None:
        return type_word(part.type)
    return t("Booked at once") if part.said is Said.INSTANT else t("By the month")


def _said_price(price: Price) -> str:
    low, high = (None if amount is None else _major_words(amount, price.currency) for amount in (price.low, price.high))
    if low and high:
        return t("{low} to {high}", low=low, high=high)
    return t("Under {price}", price=high) if high else t("From {price}", price=low)


def _major_words(amount: Decimal, currency: Currency | None) -> str:
    """A whole amount as it was typed: with the sign of its currency if it was said."""
    if currency is None:
        return str(amount)
    minor = int(amount.scaleb(decimals(currency)))
    return money(Money(amount_minor=minor, currency=currency))


def understood(criteria: Criteria) -> list[Part]:
    """What the text says beside its words, each with the wish without it."""
    if criteria.exact:
        return []
    return [
        Part(said_words(part), dataclasses.replace(criteria, text=without(criteria.text, part)))
        for part in understand(criteria.text).parts
    ]


def giving_up(criteria: Criteria, left_out: Sequence[LeftOut]) -> list[Part]:
    """The parts of a wish that the server left out to find homes that come close, each with the wish without it."""
    parts = [part for left in left_out for part in _without(criteria, left)]
    return [Part(label, step(criteria)) for label, step in parts]


def without_all(criteria: Criteria, left_out: Sequence[LeftOut]) -> Criteria:
    """The wish without all those parts."""
    for left in left_out:
        for _, step in _without(criteria, left):
            criteria = step(criteria)
    return criteria


Step = Callable[[Criteria], Criteria]
_FIELDS: Final[dict[SearchPart, dict[str, Any]]] = {
    SearchPart.OFFERS: {"amenities": (), "rules": ()},
    SearchPart.ROOMS: {"bedrooms": None, "beds": None, "bathrooms": None},
    SearchPart.INSTANT: {"instant": False},
    SearchPart.TYPES: {"types": ()},
    SearchPart.PRICE: {"price_min": None, "price_max": None},
    SearchPart.GUESTS: {"guests": None},
    SearchPart.PLACE: {"area": None, "box": None, "circle": None},
    SearchPart.DATES: {"check_in": None, "check_out": None},
}
_SAID: Final[dict[Said, SearchPart]] = {
    Said.AMENITY: SearchPart.OFFERS,
    Said.RULE: SearchPart.OFFERS,
    Said.BEDROOMS: SearchPart.ROOMS,
    Said.BATHROOMS: SearchPart.ROOMS,
    Said.INSTANT: SearchPart.INSTANT,
    Said.TYPE: SearchPart.TYPES,
    Said.PRICE: SearchPart.PRICE,
    Said.GUESTS: SearchPart.GUESTS,
}


def _without(criteria: Criteria, left: LeftOut) -> list[tuple[str, Step]]:
    """The labels of what is left out, and how to do without it: what was chosen, and what the text said of it."""
    if left.part is SearchPart.WORD:
        return [(f"“{left.word}”", lambda now: dataclasses.replace(now, text=_less(now.text, left.word or "")))]
    fields = _FIELDS.get(left.part, {})
    bare = dataclasses.replace(criteria, **fields)
    labels = [part.label for part in chosen_filters(criteria) if part.label not in _labels(bare)]
    if left.part is SearchPart.GUESTS and criteria.guests is not None:
        labels.append(guests_words(criteria.guests))
    if left.part is SearchPart.DATES and criteria.check_in and criteria.check_out:
        labels.append(day_range(criteria.check_in, criteria.check_out))
    said = (
        []
        if criteria.exact
        else [part for part in understand(criteria.text).parts if _SAID.get(part.said) is left.part]
    )
    labels += [said_words(part) for part in said]

    def step(now: Criteria) -> Criteria:
        text = now.text
        while not now.exact and (
            part := next((one for one in understand(text).parts if _SAID.get(one.said) is left.part), None)
        ):
            text = without(text, part)
        return dataclasses.replace(now, **fields, text=text)

    return [(", ".join(labels), step)]


def _labels(criteria: Criteria) -> set[str]:
    return {part.label for part in chosen_filters(criteria)}


_TOKEN: Final = re.compile(r"[^\W_]+(?:['\u2019]s\b)?")


def _less(text: str, word: str) -> str:
    """A text without a word, which is folded: as it was typed it may have capitals, accents and an 's."""
    left = _TOKEN.sub(lambda found: "" if _folded(found[0]) == word else found[0], text)
    return " ".join(left.split()).strip(" ,;")


def _folded(word: str) -> str:
    plain = unicodedata.normalize("NFKD", re.sub(r"['\u2019]s$", "", word)).casefold()
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _money(amount_minor: int, criteria: Criteria) -> str:
    return money(Money(amount_minor=amount_minor, currency=criteria.currency))
