"""A landlord's homes: the table with its filters and bulk acts, and the form of one home."""

import functools
from collections.abc import Callable, Sequence
from typing import Any

import flet as ft

from client import paths
from client.core.action import Action
from client.core.boundaries import panel, screen
from client.core.hooks import Start, use_once, use_start
from client.core.language import t, tn, whole
from client.core.problem_words import problem_words
from client.core.routing import use_query
from client.core.session import Session, use_session
from client.core.shortcuts import Shortcut, use_shortcuts
from client.core.tasks import use_task
from client.core.title import use_title
from client.design.buttons import filled, outlined, quiet
from client.design.chips import chip_row, filter_chip
from client.design.feedback import empty
from client.design.layout import SizeClass, card, page_header, scroll_page, use_size
from client.design.rows import keyed
from client.design.scroll_place import Pages, use_scroll_place
from client.design.table import next_order
from client.design.text import text
from client.design.tokens import Colour, Motion, Radius, Style
from client.features.homes import state
from client.features.homes.bulk_edit import BulkEditing, use_bulk_edit
from client.features.homes.bulk_request import BulkRequest
from client.features.homes.drafts import begun_panel, title_of
from client.features.homes.rows import HomeCard, Mark, RowActs, Sorts, TableRow, table_head
from client.features.homes.state import ARCHIVE, BULK_ACTS, Act, HomesState
from client.features.homes.stays_open import show_open_stays
from client.parts.bulk_moves import bulk_panel
from client.parts.dialogs import Question, say, use_confirmation
from client.parts.listing import status_word
from client.parts.panels import failed, framed, loading_rows, next_page
from client.parts.search_box import SearchBox
from client.parts.shell import landlord_shell
from shared_models.bulk_edits import BulkEdited
from shared_models.drafts import DraftRead
from shared_models.problems import ProblemCode
from shared_models.properties import HomeOrder, PropertyRow, PropertyStatus


@screen
def HomesScreen() -> ft.Control:
    """All homes of the landlord, with filters in the address."""
    use_title(t("Homes"))
    return landlord_shell(_Homes(), "homes")


@panel
def _Homes() -> ft.Control:
    session, size, page = use_session(), use_size(), ft.context.page
    query, set_query = use_query()
    status, words = state.status_in(query.get("status")), query.get("text", "")
    order = state.order_in(query.get("order"))
    homes = use_once(lambda: HomesState(session.http))
    bulk = use_once(lambda: homes.bulk)
    load = use_once(lambda: Action(homes.load, latest=True))
    more = use_once(lambda: Action(homes.more))
    ask, start = use_confirmation(), use_start()
    acts = _use_acts(homes, page, ask, start)
    place = use_scroll_place(homes.loaded, Pages(lambda: len(homes.rows), more.start))
    _use_keys(homes, acts, place.ref)
    editing = use_bulk_edit(_bulk_editor(homes, page, start))

    async def show() -> None:
        await load.start(status, words, order)

    async def again(_: Any = None) -> None:
        await load.start(status, words, order)

    async def find(text_: str) -> None:
        await set_query(text=text_)

    async def sort(column: str) -> None:
        wished = next_order(state.WAYS, column, order)
        await set_query(order=None if wished is HomeOrder.CHANGED_LAST else wished.value)

    use_task(show, [status, words, order])

    async def discard(draft: DraftRead) -> None:
        await Action(homes.discard).start(draft)

    def ask_discard(draft: DraftRead) -> None:
        words = t("All you have typed of this home is gone then.")
        title = t("Throw {title} away?", title=title_of(draft))
        ask(Question(title, words, t("Throw it away"), start(discard, draft), danger=True))

    body: list[ft.Control] = [_header(homes, page)]
    if not homes.loaded:
        if load.problem is not None:
            body.append(failed(t("Your homes did not load"), load.problem, again, busy=load.running))
        else:
            body.append(loading_rows(t("Loading your homes")))
        return scroll_page(body, size, place=place)
    body += begun_panel(homes.begun, lambda draft: page.navigate(paths.landlord_home(draft.id)), ask_discard)
    if homes.total == 0 and not words:
        if not homes.begun:
            body.append(card(_nothing_yet(page)))
        return scroll_page(body, size, place=place)
    body.append(_filters(homes, status, words, set_query, find, size))
    body += bulk_panel(bulk, lambda _: bulk.forget())
    if load.problem is not None:
        body.append(failed(t("The list did not load"), load.problem, again, kept=t("What you see is older.")))
    if homes.chosen and not bulk.running:
        body.append(_bulk_bar(homes, page, ask, start, editing))
    sorts = Sorts(state.sorting_of(order), sort)
    body.append(_list(session, homes, (acts, sorts), size) if homes.rows else card(_no_match(words, status, set_query)))
    body += next_page(homes.next_cursor, more)
    return scroll_page(body, size, spacing=16, place=place)


