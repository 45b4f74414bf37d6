"""Earnings: what I earn with each stay, what is on the way, what waits and why, and what was paid out."""

from datetime import date, timedelta
from typing import Any

import flet as ft

from client import paths
from client.core import clock
from client.core.action import Action
from client.core.boundaries import panel, screen
from client.core.device import save_one
from client.core.hooks import use_once
from client.core.language import money, month, t
from client.core.problem_words import problem_words
from client.core.session import use_session
from client.core.tasks import use_task
from client.core.title import use_title
from client.design.buttons import outlined, target
from client.design.feedback import empty
from client.design.fields import error_summary
from client.design.layout import card, divider, page_header, scroll_page, use_size
from client.design.rows import keyed
from client.design.scroll_place import Pages, use_scroll_place
from client.design.text import amount, header, text
from client.design.tokens import Colour, Size, Style
from client.features.earnings.state import EarningsState
from client.features.earnings.words import mine, owed_words, when_words, where_chip
from client.parts.panels import failed, loading_rows, next_page
from client.parts.shell import landlord_shell
from shared_models.earnings import Earning, EarningsTotal


@screen
def EarningsScreen() -> ft.Control:
    """The amounts by where they are, and the list; pressing one leads to where its money is."""
    use_title(t("Earnings"))
    return landlord_shell(_Earnings(), "earnings")


@panel
def _Earnings() -> ft.Control:
    session, size = use_session(), use_size()
    state = use_once(lambda: EarningsState(session.http))
    load, more = use_once(lambda: Action(state.load)), use_once(lambda: Action(state.load_more))
    save = use_once(lambda: Action(lambda chosen: _save(state, chosen)))

    async def fetch(_: Any = None) -> None:
        await load.start()

    use_task(fetch, on_return=True)
    place = use_scroll_place(load.done, Pages(lambda: len(state.items or ()), more.start))
    problems = [save.problem] if save.problem is not None else []
    body = [
        page_header(t("Earnings"), t("A stay is paid out a day after check-in, a month a day after it begins."),
                    _files(save) if state.items else []),
        *(error_summary(problem_words(problem)) for problem in problems),
        *(keyed(total.currency.value, _total(total)) for total in state.totals),
        *_list(state, load, fetch),
        *next_page(state.next_cursor, more),
    ]  # fmt: skip
    return scroll_page(body, size, width=Size.READING, spacing=12, place=place)


def _files(save: Action) -> list[ft.Control]:
    """The statement of the month that is over, and all of it."""
    last = clock.now().date().replace(day=1) - timedelta(days=1)

    async def month_over(_: Any) -> None:
        await save.start(last)

    async def everything(_: Any) -> None:
        await save.start(None)

    return [
        outlined(t("Save {month}", month=month(last)), month_over, icon=ft.Icons.DOWNLOAD_ROUNDED, busy=save.running),
        outlined(t("Save everything"), everything, icon=ft.Icons.DOWNLOAD_ROUNDED, busy=save.running),
    ]


async def _save(state: EarningsState, within: date | None) -> None:
    chosen = None if within is None else f"{within:%Y-%m}"
    name = "earnings.csv" if chosen is None else f"earnings-{chosen}.csv"
    await save_one(t("Keep your earnings"), name, await state.as_file(chosen))


def _total(total: EarningsTotal) -> ft.Control:
    """Where the money of one currency is. Currencies are never added up."""
    figures = [
        (t("On the way, before our fee"), total.on_the_way),
        (t("Waits to be paid out"), total.waits),
        (t("Paid out"), total.paid),
    ]
    lines: list[ft.Control] = [header(t("Where your money is, in {currency}", currency=total.currency.value), 2,
                                      style=Style.H3)]  # fmt: skip
    for label, figure in figures:
        row = ft.Row([text(label, color=Colour.TEXT_2, expand=True), amount(money(figure), strong=True)], spacing=12)
        lines += [divider(), ft.MergeSemantics(content=row)]
    if total.owed.amount_minor:
        lines += [divider(), text(owed_words(total.owed))]
    return card(ft.Column(lines, spacing=10, horizontal_alignment=ft.CrossAxisAlignment.STRETCH))


def _list(state: EarningsState, load: Action, again: Any) -> list[ft.Control]:
    page = ft.context.page
    if state.items is None and load.problem is not None:
        return [failed(t("Your earnings did not load"), load.problem, again, busy=load.running)]
    if state.items is None:
        return [loading_rows(t("Loading your earnings"))]
    if not state.items:
        return [
            empty(
                t("Nothing earned yet"),
                t("When a guest pays for a stay by card it stands here, with our fee and the day it is paid out."),
                action=t("Your homes"),
                on_action=lambda _: page.navigate(paths.LANDLORD_HOMES),
            )
        ]
    return [keyed(item.id, _row(item)) for item in state.items]


def _row(item: Earning) -> ft.Control:
    page = ft.context.page
    told = when_words(item)
    head = ft.Row(
        [text(item.title, Style.LABEL, max_lines=2, expand=True), amount(money(mine(item)))],
        spacing=12,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
    words = ft.Column(
        [
            head,
            *([text(item.reference, Style.SMALL, Colour.TEXT_2)] if item.reference else []),
            ft.Row([where_chip(item)], wrap=True),
            text(told, Style.SMALL, Colour.TEXT_2),
        ],
        spacing=4,
        expand=True,
    )
    row = ft.Row([words, ft.Icon(ft.Icons.CHEVRON_RIGHT_ROUNDED, color=Colour.TEXT_3)], spacing=14)
    name, way = f"{item.title}. {item.reference}. {told}", paths.landlord_earning(item.id)
    return target(row, name, lambda _: page.navigate(way), padding=16, align=ft.Alignment.CENTER_LEFT)
