"""From the bytes of an upload to a header and numbered lines. Pure; up to 20 MB, so call it in a thread."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from shared_models.imports import MAX_LINES

_DELIMITERS = (",", ";", "\t")
_LINES_TRIED = 50
_MAX_COLUMNS = 200
_MAX_NAME = 200


class Unreadable(ValueError):
    """The file as a whole cannot be read; the text says why."""


@dataclass(frozen=True)
class CsvFile:
    """A file with a header. Lines are numbered as editors do (the header is line 1, a quoted line break counts).

    A line whose quotes cannot be read has no cells.
    """

    header: list[str]
    lines: list[tuple[int, list[str]]]


def read_csv(content: bytes) -> CsvFile:
    """Read a CSV file in UTF-8, UTF-16 or Windows-1252, with comma, semicolon or tab. Raises Unreadable."""
    text = _decoded(content)
    if not text.strip():
        raise Unreadable("The file is empty.")
    delimiter = _delimiter_of(text)
    records = _records(text, delimiter)
    _, first = next(records)
    header = _header(first)
    lines: list[tuple[int, list[str]]] = []
    for line, cells in records:
        if len(lines) == MAX_LINES:
            raise Unreadable(f"The file has more than {MAX_LINES:,} lines. Split it.")
        lines.append((line, cells))
    return CsvFile(header, lines)


def _decoded(content: bytes) -> str:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if content.startswith(mark):
            return _sound(content[len(mark) :], encoding)
    if (unmarked := _utf_16_without_mark(content)) is not None:
        return _sound(content, unmarked)
    try:
        return _sound(content, "utf-8")
    except Unreadable:
        if b"\x00" in content:
            raise
        return _sound(content, "cp1252")


def _utf_16_without_mark(content: bytes) -> str | None:
    """A header that begins in Latin letters has a null in every second byte: which one tells the byte order."""
    start = content[:8]
    even, odd = start[::2], start[1::2]
    if len(start) < 4 or b"\x00" not in start:
        return None
    if not any(even):
        return "utf-16-be"
    return None if any(odd) else "utf-16-le"


def _sound(content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as problem:
        raise Unreadable(
            f"The text is not {encoding.upper()} from byte {problem.start + 1} on. Save it as CSV in UTF-8."
        ) from problem
    if "\x00" in text:
        raise Unreadable("There are null characters in it: this is not a text file. Save it as CSV in UTF-8.")
    return text


def _delimiter_of(text: str) -> str:
    """The delimiter that splits the first lines into the most columns, equally many in most of them."""
    scores = {}
    for delimiter in _DELIMITERS:
        widths = []
        try:
            for _, cells in _records(text, delimiter):
                widths.append(len(cells))
                if len(widths) == _LINES_TRIED:
                    break
        except Unreadable:
            pass  # told when the file is read in earnest
        columns = widths[0] if widths else 0
        alike = sum(width == columns for width in widths)
        scores[delimiter] = (columns > 1, alike * 2 > len(widths), columns)
    best = max(_DELIMITERS, key=lambda delimiter: scores[delimiter])
    if not scores[best][0]:
        raise Unreadable("Only one column was found. Separate columns by comma, semicolon or tab.")
    return best


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Every record that is not blank, with the line it begins in."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        began = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as problem:
            if "unexpected end" in str(problem) or "field larger" in str(problem):
                raise Unreadable(f"A quote that opens in line {began} never closes.") from problem
            yield began, []
            continue
        if any(cell.strip() for cell in cells):
            yield began, cells


def _header(cells: list[str]) -> list[str]:
    names = [cell.strip() or f"column {number}" for number, cell in enumerate(cells, start=1)]
    if not cells or all(_is_number(cell) for cell in cells if cell.strip()):
        raise Unreadable("The first line must name the columns.")
    if any(_is_number(cell) for cell in cells):
        raise Unreadable("The first line must name the columns; numbers stand in it.")
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
