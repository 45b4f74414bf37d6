"""The search: a wish in the address, homes in pages, filters, and what to do when nothing fits."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import flet as ft

from client import paths
from client.core.action import Action
from client.core.flet_session import screen, use_task
from client.core.hooks import still, use_made, use_remade
from client.core.http import ApiError, words_for
from client.core.language import t, tn, whole
from client.core.routing import SetQuery, use_query
from client.core.session import use_session
from client.core.title import use_title
from client.design.buttons import outlined
from client.design.feedback import Loading, failure, grey_card
from client.design.layout import SizeClass, Window, card, grid_gap, page_margin, use_window
from client.design.text import header, text
from client.design.tokens import Colour, Size
from client.features.search import wish as wishes
from client.features.search.bar import FullEditor, PartPanel, SearchBar, summary_field
from client.features.search.filters import FilterSheet, filter_chips
from client.features.search.state import Editor, Recents, Results, results_of
from client.features.search.told import Grid, close_homes, nothing, read_as
from client.features.search.wish import Wish
from client.parts.last_search import remember
from client.parts.property_card import CardState, StillCard
from client.parts.shell import tenant_shell
from shared_models.search import SearchHit

Apply = Callable[[Wish], Awaitable[None]]

LOAD_AHEAD = 900
"""Pixels before the end of the list at which the next page is fetched."""


@screen
def SearchScreen() -> ft.Control:
    """Find a home."""
    session, window, page = use_session(), use_window(), ft.context.page
    query, set_query = use_query()
    wish = wishes.read(query)
    # None of these re-renders the screen: each part of it watches what it shows, so that a key costs no list of cards.
    results = results_of(page)
    load = use_remade(lambda: Action(lambda wished: results.find(session.http, wished), latest=True), [])
    editor = use_remade(lambda: Editor(wish), [])
    apply = use_remade(lambda: _applier(editor, Recents(session.device), set_query), [])
    use_title(wish.text or t("Search"))

    async def find() -> None:
        editor.reset(wish)
        remember(page, paths.search(**wishes.write(wish)))
        if not results.is_fresh(wish):
            await load.start(wish)

    use_task(find, [wish])
    middle = SearchBar(editor, apply) if window.room_for_facts else None
    return tenant_shell(_Body(editor, wish, results, load, apply), "search", middle=middle)


def _applier(editor: Editor, recents: Recents, set_query: SetQuery) -> Apply:
    async def apply(wished: Wish) -> None:
        editor.close()
        await recents.add(wished)
        await set_query(**wishes.write(wished))

    return apply


@ft.component
def _Body(editor: Editor, wish: Wish, results: Results, load: Action, apply: Apply) -> ft.Control:
    """The results with what floats over them: the open part of the bar, the filters, the whole editor of a phone."""
    window = use_window()
    if editor.full and window.size is not SizeClass.DESKTOP:
        return FullEditor(editor, wish, apply)
    # Never nothing: the results keep their place when the bar moves into the frame.
    above = ft.Container() if window.room_for_facts else _bar_row(editor, wish, window, apply)
    layers: list[ft.Control] = [_StillResults(wish, results, load, apply, editor.open_filters)]
    if editor.part is not None:
        behind = ft.Container(expand=True, on_click=lambda _: editor.close())
        scrim = ft.MergeSemantics(content=ft.Semantics(label=t("Close"), content=behind))
        layers += [scrim, PartPanel(editor, apply)]
    if editor.filtering:
        layers.append(FilterSheet(wish, window.size is SizeClass.PHONE, apply, editor.close))
    return ft.Column(
        [above, ft.Stack(layers, expand=True, fit=ft.StackFit.EXPAND)],
        expand=True,
        spacing=0,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _bar_row(editor: Editor, wish: Wish, window: Window, apply: Apply) -> ft.Control:
    if window.size is SizeClass.DESKTOP:
        inside: ft.Control = ft.Row([SearchBar(editor, apply)], alignment=ft.MainAxisAlignment.CENTER)
    else:
        inside = summary_field(
            wish, wish.filters, lambda _: setattr(editor, "full", True), lambda _: editor.open_filters()
        )
    margin = page_margin(window.size)
    return ft.Container(inside, padding=ft.Padding(margin, 12, margin, 4))


@ft.component
def _Results(wish: Wish, results: Results, load: Action, apply: Apply, open_filters: Callable[[], None]) -> ft.Control:
    """The scrolling list: chips, heading, cards, and the way to more of them."""
    session, window, page = use_session(), use_window(), ft.context.page
    more = use_made(lambda: Action(lambda: results.find_more(session.http)))
    list_ref: Any = ft.use_ref(None)
    ready = results.wish == wish

    async def restore() -> None:
        if results.offset and list_ref.current is not None:
            await list_ref.current.scroll_to(offset=results.offset, duration=0)

    def scrolled(e: ft.OnScrollEvent) -> Any:
        results.scroll(e.pixels)
        if e.pixels > e.max_scroll_extent - LOAD_AHEAD and results.next_cursor and not more.problem:
            page.run_task(more.start)

    def opener() -> Callable[[SearchHit], None]:
        def open_home(hit: SearchHit) -> None:
            results.leave_for(hit.slug)
            page.navigate(paths.home(hit.slug, wish.arrive, wish.leave, wish.guests))

        return open_home

    open_home = use_remade(opener, [wish])
    ft.use_effect(restore, [])
    columns = _columns(window)
    body: list[ft.Control]
    if load.problem is not None and not load.running:
        body = [_failed(load, load.problem, wish)]
    elif not ready:
        body = [Loading(_grey(columns, window.size), t("Looking for homes"), t("Still looking for homes"))]
    elif not results.hits:
        body = _nothing(wish, results, Grid(columns, window.size, open_home, results.seen), apply)
    else:
        body = [*_cards(wish, results, columns, window.size, open_home), *_end(results, more)]
    # On smaller windows the field above has the filters' button.
    chips = [filter_chips(wish, (lambda _: open_filters()) if window.size is SizeClass.DESKTOP else None, apply)]
    margin = page_margin(window.size)
    told = [read_as(wish, results.read, apply)] if ready and results.read else []
    above = [*chips, _heading(wish, results if ready else None, window.size), *told]
    listed = ft.ListView(
        [_centred(control) for control in [*above, *body]],
        expand=True,
        spacing=grid_gap(window.size),
        padding=ft.Padding(margin, 12 if window.size is SizeClass.PHONE else 20, margin, 40),
        on_scroll=scrolled,
        scroll_interval=250,
    )
    list_ref.current = listed
    return listed


_StillResults = still(_Results)
"""The results, rendered again only when they change: not for every key in the bar above."""


def _columns(window: Window) -> int:
    if window.size is SizeClass.PHONE:
        return 1
    return 4 if window.wide else 3 if window.room_for_facts else 2


def _centred(control: ft.Control) -> ft.Control:
    width = Size.CONTENT + 360
    return ft.Container(ft.Container(control, width=width), alignment=ft.Alignment.TOP_CENTER)


def heading_words(wish: Wish, results: Results) -> str:
    """`126 homes free in Edinburgh`."""
    free = wish.nights is not None
    many = tn("{n} home free", "{n} homes free", results.total) if free else tn("{n} home", "{n} homes", results.total)
    if not wish.text:
        return many
    named = {name.casefold(): name for hit in results.hits for name in _names(hit)}
    if place := named.get(wish.text.casefold()):
        return t("{homes} in {place}", homes=many, place=place)
    return t("{homes} for “{asked}”", homes=many, asked=wish.text)


def _names(hit: SearchHit) -> list[str]:
    if hit.neighbourhood is None:
        return [hit.city]
    return [hit.city, hit.neighbourhood, f"{hit.neighbourhood}, {hit.city}"]


def _heading(wish: Wish, results: Results | None, size: SizeClass) -> ft.Control:
    if wish.nights is not None and size is SizeClass.PHONE:
        note = t("Prices are the full amount for the stay.")
    elif wish.nights is not None:
        note = t("{when}. Prices are the full amount for the stay.", when=wishes.summary(wish))
    else:
        note = t("Add dates to see what is free and the full price.")
    words = t("Looking for homes") if results is None else heading_words(wish, results)
    return ft.Column([header(words, 1, live=True), text(note, color=Colour.TEXT_2)], spacing=2)


def _cards(
    wish: Wish, results: Results, columns: int, size: SizeClass, on_open: Callable[[SearchHit], None]
) -> Sequence[ft.Control]:
    rows = []
    for start in range(0, len(results.hits), columns):
        hits = results.hits[start : start + columns]
        cards: list[ft.Control] = [
            ft.Container(
                StillCard(hit, wish.nights, on_open, CardState.SEEN if hit.slug in results.seen else CardState.REST),
                expand=True,
            )
            for hit in hits
        ]
        gaps = [ft.Container(expand=True) for _ in range(columns - len(hits))]
        rows.append(ft.Row([*cards, *gaps], spacing=grid_gap(size), vertical_alignment=ft.CrossAxisAlignment.START))
    return rows


def _end(results: Results, more: Action) -> list[ft.Control]:
    """What stands below the last card."""
    return [_End(results, more)]


@ft.component
def _End(results: Results, more: Action) -> ft.Control:
    async def fetch(_: Any) -> None:
        more.forget()
        await more.start()

    if more.problem is not None:
        return failure(t("The next homes did not load"), words_for(more.problem), retry=t("Try again"), on_retry=fetch)
    if results.next_cursor is None:
        return ft.Container()
    shown = t("{shown} of {all} homes", shown=whole(len(results.hits)), all=whole(results.total))
    return ft.Column(
        [text(shown, color=Colour.TEXT_2), outlined(t("Show more"), fetch, busy=more.running)],
        horizontal_alignment=ft.CrossAxisAlignment.CENTER,
        spacing=8,
    )


def _failed(load: Action, problem: ApiError, wish: Wish) -> ft.Control:
    async def again(_: Any) -> None:
        await load.start(wish)

    words = t("{reason}. Your search is kept.", reason=words_for(problem).rstrip("."))
    return card(failure(t("The homes did not load"), words, retry=t("Try again"), on_retry=again, busy=load.running))


def _grey(columns: int, size: SizeClass) -> ft.Control:
    def row() -> ft.Control:
        return ft.Row([ft.Container(grey_card(), expand=True) for _ in range(columns)], spacing=grid_gap(size))

    return ft.Column([row(), row()], spacing=grid_gap(size))


def _nothing(wish: Wish, results: Results, grid: Grid, apply: Apply) -> list[ft.Control]:
    return [nothing(wish, apply)] if results.close is None else close_homes(wish, results.close, grid, apply)
