"""All homes under each other, days from left to right."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

import flet as ft
import flet.canvas as cv

from client.core.hooks import still
from client.core.language import day_long, t, tn, weekdays
from client.core.session import Session
from client.design.buttons import FOCUS, HOVER, NO_LINE, PRESS, REST, RING, target
from client.design.text import one_line, text
from client.design.tokens import Colour, Radius, Size, Style
from client.features.landlord_calendar.bars import bar_button
from client.features.landlord_calendar.grid import (
    WEEKEND_NIGHTS,
    Pick,
    Span,
    bars,
    free_homes,
    is_free,
    may_press,
)
from client.parts.listing import cover
from client.parts.panels import framed
from shared_models.bookings import BookingRead
from shared_models.calendars import ClaimRead, PropertyCalendar

DAY: Final = Size.CALENDAR_DAY
ROW: Final = 64
HEAD: Final = 58
FOOT: Final = 48
HOME: Final = 236
BAR: Final = 36
ALL_PRESSABLE: Final = 12
"""Up to this many homes every free day is a button; beyond it only those of the home being worked on."""


@dataclasses.dataclass(frozen=True, eq=False)
class GridActs:
    """What the grid calls. One object for the life of the screen, so that unchanged rows need not render again."""

    press: Callable[[PropertyCalendar, date], Any]
    claim: Callable[[PropertyCalendar, ClaimRead], Any]
    activate: Callable[[PropertyCalendar], Any]


@dataclasses.dataclass(frozen=True)
class Shown:
    """What the whole grid shows."""

    homes: Sequence[PropertyCalendar]
    span: Span
    today: date
    pick: Pick | None
    active: UUID | None
    stays: Mapping[UUID, BookingRead]
    more: bool
    """Whether there are homes that are not loaded yet."""


def timeline(session: Session, shown: Shown, acts: GridActs) -> ft.Control:
    """The home column, which stays, and the days, which scroll sideways when there is no room."""
    span, homes = shown.span, shown.homes
    width = span.days * DAY
    rows: list[ft.Control] = []
    for home in homes:
        picked = shown.pick if shown.pick and shown.pick.property_id == home.property_id else None
        pressable = len(homes) <= ALL_PRESSABLE or home.property_id == shown.active
        names = _names(home, shown.stays)
        rows.append(Row(home, span, shown.today, picked, pressable, names, acts))
    grid = ft.Stack([_lines(span, len(homes)), ft.Column(rows, spacing=0)], width=width, height=ROW * len(homes))
    days = ft.Row([_day_head(day, shown.today) for day in span.each()], spacing=0)
    right = ft.Row(
        [ft.Column([days, _rule(width), grid, _free_row(homes, span)], spacing=0)],
        scroll=ft.ScrollMode.AUTO,
        expand=True,
    )
    left = ft.Column(
        [
            _corner(t("Home"), HEAD),
            _rule(HOME),
            *(HomeCell(session, home, number > 0, acts) for number, home in enumerate(homes)),
            _foot_cell(shown.more),
        ],
        spacing=0,
    )
    return framed(ft.Row([left, right], spacing=0, vertical_alignment=ft.CrossAxisAlignment.START))


def _names(home: PropertyCalendar, stays: Mapping[UUID, BookingRead]) -> tuple[BookingRead, ...]:
    """The stays of one home: a row must not render again because another home's stay got its name."""
    return tuple(stays[claim.source_id] for claim in home.claims if claim.source_id in stays)


@ft.component
def _Row(
    home: PropertyCalendar,
    span: Span,
    today: date,
    pick: Pick | None,
    pressable: bool,
    stays: tuple[BookingRead, ...],
    acts: GridActs,
) -> ft.Control:
    named = {stay.id: stay for stay in stays}
    layers: list[ft.Control] = [_taps(home, span, acts)] if not pressable else []
    if pressable:
        layers += [
            day_cell(home, day, pick, acts, left=number * DAY, width=DAY, height=ROW)
            for number, day in enumerate(span.each())
            if may_press(pick, home, day, today)
        ]
    if pick is not None:
        layers += picked_band(pick, span, day_width=DAY, height=BAR, top=(ROW - BAR) / 2)
    top = (ROW - BAR) / 2
    layers += [
        bar_button(bar, named, day_width=DAY, height=BAR, top=top, on_click=_opens(home, bar.claim, acts))
        for bar in bars(home.claims, span)
    ]
    return ft.Stack(layers, width=span.days * DAY, height=ROW)


