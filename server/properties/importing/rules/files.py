"""Of what kind a file is, by its content and never by its name, and the reader for it. Pure."""

import io
import re
import zipfile
from collections.abc import Callable, Mapping

from server.properties.importing.rules.blm import read_blm
from server.properties.importing.rules.csv_file import read_csv
from server.properties.importing.rules.file_lines import FileLines, Unreadable
from server.properties.importing.rules.kyero import read_kyero
from server.properties.importing.rules.openimmo import read_openimmo
from server.properties.importing.rules.text_encoding import beginning
from server.properties.importing.rules.workbook import read_workbook
from shared_models.imports import FileKind

_CHOOSE = "Save the list of homes as CSV, Excel (.xlsx) or OpenDocument (.ods)."
_FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "This is a PDF, in which nobody can tell columns apart."),
    (b"\xd0\xcf\x11\xe0", "This is an old Excel file (.xls), or one with a password."),
    (b"\x89PNG", "This is a picture."),
    (b"\xff\xd8\xff", "This is a picture."),
    (b"GIF8", "This is a picture."),
    (b"\x1f\x8b", "This is a compressed file (gzip). Unpack it first."),
    (b"Rar!", "This is an archive (RAR). Unpack it first."),
    (b"7z\xbc\xaf", "This is an archive (7z). Unpack it first."),
    (b"{\\rtf", "This is a text document (RTF)."),
)
_XML_READERS: Mapping[str, Callable[[bytes], FileLines]] = {"openimmo": read_openimmo, "root": read_kyero}
_BEFORE_ROOT = re.compile(
    r"\s*(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[[^\]]*\])?[^>]*>)", re.DOTALL | re.IGNORECASE
)
_ROOT = re.compile(r"\s*<(?:[\w.-]+:)?([\w.-]+)")
_MAX_ENTRIES = 5_000


def read_file(content: bytes) -> FileLines:
    """Read a file of homes of any kind we know; up to 20 MB, so call it in a thread. Raises Unreadable."""
    for mark, words in _FOREIGN:
        if content.startswith(mark):
            raise Unreadable(f"{words} {_CHOOSE}")
    if content.startswith(b"PK"):
        return read_workbook(content, _kind_of_archive(content))
    start = beginning(content)
    if start.startswith("<"):
        return _read_marked_up(content, start)
    if start.startswith("#HEADER#"):
        return read_blm(content)
    if start.startswith(("{", "[")):
        raise Unreadable(f"This is JSON, which is not read. {_CHOOSE}")
    return read_csv(content)


def _kind_of_archive(content: bytes) -> FileKind:
    """Which workbook a ZIP archive is. Raises Unreadable for any other archive."""
    if content.count(b"PK\x01\x02") > _MAX_ENTRIES:
        raise Unreadable(f"This is an archive of more than {_MAX_ENTRIES:,} files. {_CHOOSE}")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.NameToInfo
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as problem:
        raise Unreadable(f"This is an archive or a workbook that is damaged: it does not open. {_CHOOSE}") from problem
    if "xl/workbook.xml" in names:
        return FileKind.XLSX
    if "content.xml" in names and "mimetype" in names:
        return FileKind.ODS
    if any(name.endswith(".iwa") or name == "Index.zip" for name in names):
        raise Unreadable(f"This is a Numbers file of Apple's. In Numbers choose File, Export To. {_CHOOSE}")
    if "xl/workbook.bin" in names:
        raise Unreadable(f"This is a binary Excel file (.xlsb). {_CHOOSE}")
    if "word/document.xml" in names:
        raise Unreadable(f"This is a Word document. {_CHOOSE}")
    raise Unreadable("This is a ZIP archive. Unpack it, and choose the file with the homes in it.")


def _read_marked_up(content: bytes, start: str) -> FileLines:
    root = _root_of(start)
    if root in _XML_READERS:
        return _XML_READERS[root](content)
    if root in ("html", "head", "body", "table", "meta") or "<html" in start.lower():
        raise Unreadable(f"This is a web page, whatever it is called. {_CHOOSE}")
    if root == "workbook":
        raise Unreadable(f"This is an Excel file of 2003 (XML). {_CHOOSE}")
    raise Unreadable(f"This is XML, but neither Kyero nor OpenImmo. {_CHOOSE}")


def _root_of(start: str) -> str:
    """The name of the outermost element, or ""."""
    place = 0
    while before := _BEFORE_ROOT.match(start, place):
        place = before.end()
    found = _ROOT.match(start, place)
    return found[1].lower() if found else ""
