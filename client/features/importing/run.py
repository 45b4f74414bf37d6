"""One import, from its upload to its undo."""

import dataclasses
from collections.abc import Callable
from typing import Any

import flet as ft

from client import paths
from client.core.action import Action
from client.core.boundaries import panel, screen
from client.core.device import save_one
from client.core.hooks import use_once, use_start
from client.core.language import day, t, tn, whole
from client.core.problem_words import problem_words
from client.core.session import use_session
from client.core.tasks import use_task
from client.core.title import use_title
from client.design.buttons import filled, outlined, quiet
from client.design.feedback import note
from client.design.fields import error_summary
from client.design.form_fields import FormFields, use_form_fields
from client.design.layout import card, scroll_page, use_size
from client.design.progress import progress
from client.design.rows import keyed
from client.design.text import header, text
from client.design.tokens import Colour, Style
from client.features.importing.findings import findings_panel
from client.features.importing.mapping import lead_to, mapping_panel
from client.features.importing.state import MAPPED, WORKING, RunState, beside
from client.features.importing.words import reading_words, run_chip
from client.parts.bulk_moves import bulk_panel
from client.parts.dialogs import Question, say, use_confirmation
from client.parts.panels import failed, loading_rows
from client.parts.shell import admin_shell, landlord_shell
from shared_models.imports import ImportRead, ImportStatus


@screen
def ImportScreen() -> ft.Control:
    """One import of a landlord."""
    use_title(t("Import"))
    return landlord_shell(_Import(ft.use_route_params().get("id", ""), admin=False), "import")


@screen
def AdminImportScreen() -> ft.Control:
    """One import of an admin."""
    use_title(t("Import"))
    return admin_shell(_Import(ft.use_route_params().get("id", ""), admin=True), "admin-import")


@dataclasses.dataclass(frozen=True)
class _Acts:
    """What the page of a run acts with."""

    act: Action
    """Whatever a person starts: one thing at a time."""
    find: Action
    """The list of what was found; the latest question counts."""
    places: FormFields


@panel
def _Import(word: str, admin: bool) -> ft.Control:
    session, size, page = use_session(), use_size(), ft.context.page
    state = use_once(lambda: RunState(session.http))
    load, act = use_once(lambda: Action(state.load)), use_once(lambda: Action(lambda go, *args: go(*args)))
    find = use_once(lambda: Action(lambda go, *args: go(*args), latest=True))
    acts = _Acts(act, find, use_form_fields())
    run = state.run

    async def show() -> None:
        await load.start(paths.id_or_none_there(word))

    async def again(_: Any) -> None:
        await load.start(paths.id_or_none_there(word))

    use_task(show, [word])
    _use_watch(state, find)
    back = quiet(
        t("All imports"), lambda _: page.navigate(paths.imports(admin=admin)), icon=ft.Icons.ARROW_BACK_ROUNDED
    )
    body: list[ft.Control] = [ft.Row([back])]
    if run is None:
        if load.problem is not None:
            body.append(failed(t("This import did not load"), load.problem, again, busy=load.running))
        else:
            body.append(loading_rows(t("Loading the import")))
        return scroll_page(body, size)
    body.append(_head(run))
    if act.problem is not None and not beside(act.problem):
        body.append(error_summary(problem_words(act.problem)))
    body += _parts(state, run, acts, admin)
    return scroll_page(body, size, spacing=16)


def _use_watch(state: RunState, find: Action) -> None:
    """Hook: looks after a run on its way, and what was found as it changes."""
    run = state.run
    working = run is not None and run.status in WORKING

    async def watch() -> None:
        # Ends with the run, and with the page: the effect is cancelled then.
        if working:
            await state.watch()

    async def follow() -> None:
        # By itself: the look that sees the end of a run is cancelled as the page shows it.
        await find.start(state.follow_findings)

    use_task(watch, [working])
    use_task(follow, [None if run is None else run.status])


def _head(run: ImportRead) -> ft.Control:
    lines = tn("{n} line", "{n} lines", run.lines)
    title = ft.Row(
        [header(run.filename, 1), run_chip(run)],
        wrap=True,
        spacing=12,
        run_spacing=4,
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
    )
    said = [f"{lines}, {day(run.created_at.date())}", *reading_words(run.reading)]
    return ft.Column([title, *(text(words, color=Colour.TEXT_2) for words in said)], spacing=2)


