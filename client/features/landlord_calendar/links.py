"""The secret address of a home's calendar: to look at, to copy, to renew, to turn off."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import flet as ft

from client.core.action import Action
from client.core.boundaries import panel
from client.core.device import copy_text
from client.core.hooks import Start, use_once, use_start
from client.core.language import t
from client.core.problem_words import problem_words
from client.core.tasks import use_task
from client.design import fields
from client.design.buttons import filled, outlined, quiet
from client.design.feedback import Loading, grey_block, note
from client.design.sheets import sheet
from client.design.text import copyable, text
from client.design.tokens import Colour, Radius, Status, Style
from client.features.landlord_calendar.state import LinkState
from shared_models.calendars import PropertyCalendar

RENEW, REMOVE, COPIED = "renew", "remove", "copied"


def link_sheet(
    link: LinkState, homes: Sequence[PropertyCalendar], close: Callable[[], Any], *, phone: bool
) -> ft.DialogControl:
    """The address in a sheet, for one of the homes shown."""
    body = _Body(link, homes)
    return sheet(t("Calendar link"), body, phone=phone, close_name=t("Close"), on_close=close, width=480)


@panel
def _Body(link: LinkState, homes: Sequence[PropertyCalendar]) -> ft.Control:
    load = use_once(lambda: Action(link.load, latest=True))
    act = use_once(lambda: Action(lambda fn: fn()))
    start = use_start()
    staged: Any = ft.use_state(None)
    stage, set_stage = staged[0], staged[1]

    async def show() -> None:
        set_stage(None)
        if link.property_id is not None:
            await load.start(link.property_id)

    def choose(word: str) -> None:
        link.property_id = UUID(word)

    use_task(show, [link.property_id])
    rows: list[ft.Control] = [
        text(
            t(
                "Other calendars read here when this home is not free. They see “Reserved” or “Blocked” for whole "
                "days, and neither names nor notes."
            ),
            color=Colour.TEXT_2,
        )
    ]
    if len(homes) > 1:
        options = [(str(home.property_id), home.title) for home in homes]
        rows.append(fields.select(t("Home"), str(link.property_id), options, choose, search=len(homes) > 8))
    elif homes:
        rows.append(text(homes[0].title, Style.STRONG))
    rows += _link(link, load, act, start, stage, set_stage)
    problem = act.problem or load.problem
    if problem is not None:
        rows.append(fields.error_summary(problem_words(problem)))
    return ft.Column(rows, spacing=14, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def _link(
    link: LinkState,
    load: Action,
    act: Action,
    start: Start,
    stage: str | None,
    set_stage: Callable[[str | None], None],
) -> list[ft.Control]:
    if link.link is None:
        words = (t("Loading the link"), t("Still loading."))
        return [] if load.problem else [Loading(grey_block(48), *words)]

    async def run(fn: Callable[[], Any]) -> None:
        if await act.start(fn):
            set_stage(None)

    url = link.link.url
    if url is None:
        make = filled(t("Make a link"), start(run, link.renew), busy=act.running, icon=ft.Icons.ADD_LINK_ROUNDED)
        return [text(t("This home has no link yet.")), ft.Row([make])]

    async def copy() -> None:
        await copy_text(url)
        set_stage(COPIED)

    if stage in (RENEW, REMOVE):
        return [_address(url), *_question(stage, link, act, start, run, set_stage)]
    copied = t("Copied") if stage == COPIED else t("Copy")
    icon = ft.Icons.CHECK_ROUNDED if stage == COPIED else ft.Icons.CONTENT_COPY_ROUNDED
    buttons = [
        filled(copied, start(copy), icon=icon),
        quiet(t("Renew"), lambda _: set_stage(RENEW)),
        quiet(t("Turn off"), lambda _: set_stage(REMOVE)),
    ]
    return [
        _address(url),
        ft.Semantics(live_region=True, content=ft.Row(buttons, wrap=True, spacing=8, run_spacing=8)),
        text(
            t("Whoever has the link can read this. Renew it when it went to someone it should not have."),
            Style.SMALL,
            Colour.TEXT_2,
        ),
    ]


def _question(
    stage: str | None,
    link: LinkState,
    act: Action,
    start: Start,
    run: Callable[[Callable[[], Any]], Any],
    set_stage: Callable[[str | None], None],
) -> list[ft.Control]:
    if stage == RENEW:
        told = t("The link of now stops working at once. Every calendar that reads it needs the new one.")
        go = filled(t("Renew the link"), start(run, link.renew), busy=act.running)
    else:
        told = t("The link stops working at once, and no calendar can read this home any more.")
        go = outlined(t("Turn the link off"), start(run, link.remove), busy=act.running, danger=True)
    keep = outlined(t("Keep the link"), lambda _: set_stage(None))
    return [note(told, status=Status.WAITING), ft.Row([keep, go], wrap=True, spacing=8, run_spacing=8)]


def _address(url: str) -> ft.Control:
    return ft.Container(
        copyable(url, Style.SMALL),
        bgcolor=Colour.SUNKEN,
        border_radius=Radius.CONTROL,
        padding=14,
    )
