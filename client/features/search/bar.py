"""The search bar: four parts on a desktop, one field with a summary that opens a page on smaller windows."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import flet as ft

from client.core.boundaries import panel
from client.core.history import use_back
from client.core.language import t, tn
from client.design import fields
from client.design.buttons import OnClick, filled, icon_button, target
from client.design.chips import segments
from client.design.layout import card, foot_bar
from client.design.text import header, one_line
from client.design.tokens import Colour, Radius, Style
from client.features.search.criteria import Criteria, stay_words, summary, when_words, who_words
from client.features.search.state import BarPart, Editor
from client.features.search.where import Where
from client.parts.dates import StayCalendar, anywhere, stay_range
from client.parts.stay_query import MAX_GUESTS
from shared_models.properties import LetType

Apply = Callable[[Criteria], Awaitable[None]]

_NEXT = {BarPart.WHERE: BarPart.WHEN, BarPart.STAY: BarPart.WHEN, BarPart.WHEN: BarPart.WHO}
_PANEL_WIDTH = {BarPart.WHERE: 420, BarPart.STAY: 320, BarPart.WHEN: 720, BarPart.WHO: 420}


@panel
def SearchBar(editor: Editor, apply: Apply) -> ft.Control:
    """One field of four parts and the button that searches."""

    async def search(_: Any) -> None:
        await apply(editor.draft)

    criteria = editor.draft
    parts = [
        (BarPart.WHERE, t("Where"), criteria.text or t("Anywhere")),
        (BarPart.STAY, t("Stay"), stay_words(criteria)),
        (BarPart.WHEN, t("When"), when_words(criteria)),
        (BarPart.WHO, t("Who"), who_words(criteria)),
    ]
    row: list[ft.Control] = []
    for part, name, value in parts:
        if row:
            row.append(ft.Container(width=1, height=32, bgcolor=Colour.LINE))
        row.append(_part(editor, part, name, value))
    return ft.Container(
        ft.Row(
            [*row, filled(t("Search"), search, icon=ft.Icons.SEARCH_ROUNDED)],
            spacing=2,
            tight=True,
            vertical_alignment=ft.CrossAxisAlignment.CENTER,
        ),
        border=ft.Border.all(1, Colour.LINE_STRONG),
        border_radius=Radius.CARD,
        bgcolor=Colour.SURFACE,
        padding=ft.Padding(4, 4, 8, 4),
    )


def _part(editor: Editor, part: BarPart, name: str, value: str) -> ft.Control:
    chosen = editor.part is part

    def press(_: Any) -> None:
        editor.part = None if editor.part is part else part

    words = ft.Column(
        [one_line(name, Style.CAPTION), ft.Container(one_line(value, Style.LABEL, Colour.TEXT), width=None)],
        spacing=0,
        tight=True,
    )
    room = 190 if part is BarPart.WHERE else None
    return target(
        ft.Container(words, width=room),
        f"{name}: {value}",
        press,
        radius=Radius.CONTROL,
        line=None,
        bgcolor=Colour.SUNKEN if chosen else Colour.SURFACE,
        padding=ft.Padding.symmetric(horizontal=16, vertical=7),
        align=ft.Alignment.CENTER_LEFT,
        selected=chosen,
    )


@ft.component
def PartPanel(editor: Editor, apply: Apply) -> ft.Control:
    """What the open part of the bar offers, floating over the results."""
    part = editor.part
    if part is None:
        return ft.Container()

    async def key(e: ft.KeyDownEvent) -> None:
        if e.key == "Escape":
            editor.part = None

    def after(values: dict[str, Any]) -> None:
        editor.change(**values)
        if part in _NEXT:
            editor.part = _NEXT[part]

    body = part_body(part, editor, after, apply, months=2)
    panel = card(ft.KeyboardListener(body, on_key_down=key), floating=True)
    return ft.Row(
        [ft.Container(panel, width=_PANEL_WIDTH[part])], alignment=ft.MainAxisAlignment.CENTER, left=16, right=16, top=8
    )


def part_body(
    part: BarPart, editor: Editor, after: Callable[[dict[str, Any]], None], apply: Apply, *, months: int
) -> ft.Control:
    """The control that changes one part; `after` gets the changed values once they are settled."""
    criteria = editor.draft
    if part is BarPart.WHERE:
        return Where(editor, lambda name: after({"text": name}), apply)
    if part is BarPart.STAY:
        return stay_choice(criteria, lambda value: after({"let_type": LetType(value)}))
    if part is BarPart.WHEN:
        return StayCalendar(
            stay_range(criteria.check_in, criteria.check_out),
            anywhere(),
            lambda chosen: after({"check_in": chosen.check_in, "check_out": chosen.check_out}),
            months=months,
        )
    return guests_stepper(criteria.guests, lambda number: editor.change(guests=number or None))


def stay_choice(criteria: Criteria, on_choose: OnClick) -> ft.Control:
    """By the night or by the month."""
    options = [(LetType.NIGHTLY.value, t("By the night")), (LetType.MONTHLY.value, t("By the month"))]
    return segments(options, criteria.let_type.value, on_choose)


def guests_stepper(guests: int | None, on_change: Callable[[int], Any]) -> ft.Control:
    """How many guests; 0 is any number."""
    return fields.stepper(
        t("Guests"),
        guests or 0,
        on_change,
        less_name=t("Fewer guests"),
        more_name=t("More guests"),
        most=MAX_GUESTS,
        note=t("Homes that sleep at least this many"),
    )


def summary_field(criteria: Criteria, chosen: int, on_open: OnClick, on_filters: OnClick) -> ft.Control:
    """The one field of a small window: what is looked for, and the filters beside it."""
    title = criteria.text or t("Anywhere")
    words = ft.Column(
        [one_line(title, Style.LABEL, Colour.TEXT), one_line(summary(criteria), Style.SMALL)],
        spacing=0,
        tight=True,
        expand=True,
    )
    face = ft.Row(
        [ft.Icon(ft.Icons.SEARCH_ROUNDED, size=24, color=Colour.TEXT), words, ft.Container(width=44)], spacing=14
    )
    field = target(
        face,
        t("Change the search: {now}", now=f"{title}, {summary(criteria)}"),
        on_open,
        line=Colour.LINE_STRONG,
        padding=ft.Padding.symmetric(horizontal=16, vertical=9),
        align=ft.Alignment.CENTER_LEFT,
    )
    name = tn("Filters, {n} chosen", "Filters, {n} chosen", chosen) if chosen else t("Filters")
    tune = icon_button(ft.Icons.TUNE_ROUNDED, name, on_filters, badge=str(chosen) if chosen else None)
    beside = ft.Row([tune], right=8, top=0, bottom=0, vertical_alignment=ft.CrossAxisAlignment.CENTER)
    return ft.Stack([ft.Row([ft.Container(field, expand=True)]), beside])


@panel
def FullEditor(editor: Editor, criteria: Criteria, apply: Apply) -> ft.Control:
    """The page of a small window on which a search is changed."""
    use_back(lambda: editor.reset(criteria))

    async def search(_: Any) -> None:
        await apply(editor.draft)

    def chosen(values: dict[str, Any]) -> None:
        editor.change(**values)

    sections: Sequence[tuple[str, BarPart]] = (
        (t("Where"), BarPart.WHERE),
        (t("Stay"), BarPart.STAY),
        (t("When"), BarPart.WHEN),
        (t("Who"), BarPart.WHO),
    )
    head = ft.Row(
        [
            icon_button(ft.Icons.ARROW_BACK_ROUNDED, t("Back to the homes"), lambda _: editor.reset(criteria)),
            header(t("Your search"), 1, style=Style.H2),
        ],
        spacing=4,
    )
    bodies = [
        ft.Column(
            [header(name, 2, style=Style.H3), part_body(part, editor, chosen, apply, months=1)],
            spacing=10,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
        for name, part in sections
    ]
    button = filled(t("Show the homes"), search, icon=ft.Icons.SEARCH_ROUNDED, large=True, expand=True)
    foot = foot_bar(ft.Row([button]))
    return ft.Column(
        [
            ft.Container(head, padding=ft.Padding(8, 8, 16, 4)),
            ft.ListView([card(body) for body in bodies], expand=True, spacing=12, padding=ft.Padding(16, 4, 16, 24)),
            foot,
        ],
        expand=True,
        spacing=0,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
