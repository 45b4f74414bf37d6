"""Waiting for a screen that waits for the server."""

import asyncio
from collections.abc import Callable

import flet as ft

from tests.client.harness import App

PATIENCE_SECONDS = 60


async def until(app: App, holds: Callable[[], bool], what: str = "what was waited for") -> None:
    """Let the app run until something holds; fails with the texts on show when it does not."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not holds():
                await app.changed()
    except TimeoutError:
        raise AssertionError(f"{what} did not come; on show: {app.texts()}") from None


async def see(app: App, words: str) -> None:
    """Wait until some words stand on the screen."""
    await until(app, lambda: any(words in text for text in app.texts()), repr(words))


async def gone(app: App, words: str) -> None:
    """Wait until no text on the screen has these words."""
    await until(app, lambda: not any(words in text for text in app.texts()), f"the end of {words!r}")


async def tick(app: App, label: str, on: bool = True) -> None:
    """Press the checkbox that readers hear as `label`."""
    boxes = [s.content for s in app.all(ft.Semantics, label=label) if isinstance(s.content, ft.Checkbox)]
    boxes += app.all(ft.Checkbox, label=label)
    assert len(boxes) == 1, f"expected one box {label!r}, found {len(boxes)}"
    app.session.apply_patch(boxes[0]._i, {"value": on})
    await app.event(boxes[0], "change", on)


def dropdown(app: App, label: str) -> ft.Dropdown:
    """The dropdown with this label."""
    boxes = [box for named in app.all(ft.Semantics, label=label) for box in app.inside(named, ft.Dropdown)]
    assert len(boxes) == 1, f"expected one dropdown {label!r}, found {len(boxes)}"
    return boxes[0]


async def choose(app: App, label: str, value: str) -> None:
    """Choose in the dropdown with this label."""
    box = dropdown(app, label)
    app.session.apply_patch(box._i, {"value": value})
    await app.event(box, "select", value)


async def dismiss(app: App) -> None:
    """Close the dialog on show, as Escape does."""
    await app.event(app.one(ft.AlertDialog), "dismiss")


async def choose_item(app: App, menu: str, words: str) -> None:
    """Press an item of the menu that readers hear as `menu`."""
    menus = [s.content for s in app.all(ft.Semantics, label=menu) if isinstance(s.content, ft.PopupMenuButton)]
    assert len(menus) == 1, f"expected one menu {menu!r}, found {len(menus)}"
    items = [item for item in menus[0].items if words in _words(item)]
    assert len(items) == 1, f"expected one item {words!r}, found {len(items)}"
    await app.event(items[0], "click")


def _words(item: ft.PopupMenuItem) -> list[str]:
    content = item.content
    row = content.controls if isinstance(content, ft.Row) else [content]
    return [control.value for control in row if isinstance(control, ft.Text)]


async def undo(app: App) -> None:
    """Wait for a toast with Undo and press it."""

    def actions() -> list[ft.SnackBarAction]:
        return [bar.action for bar in app.all(ft.SnackBar) if isinstance(bar.action, ft.SnackBarAction)]

    await until(app, lambda: bool(actions()), "a toast with Undo")
    await app.event(actions()[-1], "click")
