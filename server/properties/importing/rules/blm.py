"""BLM, the file in which British agents send their homes to portals (Rightmove's .blm, versions 3 and 3i). Pure.

A header names the signs that end a field and a record, a definition the fields, and the data follow. What the codes
mean is that format's: TRANS_TYPE_ID 1 for sale, 2 to let; LET_RENT_FREQUENCY 0 a week, 1 a month, 2 a quarter, 3 a
year, 5 a person and week.
"""

import re
from collections.abc import Iterator, Mapping

from server.properties.importing.rules.feed_lines import (
    AMENITIES,
    FOR_SALE,
    FeedHome,
    feed_lines,
    packed,
    rent,
)
from server.properties.importing.rules.file_lines import FileLines, Unreadable
from server.properties.importing.rules.text_encoding import decoded
from shared_models.imports import FileKind, ImportField
from shared_models.money import Currency
from shared_models.properties import LetType, PropertyType

_MAX_HEADER = 4096
_MAX_FIELDS = 1_000
_SIGN = r"^\s*{}\s*:\s*(['\"])(.+?)\1\s*$"
_NUMBER = re.compile(r"\d+\s?[A-Za-z]?")
_PERIODS = {"": "month", "0": "week", "1": "month", "2": "quarter", "3": "year"}
_TYPES: Mapping[str, PropertyType] = {
    code: kind
    for kind, codes in {
        PropertyType.FLAT: "7 8 10 11 29 49 56 59 144",
        PropertyType.APARTMENT: "28 44",
        PropertyType.HOUSE: "1 2 3 4 5 6 12 13 14 15 21 22 27 30 43 46 47 52 68 95 113 116 120 121 128 131",
        PropertyType.ROOM: "48 142",
        PropertyType.STUDIO: "9",
        PropertyType.COTTAGE: "23",
    }.items()
    for code in codes.split()
}
"""PROP_SUB_ID in our words; any other stays a number, which the check of the file then names."""


def read_blm(content: bytes) -> FileLines:
    """Read a .blm file. Homes for sale are left out, each with its line. Raises Unreadable."""
    text = decoded(content)
    header, _, rest = text.partition("#DEFINITION#")
    defined, found, data = rest.partition("#DATA#")
    if not found:
        raise Unreadable("This .blm file has no #DEFINITION# or no #DATA#.")
    field, record = _sign(header, "EOF", "^"), _sign(header, "EOR", "~")
    names = [name.strip().upper() for name in defined.strip().removesuffix(record).split(field, _MAX_FIELDS)]
    if "AGENT_REF" not in names:
        raise Unreadable("This .blm file has no field AGENT_REF in its #DEFINITION#.")
    return feed_lines(FileKind.BLM, _homes(text, len(text) - len(data), names, (field, record)))


def _sign(header: str, name: str, usual: str) -> str:
    found = re.search(_SIGN.format(name), header[:_MAX_HEADER], re.MULTILINE | re.IGNORECASE)
    return found[2] if found else usual


def _homes(text: str, place: int, names: list[str], signs: tuple[str, str]) -> Iterator[FeedHome]:
    field, record = signs
    line, counted = 1, 0
    while True:
        end = text.find(record, place)
        raw = text[place : end if end >= 0 else len(text)]
        begin = place + len(raw) - len(raw.lstrip())
        line += text.count("\n", counted, begin)
        counted = begin
        if not raw.strip() or raw.strip().startswith("#END#"):
            return
        if end < 0:
            yield FeedHome(line, refused="the file ends in the middle of it")
            return
        yield _home(line, names, raw.strip().split(field, _MAX_FIELDS))
        place = end + len(record)


def _home(line: int, names: list[str], cells: list[str]) -> FeedHome:
    # The definition ends with the sign of a field or not, and so do the records: then the last field has no name.
    if len(cells) != len(names):
        return FeedHome(line, refused=f"has {len(cells)} fields, the definition has {len(names)}")
    raw = {name: cell.strip() for name, cell in zip(names, cells, strict=True)}
    if raw.get("TRANS_TYPE_ID") == "1":
        return FeedHome(line, refused=FOR_SALE)
    if raw.get("TRANS_TYPE_ID") != "2":
        return FeedHome(line, refused="does not say whether it is to let (TRANS_TYPE_ID)")
    period = _PERIODS.get(raw.get("LET_RENT_FREQUENCY", ""))
    if period is None:
        return FeedHome(line, refused="has a rent that is for no week, month, quarter or year (LET_RENT_FREQUENCY)")
    return FeedHome(line, _said(raw, period))


def _said(raw: Mapping[str, str], period: str) -> dict[str, str]:
    def first(*names: str) -> str:
        return next((raw[name] for name in names if raw.get(name)), "")

    number, street = first("ADDRESS_1", "HOUSE_NAME_NUMBER"), first("ADDRESS_2", "STREET_NAME")
    line = f"{number}{' ' if _NUMBER.fullmatch(number) else ', '}{street}".strip(", ")
    town = first("TOWN", "OS_TOWN_CITY")
    kind = raw.get("PROP_SUB_ID", "")
    features = [raw[name] for name in raw if re.fullmatch(r"FEATURE\d+", name) and raw[name]]
    said = {
        ImportField.SOURCE_ID: raw["AGENT_REF"],
        # No number of a house: a title is for everybody, an address for those who booked.
        ImportField.TITLE: first("DISPLAY_ADDRESS") or ", ".join(word for word in (street, town) if word),
        ImportField.DESCRIPTION: first("DESCRIPTION", "SUMMARY"),
        ImportField.HOST_ID: first("BRANCH_ID"),
        ImportField.TYPE: _TYPES[kind].value if kind in _TYPES else kind,
        ImportField.LET_TYPE: LetType.MONTHLY.value,
        ImportField.ADDRESS_LINE: line,
        ImportField.NEIGHBOURHOOD: first("ADDRESS_3"),
        ImportField.CITY: town,
        ImportField.POSTCODE: f"{first('POSTCODE1')} {first('POSTCODE2')}".strip() or first("ZIPCODE"),
        ImportField.COUNTRY: first("COUNTRY_CODE") or ("GB" if raw.get("POSTCODE2") else ""),
        ImportField.LATITUDE: first("LATITUDE"),
        ImportField.LONGITUDE: first("LONGITUDE"),
        ImportField.PRICE: rent(first("PRICE"), period),
        ImportField.CURRENCY: Currency.GBP.value if raw.get("POSTCODE2") else "",
        ImportField.BEDROOMS: first("BEDROOMS"),
        ImportField.BATHROOMS: first("BATHROOMS"),
    }
    return {field.value: cell for field, cell in said.items()} | {AMENITIES: packed(features)}
