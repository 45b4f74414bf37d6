"""The lines of a price, in words; all of them come from a quote or from the rules the server uses as well."""

from collections.abc import Sequence

import flet as ft

from client.core.language import day, day_range, money, t, tn, whole
from client.design.buttons import quiet
from client.design.layout import divider
from client.design.sheets import open_sheet
from client.design.text import amount, text
from client.design.tokens import Colour, Style
from client.parts.facts import nights_words
from client.parts.price_rules import percent_words, rule_sentence, rules_words
from client.parts.tourist_tax import tax_words
from shared_models.money import Money
from shared_models.prices import LineKind, PriceRuleKind, QuoteLine, monthly_payments, total_of


def line_words(line: QuoteLine) -> str:
    """`3 nights × £80.00`; `10 of 28 days of £1,000.00`; `Edinburgh visitor levy 5 %`."""
    price = money(line.unit)
    words = {
        LineKind.NIGHTS: lambda: f"{nights_words(line.quantity)} × {price}",
        LineKind.MONTHS: lambda: f"{tn('{n} month', '{n} months', line.quantity)} × {price}",
        LineKind.DAYS: lambda: t(
            "{days} of {all} days of {price}", days=line.quantity, all=line.of_days or line.quantity, price=price
        ),
        LineKind.EXTRA_GUESTS: lambda: t("Further guests, {n} × {price}", n=whole(line.quantity), price=price),
        LineKind.CLEANING: lambda: t("Cleaning, once"),
        LineKind.TOURIST_TAX: lambda: _tax_words(line),
    }
    return words.get(line.kind, lambda: t("Other"))()


def _tax_words(line: QuoteLine) -> str:
    rule = line.rules[0] if line.rules else None
    name = tax_words(rule.tax if rule else None)
    if rule is None or rule.percent is None:
        return t("{tax}, {n} × {price}", tax=name, n=whole(line.quantity), price=money(line.unit))
    return t("{tax} {percent} %", tax=name, percent=percent_words(rule.percent))


def why(line: QuoteLine) -> str:
    """Sentences that say where a line comes from: what it is, then each rule that made it."""
    return " ".join([*_begins_with(line), *(rule_sentence(rule, line.unit, line.base) for rule in line.rules)])


def _begins_with(line: QuoteLine) -> list[str]:
    price = money(line.base or line.unit)
    if line.kind == LineKind.NIGHTS:
        seasonal = any(rule.kind == PriceRuleKind.SEASON for rule in line.rules)
        return [] if seasonal else [t("A night costs {price} here.", price=price)]
    if line.kind == LineKind.MONTHS:
        return [t("A month costs {price}. Months count from the day you arrive, whatever their length.", price=price)]
    if line.kind == LineKind.DAYS:
        return [
            t(
                "The last part of a month costs its share: {days} of the {all} days it would have, "
                "rounded to the penny.",
                days=line.quantity,
                all=line.of_days or line.quantity,
            )
        ]
    if line.kind == LineKind.CLEANING:
        return [t("The landlord asks for cleaning once a stay, however long it is.")]
    return [] if line.rules else [t("The landlord asks for this.")]


def alike(lines: Sequence[QuoteLine]) -> list[list[QuoteLine]]:
    """The lines, those of nights at one price and for the same reasons together: other nights may lie between."""
    found: dict[object, list[QuoteLine]] = {}
    for place, line in enumerate(lines):
        nights = line.kind == LineKind.NIGHTS
        found.setdefault((line.unit, line.base, tuple(line.rules)) if nights else place, []).append(line)
    return list(found.values())


def together(lines: Sequence[QuoteLine]) -> QuoteLine:
    """Lines that are `alike` as one; of several it is for no stretch of nights."""
    first, *more = lines
    if not more:
        return first
    quantity = sum(line.quantity for line in lines)
    whole_ = {"quantity": quantity, "amount": total_of(lines), "first": None, "last": None}
    return first.model_copy(update=whole_)


