"""The stays of the year that is over: what was agreed, and what they would cost with the prices as they are typed."""

from typing import Final

import flet as ft

from client.core.language import day_range, money, t, tn
from client.design.layout import divider
from client.design.text import amount, text
from client.design.tokens import Colour, Style
from client.features.home_form.prices.year import apart_words
from client.parts.facts import guests_words, nights_words
from shared_models.price_simulation import PriceSimulation, RepricedStay, RepricedSum

MOST_SHOWN: Final = 12
_STRETCH = ft.CrossAxisAlignment.STRETCH


def past_stays(found: PriceSimulation) -> list[ft.Control]:
    """The sums, then the last stays, each as agreed and as it would be."""
    if not found.stays:
        words = t("Nobody stayed here in the past 12 months, so there is nothing to compare with.")
        return [text(words, color=Colour.TEXT_2)]
    rows: list[ft.Control] = [_sum(each) for each in found.sums]
    latest = sorted(found.stays, key=lambda stay: stay.check_in, reverse=True)
    for stay in latest[:MOST_SHOWN]:
        rows += [divider(), _stay(stay)]
    more = len(latest) - MOST_SHOWN
    if more > 0:
        words = tn("{n} earlier stay is in the sum, too.", "{n} earlier stays are in the sum, too.", more)
        rows += [divider(), text(words, Style.SMALL, Colour.TEXT_2)]
    told = t("Each as if it were booked on the same day as then, for as many guests.")
    return [*rows, text(told, Style.SMALL, Colour.TEXT_2)]


def _sum(sums: RepricedSum) -> ft.Control:
    """All stays of one currency."""
    lines = [
        (tn("{n} stay as agreed", "{n} stays as agreed", sums.stays), money(sums.agreed), False),
        (t("With these prices"), money(sums.repriced), False),
        (t("Difference"), apart_words(sums.agreed, sums.repriced), True),
    ]
    return ft.Column([_line(*line) for line in lines], spacing=4, horizontal_alignment=_STRETCH)


def _line(words: str, figure: str, strong: bool) -> ft.Control:
    label = text(words, Style.STRONG if strong else Style.BODY, Colour.TEXT if strong else Colour.TEXT_2, expand=True)
    return ft.MergeSemantics(content=ft.Row([label, amount(figure, strong=strong)], spacing=12))


def _stay(stay: RepricedStay) -> ft.Control:
    """One stay as one line for readers."""
    nights = nights_words((stay.check_out - stay.check_in).days)
    apart = (
        apart_words(stay.agreed, stay.repriced)
        if stay.agreed.currency == stay.repriced.currency
        else t("another currency")
    )
    words = ft.Column(
        [
            text(day_range(stay.check_in, stay.check_out), Style.SMALL_STRONG),
            text(f"{nights} · {guests_words(stay.guests)}", Style.SMALL, Colour.TEXT_2),
        ],
        spacing=0,
        expand=True,
    )
    figures = ft.Column(
        [
            amount(money(stay.repriced)),
            text(f"{t('agreed {amount}', amount=money(stay.agreed))} · {apart}", Style.SMALL, Colour.TEXT_2),
        ],
        spacing=0,
        horizontal_alignment=ft.CrossAxisAlignment.END,
    )
    return ft.MergeSemantics(
        content=ft.Row([words, figures], spacing=12, vertical_alignment=ft.CrossAxisAlignment.START)
    )