Row = still(_Row)


def _opens(home: PropertyCalendar, claim: ClaimRead, acts: GridActs) -> Callable[[Any], None]:
    return lambda _: acts.claim(home, claim)


@ft.component
def _HomeCell(session: Session, home: PropertyCalendar, line: bool, acts: GridActs) -> ft.Control:
    face = ft.Row(
        [
            cover(session, home.property_id, width=40, height=40),
            text(home.title, Style.SMALL_STRONG, max_lines=2, expand=True),
        ],
        spacing=12,
    )
    button = target(
        face,
        t("{title}: choose nights to block", title=home.title),
        lambda _: acts.activate(home),
        radius=Radius.SMALL,
        line=None,
        align=ft.Alignment.CENTER_LEFT,
        padding=ft.Padding.only(left=12, right=8),
        height=ROW - 2,
        width=HOME - 2,
    )
    border = ft.Border.only(top=ft.BorderSide(1, Colour.LINE) if line else None, right=ft.BorderSide(1, Colour.LINE))
    return ft.Container(button, width=HOME, height=ROW, border=border)


HomeCell = still(_HomeCell)


def day_cell(
    home: PropertyCalendar,
    day: date,
    pick: Pick | None,
    acts: GridActs,
    *,
    left: float,
    width: float,
    height: float,
    face: ft.Control | None = None,
) -> ft.Control:
    """A day that can be pressed: a lean button, because there are many."""
    open_ = pick is not None and pick.end is None
    name = t("{day}, end the block", day=day_long(day)) if open_ else t("{day}, free", day=day_long(day))
    button = ft.TextButton(
        ft.Semantics(label=f"{home.title}, {name}", exclude_semantics=True, content=face or ft.Container()),
        on_click=lambda _: acts.press(home, day),
        width=width,
        height=height,
        style=ft.ButtonStyle(
            padding=0,
            shape=ft.RoundedRectangleBorder(radius=Radius.SMALL),
            bgcolor={HOVER: ft.Colors.with_opacity(0.5, Colour.ACCENT_SOFT), REST: ft.Colors.TRANSPARENT},
            overlay_color={PRESS: Colour.PRESS, REST: ft.Colors.TRANSPARENT},
            side={FOCUS: RING, REST: NO_LINE},
            alignment=ft.Alignment.TOP_LEFT,
            elevation=0,
        ),
    )
    return ft.Container(ft.MergeSemantics(content=button), left=left, top=0)


def picked_band(pick: Pick, span: Span, *, day_width: float, height: float, top: float) -> list[ft.Control]:
    """What is picked so far: a mark on the first day, a band once the end is known. Presses go through it."""
    left = (pick.start - span.start).days + 0.5
    right = (pick.end - span.start).days + 0.5 if pick.end else left + 0.5
    left, right = max(0.0, left), min(float(span.days), right)
    if right <= left:
        return []
    band = ft.Container(
        width=(right - left) * day_width - 4,
        height=height,
        border_radius=8,
        border=ft.Border.all(2, Colour.ACCENT),
        bgcolor=ft.Colors.with_opacity(0.25, Colour.ACCENT),
    )
    return [ft.Container(band, left=left * day_width + 2, top=top, ignore_interactions=True)]


