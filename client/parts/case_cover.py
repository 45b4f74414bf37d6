"""The picture beside a case: the home it is about, or a sign for what is none."""

import flet as ft

from client.core.session import Session
from client.design.tokens import Colour, Size
from client.parts.listing import cover
from shared_models.cases import ABOUT_HOMES, CaseKind, CaseRead

_SIGNS = {
    CaseKind.FAILED_JOB: ft.Icons.SYNC_PROBLEM_ROUNDED,
    CaseKind.DISPUTE: ft.Icons.ACCOUNT_BALANCE_ROUNDED,
    CaseKind.FAILED_REFUND: ft.Icons.CREDIT_CARD_OFF_ROUNDED,
    CaseKind.PAYOUT: ft.Icons.PAYMENTS_OUTLINED,
    CaseKind.RECONCILIATION: ft.Icons.BALANCE_ROUNDED,
}


def case_cover(
    session: Session, case: CaseRead, *, width: float, height: float, radius: float = 8, pixels: int = 320
) -> ft.Control:
    """What a case is about, cut to a box. Decoration beside its title: readers do not hear it."""
    if case.kind in ABOUT_HOMES:
        return cover(session, case.subject_id, width=width, height=height, radius=radius, pixels=pixels)
    sign = _SIGNS.get(case.kind, ft.Icons.PENDING_ACTIONS_ROUNDED)
    return ft.Container(
        ft.Icon(sign, size=Size.ICON, color=Colour.WAITING),
        width=width,
        height=height,
        border_radius=radius,
        bgcolor=Colour.WAITING_SOFT,
        alignment=ft.Alignment.CENTER,
    )
