"""The results of a search, its pages, and what the typed words may mean."""

import asyncio
import dataclasses
import json
import time
from enum import StrEnum
from typing import Any, Final

import flet as ft

from client import paths
from client.api import search as api
from client.core.device import Device
from client.core.http import Http
from client.core.language import t
from client.core.rows import joined
from client.features.search.criteria import Criteria, read, read_price, to_search, write
from client.parts.map.sheet import Circle
from client.paths import query_of
from shared_models.properties import LetType
from shared_models.search import CloseHomes, HomeNamed, Place, SearchFacets, SearchHit, WordRead

PAGE: Final = 24
FRESH_SECONDS: Final = 120.0
"""How long results are shown again, without a new search, to someone who comes back from a home."""
TYPING_PAUSE_SECONDS: Final = 0.25
"""How long a person pauses before what they type is looked up."""
RECENT_KEPT: Final = 8
RECENT_SHOWN: Final = 3
"""Searches of before that are offered beside what is typed."""
_RECENT: Final = "recent_searches"


@ft.observable
@dataclasses.dataclass
class Results:
    """The homes found for `criteria`, as far as their pages have been read."""

    criteria: Criteria | None = None
    hits: tuple[SearchHit, ...] = ()
    total: int = 0
    next_cursor: str | None = None
    read: tuple[WordRead, ...] = ()
    """Words that were taken for slips."""
    missing: tuple[str, ...] = ()
    """Words that no home has."""
    close: CloseHomes | None = None
    """When nothing fits: what comes close."""
    found_at: float = 0.0
    offset: float = 0.0
    """How far the list was scrolled when the person left it."""
    seen: frozenset[str] = frozenset()
    """The homes that were opened."""

    def is_fresh(self, criteria: Criteria) -> bool:
        """Whether these are the results of that wish, from a moment ago."""
        return self.criteria == criteria and time.monotonic() - self.found_at < FRESH_SECONDS

    async def find(self, http: Http, criteria: Criteria) -> None:
        """The first page of a wish. Raises ApiError; what was shown before stays then."""
        page = await api.search(http, to_search(criteria, limit=PAGE))
        self.criteria, self.hits, self.total = criteria, tuple(page.items), page.total
        self.next_cursor, self.read, self.close = page.next_cursor, tuple(page.read), page.close
        self.missing = tuple(page.missing)
        self.found_at, self.offset = time.monotonic(), 0.0

    async def find_more(self, http: Http) -> None:
        """The next page, when there is one. Raises ApiError."""
        criteria, cursor = self.criteria, self.next_cursor
        if criteria is None or cursor is None:
            return
        page = await api.search(http, to_search(criteria, cursor=cursor, limit=PAGE))
        if self.criteria != criteria or self.next_cursor != cursor:
            return  # another search was begun meanwhile
        self.hits = joined(self.hits, page.items)
        self.total, self.next_cursor = page.total, page.next_cursor

    def scroll(self, offset: float) -> None:
        """Remember where the list stands, without a word to those who show it."""
        object.__setattr__(self, "_scrolled_to", offset)

    def leave_for(self, slug: str) -> None:
        """Remember that a home is opened from here."""
        self.offset = getattr(self, "_scrolled_to", 0.0)
        self.seen = self.seen | {slug}


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
class Offers:
    """What the typed words may mean: places, homes, and what this person searched for before.

    One of them may be lit by the arrow keys; -1 is none.
    """

    http: Http
    recent: tuple[Criteria, ...] = ()
    pause: float = TYPING_PAUSE_SECONDS
    places: tuple[Place, ...] = ()
    homes: tuple[HomeNamed, ...] = ()
    asked: str | None = None
    """The text these are for; None before the first answer."""
    lit: int = -1

    async def look_up(self, text: str, let_type: LetType) -> None:
        """What the text may mean, after a pause; a later call cancels this one. Raises ApiError.

        Places count the homes that are let this way: as many as a search there finds.
        """
        words = text.strip()[:100]
        if words == self.asked:
            return
        if self.asked is not None:
            await asyncio.sleep(self.pause)
        found = await api.suggestions(self.http, words, let_type)
        self.places, self.homes = tuple(found.places), tuple(found.homes)
        self.asked, self.lit = words, -1

    @property
    def recents(self) -> tuple[Criteria, ...]:
        """Searches of before: all while nothing is typed, then those whose words hold it."""
        typed = (self.asked or "").casefold()
        return tuple(criteria for criteria in self.recent if typed in criteria.text.casefold())[
            : RECENT_SHOWN if typed else None
        ]

    @property
    def all(self) -> tuple[Place | HomeNamed | Criteria, ...]:
        """Everything offered, in the order it stands."""
        return (*self.places, *self.homes, *self.recents)

    def light(self, step: int) -> None:
        """Light the next one, or the one before; past the ends none is lit."""
        count = len(self.all)
        if count:
            self.lit = (self.lit + 1 + step) % (count + 1) - 1

    @property
    def chosen(self) -> Place | HomeNamed | Criteria | None:
        """The one that is lit."""
        return self.all[self.lit] if 0 <= self.lit < len(self.all) else None


