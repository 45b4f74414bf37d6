"""A home's line in the calendar: its nights, what is picked of them, its bars."""

import dataclasses
from collections.abc import Callable
from datetime import date
from typing import Any, Final

import flet as ft

from client.core.hooks import memo
from client.core.language import day_long, t
from client.core.session import Session
from client.design.buttons import FOCUS, HOVER, NO_LINE, PRESS, REST, RING, target
from client.design.rows import keyed
from client.design.text import text
from client.design.tokens import Colour, Radius, Style
from client.features.landlord_calendar.bars import bar_button
from client.features.landlord_calendar.grid import Span, bars
from client.features.landlord_calendar.picks import can_pick
from client.features.landlord_calendar.state import Picking, by_source
from client.parts.listing import cover
from shared_models.bookings import BookingRead
from shared_models.calendars import ClaimRead, PropertyCalendar

ROW: Final = 64
BAR: Final = 36
DRAG_MS: Final = 40
"""How often a drag tells where it is: often enough for the eye, seldom enough for the wire."""
RING_ROOM: Final = 5
"""What the ring of the focus needs round a button, lest the frame cuts it."""
COVERS_FROM: Final = 190
"""A narrower column of names has no room for covers."""


@dataclasses.dataclass(frozen=True, eq=False)
class GridActs:
    """What the grid calls. One object for the life of the screen, so that unchanged rows need not render again."""

    picking: Picking
    """Here, and not an argument of a row: whatever is given an observable renders again with it."""
    press: Callable[[PropertyCalendar, date], Any]
    begin_drag: Callable[[PropertyCalendar, date], Any]
    drag: Callable[[PropertyCalendar, date], Any]
    end_drag: Callable[[PropertyCalendar, date], Any]
    claim: Callable[[PropertyCalendar, ClaimRead], Any]
    activate: Callable[[PropertyCalendar], Any]


