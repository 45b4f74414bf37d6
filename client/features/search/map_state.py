"""The map of the results: what it shows, where it stands, and which home is chosen on it and in the list alike."""

import asyncio
import dataclasses
import time
from typing import Final

import flet as ft

from client.api import search_map as api
from client.core.http import Http
from client.features.search.criteria import Criteria, to_search
from client.features.search.sketch import Sketch
from client.features.search.state import FRESH_SECONDS
from client.parts.map.grid import Grid
from client.parts.map.ground import Ground
from client.parts.map.sheet import Box, Camera, Size, box_of, box_round, camera_on, seen
from shared_models.areas import read_area
from shared_models.search import SearchHit
from shared_models.search_map import MapArea, MapCell, MapRequest, MapTiles

MOVING_PAUSE_SECONDS: Final = 0.25
"""How long the map rests before the homes of its new view are looked up."""
BEYOND: Final = 0.25
"""How much more than the view is looked up, so that a short drag shows what is there already."""
MAX_PINS: Final = 60
"""Homes of the list with a price of their own on the map."""
OTHER_SIZE: Final = 0.15
"""By how much of its length a map must grow or shrink to be fitted anew."""
LEAST_ROOM: Final = 100
"""Pixels; no map that people look at is narrower or lower."""
FALLBACK_SIZE: Final = Size(640, 640)
NEAREST: Final = 18.0
ROOM_ROUND_SHAPES: Final = 0.12
"""What is left free on each side of a drawn shape, of the map's width and height."""


@ft.observable
@dataclasses.dataclass
class Spot:
    """Whether a home is lit: chosen in one place, it lights up in the other. One observable a home: a hover is cheap.

    What the home costs is not kept here: that is for the search that found it to say.
    """

    chosen: bool = False


@ft.observable
@dataclasses.dataclass
class Chosen:
    """The one home that is lit up on the map and in the list."""

    hit: SearchHit | None = None


class Spots:
    """The spots of one window, by the homes' slugs; at most one of them is chosen."""

    def __init__(self) -> None:
        self._spots: dict[str, Spot] = {}
        self._lit: Spot | None = None
        self.chosen = Chosen()

    def of(self, slug: str) -> Spot:
        """The spot of a home, always the same one."""
        return self._spots.setdefault(slug, Spot())

    def choose(self, hit: SearchHit | None) -> None:
        """Choose this home, as it was found now, instead of the one before; None chooses none."""
        spot = None if hit is None else self.of(hit.slug)
        if spot is not self._lit:
            if self._lit is not None:
                self._lit.chosen = False
            self._lit = spot
            if spot is not None:
                spot.chosen = True
        self.chosen.hit = hit


@ft.observable
@dataclasses.dataclass
class Touch:
    """What a person did with the map. Apart from what it shows: a press renders no pin anew."""

    moved: bool = False
    """Whether it was moved away from where the list's homes are."""
    picked: SearchHit | None = None
    """The home whose pin was pressed; its card floats over the map."""
    rest: Camera | None = None
    """Where the map came to rest: what the scale is for."""


