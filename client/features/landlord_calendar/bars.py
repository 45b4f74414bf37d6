"""How claims look in the calendar: stay, hold, tenancy, other platform, block."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import flet as ft
import flet.canvas as cv

from client.core.language import day_range, t, tn
from client.design.buttons import FOCUS, NO_LINE, REST, RING, OnClick
from client.design.text import one_line, text
from client.design.tokens import Colour, Style
from client.features.landlord_calendar.grid import Bar
from shared_models.bookings import BookingRead
from shared_models.calendars import ClaimKind, ClaimRead

RADIUS: Final = 8
_STRIPE: Final = 14
_ICON_FROM: Final = 76
"""A narrower bar has no room for an icon beside its words."""

# Behind, words, icon. Roles, so that dark mode needs no update.
_LOOKS: Final[dict[ClaimKind, tuple[str, str, ft.IconData | None]]] = {
    ClaimKind.BOOKING: (Colour.ACCENT_SOFT, Colour.TEXT, None),
    ClaimKind.HOLD: (Colour.SURFACE, Colour.TEXT, ft.Icons.LOCK_CLOCK_OUTLINED),
    ClaimKind.TENANCY: (Colour.NEUTRAL, Colour.NEUTRAL_SOFT, ft.Icons.KEY_OUTLINED),
    ClaimKind.EXTERNAL: (Colour.NEUTRAL_SOFT, Colour.NEUTRAL, ft.Icons.SYNC_ROUNDED),
    ClaimKind.BLOCK: (Colour.SUNKEN, Colour.TEXT_2, ft.Icons.BLOCK_ROUNDED),
    ClaimKind.UNKNOWN: (Colour.NEUTRAL_SOFT, Colour.NEUTRAL, None),
}


def kind_word(kind: ClaimKind) -> str:
    """What holds the nights, for the legend and for readers."""
    return {
        ClaimKind.BOOKING: t("Stay"),
        ClaimKind.HOLD: t("Held for a guest"),
        ClaimKind.TENANCY: t("Tenancy"),
        ClaimKind.EXTERNAL: t("Other platform"),
        ClaimKind.BLOCK: t("Blocked by you"),
    }.get(kind, t("Taken"))


def words_of(claim: ClaimRead, stays: Mapping[UUID, BookingRead]) -> str:
    """What stands in a bar."""
    stay = stays.get(claim.source_id)
    if claim.kind is ClaimKind.BOOKING:
        return stay.tenant_name if stay else t("Stay")
    if claim.kind is ClaimKind.HOLD:
        return t("Hold · {name}", name=stay.tenant_name) if stay else t("Hold")
    if claim.kind is ClaimKind.BLOCK:
        return claim.note or t("Blocked")
    return claim.note or kind_word(claim.kind)


def initials(words: str) -> str:
    """`JW` for Jonas Weber: what fits a bar of one night."""
    parts = [part for part in words.split() if part[0].isalnum()]
    return "".join(part[0] for part in (parts[:1] + parts[1:][-1:])).upper()


def bar_button(
    bar: Bar, stays: Mapping[UUID, BookingRead], *, day_width: float, height: float, top: float, on_click: OnClick
) -> ft.Container:
    """A bar as one target, at its place in a row of days."""
    left = bar.left * day_width + (2 if bar.begins else 0)
    width = max(8.0, bar.right * day_width - (2 if bar.ends else 0) - left)
    claim = bar.claim
    nights = (claim.end - claim.start).days
    name = t(
        "{kind}: {text}, {dates}, {nights}",
        kind=kind_word(claim.kind),
        text=words_of(claim, stays),
        dates=day_range(claim.start, claim.end),
        nights=tn("{n} night", "{n} nights", nights),
    )
    button = ft.TextButton(
        ft.Semantics(label=name, exclude_semantics=True, content=_face(bar, words_of(claim, stays), width, height)),
        on_click=on_click,
        width=width,
        height=height,
        style=ft.ButtonStyle(
            padding=0,
            shape=ft.RoundedRectangleBorder(radius=RADIUS),
            side={FOCUS: RING, REST: NO_LINE},
            overlay_color=ft.Colors.TRANSPARENT,
            elevation=0,
        ),
    )
    return ft.Container(ft.MergeSemantics(content=button), left=left, top=top)


def _face(bar: Bar, words: str, width: float, height: float) -> ft.Control:
    kind = bar.claim.kind
    behind, colour, icon = _LOOKS.get(kind, _LOOKS[ClaimKind.UNKNOWN])
    small = width < 44
    label: list[ft.Control] = []
    if icon is not None and (width >= _ICON_FROM or (kind is ClaimKind.BLOCK and not bar.claim.note)):
        label.append(ft.Icon(icon, size=17, color=colour))
    if not (small and icon is not None):
        label.append(one_line(initials(words) if small else words, Style.SMALL_STRONG, colour, expand=not small))
    edge = [ft.Container(width=4, bgcolor=Colour.ACCENT)] if kind is ClaimKind.BOOKING and bar.begins else []
    inside = ft.Container(
        ft.Row(label, spacing=6, alignment=ft.MainAxisAlignment.CENTER if small else ft.MainAxisAlignment.START),
        padding=ft.Padding.only(left=3 if small else 9, right=3 if small else 5),
        expand=True,
    )
    box = ft.Container(
        ft.Row([*edge, inside], spacing=0, vertical_alignment=ft.CrossAxisAlignment.STRETCH),
        width=width,
        height=height,
        border_radius=RADIUS,
        bgcolor=None if kind is ClaimKind.BLOCK else behind,
        gradient=stripes(width, height) if kind is ClaimKind.BLOCK else None,
        border=_line(kind),
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
    )
    if kind is not ClaimKind.HOLD:
        return box
    return ft.Stack([box, dashes(width, height)], width=width, height=height)


def _line(kind: ClaimKind) -> ft.Border | None:
    if kind is ClaimKind.BOOKING:
        return ft.Border.all(1, ft.Colors.with_opacity(0.45, Colour.ACCENT))
    if kind is ClaimKind.BLOCK:  # its stripes alone would vanish on the shade of a weekend
        return ft.Border.all(1, Colour.PRESS)
    return ft.Border.all(1, Colour.LINE_STRONG) if kind is ClaimKind.EXTERNAL else None


def stripes(width: float, height: float) -> ft.LinearGradient:
    """Slanted stripes: a hard-edged gradient that repeats. Its line is given in the box's own -1 to 1."""
    end = ft.Alignment(-1 + 2 * _STRIPE / width, -1 + 2 * _STRIPE / height)
    return ft.LinearGradient(
        [Colour.SUNKEN, Colour.SUNKEN, Colour.PRESS, Colour.PRESS],
        stops=[0, 0.5, 0.5, 1],
        begin=ft.Alignment(-1, -1),
        end=end,
        tile_mode=ft.GradientTileMode.REPEATED,
    )