@dataclasses.dataclass(frozen=True)
class Days:
    """The days of every row: which, how wide, and the day it is now."""

    span: Span
    width: float
    today: date

    @property
    def across(self) -> float:
        """How wide all of them are."""
        return self.span.days * self.width

    def at(self, x: float) -> date:
        """The day at a distance from the left, or the nearest one."""
        return self.span.each()[min(max(int(x // self.width), 0), self.span.days - 1)]


@ft.component
def _Row(
    home: PropertyCalendar,
    days: Days,
    picked: bool,
    nights: bool,
    stays: tuple[BookingRead, ...],
    acts: GridActs,
) -> ft.Control:
    named = by_source(stays)
    layers: list[ft.Control] = [ft.Container(width=days.across, height=ROW)]
    if nights:
        layers += [
            night_cell(home, day, acts, left=number * days.width, width=days.width, height=ROW)
            for number, day in enumerate(days.span.each())
            if can_pick(home, day, days.today)
        ]
    if picked:
        layers.append(Band(acts.picking, home, days.span, days.width, ROW))
    layers += [
        keyed(
            bar.claim.id,
            bar_button(
                bar,
                named,
                day_width=days.width,
                height=BAR,
                top=(ROW - BAR) / 2,
                on_click=opens(home, bar.claim, acts),
            ),
        )
        for bar in bars(home.claims, days.span)
    ]
    return _pointed(ft.Stack(layers, width=days.across, height=ROW), home, days, acts, taps=not nights)


Row = memo(_Row)
"""`picked`: this is the home of the pick. `nights`: every night that can be blocked is a button."""


def _pointed(row: ft.Control, home: PropertyCalendar, days: Days, acts: GridActs, *, taps: bool) -> ft.Control:
    """A row that a pointer can press and draw over. With a finger one presses: drawing scrolls the days there."""
    if taps:
        row = ft.GestureDetector(
            row,
            on_tap_up=lambda e: acts.press(home, days.at(e.local_position.x)),
            mouse_cursor=ft.MouseCursor.CLICK,
            exclude_from_semantics=True,
        )
    return ft.GestureDetector(
        row,
        on_horizontal_drag_start=lambda e: acts.begin_drag(home, days.at(e.local_position.x)),
        on_horizontal_drag_update=lambda e: acts.drag(home, days.at(e.local_position.x)),
        on_horizontal_drag_end=lambda e: acts.end_drag(home, days.at(e.local_position.x)),
        drag_interval=DRAG_MS,
        allowed_devices=[ft.PointerDeviceType.MOUSE, ft.PointerDeviceType.STYLUS],
        exclude_from_semantics=True,
    )


def opens(home: PropertyCalendar, claim: ClaimRead, acts: GridActs) -> Callable[[Any], None]:
    """A handler that opens a bar."""
    return lambda _: acts.claim(home, claim)


@ft.component
def Band(picking: Picking, home: PropertyCalendar, span: Span, day_width: float, height: float) -> ft.Control:
    """What is picked of a home's nights: whole cells, for it is nights that are blocked. Presses go through it."""
    pick = picking.pick
    if pick is None or pick.property_id != home.property_id:
        return ft.Container()
    start, nights = (pick.start, pick.nights) if pick.nights else (pick.reach, 1)
    left = max(0, (start - span.start).days)
    right = min(span.days, (start - span.start).days + nights)
    if right <= left:
        return ft.Container()
    band = ft.Container(
        width=(right - left) * day_width,
        height=height - 4,
        left=left * day_width,
        top=2,
        border_radius=Radius.SMALL,
        border=ft.Border.all(2, Colour.ACCENT if pick.nights else Colour.TEXT_2),
        bgcolor=ft.Colors.with_opacity(0.16, Colour.ACCENT) if pick.nights else None,
    )
    return ft.Container(ft.Stack([band], width=span.days * day_width, height=height), ignore_interactions=True)


def night_cell(
    home: PropertyCalendar,
    night: date,
    acts: GridActs,
    *,
    left: float,
    width: float,
    height: float,
    face: ft.Control | None = None,
) -> ft.Control:
    """A night that can be blocked: a lean button, because there are many."""
    name = t("{home}, {day}, free", home=home.title, day=day_long(night))
    button = ft.TextButton(
        ft.Semantics(label=name, exclude_semantics=True, content=face or ft.Container()),
        on_click=lambda _: acts.press(home, night),
        width=width,
        height=height,
        style=ft.ButtonStyle(
            padding=0,
            shape=ft.RoundedRectangleBorder(radius=Radius.SMALL),
            bgcolor={HOVER: ft.Colors.with_opacity(0.5, Colour.ACCENT_SOFT), REST: ft.Colors.TRANSPARENT},
            overlay_color={PRESS: Colour.PRESS, REST: ft.Colors.TRANSPARENT},
            side={FOCUS: dataclasses.replace(RING, stroke_align=-1), REST: NO_LINE},
            alignment=ft.Alignment.TOP_LEFT,
            elevation=0,
        ),
    )
    return ft.Container(ft.MergeSemantics(content=button), left=left, top=0)


@ft.component
def _HomeCell(session: Session, home: PropertyCalendar, width: float, line: bool, acts: GridActs) -> ft.Control:
    words = text(home.title, Style.SMALL_STRONG, max_lines=2, expand=True)
    pictured = width >= COVERS_FROM
    face = ft.Row([cover(session, home.property_id, width=40, height=40), words] if pictured else [words], spacing=12)
    button = target(
        face,
        t("{title}: choose nights to block", title=home.title),
        lambda _: acts.activate(home),
        radius=Radius.SMALL,
        line=None,
        align=ft.Alignment.CENTER_LEFT,
        padding=ft.Padding.only(left=7, right=3),
        height=ROW - 2 * RING_ROOM,
        width=width - 2 * RING_ROOM,
    )
    border = ft.Border.only(top=ft.BorderSide(1, Colour.LINE) if line else None, right=ft.BorderSide(1, Colour.LINE))
    return ft.Container(button, width=width, height=ROW, border=border, alignment=ft.Alignment.CENTER)


HomeCell = memo(_HomeCell)
