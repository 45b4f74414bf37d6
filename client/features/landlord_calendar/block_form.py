"""A block written down: which home, which nights, and why. For a new one, and for one that is there."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import flet as ft

from client.core.action import Action
from client.core.boundaries import panel
from client.core.hooks import Start, use_once
from client.core.language import day_range, t, tn
from client.core.tasks import use_task
from client.design import fields
from client.design.buttons import filled, outlined
from client.design.date_range import DateRangePicker, DateWords
from client.design.date_range_rules import DateRange, Off
from client.design.feedback import Loading, grey_block
from client.design.form_fields import FormFields, use_form_fields
from client.design.rows import keyed
from client.design.sheets import sheet
from client.design.text import text
from client.design.tokens import Colour, Style
from client.features.landlord_calendar.blocks import say_blocked
from client.features.landlord_calendar.state import BlockForm, CalendarState
from client.parts.dates import calendar_words
from client.parts.dialogs import say
from client.parts.wrong_fields import field_error, form_problem, sent
from shared_models.calendars import BlockChange, ClaimRead, PropertyCalendar


def block_sheet(
    cal: CalendarState,
    form: BlockForm,
    save: Action,
    places: FormFields,
    start: Start,
    close: Callable[[], Any],
    *,
    phone: bool,
) -> ft.DialogControl:
    """The form in a sheet. What was typed stays when it could not be saved, and the note when Escape closes it."""
    title = t("Block dates") if form.claim is None else t("Blocked by you")
    acts = _Acts(cal, form, save, places, close, ft.context.page, start)

    def leave() -> None:
        if form.claim is None:
            cal.picking.note = form.note
        close()

    return sheet(
        title,
        _Body(form, save, cal.homes, places, start(acts.go)),
        phone=phone,
        close_name=t("Close"),
        on_close=leave,
        actions=[_Actions(form, save, acts)],
        width=420,
    )


@panel
def _Body(
    form: BlockForm, save: Action, homes: Sequence[PropertyCalendar], shared: FormFields, go: Callable[[], Any]
) -> ft.Control:
    load, places = use_once(lambda: Action(form.load, latest=True)), use_form_fields(shared)

    async def show() -> None:
        if form.property_id is not None:
            await load.start(form.property_id)

    def choose(word: str) -> None:
        save.forget()
        form.property_id = UUID(word)

    def write(words: str) -> None:
        save.correct("note")
        form.note = words

    use_task(show, [form.property_id])
    rows: list[ft.Control] = []
    if form.claim is None and len(homes) > 1:
        options = [(str(home.property_id), home.title) for home in homes]
        chosen = str(form.property_id) if form.property_id else None
        rows.append(
            fields.select(
                t("Home"),
                chosen,
                options,
                choose,
                search=len(homes) > 8,
                error=field_error(save, "property_id"),
                ref=places.ref("property_id"),
            )
        )
    else:
        title = next((home.title for home in homes if home.property_id == form.property_id), "")
        rows.append(text(title, Style.STRONG))
    if form.runs:
        rows.append(text(t("Nights that are over stay blocked. Choose the day it ends."), Style.SMALL, Colour.TEXT_2))
    rows.append(_calendar(form, load, save, places))
    rows.append(
        fields.text_field(
            t("Note, for you alone"),
            form.note,
            write,
            max_length=200,
            error=field_error(save, "note"),
            on_submit=go,
            ref=places.ref("note"),
        )
    )
    labels = {"property_id": t("Home"), "start": t("Nights"), "end": t("Nights"), "note": t("Note, for you alone")}
    rows += form_problem(save if save.problem is not None else load, labels, places.go_to)
    return ft.Column(rows, spacing=14, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def _calendar(form: BlockForm, load: Action, save: Action, places: FormFields) -> ft.Control:
    def choose(wished: DateRange) -> None:
        save.forget()
        form.choose(wished)

    nights: ft.Control = ft.Container()
    if form.home is not None:
        nights = DateRangePicker(
            form.chosen,
            form.rules,
            choose,
            words=block_words(),
            error=field_error(save, "start", "end"),
            ref=places.ref("start"),
        )
    elif not load.problem:
        nights = Loading(grey_block(380), t("Loading the nights"), t("Still loading."))
    # Of another home it is another calendar: it opens on the month of what is chosen.
    return keyed(form.property_id, ft.Container(nights))


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
        return t("Choose the day it is free again") if chosen.check_in else t("Choose the first night")

    ends = t("first night"), t("free again")
    return calendar_words(
        lambda reason, _: off.get(reason, t("too far ahead")), summary, ends=ends, inside=t("blocked")
    )


@dataclasses.dataclass(frozen=True, eq=False)
class _Acts:
    """What the buttons of the form do."""

    cal: CalendarState
    form: BlockForm
    save: Action
    places: FormFields
    close: Callable[[], Any]
    page: ft.Page
    start: Start

    async def go(self) -> None:
        """Block the nights, or keep what was changed."""
        claim = self.form.claim
        if claim is None:
            await self._block()
        elif self.form.unchanged:
            self.close()
        else:
            await self._change(claim)

    async def _block(self) -> None:
        made: list[ClaimRead] = []

        async def act() -> None:
            made.append(await self.cal.block(self.form.request))

        if await sent(self.save, self.places, act) and made:
            self.cal.forget_pick()
            self.close()
            title = self.form.home.title if self.form.home else ""
            say_blocked(self.page, made[0], title, self.start(self._take_back, made[0]))

    async def _change(self, before: ClaimRead) -> None:
        async def act() -> None:
            request = self.form.request
            same = (request.start, request.end) == (before.start, before.end)
            dates = {} if same else {"start": request.start, "end": request.end}
            await self.cal.change(before, BlockChange(note=request.note, **dates))

        if await sent(self.save, self.places, act):
            self.close()
            request = self.form.request
            say(self.page, t("Saved: {dates}.", dates=day_range(request.start, request.end)), self._undo(before))

    async def give_back(self, before: ClaimRead) -> None:
        """Let the nights be booked again."""
        if await self.save.start(self.cal.give_back, before):
            self.close()
            first = max(before.start, self.cal.today(before.property_id))
            dates = day_range(first, before.end)
            say(self.page, t("{dates} can be booked again.", dates=dates), self._undo(before))

    def _undo(self, before: ClaimRead) -> Callable[..., None]:
        return self.start(self._restore, before)

    async def _restore(self, before: ClaimRead) -> None:
        await self.cal.restore(before)

    async def _take_back(self, made: ClaimRead) -> None:
        await self.cal.give_back(made)


@ft.component
def _Actions(form: BlockForm, save: Action, acts: _Acts) -> ft.Control:
    start, claim = acts.start, form.claim
    if claim is None:
        button = filled(t("Block"), start(acts.go), busy=save.running, icon=ft.Icons.BLOCK_ROUNDED)
        return ft.Row([button], alignment=ft.MainAxisAlignment.END)
    over = claim.end <= form.today
    return ft.Row(
        [
            *([] if over else [outlined(t("Give these nights back"), start(acts.give_back, claim), busy=save.running)]),
            filled(t("Save"), start(acts.go), busy=save.running),
        ],
        alignment=ft.MainAxisAlignment.END,
        wrap=True,
        spacing=8,
        run_spacing=8,
    )
