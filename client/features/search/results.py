"""The list of homes: chips, heading, cards, the way to more of them, and what to do when nothing fits."""

import dataclasses
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

import flet as ft

from client.core.action import Action
from client.core.boundaries import panel
from client.core.hooks import memo, use_memo, use_once
from client.core.http import ApiError
from client.core.language import t, tn, whole
from client.core.problem_words import asked_too_often, problem_words
from client.core.session import Session
from client.design.buttons import outlined
from client.design.feedback import Loading, failure, grey_card
from client.design.layout import SizeClass, Window, card, card_rows, grid_gap, page_margin, use_window
from client.design.text import header, text
from client.design.tokens import Colour
from client.features.search import criteria as wishes
from client.features.search.answers import Grid, close_homes, left_out, nothing, read_as
from client.features.search.criteria import Criteria
from client.features.search.filters import filter_chips
from client.features.search.map_phone import SmallMap
from client.features.search.map_state import MapState, Spot, Spots
from client.features.search.state import Results
from client.parts.facts import distance_words
from client.parts.map.sheet import Circle
from client.parts.property_card import CardState, StillCard
from shared_models.search import SearchHit

Apply = Callable[[Criteria], Awaitable[None]]

LOAD_AHEAD = 900
"""Pixels before the end of the list at which the next page is fetched."""
LIST_WIDTH: Final = 784
NARROW_LIST_WIDTH: Final = 432
"""Beside the map, where the window has room for both and where it is a little narrow for it."""
_HEAD_HEIGHT, _CARD_FACTS_HEIGHT, _COVER_ASPECT = 100, 119, 1.85


def list_width(window: Window) -> float:
    """How wide the list is beside the map of a desktop."""
    return LIST_WIDTH if window.room_for_facts else NARROW_LIST_WIDTH


@dataclasses.dataclass(frozen=True)
class ListActs:
    """What a list can start besides what it does itself. One object a screen: nothing is rendered anew for it."""

    apply: Apply
    open_filters: Callable[[], None]
    open: Callable[[SearchHit], None]
    open_map: Callable[[], None]
    list_ref: Any
    """`list_ref.current` is the list, to scroll it to a home whose pin was pressed."""


@panel
def ResultList(
    session: Session, criteria: Criteria, results: Results, load: Action, mapping: MapState, acts: ListActs
) -> ft.Control:
    """The scrolling list."""
    window, page, list_ref = use_window(), ft.context.page, acts.list_ref
    more = use_once(lambda: Action(lambda: results.find_more(session.http)))
    ready = results.criteria == criteria
    # Who asked too often keeps what stands there: nothing is wrong with it.
    older = results.criteria if asked_too_often(load.problem) and not load.running and results.hits else None

    async def restore() -> None:
        if results.offset and list_ref.current is not None:
            await list_ref.current.scroll_to(offset=results.offset, duration=0)

    def scrolled(e: ft.OnScrollEvent) -> Any:
        results.scroll(e.pixels)
        if e.pixels > e.max_scroll_extent - LOAD_AHEAD and results.next_cursor and not more.problem:
            page.run_task(more.start)

    def hover(hit: SearchHit, over: bool) -> None:
        mapping.light(hit if over else None)

    on_hover = use_memo(lambda: hover, [mapping])
    ft.use_effect(restore, [])
    columns = _columns(window)
    grid = Grid(session, columns, window.size, acts.open, results.seen)
    body: list[ft.Control]
    if load.problem is not None and not load.running:
        body = [_failed(load, load.problem, criteria)]
        if older is not None:
            body += _cards(older, results, mapping.spots, grid, None)
    elif not ready:
        body = [Loading(_grey(columns, window.size), t("Looking for homes"), t("Still looking for homes"))]
    elif not results.hits:
        body = _nothing(criteria, results, grid, acts.apply)
    else:
        show = on_hover if window.size is SizeClass.DESKTOP else None
        body = [*_cards(criteria, results, mapping.spots, grid, show), *_end(results, more)]
    # On smaller windows the field above has the filters' button.
    desktop, phone = window.size is SizeClass.DESKTOP, window.size is SizeClass.PHONE
    chips = filter_chips(criteria, (lambda _: acts.open_filters()) if desktop else None, acts.apply)
    small = [SmallMap(criteria, results, mapping, acts.open_map)] if phone and results.hits else []
    told = [read_as(criteria, results.read, acts.apply)] if ready and results.read else []
    told += [left_out(results.missing)] if ready and results.missing else []
    margin = page_margin(window.size)
    listed = ft.ListView(
        [chips, *small, _heading(older or criteria, results if ready or older else None, window.size), *told, *body],
        expand=True,
        spacing=grid_gap(window.size),
        padding=ft.Padding(margin, 12 if phone else 20, 24 if desktop else margin, 40),
        on_scroll=scrolled,
        scroll_interval=250,
    )
    list_ref.current = listed
    return listed


StillList = memo(ResultList)
"""The results, rendered again only when they change: not for every key in the bar above."""


