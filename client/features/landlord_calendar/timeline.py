"""All homes under each other, days from left to right."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

import flet as ft
import flet.canvas as cv

from client.core.boundaries import panel
from client.core.language import day_long, day_range, month, month_short, t, tn, weekdays
from client.core.session import Session
from client.design.rows import keyed
from client.design.text import one_line, text
from client.design.tokens import Colour, Style
from client.features.landlord_calendar.grid import (
    NARROW_DAY,
    WEEKEND_NIGHTS,
    Span,
    fewest_by_week,
    free_homes,
    months_of,
    weeks_in,
)
from client.features.landlord_calendar.rows import COVERS_FROM, ROW, Days, GridActs, HomeCell, Row
from client.parts.panels import framed
from shared_models.bookings import BookingRead
from shared_models.calendars import PropertyCalendar

HEAD: Final = 58
FOOT: Final = 48
_SHIFTS: Final = ("ShiftLeft", "ShiftRight", "Shift")
OnKey = Callable[[str, bool], Any]


@dataclasses.dataclass(frozen=True)
class Shown:
    """What the whole grid shows."""

    homes: Sequence[PropertyCalendar]
    days: Days
    names_width: float
    picked_home: UUID | None
    active: UUID | None
    stays: Mapping[UUID, BookingRead]
    more: bool
    """Whether there are homes that are not loaded yet."""


def timeline(session: Session, shown: Shown, acts: GridActs, on_key: OnKey) -> ft.Control:
    """The home column, which stays, and the days, which scroll sideways when there is no room."""
    days, homes, names = shown.days, shown.homes, shown.names_width
    rows = [keyed(home.property_id, _row(home, shown, acts)) for home in homes]
    height = ROW * len(homes)
    grid = ft.Stack([_lines(days, len(homes)), ft.Column(rows, spacing=0)], width=days.across, height=height)
    right = ft.Row(
        [ft.Column([_head(days), _rule(days.across), grid, _free_row(homes, days)], spacing=0)],
        scroll=ft.ScrollMode.AUTO,
        expand=True,
    )
    left = ft.Column(
        [
            _corner(t("Home"), names, HEAD),
            _rule(names),
            *(
                keyed(home.property_id, HomeCell(session, home, names, number > 0, acts))
                for number, home in enumerate(homes)
            ),
            _foot_cell(shown),
        ],
        spacing=0,
    )
    both = ft.Row([left, right], spacing=0, vertical_alignment=ft.CrossAxisAlignment.START)
    return Keyed(framed(both), on_key)


def _row(home: PropertyCalendar, shown: Shown, acts: GridActs) -> ft.Control:
    picked = shown.picked_home == home.property_id
    nights = len(shown.homes) == 1 or shown.active == home.property_id
    # The stays of this home alone: a row must not render again because another home's stay got its name.
    stays = (shown.stays[claim.source_id] for claim in home.claims if claim.source_id in shown.stays)
    names = tuple({stay.id: stay for stay in stays}.values())
    return Row(home, shown.days, picked, nights, names, acts)


@panel
def Keyed(content: ft.Control, on_key: OnKey) -> ft.Control:
    """Tells of keys and whether Shift is down, which Flet 1.0.5 says only as a key of its own."""
    shift: Any = ft.use_ref(False)

    async def down(e: Any) -> None:
        key = e.key.replace(" ", "")
        if key in _SHIFTS:
            shift.current = True
        else:
            on_key(key, bool(shift.current))

    async def up(e: Any) -> None:
        if e.key.replace(" ", "") in _SHIFTS:
            shift.current = False

    return ft.KeyboardListener(content, on_key_down=down, on_key_repeat=down, on_key_up=up)


def _lines(days: Days, rows: int) -> ft.Control:
    """Weekend columns and all lines of the grid in one control."""
    width, height, day = days.across, rows * ROW, days.width
    shade = ft.Paint(color=Colour.SUNKEN)
    line = ft.Paint(color=Colour.LINE, stroke_width=1, style=ft.PaintingStyle.STROKE)
    weekend = [number for number, each in enumerate(days.span.each()) if each.weekday() in WEEKEND_NIGHTS]
    weeks = [week.offset for week in weeks_in(days.span)]
    starts = weeks if day < NARROW_DAY else range(days.span.days)
    return cv.Canvas(
        [
            *(cv.Rect(number * day, 0, day, height, paint=shade) for number in weekend),
            *(cv.Line(number * day, 0, number * day, height, paint=line) for number in starts if number),
            *(cv.Line(0, row * ROW + 0.5, width, row * ROW + 0.5, paint=line) for row in range(1, rows)),
        ],
        width=width,
        height=height,
    )


def _head(days: Days) -> ft.Control:
    if days.width < NARROW_DAY:
        return _narrow_head(days)
    return ft.Row([_day_head(day, days) for day in days.span.each()], spacing=0)


def _day_head(day: date, days: Days) -> ft.Control:
    is_today = day == days.today
    number = ft.Container(
        text(str(day.day), Style.AMOUNT_STRONG, Colour.PAGE if is_today else Colour.TEXT),
        width=min(28, days.width),
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
    return _told(label, ft.Container(name, width=days.width, height=HEAD))


def _narrow_head(days: Days) -> ft.Control:
    """Months above, and below them the Monday of each week: days have no room for a number of their own."""
    months = [
        _told(
            month(each.first),
            ft.Container(
                text(month_short(each.first) if each.days > 6 else "", Style.SMALL_STRONG, max_lines=1),
                width=each.days * days.width,
                height=HEAD / 2,
                padding=ft.Padding.only(left=6),
                alignment=ft.Alignment.CENTER_LEFT,
                border=ft.Border.only(left=ft.BorderSide(1, Colour.LINE)) if each.offset else None,
            ),
        )
        for each in months_of(days.span)
    ]
    weeks: list[ft.Control] = [
        ft.Container(
            text(str(each.first.day) if each.days > 2 else "", Style.CAPTION, Colour.TEXT_2),
            width=each.days * days.width,
            height=HEAD / 2,
            padding=ft.Padding.only(left=4),
            alignment=ft.Alignment.CENTER_LEFT,
        )
        for each in weeks_in(days.span)
    ]
    shown = ft.Semantics(exclude_semantics=True, content=ft.Row(weeks, spacing=0))
    layers: list[ft.Control] = [ft.Column([ft.Row(months, spacing=0), shown], spacing=0)]
    if days.span.holds(days.today):
        mark = ft.Container(width=days.width, height=5, bgcolor=Colour.TEXT, border_radius=2)
        mark.left, mark.top = (days.today - days.span.start).days * days.width, HEAD - 6
        layers.append(mark)
    return ft.Stack(layers, width=days.across, height=HEAD)


def _free_row(homes: Sequence[PropertyCalendar], days: Days) -> ft.Control:
    free = free_homes(homes, days.span)
    if days.width < NARROW_DAY:
        cells = [
            _figure(
                few,
                t("Fewest from {dates}", dates=day_range(week.first, Span(week.first, week.days).each()[-1])),
                week.days * days.width,
                shown=week.days > 1,
            )
            for week, few in fewest_by_week(free, days.span)
        ]
    else:
        cells = [_figure(few, day_long(day), days.width) for day, few in zip(days.span.each(), free, strict=True)]
    return ft.Container(
        ft.Row(cells, spacing=0),
        height=FOOT,
        width=days.across,
        bgcolor=Colour.PAGE,
        border=ft.Border.only(top=ft.BorderSide(1, Colour.LINE)),
    )


def _figure(number: int, when: str, width: float, *, shown: bool = True) -> ft.Control:
    few = number <= 1
    words = text(
        str(number) if shown else "",
        Style.AMOUNT_STRONG if few else Style.AMOUNT,
        Colour.TEXT if few else Colour.TEXT_2,
        max_lines=1,
    )
    label = f"{when}: {tn('{n} home free', '{n} homes free', number)}"
    return _told(label, ft.Container(words, width=width, alignment=ft.Alignment.CENTER))


def _told(label: str, content: ft.Control) -> ft.Control:
    return ft.Semantics(label=label, exclude_semantics=True, content=content)


def _foot_cell(shown: Shown) -> ft.Control:
    narrow, short = shown.days.width < NARROW_DAY, shown.names_width < COVERS_FROM
    if shown.more:
        words = t("Fewest, of these") if narrow else t("Free, of these")
    elif short:
        words = t("Fewest free") if narrow else t("Free that night")
    else:
        words = t("Fewest free, of those on show") if narrow else t("Free, of homes on show")
    return ft.Container(
        one_line(words, Style.SMALL_STRONG, Colour.TEXT),
        width=shown.names_width,
        height=FOOT,
        bgcolor=Colour.PAGE,
        padding=ft.Padding.only(left=12, right=4),
        alignment=ft.Alignment.CENTER_LEFT,
        border=ft.Border.only(top=ft.BorderSide(1, Colour.LINE), right=ft.BorderSide(1, Colour.LINE)),
    )


def _corner(words: str, width: float, height: float) -> ft.Control:
    return ft.Container(
        text(words, Style.SMALL, Colour.TEXT_2),
        width=width,
        height=height,
        padding=ft.Padding.only(left=12),
        alignment=ft.Alignment.CENTER_LEFT,
        border=ft.Border.only(right=ft.BorderSide(1, Colour.LINE)),
    )


def _rule(width: float) -> ft.Control:
    return ft.Container(width=width, height=1, bgcolor=Colour.LINE)
