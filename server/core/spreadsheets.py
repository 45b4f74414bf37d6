"""Lines of CSV files that people open in spreadsheets: what would be run as a formula there is shown as text. Pure."""

import csv
import io
import re
from collections.abc import Sequence

_SIGNS = "=+\\-@" + "\uff1d\uff0b\uff0d\uff20" + "\ufe66\ufe62\ufe63\ufe6b" + "\u2212"
"""What begins a formula; also the full-width and small forms, which some programs take for the same, and the minus."""
_BLANK = r"\s\x00-\x20\x7f-\xa0\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff"
"""What some programs pass over before they look for a formula: spaces, line breaks, and what nobody sees."""
_FORMULA = re.compile(rf"(^|[;\t\r\n])(?=[{_BLANK}]*[{_SIGNS}])")
"""Where a cell begins with one. A program that splits at semicolons or tabs finds cells where we wrote none."""
_FIRST = ("\t", "\r", "\n")


def csv_line(cells: Sequence[object]) -> str:
    """A line with its end. A text that begins like a formula gets an apostrophe before it, as OWASP advises.

    https://owasp.org/www-community/attacks/CSV_Injection
    """
    out = io.StringIO()
    csv.writer(out).writerow([as_text(cell) if isinstance(cell, str) else cell for cell in cells])
    return out.getvalue()


def as_text(cell: str) -> str:
    """A cell that no spreadsheet runs."""
    quoted = _FORMULA.sub(r"\1'", cell)
    return f"'{quoted}" if quoted.startswith(_FIRST) else quoted
