"""Places and the bars that hold them: the bar above, the bar at the foot of a phone, the rail."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Final

import flet as ft

from client.design.buttons import count_badge, target
from client.design.handlers import calling
from client.design.layout import SizeClass, page_margin
from client.design.text import text
from client.design.tokens import Colour, Radius, Size, Style

BRAND_PADDING: Final = 4
"""What can be pressed round the brand; the brand itself begins at the page's margin."""


@dataclasses.dataclass(frozen=True)
class Place:
    """A destination of the navigation. `count` is shown as a badge, to 99+."""

    key: str
    label: str
    icon: ft.IconData
    chosen_icon: ft.IconData
    count: int = 0
    count_label: str = ""

    @property
    def badge(self) -> str:
        """The count as shown, empty when there is nothing to count."""
        return "" if self.count <= 0 else "99+" if self.count > 99 else str(self.count)

    @property
    def name(self) -> str:
        """The name for readers, with the count in words when one is given."""
        return f"{self.label}, {self.count_label or self.badge}" if self.badge else self.label


OnPlace = Callable[[Place], None]


def brand(name: str = "EstoSpaces", *, words: bool = True) -> ft.Control:
    """The mark and, where there is room, the name."""
    mark = ft.Container(
        ft.Icon(ft.Icons.HOME_ROUNDED, color=Colour.ON_ACCENT, size=20),
        width=28,
        height=28,
        bgcolor=Colour.ACCENT,
        border_radius=8,
        alignment=ft.Alignment.CENTER,
    )
    return ft.Row([mark, *([text(name, Style.H2)] if words else [])], spacing=9, tight=True)


def top_bar(
    lead: ft.Control | None = None,
    middle: ft.Control | None = None,
    trail: Sequence[ft.Control] = (),
    *,
    size: SizeClass = SizeClass.DESKTOP,
) -> ft.Control:
    """The bar above tenant pages: brand and places, an optional middle (the search bar), person at the end."""
    edge = page_margin(size) - BRAND_PADDING
    ends = ft.Row(
        [lead or brand(), ft.Row([*trail], spacing=8, tight=True)],
        alignment=ft.MainAxisAlignment.SPACE_BETWEEN,
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
    )
    layers: list[ft.Control] = [ends, *([ft.Row([middle], alignment=ft.MainAxisAlignment.CENTER)] if middle else [])]
    return ft.Container(
        ft.Stack(layers, fit=ft.StackFit.EXPAND),
        height=84 if middle else Size.TOP_BAR,
        bgcolor=Colour.SURFACE,
        padding=ft.Padding.symmetric(horizontal=edge),
        border=ft.Border.only(bottom=ft.BorderSide(1, Colour.LINE)),
    )


def top_places(places: Sequence[Place], chosen: str | None, on_choose: OnPlace) -> ft.Control:
    """The places of the tenant shell as words in the top bar."""
    return ft.Row([_top_place(place, place.key == chosen, on_choose) for place in places], spacing=4, tight=True)


def bottom_bar(places: Sequence[Place], chosen: str | None, on_choose: OnPlace) -> ft.Control:
    """Up to five places at the foot of a phone; the chosen one has a filled icon in a soft pill."""
    row = ft.Row([_bottom_place(place, place.key == chosen, on_choose) for place in places], spacing=0)
    return ft.SafeArea(
        ft.Container(row, bgcolor=Colour.SURFACE, border=ft.Border.only(top=ft.BorderSide(1, Colour.LINE))),
        avoid_intrusions_top=False,
    )


def rail(
    places: Sequence[Place],
    chosen: str | None,
    on_choose: OnPlace,
    *,
    extended: bool,
    foot: ft.Control | None = None,
) -> ft.Control:
    """The landlord's and admin's navigation: 232 wide with words beside, or 80 with words below the icon."""
    rows = [_rail_place(place, place.key == chosen, on_choose, extended) for place in places]
    top = ft.Container(brand(words=extended), padding=ft.Padding(12 if extended else 22, 8, 0, 16))
    return ft.Container(
        ft.Column(
            [
                top,
                ft.Column(rows, spacing=4, expand=True, scroll=ft.ScrollMode.AUTO),
                *([foot] if foot else []),
            ],
            spacing=4,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),
        width=Size.RAIL if extended else Size.RAIL_COLLAPSED,
        padding=12 if extended else ft.Padding.symmetric(horizontal=4, vertical=12),
        bgcolor=Colour.SURFACE,
        border=ft.Border.only(right=ft.BorderSide(1, Colour.LINE)),
    )