def _header(homes: HomesState, page: ft.Page) -> ft.Control:
    counts = dict(homes.counts)
    summary = ""
    if homes.loaded:
        waiting = counts.get(PropertyStatus.PENDING_REVIEW, 0)
        parts = [
            tn("{n} home", "{n} homes", homes.total),
            t("{n} published", n=whole(counts.get(PropertyStatus.PUBLISHED, 0))),
        ]
        summary = ", ".join(parts) + "."
        if waiting:
            summary += " " + tn("{n} waits for review.", "{n} wait for review.", waiting)
    actions = [
        outlined(
            t("Import a file"), lambda _: page.navigate(paths.LANDLORD_IMPORT), icon=ft.Icons.UPLOAD_FILE_OUTLINED
        ),
        filled(t("Add a home"), lambda _: page.navigate(paths.LANDLORD_NEW_HOME), icon=ft.Icons.ADD_ROUNDED),
    ]
    return page_header(t("Homes"), summary, actions)


def _nothing_yet(page: ft.Page) -> ft.Control:
    start = empty(
        t("No homes yet"),
        t("Your homes will be here, each with price, state and calendar. Add one by hand, or many from a file."),
        action=t("Add a home"),
        on_action=lambda _: page.navigate(paths.LANDLORD_NEW_HOME),
    )
    file = quiet(t("Import a file"), lambda _: page.navigate(paths.LANDLORD_IMPORT), accent=True)
    return ft.Column([start, ft.Row([file], alignment=ft.MainAxisAlignment.CENTER)], spacing=0)


def _no_match(words: str, status: PropertyStatus | None, set_query: Any) -> ft.Control:
    async def clear(_: Any) -> None:
        await set_query(status=None, text=None)

    if words and status is not None:
        told = t("No home in “{status}” has “{text}” in it.", status=status_word(status), text=words)
    elif words:
        told = t("No home of yours has “{text}” in its title or place.", text=words)
    else:
        told = t("No home of yours is in this state now.")
    return empty(t("No home matches"), told, action=t("Show all homes"), on_action=clear)


