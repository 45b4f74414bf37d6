"""The bar at the foot of the page: which nights are picked, and the button that blocks them."""

from collections.abc import Callable
from typing import Any

import flet as ft

from client.core.action import Action
from client.core.boundaries import panel
from client.core.hooks import Start
from client.core.language import day, day_range, t, tn
from client.core.problem_words import problem_words
from client.design import fields
from client.design.buttons import filled, icon_button
from client.design.layout import SizeClass, page_margin
from client.design.text import one_line, text
from client.design.tokens import SHADOW_PANEL, Colour, Style
from client.features.landlord_calendar.picks import Pick
from client.features.landlord_calendar.state import CalendarState, Picking
from client.parts.dialogs import say
from client.parts.wrong_fields import field_error
from shared_models.calendars import ClaimRead, PropertyCalendar


def nights_of(start: Any, end: Any) -> str:
    """`Fri 27 – Sat 28 Nov, 1 night`."""
    return f"{day_range(start, end)}, {tn('{n} night', '{n} nights', (end - start).days)}"


def say_blocked(page: ft.Page, claim: ClaimRead, home: str, undo: Callable[[], Any]) -> None:
    """That nights are blocked now, with a way back."""
    say(page, t("Blocked {dates} at {home}.", dates=day_range(claim.start, claim.end), home=home), undo)


@panel
def BlockBar(
    cal: CalendarState,
    picking: Picking,
    save: Action,
    start: Start,
    size: SizeClass,
    write: Callable[[Pick], Any],
) -> ft.Control:
    """What is picked, until it is blocked or let go. On a phone `write` opens the form: a note needs room."""
    page = ft.context.page
    pick = picking.pick
    home = cal.home(pick.property_id) if pick else None
    if pick is None or home is None:
        return ft.Container()

    async def undo(claim: ClaimRead) -> None:
        await cal.give_back(claim)

    async def block() -> None:
        made: list[ClaimRead] = []

        async def act() -> None:
            claim = await cal.block_picked()
            made.extend([claim] if claim else [])

        if await save.start(act) and made:
            say_blocked(page, made[0], home.title, start(undo, made[0]))

    words = _words(pick, home, save)
    cross = icon_button(ft.Icons.CLOSE_ROUNDED, t("Choose no nights"), lambda _: cal.forget_pick())
    if not pick.nights:
        return _bar([words, cross], size)
    if size is SizeClass.PHONE:
        return _bar([words, filled(t("Block"), lambda _: write(pick), icon=ft.Icons.BLOCK_ROUNDED), cross], size)
    note = fields.text_field(
        t("Note, for you alone"),
        picking.note,
        lambda value: setattr(picking, "note", value),
        max_length=200,
        error=field_error(save, "note"),
        on_submit=start(block),
    )
    go = filled(t("Block"), start(block), busy=save.running, icon=ft.Icons.BLOCK_ROUNDED)
    return _bar([words, ft.Container(note, width=280 if size is SizeClass.DESKTOP else 220), go, cross], size)


def _words(pick: Pick, home: PropertyCalendar, save: Action) -> ft.Control:
    if pick.nights:
        first = nights_of(pick.start, pick.end)
        told = home.title if pick.closed else t("{home}. Press another night to add those between.", home=home.title)
    else:
        first, told = t("{day} cannot be blocked", day=day(pick.reach)), home.title
    return ft.Column(
        [
            text(first, Style.LABEL),
            one_line(told, Style.SMALL),
            *([text(problem_words(save.problem), Style.SMALL_STRONG, Colour.DANGER)] if save.problem else []),
        ],
        spacing=0,
        tight=True,
        expand=True,
    )


def _bar(row: list[ft.Control], size: SizeClass) -> ft.Control:
    return ft.Semantics(
        live_region=True,
        content=ft.Container(
            ft.Row(row, spacing=8 if size is SizeClass.PHONE else 16, vertical_alignment=ft.CrossAxisAlignment.CENTER),
            bgcolor=Colour.RAISED,
            border=ft.Border.only(top=ft.BorderSide(1, Colour.LINE)),
            shadow=SHADOW_PANEL,
            padding=ft.Padding.symmetric(horizontal=page_margin(size), vertical=10),
        ),
    )