def _columns(window: Window) -> int:
    if window.size is SizeClass.PHONE:
        return 1
    return 2 if window.size is SizeClass.TABLET or window.room_for_facts else 1


def offset_of(place: int, window: Window) -> float:
    """About how far down the list of a desktop the home at this place stands: its rows are all of one height."""
    columns, gap = _columns(window), grid_gap(window.size)
    across = list_width(window) - page_margin(window.size) - 24
    width = (across - (columns - 1) * gap) / columns
    return _HEAD_HEIGHT + place // columns * (width / _COVER_ASPECT + _CARD_FACTS_HEIGHT + gap)


def heading_words(criteria: Criteria, results: Results) -> str:
    """`126 homes free in Edinburgh`."""
    free = criteria.nights is not None
    many = tn("{n} home free", "{n} homes free", results.total) if free else tn("{n} home", "{n} homes", results.total)
    if criteria.box is not None:
        return t("{homes} in this area", homes=many)
    if criteria.area is not None:
        return t("{homes} in the area you drew", homes=many)
    if criteria.circle is not None:
        return _within(many, criteria.circle)
    if not criteria.text:
        return many
    named = {name.casefold(): name for hit in results.hits for name in _names(hit)}
    if place := named.get(criteria.text.casefold()):
        return t("{homes} in {place}", homes=many, place=place)
    return t("{homes} for “{asked}”", homes=many, asked=criteria.text)


def _within(many: str, circle: Circle) -> str:
    far = distance_words(circle.kilometres)
    if not circle.name:
        return t("{homes} within {distance} of a point on the map", homes=many, distance=far)
    return t("{homes} within {distance} of {place}", homes=many, distance=far, place=circle.name)


def _names(hit: SearchHit) -> list[str]:
    if hit.neighbourhood is None:
        return [hit.city]
    return [hit.city, hit.neighbourhood, f"{hit.neighbourhood}, {hit.city}"]


def _heading(criteria: Criteria, results: Results | None, size: SizeClass) -> ft.Control:
    if criteria.nights is not None and size is SizeClass.PHONE:
        note = t("Prices are the full amount for the stay.")
    elif criteria.nights is not None:
        note = t("{when}. Prices are the full amount for the stay.", when=wishes.summary(criteria))
    else:
        note = t("Add dates to see what is free and the full price.")
    words = t("Looking for homes") if results is None else heading_words(criteria, results)
    return ft.Column([header(words, 1, live=True), text(note, color=Colour.TEXT_2)], spacing=2)


OnHover = Callable[[SearchHit, bool], None] | None


def _cards(criteria: Criteria, results: Results, spots: Spots, grid: Grid, on_hover: OnHover) -> Sequence[ft.Control]:
    cards = {str(hit.id): _SpotCard(spots.of(hit.slug), hit, criteria.nights, grid, on_hover) for hit in results.hits}
    return card_rows(cards, grid.columns, grid.size)


@panel
def _SpotCard(spot: Spot, hit: SearchHit, nights: int | None, grid: Grid, on_hover: OnHover) -> ft.Control:
    """A card that lights up with its pin."""
    seen = hit.slug in grid.seen
    state = CardState.CHOSEN if spot.chosen else CardState.SEEN if seen else CardState.REST
    card: ft.Control = StillCard(grid.session, hit, nights, grid.on_open, state, on_hover)
    return card


def _end(results: Results, more: Action) -> list[ft.Control]:
    """What stands below the last card."""
    return [_End(results, more)]


@ft.component
def _End(results: Results, more: Action) -> ft.Control:
    async def fetch(_: Any) -> None:
        more.forget()
        await more.start()

    if more.problem is not None:
        return failure(
            t("The next homes did not load"), problem_words(more.problem), retry=t("Try again"), on_retry=fetch
        )
    if results.next_cursor is None:
        return ft.Container()
    shown = t("{shown} of {all} homes", shown=whole(len(results.hits)), all=whole(results.total))
    return ft.Column(
        [text(shown, color=Colour.TEXT_2), outlined(t("Show more"), fetch, busy=more.running)],
        horizontal_alignment=ft.CrossAxisAlignment.CENTER,
        spacing=8,
    )


def _failed(load: Action, problem: ApiError, criteria: Criteria) -> ft.Control:
    async def again(_: Any) -> None:
        await load.start(criteria)

    words = t("{reason}. Your search is kept.", reason=problem_words(problem).rstrip("."))
    return card(failure(t("The homes did not load"), words, retry=t("Try again"), on_retry=again, busy=load.running))


def _grey(columns: int, size: SizeClass) -> ft.Control:
    def row() -> ft.Control:
        return ft.Row([ft.Container(grey_card(), expand=True) for _ in range(columns)], spacing=grid_gap(size))

    return ft.Column([row(), row()], spacing=grid_gap(size))


def _nothing(criteria: Criteria, results: Results, grid: Grid, apply: Apply) -> list[ft.Control]:
    return [nothing(criteria, apply)] if results.close is None else close_homes(criteria, results.close, grid, apply)
