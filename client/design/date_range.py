"""A calendar to choose arriving and leaving. What may be chosen is decided in `date_range_rules`."""

import dataclasses
import functools
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Any, Final

import flet as ft

from client.core.boundaries import panel
from client.core.hooks import use_memo
from client.design.buttons import FOCUS, HOVER, REST, RING, OnClick, icon_button, quiet
from client.design.date_range_rules import (
    DateRange,
    Day,
    Look,
    Off,
    StayRules,
    add_months,
    begins,
    look_at,
    month_grid,
    next_focus,
    press,
)
from client.design.fields import error_line
from client.design.text import header, text
from client.design.tokens import Colour, Radius, Size, Style

BAND_HEIGHT: Final = 40
FALLS_WITHIN_SECONDS: Final = 1.5
"""A day that loses the focus so soon after a key led to it was not left by a person: while Flutter hangs the nodes for
readers elsewhere, as a day is drawn anew, the browser drops the focus and the grid takes it."""
_ENDS: Final = (Look.CHECK_IN, Look.CHECK_OUT)


@dataclasses.dataclass(frozen=True)
class DateWords:
    """Every word of the calendar, from the translation catalogue.

    `weekdays` begins with `first_weekday` (0 is Monday). `day` is the full name readers hear; `off` says why not, for a
    stay that begins on the day it is given.
    """

    weekdays: Sequence[str]
    month: Callable[[date], str]
    day: Callable[[date], str]
    off: Callable[[Off, date], str]
    summary: Callable[[DateRange], str]
    check_in: str
    check_out: str
    inside: str
    previous: str
    next: str
    clear: str
    keys: str
    first_weekday: int = 0


@dataclasses.dataclass(frozen=True)
class _Shown:
    """What the cells show."""

    chosen: DateRange
    rules: StayRules
    words: DateWords


@dataclasses.dataclass(frozen=True)
class _Acts:
    """What is done when a cell is pressed, when it gets the focus (arrows go on from there), when it is pointed at."""

    choose: Callable[[date], None]
    stands: Callable[[date], None]
    leaves: Callable[[date], Awaitable[None]]
    """A day lost the focus."""
    points: Callable[[str, ft.Event[ft.Container]], None]
    """The pointer came over a day that is off, or left it; with the reason."""


@ft.observable
@dataclasses.dataclass
class _Pointed:
    """Why the day under the pointer cannot be chosen; "" when it can, or the pointer is elsewhere."""

    why: str = ""


