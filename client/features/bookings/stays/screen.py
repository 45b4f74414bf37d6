"""The stays at a landlord's homes."""

from typing import Any
from zoneinfo import ZoneInfo

import flet as ft

from client import paths
from client.core import clock
from client.core.action import Action
from client.core.boundaries import panel, screen
from client.core.hooks import use_once
from client.core.language import day, day_range, hour, money, t, tn
from client.core.routing import use_query
from client.core.session import Session, use_session
from client.core.shortcuts import Shortcut, use_shortcuts
from client.core.tasks import use_task
from client.core.title import use_title
from client.design.chips import segments, status_chip
from client.design.feedback import empty
from client.design.layout import SizeClass, card, page_header, scroll_page, use_size
from client.design.scroll_place import Pages, use_scroll_place
from client.design.table import Column, next_order, table
from client.design.text import amount, one_line, text
from client.design.tokens import Colour, Status, Style
from client.features.bookings.stays.state import WAYS, StaysState, order_in, sorting_of, usual_order, when_in
from client.features.bookings.stays.waiting import answers
from client.parts.listing import cover
from client.parts.panels import failed, loading_rows, next_page
from client.parts.shell import landlord_shell
from client.parts.status import status_words
from shared_models.booking_steps import open_change, unpaid_change
from shared_models.bookings import BookingRead, BookingStatus, BookingTime
from shared_models.stay_dates import local_day


@screen
def StaysScreen() -> ft.Control:
    """Who stays at my homes, and when."""
    use_title(t("Stays"))
    return landlord_shell(_Stays(), "stays")


@panel
def _Stays() -> ft.Control:
    session, size, page = use_session(), use_size(), ft.context.page
    query, set_query = use_query()
    when = when_in(query.get("when"))
    order = order_in(query.get("order"), when)
    stays = use_once(lambda: StaysState(session.http))
    load = use_once(lambda: Action(stays.load, latest=True))
    more = use_once(lambda: Action(stays.more))

    async def show() -> None:
        await load.start(when, order)

    async def again(_: Any) -> None:
        await load.start(when, order)

    def choose(word: str) -> None:
        page.run_task(set_query, when=None if word == BookingTime.UPCOMING.value else word, order=None)

    async def sort(column: str) -> None:
        wished = next_order(WAYS, column, order)
        await set_query(order=None if wished is usual_order(when) else wished.value)

    use_task(show, [when, order], on_return=True)
    use_task(session.recount, [len(stays.waiting), stays.loaded])
    _use_keys(stays, page)
    place = use_scroll_place(stays.loaded, Pages(lambda: len(stays.stays), more.start))
    switch = segments(
        [(BookingTime.UPCOMING.value, t("To come")), (BookingTime.PAST.value, t("Past"))], when.value, choose
    )
    body: list[ft.Control] = [
        page_header(t("Stays"), t("Everyone who has booked one of your homes, or asks to.")),
        switch,
    ]
    if load.problem is not None:
        body.append(failed(t("The stays did not load"), load.problem, again, busy=load.running))
    body += answers(stays)
    if not stays.loaded:
        if load.problem is None:
            body.append(loading_rows(t("Loading the stays")))
    elif not stays.stays:
        body.append(card(_nothing(when, page)))
    else:
        body.append(_table(session, stays, size, page, sort))
    body += next_page(stays.next_cursor, more)
    return scroll_page(body, size, spacing=16, place=place)


def _nothing(when: BookingTime, page: ft.Page) -> ft.Control:
    if when is BookingTime.PAST:
        return empty(t("No past stays"), t("Stays move here on the day after the guests leave."))
    return empty(
        t("No stays to come"),
        t("When someone books one of your published homes, the stay is here at once, with who comes and when."),
        action=t("See my homes"),
        on_action=lambda _: page.navigate(paths.LANDLORD_HOMES),
    )


def _use_keys(stays: StaysState, page: ft.Page) -> None:
    """J and K move along the rows, O opens one."""
    keys = [
        Shortcut("j", t("Next stay"), lambda: stays.step(1)),
        Shortcut("k", t("Previous stay"), lambda: stays.step(-1)),
    ]
    at = stays.at
    if at is not None:
        keys.append(Shortcut("o", t("Open it"), lambda: page.navigate(paths.landlord_stay(at))))
    use_shortcuts(t("On this page"), keys)


