"""How claims look in the calendar: stay, request, hold, tenancy, other platform, block."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final
from uuid import UUID

import flet as ft
import flet.canvas as cv

from client.core.language import day_range, t, tn
from client.design.buttons import FOCUS, NO_LINE, REST, RING, OnClick
from client.design.text import one_line, text
from client.design.tokens import Colour, Size, Style
from client.features.landlord_calendar.grid import Bar
from shared_models.bookings import BookingRead, BookingSide, BookingStatus, ChangeRead
from shared_models.calendars import ClaimKind, ClaimRead

RADIUS: Final = 8
_EDGE: Final = 4
_STRIPE: Final = 14
_ICON_FROM: Final = 76
"""A narrower bar has no room for an icon beside its words."""
_WORDS_FROM: Final = 44
_INITIALS_FROM: Final = 31
"""A narrower bar, such as the half day at the end of a week, says nothing: two letters would be cut."""


class Look(StrEnum):
    """What a bar is drawn as: the kinds of claims, and requests, which are holds that wait for an answer."""

    STAY = "stay"
    REQUEST = "request"
    HOLD = "hold"
    TENANCY = "tenancy"
    EXTERNAL = "external"
    BLOCK = "block"
    OTHER = "other"


_KINDS: Final = {
    ClaimKind.BOOKING: Look.STAY,
    ClaimKind.HOLD: Look.HOLD,
    ClaimKind.TENANCY: Look.TENANCY,
    ClaimKind.EXTERNAL: Look.EXTERNAL,
    ClaimKind.BLOCK: Look.BLOCK,
}
# Behind, words, icon. Roles, so that dark mode needs no update.
_LOOKS: Final[dict[Look, tuple[str, str, ft.IconData | None]]] = {
    Look.STAY: (Colour.ACCENT_SOFT, Colour.TEXT, None),
    Look.REQUEST: (Colour.WAITING_SOFT, Colour.WAITING, ft.Icons.SCHEDULE_ROUNDED),
    Look.HOLD: (Colour.SURFACE, Colour.TEXT, ft.Icons.LOCK_CLOCK_OUTLINED),
    Look.TENANCY: (Colour.NEUTRAL, Colour.NEUTRAL_SOFT, ft.Icons.KEY_OUTLINED),
    Look.EXTERNAL: (Colour.NEUTRAL_SOFT, Colour.NEUTRAL, ft.Icons.SYNC_ROUNDED),
    Look.BLOCK: (Colour.SUNKEN, Colour.TEXT_2, ft.Icons.BLOCK_ROUNDED),
    Look.OTHER: (Colour.NEUTRAL_SOFT, Colour.NEUTRAL, None),
}
ALWAYS_EXPLAINED: Final = (Look.STAY, Look.REQUEST, Look.HOLD, Look.BLOCK)
_LINES: Final[dict[Look, str]] = {
    Look.STAY: ft.Colors.with_opacity(0.45, Colour.ACCENT),
    Look.REQUEST: Colour.WAITING,
    Look.EXTERNAL: Colour.LINE_STRONG,
    Look.BLOCK: Colour.PRESS,  # its stripes alone would vanish on the shade of a weekend
}


def look_of(claim: ClaimRead, stays: Mapping[UUID, BookingRead]) -> Look:
    """What a claim is drawn as.

    A tenant who asks for other dates holds the nights that are new: that is a request as well.
    """
    stay = stays.get(claim.source_id)
    if claim.kind is ClaimKind.HOLD and stay is not None and _is_asked(claim, stay):
        return Look.REQUEST
    return _KINDS.get(claim.kind, Look.OTHER)


def change_of(claim: ClaimRead, stay: BookingRead) -> ChangeRead | None:
    """The change for which these nights are kept, beyond those the stay has; None when they are the stay's own."""
    return None if stay.id == claim.source_id else stay.change


def _is_asked(claim: ClaimRead, stay: BookingRead) -> bool:
    change = change_of(claim, stay)
    if change is None:
        return stay.status is BookingStatus.REQUESTED
    return change.by is BookingSide.TENANT


def look_word(look: Look) -> str:
    """What holds the nights, for the legend and for readers."""
    return {
        Look.STAY: t("Stay"),
        Look.REQUEST: t("Asks, answer it"),
        Look.HOLD: t("Held for a guest"),
        Look.TENANCY: t("Tenancy"),
        Look.EXTERNAL: t("Other platform"),
        Look.BLOCK: t("Blocked by you"),
        Look.OTHER: t("Taken"),
    }[look]


def words_of(claim: ClaimRead, stays: Mapping[UUID, BookingRead]) -> str:
    """What stands in a bar."""
    stay, look = stays.get(claim.source_id), look_of(claim, stays)
    if stay is not None and change_of(claim, stay) is not None:
        return t("Change · {name}", name=stay.tenant_name)
    if stay is not None:
        return t("Hold · {name}", name=stay.tenant_name) if look is Look.HOLD else stay.tenant_name
    if look is Look.HOLD:
        return t("Hold")
    if look is Look.BLOCK:
        return claim.note or t("Blocked")
    return claim.note or look_word(look)


