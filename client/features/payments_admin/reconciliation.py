"""The books compared with the provider: the last look, what differs, and looking now."""

from typing import Any

import flet as ft

from client import paths
from client.core.action import Action
from client.core.boundaries import panel, screen
from client.core.hooks import use_once
from client.core.language import instant, money, t, whole
from client.core.problem_words import problem_words
from client.core.session import use_session
from client.core.tasks import use_task
from client.core.title import use_title
from client.design.buttons import outlined, quiet
from client.design.chips import status_chip
from client.design.feedback import empty
from client.design.fields import error_summary
from client.design.layout import SizeClass, card, divider, scroll_page, use_size
from client.design.rows import keyed
from client.design.scroll_place import Pages, use_scroll_place
from client.design.table import Column, table
from client.design.text import amount, copyable, header, text
from client.design.tokens import Colour, Status, Style
from client.features.payments_admin.frame import RECONCILIATION, ZONE, money_header
from client.features.payments_admin.state import ReconciliationState
from client.features.payments_admin.words import finding_status, finding_words, found_words
from client.parts.panels import failed, loading_rows, next_page
from client.parts.shell import admin_shell
from shared_models.cases import CaseKind
from shared_models.reconciliation import ClearingBalance, Finding, FindingStatus, ReconciliationRun, RunStatus


@screen
def AdminReconciliationScreen() -> ft.Control:
    """What the provider says, and what the books say."""
    use_title(t("Reconciliation"))
    return admin_shell(_Reconciliation(), "money")


@panel
def _Reconciliation() -> ft.Control:
    session, size, page = use_session(), use_size(), ft.context.page
    state = use_once(lambda: ReconciliationState(session.http))
    load, more = use_once(lambda: Action(state.load)), use_once(lambda: Action(state.more))
    begin = use_once(lambda: Action(state.run))

    async def fetch(_: Any = None) -> None:
        await load.start()

    async def look(_: Any) -> None:
        await begin.start()

    use_task(fetch, on_return=True)
    place = use_scroll_place(state.runs is not None, Pages(lambda: len(state.runs or ()), more.start))
    summary = t("Every night the books are compared with what the payment provider says, line by line.")
    body = money_header(page, RECONCILIATION, summary)
    if state.runs is None:
        if load.problem is not None:
            body.append(failed(t("The looks did not load"), load.problem, fetch, busy=load.running))
        else:
            body.append(loading_rows(t("Loading the looks"), rows=3))
    else:
        body += [
            _last(state, begin, look, fetch, load),
            *_findings(page, state),
            *_runs(state.runs, size),
            *next_page(state.next_cursor, more),
        ]
    return scroll_page(body, size, spacing=16, place=place)


def _last(state: ReconciliationState, begin: Action, look: Any, again: Any, load: Action) -> ft.Control:
    """How things stand, and the way to look now."""
    problem = begin.problem or load.problem
    buttons: list[ft.Control] = [outlined(t("Look now"), look, busy=begin.running)]
    if state.is_running:
        buttons.insert(0, quiet(t("How far is it?"), again, busy=load.running))
    done = next((run for run in state.runs or () if run.status is RunStatus.DONE), None)
    lines: list[ft.Control] = [header(t("How it stands"), 2)]
    lines.append(text(_standing(state, done), color=Colour.TEXT_2))
    if done is not None:
        lines += [_balance(each) for each in done.balances or ()]
        if done.balances is None:
            lines.append(
                text(t("Money moved all the time, so the balance is left to the next look."), color=Colour.TEXT_2)
            )
    if problem is not None:
        lines.append(error_summary(problem_words(problem)))
    lines.append(ft.Row(buttons, alignment=ft.MainAxisAlignment.END, wrap=True, spacing=8, run_spacing=8))
    return card(ft.Column(lines, spacing=10, horizontal_alignment=ft.CrossAxisAlignment.STRETCH))


