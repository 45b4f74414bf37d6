"""The search: a wish in the address, homes in a list and on a map, filters, and what floats over them."""

import dataclasses
from collections.abc import Callable
from typing import Any

import flet as ft

from client import paths
from client.core.action import Action
from client.core.boundaries import panel, screen
from client.core.hooks import use_memo, use_once
from client.core.language import t
from client.core.routing import SetQuery, use_query
from client.core.session import use_session
from client.core.tasks import use_task
from client.core.title import use_title
from client.design.buttons import target
from client.design.layout import SizeClass, Window, page_margin, use_window
from client.design.text import text
from client.design.tokens import SHADOW_FLOAT, Colour, Radius, Size, Style
from client.features.search import criteria as wishes
from client.features.search.bar import FullEditor, PartPanel, SearchBar, summary_field
from client.features.search.criteria import Criteria
from client.features.search.filters import Apply, FilterSheet
from client.features.search.map_phone import FullMap
from client.features.search.map_side import MapActs, MapSide
from client.features.search.map_state import MapState, map_of
from client.features.search.near import centres_of
from client.features.search.results import ListActs, StillList, list_width, offset_of
from client.features.search.state import Editor, Recents, Results, results_of
from client.parts.last_search import remember
from client.parts.shell import tenant_shell
from shared_models.search import SearchHit

MAP = "map"
"""What `view` is in the address when a smaller window shows the map instead of the list."""


@screen
def SearchScreen() -> ft.Control:
    """Find a home."""
    session, window, page = use_session(), use_window(), ft.context.page
    query, set_query = use_query()
    criteria, view = wishes.read(query), query.get("view")
    # None of these re-renders the screen: each part of it watches what it shows, so that a key costs no list of cards.
    results = results_of(page)
    load = use_memo(lambda: Action(lambda wanted: results.find(session.http, wanted), latest=True), [])
    editor = use_memo(lambda: Editor(criteria), [])
    apply = use_memo(lambda: _applier(editor, Recents(session.device), set_query), [])
    use_title(criteria.text or t("Search"))

    async def find() -> None:
        editor.reset(criteria)
        remember(page, paths.search(**wishes.write(criteria), view=view))
        if not results.is_fresh(criteria):
            await load.start(criteria)

    use_task(find, [criteria, view])
    shown = Shown(criteria, results, load, map_of(page, session.http), view == MAP)
    middle = SearchBar(editor, apply) if window.room_for_facts else None
    return tenant_shell(_Body(editor, shown, apply, set_query), "search", middle=middle)


@dataclasses.dataclass(frozen=True)
class Shown:
    """What the screen is about: the wish, its homes, and whether a smaller window shows them on the map."""

    criteria: Criteria
    results: Results
    load: Action
    mapping: MapState
    on_map: bool


def _applier(editor: Editor, recents: Recents, set_query: SetQuery) -> Apply:
    async def apply(wanted: Criteria) -> None:
        editor.close()
        await set_query(**wishes.write(wanted))
        await recents.add(wanted)

    return apply


