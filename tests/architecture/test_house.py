"""House rules that no linter knows: names, sizes, and the one place that asks the time."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, project_files, python_files

MAX_FILE = 500
NOT_ROOMS = {"core", "demo", "drawings", "migrations", "sandbox"}
ROOM_FILES = {
    "__init__.py", "endpoints.py", "service.py", "rules.py", "repository.py", "tables.py", "events.py", "listeners.py",
    "jobs.py", "gateway.py", "guards.py",
}  # fmt: skip
# What is typed there finds something or not; nothing of it can be wrong.
SEARCH_FIELDS = {
    "client/features/payments_admin/screen.py",
    "client/features/search/near.py",
    "client/features/search/where.py",
}
BARE_FIELDS = {"client/design/fields.py", "client/parts/search_box.py"}
CLOCKS = {Path("server/core/clock.py"), Path("client/core/clock.py")}
ASKS_THE_TIME = {
    ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time"),
}  # fmt: skip
# Put together here, so that this file does not contain what it forbids.
MACHINE_PATH = re.compile(r"(?<![\w./-])/(?:" + "|".join(["work", "farm", "root"]) + r")/")
REGISTRY_HOST = re.compile("|".join(
    re.escape(".".join(parts))
    for parts in (
        ("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"), ("deb", "debian", "org"),
        ("proxy", "golang", "org"), ("crates", "io"),
    )
))  # fmt: skip


def _rooms() -> list[Path]:
    packages = {file.parent for file in python_files("server") if file.name == "__init__.py"}
    return sorted(package for package in packages if len(package.parts) == 2 and package.name not in NOT_ROOMS)


def _texts() -> Iterator[tuple[Path, str]]:
    for file in project_files():
        content = (ROOT / file).read_bytes()
        if b"\0" not in content:
            yield file, content.decode(errors="replace")


def _trees(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    for file in python_files(*folders):
        yield file, ast.parse((ROOT / file).read_text())


def _names(node: ast.AST) -> set[str]:
    """The names a piece of code uses: as itself, as an attribute, or in an import."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return {name}
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            return {alias.name for alias in aliases}
    return set()


def _asks_the_time(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id=owner) | ast.Attribute(attr=owner), attr=name):
            return (owner, name) in ASKS_THE_TIME
        case ast.ImportFrom(module="time", names=aliases):
            return any(alias.name == "time" for alias in aliases)
    return False


def test_packages_have_empty_doors() -> None:
    assert [file for file in python_files() if file.name == "__init__.py" and (ROOT / file).stat().st_size] == []


def test_handlers_read_what_the_event_brings() -> None:
    """A render between a choice and its event puts the control's `value` back to what the state knows."""
    reads = [
        f"{file}:{node.lineno}"
        for file, tree in _trees("client")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "value"
        and isinstance(node.value, ast.Attribute) and node.value.attr == "control"
    ]  # fmt: skip
    assert reads == [], "e.data is what was typed or chosen"


def test_no_file_is_too_long_to_read() -> None:
    own = [file for file in python_files() if "migrations" not in file.parts]
    lengths = {file: (ROOT / file).read_text().count("\n") for file in own}
    assert {file: lines for file, lines in lengths.items() if lines > MAX_FILE} == {}


def test_no_module_is_named_for_nothing() -> None:
    nameless = re.compile(r"(?:^|_)(?:utils?|helpers?|managers?)$")
    assert [file for file in python_files() if any(nameless.search(Path(part).stem) for part in file.parts)] == []


@pytest.mark.parametrize("room", _rooms() or [None], ids=str)
def test_a_room_has_a_door_sign_and_only_the_fixed_files(room: Path | None) -> None:
    if room is None:
        pytest.skip("there is no room yet")
    assert (ROOT / room / "README.md").is_file(), f"{room} has no README.md"
    inside = [file for file in python_files("server") if room in file.parents]
    assert [file for file in inside if not _has_a_fixed_name(file)] == []


def _has_a_fixed_name(file: Path) -> bool:
    """A file that grew too long becomes a folder of the same name, split by story: `rules/cells.py`."""
    return file.name in ROOM_FILES or f"{file.parent.name}.py" in ROOM_FILES


def test_no_file_names_a_path_of_one_machine() -> None:
    assert [str(file) for file, text in _texts() if MACHINE_PATH.search(text)] == []


def test_no_file_names_a_package_registry() -> None:
    assert [str(file) for file, text in _texts() if REGISTRY_HOST.search(text)] == []


def test_nothing_has_a_tooltip() -> None:
    """As one comes and goes, Flutter hangs every node for readers elsewhere and the browser drops the focus."""
    given = [
        f"{file}:{node.value.lineno}"
        for file, tree in _trees("client")
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword) and node.arg == "tooltip"
    ]
    assert not given, "say it beside the control, as client/design/date_range.py does"


def test_whoever_asks_for_text_says_beside_the_field_what_is_wrong_with_it() -> None:
    """A form's button is never off without a word: `client/parts/wrong_fields.py` is the way, the search needs none."""
    silent = {
        str(file)
        for file, tree in _trees("client")
        if file.parts[1] in ("features", "parts")
        and {"text_field", "PasswordField"} & (names := set().union(*map(_names, ast.walk(tree))))
        and not {"field_error", "use_form_fields", "FormFields"} & names
    }
    assert silent == SEARCH_FIELDS
    bare = {str(file) for file, tree in _trees("client") if any(map(_is_a_bare_field, ast.walk(tree)))}
    assert bare == BARE_FIELDS


def _is_a_bare_field(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "TextField"


def test_ids_are_made_by_our_own_function_only() -> None:
    assert [str(file) for file, tree in _trees() if any("uuid4" in _names(node) for node in ast.walk(tree))] == []


def test_a_conflict_with_a_part_of_the_rows_names_them_by_a_text() -> None:
    # A condition that SQLAlchemy puts together has parameters, by which PostgreSQL finds the index of a part five times
    # and never again.
    conditions = {
        (file, ast.unparse(word.value))
        for file, tree in _trees("server")
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        for word in call.keywords
        if word.arg == "index_where"
    }
    made = {
        (target.id, call.func.id)
        for _, tree in _trees("server")
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(call := node.value, ast.Call) and isinstance(call.func, ast.Name)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    assert conditions
    assert [(file, name) for file, name in conditions if (name, "text") not in made] == []


def test_only_the_clocks_ask_the_time() -> None:
    asking = {
        file for file, tree in _trees("client", "server", "shared_models") if any(map(_asks_the_time, ast.walk(tree)))
    }
    assert asking <= CLOCKS


@pytest.mark.parametrize(
    "source",
    ["datetime.now(UTC)", "datetime.datetime.utcnow()", "dt.date.today()", "time.time()", "from time import time"],
)
def test_every_way_to_ask_the_time_is_seen(source: str) -> None:
    assert any(map(_asks_the_time, ast.walk(ast.parse(source))))


@pytest.mark.parametrize("source", ["clock.now()", "func.now()", "time.monotonic()", "from datetime import datetime"])
def test_what_does_not_ask_the_time_is_left_alone(source: str) -> None:
    assert not any(map(_asks_the_time, ast.walk(ast.parse(source))))