@ft.observable
@dataclasses.dataclass
class MapState:
    """The homes and areas of the view. The view itself changes silently, with every move of a finger."""

    http: Http
    pause: float = MOVING_PAUSE_SECONDS
    criteria: Criteria | None = None
    frame: Camera | None = None
    """Where the map is to stand for the wish; None until that is known."""
    step: int = 0
    """The whole zoom that `cells` are for."""
    zoom: float = 0.0
    """The zoom the map rested at when they came: what finds room is placed for it."""
    cells: tuple[MapCell, ...] = ()
    areas: tuple[MapArea, ...] = ()
    grid: Grid | None = None
    tiles: MapTiles | None = None
    touch: Touch = dataclasses.field(default_factory=Touch)
    spots: Spots = dataclasses.field(default_factory=Spots)
    sketch: Sketch = dataclasses.field(default_factory=Sketch)
    _ground: Ground = dataclasses.field(default_factory=Ground, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._keep(camera=None, size=FALLBACK_SIZE, framed=FALLBACK_SIZE, found_at=0.0)

    def _keep(self, **values: object) -> None:
        """Remember without a word to those who show the map."""
        for name, value in values.items():
            object.__setattr__(self, f"_{name}", value)

    @property
    def camera(self) -> Camera | None:
        """Where the map stands now."""
        camera: Camera | None = getattr(self, "_camera", None)
        return camera

    @property
    def size(self) -> Size:
        """How large the map is."""
        size: Size = getattr(self, "_size", FALLBACK_SIZE)
        return size

    @property
    def is_fresh(self) -> bool:
        """Whether what is shown was found a moment ago."""
        found_at: float = getattr(self, "_found_at", 0.0)
        return time.monotonic() - found_at < FRESH_SECONDS

    @property
    def box(self) -> Box | None:
        """What the map shows now; None before it shows anything."""
        return None if self.camera is None else seen(self.camera, self.size)

    def framed_for(self, size: Size) -> Camera | None:
        """The frame as a map of another size shows all of it."""
        framed: Size = getattr(self, "_framed", FALLBACK_SIZE)
        if self.frame is None or framed == size:
            return self.frame
        return camera_on(seen(self.frame, framed), size, nearest=self.frame.zoom)

    def fit(self, size: Size) -> bool:
        """Take over the size of the map on the screen. Whether it is quite another one than before."""
        if min(size.width, size.height) < LEAST_ROOM:
            return False  # while a window is resized, there are moments with hardly any room
        before = self.size
        self._keep(size=size)
        pairs = ((before.width, size.width), (before.height, size.height))
        return any(abs(new - old) > old * OTHER_SIZE for old, new in pairs)

    def light(self, hit: SearchHit | None) -> None:
        """The pointer is over a home, or over none: then the one that was picked stays lit."""
        self.spots.choose(hit or self.touch.picked)

    def pick(self, hit: SearchHit) -> None:
        """The pin of a home was pressed: it lights up with its card, if the list has one."""
        self.touch.picked = hit
        self.light(None)

    def let_go(self) -> None:
        """The map itself was pressed: no home is picked any more."""
        self.touch.picked = None
        self.light(None)

    async def show(self, criteria: Criteria) -> None:
        """The homes of a wish: those in its box, or a view with all of them. Raises ApiError."""
        self.let_go()  # at once: what was found for another wish has another price
        plain = to_search(dataclasses.replace(criteria, box=None)).model_dump(exclude_defaults=True)
        if (place := _place_of(criteria)) is not None:
            frame = camera_on(place, self.size, room=0.0 if criteria.box else ROOM_ROUND_SHAPES)
            box = seen(frame, self.size, margin=BEYOND)
            asked = MapRequest(**plain, **dataclasses.asdict(box), zoom=frame.step)
            found = await api.search_map(self.http, asked)
        else:
            asked = MapRequest(**plain, width=round(self.size.width), height=round(self.size.height))
            found = await api.search_map(self.http, asked)
            frame = camera_on(Box(found.south, found.west, found.north, found.east), self.size)
            if found.total == 0 and self.frame is not None:
                frame = self.frame  # nothing to go to
        self.criteria, self.frame = criteria, frame
        self.step, self.zoom, self.cells = found.zoom, frame.zoom, tuple(found.cells)
        self._keep(camera=frame, framed=self.size, found_at=time.monotonic())
        self.touch.moved, self.touch.rest = False, frame
        await self._draw(frame)

    async def look(self, camera: Camera) -> None:
        """The homes of where the map was moved to, once it rests. Raises ApiError."""
        await asyncio.sleep(self.pause)
        self.touch.rest, criteria = camera, self.criteria
        if criteria is None:
            return
        plain = to_search(dataclasses.replace(criteria, box=None)).model_dump(exclude_defaults=True)
        box = seen(camera, self.size, margin=BEYOND)
        asked = MapRequest(**plain, **dataclasses.asdict(box), zoom=min(camera.step, int(NEAREST)))
        found = await api.search_map(self.http, asked)
        if self.criteria != criteria:
            return  # another search was shown meanwhile
        self.step, self.zoom, self.cells = found.zoom, camera.zoom, tuple(found.cells)
        self._keep(found_at=time.monotonic())
        await self._draw(camera)

    def move(self, camera: Camera, *, by_hand: bool) -> None:
        """The map stands elsewhere."""
        self._keep(camera=camera)
        if by_hand and not self.touch.moved:
            self.touch.moved = True

    async def _draw(self, camera: Camera) -> None:
        """The areas and the grid round the view, unless they are drawn already; the areas of before stay."""
        self.grid = Grid.under(camera, self.size, self.grid)
        view = self._ground.missing(camera, self.size)
        if view is not None:
            found = await api.areas(self.http, view)
            self.areas, self.tiles = self._ground.joined(view, self.areas, found.areas), found.tiles


def _place_of(criteria: Criteria) -> Box | None:
    """The stretch of the map that a wish asks for; None when the homes that fit say which to show."""
    if criteria.box is not None:
        return criteria.box
    if criteria.area is not None:
        return box_of(read_area(criteria.area))
    return None if criteria.circle is None else box_round(criteria.circle)


def map_of(page: ft.Page, http: Http) -> MapState:
    """The map of this window: it outlives the screen, so that coming back from a home finds it as it was."""
    store = page.session.store
    mapping: MapState | None = store.get("search.map")
    if mapping is None:
        mapping = MapState(http)
        store.set("search.map", mapping)
    return mapping