def _taps(home: PropertyCalendar, span: Span, acts: GridActs) -> ft.Control:
    """The free days of a home that is not worked on: a tap finds its day by where it fell."""

    def tap(e: Any) -> None:
        number = int(e.local_position.x // DAY)
        if 0 <= number < span.days and is_free(home.claims, span.each()[number]):
            acts.press(home, span.each()[number])

    surface = ft.Container(width=span.days * DAY, height=ROW)
    return ft.GestureDetector(
        surface, on_tap_down=tap, mouse_cursor=ft.MouseCursor.CLICK, exclude_from_semantics=True, left=0, top=0
    )


def _lines(span: Span, rows: int) -> ft.Control:
    """Weekend columns and all lines of the grid in one control."""
    width, height = span.days * DAY, rows * ROW
    shade = ft.Paint(color=Colour.SUNKEN)
    line = ft.Paint(color=Colour.LINE, stroke_width=1, style=ft.PaintingStyle.STROKE)
    weekend = [number for number, day in enumerate(span.each()) if day.weekday() in WEEKEND_NIGHTS]
    return cv.Canvas(
        [
            *(cv.Rect(number * DAY, 0, DAY, height, paint=shade) for number in weekend),
            *(cv.Line(number * DAY, 0, number * DAY, height, paint=line) for number in range(1, span.days)),
            *(cv.Line(0, row * ROW + 0.5, width, row * ROW + 0.5, paint=line) for row in range(1, rows)),
        ],
        width=width,
        height=height,
    )


def _day_head(day: date, today: date) -> ft.Control:
    is_today = day == today
    number = ft.Container(
        text(str(day.day), Style.AMOUNT_STRONG, Colour.PAGE if is_today else Colour.TEXT),
        width=28,
        height=28,
        border_radius=14,
        bgcolor=Colour.TEXT if is_today else None,
        alignment=ft.Alignment.CENTER,
    )
    name = ft.Column(
        [text(weekdays()[day.weekday()][:2], Style.CAPTION, Colour.TEXT_2), number],
        spacing=0,
        horizontal_alignment=ft.CrossAxisAlignment.CENTER,
        alignment=ft.MainAxisAlignment.CENTER,
    )
    label = t("{day}, today", day=day_long(day)) if is_today else day_long(day)
    return ft.Semantics(label=label, exclude_semantics=True, content=ft.Container(name, width=DAY, height=HEAD))


def _free_row(homes: Sequence[PropertyCalendar], span: Span) -> ft.Control:
    cells: list[ft.Control] = []
    for day, number in zip(span.each(), free_homes(homes, span), strict=True):
        few = number <= 1
        figure = text(str(number), Style.AMOUNT_STRONG if few else Style.AMOUNT, Colour.TEXT if few else Colour.TEXT_2)
        label = f"{day_long(day)}: {tn('{n} home free', '{n} homes free', number)}"
        cells.append(
            ft.Semantics(
                label=label,
                exclude_semantics=True,
                content=ft.Container(figure, width=DAY, alignment=ft.Alignment.CENTER),
            )
        )
    return ft.Container(
        ft.Row(cells, spacing=0),
        height=FOOT,
        width=span.days * DAY,
        bgcolor=Colour.PAGE,
        border=ft.Border.only(top=ft.BorderSide(1, Colour.LINE)),
    )


def _foot_cell(more: bool) -> ft.Control:
    words = t("Free that night, of these") if more else t("Homes free that night")
    return ft.Container(
        one_line(words, Style.SMALL_STRONG, Colour.TEXT),
        width=HOME,
        height=FOOT,
        bgcolor=Colour.PAGE,
        padding=ft.Padding.only(left=14, right=8),
        alignment=ft.Alignment.CENTER_LEFT,
        border=ft.Border.only(top=ft.BorderSide(1, Colour.LINE), right=ft.BorderSide(1, Colour.LINE)),
    )


def _corner(words: str, height: float) -> ft.Control:
    return ft.Container(
        text(words, Style.SMALL, Colour.TEXT_2),
        width=HOME,
        height=height,
        padding=ft.Padding.only(left=14),
        alignment=ft.Alignment.CENTER_LEFT,
        border=ft.Border.only(right=ft.BorderSide(1, Colour.LINE)),
    )


def _rule(width: float) -> ft.Control:
    return ft.Container(width=width, height=1, bgcolor=Colour.LINE)
