"""All homes in one calendar, and the nights a landlord keeps for themselves."""

import dataclasses
from datetime import date
from typing import Any
from uuid import UUID

import flet as ft

from client import paths
from client.core import clock
from client.core.action import Action
from client.core.boundaries import panel, screen
from client.core.hooks import use_once, use_start
from client.core.language import t
from client.core.routing import use_query
from client.core.session import Session, use_session
from client.core.tasks import use_task
from client.core.title import use_title
from client.design.date_range_rules import DateRange
from client.design.feedback import Loading, empty, grey_block
from client.design.form_fields import FormFields
from client.design.handlers import calling
from client.design.layout import SizeClass, card, page_margin, scroll_page, use_size
from client.design.tokens import Size
from client.features.landlord_calendar.bars import legend, look_of
from client.features.landlord_calendar.block_form import block_sheet
from client.features.landlord_calendar.blocks import BlockBar
from client.features.landlord_calendar.grid import Span, View, columns, day_in, span_of, view_in
from client.features.landlord_calendar.links import link_sheet
from client.features.landlord_calendar.month import month_grid
from client.features.landlord_calendar.panels import claim_sheet, jump_sheet
from client.features.landlord_calendar.picks import Pick
from client.features.landlord_calendar.rows import Days, GridActs
from client.features.landlord_calendar.state import BlockForm, CalendarState, LinkState, Wanted
from client.features.landlord_calendar.timeline import Shown, timeline
from client.features.landlord_calendar.tools import Tools, only_chip, prices_button, tabs, title, toolbar
from client.parts.panels import failed, next_page
from client.parts.shell import landlord_shell
from shared_models.calendars import ClaimKind, ClaimRead, PropertyCalendar

LEAST_NAMES = {SizeClass.TABLET: 150, SizeClass.DESKTOP: 200}
_RAILS = {SizeClass.PHONE: 0, SizeClass.TABLET: Size.RAIL_COLLAPSED, SizeClass.DESKTOP: Size.RAIL}


@dataclasses.dataclass(frozen=True)
class OpenedClaim:
    """A bar was pressed."""

    home: PropertyCalendar
    claim: ClaimRead


@dataclasses.dataclass(frozen=True)
class OpenedJump:
    """Another date is wanted."""


@dataclasses.dataclass(frozen=True)
class OpenedForm:
    """A block is written down. In a wrapper: the page would render again with each letter of a form in its state."""

    form: BlockForm


@dataclasses.dataclass(frozen=True)
class OpenedLink:
    """The address for other calendars is wanted."""

    link: LinkState


Opened = OpenedClaim | OpenedJump | OpenedForm | OpenedLink | None


@screen
def LandlordCalendarScreen() -> ft.Control:
    """Every stay, hold and block of all homes."""
    use_title(t("Calendar"))
    return landlord_shell(_Calendar(), "calendar")


@panel
def _Calendar() -> ft.Control:
    session, size, page = use_session(), use_size(), ft.context.page
    query, set_query = use_query()
    phone = size is SizeClass.PHONE
    view = View.MONTH if phone else view_in(query.get("view"), _usual(size))
    one, words = paths.id_in(query.get("home")), query.get("text", "")
    cal = use_once(lambda: CalendarState(session.http))
    load = use_once(lambda: Action(cal.load, latest=True))
    more = use_once(lambda: Action(cal.more))
    save = use_once(lambda: Action(lambda act, *args: act(*args)))
    opening: Any = ft.use_state(None)
    opened: Opened = opening[0]
    open_ = opening[1]
    measured: Any = ft.use_state(None)
    room = measured[0] or _room(page.width, size)
    start = use_start()
    today = clock.today_in(cal.homes[0].zone if cal.homes else "UTC")
    span = span_of(view, day_in(query.get("from")), today)
    # A phone shows one home at a time and needs the others for its tabs.
    wanted = Wanted(span, None if phone else one, words)

    async def show(_: Any = None) -> None:
        await load.start(wanted)

    def open_claim(home: PropertyCalendar, claim: ClaimRead) -> None:
        save.forget()
        if claim.kind is ClaimKind.BLOCK:
            open_(OpenedForm(_form_of(session, claim)))
            return
        open_(OpenedClaim(home, claim))

    def open_form(pick: Pick | None = None) -> None:
        save.forget()
        open_(OpenedForm(_new_form(session, cal, pick or cal.picking.pick)))

    tools = Tools(
        cal,
        view,
        span,
        words,
        size,
        room,
        start,
        set_query,
        open_form=open_form,
        open_links=lambda: open_(OpenedLink(_link(session, cal))),
        open_jump=lambda: open_(OpenedJump()),
    )
    acts = use_once(lambda: _acts(cal, open_claim))
    use_task(show, [wanted], on_return=True)
    _use_opened(opened, lambda: open_(None), tools, save, today)
    top = ft.Container(
        ft.Column([title(tools), toolbar(tools)], spacing=16),
        on_size_change=lambda e: measured[1](int(e.width)),
        size_change_interval=120,
    )
    body: list[ft.Control] = [top]
    if load.problem is not None:
        body.append(failed(t("The calendar did not load"), load.problem, show, busy=load.running))
    if cal.wanted is None:
        body += [] if load.problem is not None else [_loading()]
    elif not cal.homes:
        body.append(card(_nothing(page, tools)))
    elif phone:
        body += _phone(tools, one, today, acts, calling(more.start))
    else:
        body += [only_chip(tools, one)] if one else []
        body.append(_grid(session, tools, today, acts))
    body += _foot(cal)
    body += next_page(None if phone else cal.next_cursor, more)
    # The form has the picked nights, a note and a button of its own.
    bar = [] if isinstance(opened, OpenedForm) else [BlockBar(cal, cal.picking, save, start, size, open_form)]
    return ft.Column([scroll_page(body, size, spacing=16), *bar], expand=True, spacing=0)


