"""Kyero's XML, version 3, which agents in Spain, Portugal, France and Italy send to portals. Pure.

https://help.kyero.com/estate-agents/xml-import-specification
"""

from collections.abc import Iterator, Mapping

from server.properties.importing.rules.country_codes import country_code
from server.properties.importing.rules.feed_lines import AMENITIES, FOR_SALE, FeedHome, feed_lines, packed, rent
from server.properties.importing.rules.file_lines import FileLines
from server.properties.importing.rules.sound_xml import Node, nodes
from shared_models.imports import FileKind, ImportField
from shared_models.properties import LetType, PropertyType

_WITHOUT = ("images", "videos", "virtual_tours")
_NIGHTLY = frozenset({"day", "night"})
_MONTHLY = frozenset({"week", "month", "quarter", "year"})
_TYPES: Mapping[str, PropertyType] = {
    word: kind
    for kind, words in {
        PropertyType.HOUSE: (
            "bungalow", "villa", "terraced house", "town house", "village house", "cortijo", "country house", "finca",
            "farmhouse", "cave house", "wooden chalet", "house", "detached house", "semi-detached house",
        ),
        PropertyType.FLAT: ("penthouse", "duplex", "triplex", "flat"),
        PropertyType.APARTMENT: ("apartment",),
        PropertyType.STUDIO: ("studio",),
    }.items()
    for word in words
}  # fmt: skip
"""Its words in ours; any other stays as it is, and the check of the file names it."""


def read_kyero(content: bytes) -> FileLines:
    """Read a Kyero feed. Homes for sale are left out, each with its line. Raises Unreadable."""
    return feed_lines(FileKind.KYERO, _homes(content))


def _homes(content: bytes) -> Iterator[FeedHome]:
    for node in nodes(content, "property", without=_WITHOUT):
        period = node.say("price_freq").lower()
        if period in _NIGHTLY:
            yield FeedHome(node.line, _said(node, LetType.NIGHTLY, node.say("price")))
        elif period in _MONTHLY:
            yield FeedHome(node.line, _said(node, LetType.MONTHLY, rent(node.say("price"), period)))
        elif period in ("sale", ""):
            yield FeedHome(node.line, refused=FOR_SALE)
        else:
            yield FeedHome(node.line, refused=f"has a price for “{period[:40]}”, which is no time we know (price_freq)")


def _said(node: Node, let_type: LetType, price: str) -> dict[str, str]:
    kind, town = node.say("type"), node.say("town")
    said = {
        ImportField.SOURCE_ID: node.say("id") or node.say("ref"),
        # A Kyero home has no title of its own; portals show it under its type and town.
        ImportField.TITLE: node.say("title") or ", ".join(word for word in (kind, town) if word),
        ImportField.DESCRIPTION: _description(node),
        ImportField.TYPE: _TYPES[kind.lower()].value if kind.lower() in _TYPES else kind,
        ImportField.LET_TYPE: let_type.value,
        ImportField.ADDRESS_LINE: node.say("address"),
        ImportField.NEIGHBOURHOOD: node.say("location_detail"),
        ImportField.CITY: town,
        ImportField.POSTCODE: node.say("postcode"),
        ImportField.COUNTRY: country_code(node.say("country")),
        ImportField.LATITUDE: node.say("location", "latitude"),
        ImportField.LONGITUDE: node.say("location", "longitude"),
        ImportField.PRICE: price,
        ImportField.CURRENCY: node.say("currency"),
        ImportField.BEDROOMS: node.say("beds"),
        ImportField.BATHROOMS: node.say("baths"),
    }
    features = [feature.text for feature in node.all("features", "feature") if feature.text]
    return {field.value: cell for field, cell in said.items()} | {AMENITIES: packed(features)}


def _description(node: Node) -> str:
    """In English, or in the first language there is."""
    described = node.at("desc")
    if described is None:
        return ""
    return described.say("en") or next((words.text for words in described.children if words.text), described.text)
