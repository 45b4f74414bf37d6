"""The filters: chips above the results, and the sheet that holds them all."""

import dataclasses
from collections.abc import Awaitable, Callable
from typing import Any

import flet as ft

from client.core.action import Action
from client.core.flet_session import use_task
from client.core.hooks import use_made
from client.core.language import t, tn
from client.core.session import use_session
from client.design import fields
from client.design.buttons import OnClick, filled, quiet
from client.design.chips import chip_row, filter_chip
from client.design.sheets import sheet
from client.design.text import header
from client.design.tokens import Style
from client.features.search.state import Counter, FilterDraft
from client.features.search.wish import SORTS, Wish, chosen_filters, known_words
from client.parts.listing import type_word
from shared_models.money import Currency
from shared_models.properties import LetType, PropertyType
from shared_models.search import Sort

Apply = Callable[[Wish], Awaitable[None]]

QUICK = (PropertyType.FLAT, PropertyType.HOUSE, PropertyType.ROOM, PropertyType.STUDIO)
"""The kinds that have a chip of their own before anything is chosen."""


def sort_name(sort: Sort) -> str:
    """An order of results in words."""
    return {Sort.PRICE_LOW: t("Lowest price first"), Sort.PRICE_HIGH: t("Highest price first")}.get(
        sort, t("Newest first")
    )


def filter_chips(wish: Wish, on_open: OnClick | None, apply: Apply) -> ft.Control:
    """Filters first (where it opens something), then what is chosen, each with a cross, then the most wanted kinds."""

    def go(wished: Wish) -> OnClick:
        async def press(_: Any) -> None:
            await apply(wished)

        return press

    number = wish.filters
    first = filter_chip(
        t("Filters · {n}", n=number) if number else t("Filters"),
        on_open,
        chosen=bool(number),
        icon=ft.Icons.TUNE_ROUNDED,
        name=tn("Filters, {n} chosen", "Filters, {n} chosen", number) if number else t("Filters"),
    )
    chosen = [
        filter_chip(
            part.label,
            go(part.without),
            chosen=True,
            removable=True,
            name=t("{filter}, chosen, remove", filter=part.label),
        )
        for part in chosen_filters(wish)
    ]
    others = [filter_chip(type_word(kind), go(_with_type(wish, kind))) for kind in QUICK if kind not in wish.types]
    return chip_row([*([first] if on_open else []), *chosen, *others])


def _with_type(wish: Wish, kind: PropertyType) -> Wish:
    return dataclasses.replace(wish, types=(*wish.types, kind))


@ft.component
def FilterSheet(wish: Wish, phone: bool, apply: Apply, on_close: Callable[[], None]) -> ft.Control:
    """The sheet of all filters; its button says how many homes are left before it is pressed."""
    session = use_session()
    draft = use_made(lambda: FilterDraft.of(wish))
    counter = use_made(lambda: Counter(session.http))
    counting = use_made(lambda: Action(counter.count, latest=True))
    wished = draft.wish

    async def count() -> None:
        await counting.start(wished)

    async def show(_: Any) -> None:
        on_close()
        await apply(draft.wish)

    def clear(_: Any) -> None:
        draft.low = draft.high = ""
        draft.base = draft.base.without_filters()

    use_task(count, [wished])
    words = t("Show the homes")
    if counter.homes is not None:
        words = tn("Show {n} home", "Show {n} homes", counter.homes)
    ft.use_dialog(
        sheet(
            t("Filters"),
            _body(draft),
            phone=phone,
            close_name=t("Close the filters"),
            on_close=on_close,
            actions=[quiet(t("Clear filters"), clear), filled(words, show, disabled=bool(draft.errors))],
        )
    )
    return ft.Container()


def _body(draft: FilterDraft) -> ft.Control:
    return ft.Column(
        [_types(draft), _prices(draft), _order(draft)],
        spacing=22,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _types(draft: FilterDraft) -> ft.Control:
    def chip(kind: PropertyType) -> ft.Control:
        on = kind in draft.base.types

        def press(_: Any) -> None:
            kept = tuple(other for other in draft.base.types if other is not kind)
            draft.change(types=kept if on else (*kept, kind))

        return filter_chip(type_word(kind), press, chosen=on)

    chips = [chip(kind) for kind in known_words(PropertyType)]
    return ft.Column(
        [header(t("Kind of home"), 3, style=Style.LABEL), chip_row(chips, wrap=True)], spacing=10, tight=True
    )


def _prices(draft: FilterDraft) -> ft.Control:
    errors, currency = draft.errors, draft.base.currency
    monthly = draft.base.let_type == LetType.MONTHLY
    low = fields.text_field(
        t("Lowest a month") if monthly else t("Lowest a night"),
        draft.low,
        lambda value: setattr(draft, "low", value),
        error=errors.get("low"),
        keyboard=ft.KeyboardType.NUMBER,
        unit_after=currency.value,
    )
    high = fields.text_field(
        t("Highest a month") if monthly else t("Highest a night"),
        draft.high,
        lambda value: setattr(draft, "high", value),
        error=errors.get("high"),
        keyboard=ft.KeyboardType.NUMBER,
        unit_after=currency.value,
    )
    money = fields.select(
        t("Currency"),
        currency.value,
        [(one.value, one.value) for one in known_words(Currency)],
        lambda value: draft.change(currency=Currency(value)),
        help=t("With a price, homes in other currencies are left out."),
    )
    return ft.Column(
        [
            ft.Row(
                [ft.Container(low, expand=True), ft.Container(high, expand=True)],
                spacing=12,
                vertical_alignment=ft.CrossAxisAlignment.START,
            ),
            money,
        ],
        spacing=14,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _order(draft: FilterDraft) -> ft.Control:
    return fields.select(
        t("Order"),
        draft.base.sort.value,
        [(sort.value, sort_name(sort)) for sort in SORTS],
        lambda value: draft.change(sort=Sort(value)),
    )
