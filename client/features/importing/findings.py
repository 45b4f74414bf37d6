"""What was found in a file: lines left out and remarks, each with its line, field, reason and value."""

from typing import Any

import flet as ft

from client.core.action import Action
from client.core.language import t, tn, whole
from client.core.problem_words import problem_words
from client.design.buttons import outlined, quiet
from client.design.chips import chip_row, filter_chip, status_chip
from client.design.feedback import failure
from client.design.layout import SizeClass, card
from client.design.table import Column, table
from client.design.text import header, one_line, text
from client.design.tokens import Colour, Status, Style
from client.features.importing.state import RunState
from client.features.importing.words import field_named
from shared_models.imports import Finding, ImportFinding, ImportRead


def findings_panel(state: RunState, run: ImportRead, find: Action, download: Any, size: SizeClass) -> ft.Control:
    """The findings with their filter; the file for a spreadsheet holds them all."""

    def show(only: Finding | None) -> Any:
        async def go(_: Any) -> None:
            await find.start(state.find, only)

        return go

    async def more(_: Any) -> None:
        await find.start(state.more_findings)

    chips = [
        filter_chip(t("All · {n}", n=whole(run.refused + run.warnings)), show(None), chosen=state.only is None),
        filter_chip(
            t("Left out · {n}", n=whole(run.refused)), show(Finding.REFUSED), chosen=state.only is Finding.REFUSED
        ),
        filter_chip(
            t("Remarks · {n}", n=whole(run.warnings)), show(Finding.WARNING), chosen=state.only is Finding.WARNING
        ),
    ]
    rows: list[ft.Control] = [
        ft.Row(
            [ft.Container(header(_title(run), 2), expand=True), quiet(t("As a file"), download(), icon=_DOWNLOAD)],
            spacing=8,
        ),
        chip_row(chips),
    ]
    if find.problem is not None:
        rows.append(failure(t("The findings did not load"), problem_words(find.problem)))
    if state.findings:
        rows.append(_table(state, size))
    elif not find.running:
        rows.append(text(t("None of this kind."), color=Colour.TEXT_2))
    if state.findings_cursor is not None:
        rows.append(ft.Row([outlined(t("Load more"), more, busy=find.running)], alignment=_CENTRE))
    return card(ft.Column(rows, spacing=12, horizontal_alignment=ft.CrossAxisAlignment.STRETCH))


_DOWNLOAD = ft.Icons.FILE_DOWNLOAD_OUTLINED
_CENTRE = ft.MainAxisAlignment.CENTER


def _title(run: ImportRead) -> str:
    if run.refused:
        return tn("{n} line is left out", "{n} lines are left out", run.refused)
    return tn("{n} remark", "{n} remarks", run.warnings)


def _table(state: RunState, size: SizeClass) -> ft.Control:
    columns: list[Column[ImportFinding]] = [
        Column(t("Line"), _lines, wide=2, figure=True),
        Column(t("What"), _chip, wide=2),
        Column(t("Field"), lambda found: one_line(field_named(found.field), color=Colour.TEXT), wide=2),
        Column(t("Why"), lambda found: text(found.reason, max_lines=2), wide=4),
        Column(t("It says"), lambda found: one_line(found.value or "–"), wide=3, tablet=False),
    ]
    return table(columns, state.findings, size=size, row_key=None, row_name=_name, row_card=_card, dense=True)


def _lines(found: ImportFinding) -> str:
    """The line, or the first of many with the same remark."""
    more = found.lines - 1
    return t("{n} and {more} more", n=whole(found.line), more=whole(more)) if more else whole(found.line)


def _chip(found: ImportFinding) -> ft.Control:
    if found.finding is Finding.REFUSED:
        return status_chip(t("Left out"), Status.DANGER)
    return status_chip(t("Remark"), Status.NEUTRAL)


def _name(found: ImportFinding) -> str:
    return t("Line {line}: {field}, {reason}", line=found.line, field=field_named(found.field), reason=found.reason)


def _card(found: ImportFinding) -> ft.Control:
    top = ft.Row(
        [text(t("Line {n}", n=_lines(found)), Style.LABEL), _chip(found)],
        alignment=ft.MainAxisAlignment.SPACE_BETWEEN,
    )
    value = [one_line(found.value, Style.SMALL)] if found.value else []
    return ft.Column([top, text(f"{field_named(found.field)}: {found.reason}"), *value], spacing=6)
