"""What an admin looks at in a listing: what it says and what it leaves open. Pure."""

import dataclasses

from client.core.language import and_, hour, money, t, tn
from client.parts.listing import amenity_word, place_words, price_words, type_word
from shared_models.properties import Address, LetType, Pin, PropertyRead

SHORT_DESCRIPTION = 40


@dataclasses.dataclass(frozen=True)
class Check:
    """One thing to look at; `well` False: it is missing or should be looked at twice."""

    title: str
    words: str
    well: bool


def checks_of(home: PropertyRead) -> list[Check]:
    """The checks in the order of importance."""
    return [_landlord(home), _place(home), _price(home), _description(home), _rooms(home), _rules(home)]


def not_said(home: PropertyRead) -> list[str]:
    """What the landlord has not said, in words."""
    facts = {
        t("bedrooms"): home.bedrooms,
        t("beds"): home.beds,
        t("bathrooms"): home.bathrooms,
        t("how many it sleeps"): home.sleeps,
        t("what it has"): home.amenities,
        t("check-in time"): home.check_in_from,
        t("check-out time"): home.check_out_by,
        t("minimum stay"): home.min_nights,
        t("pets"): home.rules.pets,
        t("smoking"): home.rules.smoking,
        t("parties"): home.rules.parties,
        t("children"): home.rules.children,
    }
    return [name for name, value in facts.items() if value is None]


def _landlord(home: PropertyRead) -> Check:
    name = home.landlord_name or t("No name")
    if home.landlord_claimed:
        return Check(t("Landlord"), t("{name}, signed up here", name=name), True)
    return Check(t("Landlord"), t("{name}, from an import; has not signed up yet", name=name), False)


def _place(home: PropertyRead) -> Check:
    address = home.address
    pin = f"{home.pin.latitude:.4f}, {home.pin.longitude:.4f}"
    place = place_words(address.city, address.neighbourhood)
    street = ", ".join(part for part in (address.line, address.postcode) if part)
    if not street and not address.neighbourhood:
        return Check(t("Place"), t("{place}. Neither street nor neighbourhood. Pin {pin}", place=place, pin=pin), False)
    return Check(t("Place"), ". ".join(part for part in (street, place, t("Pin {pin}", pin=pin)) if part), True)


def _price(home: PropertyRead) -> Check:
    words = price_words(home.price, home.let_type)
    if home.cleaning_fee is not None:
        words = t("{price}, cleaning {fee}", price=words, fee=money(home.cleaning_fee))
        nights = 3 if home.let_type is LetType.NIGHTLY else 1
        if home.cleaning_fee.amount_minor > nights * home.price.amount_minor:
            return Check(t("Price"), t("{price}. The cleaning costs more than the stay", price=words), False)
    return Check(t("Price"), words, True)


def _description(home: PropertyRead) -> Check:
    if not home.description:
        return Check(t("Description"), t("There is none"), False)
    number = len(home.description)
    return Check(t("Description"), tn("{n} character", "{n} characters", number), number >= SHORT_DESCRIPTION)


def _rooms(home: PropertyRead) -> Check:
    parts = [type_word(home.type)]
    if home.bedrooms is not None:
        parts.append(tn("{n} bedroom", "{n} bedrooms", home.bedrooms))
    if home.sleeps is not None:
        parts.append(tn("sleeps {n}", "sleeps {n}", home.sleeps))
    if home.amenities:
        parts.append(and_([amenity_word(one) for one in home.amenities[:4]]))
    return Check(t("Home"), " · ".join(parts), home.sleeps is not None or home.bedrooms is not None)


def _rules(home: PropertyRead) -> Check:
    parts = []
    if home.check_in_from:
        parts.append(t("check-in from {hour}", hour=hour(home.check_in_from)))
    if home.check_out_by:
        parts.append(t("check-out by {hour}", hour=hour(home.check_out_by)))
    if home.min_nights:
        parts.append(tn("at least {n} night", "at least {n} nights", home.min_nights))
    if home.instant_book:
        parts.append(t("can be booked at once"))
    words = ", ".join(parts)
    return Check(t("Stay"), words[:1].upper() + words[1:] if words else t("Nothing is said"), bool(parts))


@dataclasses.dataclass(frozen=True)
class Change:
    """A fact as tenants see it now and as the landlord wants it."""

    title: str
    before: str
    after: str


def changes_of(home: PropertyRead) -> list[Change]:
    """What the landlord of a home on show wants changed."""
    wished = home.proposed
    if wished is None:
        return []
    pairs = [
        (t("Title"), home.title, wished.title),
        (t("Property type"), type_word(home.type), type_word(wished.type)),
        (t("Address"), _street(home.address), _street(wished.address)),
        (t("Place on the map"), _pin(home.pin), _pin(wished.pin)),
        (t("Description"), home.description, wished.description),
    ]
    return [
        Change(title, before or t("nothing"), after or t("nothing"))
        for title, before, after in pairs
        if before != after
    ]


def _street(address: Address) -> str:
    parts = (address.line, address.neighbourhood, address.city, address.postcode, address.country)
    return ", ".join(part for part in parts if part)


def _pin(pin: Pin) -> str:
    return f"{pin.latitude:.5f}, {pin.longitude:.5f}"
