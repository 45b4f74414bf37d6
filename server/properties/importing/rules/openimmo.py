"""OpenImmo 1.2.7, the XML in which German agents send their homes to portals. Pure.

The names of elements and what they hold are those of the format (https://www.openimmo.de).
"""

from collections.abc import Iterator, Mapping

from server.properties.importing.rules.country_codes import country_code
from server.properties.importing.rules.feed_lines import FOR_SALE, FeedHome, feed_lines, rent
from server.properties.importing.rules.file_lines import FileLines
from server.properties.importing.rules.sound_xml import Node, nodes
from shared_models.imports import FileKind, ImportField
from shared_models.properties import LetType, PropertyType

_WITHOUT = ("anhaenge", "kontaktperson")
_TO_LET = ("MIETE_PACHT", "MIETE")
_PERIODS = {"": "month", "MONAT": "month", "WOCHE": "week", "JAHR": "year"}
_RENTS = ("warmmiete", "pauschalmiete", "kaltmiete", "nettokaltmiete")
"""The whole rent first: a price here is what a tenant pays."""
_TYPES: Mapping[str, PropertyType] = {
    "zimmer": PropertyType.ROOM,
    "wohnung": PropertyType.FLAT,
    "haus": PropertyType.HOUSE,
}
_FINER: Mapping[str, PropertyType] = {
    "APARTMENT": PropertyType.APARTMENT,
    "FERIENHAUS": PropertyType.HOUSE,
    "FERIENWOHNUNG": PropertyType.APARTMENT,
}


def read_openimmo(content: bytes) -> FileLines:
    """Read an OpenImmo file. What is for sale or no home is left out, each with its line. Raises Unreadable."""
    return feed_lines(FileKind.OPENIMMO, _homes(content))


def _homes(content: bytes) -> Iterator[FeedHome]:
    for node in nodes(content, "immobilie", without=_WITHOUT):
        refused = _refusal(node)
        yield FeedHome(node.line, refused=refused) if refused else FeedHome(node.line, _said(node))


def _refusal(node: Node) -> str:
    if _attribute(node, "aktionart", "verwaltung_techn", "aktion").upper() == "DELETE":
        return "is taken off the market by this file (aktion DELETE)"
    use, marketing = node.at("objektkategorie", "nutzungsart"), node.at("objektkategorie", "vermarktungsart")
    if use is not None and not any(_is_so(use, name) for name in ("WOHNEN", "WAZ")):
        return "is no home: its nutzungsart is not WOHNEN"
    if marketing is None or not any(_is_so(marketing, name) for name in (*_TO_LET, "KAUF", "ERBPACHT", "LEASING")):
        return "does not say whether it is to let (vermarktungsart)"
    if not any(_is_so(marketing, name) for name in _TO_LET):
        return FOR_SALE
    unit = _unit(node)
    return "" if unit == "TAG" or unit in _PERIODS else "has a price for no time we know (preis_zeiteinheit)"


def _said(node: Node) -> dict[str, str]:
    unit = _unit(node)
    price = next(filter(None, (node.say("preise", name) for name in _RENTS)), "")
    said = {
        ImportField.SOURCE_ID: node.say("verwaltung_techn", "objektnr_extern")
        or node.say("verwaltung_techn", "objektnr_intern")
        or node.say("verwaltung_techn", "openimmo_obid"),
        ImportField.TITLE: node.say("freitexte", "objekttitel"),
        ImportField.DESCRIPTION: node.say("freitexte", "objektbeschreibung"),
        ImportField.TYPE: _type(node),
        ImportField.LET_TYPE: (LetType.NIGHTLY if unit == "TAG" else LetType.MONTHLY).value,
        ImportField.ADDRESS_LINE: f"{node.say('geo', 'strasse')} {node.say('geo', 'hausnummer')}".strip(),
        ImportField.NEIGHBOURHOOD: node.say("geo", "regionaler_zusatz"),
        ImportField.CITY: node.say("geo", "ort"),
        ImportField.POSTCODE: node.say("geo", "plz"),
        ImportField.COUNTRY: country_code(_attribute(node, "iso_land", "geo", "land")),
        ImportField.LATITUDE: _attribute(node, "breitengrad", "geo", "geokoordinaten"),
        ImportField.LONGITUDE: _attribute(node, "laengengrad", "geo", "geokoordinaten"),
        ImportField.PRICE: price if unit == "TAG" else rent(price, _PERIODS[unit]),
        ImportField.CURRENCY: _attribute(node, "iso_waehrung", "preise", "waehrung"),
        ImportField.SLEEPS: node.say("verwaltung_objekt", "max_personen"),
        ImportField.BEDROOMS: node.say("flaechen", "anzahl_schlafzimmer"),
        ImportField.BATHROOMS: node.say("flaechen", "anzahl_badezimmer"),
    }
    return {field.value: cell for field, cell in said.items()}


def _type(node: Node) -> str:
    """The kind of home in our words; a word we do not know stays as it is, and the check of the file names it."""
    kinds = [kind for kind in node.all("objektkategorie", "objektart") for kind in kind.children]
    if not kinds:
        return ""
    finer = next(iter(kinds[0].attributes.values()), "").upper()
    found = _FINER.get(finer) or _TYPES.get(kinds[0].name)
    return found.value if found else kinds[0].name


def _unit(node: Node) -> str:
    return _attribute(node, "zeiteinheit", "preise", "preis_zeiteinheit").upper()


def _attribute(node: Node, name: str, *path: str) -> str:
    found = node.at(*path)
    return found.attributes.get(name, "").strip() if found is not None else ""


def _is_so(node: Node, name: str) -> bool:
    return node.attributes.get(name, "").strip().lower() in ("true", "1")
