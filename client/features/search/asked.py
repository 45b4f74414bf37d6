"""What a wish asks for, part by part in words, each with the wish that does without it."""

import dataclasses
import re
import unicodedata
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Final

from client.core.language import day_range, money, t
from client.features.search.wish import Wish
from client.parts.facts import distance_words, guests_words
from client.parts.listing import amenity_word, type_word
from client.parts.map.sheet import Circle
from shared_models.money import Currency, Money, decimals
from shared_models.search import HouseRule, LeftOut, WishPart
from shared_models.search_words import Price, Said, Understood, understand, without


@dataclasses.dataclass(frozen=True)
class Part:
    """One thing that is asked for, and the wish that does without it."""

    label: str
    without: Wish


def price_words(wish: Wish) -> str:
    """`Under £400.00`, `£50.00 to £90.00`."""
    low, high = (None if amount is None else _money(amount, wish) for amount in (wish.price_min, wish.price_max))
    if low and high:
        return t("{low} to {high}", low=low, high=high)
    return t("Under {price}", price=high) if high else t("From {price}", price=low)


def chosen_filters(wish: Wish) -> list[Part]:
    """Every filter of the sheet that narrows the results."""
    parts = [
        Part(
            type_word(kind), dataclasses.replace(wish, types=tuple(other for other in wish.types if other is not kind))
        )
        for kind in wish.types
    ]
    for amenity in wish.amenities:
        others = tuple(one for one in wish.amenities if one is not amenity)
        parts.append(Part(amenity_word(amenity), dataclasses.replace(wish, amenities=others)))
    for rule in wish.rules:
        kept = tuple(one for one in wish.rules if one is not rule)
        parts.append(Part(allowed_word(rule), dataclasses.replace(wish, rules=kept)))
    for name in ROOMS:
        number = getattr(wish, name)
        if number is not None:
            parts.append(Part(rooms_words(name, number), _without_rooms(wish, name)))
    if wish.instant:
        parts.append(Part(t("Booked at once"), dataclasses.replace(wish, instant=False)))
    if wish.has_price:
        parts.append(Part(price_words(wish), dataclasses.replace(wish, price_min=None, price_max=None)))
    if wish.circle is not None:
        parts.append(Part(within_words(wish.circle), dataclasses.replace(wish, circle=None)))
    if wish.area is not None:
        parts.append(Part(t("In the area you drew"), dataclasses.replace(wish, area=None)))
    if wish.box is not None:
        parts.append(Part(t("In this area"), dataclasses.replace(wish, box=None)))
    return parts


def within_words(circle: Circle) -> str:
    """`Within 2 km of Leith`."""
    far = distance_words(circle.kilometres)
    if not circle.name:
        return t("Within {distance} of a point on the map", distance=far)
    return t("Within {distance} of {place}", distance=far, place=circle.name)


ROOMS: Final = ("bedrooms", "beds", "bathrooms")


def _without_rooms(wish: Wish, name: str) -> Wish:
    values: dict[str, Any] = {name: None}
    return dataclasses.replace(wish, **values)


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


def understood(wish: Wish) -> list[Part]:
    """What the text says beside its words, each with the wish without it."""
    if wish.exact:
        return []
    return [
        Part(said_words(part), dataclasses.replace(wish, text=without(wish.text, part)))
        for part in understand(wish.text).parts
    ]


def giving_up(wish: Wish, left_out: Sequence[LeftOut]) -> list[Part]:
    """The parts of a wish that the server left out to find homes that come close, each with the wish without it."""
    parts = [part for left in left_out for part in _without(wish, left)]
    return [Part(label, step(wish)) for label, step in parts]


def without_all(wish: Wish, left_out: Sequence[LeftOut]) -> Wish:
    """The wish without all those parts."""
    for left in left_out:
        for _, step in _without(wish, left):
            wish = step(wish)
    return wish


Step = Callable[[Wish], Wish]
_FIELDS: Final[dict[WishPart, dict[str, Any]]] = {
    WishPart.OFFERS: {"amenities": (), "rules": ()},
    WishPart.ROOMS: {"bedrooms": None, "beds": None, "bathrooms": None},
    WishPart.INSTANT: {"instant": False},
    WishPart.TYPES: {"types": ()},
    WishPart.PRICE: {"price_min": None, "price_max": None},
    WishPart.GUESTS: {"guests": None},
    WishPart.PLACE: {"area": None, "box": None, "circle": None},
    WishPart.DATES: {"check_in": None, "check_out": None},
}
_SAID: Final[dict[Said, WishPart]] = {
    Said.AMENITY: WishPart.OFFERS,
    Said.RULE: WishPart.OFFERS,
    Said.BEDROOMS: WishPart.ROOMS,
    Said.BATHROOMS: WishPart.ROOMS,
    Said.INSTANT: WishPart.INSTANT,
    Said.TYPE: WishPart.TYPES,
    Said.PRICE: WishPart.PRICE,
    Said.GUESTS: WishPart.GUESTS,
}


def _without(wish: Wish, left: LeftOut) -> list[tuple[str, Step]]:
    """The labels of what is left out, and how to do without it: what was chosen, and what the text said of it."""
    if left.part is WishPart.WORD:
        return [(f"“{left.word}”", lambda now: dataclasses.replace(now, text=_less(now.text, left.word or "")))]
    fields = _FIELDS.get(left.part, {})
    bare = dataclasses.replace(wish, **fields)
    labels = [part.label for part in chosen_filters(wish) if part.label not in _labels(bare)]
    if left.part is WishPart.GUESTS and wish.guests is not None:
        labels.append(guests_words(wish.guests))
    if left.part is WishPart.DATES and wish.check_in and wish.check_out:
        labels.append(day_range(wish.check_in, wish.check_out))
    said = [] if wish.exact else [part for part in understand(wish.text).parts if _SAID.get(part.said) is left.part]
    labels += [said_words(part) for part in said]

    def step(now: Wish) -> Wish:
        text = now.text
        while not now.exact and (
            part := next((one for one in understand(text).parts if _SAID.get(one.said) is left.part), None)
        ):
            text = without(text, part)
        return dataclasses.replace(now, **fields, text=text)

    return [(", ".join(labels), step)]


def _labels(wish: Wish) -> set[str]:
    return {part.label for part in chosen_filters(wish)}


_TOKEN: Final = re.compile(r"[^\W_]+(?:['\u2019]s\b)?")


def _less(text: str, word: str) -> str:
    """A text without a word, which is folded: as it was typed it may have capitals, accents and an 's."""
    left = _TOKEN.sub(lambda found: "" if _folded(found[0]) == word else found[0], text)
    return " ".join(left.split()).strip(" ,;")


def _folded(word: str) -> str:
    plain = unicodedata.normalize("NFKD", re.sub(r"['\u2019]s$", "", word)).casefold()
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _money(amount_minor: int, wish: Wish) -> str:
    return money(Money(amount_minor=amount_minor, currency=wish.currency))
