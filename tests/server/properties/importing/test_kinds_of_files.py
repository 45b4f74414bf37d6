"""A file is told by its content: what is no list of homes says so, and a list with a flaw loses as little as can be."""

import csv
import io
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.properties.importing.rules import file_lines
from server.properties.importing.rules.file_lines import FileLines, Unreadable
from server.properties.importing.rules.files import read_file
from shared_models.imports import FileKind
from tests.server.properties.importing import samples

HEADER = "id,name,text\n"


def said_of(content: bytes) -> str:
    with pytest.raises(Unreadable) as refused:
        read_file(content)
    return str(refused.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty."),
        (b"\xef\xbb\xbf \r\n", "The file is empty."),
        (b"%PDF-1.7\n", "This is a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "This is an old Excel file (.xls), or one with a password."),
        (b"\x89PNG\r\n\x1a\n", "This is a picture."),
        (b"\xff\xd8\xff\xe0", "This is a picture."),
        (b"\x1f\x8b\x08", "compressed file (gzip)"),
        (b"{\\rtf1", "This is a text document (RTF)."),
        (b'[{"id": 1}]', "This is JSON"),
        (b"\n<!DOCTYPE html>\n<html><body>", "This is a web page"),
        (b"<table><tr><td>id</td></tr></table>", "This is a web page"),
        ("<html>".encode("utf-16"), "This is a web page"),
        (b'<?xml version="1.0"?><?mso-application?><Workbook/>', "Excel file of 2003 (XML)"),
        (b"<feed/>", "XML, but neither Kyero nor OpenImmo"),
        (samples.packed({"homes.csv": "id,name\n1,a\n"}), "This is a ZIP archive."),
        (samples.packed({"Index/Document.iwa": b"x"}), "Numbers file of Apple's"),
        (samples.packed({"Index.zip": b"x"}), "Numbers file of Apple's"),
        (samples.packed({"word/document.xml": "<w/>"}), "This is a Word document."),
        (samples.packed({"xl/workbook.bin": b"x"}), "binary Excel file (.xlsb)"),
        (samples.xlsx()[:300], "damaged"),
        ("id,name\n1,é\n".encode("utf-16")[:-1], "is not UTF-16-LE"),
        ("id,name\n1,a\n".encode("utf-32")[4:], "null characters"),
    ],
)
def test_what_cannot_be_read_says_why_in_words(content: bytes, words: str) -> None:
    assert words in said_of(content)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"id,name\n1,a\n", FileKind.CSV),
        (samples.xlsx(), FileKind.XLSX),
        (samples.ods(), FileKind.ODS),
        (samples.BLM.encode(), FileKind.BLM),
        (b"\r\n" + samples.BLM.encode("cp1252"), FileKind.BLM),
        (samples.KYERO.encode(), FileKind.KYERO),
        (b"<!-- made by hand -->\n<root><property><price_freq>month</price_freq><id>1</id></property></root>",
         FileKind.KYERO),
        (samples.openimmo().encode(), FileKind.OPENIMMO),
        (samples.openimmo().replace("UTF-8", "UTF-16").encode("utf-16"), FileKind.OPENIMMO),
    ],
)  # fmt: skip
def test_every_kind_is_told_by_its_content(content: bytes, kind: FileKind) -> None:
    assert read_file(content).reading.kind is kind


def test_a_preamble_of_many_comments_is_passed_over_in_no_time() -> None:
    assert "neither Kyero nor OpenImmo" in said_of(b"<!---->" * 100_000)


def test_an_archive_of_too_many_files_is_not_opened() -> None:
    assert "more than 5,000 files" in said_of(samples.packed({f"{number}": b"" for number in range(5_001)}))


@pytest.mark.parametrize("sign", [";", ",", "\t", "|", "^"])
def test_excels_line_about_the_delimiter_is_obeyed_and_is_no_header(sign: str) -> None:
    file = read_file(f"sep={sign}\r\nid{sign}name\r\n1{sign}a,b;c\td\r\n".replace("a,b;c\td", "a").encode())
    assert (file.header, file.lines) == (["id", "name"], [(3, ["1", "a"])])
    assert file.reading.lines_above == 0


def test_pipes_separate_columns() -> None:
    file = read_file(b"id|name|text\n1|a, b|c; d\n2|e, f|g; h\n")
    assert (file.header, file.lines[0]) == (["id", "name", "text"], (2, ["1", "a, b", "c; d"]))


@pytest.mark.parametrize(
    "title",
    [
        "My homes",
        "My homes,,",
        "List of homes, November\nHomes of 2026",
        '"All homes, as of November"',
        "Prices in £\n\n",
    ],
)
def test_a_title_above_the_header_is_left_out_and_told(title: str) -> None:
    content = f"{title}\nid,name,city,price,beds\n1,a,Leeds,80,1\n2,b,Leeds,90,2\n"
    file = read_file(content.encode())
    assert file.header == ["id", "name", "city", "price", "beds"]
    assert [cells[0] for _, cells in file.lines] == ["1", "2"]
    assert file.lines[0][0] == content[: content.index("1,a")].count("\n") + 1
    assert file.reading.lines_above == len([line for line in title.split("\n") if line])


def test_a_header_with_a_name_too_few_stays_the_header() -> None:
    file = read_file(b"id,name,city,price\n1,a,Leeds,80,1\n2,b,Leeds,90,2\n")
    assert (file.header, file.reading.lines_above) == (["id", "name", "city", "price"], 0)


