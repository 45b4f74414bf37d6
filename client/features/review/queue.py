"""The list of what waits."""

import dataclasses
from collections.abc import Callable
from typing import Any
from uuid import UUID

import flet as ft

from client.core import clock
from client.core.hooks import still
from client.core.language import day, t, tn
from client.core.session import Session
from client.design.buttons import target
from client.design.chips import status_chip
from client.design.text import one_line
from client.design.tokens import Colour, Radius, Size, Status, Style
from client.features.review.state import ReviewState
from client.parts.listing import cover, place_words, price_words, type_word
from client.parts.panels import framed
from shared_models.properties import PropertyRow


@dataclasses.dataclass(frozen=True, eq=False)
class RowActs:
    """What the rows call. One object for the life of the screen."""

    open: Callable[[PropertyRow], Any]
    choose: Callable[[UUID, bool], Any]


def queue_list(session: Session, review: ReviewState, acts: RowActs, *, marked: bool) -> ft.Control:
    """The rows; `marked` shows which one is open."""
    rows = [
        QueueRow(session, row, number > 0, marked and row.id == review.open_id, row.id in review.chosen, acts)
        for number, row in enumerate(review.rows)
    ]
    return framed(ft.Column(rows, spacing=0, horizontal_alignment=ft.CrossAxisAlignment.STRETCH))


@ft.component
def _QueueRow(session: Session, row: PropertyRow, line: bool, opened: bool, chosen: bool, acts: RowActs) -> ft.Control:
    words = ft.Column(
        [
            one_line(row.title, Style.STRONG, Colour.TEXT),
            one_line(f"{type_word(row.type)} · {place_words(row.city, row.neighbourhood)}", Style.SMALL),
            one_line(f"{price_words(row.price, row.let_type)} · {row.landlord_name}".rstrip(" ·"), Style.SMALL),
        ],
        spacing=0,
        tight=True,
        expand=True,
    )
    since = waits_since(row)
    face = target(
        ft.Row([cover(session, row.id, width=72, height=56), words, *([since] if since else [])], spacing=12),
        t("Look at {title}", title=row.title),
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
    box = ft.Checkbox(
        value=chosen,
        on_change=lambda e: acts.choose(row.id, bool(e.control.value)),
        active_color=Colour.ACCENT,
        check_color=Colour.ON_ACCENT,
        border_side=ft.BorderSide(2, Colour.LINE_STRONG),
        width=Size.TARGET,
        height=Size.TARGET,
    )
    named = ft.MergeSemantics(content=ft.Semantics(label=t("Choose {title}", title=row.title), content=box))
    return ft.Container(
        ft.Row([named, face], spacing=4),
        bgcolor=Colour.ACCENT_SOFT if opened else Colour.SURFACE,
        padding=ft.Padding(5 if opened else 8, 0, 14, 0),
        border=ft.Border.only(
            top=ft.BorderSide(1, Colour.LINE) if line else None,
            left=ft.BorderSide(3, Colour.ACCENT) if opened else None,
        ),
    )


QueueRow = still(_QueueRow)


def waits_since(row: PropertyRow) -> ft.Control | None:
    """How long it has waited, as a chip: amber from the second day on."""
    days = (clock.now() - row.updated_at).days
    if days < 1:
        return status_chip(t("Today"), Status.NEUTRAL, ft.Icons.SCHEDULE_ROUNDED)
    if days < 14:
        return status_chip(tn("{n} day", "{n} days", days), Status.WAITING)
    return status_chip(day(row.updated_at.date()), Status.WAITING)
