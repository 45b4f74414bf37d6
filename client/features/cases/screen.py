"""The admins' queue: the list on the left, the case and the decision on the right."""

from collections.abc import Callable
from typing import Any

import flet as ft

from client.core import clock
from client.core.action import Action
from client.core.boundaries import panel, screen
from client.core.hooks import Start, use_once, use_start
from client.core.language import t, tn, whole
from client.core.routing import use_query
from client.core.session import use_session
from client.core.shortcuts import Shortcut, use_shortcuts
from client.core.tasks import use_task
from client.core.title import use_title
from client.design.buttons import icon_button, outlined, quiet
from client.design.chips import chip_row, filter_chip
from client.design.feedback import empty
from client.design.form_fields import FormFields, use_form_fields
from client.design.layout import SizeClass, page_header, page_margin, use_size
from client.design.scroll_place import TOLD_MS, Pages, use_scroll_place
from client.design.text import text
from client.design.tokens import Colour, Radius, Style
from client.features.cases.decisions import EXPLAINED, WELL, done_words
from client.features.cases.panel import Decide, case_panel
from client.features.cases.queue import RowActs, queue_list
from client.features.cases.state import ALL, CLOSED, MINE, CasesState
from client.parts.bulk_moves import bulk_panel
from client.parts.dialogs import Ask, Question, say, use_confirmation
from client.parts.panels import failed, loading_rows, next_page
from client.parts.shell import admin_shell
from client.parts.wrong_fields import sent
from shared_models.cases import ABOUT_HOMES, CaseKind, CaseOutcome, CaseRead, CaseStatus

LIST_WIDTH_TABLET = 320


@screen
def CasesScreen() -> ft.Control:
    """What waits for a decision."""
    use_title(t("Review"))
    return admin_shell(_Cases(), "review")


@panel
def _Cases() -> ft.Control:
    session, size, page = use_session(), use_size(), ft.context.page
    query, set_query = use_query()
    show = query.get("show", ALL)
    cases = use_once(lambda: CasesState(session.http))
    bulk = use_once(lambda: cases.bulk)
    load, more = use_once(lambda: Action(cases.load, latest=True)), use_once(lambda: Action(cases.more))
    act = use_once(lambda: Action(lambda go, *args: go(*args)))
    reading, set_reading = ft.use_state(False)  # a phone shows the queue or one case
    ask, start = use_confirmation(), use_start()
    places = use_form_fields()
    decide = _use_decide(cases, act, places, page, start)

    def read(row: CaseRead) -> None:
        act.forget()
        cases.open(row.id)
        set_reading(True)

    acts = use_once(lambda: RowActs(open=read, choose=cases.choose))

    async def fetch() -> None:
        await load.start(show)

    async def again(_: Any) -> None:
        await load.start(show)

    phone = size is SizeClass.PHONE
    place = use_scroll_place(cases.loaded and not (phone and reading), Pages(lambda: len(cases.rows), more.start))
    use_task(fetch, [show])
    use_task(cases.show_open, [cases.open_id])
    _use_keys(cases, decide, ask)
    queue: list[ft.Control] = [_header(cases, ask, start, page)]
    if cases.loaded:
        queue.append(_filters(cases, show, set_query))
    if load.problem is not None:
        queue.append(failed(t("The queue did not load"), load.problem, again, busy=load.running))
    queue += bulk_panel(bulk, lambda _: bulk.forget())
    if not cases.loaded:
        if load.problem is None:
            queue.append(loading_rows(t("Loading the queue"), height=56))
    elif not cases.rows:
        queue.append(_nothing(show))
    else:
        queue += _chosen_bar(cases, start, page)
        queue.append(queue_list(session, cases, acts, size))
    queue += next_page(cases.next_cursor, more)
    if cases.rows and not phone:
        queue.append(
            text(
                t("Keys: J next, K previous, T take, A approve, R send back, ? all of them"), Style.SMALL, Colour.TEXT_2
            )
        )
    margin = 16 if size is SizeClass.TABLET else page_margin(size)
    list_ = ft.ListView(
        queue,
        ref=place.ref,
        on_scroll=place.moved,
        scroll_interval=TOLD_MS,
        expand=True,
        spacing=16,
        padding=ft.Padding(margin, 16 if phone else 32, margin, 32),
    )
    if not cases.rows:
        return list_
    panel = case_panel(session, cases, act, decide, places, size)
    if phone:
        if not reading:
            return list_
        back = icon_button(ft.Icons.ARROW_BACK_ROUNDED, t("Back to the queue"), lambda _: set_reading(False))
        return ft.Column([ft.Container(back, padding=4), panel], expand=True, spacing=0)
    return _side_by_side(list_, panel, size)