def when_words(line: QuoteLine) -> str:
    """Which nights a line is for; "" when it is for the whole stay."""
    if line.first is None or line.last is None:
        return ""
    if line.first == line.last:
        return t("Night of {day}", day=day(line.first))
    return t("Nights of {days}", days=day_range(line.first, line.last))


def price_lines(lines: Sequence[QuoteLine], total: Money, *, faded: bool = False) -> ft.Control:
    """Every line with what made it, and the total below a rule. `faded` for a price that is not kept any more."""
    rows = [_row(line_words(line), money(line.amount), note=rules_words(line)) for line in map(together, alike(lines))]
    months = by_the_month(lines)
    return ft.Container(
        ft.Column(
            [
                *rows,
                ft.Container(divider(), padding=ft.Padding.symmetric(vertical=6)),
                _row(t("Total"), money(total), strong=True),
                *([text(months, Style.SMALL, Colour.TEXT_2)] if months else []),
            ],
            spacing=4,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),
        opacity=0.6 if faded else 1,
    )


def _row(label: str, figure: str, *, note: str = "", strong: bool = False) -> ft.Control:
    words = text(label, Style.STRONG if strong else Style.BODY, Colour.TEXT if strong else Colour.TEXT_2)
    below = [text(note, Style.SMALL, Colour.TEXT_3)] if note else []
    row = ft.Row(
        [ft.Column([words, *below], spacing=0, tight=True, expand=True), amount(figure, strong=strong)],
        spacing=12,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
    return ft.MergeSemantics(content=row)


def by_the_month(lines: Sequence[QuoteLine]) -> str:
    """What the first month costs and what follows; "" for a stay that is paid at once."""
    payments = monthly_payments(lines)
    if len(payments) < 2:
        return ""
    first, *later = payments
    amounts = {"first": money(first.amount), "amount": money(later[0].amount), "last": money(later[-1].amount)}
    if all(line.kind != LineKind.DAYS for line in lines):
        return t("The first month is {first}, each month after it {amount}.", **amounts)
    if len(later) == 1:
        return t("The first month is {first}, the part after it {last}.", **amounts)
    return t("The first month is {first}, each month after it {amount}, the part at the end {last}.", **amounts)


def why_button(page: ft.Page, lines: Sequence[QuoteLine], total: Money, *, home: str = "") -> ft.Control:
    """Opens the sheet that explains each line. `home` is its title where there are several on the page."""

    def show() -> None:
        open_sheet(page, t("Why this price"), explained(lines, total), close_name=t("Close"))

    name = t("Why this price: {home}", home=home) if home else ""
    return quiet(t("Why this price"), lambda _: show(), accent=True, name=name)


def explained(lines: Sequence[QuoteLine], total: Money) -> ft.Control:
    """Each line with the nights it is for and sentences on where it comes from; by the month also when it is paid."""
    return ft.Column(
        [
            *(_explained(each) for each in alike(lines)),
            divider(),
            _row(t("Total"), money(total), strong=True),
            *_payments(lines),
            text(t("This is all you pay for the stay. Nothing is added on arrival."), Style.SMALL, Colour.TEXT_2),
        ],
        spacing=14,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _explained(lines: Sequence[QuoteLine]) -> ft.Control:
    line, when = together(lines), [when_words(line) for line in lines]
    return ft.Column(
        [
            _row(line_words(line), money(line.amount)),
            *(text(words, Style.SMALL, Colour.TEXT_3) for words in when if words),
            text(why(line), Style.SMALL, Colour.TEXT_2),
        ],
        spacing=2,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _payments(lines: Sequence[QuoteLine]) -> list[ft.Control]:
    payments = monthly_payments(lines)
    if len(payments) < 2:
        return []
    rows = [_row(day(payment.due), money(payment.amount)) for payment in payments]
    title = text(t("When it is paid"), Style.LABEL)
    return [ft.Column([title, *rows], spacing=4, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)]
