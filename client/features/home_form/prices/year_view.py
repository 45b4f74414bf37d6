"""The year to come: a line a month with its nights in shades, their range, and a week that begins in it."""

from typing import Final

import flet as ft

from client.core.language import day_short, money, month_short, t
from client.design.layout import divider
from client.design.text import text
from client.design.tokens import Colour, Radius, Style
from client.features.home_form.prices.year import LEVELS, MonthPrices, months_of, range_words, year_words
from shared_models.money import Money
from shared_models.price_simulation import PriceSimulation

_MONTH_WIDTH: Final = 72
_STRIP: Final = 18
_LONGEST_MONTH: Final = 31


def year_to_come(found: PriceSimulation) -> list[ft.Control]:
    """The months, what all of it comes to, and what the shades mean."""
    if not found.days:
        return [text(t("By the month the price is the same all year."), color=Colour.TEXT_2)]
    months = months_of(found)
    lowest, highest = min(each.low for each in months), max(each.high for each in months)
    guests = t("As if booked today. A week is seven nights for two, with cleaning and tourist tax.")
    rows: list[ft.Control] = [text(year_words(found), Style.LABEL)]
    for each in months:
        rows += [divider(), _month(each, found)]
    return [
        *rows,
        divider(),
        _legend(range_words(lowest, highest, found.currency)),
        text(guests, Style.SMALL, Colour.TEXT_2),
    ]


def _month(month: MonthPrices, found: PriceSimulation) -> ft.Control:
    """One month as one line for readers."""
    sample, currency = month.sample, found.currency
    nights = range_words(month.low, month.high, currency)
    week = money(Money(amount_minor=sample.week_minor, currency=currency))
    name, begins = month_short(sample.day), day_short(sample.day)
    now = money(Money(amount_minor=sample.saved_week_minor, currency=found.saved_currency))
    was = [text(t("now {amount}", amount=now), Style.SMALL, Colour.TEXT_2)] if month.changed else []
    label = t("{month}: a night {nights}, a week from {day} {week}", month=name, nights=nights, day=begins, week=week)
    figures = ft.Row(
        [
            text(nights, Style.SMALL_STRONG, expand=True),
            ft.Column(
                [text(t("week from {day}: {amount}", day=begins, amount=week), Style.SMALL), *was],
                spacing=0,
                tight=True,
                horizontal_alignment=ft.CrossAxisAlignment.END,
            ),
        ],
        spacing=8,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
    strip = ft.Row(
        [
            ft.Container(text(name, Style.SMALL, Colour.TEXT_2), width=_MONTH_WIDTH),
            ft.Container(_strip(month), expand=True),
        ],
        spacing=8,
    )
    label += f", {t('now {amount}', amount=now)}" if was else ""
    face = ft.Column([strip, figures], spacing=4, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    return ft.Semantics(label=label, exclude_semantics=True, content=face)


def _strip(month: MonthPrices) -> ft.Control:
    """The nights side by side, each day of a month at the place of its number."""
    before = month.days[0].day.day - 1
    after = _LONGEST_MONTH - before - len(month.days)
    runs = [_shade(run.level, run.nights) for run in month.runs]
    cells: list[ft.Control] = [*_gap(before), *runs, *_gap(after)]
    return ft.Container(ft.Row(cells, spacing=0), border_radius=Radius.SMALL, clip_behavior=ft.ClipBehavior.ANTI_ALIAS)


def _gap(days: int) -> list[ft.Control]:
    """Days of the month that are not in the answer."""
    return [ft.Container(expand=days)] if days else []


def _shade(level: int, nights: int) -> ft.Container:
    """A stretch of nights; the dearer, the darker."""
    strength = 0.16 + 0.84 * level / (LEVELS - 1)
    return ft.Container(height=_STRIP, expand=nights, bgcolor=ft.Colors.with_opacity(strength, Colour.SERIES_2))


def _legend(words: str) -> ft.Control:
    """From the cheapest shade to the dearest."""
    shades = ft.Row([_shade(level, 1) for level in range(LEVELS)], spacing=0, width=100)
    return ft.Semantics(
        label=t("A night costs {range}", range=words),
        exclude_semantics=True,
        content=ft.Row([text(words, Style.SMALL, Colour.TEXT_2, expand=True), shades], spacing=8),
    )