def _standing(state: ReconciliationState, done: ReconciliationRun | None) -> str:
    running = t("A look is under way.") if state.is_running else ""
    if done is None:
        return running or t("Nobody has looked yet.")
    told = t(
        "{found}. Looked at {when}, at all that moved until {until} (UTC).",
        found=found_words(done.found),
        when=instant(done.finished_at or done.started_at, ZONE),
        until=instant(done.until, ZONE),
    )
    return " ".join(part for part in (told, running) if part)


def _balance(balance: ClearingBalance) -> ft.Control:
    """What the provider holds of a currency, and what the books say that it holds."""
    agree = balance.theirs == balance.ours
    chip = status_chip(t("Agrees"), Status.SUCCESS) if agree else status_chip(t("Differs"), Status.DANGER)
    pairs = [(t("The provider holds"), balance.theirs), (t("The books say"), balance.ours)]
    lines = [
        ft.MergeSemantics(
            content=ft.Row([text(label, color=Colour.TEXT_2, expand=True), amount(money(figure))], spacing=12)
        )
        for label, figure in pairs
    ]
    title = ft.Row([text(balance.theirs.currency.value, Style.LABEL, expand=True), chip], spacing=12)
    return ft.Column([divider(), title, *lines], spacing=4, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def _findings(page: ft.Page, state: ReconciliationState) -> list[ft.Control]:
    if not state.findings:
        return []
    lines: list[ft.Control] = [header(t("What differs"), 2)]
    for finding in state.findings:
        lines += [divider(), keyed(finding.id, _finding(finding))]
    if any(finding.status is FindingStatus.OPEN for finding in state.findings):
        path = paths.admin_review(show=CaseKind.RECONCILIATION.value)
        told = t("They are one case: say there why they differ, and nobody is asked again while they stay the same.")
        lines += [divider(), text(told, Style.SMALL, Colour.TEXT_2)]
        lines.append(ft.Row([quiet(t("To the case"), lambda _: page.navigate(path), accent=True)]))
    return [card(ft.Column(lines, spacing=12, horizontal_alignment=ft.CrossAxisAlignment.STRETCH))]


def _finding(finding: Finding) -> ft.Control:
    moved = [t("moved {when}", when=instant(finding.happened_at, ZONE))] if finding.happened_at else []
    told = " · ".join([*moved, t("found {when}", when=instant(finding.found_at, ZONE))])
    words: list[ft.Control] = [
        text(finding_words(finding), Style.LABEL),
        text(told, Style.SMALL, Colour.TEXT_2),
        copyable(finding.external_id, Style.SMALL, Colour.TEXT_3),
    ]
    if finding.note:
        words.append(text(t("{name}: {note}", name=finding.explained_by_name, note=finding.note), Style.SMALL))
    return ft.Row(
        [ft.Column(words, spacing=2, tight=True, expand=True), status_chip(*finding_status(finding))],
        spacing=12,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )


def _runs(runs: tuple[ReconciliationRun, ...], size: SizeClass) -> list[ft.Control]:
    if not runs:
        return [empty(t("Nobody has looked yet"), t("The first look is tonight, or when you want it."))]
    columns: list[Column[ReconciliationRun]] = [
        Column(t("Begun"), lambda run: instant(run.started_at, ZONE), wide=3),
        Column(t("By"), lambda run: run.asked_by_name or t("the clock"), wide=2),
        Column(t("Until"), lambda run: instant(run.until, ZONE), wide=3, tablet=False),
        Column(t("New lines"), lambda run: whole(run.movements), wide=2, figure=True),
        Column(t("Result"), _result, wide=3),
    ]
    return [
        header(t("Looks until now"), 2),
        table(columns, runs, size=size, row_key=lambda run: run.id, row_name=lambda run: instant(run.started_at, ZONE)),
    ]


def _result(run: ReconciliationRun) -> ft.Control:
    if run.status is not RunStatus.DONE:
        return status_chip(t("Under way"), Status.WAITING)
    return status_chip(found_words(run.found), Status.DANGER if run.found else Status.SUCCESS)
