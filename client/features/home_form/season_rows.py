"""The seasons of a home: a row each, with a calendar for its days and a field for its shortest stay."""

import dataclasses
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final

import flet as ft

from client.core import clock
from client.core.boundaries import panel
from client.core.language import day_short, t
from client.design import fields
from client.design.buttons import filled, icon_button, outlined, target
from client.design.date_range import DateRangePicker, DateWords
from client.design.date_range_rules import DateRange, StayRules
from client.design.form_fields import FormFields
from client.design.layout import SizeClass, use_size
from client.design.rows import keyed
from client.design.sheets import sheet
from client.design.text import text
from client.design.tokens import Colour, Radius, Size, Style
from client.features.home_form.seasons import SeasonRow, days_of, days_words, longest_season, rows_of, words_of
from client.features.home_form.state import HomeEditor
from client.parts.dates import calendar_words

MAX_SEASONS: Final = 20
_LONGEST: Final = 364
"""Days from the first to the last: a season comes back every year."""


@dataclasses.dataclass(frozen=True)
class _Picking:
    """The row whose days are being chosen, and what is chosen so far."""

    row: int
    chosen: DateRange


class _Rows:
    """The rows as they stand in the form. Each has a number of its own, so that what is typed stays in its row."""

    def __init__(self, form: HomeEditor, touch: Callable[[], None]) -> None:
        self.form, self.touch = form, touch
        self.ids: list[int] = []
        self._last = 0

    def now(self) -> list[SeasonRow]:
        rows = rows_of(self.form.typed.get("seasons"))
        while len(self.ids) < len(rows):
            self._last += 1
            self.ids.append(self._last)
        del self.ids[len(rows) :]
        return rows

    def change(self, number: int, **values: str) -> None:
        rows = self.now()
        rows[number] = dataclasses.replace(rows[number], **values)
        self._write(rows)

    def add(self) -> None:
        self._write([*self.now(), SeasonRow()])
        self.form.saw()

    def remove(self, number: int) -> None:
        rows = self.now()
        del rows[number], self.ids[number]
        self._write(rows)
        self.form.forget_errors("seasons")
        self.form.saw()

    def _write(self, rows: Sequence[SeasonRow]) -> None:
        self.form.put("seasons", words_of(rows))
        self.touch()


