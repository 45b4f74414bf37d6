"""Excel and OpenDocument: what stands in a cell as a person would type it, and how large a workbook may be."""

import io
import zipfile
from collections.abc import Callable, Mapping

import pytest

from server.properties.importing.rules import unpacking
from server.properties.importing.rules.file_lines import FileLines, Unreadable
from server.properties.importing.rules.files import read_file
from tests.server.properties.importing.samples import (
    HOMES,
    XLSX_NAMES,
    Cell,
    ods,
    ods_cell,
    ods_row,
    packed,
    sheet_xml,
    xlsx,
)

Workbook = Callable[..., bytes]
BOTH = pytest.mark.parametrize("workbook", [xlsx, ods])
TITLED = (("My homes of 2026", None, None, None), (None, None, None, None), *HOMES)


def said_of(content: bytes) -> str:
    with pytest.raises(Unreadable) as refused:
        read_file(content)
    return str(refused.value)


def column(file: FileLines, name: str) -> list[str]:
    return [cells[file.header.index(name)] for _, cells in file.lines]


@BOTH
def test_a_workbook_is_read_as_text_with_the_numbers_of_its_rows(workbook: Workbook) -> None:
    file = read_file(workbook())
    assert file.header == ["id", "name", "city", "price"]
    assert file.lines == [
        (2, ["1", "Bright flat", "Edinburgh", "80"]),
        (3, ["2", "Quiet <house>", "Edinburgh", "1234.5"]),
    ]


@BOTH
@pytest.mark.parametrize(
    ("value", "text"),
    [
        (80.0, "80"),
        (7, "7"),
        (0.1 + 0.2, "0.3"),
        (1234567.1, "1234567.1"),
        (-3.18768, "-3.18768"),
        (1e16, "10000000000000000"),
        (0.000001, "0.000001"),
        (True, "yes"),
        (False, "no"),
        ("007", "007"),
        ("1,200", "1,200"),
    ],
)
def test_a_number_comes_as_a_person_would_type_it(workbook: Workbook, value: str | float, text: str) -> None:
    assert column(read_file(workbook({"Homes": (("id", "value"), ("a", value))})), "value") == [text]


def test_dates_and_times_come_as_iso_has_them() -> None:
    # 46023 days after the year 1900 began as Excel counts: 1 January 2026.
    cells = '<c r="A2" s="1"><v>46023</v></c><c r="B2" s="2"><v>46023.625</v></c><c r="C2"><v>46023</v></c>'
    sheet = sheet_xml((("from", "at", "number"),), "").replace("</sheetData>", f'<row r="2">{cells}</row></sheetData>')
    assert read_file(xlsx({"Homes": sheet})).lines == [(2, ["2026-01-01", "2026-01-01 15:00:00", "46023"])]
    said = 'office:value-type="date" office:date-value="2026-01-01"'
    cell = f"<table:table-cell {said}><text:p>1.1.26</text:p></table:table-cell>"
    rows = ods_row(("id", "from")) + f"<table:table-row>{ods_cell('a')}{cell}</table:table-row>"
    assert read_file(ods({"Homes": rows})).lines == [(2, ["a", "2026-01-01"])]


def test_a_formula_says_its_value_and_an_error_says_nothing() -> None:
    cells = '<c r="A2"><f>40*2</f><v>80</v></c><c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
    sheet = sheet_xml((("price", "name"),)).replace("</sheetData>", f'<row r="2">{cells}</row></sheetData>')
    ((_, said),) = read_file(xlsx({"Homes": sheet})).lines
    assert said[0] == "80"
    assert said[1] in ("", "#DIV/0!")


@BOTH
def test_a_title_blank_rows_and_blank_columns_are_left_out(workbook: Workbook) -> None:
    blank = (None, None, None, None)
    rows = tuple((None, *row, None) for row in (*TITLED, blank, ("3", "Third", "Leith", 9)))
    file = read_file(workbook({"Homes": rows}))
    assert file.header == ["id", "name", "city", "price"]
    assert [line for line, _ in file.lines] == [4, 5, 7]
    assert file.reading.lines_above == 1


@BOTH
def test_the_first_sheet_with_data_is_read_and_named(workbook: Workbook) -> None:
    file = read_file(workbook({"Empty": (), "Read me": (("How to fill this in",),), "Homes": HOMES, "Old": TITLED}))
    assert (file.reading.sheet, len(file.lines)) == ("Homes", 2)
    assert read_file(workbook()).reading.sheet == ""


def test_a_hidden_sheet_is_read_only_where_no_other_has_data() -> None:
    old = (("id", "name"), ("9", "Old"))
    assert read_file(xlsx({"Old": old, "Homes": HOMES}, hidden=["Old"])).reading.sheet == "Homes"
    assert read_file(xlsx({"Homes": HOMES, "Front": ()}, hidden=["Homes"])).reading.sheet == "Homes"


