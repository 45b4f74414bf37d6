"""The results of a search, its pages, and the places one may mean."""

import asyncio
import dataclasses
import time
from enum import StrEnum
from typing import Any, Final

import flet as ft

from client.api import search as api
from client.core.http import Http
from client.core.language import t
from client.features.search.wish import Part, Wish, droppable, read_price, to_search, write
from shared_models.search import Place, SearchHit

PAGE: Final = 24
FRESH_SECONDS: Final = 120.0
"""How long results are shown again, without a new search, to someone who comes back from a home."""
TYPING_PAUSE_SECONDS: Final = 0.25
"""How long a person pauses before what they type is looked up."""


@dataclasses.dataclass(frozen=True)
class Advice:
    """What to give up so that homes are found, and how many there are then."""

    part: Part
    homes: int


@ft.observable
@dataclasses.dataclass
class Results:
    """The homes found for `wish`, as far as their pages have been read."""

    wish: Wish | None = None
    hits: tuple[SearchHit, ...] = ()
    total: int = 0
    next_cursor: str | None = None
    advice: Advice | None = None
    found_at: float = 0.0
    offset: float = 0.0
    """How far the list was scrolled when the person left it."""
    seen: frozenset[str] = frozenset()
    """The homes that were opened."""

    def is_fresh(self, wish: Wish) -> bool:
        """Whether these are the results of that wish, from a moment ago."""
        return self.wish == wish and time.monotonic() - self.found_at < FRESH_SECONDS

    async def find(self, http: Http, wish: Wish) -> None:
        """The first page of a wish. Raises ApiError; what was shown before stays then."""
        page = await api.search(http, to_search(wish, limit=PAGE))
        advice = await _advise(http, wish) if page.total == 0 else None
        self.wish, self.hits, self.total = wish, tuple(page.items), page.total
        self.next_cursor, self.advice = page.next_cursor, advice
        self.found_at, self.offset = time.monotonic(), 0.0

    async def find_more(self, http: Http) -> None:
        """The next page, when there is one. Raises ApiError."""
        wish, cursor = self.wish, self.next_cursor
        if wish is None or cursor is None:
            return
        page = await api.search(http, to_search(wish, cursor=cursor, limit=PAGE))
        if self.wish != wish or self.next_cursor != cursor:
            return  # another search was begun meanwhile
        here = {hit.id for hit in self.hits}
        self.hits = (*self.hits, *(hit for hit in page.items if hit.id not in here))
        self.total, self.next_cursor = page.total, page.next_cursor

    def scroll(self, offset: float) -> None:
        """Remember where the list stands, without a word to those who show it."""
        object.__setattr__(self, "_scrolled_to", offset)

    def leave_for(self, slug: str) -> None:
        """Remember that a home is opened from here."""
        self.offset = getattr(self, "_scrolled_to", 0.0)
        self.seen = self.seen | {slug}


async def _advise(http: Http, wish: Wish) -> Advice | None:
    """Which one thing to give up: the one that brings the most homes back."""
    best: Advice | None = None
    for part in droppable(wish):
        homes = await count(http, part.without)
        if homes and (best is None or homes > best.homes):
            best = Advice(part, homes)
    return best


async def count(http: Http, wish: Wish) -> int:
    """How many homes fit a wish. Raises ApiError."""
    return (await api.search(http, to_search(wish, limit=1))).total


def results_of(page: ft.Page) -> Results:
    """The results of this window: they outlive the screen, so that coming back from a home finds them as they were."""
    store = page.session.store
    results: Results | None = store.get("search.results")
    if results is None:
        results = Results()
        store.set("search.results", results)
    return results


@ft.observable
@dataclasses.dataclass
class Places:
    """What the typed words may mean."""

    http: Http
    pause: float = TYPING_PAUSE_SECONDS
    found: tuple[Place, ...] = ()

    async def look_up(self, text: str) -> None:
        """Places that begin like the text, after a pause; a later call cancels this one. Raises ApiError."""
        words = text.strip()[:100]
        if not words:
            self.found = ()
            return
        await asyncio.sleep(self.pause)
        self.found = tuple(await api.places(self.http, words))


class BarPart(StrEnum):
    """The parts of the search bar."""

    WHERE = "where"
    STAY = "stay"
    WHEN = "when"
    WHO = "who"


@ft.observable
@dataclasses.dataclass
class Editor:
    """The wish while it is being changed in the bar, and which part of it is open."""

    draft: Wish
    part: BarPart | None = None
    full: bool = False
    """Whether the whole page of the small windows is open."""
    filtering: bool = False
    """Whether the sheet of filters is open."""

    def reset(self, wish: Wish) -> None:
        """Take over the wish of the address and close."""
        self.draft = wish
        self.close()

    def close(self) -> None:
        """Close whatever is open; the draft stays."""
        self.part, self.full, self.filtering = None, False, False

    def open_filters(self) -> None:
        """Open the sheet of filters."""
        self.close()
        self.filtering = True

    def change(self, **values: Any) -> None:
        """Change some values of the draft."""
        self.draft = dataclasses.replace(self.draft, **values)


@ft.observable
@dataclasses.dataclass
class FilterDraft:
    """The filters while their sheet is open; prices as they are typed."""

    base: Wish
    low: str = ""
    high: str = ""

    @classmethod
    def of(cls, wish: Wish) -> "FilterDraft":
        """What the sheet shows at first."""
        values = write(wish)
        return cls(wish, str(values["price_min"] or ""), str(values["price_max"] or ""))

    def change(self, **values: Any) -> None:
        """Change the kinds, the currency or the order."""
        self.base = dataclasses.replace(self.base, **values)

    @property
    def prices(self) -> tuple[int | None, int | None]:
        """Both prices in minor units; None where nothing usable is typed."""
        return read_price(self.low, self.base.currency), read_price(self.high, self.base.currency)

    @property
    def errors(self) -> dict[str, str]:
        """What must be corrected, by field."""
        errors = {}
        low, high = self.prices
        if self.low.strip() and low is None:
            errors["low"] = t("Enter an amount, such as 50.")
        if self.high.strip() and high is None:
            errors["high"] = t("Enter an amount, such as 200.")
        if low is not None and high is not None and low > high:
            errors["high"] = t("This is below the lowest price. Did you mean the other way round?")
        return errors

    @property
    def wish(self) -> Wish:
        """The wish these filters make; what must be corrected is left out."""
        (low, high), errors = self.prices, self.errors
        return dataclasses.replace(self.base, price_min=low, price_max=None if "high" in errors else high)


@ft.observable
@dataclasses.dataclass
class Counter:
    """How many homes the filters under edit would leave."""

    http: Http
    pause: float = TYPING_PAUSE_SECONDS
    homes: int | None = None

    async def count(self, wish: Wish) -> None:
        """Count after a pause; a later call cancels this one. Raises ApiError."""
        self.homes = None
        await asyncio.sleep(self.pause)
        self.homes = await count(self.http, wish)
