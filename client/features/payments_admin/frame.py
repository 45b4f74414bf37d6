"""What stands round every page about money: its places, and the clock it is told by."""

from collections.abc import Callable
from typing import Any

import flet as ft

from client import paths
from client.core.language import t, tn
from client.design.chips import chip_row, filter_chip
from client.design.layout import page_header

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
    return [page_header(t("Money"), summary), chip_row(chips)]


def _to(page: ft.Page, path: str) -> Callable[[Any], None]:
    return lambda _: page.navigate(path)
