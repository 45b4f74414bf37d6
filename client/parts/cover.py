"""The picture of a home: a drawing that says it is one."""

from uuid import UUID

import flet as ft

from client.core.language import t
from client.core.session import Session
from client.design.text import text
from client.design.tokens import Colour, Radius, Style, hex_of
from client.parts import listing
from client.parts.facts import drawing_of
from shared_models.properties import PropertyType, cover_path

CARD_ASPECT = 1.85
# Drawings keep their colours in dark, and so does the note on them.
_BADGE, _BADGE_TEXT = hex_of(Colour.INVERSE, "light"), hex_of(Colour.ON_INVERSE, "light")


def drawing(
    session: Session, home_id: UUID, label: str, *, width: int = 800, room: str | None = None, opacity: float = 1
) -> ft.Control:
    """A drawing that fills its place. `width` is one of `COVER_WIDTHS`; grey until it came and when it does not."""
    return ft.Image(
        src=session.device.url(cover_path(home_id, width, room)),
        fit=ft.BoxFit.COVER,
        gapless_playback=True,
        opacity=opacity,
        semantics_label=label,
        error_content=_no_picture(),
    )


def badge(words: str) -> ft.Control:
    """The dark note on a drawing."""
    face = ft.Row(
        [
            ft.Icon(ft.Icons.DRAW_OUTLINED, size=14, color=_BADGE_TEXT),
            text(words, Style.CAPTION, _BADGE_TEXT),
        ],
        spacing=6,
        tight=True,
    )
    return ft.Container(
        face,
        bgcolor=ft.Colors.with_opacity(0.9, _BADGE),
        border_radius=Radius.SMALL,
        padding=ft.Padding.symmetric(vertical=4, horizontal=8),
    )


def cover(
    session: Session, home_id: UUID, kind: PropertyType, *, aspect: float = CARD_ASPECT, opacity: float = 1
) -> ft.Control:
    """The front of a home with its badge."""
    note = ft.Container(badge(t("Drawing")), left=10, bottom=10)
    return ft.Container(
        ft.Stack(
            [drawing(session, home_id, drawing_of(kind), room="card", opacity=opacity), note], fit=ft.StackFit.EXPAND
        ),
        aspect_ratio=aspect,
        bgcolor=Colour.PRESS,
    )


def thumbnail(session: Session, home_id: UUID, *, size: float = 76) -> ft.Control:
    """A small square of the front, for rows and headers; readers skip it."""
    return listing.cover(session, home_id, width=size, height=size, radius=Radius.CONTROL)


def _no_picture() -> ft.Control:
    return ft.Container(
        ft.Icon(ft.Icons.COTTAGE_OUTLINED, size=36, color=Colour.TEXT_3),
        bgcolor=Colour.PRESS,
        alignment=ft.Alignment.CENTER,
    )