def _table(session: Session, stays: StaysState, size: SizeClass, page: ft.Page, sort: Any) -> ft.Control:
    tablet = size is SizeClass.TABLET

    def home(stay: BookingRead) -> ft.Control:
        told = t("Reference {reference}", reference=stay.reference)
        first, second = (stay.tenant_name, stay.home.title) if tablet else (stay.home.title, told)
        words = ft.Column(
            [text(first, Style.STRONG, max_lines=2), one_line(second, Style.SMALL)],
            spacing=0,
            tight=True,
            expand=True,
        )
        return ft.Row([cover(session, stay.home.id, width=40, height=40), words], spacing=12)

    columns: list[Column[BookingRead]] = [
        Column(t("Who and where") if tablet else t("Home"), home, wide=14 if tablet else 20),
        Column(t("Who"), _who, wide=9, tablet=False),
        Column(t("When"), _when, wide=13, sort_key="when"),
        Column(t("Booked"), lambda stay: day(stay.created_at.date()), wide=7, tablet=False, sort_key="booked"),
        Column(t("Status"), stay_chip, wide=16 if tablet else 14),
        Column(t("Price"), lambda stay: money(stay.total), wide=8 if tablet else 6, figure=True, sort_key="price"),
    ]
    return table(
        columns,
        stays.stays,
        size=size,
        sorting=sorting_of(stays.order),
        on_sort=sort,
        chosen=lambda stay: stay.id == stays.at,
        row_key=lambda stay: stay.id,
        row_name=_name,
        row_card=lambda stay: _card(session, stay),
        on_row=lambda stay: page.navigate(paths.landlord_stay(stay.id)),
    )


def _who(stay: BookingRead) -> ft.Control:
    guests = tn("{n} guest", "{n} guests", stay.guests)
    return ft.Column(
        [one_line(stay.tenant_name, color=Colour.TEXT), one_line(guests, Style.SMALL)], spacing=0, tight=True
    )


def _when(stay: BookingRead) -> ft.Control:
    """Over the new year both days say theirs, which takes two lines."""
    return text(day_range(stay.check_in, stay.check_out), max_lines=2)


def _name(stay: BookingRead) -> str:
    return t(
        "{tenant} at {home}, {dates}, {status}, {price}",
        tenant=stay.tenant_name,
        status=_standing(stay)[0],
        home=stay.home.title,
        dates=day_range(stay.check_in, stay.check_out),
        price=money(stay.total),
    )


def _card(session: Session, stay: BookingRead) -> ft.Control:
    words = ft.Column(
        [
            one_line(stay.tenant_name, Style.STRONG, Colour.TEXT),
            one_line(stay.home.title),
            text(day_range(stay.check_in, stay.check_out), Style.BODY),
        ],
        spacing=2,
        expand=True,
    )
    top = ft.Row(
        [cover(session, stay.home.id, width=56, height=56), words],
        spacing=12,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
    foot = ft.Row(
        [stay_chip(stay), amount(money(stay.total), strong=True)], alignment=ft.MainAxisAlignment.SPACE_BETWEEN
    )
    return ft.Column([top, foot], spacing=12)


def stay_chip(stay: BookingRead) -> ft.Control:
    """Where a stay stands, with the deadline if there is one."""
    return status_chip(*_standing(stay))


def _standing(stay: BookingRead) -> tuple[str, Status, ft.IconData | None]:
    """Where a stay stands, for its landlord: the words, the colour and the icon."""
    if stay.status is BookingStatus.HELD:
        until = stay.hold_expires_at
        words = (
            t("On hold until {hour}", hour=hour(until.astimezone(ZoneInfo(stay.home.zone)).time()))
            if until
            else t("On hold")
        )
        return words, Status.WAITING, ft.Icons.LOCK_CLOCK_OUTLINED
    changes = open_change(stay, clock.now()) or unpaid_change(stay, clock.now())
    if stay.status is BookingStatus.REQUESTED or changes is not None:
        return *status_words(stay), None
    if stay.status is BookingStatus.CONFIRMED:
        return _confirmed(stay)
    words = {
        BookingStatus.COMPLETED: t("Stayed"),
        BookingStatus.DECLINED: t("Declined"),
        BookingStatus.CANCELLED: t("Cancelled"),
        BookingStatus.EXPIRED: t("Ran out"),
        BookingStatus.NO_SHOW: t("Did not come"),
    }.get(stay.status, t("Unknown"))
    return words, Status.NEUTRAL, None


def _confirmed(stay: BookingRead) -> tuple[str, Status, ft.IconData | None]:
    today = local_day(clock.now(), stay.home.zone)
    if today > stay.check_out:
        return t("Stayed"), Status.NEUTRAL, ft.Icons.LOGOUT_ROUNDED
    if today == stay.check_out:
        return t("Checks out today"), Status.NEUTRAL, ft.Icons.LOGOUT_ROUNDED
    if today == stay.check_in:
        return t("Checks in today"), Status.SUCCESS, ft.Icons.LOGIN_ROUNDED
    if today > stay.check_in:
        return t("Here now"), Status.SUCCESS, None
    return t("Confirmed"), Status.SUCCESS, None