def _parts(state: RunState, run: ImportRead, acts: _Acts, admin: bool) -> list[ft.Control]:
    """What a run's page shows by its status, top to bottom."""
    if run.status in WORKING:
        return [keyed("under way", _UnderWay(state, run, acts.act))]
    if run.status is ImportStatus.CANCELLED:
        words = t("Nothing of this file is here. To import it after all, choose the file again.")
        return [note(words, title=t("This import was cancelled"))]
    panels: list[ft.Control] = []
    if run.status is ImportStatus.DONE:
        panels.append(keyed("result", _Result(state, run, acts.act, admin)))
    elif run.status is ImportStatus.CHECKED and not state.changed:
        panels.append(keyed("checked", _Checked(state, run, acts.act)))
    if run.status is not ImportStatus.UPLOADED and (run.refused or run.warnings):
        panels.append(keyed("findings", _Findings(state, run, acts.act, acts.find)))
    if run.status in MAPPED:
        panels.append(keyed("plan", _Plan(state, run, acts.act, acts.places)))
    return panels


@panel
def _UnderWay(state: RunState, run: ImportRead, act: Action) -> ft.Control:
    ask_cancel = _use_cancel(state, run, act)
    what = {
        ImportStatus.CHECKING: t("Checking the file"),
        ImportStatus.RUNNING: t("Taking the homes in"),
        ImportStatus.CANCELLING: t("Undoing this import"),
    }[run.status]
    undoing = run.status is ImportStatus.CANCELLING
    done = None if undoing else run.lines_done / max(1, run.lines)
    words = t("You may leave this page; it goes on, and you find it again under Import.")
    if not undoing:
        told = t("{done} of {lines} lines", done=whole(run.lines_done), lines=whole(run.lines))
        counts = ", ".join([told, *_counts(run)])
        words = f"{counts}. {words}"
    if state.out_of_touch:
        words = t("The server does not answer just now; we keep asking. The import goes on.")
    rows: list[ft.Control] = [progress(what, done, note=words)]
    if not undoing:
        rows.append(ft.Row([outlined(t("Cancel this import"), ask_cancel, busy=act.running)]))
    return card(ft.Column(rows, spacing=16, horizontal_alignment=ft.CrossAxisAlignment.STRETCH))


@panel
def _Checked(state: RunState, run: ImportRead, act: Action) -> ft.Control:
    start = use_start()
    if run.taken == 0:
        title = t("Nothing of this file can be taken in")
        words = t("Below stands what is wrong with each line. Change what the columns mean, or mend the file.")
        return card(ft.Column([header(title, 2), text(words, color=Colour.TEXT_2)], spacing=12))
    label = tn("Take in {n} home", "Take in {n} homes", run.taken)
    button = filled(label, start(act.start, state.start), busy=act.running, icon=ft.Icons.DOWNLOAD_DONE_ROUNDED)
    rows: list[ft.Control] = [
        header(t("Nothing is taken in yet"), 2),
        text(_what_would_be(run), color=Colour.TEXT_2),
        *_incomplete(run),
        ft.Row([button], wrap=True, spacing=8),
    ]
    return card(ft.Column(rows, spacing=12, horizontal_alignment=ft.CrossAxisAlignment.STRETCH))


def _what_would_be(run: ImportRead) -> str:
    parts = [tn("{n} home is new", "{n} homes are new", run.created)]
    if run.changed:
        parts.append(tn("{n} is changed", "{n} are changed", run.changed))
    if run.unchanged:
        parts.append(tn("{n} stays as it is", "{n} stay as they are", run.unchanged))
    if run.refused:
        parts.append(tn("{n} line is left out", "{n} lines are left out", run.refused))
    return ", ".join(parts) + ". " + t("New homes come in as drafts: nobody sees them until they are published.")


def _incomplete(run: ImportRead) -> list[ft.Control]:
    """That some homes cannot be submitted yet, because the file does not say all a home needs."""
    if not run.incomplete:
        return []
    title = tn("{n} home still lacks something", "{n} homes still lack something", run.incomplete)
    words = t("Each waits among your begun homes; open it, say what is missing, and it becomes a home.")
    return [note(words, title=title)]


