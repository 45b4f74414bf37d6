"""Everybody's payments: sought by booking, payer, amount or the provider's id, of one status or of all."""

from collections.abc import Callable
from typing import Any

import flet as ft

from client import paths
from client.core.action import Action
from client.core.boundaries import panel, screen
from client.core.hooks import use_once, use_start, use_text
from client.core.language import instant, money, t
from client.core.routing import SetQuery, use_query
from client.core.session import use_session
from client.core.tasks import use_task
from client.core.title import use_title
from client.design.buttons import outlined, quiet
from client.design.chips import chip_row, filter_chip, status_chip
from client.design.feedback import empty
from client.design.fields import text_field
from client.design.layout import SizeClass, card, scroll_page, use_size
from client.design.scroll_place import Pages, use_scroll_place
from client.design.table import Column, table
from client.design.text import amount, one_line, text
from client.design.tokens import Colour, Style
from client.features.payments_admin.frame import PAYMENTS, ZONE, money_header
from client.features.payments_admin.state import PaymentsState
from client.features.payments_admin.words import payment_status
from client.parts.panels import failed, loading_rows, next_page
from client.parts.shell import admin_shell
from shared_models.payments import PaymentStatus
from shared_models.payments_admin import PaymentRow

SHOWN = (
    *(PaymentStatus.CAPTURED, PaymentStatus.OPEN, PaymentStatus.AUTHORISED),
    *(PaymentStatus.EXPIRED, PaymentStatus.VOIDED, PaymentStatus.FAILED),
)
"""The statuses that one may look for, as often as one does."""


@screen
def AdminPaymentsScreen() -> ft.Control:
    """All payments."""
    use_title(t("Payments"))
    return admin_shell(_Payments(), "money")


@panel
def _Payments() -> ft.Control:
    session, size, page = use_session(), use_size(), ft.context.page
    query, set_query = use_query()
    sought, status = query.get("text", ""), _status(query.get("status", ""))
    payments = use_once(lambda: PaymentsState(session.http))
    load, more = use_once(lambda: Action(payments.load, latest=True)), use_once(lambda: Action(payments.more))

    async def fetch(_: Any = None) -> None:
        await load.start(sought, status)

    use_task(fetch, [sought, status], on_return=True)
    place = use_scroll_place(payments.rows is not None, Pages(lambda: len(payments.rows or ()), more.start))
    body = [
        *money_header(page, PAYMENTS, t("What was paid and what went back."), waiting=payments.waiting),
        _Search(sought, set_query),
        _statuses(status, set_query),
        *_list(page, payments, load, fetch, size, is_narrowed=bool(sought or status)),
        *next_page(payments.next_cursor, more),
    ]
    return scroll_page(body, size, spacing=16, place=place)


def _status(value: str) -> PaymentStatus | None:
    return PaymentStatus(value) if value in list(SHOWN) else None


@panel
def _Search(sought: str, set_query: SetQuery) -> ft.Control:
    typed, start = use_text(sought), use_start()

    async def seek() -> None:
        await set_query(text=typed.value.strip())

    async def press(_: Any) -> None:
        await seek()

    async def forget(_: Any) -> None:
        await set_query(text=None)

    ft.use_effect(lambda: typed.put(sought), [sought])  # Back leads to another search

    field = text_field(
        t("Search"),
        typed.value,
        typed.put,
        help=t("A booking’s reference, a name, an e-mail address, an amount, or an id such as pi_…"),
        on_submit=start(seek),
        max_length=200,
    )
    buttons = [outlined(t("Search payments"), press, icon=ft.Icons.SEARCH_ROUNDED)]
    if sought:
        buttons.append(quiet(t("Show all"), forget))
    return card(ft.Column([field, ft.Row([*buttons], wrap=True, spacing=8)], spacing=12))


def _statuses(chosen: PaymentStatus | None, set_query: SetQuery) -> ft.Control:
    def choose(status: PaymentStatus | None) -> Callable[[Any], Any]:
        async def press(_: Any) -> None:
            await set_query(status=None if status is None else status.value)

        return press

    chips = [filter_chip(t("All"), choose(None), chosen=chosen is None)]
    chips += [filter_chip(payment_status(each)[0], choose(each), chosen=each is chosen) for each in SHOWN]
    return chip_row(chips)


def _list(
    page: ft.Page, payments: PaymentsState, load: Action, again: Any, size: SizeClass, *, is_narrowed: bool
) -> list[ft.Control]:
    if load.problem is not None:
        return [failed(t("The payments did not load"), load.problem, again, busy=load.running)]
    if payments.rows is None:
        return [loading_rows(t("Loading the payments"))]
    if not payments.rows:
        if is_narrowed:
            return [empty(t("No payment is like that"), t("Look for something else, or at all of them."))]
        return [empty(t("Nobody has paid yet"), t("As soon as somebody books a stay by card, it stands here."))]
    return [_table(page, payments.rows, size)]


def _table(page: ft.Page, rows: tuple[PaymentRow, ...], size: SizeClass) -> ft.Control:
    columns: list[Column[PaymentRow]] = [
        Column(t("For what"), _what, wide=5),
        Column(t("Who pays"), lambda row: one_line(row.payer_name or t("No name")), wide=3),
        Column(t("When"), lambda row: one_line(instant(row.created_at, ZONE)), wide=3, tablet=False),
        Column(t("Status"), lambda row: status_chip(*payment_status(row.status)), wide=3),
        Column(t("Amount"), lambda row: amount(money(row.amount)), wide=2, figure=True),
        Column(t("Went back"), _refunded, wide=2, figure=True, tablet=False),
    ]
    return table(
        columns,
        rows,
        size=size,
        row_key=lambda row: row.id,
        row_name=_name,
        on_row=lambda row: page.navigate(paths.admin_payment(row.id)),
        row_card=_card,
    )


def _what(row: PaymentRow) -> ft.Control:
    below = [one_line(row.reference, Style.SMALL)] if row.reference else []
    return ft.Column([one_line(row.title, Style.STRONG, Colour.TEXT), *below], spacing=0, tight=True)


def _refunded(row: PaymentRow) -> ft.Control:
    return amount(money(row.refunded) if row.refunded.amount_minor else "")


def _name(row: PaymentRow) -> str:
    parts = (row.title, row.reference, row.payer_name, money(row.amount), payment_status(row.status)[0])
    return ", ".join(part for part in parts if part)


def _card(row: PaymentRow) -> ft.Control:
    small = " · ".join(part for part in (row.payer_name, row.reference, instant(row.created_at, ZONE)) if part)
    back = t("{amount} went back", amount=money(row.refunded)) if row.refunded.amount_minor else ""
    lines: list[ft.Control] = [
        text(row.title, Style.STRONG, max_lines=2),
        text(small, Style.SMALL, Colour.TEXT_2),
        *([text(back, Style.SMALL, Colour.TEXT_2)] if back else []),
        ft.Row(
            [status_chip(*payment_status(row.status)), amount(money(row.amount), strong=True)],
            alignment=ft.MainAxisAlignment.SPACE_BETWEEN,
            wrap=True,
        ),
    ]
    return ft.Column(lines, spacing=4, tight=True)
