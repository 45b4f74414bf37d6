"""One home, one month: the calendar of a phone."""

from collections.abc import Mapping
from datetime import date
from typing import Final
from uuid import UUID

import flet as ft

from client.core.language import day_long, t, weekdays
from client.design.rows import keyed
from client.design.text import text
from client.design.tokens import Colour, Style
from client.features.landlord_calendar.bars import bar_button
from client.features.landlord_calendar.grid import Span, bars, weeks_of
from client.features.landlord_calendar.picks import can_pick
from client.features.landlord_calendar.rows import Band, GridActs, night_cell, opens
from client.parts.panels import framed
from shared_models.bookings import BookingRead
from shared_models.calendars import PropertyCalendar

HEIGHT: Final = 74
BAR: Final = 26
BAR_TOP: Final = 38


def month_grid(
    home: PropertyCalendar,
    month: Span,
    today: date,
    stays: Mapping[UUID, BookingRead],
    acts: GridActs,
    *,
    width: float,
) -> ft.Control:
    """Weeks under each other, bars from mid-day to mid-day as on a wide window."""
    day = width / 7
    names = ft.Row(
        [
            ft.Container(text(name[:2], Style.CAPTION, Colour.TEXT_2), width=day, alignment=ft.Alignment.CENTER)
            for name in weekdays()
        ],
        spacing=0,
    )
    weeks = [_week(home, week, month, today, stays, acts, day) for week in weeks_of(month)]
    return framed(ft.Column([ft.Container(names, padding=ft.Padding.symmetric(vertical=8)), *weeks], spacing=0))


def _week(
    home: PropertyCalendar,
    week: Span,
    month: Span,
    today: date,
    stays: Mapping[UUID, BookingRead],
    acts: GridActs,
    width: float,
) -> ft.Control:
    layers: list[ft.Control] = []
    for number, day in enumerate(week.each()):
        if not month.holds(day):
            continue
        face = _number(day, today, width)
        if can_pick(home, day, today):
            layers.append(night_cell(home, day, acts, left=number * width, width=width, height=HEIGHT, face=face))
        else:
            label = t("{day}, taken", day=day_long(day)) if day >= today else day_long(day)
            layers.append(
                ft.Container(
                    ft.Semantics(label=label, exclude_semantics=True, content=face), left=number * width, top=0
                )
            )
    layers.append(Band(acts.picking, home, week, width, HEIGHT))
    layers += [
        keyed(
            bar.claim.id,
            bar_button(bar, stays, day_width=width, height=BAR, top=BAR_TOP, on_click=opens(home, bar.claim, acts)),
        )
        for bar in bars(home.claims, week)
    ]
    return ft.Container(
        ft.Stack(layers, width=width * 7, height=HEIGHT),
        border=ft.Border.only(top=ft.BorderSide(1, Colour.LINE)),
    )


def _number(day: date, today: date, width: float) -> ft.Control:
    is_today, past = day == today, day < today
    colour = Colour.PAGE if is_today else Colour.TEXT_3 if past else Colour.TEXT
    mark = ft.Container(
        text(str(day.day), Style.AMOUNT, colour),
        width=28,
        height=28,
        border_radius=14,
        bgcolor=Colour.TEXT if is_today else None,
        alignment=ft.Alignment.CENTER,
    )
    return ft.Container(mark, width=width, alignment=ft.Alignment.TOP_CENTER, padding=ft.Padding.only(top=4))
