"""From the homes of a feed of the trade to lines under the names our columns have. Pure."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import NamedTuple

from server.properties.importing.rules.file_lines import FileLines, Record, Unreadable, gathered
from server.properties.importing.rules.sound_xml import BrokenXml
from shared_models.imports import FileKind, ImportField, ImportReading

FOR_SALE = "is for sale; only homes to let are taken"
AMENITIES = "amenities"
_COLUMNS = (*(field.value for field in ImportField if field != ImportField.UNKNOWN), AMENITIES)
_MAX_PRICE = 40
_A_YEAR = {"week": Decimal(52), "month": Decimal(12), "quarter": Decimal(4), "year": Decimal(1)}


class FeedHome(NamedTuple):
    """A home as a feed has it: what it says by field, or why it is left out."""

    line: int
    said: Mapping[str, str] = {}
    refused: str = ""


def feed_lines(kind: FileKind, homes: Iterable[FeedHome]) -> FileLines:
    """Columns for all that any home says. Raises Unreadable when there is no home, or too many.

    Homes that begin in one line (a feed may be a single one) count on from it, so that a number names one home.
    """
    found: list[FeedHome] = []
    records = gathered([], _numbered(homes, found), ImportReading(kind=kind))
    if not found:
        raise Unreadable("There is no home in this file.")
    if not records.lines:
        raise Unreadable(f"None of the {len(found):,} homes in this file can be taken; the first {found[0].refused}.")
    header = [name for name in _COLUMNS if any(home.said.get(name) for home in found)]
    said = {home.line: home.said for home in found}
    lines = [(line, [said[line].get(name, "") for name in header]) for line, _ in records.lines]
    return FileLines(header, lines, records.reading, records.refused)


def _numbered(homes: Iterable[FeedHome], found: list[FeedHome]) -> Iterator[Record]:
    last = 0
    try:
        for home in homes:
            last = max(home.line, last + 1)
            found.append(home._replace(line=last))
            yield Record(last, list(home.said.values()), home.refused)
    except BrokenXml as problem:
        if not found:
            raise
        # What a file that breaks off says of homes before is whole.
        yield Record(max(problem.line, last + 1), [], f"{problem} What follows is not read.")


def rent(price: str, period: str) -> str:
    """What a month costs, by the trade's own arithmetic: a year has 52 weeks and 12 months. Other text stays.

    `period`: week, month, quarter or year.
    """
    if period == "month" or len(price) > _MAX_PRICE:
        return price
    try:
        year = Decimal(price.replace(",", "")) * _A_YEAR[period]
        return str((year / 12).quantize(Decimal("0.01"), ROUND_HALF_UP))
    except InvalidOperation:
        return price


def packed(words: Sequence[str]) -> str:
    """Several words in one cell."""
    return json.dumps(words, ensure_ascii=False) if words else ""
