"""Excel (.xlsx) and OpenDocument (.ods): the first sheet with data, each cell as a person would type it. Pure."""

import io
import math
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from server.properties.importing.rules.file_lines import FileLines, Record, Unreadable, with_header
from server.properties.importing.rules.unpacking import MAX_CELLS, sound_copy
from shared_models.imports import FileKind, ImportReading

Value = str | bool | int | float | date | time | timedelta

_DAMAGED = "This workbook is damaged: it cannot be read. Open it in a spreadsheet, and save it again."
_FIGURES = 15
"""So many digits a spreadsheet keeps; what stands behind them is how computers reckon, no price."""


def read_workbook(content: bytes, kind: FileKind) -> FileLines:
    """Read the first sheet with data; some seconds for a large one, so call it in a thread. Raises Unreadable.

    Lines are numbered as the spreadsheet does. Hidden rows are read: a filter that was left on loses no home.
    A merged cell of an .xlsx says the same for all it covers.
    """
    copy = sound_copy(content, kind)
    try:
        return _read(copy, kind)
    except Unreadable:
        raise
    except BaseException as problem:
        # The library is written in Rust, and what it did not foresee is no Exception but a panic.
        if isinstance(problem, Exception) or type(problem).__name__ == "PanicException":
            raise Unreadable(_DAMAGED) from problem
        raise


def _read(content: bytes, kind: FileKind) -> FileLines:
    with CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
        names = _sheets(workbook)
        for name in names:
            rows = list(_rows(workbook.get_sheet_by_name(name)))
            if len(rows) > 1 or (rows and name == names[-1]):
                sheet = name[:100] if len(names) > 1 else ""
                return with_header(_even(rows), ImportReading(kind=kind, sheet=sheet))
    raise Unreadable("There is no sheet with homes in this workbook: a line of names and a home below it.")


def _sheets(workbook: CalamineWorkbook) -> list[str]:
    """The sheets, those that can be seen first."""
    sheets = [sheet for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    return [sheet.name for sheet in sorted(sheets, key=lambda sheet: sheet.visible != SheetVisibleEnum.Visible)]


def _rows(sheet: CalamineSheet) -> Iterator[tuple[int, list[str]]]:
    """Every row that is not blank, with its number."""
    if sheet.start is None:
        return
    covered = _covered(sheet)
    for number, values in enumerate(sheet.iter_rows(), start=1):
        cells = [_typed(value) for value in values]
        for column, cell in covered.get(number, {}).items():
            cells[column] = cell
        if any(cell.strip() for cell in cells):
            yield number, cells


def _covered(sheet: CalamineSheet) -> dict[int, dict[int, str]]:
    """What merged cells of one column say in the rows they cover, by row and column of the grid."""
    if sheet.start is None or sheet.end is None:
        return {}
    (_, left), (bottom, right) = sheet.start, sheet.end
    ranges = {
        (top, column): min(low, bottom)
        for (top, column), (low, last) in sheet.merged_cell_ranges or []
        if column == last and left <= column <= right and top < min(low, bottom)
    }
    if sum(low - top for (top, _), low in ranges.items()) > MAX_CELLS:
        raise Unreadable("Too many cells of this workbook are merged. Undo that, and save it again.")
    tops = {top for top, _ in ranges}
    values = {number: row for number, row in enumerate(sheet.iter_rows()) if number in tops} if tops else {}
    covered: dict[int, dict[int, str]] = {}
    for (top, column), low in ranges.items():
        for row in range(top + 1, low + 1):
            covered.setdefault(row + 1, {})[column - left] = _typed(values[top][column - left])
    return covered


def _even(rows: list[tuple[int, list[str]]]) -> Iterator[Record]:
    """The rows without the columns at either end that are blank in all of them."""
    filled = [place for _, cells in rows for place, cell in enumerate(cells) if cell.strip()]
    first, last = min(filled), max(filled)
    for number, cells in rows:
        yield Record(number, cells[first : last + 1])


def _typed(value: Value) -> str:
    """A value as text: 80 and not 80.0, 0.3 and not 0.30000000000000004, dates and times as ISO 8601 has them."""
    match value:
        case bool():
            return "yes" if value else "no"
        case float():
            return _figures(value)
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
        case date():
            return value.isoformat()
        case time():
            return value.isoformat("minutes")
    return str(value)


def _figures(value: float) -> str:
    if not math.isfinite(value):
        return ""
    if value.is_integer():
        return str(int(value))
    return format(Decimal(f"{value:.{_FIGURES}g}"), "f")