def place_list(places: Sequence[Place], chosen: str | None, on_choose: OnPlace) -> ft.Control:
    """Places below each other, for the sheet of those that found no room in the bottom bar."""
    rows = [_rail_place(place, place.key == chosen, on_choose, extended=True) for place in places]
    return ft.Column(rows, spacing=4, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def _icon(place: Place, chosen: bool) -> ft.Icon:
    return ft.Icon(
        place.chosen_icon if chosen else place.icon,
        size=Size.ICON_NAV,
        color=Colour.ACCENT_TEXT if chosen else Colour.TEXT_2,
        badge=count_badge(place.badge),
    )


def _top_place(place: Place, chosen: bool, on_choose: OnPlace) -> ft.Control:
    words = text(place.label, Style.LABEL if chosen else Style.BODY, Colour.TEXT if chosen else Colour.TEXT_2)
    count = [_count(place.badge)] if place.badge else []
    return target(
        ft.Row([words, *count], spacing=8, tight=True),
        place.name,
        calling(on_choose, place),
        radius=Radius.CONTROL,
        bgcolor=Colour.SUNKEN if chosen else ft.Colors.TRANSPARENT,
        line=None,
        selected=chosen,
        padding=ft.Padding.symmetric(horizontal=14, vertical=12),
        align=ft.Alignment.CENTER,
    )


def _bottom_place(place: Place, chosen: bool, on_choose: OnPlace) -> ft.Control:
    pill = ft.Container(
        _icon(place, chosen),
        width=58,
        height=30,
        border_radius=Radius.PILL,
        bgcolor=Colour.ACCENT_SOFT if chosen else None,
        alignment=ft.Alignment.CENTER,
    )
    style = Style.CAPTION_STRONG if chosen else Style.CAPTION
    face = ft.Column(
        [pill, text(place.label, style, Colour.TEXT if chosen else Colour.TEXT_2, max_lines=1)],
        spacing=2,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.CENTER,
    )
    return target(
        face,
        place.name,
        calling(on_choose, place),
        radius=Radius.CONTROL,
        bgcolor=ft.Colors.TRANSPARENT,
        line=None,
        selected=chosen,
        padding=ft.Padding.symmetric(vertical=8),
        align=ft.Alignment.CENTER,
        expand=True,
    )


def _rail_place(place: Place, chosen: bool, on_choose: OnPlace, extended: bool) -> ft.Control:
    colour = Colour.ACCENT_TEXT if chosen else Colour.TEXT_2
    if extended:
        icon = _icon(dataclasses.replace(place, count=0), chosen)
        words = text(place.label, Style.LABEL if chosen else Style.BODY, colour, max_lines=1, expand=True)
        face: ft.Control = ft.Row([icon, words, *([_count(place.badge)] if place.badge else [])], spacing=14)
        padding = ft.Padding.symmetric(horizontal=14, vertical=11)
    else:
        face = ft.Column(
            [_icon(place, chosen), text(place.label, Style.CAPTION, colour, max_lines=1)],
            spacing=2,
            tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
        )
        padding = ft.Padding.symmetric(vertical=8)
    return target(
        face,
        place.name,
        calling(on_choose, place),
        radius=Radius.CONTROL,
        bgcolor=Colour.ACCENT_SOFT if chosen else Colour.SURFACE,
        hover=Colour.ACCENT_SOFT if chosen else Colour.SUNKEN,
        line=None,
        selected=chosen,
        padding=padding,
        align=ft.Alignment.CENTER,
    )


def _count(words: str) -> ft.Control:
    return ft.Container(
        text(words, Style.CAPTION_STRONG, Colour.ON_ACCENT),
        bgcolor=Colour.ACCENT,
        border_radius=Radius.PILL,
        padding=ft.Padding.symmetric(horizontal=7, vertical=2),
    )