def _filters(
    homes: HomesState, status: PropertyStatus | None, words: str, set_query: Any, find: Any, size: SizeClass
) -> ft.Control:
    def show(chosen: PropertyStatus | None) -> Any:
        async def go(_: Any) -> None:
            await set_query(status=None if chosen is None else chosen.value)

        return go

    chips = [
        filter_chip(t("All · {n}", n=whole(homes.total)), show(None), chosen=status is None, name=t("All homes")),
        *(
            filter_chip(
                t("{status} · {n}", status=status_word(each), n=whole(number)),
                show(None if each is status else each),
                chosen=each is status,
            )
            for each, number in homes.counts
            if number or each is status
        ),
    ]
    box = SearchBox(t("Find a home of mine"), t("Title or place"), words, find)
    if size is SizeClass.PHONE:
        return ft.Column([box, chip_row(chips)], spacing=8, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    return ft.Row([ft.Container(chip_row(chips), expand=True), ft.Container(box, width=300)], spacing=16)


def _list(session: Session, homes: HomesState, does: tuple[RowActs, Sorts], size: SizeClass) -> ft.Control:
    acts, sorts = does
    if size is SizeClass.PHONE:
        return ft.Column(
            [keyed(row.id, HomeCard(session, row, _mark(homes, row), acts)) for row in homes.rows],
            spacing=12,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
    all_ = len(homes.chosen) == len(homes.rows)
    rows = [keyed(row.id, TableRow(session, row, _mark(homes, row), size, acts)) for row in homes.rows]
    return framed(
        ft.Column(
            [table_head(size, (all_, homes.choose_all), sorts), *rows],
            spacing=0,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
    )


def _mark(homes: HomesState, row: PropertyRow) -> Mark:
    return Mark(row.id in homes.chosen, row.id == homes.at)


def _use_keys(homes: HomesState, acts: RowActs, list_: Any) -> None:
    """J and K move along the rows, X chooses one, O opens it, P pauses or resumes it."""

    async def step(by: int) -> None:
        homes.step(by)
        if homes.at is not None and list_.current is not None:
            await list_.current.scroll_to(scroll_key=str(homes.at), duration=Motion.PRESS)

    keys = [
        Shortcut("j", t("Next home"), functools.partial(step, 1)),
        Shortcut("k", t("Previous home"), functools.partial(step, -1)),
    ]
    row = homes.row_at
    if row is not None:
        keys += [
            Shortcut("o", t("Open it"), lambda: acts.open(row)),
            Shortcut("x", t("Choose it, or not"), lambda: acts.choose(row, row.id not in homes.chosen)),
        ]
        moves = [act for act in state.acts_for(row.status) if act in (state.PAUSE, state.RESUME)]
        keys += [Shortcut("p", state.label_of(act), functools.partial(acts.act, row, act)) for act in moves]
    use_shortcuts(t("On this page"), keys)


def _bulk_editor(homes: HomesState, page: ft.Page, start: Start) -> Callable[[BulkRequest], None]:
    """What the dialog's button begins: the change, and an undo for as long as its toast stands."""

    async def undo(edits: Sequence[BulkEdited]) -> None:
        await Action(homes.undo_edits).start(edits)

    async def change(request: BulkRequest) -> None:
        done: list[BulkEdited] = []

        async def work() -> None:
            done.extend(await homes.edit_chosen(request))

        action = Action(work)
        if await action.start():
            number = sum(edit.changed for edit in done)
            back = start(undo, tuple(done)) if number else None
            say(page, tn("{n} home is changed.", "{n} homes are changed.", number), back)
        elif action.problem is not None:
            say(page, t("Nothing was changed. {why}", why=str(action.problem)))

    return lambda request: start(change, request)()


def _bulk_bar(homes: HomesState, page: ft.Page, ask: Any, start: Start, editing: BulkEditing) -> ft.Control:
    number = homes.chosen_number

    async def undo(ids: Any, to: PropertyStatus) -> None:
        await homes.move_back(ids, to)

    async def go(act: Act) -> None:
        before = homes.bulk
        ids = await homes.move_chosen(act)
        if before.problem is None and before.moved:
            back = start(undo, ids, act.back) if act.back is not None and ids else None
            say(page, state.bulk_done_words(act, before.moved, homes.stays_remaining), back)

    def press(act: Act) -> None:
        if act is ARCHIVE:
            ask(
                Question(
                    tn("Archive {n} home?", "Archive {n} homes?", number),
                    t("They leave the search for good and cannot come back. Homes with open stays stay as they are."),
                    t("Archive"),
                    start(go, act),
                    danger=True,
                )
            )
        else:
            start(go, act)()

    words = tn("{n} home chosen", "{n} homes chosen", number)
    whole_ = []
    if homes.may_choose_whole and not homes.whole:
        whole_ = [
            quiet(t("Choose all {n}", n=whole(homes.matching)), lambda _: setattr(homes, "whole", True), accent=True)
        ]
    usable = [act for act in BULK_ACTS if _fits_some(homes, act)]
    buttons = [outlined(state.label_of(act), lambda _, act=act: press(act), danger=act is ARCHIVE) for act in usable]
    if not homes.whole:
        chosen = [row for row in homes.rows if row.id in homes.chosen and row.status is not PropertyStatus.ARCHIVED]
        if chosen:
            buttons.insert(0, outlined(t("Change price and stay"), lambda _: editing.open(chosen)))
    none = quiet(t("Choose none"), lambda _: homes.choose_all(on=False))
    return ft.Container(
        ft.Row(
            [text(words, Style.LABEL), *whole_, none, *buttons],
            wrap=True,
            spacing=8,
            run_spacing=8,
            vertical_alignment=ft.CrossAxisAlignment.CENTER,
        ),
        bgcolor=Colour.ACCENT_SOFT,
        border_radius=Radius.CARD,
        padding=ft.Padding.symmetric(horizontal=16, vertical=8),
    )


def _fits_some(homes: HomesState, act: Act) -> bool:
    """Whether at least one chosen home can take the act: a button that would only refuse is not shown."""
    return any(act in state.acts_for(row.status) for row in homes.rows if row.id in homes.chosen)


def _use_acts(homes: HomesState, page: ft.Page, ask: Any, start: Start) -> RowActs:
    # The first render's functions stay: they only use what lives as long as the screen.
    async def move(row: PropertyRow, act: Act) -> None:
        action = Action(homes.move)
        if await action.start(row, act.to):
            back = start(undo, row, act.back) if act.back is not None else None
            say(page, state.done_words(act, row.title, homes.stays_remaining), back)
        elif action.problem is not None and action.problem.code is ProblemCode.STAYS_OPEN:
            show_open_stays(page, row.title, action.problem)
        elif action.problem is not None:
            say(page, t("{title} stayed as it was. {why}", title=row.title, why=problem_words(action.problem)))

    async def undo(row: PropertyRow, to: PropertyStatus) -> None:
        await homes.move(row, to)

    async def duplicate(row: PropertyRow) -> None:
        action = Action(homes.duplicate)
        if await action.start(row):
            say(page, t("{title} has a copy, as a draft. Correct what differs.", title=row.title))
        elif action.problem is not None:
            say(page, t("{title} was not copied. {why}", title=row.title, why=str(action.problem)))

    def act_on(row: PropertyRow, act: Act) -> None:
        if act is not ARCHIVE:
            start(move, row, act)()
            return
        ask(
            Question(
                t("Archive {title}?", title=row.title),
                t("It leaves the search for good and cannot come back."),
                t("Archive"),
                start(move, row, act),
                danger=True,
            )
        )

    return use_once(
        lambda: RowActs(
            open=lambda row: page.navigate(paths.landlord_home(row.id)),
            choose=lambda row, on: homes.choose(row.id, on),
            act=act_on,
            duplicate=lambda row: start(duplicate, row)(),
            page=lambda row: page.navigate(paths.home(row.slug)),
            prices=lambda row: page.navigate(paths.landlord_prices(row.id)),
            calendar=lambda row: page.navigate(paths.landlord_calendar(home=row.id)),
        )
    )
