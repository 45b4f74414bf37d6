"""The picture beside a case: the home it is about, or a sign for work in the background."""

import flet as ft

from client.core.session import Session
from client.design.tokens import Colour, Size
from client.parts.listing import cover
from shared_models.cases import CaseKind, CaseRead


def case_cover(
    session: Session, case: CaseRead, *, width: float, height: float, radius: float = 8, pixels: int = 320
) -> ft.Control:
    """What a case is about, cut to a box. Decoration beside its title: readers do not hear it."""
    if case.kind is not CaseKind.FAILED_JOB:
        return cover(session, case.subject_id, width=width, height=height, radius=radius, pixels=pixels)
    return ft.Container(
        ft.Icon(ft.Icons.SYNC_PROBLEM_ROUNDED, size=Size.ICON, color=Colour.WAITING),
        width=width,
        height=height,
        border_radius=radius,
        bgcolor=Colour.WAITING_SOFT,
        alignment=ft.Alignment.CENTER,
    )
