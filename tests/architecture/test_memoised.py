"""What a memoised component shows is what it was given: it, and whatever it calls, asks no context for more.

A memoised component is spared the render in which its parents are made anew, so what stands above it is not what it
was first shown under. `client/core/flet_session.py` mends the chain; that nothing depends on it is held here.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pytest

from tests.architecture.tree import ROOT, python_files

CONTEXT_READERS = {"use_context", "use_route_location", "use_route_params", "use_route_outlet", "use_route_loader_data",
    "use_view_path", "is_route_active"}  # fmt: skip
"""What Flet has for reading what stands above a component."""
MEMO = "memo"

Place = tuple[str, str]
"""A module and the name of a function in it."""


@dataclass
class Module:
    """What one module says: its functions, where the names in it come from, and what of it is memoised."""

    functions: dict[str, ast.AST] = field(default_factory=dict)
    imported: dict[str, Place] = field(default_factory=dict)
    memoised: dict[str, str] = field(default_factory=dict)


def read(source: str) -> Module:
    module = Module()
    for node in ast.parse(source).body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                module.functions[name] = node
            case ast.ImportFrom(module=str(origin), names=names):
                module.imported |= {alias.asname or alias.name: (origin, alias.name) for alias in names}
            case ast.Assign(
                targets=[ast.Name(id=name)],
                value=ast.Call(func=ast.Name(id=called), args=[ast.Name(id=component)]),
            ) if called == MEMO:
                module.memoised[name] = component
    return module


def of_client() -> dict[str, Module]:
    files = {".".join(file.with_suffix("").parts): file for file in python_files("client")}
    return {name: read((ROOT / file).read_text()) for name, file in files.items()}


def called_by(place: Place, modules: Mapping[str, Module]) -> Iterator[Place]:
    """The functions of the client that are named in a function."""
    name, function = place
    module = modules[name]
    for node in ast.walk(module.functions[function]):
        if isinstance(node, ast.Name):
            word = module.memoised.get(node.id, node.id)
            origin, found = module.imported.get(word, (name, word))
            if origin in modules:
                found = modules[origin].memoised.get(found, found)
                if found in modules[origin].functions and (origin, found) != place:
                    yield origin, found


def reads_context(place: Place, modules: Mapping[str, Module]) -> bool:
    nodes = ast.walk(modules[place[0]].functions[place[1]])
    return any(isinstance(node, ast.Attribute) and node.attr in CONTEXT_READERS for node in nodes)


def context_reads(modules: Mapping[str, Module]) -> list[str]:
    """Each way from a memoised component to a reader of contexts: `results.ResultList > session.use_session`."""
    found = []
    for name, module in modules.items():
        for component in module.memoised.values():
            ways: list[tuple[Place, ...]] = [((name, component),)]
            seen = set(ways[0])
            while ways:
                way = ways.pop()
                if reads_context(way[-1], modules):
                    found.append(" > ".join(f"{where.rpartition('.')[2]}.{what}" for where, what in way))
                for place in called_by(way[-1], modules):
                    if place not in seen:
                        seen.add(place)
                        ways.append((*way, place))
    return found


def test_nothing_memoised_reads_a_context() -> None:
    modules = of_client()
    assert sum(len(module.memoised) for module in modules.values()) >= 9
    assert not context_reads(modules), "hand it over as an argument"


FACE = "part.Card > part.face"
SESSION = """
import flet as ft
def use_session():
    return ft.use_context(_context)
"""


@pytest.mark.parametrize(
    ("source", "ways"),
    [
        ("def Card(hit): return ft.use_route_params()", ["part.Card"]),
        ("def Card(hit): return cover(use_session())", ["part.Card > session.use_session"]),
        ("def Card(hit): return [face(hit)]\ndef face(hit): return use_session()", [f"{FACE} > session.use_session"]),
        (
            "def Card(hit): return [Face(hit)]\ndef face(hit): return use_session()\nFace = memo(face)",
            [f"{FACE} > session.use_session", "part.face > session.use_session"],
        ),
        ("def Card(session, hit): return cover(session, ft.context.page)", []),
        ("def Card(hit): return hit\ndef other(): return use_session()", []),
    ],
)
def test_every_way_to_a_context_is_seen(source: str, ways: list[str]) -> None:
    part = f"from client.session import use_session\n{source}\nMemoisedCard = memo(Card)\n"
    modules = {"client.session": read(SESSION), "client.part": read(part)}
    assert sorted(context_reads(modules)) == sorted(ways)
