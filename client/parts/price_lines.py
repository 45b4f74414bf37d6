"""The lines of a price, in words; all of them come from a quote or from the rules the server uses as well."""

from collections.abc import Sequence

import flet as ft

from client.core.language import day, day_range, money, t, tn
from client.design.buttons import quiet
from client.design.layout import divider
from client.design.sheets import open_sheet
from client.design.text import amount, text
from client.design.tokens import Colour, Style
from client.parts.facts import nights_words
from shared_models.money import Money
from shared_models.prices import LineKind, QuoteLine


def line_words(line: QuoteLine) -> str:
    """`3 nights × £80.00`; `10 of 28 days of £1,000.00`."""
    if line.kind == LineKind.NIGHTS:
        return f"{nights_words(line.quantity)} × {money(line.unit)}"
    if line.kind == LineKind.MONTHS:
        return f"{tn('{n} month', '{n} months', line.quantity)} × {money(line.unit)}"
    if line.kind == LineKind.DAYS and line.of_days:
        return t("{days} of {all} days of {price}", days=line.quantity, all=line.of_days, price=money(line.unit))
    return t("Cleaning, once") if line.kind == LineKind.CLEANING else t("Other")


def why(line: QuoteLine) -> str:
    """One sentence that says where a line comes from."""
    if line.kind == LineKind.NIGHTS:
        return t("Each night costs {price}; you sleep here {nights}.", price=money(line.unit), nights=_nights(line))
    if line.kind == LineKind.MONTHS:
        return t(
            "A month costs {price}. Months count from the day you arrive, whatever their length.",
            price=money(line.unit),
        )
    if line.kind == LineKind.DAYS:
        return t(
            "The last part of a month costs its share: {days} of the {all} days it would have, rounded to the penny.",
            days=line.quantity,
            all=line.of_days or line.quantity,
        )
    if line.kind == LineKind.CLEANING:
        return t("The landlord asks for cleaning once a stay, however long it is.")
    return t("The landlord asks for this.")


def _nights(line: QuoteLine) -> str:
    return nights_words(line.quantity)


def when_words(line: QuoteLine) -> str:
    """Which nights a line is for; "" when it is for the whole stay."""
    if line.first is None or line.last is None:
        return ""
    if line.first == line.last:
        return t("Night of {day}", day=day(line.first))
    return t("Nights of {days}", days=day_range(line.first, line.last))


def price_lines(lines: Sequence[QuoteLine], total: Money, *, faded: bool = False) -> ft.Control:
    """Every line and the total below a rule. `faded` for a price that is not kept any more."""
    rows = [_row(line_words(line), money(line.amount)) for line in lines]
    return ft.Container(
        ft.Column(
            [
                *rows,
                ft.Container(divider(), padding=ft.Padding.symmetric(vertical=6)),
                _row(t("Total"), money(total), strong=True),
            ],
            spacing=4,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),
        opacity=0.6 if faded else 1,
    )


def _row(label: str, figure: str, *, strong: bool = False) -> ft.Control:
    words = text(label, Style.STRONG if strong else Style.BODY, Colour.TEXT if strong else Colour.TEXT_2, expand=True)
    return ft.MergeSemantics(content=ft.Row([words, amount(figure, strong=strong)], spacing=12))


def why_button(page: ft.Page, lines: Sequence[QuoteLine], total: Money, *, home: str = "") -> ft.Control:
    """Opens the sheet that explains each line. `home` is its title where there are several on the page."""

    def show() -> None:
        open_sheet(page, t("Why this price"), explained(lines, total), close_name=t("Close"))

    name = t("Why this price: {home}", home=home) if home else ""
    return quiet(t("Why this price"), lambda _: show(), accent=True, name=name)


def explained(lines: Sequence[QuoteLine], total: Money) -> ft.Control:
    """Each line with the nights it is for and a sentence on where it comes from."""
    return ft.Column(
        [
            *(_explained(line) for line in lines),
            divider(),
            _row(t("Total"), money(total), strong=True),
            text(t("This is all you pay for the stay. Nothing is added on arrival."), Style.SMALL, Colour.TEXT_2),
        ],
        spacing=14,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _explained(line: QuoteLine) -> ft.Control:
    when = when_words(line)
    return ft.Column(
        [
            _row(line_words(line), money(line.amount)),
            *([text(when, Style.SMALL, Colour.TEXT_3)] if when else []),
            text(why(line), Style.SMALL, Colour.TEXT_2),
        ],
        spacing=2,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
