"""A block written down: which home, which nights, and why. For a new one, and for one that is there."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import flet as ft

from client.core.action import Action
from client.core.hooks import Start, use_made
from client.core.http import words_for
from client.core.language import day_long, day_range, month, t, tn, weekdays
from client.core.tasks import use_task
from client.design import fields
from client.design.buttons import filled, outlined
from client.design.date_range import DateRangePicker, DateWords
from client.design.date_range_rules import DateRange, Off
from client.design.feedback import Loading, grey_block
from client.design.sheets import sheet
from client.design.text import text
from client.design.tokens import Colour, Style
from client.features.landlord_calendar.blocks import say_blocked
from client.features.landlord_calendar.state import BlockForm, CalendarState
from client.parts.dialogs import say
from shared_models.calendars import BlockChange, ClaimRead, PropertyCalendar


def block_sheet(
    cal: CalendarState, form: BlockForm, save: Action, start: Start, close: Callable[[], Any], *, phone: bool
) -> ft.DialogControl:
    """The form in a sheet. What was typed stays when it could not be saved."""
    title = t("Block dates") if form.claim is None else t("Blocked by you")
    return sheet(
        title,
        _Body(form, save, cal.homes),
        phone=phone,
        close_name=t("Close"),
        on_close=close,
        actions=[_Actions(cal, form, save, start, close)],
        width=420,
    )


@ft.component
def _Body(form: BlockForm, save: Action, homes: Sequence[PropertyCalendar]) -> ft.Control:
    load = use_made(lambda: Action(form.load, latest=True))

    async def show() -> None:
        if form.property_id is not None:
            await load.start(form.property_id)

    def choose(word: str) -> None:
        form.property_id = UUID(word)

    use_task(show, [form.property_id])
    rows: list[ft.Control] = []
    if form.claim is None and len(homes) > 1:
        options = [(str(home.property_id), home.title) for home in homes]
        chosen = str(form.property_id) if form.property_id else None
        rows.append(fields.select(t("Home"), chosen, options, choose, search=len(homes) > 8))
    else:
        title = next((home.title for home in homes if home.property_id == form.property_id), "")
        rows.append(text(title, Style.STRONG))
    if form.runs:
        rows.append(text(t("Nights that are over stay blocked. Choose the day it ends."), Style.SMALL, Colour.TEXT_2))
    rows.append(_calendar(form, load))
    rows.append(
        fields.text_field(
            t("Note, for you alone"), form.note, lambda value: setattr(form, "note", value), max_length=200
        )
    )
    problem = save.problem or load.problem
    if problem is not None:
        rows.append(fields.error_summary(words_for(problem)))
    return ft.Column(rows, spacing=14, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def _calendar(form: BlockForm, load: Action) -> ft.Control:
    if form.home is None:
        return (
            ft.Container() if load.problem else Loading(grey_block(380), t("Loading the nights"), t("Still loading."))
        )
    # A new key, a new calendar: it opens on the month of what is chosen.
    return ft.Container(
        DateRangePicker(form.chosen, form.rules, form.choose, words=block_words()), key=str(form.property_id)
    )


def block_words() -> DateWords:
    """The calendar's words when nights are blocked and not booked."""
    off = {
        Off.PAST: t("in the past"),
        Off.TAKEN: t("taken"),
        Off.PAST_NEXT_STAY: t("taken nights are between"),
        Off.TOO_LONG: t("too long for one block"),
    }

    def summary(chosen: DateRange) -> str:
        if chosen.complete:
            return tn("{n} night", "{n} nights", chosen.nights)
        return t("Choose the day it is free again") if chosen.arrive else t("Choose the first night")

    return DateWords(
        weekdays=[name[:2] for name in weekdays()],
        month=month,
        day=day_long,
        off=lambda reason, _: off.get(reason, t("too far ahead")),
        summary=summary,
        arrive=t("first night"),
        leave=t("free again"),
        inside=t("blocked"),
        previous=t("Previous month"),
        next=t("Next month"),
        clear=t("Clear"),
        keys=t("Days. Arrow keys go from one to the next."),
    )


@ft.component
def _Actions(cal: CalendarState, form: BlockForm, save: Action, start: Start, close: Callable[[], Any]) -> ft.Control:
    page, wish, claim = ft.context.page, form.wish, form.claim

    async def undo(before: ClaimRead) -> None:
        await cal.restore(before)

    async def take_back(made: ClaimRead) -> None:
        await cal.give_back(made)

    async def block() -> None:
        made: list[ClaimRead] = []

        async def act() -> None:
            if wish is not None:
                made.append(await cal.block(wish))

        if await save.start(act) and made:
            cal.forget_pick()
            close()
            say_blocked(page, made[0], form.home.title if form.home else "", start(take_back, made[0]))

    async def change(before: ClaimRead) -> None:
        if wish is None:
            return
        if (wish.start, wish.end, wish.note) == (before.start, before.end, before.note):
            close()  # it is as it was: there is nothing to save
            return
        same = (wish.start, wish.end) == (before.start, before.end)
        dates = {} if same else {"start": wish.start, "end": wish.end}
        if await save.start(cal.change, before, BlockChange(note=wish.note, **dates)):
            close()
            say(page, t("Saved: {dates}.", dates=day_range(wish.start, wish.end)), start(undo, before))

    async def give_back(before: ClaimRead) -> None:
        if await save.start(cal.give_back, before):
            close()
            first = max(before.start, cal.today(before.property_id))
            say(page, t("{dates} can be booked again.", dates=day_range(first, before.end)), start(undo, before))

    if claim is None:
        button = filled(t("Block"), start(block), busy=save.running, disabled=wish is None, icon=ft.Icons.BLOCK_ROUNDED)
        return ft.Row([button], alignment=ft.MainAxisAlignment.END)
    over = claim.end <= form.today
    return ft.Row(
        [
            *([] if over else [outlined(t("Give these nights back"), start(give_back, claim), busy=save.running)]),
            filled(t("Save"), start(change, claim), busy=save.running, disabled=wish is None),
        ],
        alignment=ft.MainAxisAlignment.END,
        wrap=True,
        spacing=8,
        run_spacing=8,
    )
