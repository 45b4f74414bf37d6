"""Size classes and the frame of a page: margins, columns, centred content."""

import dataclasses
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

import flet as ft

from client.design.scroll_place import TOLD_MS, ScrollPlace
from client.design.text import header, text
from client.design.tokens import SHADOW_PANEL, Colour, Radius, Size, Space

TABLET_FROM: Final = 600
DESKTOP_FROM: Final = 1024
FACTS_FROM: Final = 1280
WIDE_FROM: Final = 1600


class SizeClass(StrEnum):
    """How much room a window has. Screens decide by class, never by the width itself."""

    PHONE = "phone"
    TABLET = "tablet"
    DESKTOP = "desktop"


def size_class(width: float | None) -> SizeClass:
    """The class of a window this many pixels wide; an unknown width counts as desktop."""
    if width is None or width >= DESKTOP_FROM:
        return SizeClass.DESKTOP
    return SizeClass.PHONE if width < TABLET_FROM else SizeClass.TABLET


@ft.observable
@dataclasses.dataclass
class Window:
    """The observable size of one session's window. Equal values are silent, so only a change of class re-renders."""

    size: SizeClass = SizeClass.DESKTOP
    room_for_facts: bool = True
    wide: bool = False

    def fit(self, width: float | None) -> None:
        """Take over a new width."""
        self.size = size_class(width)
        self.room_for_facts = width is None or width >= FACTS_FROM
        self.wide = width is not None and width >= WIDE_FROM


def window_of(page: ft.Page) -> Window:
    """The window of a page; the first call starts to watch its size."""
    store = page.session.store
    window: Window | None = store.get("window")
    if window is None:
        window = Window()
        window.fit(page.width)
        store.set("window", window)
        page.on_resize = lambda e: window.fit(e.width)
    return window


def use_window() -> Window:
    """Hook: the window; the component renders again when its class changes."""
    state: tuple[Window, object] = ft.use_state(window_of(ft.context.page))
    return state[0]


def use_size() -> SizeClass:
    """Hook: the size class; the component renders again only when it changes."""
    return use_window().size


def page_margin(size: SizeClass) -> int:
    """Distance of the content from the window's edge."""
    return {SizeClass.PHONE: 16, SizeClass.TABLET: 24, SizeClass.DESKTOP: 36}[size]


def grid_gap(size: SizeClass) -> int:
    """Distance between cards."""
    return 16 if size is SizeClass.PHONE else 20


def card_padding(size: SizeClass) -> int:
    """Distance of a card's content from its line."""
    return 16 if size is SizeClass.PHONE else 20


def at_most(
    content: ft.Control, width: float = Size.CONTENT, *, align: ft.Alignment = ft.Alignment.TOP_CENTER
) -> ft.Control:
    """Give the content all the room there is, but never more than `width`."""
    # A Container's width yields to a narrower parent as soon as an aligned one around it loosens the constraints.
    return ft.Container(ft.Container(content, width=width), alignment=align)


def reading(content: ft.Control) -> ft.Control:
    """Text to read is at most 680 wide."""
    return at_most(content, Size.READING, align=ft.Alignment.TOP_LEFT)


def card(
    content: ft.Control, *, padding: ft.PaddingValue = Space.S2_5, floating: bool = False, expand: bool = False
) -> ft.Control:
    """A panel: a line and no shadow; `floating` for what hovers over others (price panel, card over the map)."""
    return ft.Container(
        content,
        padding=padding,
        bgcolor=Colour.RAISED if floating else Colour.SURFACE,
        border=ft.Border.all(1, Colour.LINE),
        border_radius=Radius.CARD,
        shadow=SHADOW_PANEL if floating else None,
        expand=expand or None,
    )


def divider() -> ft.Control:
    """A line between rows."""
    return ft.Container(height=1, bgcolor=Colour.LINE)