def test_a_cell_of_140000_characters_is_a_cell() -> None:
    file = read_file(HEADER.encode() + b'1,a,"' + b"x" * 140_000 + b'"\n2,b,c\n')
    assert [len(cells[2]) for _, cells in file.lines] == [140_000, 1]


@pytest.mark.parametrize("end", ['2,b,"cut in the mid', '2,b,"cut\nin the\nmid'])
def test_a_last_record_that_is_cut_off_costs_that_record(end: str) -> None:
    file = read_file(f'{HEADER}1,a,"whole"\n{end}'.encode())
    assert (file.lines, file.refused) == (
        [(2, ["1", "a", "whole"])],
        [(3, "a quote that opens in it never closes")],
    )


def test_a_quote_that_never_closes_does_not_swallow_the_lines_below() -> None:
    file = read_file(f'{HEADER}1,"a,b\n2,c,d\n3,e,f\n'.encode())
    assert (file.lines, [line for line, _ in file.refused]) == ([(3, ["2", "c", "d"]), (4, ["3", "e", "f"])], [2])


def test_a_quote_that_closes_far_below_does_not_swallow_the_lines_between() -> None:
    rows = "".join(f"{number},b,c\n" for number in range(2, 9))
    file = read_file(f'{HEADER}1,"a,b\n{rows}9,"x"y,z\n10,b,c\n'.encode())
    assert [cells[0] for _, cells in file.lines] == [*map(str, range(2, 9)), "10"]
    assert [line for line, _ in file.refused] == [2, 10]


def test_a_quote_wrong_in_every_line_is_told_of_each_in_no_time() -> None:
    began = time.monotonic()
    file = read_file(b"id,name\n" + b'1,"a\n' * 50_001)
    assert len(file.refused) == 50_001
    assert time.monotonic() - began < 10


def test_bytes_that_are_no_utf_8_cost_their_record_and_not_the_umlauts_of_all() -> None:
    content = "id,name\n1,Köln\n2,Zürich\n".encode() + b"3,bro\xffken\n" + "4,Düren\n".encode()
    file = read_file(content)
    assert [cells[1] for _, cells in file.lines] == ["Köln", "Zürich", "Düren"]
    assert file.refused == [(4, "holds characters that are no text")]
    cut = read_file("id,name\n1,Köln\n2,Zürich ü".encode()[:-1])
    assert ([line for line, _ in cut.lines], [line for line, _ in cut.refused]) == ([2], [3])


def test_windows_1252_is_read_also_where_it_ends_in_an_accent() -> None:
    assert read_file("id,name\n1,Café".encode("cp1252")).lines == [(2, ["1", "Café"])]


@pytest.mark.parametrize("encoding", ["utf-32", "utf-16", "utf-8-sig"])
def test_marked_encodings_are_read(encoding: str) -> None:
    assert read_file("id,name\n1,Zoë\n".encode(encoding)).lines == [(2, ["1", "Zoë"])]


def test_lines_that_are_refused_count_among_the_most_a_file_may_have(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_lines, "MAX_LINES", 2)
    assert len(read_file(b'id,name\n1,"a"b\n2,b\n').lines) == 1
    assert "more than 2 lines" in said_of(b'id,name\n1,"a"b\n2,b\n3,c\n')


def numbers_of(file: FileLines) -> list[int]:
    return [line for line, _ in file.lines] + [line for line, _ in file.refused]


SOURCES = [
    samples.xlsx(),
    samples.ods(),
    samples.BLM.encode(),
    samples.KYERO.encode(),
    samples.openimmo().encode(),
    (HEADER + '1,a,"b\nc"\n2,ü,d\n').encode(),
]


@settings(max_examples=300, deadline=None)
@given(
    source=st.sampled_from(SOURCES),
    cuts=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 40), st.binary(max_size=40)), min_size=1, max_size=6),
)
def test_a_file_that_was_damaged_anywhere_is_read_or_refused_in_words(
    source: bytes, cuts: list[tuple[float, int, bytes]]
) -> None:
    content = source
    for place, gone, put in cuts:
        begin = int(place * len(content))
        content = content[:begin] + put + content[begin + gone :]
    try:
        file = read_file(content)
    except Unreadable as problem:
        assert str(problem).endswith((".", "”."))  # noqa: PT017 - both ends are fine
    else:
        assert len(set(numbers_of(file))) == len(numbers_of(file))
        assert all(len(file.header) >= len(cells) or file.reading.kind is FileKind.CSV for _, cells in file.lines)


@settings(max_examples=200, deadline=None)
@given(start=st.sampled_from([b"", b"PK\x03\x04", b"#HEADER#", b"<root>", b"<openimmo>"]), rest=st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_in_words(start: bytes, rest: bytes) -> None:
    try:
        read_file(start + rest)
    except Unreadable as problem:
        assert str(problem)  # noqa: PT017 - not raising is fine too


@given(
    rows=st.lists(st.lists(st.text("ab,;|\t\n\"' £é", max_size=8), min_size=3, max_size=3), min_size=1, max_size=8),
    sign=st.sampled_from(",;\t|"),
)
def test_what_excel_marks_with_its_delimiter_is_read_back_exactly(rows: list[list[str]], sign: str) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=sign, quoting=csv.QUOTE_ALL).writerows([["id", "name", "text"], *rows])
    said = [cells for _, cells in read_file(f"sep={sign}\n{out.getvalue()}".encode()).lines]
    assert said == [row for row in rows if any(cell.strip() for cell in row)]