def initials(words: str) -> str:
    """`JW` for Jonas Weber, also for `Hold · Jonas Weber`: what fits a bar of one night."""
    parts = [part for part in words.rpartition(" · ")[2].split() if part[0].isalnum()]
    return "".join(part[0] for part in (parts[:1] + parts[1:][-1:])).upper()


def bar_button(
    bar: Bar, stays: Mapping[UUID, BookingRead], *, day_width: float, height: float, top: float, on_click: OnClick
) -> ft.Container:
    """A bar as one target, at its place in a row of days; drawn `height` high in a target that a finger can hit."""
    gap = min(2.0, day_width / 8)
    left = bar.left * day_width + (gap if bar.begins else 0)
    width = max(gap, bar.right * day_width - (gap if bar.ends else 0) - left)
    claim = bar.claim
    nights = (claim.end - claim.start).days
    name = t(
        "{kind}: {text}, {dates}, {nights}",
        kind=look_word(look_of(claim, stays)),
        text=words_of(claim, stays),
        dates=day_range(claim.start, claim.end),
        nights=tn("{n} night", "{n} nights", nights),
    )
    face = _face(bar, look_of(claim, stays), words_of(claim, stays), width, height)
    tall = max(height, Size.TARGET)
    button = ft.TextButton(
        ft.Semantics(label=name, exclude_semantics=True, content=face),
        on_click=on_click,
        width=width,
        height=tall,
        style=ft.ButtonStyle(
            padding=0,
            alignment=ft.Alignment.CENTER,
            shape=ft.RoundedRectangleBorder(radius=RADIUS),
            side={FOCUS: RING, REST: NO_LINE},
            overlay_color=ft.Colors.TRANSPARENT,
            elevation=0,
        ),
    )
    return ft.Container(ft.MergeSemantics(content=button), left=left, top=top - (tall - height) / 2)


def _face(bar: Bar, look: Look, words: str, width: float, height: float) -> ft.Control:
    room = width - (_EDGE if look is Look.STAY and bar.begins else 0)
    radius = min(RADIUS, width / 3)
    inside = ft.Container(_label(bar, look, words, room), padding=ft.Padding.only(left=9, right=5), expand=True)
    if room < _WORDS_FROM:
        inside.padding = ft.Padding.symmetric(horizontal=2)
    edge = [ft.Container(width=min(_EDGE, width / 3), bgcolor=Colour.ACCENT)]
    box = _box(look, [*(edge if look is Look.STAY and bar.begins else []), inside], width, height, radius)
    return box if look is not Look.HOLD else ft.Stack([box, dashes(width, height, radius)], width=width, height=height)


def _label(bar: Bar, look: Look, words: str, room: float) -> ft.Control:
    _, colour, icon = _LOOKS[look]
    sign = [ft.Icon(icon, size=17, color=colour)] if icon is not None else []
    if room >= _WORDS_FROM:
        lead = sign if room >= _ICON_FROM or (look is Look.BLOCK and not bar.claim.note) else []
        return ft.Row([*lead, one_line(words, Style.SMALL_STRONG, colour, expand=True)], spacing=6)
    short: list[ft.Control] = []
    if room >= _INITIALS_FROM:
        short = [*sign] if look in (Look.BLOCK, Look.EXTERNAL) else [text(initials(words), Style.SMALL_STRONG, colour)]
    return ft.Row(short, alignment=ft.MainAxisAlignment.CENTER)


def _box(look: Look, parts: list[ft.Control], width: float, height: float, radius: float) -> ft.Container:
    striped = look is Look.BLOCK
    return ft.Container(
        ft.Row(parts, spacing=0, vertical_alignment=ft.CrossAxisAlignment.STRETCH),
        width=width,
        height=height,
        border_radius=radius,
        bgcolor=None if striped else _LOOKS[look][0],
        gradient=stripes(width, height) if striped else None,
        border=ft.Border.all(1, _LINES[look]) if look in _LINES else None,
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
    )


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
        [cv.Rect(1, 1, max(0, width - 2), height - 2, border_radius=radius, paint=paint)], width=width, height=height
    )


def legend(looks: set[Look]) -> ft.Control:
    """What each look means; tenancies and other platforms only when there are some."""
    shown = [look for look in Look if look in ALWAYS_EXPLAINED or (look in looks and look is not Look.OTHER)]
    return ft.Row([_sample(look) for look in shown], spacing=24, run_spacing=8, wrap=True)


def _sample(look: Look) -> ft.Control:
    edge: list[ft.Control] = [ft.Container(width=_EDGE, bgcolor=Colour.ACCENT)] if look is Look.STAY else []
    box: ft.Control = _box(look, edge, 26, 16, 4)
    sample = ft.Stack([box, dashes(26, 16, 4)], width=26, height=16) if look is Look.HOLD else box
    return ft.Row([sample, text(look_word(look), color=Colour.TEXT_2)], spacing=8, tight=True)
