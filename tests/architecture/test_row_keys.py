"""What is drawn once for each of many things has the identity of its thing as its key.

Without one Flet takes the row at a place for the row that stood there before: what belongs to a row (its running
action, its focus, what is typed in it) stays where it was, and the next thing moves into it.
"""

import ast
import dataclasses
import importlib
import inspect
import sys
import typing
from collections.abc import Iterator, Mapping
from types import ModuleType

import flet as ft
import pydantic
import pytest

from tests.architecture.tree import ROOT, python_files

KEYED = "keyed"
"""The function that gives a control a key (`client/design/rows.py`)."""

Comprehension = ast.ListComp | ast.GeneratorExp


def identified(kind: object) -> bool:
    """Whether things of a type are told apart by an id."""
    if not isinstance(kind, type):
        return any(identified(each) for each in typing.get_args(kind))
    if issubclass(kind, pydantic.BaseModel):
        return any(map(_is_identity, kind.model_fields))
    return dataclasses.is_dataclass(kind) and any(_is_identity(each.name) for each in dataclasses.fields(kind))


def _is_identity(name: str) -> bool:
    return name in ("id", "slug") or name.endswith("_id")


class Module:
    """The source of a module beside the module itself, which knows what its names mean."""

    def __init__(self, source: str, live: ModuleType) -> None:
        self.tree, self.live = ast.parse(source), live
        self.functions: dict[str, ast.FunctionDef] = {}
        self.imported: dict[str, tuple[str, str]] = {}
        self.memoised: dict[str, str] = {}
        for node in ast.walk(self.tree):
            match node:
                case ast.FunctionDef(name=name):
                    self.functions[name] = node
                case ast.ImportFrom(module=str(origin), names=names):
                    self.imported |= {alias.asname or alias.name: (origin, alias.name) for alias in names}
                case ast.Assign(
                    targets=[ast.Name(id=name)],
                    value=ast.Call(func=ast.Name(id="memo"), args=[ast.Name(id=component)]),
                ):
                    self.memoised[name] = component

    def draws(self, name: str) -> bool:
        """Whether a function returns a control."""
        kind = self._meaning(self.functions[name].returns)
        return isinstance(kind, type) and issubclass(kind, ft.BaseControl)

    def takes_identified(self, name: str, place: int) -> bool:
        """Whether an argument of a function is a thing with an identity."""
        arguments = [each for each in self.functions[name].args.args if each.arg != "self"]
        return place < len(arguments) and identified(self._meaning(arguments[place].annotation))

    def _meaning(self, annotation: ast.expr | None) -> object:
        if annotation is None:
            return None
        try:
            return eval(ast.unparse(annotation), vars(self.live))
        except NameError:  # a type that is made inside a function
            return None


Modules = Mapping[str, Module]


def function_called(name: str, module: Module, modules: Modules) -> tuple[Module, str] | None:
    """Where a function of the client stands that a module calls by a name."""
    origin, name = module.imported.get(name, ("", name))
    home = modules.get(origin) if origin else module
    if home is None:
        return None
    name = home.memoised.get(name, name)
    return (home, name) if name in home.functions else None


def rows(module: Module) -> Iterator[tuple[ast.expr, set[str]]]:
    """Each thing that is made in a loop, with the names that change from turn to turn."""
    for node in ast.walk(module.tree):
        if isinstance(node, Comprehension):
            yield node.elt, {name for part in node.generators for name in _names(part.target)}
        if isinstance(node, ast.For):
            for part in ast.walk(node):
                match part:
                    case ast.Call(func=ast.Attribute(attr="append"), args=[row]):
                        yield row, _names(node.target)
                    case ast.AugAssign(value=ast.List(elts=more)):
                        yield from ((row, _names(node.target)) for row in more)


