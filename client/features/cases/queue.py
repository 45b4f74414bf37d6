"""The list of what waits, or of what was decided."""

import dataclasses
from collections.abc import Callable
from typing import Any
from uuid import UUID

import flet as ft

from client.core import clock
from client.core.hooks import memo
from client.core.language import t
from client.core.session import Session
from client.design.buttons import target
from client.design.chips import status_chip, tag
from client.design.layout import SizeClass
from client.design.rows import keyed
from client.design.text import one_line, text
from client.design.tokens import Colour, Radius, Size, Style
from client.features.cases.state import CasesState, is_mine
from client.parts.case_cover import case_cover
from client.parts.case_words import due_words, outcome_word, title_words, what_words
from client.parts.panels import framed
from shared_models.cases import CaseKind, CaseRead, CaseStatus


@dataclasses.dataclass(frozen=True, eq=False)
class RowActs:
    """What the rows call. One object for the life of the screen."""

    open: Callable[[CaseRead], Any]
    choose: Callable[[UUID, bool], Any]


def queue_list(session: Session, cases: CasesState, acts: RowActs, size: SizeClass) -> ft.Control:
    """The rows; where the open case stands beside them it is marked."""
    marked = size is not SizeClass.PHONE
    rows = [
        keyed(
            row.id,
            QueueRow(session, row, number > 0, marked and row.id == cases.open_id, row.id in cases.chosen, acts, size),
        )
        for number, row in enumerate(cases.rows)
    ]
    return framed(ft.Column(rows, spacing=0, horizontal_alignment=ft.CrossAxisAlignment.STRETCH))


@ft.component
def _QueueRow(
    session: Session, row: CaseRead, line: bool, opened: bool, chosen: bool, acts: RowActs, size: SizeClass
) -> ft.Control:
    wide = size is SizeClass.DESKTOP
    lines: list[ft.Control] = [
        text(title_words(row), Style.STRONG, max_lines=1 if wide else 2),
        one_line(what_words(row), Style.SMALL, Colour.TEXT),
        one_line(" · ".join(filter(None, (row.whose, row.place))), Style.SMALL),
    ]
    chips = _chips(session, row)
    if not wide:
        # Beside the words there would be no room for them.
        lines.append(ft.Container(ft.Row(chips, wrap=True, spacing=6, run_spacing=4), padding=ft.Padding.only(top=4)))
    words = ft.Column(lines, spacing=0, tight=True, expand=True)
    picture = [] if size is SizeClass.TABLET else [case_cover(session, row, width=72, height=56)]
    beside = [ft.Column(chips, spacing=4, tight=True, horizontal_alignment=ft.CrossAxisAlignment.END)] if wide else []
    face = target(
        ft.Row([*picture, words, *beside], spacing=12),
        t("Look at {title}, {what}", title=title_words(row), what=what_words(row)),
        lambda _: acts.open(row),
        radius=Radius.SMALL,
        line=None,
        bgcolor=ft.Colors.TRANSPARENT,
        hover=ft.Colors.TRANSPARENT,
        align=ft.Alignment.CENTER_LEFT,
        padding=ft.Padding.symmetric(vertical=12),
        selected=opened,
        expand=True,
    )
    return ft.Container(
        ft.Row([*_box(row, chosen, acts), face], spacing=4),
        bgcolor=Colour.ACCENT_SOFT if opened else Colour.SURFACE,
        padding=ft.Padding(5 if opened else 8, 0, 14, 0),
        border=ft.Border.only(
            top=ft.BorderSide(1, Colour.LINE) if line else None,
            left=ft.BorderSide(3, Colour.ACCENT) if opened else None,
        ),
    )


QueueRow = memo(_QueueRow)


def _box(row: CaseRead, chosen: bool, acts: RowActs) -> list[ft.Control]:
    """Only what can be approved with others has a box; the words of all rows stand in one line all the same."""
    if row.kind is not CaseKind.HOME_REVIEW or row.status is CaseStatus.CLOSED:
        return [ft.Container(width=8)]
    box = ft.Checkbox(
        value=chosen,
        on_change=lambda e: acts.choose(row.id, bool(e.data)),
        active_color=Colour.ACCENT,
        check_color=Colour.ON_ACCENT,
        border_side=ft.BorderSide(2, Colour.LINE_STRONG),
        width=Size.TARGET,
        height=Size.TARGET,
    )
    return [ft.MergeSemantics(content=ft.Semantics(label=t("Choose {title}", title=row.title), content=box))]


def _chips(session: Session, row: CaseRead) -> list[ft.Control]:
    """How long is left or what came of it, and whose it is."""
    closed = row.status is CaseStatus.CLOSED
    words, look = outcome_word(row.outcome) if closed else due_words(row, clock.now())
    icon = None if closed else ft.Icons.SCHEDULE_ROUNDED
    chips: list[ft.Control] = [status_chip(words, look, icon)]
    me = session.me.id if session.me is not None else None
    if is_mine(row, me):
        chips.append(tag(t("You"), accent=True))
    elif row.owner_name:
        chips.append(tag(row.owner_name))
    return chips
