"""Homes from a file, for landlords and for admins: the list of runs, and one run from its upload to its undo."""

from typing import Any
from uuid import UUID

import flet as ft

from client import paths
from client.core.action import Action
from client.core.boundaries import panel, screen
from client.core.device import save_one
from client.core.hooks import Start, use_once, use_start
from client.core.http import words_for
from client.core.language import day, t, tn, whole
from client.core.session import use_session
from client.core.tasks import use_task
from client.core.title import use_title
from client.design.buttons import filled, outlined, quiet
from client.design.chips import status_chip
from client.design.feedback import note
from client.design.fields import error_summary
from client.design.form_fields import FormFields, use_form_fields
from client.design.layout import SizeClass, card, page_header, scroll_page, use_size
from client.design.progress import progress
from client.design.rows import keyed
from client.design.scroll_place import Pages, use_scroll_place
from client.design.table import Column, table
from client.design.text import header, one_line, text
from client.design.tokens import Colour, Style
from client.features.importing.findings import findings_panel
from client.features.importing.mapping import lead_to, mapping_panel
from client.features.importing.state import MAPPED, WORKING, ImportsState, RunState, beside
from client.features.importing.words import reading_words, status_word
from client.parts.bulk_moves import bulk_panel
from client.parts.dialogs import Question, say, use_confirmation
from client.parts.panels import failed, loading_rows, next_page
from client.parts.shell import admin_shell, landlord_shell
from shared_models.imports import FILE_EXTENSIONS, ImportRead, ImportStatus


@screen
def ImportsScreen() -> ft.Control:
    """A landlord's imports."""
    use_title(t("Import"))
    return landlord_shell(_Imports(admin=False), "import")


@screen
def AdminImportsScreen() -> ft.Control:
    """An admin's imports."""
    use_title(t("Import"))
    return admin_shell(_Imports(admin=True), "admin-import")


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


@panel
def _Imports(admin: bool) -> ft.Control:
    session, size, page = use_session(), use_size(), ft.context.page
    imports = use_once(lambda: ImportsState(session.http))
    load, more = use_once(lambda: Action(imports.load)), use_once(lambda: Action(imports.more))
    send = use_once(lambda: Action(lambda act: act()))

    async def show() -> None:
        await load.start()

    async def again(_: Any) -> None:
        await load.start()

    async def choose(_: Any) -> None:
        async def upload() -> None:
            file = await session.device.pick_file(t("A file with homes"), FILE_EXTENSIONS)
            if file is not None:
                run = await imports.upload(file)
                page.navigate(paths.import_run(run.id, admin=admin))

        await send.start(upload)

    use_task(show)
    place = use_scroll_place(imports.loaded, Pages(lambda: len(imports.runs), more.start))
    body: list[ft.Control] = [page_header(t("Import homes"), _summary(admin)), _file_card(imports, send, choose)]
    if load.problem is not None:
        body.append(failed(t("Your imports did not load"), load.problem, again, busy=load.running))
    elif not imports.loaded:
        body.append(loading_rows(t("Loading your imports"), rows=3))
    elif imports.runs:
        body += [header(t("Imports until now"), 2), _runs(imports.runs, size, page, admin)]
    body += next_page(imports.next_cursor, more)
    return scroll_page(body, size, spacing=16, place=place)


def _summary(admin: bool) -> str:
    if admin:
        return t("Homes of landlords who have not signed up yet. Each keeps its landlord of the source.")
    return t("All your homes from one file. You see what is wrong with it before anything is taken in.")


def _file_card(imports: ImportsState, send: Action, choose: Any) -> ft.Control:
    words = t(
        "A CSV, Excel (.xlsx) or OpenDocument (.ods) file with one home a line below the names of the columns, or a "
        "feed: BLM, Kyero or OpenImmo. Up to 20 MB. Feeds and files of Inside Airbnb are understood as they are; with "
        "any other you say what its columns mean."
    )
    label = t("Choose a file")
    if imports.uploading:
        label = t("Sending {name}", name=imports.uploading)
    problem = [error_summary(words_for(send.problem))] if send.problem is not None else []
    return card(
        ft.Column(
            [
                header(t("A new import"), 2),
                text(words, color=Colour.TEXT_2),
                *problem,
                ft.Row([filled(label, choose, icon=ft.Icons.UPLOAD_FILE_OUTLINED, busy=bool(imports.uploading))]),
            ],
            spacing=12,
        )
    )


