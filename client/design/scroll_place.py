"""A list that is left for what stands in it is found again where it was, by Back, by a link or by the browser."""

import dataclasses
import time
from collections.abc import Callable
from typing import Any, Final

import flet as ft

from client.core.hooks import use_remade

REMEMBERED_SECONDS: Final = 600.0
"""Whoever comes back later begins at the top."""
TOLD_MS: Final = 250
"""How often a list that scrolls tells where it is."""


@dataclasses.dataclass(frozen=True)
class Kept:
    """How many pixels a list was scrolled down, and when (`time.monotonic()`)."""

    offset: float
    at: float


@dataclasses.dataclass(frozen=True, eq=False)
class ScrollPlace:
    """What a list gets: a reference to scroll it by, and whom it tells where it is."""

    ref: ft.Ref[ft.ListView]
    moved: Callable[[ft.OnScrollEvent], Any]


def use_scroll_place(ready: bool) -> ScrollPlace:
    """Hook: the place of this address's list, kept in the window's session; it is gone to once the list is `ready`."""
    page = ft.context.page
    kept, address = _kept_of(page), page.route
    ref = use_remade(lambda: ft.Ref[ft.ListView](), [])

    def moved(e: ft.OnScrollEvent) -> None:
        kept[address] = Kept(e.pixels, time.monotonic())

    async def go_back() -> None:
        before = kept.get(address)
        if not ready or before is None or time.monotonic() - before.at > REMEMBERED_SECONDS:
            return
        if ref.current is not None and before.offset:
            await ref.current.scroll_to(offset=before.offset, duration=0)

    ft.use_effect(go_back, [ready])
    return ScrollPlace(ref, moved)


def _kept_of(page: ft.Page) -> dict[str, Kept]:
    store = page.session.store
    kept: dict[str, Kept] | None = store.get("scroll_places")
    if kept is None:
        kept = {}
        store.set("scroll_places", kept)
    return kept
