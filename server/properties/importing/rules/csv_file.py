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
from shared_models.imports import MAX_FILE_BYTES, FileKind, ImportReading

_DELIMITERS = (",", ";", "\t", "|")
_SEP = re.compile(r'"?sep=([^\w"\r\n])"?[\r\n]*', re.IGNORECASE)
"""A first line with which Excel is told the delimiter; it is no home and no header."""
_SAMPLE_LINES = 500
_LINES_COMPARED = 5
_MAX_OPEN_QUOTES = 10
"""Each costs reading the rest of the file once more."""

# A setting of the whole process, and only ever raised: a long cell is no broken file, it is judged like any other.
csv.field_size_limit(MAX_FILE_BYTES)


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
    """Every record that is not blank. `begin`: how many lines are passed over.

    Where quotes are wrong, the record is refused, and what it swallowed is read again from the next line on that looks
    like a record.
    """
    never_closed = 0
    while begin < len(lines):
        reader = csv.reader(_from(lines, begin), delimiter=delimiter, strict=True)
        began = begin
        try:
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield Record(began + 1, cells)
                began = begin + reader.line_num
            return
        except csv.Error as problem:
            reason = "its quotes cannot be read"
            if "unexpected end" in str(problem):
                never_closed += 1
                reason = "a quote that opens in it never closes"
            if never_closed > _MAX_OPEN_QUOTES:
                raise Unreadable(f"A quote that opens in line {began + 1} never closes, and others before.") from None
            yield Record(began + 1, [], reason)
            begin = _next_record(lines, delimiter, began, begin + reader.line_num)


def _from(lines: Sequence[str], begin: int) -> Iterator[str]:
    for place in range(begin, len(lines)):
        yield lines[place]


def _next_record(lines: Sequence[str], delimiter: str, broken: int, end: int) -> int:
    """Where to read on: at the first swallowed line that is as wide as those above the broken record, or behind it."""
    width = max((_width(line, delimiter) for line in lines[max(0, broken - _LINES_COMPARED) : broken]), default=0)
    for place in range(broken + 1, end):
        if width > 1 and _width(lines[place], delimiter) == width:
            return place
    return end


def _width(line: str, delimiter: str) -> int:
    return len(next(csv.reader([line], delimiter=delimiter), []))