def _runs(runs: tuple[ImportRead, ...], size: SizeClass, page: ft.Page, admin: bool) -> ft.Control:
    columns: list[Column[ImportRead]] = [
        Column(t("File"), lambda run: one_line(run.filename, Style.STRONG, Colour.TEXT), wide=4),
        Column(t("When"), lambda run: day(run.created_at.date()), wide=2),
        Column(t("Status"), run_chip, wide=3),
        Column(t("Lines"), lambda run: whole(run.lines), wide=2, figure=True),
        Column(t("Homes"), lambda run: whole(run.taken), wide=2, figure=True, tablet=False),
        Column(t("Refused"), lambda run: whole(run.refused), wide=2, figure=True, tablet=False),
    ]
    return table(
        columns,
        runs,
        size=size,
        row_key=lambda run: run.id,
        row_name=lambda run: f"{run.filename}, {day(run.created_at.date())}, {status_word(run.status)[0]}",
        on_row=lambda run: page.navigate(paths.import_run(run.id, admin=admin)),
    )


def run_chip(run: ImportRead) -> ft.Control:
    """Where a run stands."""
    words, look = status_word(run.status)
    return status_chip(words, look)


@panel
def _Import(word: str, admin: bool) -> ft.Control:
    session, size, page = use_session(), use_size(), ft.context.page
    state = use_once(lambda: RunState(session.http))
    bulk = use_once(lambda: state.bulk)
    load, act = use_once(lambda: Action(state.load)), use_once(lambda: Action(lambda go, *args: go(*args)))
    find = use_once(lambda: Action(lambda go, *args: go(*args), latest=True))
    ask, start, places = use_confirmation(), use_start(), use_form_fields()
    run = state.run
    working = run is not None and run.status in WORKING

    async def show() -> None:
        await load.start(_id_in(word))

    async def again(_: Any) -> None:
        await load.start(_id_in(word))

    async def watch() -> None:
        # Ends with the run, and with the page: the effect is cancelled then.
        if working:
            await find.start(state.watch)

    use_task(show, [word])
    use_task(watch, [working])
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
        body.append(error_summary(words_for(act.problem)))
    body += _Parts(state, bulk, act, find, ask, start, places, page, size, admin).of(run)
    return scroll_page(body, size, spacing=16)


def _id_in(word: str) -> UUID:
    try:
        return UUID(word)
    except ValueError:
        return UUID(int=0)  # no run has it: the server answers that there is none


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