def _names(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def without_key(module: Module, modules: Modules) -> list[str]:
    """The rows of a module that show a thing with an identity and have no key: `line 42: _Waiting(booking, state)`."""
    found = []
    for row, changing in rows(module):
        if not _is_keyed(row) and any(_shows_one(call, changing, module, modules) for call in _calls(row)):
            found.append(f"line {row.lineno}: {ast.unparse(row)}")
    return found


def _is_keyed(row: ast.expr) -> bool:
    if not isinstance(row, ast.Call):
        return False
    is_keyed = isinstance(row.func, ast.Name) and row.func.id == KEYED
    return is_keyed or any(keyword.arg == "key" for keyword in row.keywords)


def _calls(row: ast.expr) -> Iterator[ast.Call]:
    return (node for node in ast.walk(row) if isinstance(node, ast.Call))


def _shows_one(call: ast.Call, changing: set[str], module: Module, modules: Modules) -> bool:
    """Whether a call makes a control of what changes from turn to turn, and that has an identity."""
    if not isinstance(call.func, ast.Name):
        return False
    function = function_called(call.func.id, module, modules)
    if function is None or not function[0].draws(function[1]):
        return False
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    places = [place for place, argument in enumerate(call.args) if _names(argument) & changing]
    return any(_reads_identity(argument, changing) for argument in given) or any(
        function[0].takes_identified(function[1], place) for place in places
    )


def _reads_identity(node: ast.AST, changing: set[str]) -> bool:
    """Whether the id of what changes is read: `paths.trip(stay.id)`."""
    return any(
        isinstance(part, ast.Attribute) and _is_identity(part.attr) and bool(_names(part.value) & changing)
        for part in ast.walk(node)
    )


def of_client() -> dict[str, Module]:
    names = {".".join(file.with_suffix("").parts): file for file in python_files("client")}
    return {name: Module((ROOT / file).read_text(), importlib.import_module(name)) for name, file in names.items()}


def test_every_row_that_shows_a_thing_with_an_identity_has_it_as_its_key() -> None:
    modules = of_client()
    assert sum(1 for module in modules.values() for _ in rows(module)) > 100
    bare = [f"{name} {row}" for name, module in modules.items() for row in without_key(module, modules)]
    assert not bare, "give it a key: `keyed(thing.id, control)`"


@dataclasses.dataclass
class Guest:
    """Somebody who is told apart from others."""

    id: int
    home_slug: str = ""


def guest_row(guest: Guest, size: int) -> ft.Control:
    """One of many."""
    return ft.Text(f"{guest.id} at {size}")


def words_row(words: str) -> ft.Control:
    """What is told apart by nothing."""
    return ft.Text(words)


BARE = "guest_row(guest, 1)"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("[guest_row(guest, 1) for guest in guests]", BARE),
        ("[*(guest_row(guest, 1) for guest in guests)]", BARE),
        ("[ft.Container(guest_row(guest, 1)) for guest in guests]", f"ft.Container({BARE})"),
        ("[words_row(str(guest.id)) for guest in guests]", "words_row(str(guest.id))"),
        ("for guest in guests:\n    made.append(guest_row(guest, 1))", BARE),
        ("for guest in guests:\n    made += [words_row(''), guest_row(guest, 1)]", BARE),
        ("Quiet = memo(guest_row)\n[Quiet(guest, 1) for guest in guests]", "Quiet(guest, 1)"),
        ("[keyed(guest.id, guest_row(guest, 1)) for guest in guests]", ""),
        ("[ft.Container(guest_row(guest, 1), key=str(guest.id)) for guest in guests]", ""),
        ("[words_row(word) for word in words]", ""),
        ("[guest_row(first, size) for size in sizes]", ""),
    ],
)
def test_a_row_without_a_key_is_found(source: str, found: str) -> None:
    here = sys.modules[__name__]
    drawn = "".join(inspect.getsource(function) + "\n" for function in (guest_row, words_row))
    bare = without_key(Module(drawn + source, here), {})
    assert [row.partition(": ")[2] for row in bare] == ([found] if found else [])