@panel
def DateRangePicker(
    chosen: DateRange,
    rules: StayRules,
    on_change: Callable[[DateRange], Any],
    *,
    words: DateWords,
    months: int = 1,
    mirrored: bool = False,
    error: str | None = None,
    ref: ft.Ref[Any] | None = None,
) -> ft.Control:
    """One month on a phone, two on a desktop (`months`). Arrow keys move the focus, Page Up and Down the month.

    `ref` gets what takes the keys, to move the focus there.
    """
    first, set_first = ft.use_state((chosen.check_in or rules.first).replace(day=1))
    cells: dict[date, ft.OutlinedButton] = {}
    at: Any = ft.use_ref(chosen.check_in or rules.first)
    wished: Any = ft.use_ref(None)
    led: Any = ft.use_ref(None)
    # What is chosen by the last press, which may not be drawn yet: the next press or key goes on from there.
    known: Any = ft.use_ref(chosen)
    drawn: Any = ft.use_ref(None)
    if drawn.current != chosen:
        known.current = drawn.current = chosen
    pointed = use_memo(_Pointed, [])
    # Of the last render: a key that is held down comes to the handlers of the one before.
    on_show: Any = ft.use_ref(cells)
    on_show.current = cells

    def stands(day: date) -> None:
        at.current = day

    def choose(day: date) -> None:
        stands(day)
        after = press(day, known.current, rules)
        if after != known.current:
            known.current = after
            on_change(after)

    def turn(count: int) -> None:
        set_first(add_months(first, count))

    async def key(e: ft.KeyDownEvent) -> None:
        led.current = None
        day = next_focus(at.current, e.key, known.current, rules, words.first_weekday, mirrored=mirrored)
        if day is None:
            return
        stands(day)
        waits = wished.current is not None
        if day not in on_show.current:
            wished.current = day
            set_first(day.replace(day=1))
        elif known.current != drawn.current and not waits:
            # Until the press is drawn the day may be off, and what is off takes no focus: it would go to the grid.
            wished.current = day
        else:
            wished.current = None
            await lead(day)

    async def lead(day: date) -> None:
        led.current = (day, time.monotonic() + FALLS_WITHIN_SECONDS)
        await on_show.current[day].focus()

    async def leaves(day: date) -> None:
        if led.current is not None and led.current[0] == day:
            until, led.current = led.current[1], None  # once: who goes on meanwhile is not held
            if time.monotonic() < until and day in on_show.current:
                await on_show.current[day].focus()

    async def follow_focus() -> None:
        day, wished.current = wished.current, None
        if day in cells:
            await lead(day)

    def points(why: str, e: ft.Event[ft.Container]) -> None:
        if e.data:
            pointed.why = why
        elif pointed.why == why:
            pointed.why = ""

    ft.use_effect(follow_focus, [first, chosen])
    at_start = first <= rules.first.replace(day=1)
    shown, acts = _Shown(chosen, rules, words), _Acts(choose, stands, leaves, points)
    grids: list[ft.Control] = []
    for offset in range(months):
        month = add_months(first, offset)
        before = None if offset else lambda _: turn(-1)
        after = (lambda _: turn(1)) if offset == months - 1 else None
        head = _head(month, words, before, after, at_start)
        weeks = [
            ft.Row([_cell(day, shown, acts, cells) for day in week], spacing=0)
            for week in month_grid(month, words.first_weekday)
        ]
        names = ft.Semantics(exclude_semantics=True, content=_weekdays(words.weekdays))
        grids.append(ft.Column([head, names, *weeks], spacing=2, expand=months > 1, tight=True))
    body = ft.Row(grids, spacing=32, vertical_alignment=ft.CrossAxisAlignment.START) if months > 1 else grids[0]
    # It takes the focus itself, on the way to the days.
    keys = ft.KeyboardListener(ft.Semantics(label=words.keys, content=body), on_key_down=key, ref=ref)
    below = [error_line(error)] if error else []
    return ft.Column([keys, _Foot(chosen, words, on_change, pointed), *below], spacing=10, tight=True)


def _head(month: date, words: DateWords, before: OnClick | None, after: OnClick | None, at_start: bool) -> ft.Control:
    gap = ft.Container(width=Size.TARGET, height=Size.TARGET)
    earlier = icon_button(
        ft.Icons.CHEVRON_LEFT_ROUNDED,
        words.previous,
        before,
        disabled=at_start,
        color=Colour.TEXT_3 if at_start else Colour.TEXT,
    )
    return ft.Row(
        [
            earlier if before else gap,
            # Large text breaks here rather than push the way on out of the window.
            ft.Container(header(words.month(month), 3, live=True), expand=True, alignment=ft.Alignment.CENTER),
            icon_button(ft.Icons.CHEVRON_RIGHT_ROUNDED, words.next, after) if after else gap,
        ],
        alignment=ft.MainAxisAlignment.SPACE_BETWEEN,
    )


def _weekdays(names: Sequence[str]) -> ft.Control:
    return ft.Row(
        [
            ft.Container(
                text(name, Style.CAPTION, Colour.TEXT_3), expand=True, alignment=ft.Alignment.CENTER, height=28
            )
            for name in names
        ],
        spacing=0,
    )


