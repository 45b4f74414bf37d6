"""What `flet build` puts on a phone: our four parts, their seven dependencies, and nothing of the server.

flet packs `[project].dependencies` and every entry beside `main.py` but hidden ones, `build`, virtual environments and
the exact paths under `[tool.flet.app] exclude`.
"""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.tree import MADE_HERE, ROOT, python_files

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
ON_THE_PHONE = {"main.py", "client", "shared_models", "assets"}
PHONE_DEPENDENCIES = {"babel", "flet", "flet-map", "flet-secure-storage", "httpx", "pydantic", "tzdata"}
OUR_PACKAGES = {"client", "shared_models"}


def test_only_allowed_dependencies_travel_and_each_is_pinned() -> None:
    pins = dict(line.split("==") for line in PROJECT["project"]["dependencies"])
    assert set(pins) == PHONE_DEPENDENCIES
    assert all(re.fullmatch(r"[\d.]+", version) for version in pins.values()), pins


def test_only_our_four_parts_travel() -> None:
    excluded = set(PROJECT["tool"]["flet"]["app"]["exclude"]) | {"build", "__pycache__"}
    here = {entry.name for entry in ROOT.iterdir() if not entry.name.startswith(".")}
    too_many = sorted(here - excluded - ON_THE_PHONE)
    assert not too_many, f"flet build would ship {too_many}: name them in [tool.flet.app] exclude"
    assert not ON_THE_PHONE & excluded


def test_what_commands_leave_behind_does_not_travel_either() -> None:
    left_behind = MADE_HERE - {"__pycache__"}
    assert left_behind <= set(PROJECT["tool"]["flet"]["app"]["exclude"])


@pytest.mark.parametrize("file", [Path("main.py"), *python_files(*OUR_PACKAGES)], ids=str)
def test_the_app_imports_only_what_travels(file: Path) -> None:
    travels = OUR_PACKAGES | {name.replace("-", "_") for name in PHONE_DEPENDENCIES} | set(sys.stdlib_module_names)
    assert set(_imported(ROOT / file)) <= travels


def _imported(file: Path) -> Iterator[str]:
    """The top-level names a file imports, inside functions too; a relative import is our own."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield (node.module or "").partition(".")[0]