def test_hidden_rows_are_read_for_a_filter_that_was_left_on_hides_homes() -> None:
    sheet = sheet_xml(HOMES).replace('<row r="2">', '<row r="2" hidden="1">')
    assert len(read_file(xlsx({"Homes": sheet})).lines) == 2


def test_a_merged_cell_says_the_same_for_all_rows_it_covers() -> None:
    rows = (("id", "city"), (1, "Leeds"), (2, None), (3, None), (4, "York"))
    sheet = sheet_xml(rows, '<mergeCells count="1"><mergeCell ref="B2:B4"/></mergeCells>')
    assert column(read_file(xlsx({"Homes": sheet})), "city") == ["Leeds", "Leeds", "Leeds", "York"]


def ods_merged(rows: tuple[tuple[Cell, ...], ...], wide: Mapping[tuple[int, int], int]) -> str:
    """Rows of an .ods in which the cells at these places (row, column) cover so many columns."""
    lines = []
    for number, row in enumerate(rows):
        cells, place = [], 0
        while place < len(row):
            covers = wide.get((number, place), 1)
            cells.append(ods_cell(row[place], f'table:number-columns-spanned="{covers}"'))
            cells.append("<table:covered-table-cell/>" * (covers - 1))
            place += covers
        lines.append(f"<table:table-row>{''.join(cells)}</table:table-row>")
    return "".join(lines)


def xlsx_merged(rows: tuple[tuple[Cell, ...], ...], *ranges: str) -> str:
    merged = "".join(f'<mergeCell ref="{place}"/>' for place in ranges)
    return sheet_xml(rows, f"<mergeCells>{merged}</mergeCells>")


WIDE_HEADING = (
    ("My homes", None, None, None),
    ("id", "where", None, "price"),
    (1, "Shore 1", "Leith", 80),
    (2, "Quay 2", None, 9),
)


@pytest.mark.parametrize(
    "content",
    [
        xlsx({"Homes": xlsx_merged(WIDE_HEADING, "A1:D1", "B2:C2", "B4:C4")}),
        ods({"Homes": ods_merged(WIDE_HEADING, {(0, 0): 4, (1, 1): 2, (3, 1): 2})}),
    ],
    ids=["xlsx", "ods"],
)
def test_a_heading_or_a_cell_that_covers_several_columns_shifts_none(content: bytes) -> None:
    file = read_file(content)
    assert file.header == ["id", "where", "column 3", "price"]
    assert file.lines == [(3, ["1", "Shore 1", "Leith", "80"]), (4, ["2", "Quay 2", "", "9"])]
    assert file.reading.lines_above == 1


def test_merged_cells_are_found_right_of_columns_that_are_blank() -> None:
    rows = ((None, "id", "city", "price"), (None, 1, "Leeds", 80), (None, 2, None, 90))
    file = read_file(xlsx({"Homes": xlsx_merged(rows, "C2:C3")}))
    assert file.lines == [(2, ["1", "Leeds", "80"]), (3, ["2", "Leeds", "90"])]


def test_merged_cells_that_reach_beyond_the_sheet_end_with_it() -> None:
    ranges = (
        '<mergeCells><mergeCell ref="B2:B1048576"/><mergeCell ref="A900:A901"/><mergeCell ref="D1:D9"/></mergeCells>'
    )
    file = read_file(xlsx({"Homes": sheet_xml((("id", "city"), (1, "Leeds"), (2, None)), ranges)}))
    assert column(file, "city") == ["Leeds", "Leeds"]


@BOTH
@pytest.mark.parametrize(
    ("rows", "words"), [((), "no sheet with homes"), ((("id",), (1,)), "Two columns"), (((1, 2), (3, 4)), "must name")]
)
def test_a_sheet_that_is_no_list_says_so(workbook: Workbook, rows: tuple[tuple[object, ...], ...], words: str) -> None:
    if words == "Two columns":
        rows = (("id", "id"), (1, 2))
    assert words in said_of(workbook({"Homes": rows}))


@BOTH
def test_a_null_in_a_cell_costs_its_row(workbook: Workbook) -> None:
    rows = (("id", "name"), (1, "a_x0000_b"), (2, "b"))
    file = read_file(workbook({"Homes": rows}))
    assert [cells[0] for _, cells in file.lines] == (["2"] if workbook is xlsx else ["1", "2"])


# How large a workbook may be.


def far_apart(place: str) -> str:
    row = place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    cells = f'<row r="{row}"><c r="{place}"><v>2</v></c></row>'
    return sheet_xml(HOMES).replace("</sheetData>", f"{cells}</sheetData>")


def test_two_cells_far_apart_are_refused_before_a_grid_is_made_of_them() -> None:
    assert "more than 2,000,000 cells" in said_of(xlsx({"Homes": far_apart("XFD1048576")}))