def _side_by_side(list_: ft.Control, panel: ft.Control, size: SizeClass) -> ft.Control:
    line = ft.Border.only(left=ft.BorderSide(1, Colour.LINE))
    tablet = size is SizeClass.TABLET
    left = ft.Container(list_, width=LIST_WIDTH_TABLET) if tablet else ft.Container(list_, expand=5)
    return ft.Row(
        [left, ft.Container(panel, expand=6, bgcolor=Colour.SURFACE, border=line)],
        expand=True,
        spacing=0,
        vertical_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _nothing(show: str) -> ft.Control:
    if show == MINE:
        return empty(t("You have no case"), t("Take one, and it stands here until it is decided."))
    if show == CLOSED:
        return empty(t("Nothing was decided yet"), t("Every case stands here with its outcome and its log."))
    return empty(t("Nothing waits"), t("New homes and reports appear here as soon as someone sends them."))


def _header(cases: CasesState, ask: Ask, start: Start, page: ft.Page) -> ft.Control:
    if not cases.loaded:
        return page_header(t("Review"))
    if not cases.waiting:
        return page_header(t("Review"), t("Every case has been decided."))

    async def approve_all() -> None:
        if await cases.approve_all():
            say(page, tn("{n} home is published.", "{n} homes are published.", cases.bulk.moved))

    def press(_: Any) -> None:
        ask(
            Question(
                t("Approve every new home?"),
                t("They can be found and booked from now on, also those you have not looked at."),
                t("Approve them"),
                start(approve_all),
            )
        )

    reviews = dict(cases.counts).get(CaseKind.HOME_REVIEW, 0)
    label = t("Approve all")
    actions = [outlined(label, press, busy=cases.bulk.running)] if reviews else []
    return page_header(t("Review"), _summary(cases), actions)


def _summary(cases: CasesState) -> str:
    words = tn("{n} case waits, the most urgent first.", "{n} cases wait, the most urgent first.", cases.waiting)
    late = sum(1 for row in cases.rows if row.status is not CaseStatus.CLOSED and row.due_at < clock.now())
    if late:
        words += " " + tn("{n} is overdue.", "{n} are overdue.", late)
    return words


def _filters(cases: CasesState, show: str, set_query: Any) -> ft.Control:
    def to(value: str) -> Callable[[Any], Any]:
        async def go(_: Any) -> None:
            await set_query(show=value)

        return go

    counts = dict(cases.counts)
    labels = {
        ALL: t("All · {n}", n=whole(cases.waiting)),
        CaseKind.HOME_REVIEW.value: t("Homes · {n}", n=whole(counts.get(CaseKind.HOME_REVIEW, 0))),
        CaseKind.HOME_REPORT.value: t("Reports · {n}", n=whole(counts.get(CaseKind.HOME_REPORT, 0))),
        CaseKind.FAILED_JOB.value: t("Failed work · {n}", n=whole(counts.get(CaseKind.FAILED_JOB, 0))),
        CaseKind.DISPUTE.value: t("Disputes · {n}", n=whole(counts.get(CaseKind.DISPUTE, 0))),
        CaseKind.FAILED_REFUND.value: t("Refunds · {n}", n=whole(counts.get(CaseKind.FAILED_REFUND, 0))),
        CaseKind.RECONCILIATION.value: t("Reconciliation · {n}", n=whole(counts.get(CaseKind.RECONCILIATION, 0))),
        CaseKind.PAYOUT.value: t("Payouts · {n}", n=whole(counts.get(CaseKind.PAYOUT, 0))),
        MINE: t("Mine"),
        CLOSED: t("Decided"),
    }
    return chip_row([filter_chip(label, to(value), chosen=value == show) for value, label in labels.items()])


def _chosen_bar(cases: CasesState, start: Start, page: ft.Page) -> list[ft.Control]:
    number = len(cases.chosen)
    if not number:
        return []

    async def approve() -> None:
        if await cases.approve_chosen():
            say(page, tn("{n} home is approved.", "{n} homes are approved.", cases.bulk.moved))

    def none(_: Any) -> None:
        cases.chosen = frozenset()

    row: list[ft.Control] = [
        text(tn("{n} chosen", "{n} chosen", number), Style.LABEL),
        quiet(t("Choose none"), none),
        outlined(t("Approve these"), start(approve), busy=cases.bulk.running),
    ]
    return [
        ft.Container(
            ft.Row(row, wrap=True, spacing=8, run_spacing=8, vertical_alignment=ft.CrossAxisAlignment.CENTER),
            bgcolor=Colour.ACCENT_SOFT,
            border_radius=Radius.CARD,
            padding=ft.Padding.symmetric(horizontal=16, vertical=8),
        )
    ]


def _use_decide(cases: CasesState, act: Action, places: FormFields, page: ft.Page, start: Start) -> Decide:
    async def well() -> None:
        case = cases.case
        outcome = None if case is None else WELL.get(case.kind)
        if case is not None and outcome is not None and await act.start(cases.decide, outcome):
            say(page, done_words(outcome, case))

    async def back() -> None:
        case, request = cases.case, cases.request
        if case is not None and request is not None and await sent(act, places, cases.decide, request):
            say(page, done_words(request, case))

    async def run_again() -> None:
        if await act.start(cases.run_again):
            say(page, t("It runs again. The case closes when it has worked."))

    async def leave() -> None:
        if await act.start(cases.decide, CaseOutcome.LEFT_UNDONE):
            say(page, t("It is left undone."))

    async def take() -> None:
        await act.start(cases.take)

    async def release() -> None:
        await act.start(cases.release)

    def begin() -> None:
        act.forget()
        outcome = None if cases.case is None else EXPLAINED.get(cases.case.kind)
        if outcome is not None:
            cases.explain(outcome)

    def stop() -> None:
        act.forget()
        cases.explain(None)

    return use_once(
        lambda: Decide(
            well=start(well),
            back=start(back),
            run_again=start(run_again),
            leave=start(leave),
            begin=begin,
            stop=stop,
            take=start(take),
            release=start(release),
        )
    )


def _use_keys(cases: CasesState, decide: Decide, ask: Ask) -> None:
    """J and K step through the queue; T takes the open case, A and R decide about a home, unless the decision is being
    explained."""
    keys: list[Shortcut] = []
    if not ask.open and cases.request is None:
        keys += [
            Shortcut("j", t("Next case"), lambda: cases.step(1)),
            Shortcut("k", t("Previous case"), lambda: cases.step(-1)),
        ]
        if cases.case is not None and cases.case.status is not CaseStatus.CLOSED:
            keys.append(Shortcut("t", t("Take the case"), decide.take))
        if cases.case is not None and cases.case.status is not CaseStatus.CLOSED and cases.case.kind in ABOUT_HOMES:
            keys += [
                Shortcut("a", t("Approve, or find nothing wrong"), decide.well),
                Shortcut("r", t("Send back, or take down"), decide.begin),
            ]
    use_shortcuts(t("On this page"), keys)
