"""`estospaces import FILE`: every kind of file, and what it says of it."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from server.core.database import Database
from server.import_file import ImportRequest, import_file
from server.properties.importing.service.runs import ImportUnreadable
from shared_models.imports import FileWide
from tests.server.properties.importing import samples
from tests.server.properties.importing.conftest import HEADER

A_ROW = [1, "Bright flat", 60423, "Leith", 55.95689, -3.18768, "Entire home/apt", 80.0, 3]


async def told(database: Database, file: Path, content: str | bytes, **wide: str) -> str:
    """What the command prints on this file."""
    _write(file, content)
    out = io.StringIO()
    file_wide = FileWide.model_validate({"source": "test", **wide})
    request = ImportRequest(file=file, file_wide=file_wide, as_email=None, publish=False, undo=None)
    await import_file(database, request, Console(file=out, width=200))
    return out.getvalue()


def _write(file: Path, content: str | bytes) -> None:
    file.write_bytes(content.encode() if isinstance(content, str) else content)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (samples.BLM, "homes: BLM, 3 lines."),
        (samples.KYERO, "homes: Kyero, 3 lines."),
        (samples.openimmo(), "homes: OpenImmo, 2 lines."),
    ],
)
async def test_a_feed_needs_no_option(database: Database, tmp_path: Path, content: str, words: str) -> None:
    said = await told(database, tmp_path / "homes", content)
    assert words in said
    assert "1 refused" in said
    assert "line: refused, is for sale; only homes to let are taken" in said


async def test_a_workbook_says_which_sheet_was_read(database: Database, tmp_path: Path) -> None:
    rows = [["Homes of November"], HEADER.split(","), A_ROW]
    content = samples.xlsx({"Read me": (), "Homes": rows})
    wide = {"city": "Edinburgh", "country": "GB", "currency": "GBP"}
    said = await told(database, tmp_path / "homes.csv", content, **wide)
    assert "homes.csv: Excel, 1 lines of the sheet “Homes”; 1 above the names of the columns left out." in said
    assert "1 created" in said


async def test_a_file_that_cannot_be_read_says_why(database: Database, tmp_path: Path) -> None:
    with pytest.raises(ImportUnreadable, match="This is a PDF"):
        await told(database, tmp_path / "homes.xlsx", b"%PDF-1.7")