class Recents:
    """What this person searched for on this machine, the latest first. Only the machine keeps it."""

    def __init__(self, device: Device) -> None:
        self._device = device

    async def all(self) -> tuple[Criteria, ...]:
        """Those that still make sense."""
        try:
            kept = json.loads(await self._device.kept_choice(_RECENT) or "[]")
        except ValueError:
            return ()
        wishes = [read(query_of(route)) for route in kept if isinstance(route, str)] if isinstance(kept, list) else []
        return tuple(dict.fromkeys(criteria for criteria in wishes if criteria.text))

    async def add(self, criteria: Criteria) -> None:
        """Keep a search that has words; one with the same words takes its place."""
        if criteria.text:
            others = [one for one in await self.all() if one.text.casefold() != criteria.text.casefold()]
            routes = [paths.search(**write(one)) for one in (criteria, *others)][:RECENT_KEPT]
            await self._device.keep_choice(_RECENT, json.dumps(routes))


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

    draft: Criteria
    part: BarPart | None = None
    full: bool = False
    """Whether the whole page of the small windows is open."""
    filtering: bool = False
    """Whether the sheet of filters is open."""

    def reset(self, criteria: Criteria) -> None:
        """Take over the wish of the address and close."""
        self.draft = criteria
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

    opened: Criteria
    """The wish they were opened with."""
    base: Criteria
    low: str = ""
    high: str = ""

    @classmethod
    def of(cls, criteria: Criteria) -> "FilterDraft":
        """What the sheet shows at first."""
        values = write(criteria)
        return cls(criteria, criteria, str(values["price_min"] or ""), str(values["price_max"] or ""))

    def change(self, **values: Any) -> None:
        """Change the kinds, the currency or the order."""
        self.base = dataclasses.replace(self.base, **values)

    def lie_round(self, circle: Circle | None, *, named: bool = False) -> None:
        """Only homes in this circle, also instead of the words if those have `named` a place and nothing else.

        Without a circle the place is what it was.
        """
        before = self.opened
        kept = dataclasses.replace(self.base, text=before.text, area=before.area, box=before.box, circle=None)
        if circle is None:
            self.base = kept
        else:
            self.base = dataclasses.replace(kept.placed(circle=circle), text="" if named else before.text)

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
    def criteria(self) -> Criteria:
        """The wish these filters make; what must be corrected is left out."""
        (low, high), errors = self.prices, self.errors
        return dataclasses.replace(self.base, price_min=low, price_max=None if "high" in errors else high)


@ft.observable
@dataclasses.dataclass
class Facets:
    """How many homes the filters under edit would leave, and how many each further choice."""

    http: Http
    pause: float = TYPING_PAUSE_SECONDS
    told: SearchFacets | None = None
    criteria: Criteria | None = None
    """The wish these are for."""

    async def count(self, criteria: Criteria) -> None:
        """Count, after a pause unless it is the first time; a later call cancels this one. Raises ApiError."""
        if self.told is not None:
            await asyncio.sleep(self.pause)
        told = await api.facets(self.http, to_search(criteria, limit=1))
        self.told, self.criteria = told, criteria
