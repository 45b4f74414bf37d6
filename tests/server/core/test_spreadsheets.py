"""Files that people open in a spreadsheet: they hold texts, and nothing that runs."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.spreadsheets import as_text, csv_line

BEFORE = ["", " ", "\t", "\r", "\n", "\r\n", "\ufeff", "\u00a0", "\u200b", "\u3000", "\x00", " \t \ufeff"]
SIGNS = ["=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\ufe66", "\ufe62", "\ufe63", "\ufe6b", "\u2212"]


@pytest.mark.parametrize("sign", SIGNS, ids=ascii)
@pytest.mark.parametrize("before", BEFORE, ids=ascii)
def test_a_formula_is_shown_as_text_whatever_stands_before_it(before: str, sign: str) -> None:
    assert as_text(f'{before}{sign}HYPERLINK("https://evil.example")').startswith("'")


@pytest.mark.parametrize("between", [";", "\t", "\n", "; ", ";\ufeff"], ids=ascii)
def test_a_program_that_splits_elsewhere_finds_no_formula_either(between: str) -> None:
    assert as_text(f"a{between}=1+1") == f"a{between[0]}'{between[1:]}=1+1"


@pytest.mark.parametrize("text", ["", "flat", "2-bed flat", "a=b", "ann@example.com", "120.00", " flat", "'quoted'"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert as_text(text) == text


def test_numbers_stay_numbers() -> None:
    assert csv_line([-7, "-7", 1.5]) == "-7,'-7,1.5\r\n"


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")), min_size=1))
def test_every_cell_comes_back_as_a_text_that_no_spreadsheet_runs(cells: list[str]) -> None:
    (read,) = csv.reader(io.StringIO(csv_line(cells), newline=""))
    assert [cell.replace("'", "") for cell in read] == [cell.replace("'", "") for cell in cells]
    assert all(cell.lstrip()[:1] not in SIGNS or not cell.strip() for cell in read)
