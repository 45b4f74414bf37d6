"""The history of the browser: what Back leads to, and what it closes first.

Flet can only add to the history. A page that is over when it is left (a checkout after the booking) is put in place of
itself: its successor's address carries a mark, which `assets/index.html` takes off again.
"""

from collections.abc import Callable
from typing import Any, Final

import flet as ft

from client.core.flet_session import layers_of

INSTEAD: Final = "#instead"
"""The mark of an address that takes the place of the one before; `assets/index.html` knows it."""


def go_instead(page: ft.Page, route: str) -> None:
    """Open an address in place of this one: Back does not lead here again.

    Only a browser has such a history; elsewhere nothing would take the mark off.
    """
    page.navigate(route + INSTEAD if page.web else route)


def use_back(close: Callable[[], Any] | None) -> None:
    """Hook: Back calls `close` instead of leaving the page; None when there is nothing to close.

    Dialogs and sheets need none: Back closes them as Escape does.
    """
    layers = layers_of(ft.context.page)
    latest: Any = ft.use_ref(None)
    latest.current = close

    def call() -> None:
        latest.current()

    # That of the first render stays: the cleanup must take away what was put there.
    kept: Any = ft.use_ref(None)
    kept.current = kept.current or call

    def begin() -> None:
        if close is not None:
            layers.append(kept.current)

    def end() -> None:
        if kept.current in layers:
            layers.remove(kept.current)

    ft.use_effect(begin, [close is not None], cleanup=end)