def _cell(day: date | None, shown: _Shown, acts: _Acts, cells: dict[date, ft.OutlinedButton]) -> ft.Control:
    if day is None:
        return ft.Container(expand=True, height=Size.CALENDAR_DAY)
    chosen, words = shown.chosen, shown.words
    cell = look_at(day, chosen, shown.rules)
    why = None if cell.off is None else words.off(cell.off, begins(day, chosen, shown.rules))
    button = _button(cell, words, why, acts)
    cells[day] = button
    band = ft.Container(
        height=BAND_HEIGHT, left=0, right=0, top=(Size.CALENDAR_DAY - BAND_HEIGHT) / 2, **_band(cell.look, chosen)
    )
    pressed = ft.Container(
        ft.MergeSemantics(content=button),
        left=0,
        right=0,
        alignment=ft.Alignment.CENTER,
        # Not a tooltip: as one comes and goes Flutter hangs the nodes of the whole window elsewhere, and who has them
        # read loses the focus because the mouse rests on a day.
        on_hover=functools.partial(acts.points, why) if why else None,
    )
    return ft.Stack([band, pressed], expand=True, height=Size.CALENDAR_DAY)


def _button(cell: Day, words: DateWords, why: str | None, acts: _Acts) -> ft.OutlinedButton:
    ends = cell.look in _ENDS
    off = cell.off is not None
    day = cell.date
    back = Colour.ACCENT if ends else ft.Colors.TRANSPARENT

    async def left(_: Any) -> None:
        await acts.leaves(day)

    return ft.OutlinedButton(
        ft.Semantics(label=_name(cell, words, why), exclude_semantics=True, selected=ends or None, content=_face(cell)),
        on_click=None if off else lambda _: acts.choose(day),
        on_focus=None if off else lambda _: acts.stands(day),
        on_blur=None if off else left,
        disabled=off,
        width=Size.CALENDAR_DAY,
        height=Size.CALENDAR_DAY,
        style=ft.ButtonStyle(
            padding=0,
            shape=ft.RoundedRectangleBorder(radius=Radius.PILL),
            bgcolor={HOVER: Colour.ACCENT_HOVER if ends else Colour.SUNKEN, REST: back},
            overlay_color=ft.Colors.TRANSPARENT,
            side={FOCUS: dataclasses.replace(RING, stroke_align=-1), REST: ft.BorderSide.none()},
            alignment=ft.Alignment.CENTER,
        ),
    )


def _face(cell: Day) -> ft.Control:
    ends, faint = cell.look in _ENDS, cell.look in (Look.TAKEN, Look.OFF)
    colour = Colour.ON_ACCENT if ends else Colour.TEXT_3 if faint else Colour.TEXT
    style = Style.AMOUNT_STRONG if ends or cell.look is Look.INSIDE else Style.AMOUNT
    return text(str(cell.date.day), style, colour, struck=cell.look is Look.TAKEN)


def _name(cell: Day, words: DateWords, why: str | None) -> str:
    more = {Look.CHECK_IN: words.check_in, Look.CHECK_OUT: words.check_out, Look.INSIDE: words.inside}.get(cell.look)
    more = more or why
    return f"{words.day(cell.date)}, {more}" if more else words.day(cell.date)


def _band(look: Look, chosen: DateRange) -> dict[str, Any]:
    if not chosen.complete or look not in (Look.CHECK_IN, Look.INSIDE, Look.CHECK_OUT):
        return {}
    if look is Look.INSIDE:
        return {"bgcolor": Colour.ACCENT_SOFT}
    soft, none = Colour.ACCENT_SOFT, ft.Colors.TRANSPARENT
    halves: list[str] = [none, none, soft, soft] if look is Look.CHECK_IN else [soft, soft, none, none]
    return {"gradient": ft.LinearGradient(halves, stops=[0, 0.5, 0.5, 1])}


@ft.component
def _Foot(chosen: DateRange, words: DateWords, on_change: Callable[[DateRange], Any], pointed: _Pointed) -> ft.Control:
    """What is chosen, or why the day under the pointer cannot be."""
    clear = [quiet(words.clear, lambda _: on_change(DateRange()), accent=True)] if chosen.check_in else []
    said = pointed.why[:1].upper() + pointed.why[1:] or words.summary(chosen)
    # A pointer is for those who see: only what is chosen is read out.
    summary = ft.Semantics(live_region=not pointed.why, content=text(said, Style.SMALL, Colour.TEXT_2))
    return ft.Row([ft.Container(summary, expand=True), *clear])
