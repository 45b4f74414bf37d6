"""What every reader of a file answers: the names of its columns, and numbered lines of text cells. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import NamedTuple

from shared_models.imports import MAX_LINES, ImportReading

LINES_TRIED = 50
"""From so many records the shape of a file is told."""
TITLE_LINES = 20
"""Among so many records the names of the columns are looked for."""
_MAX_COLUMNS = 200
_MAX_NAME = 200
_UNSOUND = re.compile("[\x00\ud800-\udfff]")
"""What no text holds and no database keeps: nulls, and bytes that were no text."""


class Unreadable(ValueError):
    """The file as a whole cannot be read; the text says why."""


class Record(NamedTuple):
    """Some cells with the line they begin in, or why they cannot be read."""

    line: int
    cells: list[str]
    refused: str = ""


@dataclass(frozen=True)
class FileLines:
    """A file with a header. Lines are numbered as editors and spreadsheets do; no number stands twice."""

    header: list[str]
    lines: list[tuple[int, list[str]]]
    reading: ImportReading
    refused: list[tuple[int, str]] = field(default_factory=list)
    """Lines that no reader can take, with the reason."""


def with_header(records: Iterable[Record], reading: ImportReading) -> FileLines:
    """Take the header from records that are not blank; what stands above it is left out. Raises Unreadable."""
    rest = iter(records)
    first = list(islice(rest, LINES_TRIED))
    if not first:
        raise Unreadable("The file is empty.")
    place = header_place(first)
    reading = reading.model_copy(update={"lines_above": place})
    return gathered(_header(first[place].cells), chain(first[place + 1 :], rest), reading)


def gathered(header: list[str], records: Iterable[Record], reading: ImportReading) -> FileLines:
    """All records of a file whose columns are known. Raises Unreadable when there are too many."""
    found = FileLines(header, [], reading)
    for record in records:
        if len(found.lines) + len(found.refused) == MAX_LINES:
            raise Unreadable(f"The file has more than {MAX_LINES:,} lines. Split it.")
        refused = record.refused or ("holds characters that are no text" if _is_unsound(record.cells) else "")
        if refused:
            found.refused.append((record.line, refused))
        else:
            found.lines.append((record.line, record.cells))
    return found


def header_place(records: Sequence[Record]) -> int:
    """Which record names the columns: the first, or the first below a title that fills less than half of them."""
    width = usual_width(records)
    for place, record in enumerate(records[:TITLE_LINES]):
        named = sum(bool(cell.strip()) for cell in record.cells)
        if record.refused or (named > 1 and 2 * named > width and not any(map(_is_number, record.cells))):
            return place
    return 0


def usual_width(records: Iterable[Record]) -> int:
    """How many cells most records have, blank ones at the end aside."""
    widths = Counter(width for record in records if (width := _width(record.cells)))
    return max(widths, key=lambda width: (widths[width], width), default=0)


def _width(cells: Sequence[str]) -> int:
    return max((number for number, cell in enumerate(cells, start=1) if cell.strip()), default=0)


def _is_unsound(cells: Iterable[str]) -> bool:
    return any(_UNSOUND.search(cell) for cell in cells)


def _header(cells: list[str]) -> list[str]:
    names = [cell.strip() or f"column {number}" for number, cell in enumerate(cells, start=1)]
    if not cells or all(_is_number(cell) for cell in cells if cell.strip()):
        raise Unreadable("The first line must name the columns.")
    if any(_is_number(cell) for cell in cells):
        raise Unreadable("The first line must name the columns; numbers stand in it.")
    if _is_unsound(cells):
        raise Unreadable("The line that names the columns holds characters that are no text. Save it as CSV in UTF-8.")
    if len(names) > _MAX_COLUMNS:
        raise Unreadable(f"There are {len(names)} columns; {_MAX_COLUMNS} can be read.")
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise Unreadable(f"Two columns are called “{name[:40]}”.")
        if len(name) > _MAX_NAME:
            raise Unreadable(f"A column name has more than {_MAX_NAME} characters: “{name[:40]}…”.")
        seen.add(name)
    return names


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return cell.strip().lower() not in ("nan", "inf", "infinity")