def columns(main: Sequence[ft.Control], side: Sequence[ft.Control], size: SizeClass, *, of: int = 4) -> ft.Control:
    """What matters first, and beside it, `of` twelfths wide, what is looked up; below it in a narrower window.

    The tree is the same in every window, so nothing in it is mounted anew when the window changes.
    """
    gap = grid_gap(size)
    parts: list[ft.Control] = [
        ft.Container(
            ft.Column([*inside], spacing=gap, horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
            col={"xs": 12, "xl": twelfths},
        )
        for inside, twelfths in ((main, 12 - of), (side, of))
    ]
    return ft.ResponsiveRow(parts, spacing=gap, run_spacing=gap, vertical_alignment=ft.CrossAxisAlignment.START)


def scroll_page(
    controls: Sequence[ft.Control],
    size: SizeClass,
    *,
    spacing: float | None = None,
    width: float = Size.CONTENT,
    place: ScrollPlace | None = None,
) -> ft.ListView:
    """The scrolling body of a page with the margins of its size class. `place` is found again when it is left.

    A column of a smaller `width` stands in the middle, as all of it does above 1440.
    """
    margin = page_margin(size)
    return ft.ListView(
        [at_most(control, width) for control in controls],
        ref=place.ref if place else None,
        on_scroll=place.moved if place else None,
        scroll_interval=TOLD_MS,
        expand=True,
        spacing=grid_gap(size) if spacing is None else spacing,
        padding=ft.Padding(margin, 16 if size is SizeClass.PHONE else 32, margin, 40),
    )


def card_rows(cards: Mapping[str, ft.Control], columns: int, size: SizeClass) -> list[ft.Control]:
    """Cards by their keys in rows of so many equal columns: a card goes with its key, not with its place."""
    gap, named = grid_gap(size), list(cards.items())
    rows: list[ft.Control] = []
    for start in range(0, len(named), columns):
        row = named[start : start + columns]
        cells: list[ft.Control] = [ft.Container(card, key=key, expand=True) for key, card in row]
        empty = [ft.Container(expand=True) for _ in range(columns - len(row))]
        top = ft.CrossAxisAlignment.START
        rows.append(ft.Row([*cells, *empty], key=row[0][0], spacing=gap, vertical_alignment=top))
    return rows


def page_frame(
    body: ft.Control,
    *,
    top: ft.Control | None = None,
    bottom: ft.Control | None = None,
    side: ft.Control | None = None,
) -> ft.Control:
    """Put bars and rail round a body that scrolls by itself; the bars stay where they are.

    Every place is always taken: Flet does not mount what moves to another place when a window changes its class, and
    whatever the body waits for would never be shown.
    """
    column = ft.Column(
        [top or ft.Container(), ft.Container(body, expand=True), bottom or ft.Container()],
        expand=True,
        spacing=0,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    return ft.Row(
        [side or ft.Container(), column],
        expand=True,
        spacing=0,
        vertical_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def foot_bar(content: ft.Control) -> ft.Control:
    """What stays at the foot of a small window while the page scrolls: what matters most, and its button."""
    bar = ft.Container(
        content,
        padding=ft.Padding.symmetric(horizontal=16, vertical=10),
        bgcolor=Colour.SURFACE,
        border=ft.Border.only(top=ft.BorderSide(1, Colour.LINE)),
    )
    return ft.SafeArea(bar, avoid_intrusions_top=False)


def page_header(title: str, summary: str = "", actions: Sequence[ft.Control] = ()) -> ft.Control:
    """Title, one-line summary and the page's actions; the actions wrap below on a narrow window."""
    words = ft.Column([header(title, 1), *([text(summary, color=Colour.TEXT_2)] if summary else [])], spacing=2)
    return ft.ResponsiveRow(
        [
            ft.Container(words, col={"xs": 12, "md": 7 if actions else 12}),
            *(
                [
                    ft.Container(
                        ft.Row([*actions], wrap=True, spacing=8, run_spacing=8, alignment=ft.MainAxisAlignment.END),
                        col={"xs": 12, "md": 5},
                    )
                ]
                if actions
                else []
            ),
        ],
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
        run_spacing=12,
    )
