"""`estospaces import`: what its options say, and what is told before anything is started."""

from pathlib import Path

import pytest
from rich.console import Console
from sqlalchemy import text

from server.core.database import Database
from server.core.errors import StartupError
from server.import_file import ImportRequest, columns_named, import_file, require_options
from shared_models.imports import FileWide, ImportField

HEADER = "Nr;Bezeichnung;Ort;Land;Stadtteil;Breitengrad;Längengrad;Objektart;Kaltmiete"
ROW = "7;Helle Wohnung;Berlin;Deutschland;Kreuzberg;52,4987;13,3915;Wohnung;1.100 €"


def quote_request(file: Path, *mapped: str, **file_wide: str) -> ImportRequest:
    wide = FileWide.model_validate({"source": "test", **file_wide})
    return ImportRequest(
        file=file, file_wide=wide, as_email=None, publish=False, undo=None, named=columns_named(mapped)
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "homes.csv"
    path.write_text(f"{HEADER}\n{ROW}\n")
    return path


def test_what_a_column_means_is_said_as_column_and_field() -> None:
    assert columns_named(["Nr=source_id", "a=b=price"]) == {"Nr": ImportField.SOURCE_ID, "a=b": ImportField.PRICE}
    for wrong in ("Nr", "=price", "Nr=shoe", "Nr=unknown"):
        with pytest.raises(StartupError, match="write column=field; the fields are source_id, "):
            columns_named([wrong])


def test_a_missing_option_is_told_with_its_name_before_anything_is_started(file: Path) -> None:
    with pytest.raises(StartupError, match=r"file_wide\.currency: .* \(--currency\)"):
        require_options(quote_request(file))
    with pytest.raises(StartupError, match="shoe: is not a column of this file"):
        require_options(quote_request(file, "shoe=price", currency="EUR"))
    with pytest.raises(StartupError, match="cannot be read"):
        require_options(quote_request(file.parent / "none.csv", currency="EUR"))
    require_options(quote_request(file, currency="EUR"))


async def test_a_column_that_was_named_goes_before_what_its_name_suggests(file: Path, database: Database) -> None:
    out = Console(record=True, width=200)
    await import_file(database, quote_request(file, "Nr=source_id", "Stadtteil=address_line", currency="EUR"), out)
    assert "1 lines: 1 taken (1 created" in out.export_text()
    async with database.transaction() as session:
        found = await session.execute(text("SELECT * FROM property"))
        (home,) = [dict(row._mapping) for row in found]
    assert home["source_key"] == "platform/test/7"
    assert (home["address_line"], home["neighbourhood"]) == ("Kreuzberg", None)
    assert (home["country"], home["latitude"], home["price_minor"], home["let_type"]) == (
        "DE",
        52.4987,
        110_000,
        "monthly",
    )