class _Parts:
    """What a run's page shows, by its status."""

    def __init__(
        self,
        state: RunState,
        bulk: Any,
        act: Action,
        find: Action,
        ask: Any,
        start: Start,
        places: FormFields,
        page: ft.Page,
        size: SizeClass,
        admin: bool,
    ) -> None:
        self.state, self.bulk, self.act, self.find = state, bulk, act, find
        self.ask, self.start, self.places = ask, start, places
        self.page, self.size, self.admin = page, size, admin

    def of(self, run: ImportRead) -> list[ft.Control]:
        """The panels, top to bottom."""
        if run.status in WORKING:
            return [self._under_way(run)]
        if run.status is ImportStatus.CANCELLED:
            words = t("Nothing of this file is here. To import it after all, choose the file again.")
            return [note(words, title=t("This import was cancelled"))]
        panels: list[ft.Control] = []
        if run.status is ImportStatus.DONE:
            panels += [*bulk_panel(self.bulk, lambda _: self.bulk.forget()), self._result(run)]
        elif run.status is ImportStatus.CHECKED and not self.state.changed:
            panels.append(self._checked(run))
        if run.status is not ImportStatus.UPLOADED and (run.refused or run.warnings):
            panels.append(findings_panel(self.state, run, self.find, self._download, self.size))
        if run.status in MAPPED:
            panels.append(keyed("mapping", mapping_panel(self.state, run, self.size, self.places)))
            panels.append(self._check_bar(run))
        return panels

    def _under_way(self, run: ImportRead) -> ft.Control:
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
        if self.state.out_of_touch:
            words = t("The server does not answer just now; we keep asking. The import goes on.")
        rows: list[ft.Control] = [progress(what, done, note=words)]
        if not undoing:
            rows.append(ft.Row([outlined(t("Cancel this import"), self._ask_cancel(run), busy=self.act.running)]))
        return card(ft.Column(rows, spacing=16, horizontal_alignment=ft.CrossAxisAlignment.STRETCH))

    def _checked(self, run: ImportRead) -> ft.Control:
        label = tn("Take in {n} home", "Take in {n} homes", run.taken)
        parts = [tn("{n} home is new", "{n} homes are new", run.created)]
        if run.changed:
            parts.append(tn("{n} is changed", "{n} are changed", run.changed))
        if run.unchanged:
            parts.append(tn("{n} stays as it is", "{n} stay as they are", run.unchanged))
        if run.refused:
            parts.append(tn("{n} line is left out", "{n} lines are left out", run.refused))
        words = ", ".join(parts) + ". " + t("New homes come in as drafts: nobody sees them until they are published.")
        if run.taken == 0:
            title = t("Nothing of this file can be taken in")
            words = t("Below stands what is wrong with each line. Change what the columns mean, or mend the file.")
            return card(ft.Column([header(title, 2), text(words, color=Colour.TEXT_2)], spacing=12))
        go = self.start(self._do, self.state.start)
        button = filled(label, go, busy=self.act.running, icon=ft.Icons.DOWNLOAD_DONE_ROUNDED)
        return card(
            ft.Column(
                [
                    header(t("Nothing is taken in yet"), 2),
                    text(words, color=Colour.TEXT_2),
                    ft.Row([button], wrap=True, spacing=8),
                ],
                spacing=12,
            )
        )

    def _check_bar(self, run: ImportRead) -> ft.Control:
        checked = run.status is ImportStatus.CHECKED and not self.state.changed
        label = t("Check the file again") if checked else t("Check the file")
        button = (outlined if checked else filled)(label, self.start(self._check, run), busy=self.act.running)
        words = text(t("Checking reads every line and takes nothing in."), Style.SMALL, Colour.TEXT_2)
        cancel = quiet(t("Cancel this import"), self.start(self._do, self.state.cancel))
        return ft.Row([button, cancel, words], wrap=True, spacing=12, run_spacing=8)

    def _result(self, run: ImportRead) -> ft.Control:
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
        undo = quiet(t("Undo this import"), self._ask_cancel(run))
        buttons = [*([self._next_button()] if run.taken and not self.state.moved_all else []), undo]
        if not self.admin:
            buttons.insert(-1, outlined(t("See my homes"), lambda _: self.page.navigate(paths.LANDLORD_HOMES)))
        return card(
            ft.Column(
                [header(t("All is in"), 2), figures, ft.Row(buttons, wrap=True, spacing=8, run_spacing=8)], spacing=16
            )
        )

    def _next_button(self) -> ft.Control:
        if self.admin:
            return filled(t("Publish all"), self.start(self._publish), busy=self.bulk.running)
        return filled(t("Submit all for review"), self.start(self._submit), busy=self.bulk.running)

    async def _publish(self) -> None:
        if await self.state.publish_all():
            number = self.bulk.moved
            say(self.page, tn("{n} home is published.", "{n} homes are published.", number))

    async def _submit(self) -> None:
        if await self.state.submit_all():
            number = self.bulk.moved
            say(self.page, tn("{n} home waits for review.", "{n} homes wait for review.", number))

    async def _check(self, run: ImportRead) -> None:
        if not await self.act.start(self.state.check):
            lead_to(self.state, run, self.places, self.state.errors)

    async def _do(self, go: Any) -> None:
        await self.act.start(go)

    async def _download_all(self) -> None:
        content = await self.state.findings_file()
        if content and self.state.run is not None:
            name = self.state.run.filename.rpartition(".")[0] or self.state.run.filename
            await save_one(t("Keep the findings"), f"{name}-findings.csv", content)

    def _download(self) -> Any:
        return self.start(self._do, self._download_all)

    def _ask_cancel(self, run: ImportRead) -> Any:
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
            self.start(self._do, self.state.cancel),
            danger=True,
        )
        return lambda _: self.ask(question)


def _counts(run: ImportRead) -> list[str]:
    counts = [tn("{n} home", "{n} homes", run.taken)]
    return [*counts, tn("{n} left out", "{n} left out", run.refused)] if run.refused else counts


def _figure(name: str, number: int) -> ft.Control:
    return ft.Column([text(name, Style.SMALL, Colour.TEXT_2), text(whole(number), Style.H2)], spacing=0, tight=True)
