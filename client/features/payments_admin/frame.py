"""What stands round every page about money: its places, and the clock it is told by."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import flet as ft

from client import paths
from client.core.language import t, tn
from client.core.routing import SetQuery
from client.design.buttons import quiet
from client.design.chips import chip_row, filter_chip
from client.design.layout import card, page_header
from client.design.text import text
from client.design.tokens import Style

ZONE = "UTC"
"""Money belongs to no home, so its moments are told by no home's clock."""
PAYMENTS, APPROVALS, DISPUTES, RECONCILIATION = "payments", "approvals", "disputes", "reconciliation"


def money_header(page: ft.Page, chosen: str, summary: str, *, waiting: int = 0) -> list[ft.Control]:
    """The title, and the places that belong together."""
    approvals = t("To agree to") if not waiting else tn("{n} to agree to", "{n} to agree to", waiting)
    places = [
        (PAYMENTS, t("Payments"), paths.ADMIN_PAYMENTS),
        (APPROVALS, approvals, paths.ADMIN_REFUNDS),
        (DISPUTES, t("Disputes"), paths.ADMIN_DISPUTES),
        (RECONCILIATION, t("Reconciliation"), paths.ADMIN_RECONCILIATION),
    ]
    chips = [filter_chip(label, _to(page, path), chosen=key == chosen) for key, label, path in places]
    return [page_header(t("Money"), summary), chip_row(chips, wrap=True)]


def more_or_fewer(few: str, many: str, word: str, chosen: bool, set_query: SetQuery) -> ft.Control:
    """The choice between the rows that wait, which are shown at first, and those that `show=word` in the query adds."""

    async def show_few(_: Any) -> None:
        await set_query(show=None)

    async def show_many(_: Any) -> None:
        await set_query(show=word)

    return chip_row([filter_chip(few, show_few, chosen=not chosen), filter_chip(many, show_many, chosen=chosen)])


def of_payment(page: ft.Page, payment_id: UUID, title: str, body: ft.Control) -> ft.Control:
    """Something about a payment, and the way to it."""
    open_ = quiet(
        t("Look at the payment"),
        _to(page, paths.admin_payment(payment_id)),
        accent=True,
        name=t("Look at the payment: {title}", title=title),
    )
    rows = [text(title, Style.LABEL), body, ft.Row([open_])]
    return card(ft.Column(rows, spacing=6, horizontal_alignment=ft.CrossAxisAlignment.STRETCH))


def _to(page: ft.Page, path: str) -> Callable[[Any], None]:
    return lambda _: page.navigate(path)
