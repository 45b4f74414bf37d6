"""A page that comes late, when the list has begun anew or asks for something else, joins nothing."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.tree import ROOT, python_files


def joins_late_pages(source: str) -> list[str]:
    """The functions that read a next page and take it without asking whether it is still wanted."""
    functions = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.AsyncFunctionDef))
    return [function.name for function in functions if _keeps_a_page(function) and not _asks_again(function)]


def _keeps_a_page(function: ast.AsyncFunctionDef) -> bool:
    """Whether it writes down where the list goes on, after an answer to a cursor."""
    asked = any(keyword.arg == "cursor" for call in _calls(function) for keyword in call.keywords)
    asked |= any(_names_a_cursor(argument) for call in _calls(function) for argument in call.args)
    writes = (node for node in ast.walk(function) if isinstance(node, ast.Attribute) and _is_cursor(node.attr))
    return asked and any(isinstance(node.ctx, ast.Store) for node in writes)


def _asks_again(function: ast.AsyncFunctionDef) -> bool:
    """Whether a cursor of the state is compared with what was asked for, after the answer."""
    answered = min(node.lineno for node in ast.walk(function) if isinstance(node, ast.Await))
    return any(
        isinstance(node, ast.Compare) and node.lineno > answered and _names_a_cursor(node)
        for node in ast.walk(function)
    )


def _calls(function: ast.AsyncFunctionDef) -> Iterator[ast.Call]:
    return (
        node.value for node in ast.walk(function) if isinstance(node, ast.Await) and isinstance(node.value, ast.Call)
    )


def _names_a_cursor(node: ast.AST) -> bool:
    return any(
        _is_cursor(part.id if isinstance(part, ast.Name) else part.attr)
        for part in ast.walk(node)
        if isinstance(part, ast.Name | ast.Attribute)
    )


def _is_cursor(name: str) -> bool:
    return name.endswith("cursor")


def test_no_list_takes_a_page_that_comes_late() -> None:
    late = {str(file): joins_late_pages((ROOT / file).read_text()) for file in python_files("client")}
    assert not {file: names for file, names in late.items() if names}, "see TripsState.load_more"


@pytest.mark.parametrize(
    ("body", "late"),
    [
        ("page = await api.mine(http, cursor=self.next_cursor)\n    self.next_cursor = page.next_cursor", True),
        ("page = await self._page(show, cursor)\n    self.next_cursor = page.next_cursor", True),
        ("page = await api.mine(http)\n    self.next_cursor = page.next_cursor", False),
        (
            "page = await api.mine(http, cursor=cursor)\n    if self.next_cursor == cursor:\n"
            "        self.next_cursor = page.next_cursor",
            False,
        ),
        (
            "if self.next_cursor == '':\n        return\n    page = await api.mine(http, cursor=cursor)\n"
            "    self.next_cursor = page.next_cursor",
            True,
        ),
    ],
)
def test_a_function_that_takes_late_pages_is_found(body: str, late: bool) -> None:
    assert joins_late_pages(f"async def more(self):\n    {body}\n") == (["more"] if late else [])