def dashes(width: float, height: float, radius: float = RADIUS) -> ft.Control:
    """A dashed line round a box."""
    paint = ft.Paint(color=Colour.TEXT_2, style=ft.PaintingStyle.STROKE, stroke_width=1.5, stroke_dash_pattern=[5, 4])
    return cv.Canvas(
        [cv.Rect(1, 1, width - 2, height - 2, border_radius=radius, paint=paint)], width=width, height=height
    )


def legend(kinds: set[ClaimKind]) -> ft.Control:
    """What each look means; tenancies and other platforms only when there are some."""
    always = (ClaimKind.BOOKING, ClaimKind.HOLD, ClaimKind.BLOCK)
    sometimes = (ClaimKind.TENANCY, ClaimKind.EXTERNAL)
    shown = [*always[:2], *(kind for kind in sometimes if kind in kinds), always[2]]
    return ft.Row([_sample(kind) for kind in shown], spacing=24, run_spacing=8, wrap=True)


def _sample(kind: ClaimKind) -> ft.Control:
    behind = _LOOKS[kind][0]
    edge: Any = [ft.Container(width=4, bgcolor=Colour.ACCENT)] if kind is ClaimKind.BOOKING else []
    box = ft.Container(
        ft.Row(edge, spacing=0, vertical_alignment=ft.CrossAxisAlignment.STRETCH),
        width=26,
        height=16,
        border_radius=4,
        bgcolor=None if kind is ClaimKind.BLOCK else behind,
        gradient=stripes(26, 16) if kind is ClaimKind.BLOCK else None,
        border=_line(kind),
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
    )
    sample = ft.Stack([box, dashes(26, 16, 4)], width=26, height=16) if kind is ClaimKind.HOLD else box
    return ft.Row([sample, text(kind_word(kind), color=Colour.TEXT_2)], spacing=8, tight=True)