def _usual(size: SizeClass) -> View:
    return View.THREE_WEEKS if size is SizeClass.DESKTOP else View.TWO_WEEKS


def _room(width: float | None, size: SizeClass) -> float:
    """What is left between rail and margins, until the page has told how much it is."""
    return min(Size.CONTENT, (width or 1440) - _RAILS[size] - 2 * page_margin(size))


def _acts(cal: CalendarState, open_claim: Any) -> GridActs:
    return GridActs(
        cal.picking,
        press=cal.press,
        begin_drag=cal.begin_drag,
        drag=cal.drag,
        end_drag=cal.end_drag,
        claim=open_claim,
        activate=cal.activate,
    )


def _form_of(session: Session, claim: ClaimRead) -> BlockForm:
    chosen = DateRange(claim.start, claim.end)
    return BlockForm(session.http, claim.property_id, chosen, claim.note, claim)


def _new_form(session: Session, cal: CalendarState, pick: Pick | None) -> BlockForm:
    if pick is not None and pick.nights:
        return BlockForm(session.http, pick.property_id, DateRange(pick.start, pick.end), cal.picking.note)
    home = pick.property_id if pick else cal.homes[0].property_id
    return BlockForm(session.http, home, note=cal.picking.note)


def _link(session: Session, cal: CalendarState) -> LinkState:
    pick = cal.picking.pick
    return LinkState(session.http, pick.property_id if pick is not None else cal.homes[0].property_id)


def _use_opened(opened: Opened, close: Any, tools: Tools, save: Action, today: date) -> None:
    """Hook: what floats over the page."""
    phone, cal, places = tools.size is SizeClass.PHONE, tools.cal, use_once(FormFields)

    def go(day: date) -> None:
        close()
        tools.go(day)()

    dialog: ft.DialogControl | None = None
    match opened:
        case OpenedClaim(home, claim):
            dialog = claim_sheet(cal, home, claim, close, phone=phone)
        case OpenedJump():
            dialog = jump_sheet(tools.span.start, today, go, close, phone=phone)
        case OpenedForm(form):
            dialog = block_sheet(cal, form, save, places, tools.start, close, phone=phone)
        case OpenedLink(link):
            dialog = link_sheet(link, cal.homes, close, phone=phone)
    ft.use_dialog(dialog)


def _grid(session: Session, tools: Tools, today: date, acts: GridActs) -> ft.Control:
    cal = tools.cal
    span = cal.wanted.span if cal.wanted is not None else tools.span
    names, day = columns(tools.view, span, tools.room - 2, LEAST_NAMES[tools.size])
    shown = Shown(
        cal.homes,
        Days(span, day, today),
        names,
        cal.picked_home,
        cal.active,
        cal.stays,
        cal.next_cursor is not None,
    )
    return timeline(session, shown, acts, _keys(cal, tools))


def _keys(cal: CalendarState, tools: Tools) -> Any:
    """Arrows go and draw, Escape lets go, Enter after an arrow opens the form; after Tab it presses what has focus."""

    def key(pressed: str, shift: bool) -> None:
        if pressed == "Escape":
            cal.forget_pick()
        elif pressed == "Tab":
            cal.picking.by_keys = False
        elif pressed == "Enter" and cal.picking.by_keys:
            tools.open_form()
        elif cal.steer(pressed, shift):
            cal.picking.by_keys = True

    return key


def _loading() -> ft.Control:
    rows: list[ft.Control] = [ft.Row([grey_block(44, 200), grey_block(36, expand=True)], spacing=20) for _ in range(6)]
    return card(Loading(ft.Column(rows, spacing=20), t("Loading the calendar"), t("Still loading.")))


def _nothing(page: ft.Page, tools: Tools) -> ft.Control:
    if tools.text:

        async def clear() -> None:
            await tools.set_query(text=None)

        return empty(
            t("No home matches"),
            t("No home of yours has “{text}” in its title or place.", text=tools.text),
            action=t("Show all homes"),
            on_action=tools.start(clear),
        )
    return empty(
        t("No home to show"),
        t("Each of your homes gets a line here, with its stays and the nights you block."),
        action=t("Add a home"),
        on_action=lambda _: page.navigate(paths.LANDLORD_NEW_HOME),
    )


def _foot(cal: CalendarState) -> list[ft.Control]:
    looks = {look_of(claim, cal.stays) for home in cal.homes for claim in home.claims}
    return [legend(looks)] if cal.homes else []


def _phone(tools: Tools, one: UUID | None, today: date, acts: GridActs, load_next: Any) -> list[ft.Control]:
    cal = tools.cal
    home = (cal.home(one) if one else None) or cal.homes[0]
    span: Span = cal.wanted.span if cal.wanted is not None else tools.span
    grid = month_grid(home, span, today, cal.stays, acts, width=min(560.0, tools.room) - 2)
    prices = ft.Row([prices_button(home.property_id, home.title)])
    return [*tabs(tools, home.property_id, load_next if cal.next_cursor else None), grid, prices]
