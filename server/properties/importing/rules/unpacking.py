"""The XML of a workbook out of its ZIP archive, counted as it comes: what would be too much is never held. Pure.

An archive of kilobytes may unpack to gigabytes, and a sheet of two cells, far apart, to a grid of billions. So every
part is unpacked by pieces up to a bound, its grid is reckoned before a grid is made, and what was counted, and nothing
else, is packed anew for the library that reads it.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from server.properties.importing.rules.file_lines import Unreadable
from server.properties.importing.rules.sound_xml import MAX_ELEMENTS, BrokenXml, SoundXml
from shared_models.imports import FileKind

MAX_UNPACKED_BYTES = 100_000_000
MAX_CELLS = 2_000_000
_PIECE = 65_536
_LOCKED = "This workbook has a password. Save it without one."
_WITHOUT = re.compile(
    r"xl/(media|drawings|charts|chartsheets|theme|comments|threadedComments|externalLinks|pivot|printerSettings)"
    r"|docProps/|customXml/|Pictures/|Thumbnails/|Object "
)
"""Parts in which no cell stands."""
_MANIFEST = "META-INF/manifest.xml"
"""Says whether the other parts of an OpenDocument are encrypted; so it is read first."""
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


def sound_copy(content: bytes, kind: FileKind) -> bytes:
    """The same workbook, unpacked and bounded. Raises Unreadable."""
    out, left = io.BytesIO(), MAX_UNPACKED_BYTES
    grid = _ExcelGrid() if kind == FileKind.XLSX else _OpenDocumentGrid()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(out, "w") as copy:
            for entry in sorted(archive.infolist(), key=lambda entry: entry.filename != _MANIFEST):
                if _WITHOUT.match(entry.filename) or not entry.filename.endswith((".xml", ".rels", "mimetype")):
                    continue
                part = _unpacked(archive, entry, left, grid)
                left -= len(part)
                copy.writestr(zipfile.ZipInfo(entry.filename), part)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError) as problem:
        if isinstance(problem, Unreadable) and not isinstance(problem, BrokenXml):
            raise
        raise Unreadable("This workbook is damaged: it cannot be unpacked. Save it again.") from problem
    return out.getvalue()


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int, grid: "_Grid") -> bytes:
    if entry.flag_bits & 1:
        raise Unreadable(_LOCKED)
    part = bytearray()
    xml = None if entry.filename == "mimetype" else grid.part()
    for piece in _pieces(archive, entry):
        part += piece
        if len(part) > left:
            raise Unreadable(f"Unpacked, this workbook has more than {MAX_UNPACKED_BYTES // 1_000_000} MB. Split it.")
        if xml is not None:
            xml.feed(piece)
    if xml is not None:
        xml.feed(b"", last=True)
    if entry.filename == _MANIFEST and b"encryption-data" in part:
        raise Unreadable(_LOCKED)
    return bytes(part)


def _pieces(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(entry) as packed:
        while piece := packed.read(_PIECE):
            yield piece


class _Grid:
    """How many cells the sheets of a workbook take as grids, from the first to the last cell that says something.

    What stands in a cell moves nothing, and a row in a row is refused: a file cannot look smaller here than it is read.
    """

    def __init__(self) -> None:
        self._before = self._elements = 0
        self._reset()

    def part(self) -> SoundXml:
        """A new part; what it holds is counted beside that of the parts before."""
        self.close()
        return SoundXml(self._start, self._end)

    def close(self) -> None:
        """A sheet is over."""
        self._before += self._last_row * self._last_column
        self._reset()

    def _reset(self) -> None:
        self.row = self.column = self._last_row = self._last_column = 0
        self._in_row = False
        self._cell_depth = self._depth = 0

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._elements > MAX_ELEMENTS:
            raise Unreadable(f"The sheets have more than {MAX_CELLS:,} cells. Split the file.")
        if self._cell_depth:
            self.inside(name)
        elif name in self.ROWS:
            if self._in_row:
                raise Unreadable("This workbook is damaged: a row in it stands in another.")
            self._in_row = True
            self.begin_row(attributes)
        elif name in self.CELLS:
            self._cell_depth = self._depth
            self.begin_cell(attributes)
        elif name in self.SHEETS:
            depth = self._depth
            self.close()
            self._depth = depth

    def _end(self, name: str) -> None:
        if self._depth == self._cell_depth:
            self._cell_depth = 0
            self.end_cell()
        elif name in self.ROWS and not self._cell_depth:
            self._in_row = False
            self.end_row()
        self._depth -= 1

    def count(self, row: int, column: int) -> None:
        """A cell says something. Raises Unreadable when the grid up to it is too large."""
        self._last_row, self._last_column = max(self._last_row, row), max(self._last_column, column)
        if self._before + self._last_row * self._last_column > MAX_CELLS:
            raise Unreadable(f"The sheets have more than {MAX_CELLS:,} cells. Split the file.")

    ROWS: frozenset[str]
    CELLS: frozenset[str]
    SHEETS: frozenset[str]

    def begin_row(self, attributes: dict[str, str]) -> None:
        raise NotImplementedError

    def begin_cell(self, attributes: dict[str, str]) -> None:
        raise NotImplementedError

    def inside(self, name: str) -> None:
        raise NotImplementedError

    def end_cell(self) -> None:
        """A cell is over."""

    def end_row(self) -> None:
        """A row is over."""


class _ExcelGrid(_Grid):
    ROWS, CELLS, SHEETS = frozenset({"row"}), frozenset({"c"}), frozenset[str]()

    def begin_row(self, attributes: dict[str, str]) -> None:
        self.row = max(self.row + 1, _number(attributes.get("r"), 1))
        self.column = 0

    def begin_cell(self, attributes: dict[str, str]) -> None:
        self._place = _place(attributes.get("r"), self.row, self.column + 1)
        self.column = max(self.column + 1, self._place[1])

    def inside(self, name: str) -> None:
        if name in ("v", "is", "f"):
            self.count(*self._place)


class _OpenDocumentGrid(_Grid):
    ROWS, SHEETS = frozenset({"table-row"}), frozenset({"table"})
    CELLS = frozenset({"table-cell", "covered-table-cell"})

    def begin_row(self, attributes: dict[str, str]) -> None:
        self.column = 0
        self._rows = _number(attributes.get("table:number-rows-repeated"), 1)

    def begin_cell(self, attributes: dict[str, str]) -> None:
        self.column += _number(attributes.get("table:number-columns-repeated"), 1)
        if any(name.startswith("office:") for name in attributes):
            self._count()

    def inside(self, name: str) -> None:
        if name == "p":
            self._count()

    def end_row(self) -> None:
        self.row += self._rows

    def _count(self) -> None:
        self.count(self.row + self._rows, self.column)


def _number(word: str | None, usual: int) -> int:
    if word is None:
        return usual
    try:
        return max(1, int(word[:10]))
    except ValueError as problem:
        raise Unreadable("This workbook is damaged: a count in it is no number.") from problem


def _place(word: str | None, row: int, column: int) -> tuple[int, int]:
    """Where a cell stands, counted from 1: by its name, such as B12, or after the one before."""
    if word is None:
        return row, column
    found = _PLACE.fullmatch(word)
    if found is None:
        raise Unreadable("This workbook is damaged: a cell in it has no place.")
    letters = 0
    for letter in found[1]:
        letters = letters * 26 + ord(letter) - ord("A") + 1
    return int(found[2]), letters
