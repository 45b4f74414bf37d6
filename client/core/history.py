"""The history of the browser: what Back leads to, and what it closes first.

Flet can only add to the history. A page that is over when it is left (a checkout after the booking) is put in place of
itself: its successor's address carries a mark, which `assets/index.html` takes off again.
"""

from collections.abc import Callable
from typing import Any, Final

import flet as ft

from client.core.flet_session import layers_of
from client.core.hooks import use_latest

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
    call = use_latest(lambda: close() if close is not None else None)

    def begin() -> None:
        if close is not None:
            layers.append(call)

    def end() -> None:
        if call in layers:
            layers.remove(call)

    ft.use_effect(begin, [close is not None], cleanup=end)
