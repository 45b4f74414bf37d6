"""Files of separated values: one home a line, or over several where a quoted cell has line breaks. Pure."""

import csv
import io
import re
from collections.abc import Iterator, Sequence

from server.properties.importing.rules.file_lines import (
    LINES_TRIED,
    FileLines,
    Record,
    Unreadable,
    header_place,
    with_header,
)
from server.properties.importing.rules.text_encoding import decoded
from shared_models.imports import LARGEST_FILE_BYTES, FileKind, ImportReading

_DELIMITERS = (",", ";", "\t", "|")
_SEP = re.compile(r'"?sep=([^\w"\r\n])"?[\r\n]*', re.IGNORECASE)
"""A first line with which Excel is told the delimiter; it is no home and no header."""
_SAMPLE_LINES = 500
_MOST_OPEN_QUOTES = 10

# A setting of the whole process, and only ever raised: a long cell is no broken file, it is judged like any other.
csv.field_size_limit(LARGEST_FILE_BYTES)


def read_csv(content: bytes) -> FileLines:
    """Read a file with comma, semicolon, tab or pipe; up to 20 MB, so call it in a thread. Raises Unreadable.

    A record whose quotes cannot be read, or never close, is refused alone.
    """
    lines = list(io.StringIO(decoded(content), newline=""))
    if not any(line.strip() for line in lines):
        raise Unreadable("The file is empty.")
    named = _SEP.fullmatch(lines[0])
    delimiter = named[1] if named else _delimiter_of(lines[:_SAMPLE_LINES])
    records = _records(lines, delimiter, begin=1 if named else 0)
    return with_header(records, ImportReading(kind=FileKind.CSV))


def _delimiter_of(lines: Sequence[str]) -> str:
    """The delimiter that splits the header into the most columns, and most lines into as many."""
    scores = {delimiter: _score(lines, delimiter) for delimiter in _DELIMITERS}
    best = max(_DELIMITERS, key=lambda delimiter: scores[delimiter])
    if not scores[best][0]:
        raise Unreadable("Only one column was found. Separate columns by comma, semicolon, tab or pipe (|).")
    return best


def _score(lines: Sequence[str], delimiter: str) -> tuple[bool, bool, bool, int]:
    records: list[Record] = []
    for record in _records(lines, delimiter):
        records.append(record)
        if len(records) == LINES_TRIED:
            break
    if not records:
        return (False, False, False, 0)
    place = header_place(records)
    columns = len(records[place].cells)
    alike = sum(len(record.cells) == columns for record in records)
    return (columns > 1, alike * 2 > len(records), place == 0, columns)


def _records(lines: Sequence[str], delimiter: str, begin: int = 0) -> Iterator[Record]:
    """Every record that is not blank. `begin`: how many lines are passed over."""
    opened = 0
    while True:
        began = begin
        reader = csv.reader(lines[begin:] if begin else lines, delimiter=delimiter, strict=True)
        try:
            while True:
                began = begin + reader.line_num
                record = _record(reader, began + 1)
                if record is not None:
                    yield record
        except StopIteration:
            return
        except csv.Error:
            opened += 1
            if opened > _MOST_OPEN_QUOTES:
                raise Unreadable(f"A quote that opens in line {began + 1} never closes, and others before.") from None
            yield Record(began + 1, [], "a quote that opens in it never closes")
            begin = _next_record(lines, delimiter, began)


def _record(reader: Iterator[list[str]], line: int) -> Record | None:
    """The next record, None for a blank one. Raises csv.Error where a quote is open at the end of the file."""
    try:
        cells = next(reader)
    except csv.Error as problem:
        if "unexpected end" in str(problem):
            raise
        return Record(line, [], "its quotes cannot be read")
    return Record(line, cells) if any(cell.strip() for cell in cells) else None


def _next_record(lines: Sequence[str], delimiter: str, broken: int) -> int:
    """The first line below a quote that never closes that looks like a record again: as wide as those above it."""
    width = max((_width(line, delimiter) for line in lines[max(0, broken - LINES_TRIED) : broken]), default=0)
    for place in range(broken + 1, len(lines)):
        if width > 1 and _width(lines[place], delimiter) == width:
            return place
    return len(lines)


def _width(line: str, delimiter: str) -> int:
    return len(next(csv.reader([line], delimiter=delimiter), []))
