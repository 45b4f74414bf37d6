"""Blocking the nights that are picked, and what a bar says when it is pressed."""

from collections.abc import Callable
from typing import Any

import flet as ft

from client import paths
from client.core.action import Action
from client.core.hooks import Start
from client.core.http import words_for
from client.core.language import day, day_range, money, t, tn
from client.design import fields
from client.design.buttons import filled, icon_button, quiet
from client.design.layout import SizeClass
from client.design.sheets import sheet
from client.design.text import one_line, text
from client.design.tokens import SHADOW_PANEL, Colour, Style
from client.features.landlord_calendar.bars import kind_word, words_of
from client.features.landlord_calendar.state import CalendarState
from client.parts.dialogs import say
from shared_models.calendars import ClaimKind, ClaimRead, PropertyCalendar

Opened = tuple[PropertyCalendar, ClaimRead]


def block_bar(cal: CalendarState, save: Action, page: ft.Page, start: Start, size: SizeClass) -> list[ft.Control]:
    """What is picked, at the foot of the page, until it is blocked or let go."""
    pick = cal.pick
    home = cal.home(pick.property_id) if pick else None
    if pick is None or home is None:
        return []

    async def undo(claim: ClaimRead) -> None:
        await cal.unblock(claim)

    async def block() -> None:
        made: list[ClaimRead] = []

        async def act() -> None:
            claim = await cal.block()
            made.extend([claim] if claim else [])

        if await save.start(act) and made:
            dates = day_range(made[0].start, made[0].end)
            say(page, t("Blocked {dates} at {home}.", dates=dates, home=home.title), start(undo, made[0]))

    cross = icon_button(ft.Icons.CLOSE_ROUNDED, t("Choose no nights"), lambda _: cal.forget_pick())
    if pick.end is None:
        hint = t("From {day} at {home}. Now press the day it is free again.", day=day(pick.start), home=home.title)
        if cal.in_the_way:
            hint = t("Nights between are taken.") + " " + hint
        return [_bar([text(hint, Style.BODY, expand=True), cross], size)]
    nights = tn("{n} night", "{n} nights", pick.nights)
    words = ft.Column(
        [
            text(t("Block {dates}, {nights}", dates=day_range(pick.start, pick.end), nights=nights), Style.LABEL),
            one_line(home.title, Style.SMALL),
            *([text(words_for(save.problem), Style.SMALL_STRONG, Colour.DANGER)] if save.problem else []),
        ],
        spacing=0,
        tight=True,
    )
    note = fields.text_field(
        t("Note, for you alone"), cal.note, lambda value: setattr(cal, "note", value), max_length=200
    )
    go = filled(t("Block"), start(block), busy=save.running, icon=ft.Icons.BLOCK_ROUNDED)
    if size is SizeClass.PHONE:
        top = ft.Row([ft.Container(words, expand=True), cross])
        column = ft.Column([top, note, go], spacing=8, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
        return [_bar([ft.Container(column, expand=True)], size)]
    row = [ft.Container(words, expand=True), ft.Container(note, width=280), go, cross]
    return [_bar(row, size)]


def _bar(row: list[ft.Control], size: SizeClass) -> ft.Control:
    margin = 16 if size is SizeClass.PHONE else 20
    return ft.Semantics(
        live_region=True,
        content=ft.Container(
            ft.Row(row, spacing=16, vertical_alignment=ft.CrossAxisAlignment.CENTER),
            bgcolor=Colour.RAISED,
            border=ft.Border.only(top=ft.BorderSide(1, Colour.LINE)),
            shadow=SHADOW_PANEL,
            padding=ft.Padding.symmetric(horizontal=margin, vertical=10),
        ),
    )


def opened_sheet(
    cal: CalendarState,
    opened: Opened | None,
    open_: Callable[[Any], None],
    save: Action,
    page: ft.Page,
    start: Start,
    phone: bool,
) -> ft.DialogControl | None:
    if opened is None:
        return None
    home, claim = opened

    def close() -> None:
        open_(None)

    async def again() -> None:
        await cal.block_again(claim)

    async def give_back() -> None:
        if await save.start(cal.unblock, claim):
            close()
            dates = day_range(claim.start, claim.end)
            say(page, t("{dates} at {home} can be booked again.", dates=dates, home=home.title), start(again))

    rows: list[ft.Control] = [
        text(home.title, Style.STRONG),
        text(
            f"{day_range(claim.start, claim.end)}, {tn('{n} night', '{n} nights', (claim.end - claim.start).days)}",
            color=Colour.TEXT_2,
        ),
    ]
    stay = cal.stays.get(claim.source_id)
    actions: list[ft.Control] = []
    if stay is not None:
        rows.append(text(f"{stay.tenant_name}, {tn('{n} guest', '{n} guests', stay.guests)}"))
        rows.append(text(t("{price}, paid on arrival", price=money(stay.total))))
        rows.append(text(t("Reference {reference}", reference=stay.reference), Style.SMALL, Colour.TEXT_2))
        actions.append(quiet(t("All stays"), lambda _: page.navigate(paths.LANDLORD_STAYS)))
    elif claim.note:
        rows.append(text(claim.note))
    if claim.kind is ClaimKind.BLOCK:
        actions.append(filled(t("Give these nights back"), start(give_back), busy=save.running))
        if save.problem is not None:
            rows.append(fields.error_summary(words_for(save.problem)))
    title = words_of(claim, cal.stays) if stay is not None else kind_word(claim.kind)
    return sheet(
        title,
        ft.Column(rows, spacing=4, tight=True),
        phone=phone,
        close_name=t("Close"),
        on_close=close,
        actions=actions,
        width=420,
    )
