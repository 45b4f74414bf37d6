"""Homes from a file, for landlords and for admins: the list of runs, and one run from its upload to its undo."""

from typing import Any

import flet as ft

from client import paths
from client.core.action import Action
from client.core.boundaries import panel, screen
from client.core.hooks import use_once
from client.core.language import day, t, whole
from client.core.problem_words import problem_words
from client.core.session import use_session
from client.core.tasks import use_task
from client.core.title import use_title
from client.design.buttons import filled
from client.design.fields import error_summary
from client.design.layout import SizeClass, card, page_header, scroll_page, use_size
from client.design.scroll_place import Pages, use_scroll_place
from client.design.table import Column, table
from client.design.text import header, one_line, text
from client.design.tokens import Colour, Style
from client.features.importing.state import ImportsState
from client.features.importing.words import run_chip, status_word
from client.parts.panels import failed, loading_rows, next_page
from client.parts.shell import admin_shell, landlord_shell
from shared_models.imports import FILE_EXTENSIONS, ImportRead


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
    problem = [error_summary(problem_words(send.problem))] if send.problem is not None else []
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