@panel
def SeasonRows(form: HomeEditor, touch: Callable[[], None], places: FormFields) -> ft.Control:
    """The rows, and the button that adds one."""
    rows: _Rows = ft.use_memo(lambda: _Rows(form, touch), [form])
    state: Any = ft.use_state(None)
    picking, set_picking = state
    phone = use_size() is SizeClass.PHONE
    shown = rows.now()

    def open_(number: int) -> None:
        days = days_of(rows.now()[number], longest_season(clock.now().date())[0])
        set_picking(_Picking(number, DateRange(*days) if days else DateRange()))

    def take(done: _Picking) -> None:
        first, last = done.chosen.check_in, done.chosen.check_out
        if first is not None and last is not None:
            rows.change(done.row, first=_month_day(first), last=_month_day(last))
            form.saw()
            set_picking(None)

    ft.use_dialog(None if picking is None else _calendar(picking, set_picking, take, phone))
    lines = [
        keyed(rows.ids[number], _Row(form, rows, number, row, open_, places, phone)) for number, row in enumerate(shown)
    ]
    help_ = t("A part of every year with a shortest stay of its own. Where seasons overlap the longest one counts.")
    add = outlined(
        t("Add a season"), lambda _: rows.add(), icon=ft.Icons.ADD_ROUNDED, disabled=len(shown) >= MAX_SEASONS
    )
    error = form.errors.get("seasons")
    return ft.Column(
        [
            text(t("Longer in a season"), Style.LABEL),
            text(help_, Style.SMALL, Colour.TEXT_2),
            *lines,
            *([fields.error_line(error)] if error else []),
            ft.Row([add]),
        ],
        spacing=12,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


@ft.component
def _Row(
    form: HomeEditor,
    rows: _Rows,
    number: int,
    row: SeasonRow,
    open_: Callable[[int], None],
    places: FormFields,
    phone: bool,
) -> ft.Control:
    """One season."""
    days, nights = f"seasons.{number}.days", f"seasons.{number}.nights"
    field = fields.text_field(
        t("Shortest stay in season {n}", n=number + 1),
        row.nights,
        lambda value: rows.change(number, nights=value),
        on_leave=lambda: form.left(nights),
        error=form.errors.get(nights),
        unit_after=t("nights"),
        keyboard=ft.KeyboardType.NUMBER,
        max_length=4,
        ref=places.ref(nights),
    )
    away = icon_button(
        ft.Icons.DELETE_OUTLINE_ROUNDED, t("Remove season {n}", n=number + 1), lambda _: rows.remove(number)
    )
    which = _days(number, row, form.errors.get(days), lambda: open_(number), places.ref(days))
    if phone:
        top = ft.Row([ft.Container(which, expand=True), away], vertical_alignment=ft.CrossAxisAlignment.END, spacing=4)
        return ft.Column([top, field], spacing=12, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    return ft.Row(
        [
            ft.Container(which, expand=1),
            ft.Container(field, expand=1),
            ft.Container(away, margin=ft.Margin.only(top=26)),
        ],
        spacing=12,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )


def _days(number: int, row: SeasonRow, error: str | None, press: Callable[[], None], ref: ft.Ref[Any]) -> ft.Control:
    """The days of a season, and the way to its calendar: like a field, with its label above."""
    label, words = t("Days of season {n}", n=number + 1), days_words(row)
    shown = text(words or t("Choose the days"), Style.BODY, Colour.TEXT if words else Colour.TEXT_3)
    face = ft.Row([ft.Container(shown, expand=True), ft.Icon(ft.Icons.CALENDAR_MONTH_OUTLINED, size=Size.ICON)])
    button = target(
        face,
        t("{label}: {days}", label=label, days=words or t("Choose the days")),
        lambda _: press(),
        radius=Radius.CONTROL,
        line=Colour.DANGER if error else Colour.LINE_STRONG,
        bgcolor=Colour.SURFACE,
        padding=ft.Padding.symmetric(horizontal=14, vertical=11),
        align=ft.Alignment.CENTER_LEFT,
        ref=ref,
    )
    return ft.Column(
        [
            ft.Semantics(exclude_semantics=True, content=text(label, Style.LABEL)),
            button,
            *([fields.error_line(error)] if error else []),
        ],
        spacing=6,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _calendar(
    picking: _Picking, choose: Callable[[_Picking | None], None], take: Callable[[_Picking], None], phone: bool
) -> ft.DialogControl:
    first, last = longest_season(clock.now().date())
    picker = DateRangePicker(
        picking.chosen,
        StayRules(first=first, last=last, longest=_LONGEST),
        lambda chosen: choose(dataclasses.replace(picking, chosen=chosen)),
        words=season_date_words(),
    )
    return sheet(
        t("Days of season {n}", n=picking.row + 1),
        picker,
        phone=phone,
        close_name=t("Close"),
        on_close=lambda: choose(None),
        actions=[filled(t("Take these days"), lambda _: take(picking), disabled=not picking.chosen.complete)],
    )


def season_date_words() -> DateWords:
    """The calendar's words when a season is chosen and nothing is booked."""

    def summary(chosen: DateRange) -> str:
        if chosen.check_in is not None and chosen.check_out is not None:
            return t(
                "{first} to {last}, every year", first=day_short(chosen.check_in), last=day_short(chosen.check_out)
            )
        return t("Choose the last day") if chosen.check_in else t("Choose the first day")

    ends = t("first day"), t("last day")
    return calendar_words(lambda _reason, _day: t("too far ahead"), summary, ends=ends, inside=t("in the season"))


def _month_day(day: date) -> str:
    return day.isoformat()[5:]