@panel
def _Findings(state: RunState, run: ImportRead, act: Action, find: Action) -> ft.Control:
    size, start = use_size(), use_start()

    async def download() -> None:
        content = await state.findings_file()
        if content:
            name = run.filename.rpartition(".")[0] or run.filename
            await save_one(t("Keep the findings"), f"{name}-findings.csv", content)

    return findings_panel(state, run, find, lambda: start(act.start, download), size)


@panel
def _Plan(state: RunState, run: ImportRead, act: Action, places: FormFields) -> ft.Control:
    size, start = use_size(), use_start()

    async def check() -> None:
        if not await act.start(state.check):
            lead_to(state, run, places, state.errors)

    checked = run.status is ImportStatus.CHECKED and not state.changed
    label = t("Check the file again") if checked else t("Check the file")
    button = (outlined if checked else filled)(label, start(check), busy=act.running)
    words = text(t("Checking reads every line and takes nothing in."), Style.SMALL, Colour.TEXT_2)
    cancel = quiet(t("Cancel this import"), start(act.start, state.cancel))
    bar = ft.Row([button, cancel, words], wrap=True, spacing=12, run_spacing=8)
    return ft.Column(
        [keyed("mapping", mapping_panel(state, run, size, places)), bar],
        spacing=16,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


@panel
def _Result(state: RunState, run: ImportRead, act: Action, admin: bool) -> ft.Control:
    bulk, page = use_once(lambda: state.bulk), ft.context.page
    ask_cancel = _use_cancel(state, run, act)
    figures = ft.Row(
        [
            _figure(t("New"), run.created),
            _figure(t("Changed"), run.changed),
            _figure(t("As they were"), run.unchanged),
            _figure(t("Lines left out"), run.refused),
            _figure(t("Remarks"), run.warnings),
        ],
        wrap=True,
        spacing=32,
        run_spacing=12,
    )
    buttons = [_NextButton(state, admin)] if run.taken > run.incomplete and not state.moved_all else []
    if not admin:
        buttons.append(outlined(t("See my homes"), lambda _: page.navigate(paths.LANDLORD_HOMES)))
    buttons.append(quiet(t("Undo this import"), ask_cancel))
    result = card(
        ft.Column(
            [
                header(t("All is in"), 2),
                figures,
                *_incomplete(run),
                ft.Row(buttons, wrap=True, spacing=8, run_spacing=8),
            ],
            spacing=16,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
    )
    return ft.Column(
        [*bulk_panel(bulk, lambda _: bulk.forget()), keyed("figures", result)],
        spacing=16,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


@panel
def _NextButton(state: RunState, admin: bool) -> ft.Control:
    bulk, page, start = use_once(lambda: state.bulk), ft.context.page, use_start()

    async def publish() -> None:
        if await state.publish_all():
            say(page, tn("{n} home is published.", "{n} homes are published.", bulk.moved))

    async def submit() -> None:
        if await state.submit_all():
            say(page, tn("{n} home waits for review.", "{n} homes wait for review.", bulk.moved))

    if admin:
        return filled(t("Publish all"), start(publish), busy=bulk.running)
    return filled(t("Submit all for review"), start(submit), busy=bulk.running)


def _use_cancel(state: RunState, run: ImportRead, act: Action) -> Callable[[Any], None]:
    """Hook: asks before a run is stopped or undone."""
    ask, start = use_confirmation(), use_start()
    done = run.status is ImportStatus.DONE
    consequence = (
        t("The homes it made are taken away again, and those it changed become what they were before.")
        if run.status in (ImportStatus.DONE, ImportStatus.RUNNING)
        else t("Nothing was taken in. To import it after all, you choose the file again.")
    )
    question = Question(
        t("Undo this import?") if done else t("Cancel this import?"),
        consequence,
        t("Undo the import") if done else t("Cancel the import"),
        start(act.start, state.cancel),
        danger=True,
    )
    return lambda _: ask(question)


def _counts(run: ImportRead) -> list[str]:
    counts = [tn("{n} home", "{n} homes", run.taken)]
    return [*counts, tn("{n} left out", "{n} left out", run.refused)] if run.refused else counts


def _figure(name: str, number: int) -> ft.Control:
    return ft.Column([text(name, Style.SMALL, Colour.TEXT_2), text(whole(number), Style.H2)], spacing=0, tight=True)