@ft.component
def _Body(editor: Editor, shown: Shown, apply: Apply, set_query: SetQuery) -> ft.Control:
    """The results with what floats over them: the open part of the bar, the filters, the whole editor of a phone."""
    window, criteria = use_window(), shown.criteria
    if editor.full and window.size is not SizeClass.DESKTOP:
        return FullEditor(editor, criteria, apply)
    # Never nothing: the results keep their place when the bar moves into the frame.
    above = ft.Container() if window.room_for_facts else _bar_row(editor, criteria, window, apply)
    layers: list[ft.Control] = [_Homes(editor, shown, apply, set_query)]
    if editor.part is not None:
        behind = ft.Container(expand=True, on_click=lambda _: editor.close())
        scrim = ft.MergeSemantics(content=ft.Semantics(label=t("Close"), content=behind))
        layers += [scrim, PartPanel(editor, apply)]
    if editor.filtering:
        centres = centres_of(shown.mapping)
        layers.append(FilterSheet(criteria, centres, window.size is SizeClass.PHONE, apply, editor.close))
    return ft.Column(
        [above, ft.Stack(layers, expand=True, fit=ft.StackFit.EXPAND)],
        expand=True,
        spacing=0,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


@panel
def _Homes(editor: Editor, shown: Shown, apply: Apply, set_query: SetQuery) -> ft.Control:
    """List and map: side by side on a desktop, one or the other elsewhere."""
    session, window, page = use_session(), use_window(), ft.context.page
    criteria, results, mapping = shown.criteria, shown.results, shown.mapping
    drawing = use_once(lambda: mapping.sketch).kind is not None
    list_ref = use_memo(lambda: ft.Ref[ft.ListView](), [])

    def open_home(hit: SearchHit) -> None:
        results.leave_for(hit.slug)
        page.navigate(paths.home(hit.slug, criteria.check_in, criteria.check_out, criteria.guests))

    def open_map() -> None:
        page.run_task(set_query, view=MAP)

    def pick(hit: SearchHit) -> None:
        mapping.pick(hit)
        places = [listed.slug for listed in results.hits]
        if window.size is SizeClass.DESKTOP and hit.slug in places and list_ref.current is not None:
            offset = offset_of(places.index(hit.slug), window)
            page.run_task(list_ref.current.scroll_to, offset=offset, duration=SCROLL_MS)

    list_acts = use_memo(lambda: ListActs(apply, editor.open_filters, open_home, open_map, list_ref), [criteria])
    map_acts = use_memo(lambda: MapActs(pick, open_home, apply), [criteria, window.size])
    the_list = StillList(session, criteria, results, shown.load, mapping, list_acts)
    if window.size is SizeClass.DESKTOP:
        side = MapSide(criteria, results, mapping, map_acts)
        row: list[ft.Control] = [ft.Container(the_list, width=list_width(window)), ft.Container(side, expand=True)]
        return ft.Row(row, spacing=0, expand=True, vertical_alignment=ft.CrossAxisAlignment.STRETCH)
    # Who draws and makes the window smaller goes on drawing.
    on_map = shown.on_map or drawing
    if on_map:
        body: ft.Control = FullMap(criteria, results, mapping, map_acts)
    else:
        body = the_list
    if drawing or (window.size is SizeClass.PHONE and not on_map):
        return body
    switch = _switch(on_map, lambda: page.run_task(set_query, view=None if on_map else MAP))
    place = ft.Row([switch], alignment=ft.MainAxisAlignment.CENTER, left=0, right=0)
    place.top, place.bottom = (14, None) if on_map else (None, 18)
    return ft.Stack([body, place], expand=True, fit=ft.StackFit.EXPAND)


SCROLL_MS = 300


def _switch(on_map: bool, on_press: Callable[[], Any]) -> ft.Control:
    """From the list to the map and back."""
    words = t("List") if on_map else t("Map")
    icon = ft.Icons.VIEW_AGENDA_OUTLINED if on_map else ft.Icons.MAP_OUTLINED
    face = ft.Row(
        [ft.Icon(icon, size=Size.ICON, color=Colour.ON_INVERSE), text(words, Style.LABEL, Colour.ON_INVERSE)],
        spacing=9,
        tight=True,
    )
    pill = target(
        face,
        t("Show the list") if on_map else t("Show the map"),
        lambda _: on_press(),
        radius=Radius.PILL,
        bgcolor=Colour.INVERSE,
        hover=Colour.INVERSE,
        line=None,
        padding=ft.Padding.symmetric(horizontal=20, vertical=12),
        align=ft.Alignment.CENTER,
    )
    return ft.Container(pill, border_radius=Radius.PILL, shadow=SHADOW_FLOAT)


def _bar_row(editor: Editor, criteria: Criteria, window: Window, apply: Apply) -> ft.Control:
    if window.size is SizeClass.DESKTOP:
        inside: ft.Control = ft.Row([SearchBar(editor, apply)], alignment=ft.MainAxisAlignment.CENTER)
    else:
        inside = summary_field(
            criteria, criteria.filters, lambda _: setattr(editor, "full", True), lambda _: editor.open_filters()
        )
    margin = page_margin(window.size)
    return ft.Container(inside, padding=ft.Padding(margin, 12, margin, 4))
