"""The project's own files as they stand on this machine, without what git leaves out."""

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MADE_HERE = {
    name.strip("/")
    for name in (ROOT / ".gitignore").read_text().split()
    if not name.startswith(".") and "*" not in name
}
HIDDEN_BUT_OURS = {".ci", ".editorconfig", ".env.example", ".gitignore"}


def project_files() -> Iterator[Path]:
    """Every file of the project, as a path from its root."""
    for entry in sorted(ROOT.iterdir()):
        if entry.name in MADE_HERE or (entry.name.startswith(".") and entry.name not in HIDDEN_BUT_OURS):
            continue
        found = sorted(entry.rglob("*")) if entry.is_dir() else [entry]
        yield from (file.relative_to(ROOT) for file in found if file.is_file() and "__pycache__" not in file.parts)


def python_files(*folders: str) -> list[Path]:
    """The Python files below these top folders, or of the whole project."""
    return [file for file in project_files() if file.suffix == ".py" and (not folders or file.parts[0] in folders)]
