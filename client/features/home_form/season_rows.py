"""The seasons of a home: a row each, with a calendar for its days, its price a night and its shortest stay."""

import dataclasses
from collections.abc import Callable
from datetime import date
from typing import Any, Final

import flet as ft

from client.core import clock
from client.core.boundaries import panel
from client.core.language import currency_sign, day_short, t
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
from client.features.home_form.field_cards import pair
from client.features.home_form.kept_rows import KeptRows, RowWords
from client.features.home_form.seasons import SeasonRow, days_of, days_words, longest_season, rows_of, words_of
from client.features.home_form.state import HomeEditor
from client.parts.dates import calendar_words
from shared_models.properties import LetType

MAX_SEASONS: Final = 20
_LONGEST: Final = 364
"""Days from the first to the last: a season comes back every year."""


@dataclasses.dataclass(frozen=True)
class _Picking:
    """The row whose days are being chosen, and what is chosen so far."""

    row: int
    chosen: DateRange


_WORDS: Final = RowWords("seasons", rows_of, words_of, SeasonRow())


@dataclasses.dataclass(frozen=True, eq=False)
class _Ways:
    """What the rows read and call."""

    form: HomeEditor
    rows: KeptRows[SeasonRow]
    places: FormFields
    open: Callable[[int], None]
    """Shows the calendar for the days of a row."""


@panel
def SeasonRows(form: HomeEditor, touch: Callable[[], None], places: FormFields) -> ft.Control:
    """The rows, and the button that adds one."""
    rows: KeptRows[SeasonRow] = ft.use_memo(lambda: KeptRows(form, touch, _WORDS), [form])
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
    ways = _Ways(form, rows, places, open_)
    lines = [keyed(rows.ids[number], _Row(ways, number, row)) for number, row in enumerate(shown)]
    add = outlined(
        t("Add a season"), lambda _: rows.add(), icon=ft.Icons.ADD_ROUNDED, disabled=len(shown) >= MAX_SEASONS
    )
    error = form.errors.get("seasons")
    return ft.Column(
        [*lines, *([fields.error_line(error)] if error else []), ft.Row([add])],
        spacing=16,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


@ft.component
def _Row(ways: _Ways, number: int, row: SeasonRow) -> ft.Control:
    """One season: its days, and below them what differs in it."""
    days = f"seasons.{number}.days"
    away = icon_button(
        ft.Icons.DELETE_OUTLINE_ROUNDED, t("Remove season {n}", n=number + 1), lambda _: ways.rows.remove(number)
    )
    error, ref = ways.form.errors.get(days), ways.places.ref(days)
    which = _days(number, row, error, lambda: ways.open(number), ref)
    top = ft.Row(
        [ft.Container(which, expand=True), ft.Container(away, margin=ft.Margin.only(top=26))],
        vertical_alignment=ft.CrossAxisAlignment.START,
        spacing=4,
    )
    price = _field(
        ways,
        (number, "price"),
        t("Price in season {n}", n=number + 1),
        row.price,
        unit=currency_sign(ways.form.typed.currency.value),
        max_length=14,
    )
    nights = _field(
        ways,
        (number, "nights"),
        t("Shortest stay in season {n}", n=number + 1),
        row.nights,
        unit_after=t("nights"),
        max_length=4,
    )
    monthly = ways.form.typed.get("let_type") == LetType.MONTHLY.value
    below = nights if monthly else pair(price, nights)
    return ft.Column([top, below], spacing=12, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def _field(ways: _Ways, part: tuple[int, str], label: str, value: str, **more: Any) -> ft.Control:
    """A field of one row; `part` is the row's number and what of it is typed."""
    number, name = part
    path = f"seasons.{number}.{name}"
    return fields.text_field(
        label,
        value,
        lambda typed: ways.rows.change(number, **{name: typed}),
        on_leave=lambda: ways.form.left(path),
        error=ways.form.errors.get(path),
        hint=t("As usual"),
        keyboard=ft.KeyboardType.NUMBER,
        ref=ways.places.ref(path),
        **more,
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
