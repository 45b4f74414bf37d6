"""A list that is left for what stands in it is found again where it was, by Back, by a link or by the browser."""

import dataclasses
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

import flet as ft

from client.core.hooks import use_memo

REMEMBERED_SECONDS: Final = 600.0
"""Whoever comes back later begins at the top."""
TOLD_MS: Final = 250
"""How often a list that scrolls tells where it is."""


@dataclasses.dataclass(frozen=True)
class Kept:
    """How many pixels a list was scrolled down, how many rows it had then, and when (`time.monotonic()`)."""

    offset: float
    rows: int
    at: float


@dataclasses.dataclass(frozen=True)
class Pages:
    """A list that comes in pages: how many rows are here, and how the next page is fetched."""

    rows: Callable[[], int]
    more: Callable[[], Awaitable[Any]]


@dataclasses.dataclass(frozen=True, eq=False)
class ScrollPlace:
    """What a list gets: a reference to scroll it by, and whom it tells where it is."""

    ref: ft.Ref[ft.ListView]
    moved: Callable[[ft.OnScrollEvent], Any]


def use_scroll_place(ready: bool, pages: Pages | None = None) -> ScrollPlace:
    """Hook: the place of this address's list, kept in the window's session; it is gone to once the list is `ready`.

    Of a list that comes in `pages`, those that were here are fetched again first.
    """
    page = ft.context.page
    kept, address = _kept_of(page), page.route
    ref = use_memo(lambda: ft.Ref[ft.ListView](), [])

    def moved(e: ft.OnScrollEvent) -> None:
        kept[address] = Kept(e.pixels, pages.rows() if pages else 0, time.monotonic())

    async def go_back() -> None:
        before = kept.get(address)
        if not ready or before is None or time.monotonic() - before.at > REMEMBERED_SECONDS:
            return
        if pages is not None:
            await _fetch(pages, before.rows)
        if ref.current is not None and before.offset:
            await ref.current.scroll_to(offset=before.offset, duration=0)

    ft.use_effect(go_back, [ready])
    return ScrollPlace(ref, moved)


async def _fetch(pages: Pages, wanted: int) -> None:
    """Page after page until as many rows are here as before, or no more come."""
    here = -1
    while here < pages.rows() < wanted:
        here = pages.rows()
        await pages.more()


def _kept_of(page: ft.Page) -> dict[str, Kept]:
    store = page.session.store
    kept: dict[str, Kept] | None = store.get("scroll_places")
    if kept is None:
        kept = {}
        store.set("scroll_places", kept)
    return kept