@pytest.mark.parametrize(
    "inside",
    [
        '<row r="500000"><c><v>1</v></c></row><row r="1"><c><v>1</v></c></row>',
        # What stands within a cell moves nothing.
        '<row r="500000"><c r="A1"><is><row r="1"/><c r="A1"/></is></c><c><v>1</v></c></row>',
        "<row>" + "<c><v>1</v></c>" * 16 + '</row><row r="400000"><c><v>1</v></c></row>',
    ],
)
def test_a_sheet_cannot_look_smaller_than_it_is_read(monkeypatch: pytest.MonkeyPatch, inside: str) -> None:
    monkeypatch.setattr(unpacking, "MAX_CELLS", 400_000)
    sheet = f"<worksheet {XLSX_NAMES}><sheetData>{inside}</sheetData></worksheet>"
    assert "more than 400,000 cells" in said_of(xlsx({"Homes": sheet}))


def test_a_row_in_a_row_is_refused() -> None:
    sheet = f"<worksheet {XLSX_NAMES}><sheetData><row><c><v>1</v></c><row/></row></sheetData></worksheet>"
    assert "a row in it stands in another" in said_of(xlsx({"Homes": sheet}))


@pytest.mark.parametrize("repeated", ["columns-repeated", "rows-repeated"])
def test_cells_that_are_repeated_count_as_often(repeated: str) -> None:
    cell = ods_cell("a", f'table:number-{repeated}="1048576"' if repeated == "columns-repeated" else "")
    times = 'table:number-rows-repeated="1048576"' if repeated == "rows-repeated" else ""
    rows = ods_row(("id", "name")) + f"<table:table-row {times}>{cell}{ods_cell('b')}</table:table-row>" * 2
    assert "more than 2,000,000 cells" in said_of(ods({"Homes": rows}))


def test_blank_cells_that_are_repeated_to_the_edge_of_the_sheet_are_nothing() -> None:
    edge = '<table:table-cell table:number-columns-repeated="16384"/>'
    rows = ods_row(("id", "name")) + f"<table:table-row>{ods_cell('a')}{ods_cell('b')}{edge}</table:table-row>"
    rows += f'<table:table-row table:number-rows-repeated="1048574">{edge}</table:table-row>'
    assert read_file(ods({"Homes": rows})).lines == [(2, ["a", "b"])]


def test_a_part_that_unpacks_to_too_much_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "MAX_UNPACKED_BYTES", 1_000_000)
    held: list[int] = []
    pieces = unpacking._pieces

    def counted(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> object:
        for piece in pieces(archive, entry):
            held.append(len(piece))
            yield piece

    monkeypatch.setattr(unpacking, "_pieces", counted)
    assert "more than 1 MB" in said_of(xlsx(parts={"xl/sharedStrings.xml": "<sst>" + " " * 20_000_000 + "</sst>"}))
    assert sum(held) < 2_000_000


def test_pictures_in_a_workbook_are_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "MAX_UNPACKED_BYTES", 10_000)
    assert len(read_file(xlsx(parts={"xl/media/image1.xml": "x" * 100_000})).lines) == 2


def test_too_many_elements_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "MAX_ELEMENTS", 100)
    assert "Split the file" in said_of(xlsx(parts={"xl/sharedStrings.xml": f"<sst>{'<si/>' * 200}</sst>"}))


def test_entities_are_not_read() -> None:
    sheet = '<!DOCTYPE w [<!ENTITY a "aaaa">]>' + sheet_xml(HOMES)
    assert "DOCTYPE" in said_of(xlsx({"Homes": sheet}))


def test_a_password_is_told() -> None:
    encrypted = "<manifest><file-entry><encryption-data/></file-entry></manifest>"
    assert "has a password" in said_of(ods(parts={"META-INF/manifest.xml": encrypted, "content.xml": "\x01\x02"}))
    content = bytearray(xlsx())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(mark)
        while place >= 0:
            content[place + flags] |= 1
            place = content.find(mark, place + 1)
    assert "has a password" in said_of(bytes(content))


def test_an_entry_that_lies_about_its_size_is_damaged() -> None:
    content = bytearray(packed({"xl/workbook.xml": "<workbook/>" + " " * 5_000}))
    place = content.find(b"PK\x01\x02")
    content[place + 24 : place + 28] = (100).to_bytes(4, "little")
    assert "damaged" in said_of(bytes(content))


def test_what_is_handed_to_the_library_is_what_was_counted() -> None:
    copy = unpacking.sound_copy(xlsx(parts={"xl/media/a.png": "x"}), read_file(xlsx()).reading.kind)
    with zipfile.ZipFile(io.BytesIO(copy)) as archive:
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}
        assert "xl/media/a.png" not in archive.namelist()
