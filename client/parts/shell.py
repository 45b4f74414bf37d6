"""The three shells: tenant, landlord and admin, each with its places for phone, tablet and desktop."""

import functools
from collections.abc import Callable, Sequence
from typing import Any

import flet as ft

from client import paths
from client.core.flet_session import use_trouble
from client.core.language import t, tn
from client.core.session import Inbox, Session, use_inbox, use_session
from client.core.shortcuts import Shortcut, use_shortcuts
from client.design.buttons import icon_button, quiet, target
from client.design.feedback import banner
from client.design.layout import SizeClass, page_frame, use_size
from client.design.navigation import BRAND_PADDING, Place, brand, rail, top_bar, top_places
from client.design.text import one_line, text
from client.design.tokens import Colour, Radius, Style
from client.parts.phone_bar import phone_bar
from client.parts.shortcut_sheet import show_shortcuts
from shared_models.auth import Role

SIGN_IN = "sign-in"
"""What `chosen` is on the screen that asks to sign in: it needs no second button for that."""

_ADDRESSES = {
    "search": paths.SEARCH,
    "today": paths.TODAY,
    "landlord-today": paths.LANDLORD_TODAY,
    "admin-today": paths.ADMIN_TODAY,
    "trips": paths.TRIPS,
    "account": paths.ACCOUNT,
    "notifications": paths.NOTIFICATIONS,
    "homes": paths.LANDLORD_HOMES,
    "calendar": paths.LANDLORD_CALENDAR,
    "stays": paths.LANDLORD_STAYS,
    "earnings": paths.LANDLORD_EARNINGS,
    "import": paths.LANDLORD_IMPORT,
    "review": paths.ADMIN_REVIEW,
    "admin-import": paths.ADMIN_IMPORT,
    "money": paths.ADMIN_PAYMENTS,
}


def tenant_shell(
    body: ft.Control, chosen: str | None, *, middle: ft.Control | None = None, foot: ft.Control | None = None
) -> ft.Control:
    """What visitors and tenants see round a page.

    `middle` stands in the top bar (the search bar); `foot` takes the place of the bottom bar on a phone.
    """
    return _Tenant(body, chosen, middle, foot)


def landlord_shell(body: ft.Control, chosen: str | None) -> ft.Control:
    """What landlords see round a page."""
    return _Worker(body, chosen, Role.LANDLORD)


def admin_shell(body: ft.Control, chosen: str | None) -> ft.Control:
    """What admins see round a page."""
    return _Worker(body, chosen, Role.ADMIN)


def _go(page: ft.Page) -> Callable[[Place], None]:
    return lambda place: page.navigate(_ADDRESSES[place.key])


def _search_place() -> Place:
    return Place("search", t("Search"), ft.Icons.SEARCH_ROUNDED, ft.Icons.SEARCH_ROUNDED)


def _today_place(key: str) -> Place:
    return Place(key, t("Today"), ft.Icons.TODAY_OUTLINED, ft.Icons.TODAY_ROUNDED)


def _trips_place(waiting: int) -> Place:
    icon, chosen = ft.Icons.LUGGAGE_OUTLINED, ft.Icons.LUGGAGE_ROUNDED
    return Place("trips", t("Trips"), icon, chosen, count=waiting, count_label=_waiting_words(waiting))


def _account_place(unread: int) -> Place:
    icon, chosen = ft.Icons.PERSON_OUTLINE_ROUNDED, ft.Icons.PERSON_ROUNDED
    return Place("account", t("Account"), icon, chosen, count=unread, count_label=_unread_words(unread))


def _waiting_words(number: int) -> str:
    return tn("{n} waits for you", "{n} wait for you", number)


def _notifications_place(unread: int, *, short: bool = False) -> Place:
    icon, chosen = ft.Icons.NOTIFICATIONS_NONE_ROUNDED, ft.Icons.NOTIFICATIONS_ROUNDED
    label = t("Inbox") if short else t("Notifications")
    return Place("notifications", label, icon, chosen, count=unread, count_label=_unread_words(unread))


def _unread_words(unread: int) -> str:
    return tn("{n} unread", "{n} unread", unread)


@ft.component
def _Bell() -> ft.Control:
    """The way to the notifications, with their count."""
    page, place = ft.context.page, _notifications_place(use_inbox().unread)
    return icon_button(place.icon, place.name, lambda _: page.navigate(paths.NOTIFICATIONS), badge=place.badge or None)


def _landlord_places(answers: int = 0) -> list[Place]:
    stays = Place(
        "stays",
        t("Stays"),
        ft.Icons.LUGGAGE_OUTLINED,
        ft.Icons.LUGGAGE_ROUNDED,
        count=answers,
        count_label=_waiting_words(answers),
    )
    return [
        _today_place("landlord-today"),
        Place("homes", t("Homes"), ft.Icons.HOME_WORK_OUTLINED, ft.Icons.HOME_WORK_ROUNDED),
        Place("calendar", t("Calendar"), ft.Icons.CALENDAR_MONTH_OUTLINED, ft.Icons.CALENDAR_MONTH_ROUNDED),
        stays,
        Place("earnings", t("Earnings"), ft.Icons.PAYMENTS_OUTLINED, ft.Icons.PAYMENTS_ROUNDED),
        Place("import", t("Import"), ft.Icons.UPLOAD_FILE_OUTLINED, ft.Icons.UPLOAD_FILE_ROUNDED),
    ]


def _admin_places(cases: int = 0) -> list[Place]:
    icon, chosen = ft.Icons.FACT_CHECK_OUTLINED, ft.Icons.FACT_CHECK_ROUNDED
    return [
        _today_place("admin-today"),
        Place("review", t("Review"), icon, chosen, count=cases, count_label=_waiting_words(cases)),
        Place("money", t("Money"), ft.Icons.PAYMENTS_OUTLINED, ft.Icons.PAYMENTS_ROUNDED),
        Place("admin-import", t("Import"), ft.Icons.UPLOAD_FILE_OUTLINED, ft.Icons.UPLOAD_FILE_ROUNDED),
    ]


_LETTERS = {
    "today": "t",
    "landlord-today": "t",
    "admin-today": "t",
    "homes": "h",
    "calendar": "c",
    "stays": "s",
    "trips": "s",
    "import": "i",
    "admin-import": "i",
    "review": "r",
    "money": "m",
    "earnings": "e",
    "notifications": "n",
    "account": "a",
}
"""After `g`: the place it leads to."""


def _use_keys(page: ft.Page, places: Sequence[Place]) -> None:
    """`g` and a letter lead to each place, `/` to the search, `?` shows every key of the page."""
    go = _go(page)
    ways = [
        Shortcut(f"g {_LETTERS[place.key]}", place.label, functools.partial(go, place))
        for place in places
        if place.key in _LETTERS
    ]
    search = Shortcut("/", t("Search"), functools.partial(page.navigate, paths.SEARCH))
    sheet = Shortcut("?", t("Show these keys"), functools.partial(show_shortcuts, page))
    use_shortcuts(t("Go to"), [*ways, search, sheet])


@ft.component
def _Tenant(body: ft.Control, chosen: str | None, middle: ft.Control | None, foot: ft.Control | None) -> ft.Control:
    session, page, size, inbox = use_session(), ft.context.page, use_size(), use_inbox()
    inside = _inside(body, size)
    mine = [*_mine(session), _trips_place(0), _notifications_place(0), _account_place(0)]
    _use_keys(page, mine if session.me is not None else [])
    if size is SizeClass.PHONE:
        return page_frame(
            inside,
            bottom=foot or phone_bar(page, _phone_places(session, inbox), chosen, _go(page)),
        )
    places = [_search_place(), *_mine(session), _trips_place(inbox.trips)]
    lead: list[ft.Control] = [home_link(page)]
    if middle is None:
        lead += [ft.Container(width=12), top_places(places, chosen, _go(page))]
    trips = [quiet(t("Trips"), lambda _: page.navigate(paths.TRIPS))] if middle is not None else []
    top = top_bar(
        ft.Row(lead, tight=True, spacing=4),
        middle,
        [*trips, *([] if chosen == SIGN_IN else _who(session, page))],
        size=size,
    )
    return page_frame(inside, top=top)


def _inside(body: ft.Control, size: SizeClass) -> ft.Control:
    """The body below whatever went wrong; the same controls in every size, so that the body is never built anew."""
    column = ft.Column([_trouble(), body], expand=True, spacing=0)
    phone = size is SizeClass.PHONE
    return ft.SafeArea(column, expand=True, avoid_intrusions_top=phone, avoid_intrusions_bottom=False)


def _mine(session: Session) -> list[Place]:
    """The start page of whoever is signed in; a landlord's and an admin's are in shells of their own."""
    if session.is_a(Role.LANDLORD):
        return [_today_place("landlord-today")]
    if session.is_a(Role.ADMIN):
        return [_today_place("admin-today")]
    return [] if session.me is None else [_today_place("today")]


def _phone_places(session: Session, inbox: Inbox) -> list[Place]:
    work: list[Place] = []
    if session.is_a(Role.ADMIN):
        work += _admin_places(inbox.cases)[1:2]
    if session.is_a(Role.LANDLORD):
        work += _landlord_places(inbox.answers)[1:3]
    return [_search_place(), *_mine(session), _trips_place(inbox.trips), *work, _account_place(inbox.unread)]


def home_link(page: ft.Page) -> ft.Control:
    """The name of the place, which leads to the search."""
    return target(
        brand(),
        t("EstoSpaces, to the search"),
        lambda _: page.navigate(paths.SEARCH),
        line=None,
        padding=ft.Padding.symmetric(horizontal=BRAND_PADDING, vertical=2 * BRAND_PADDING),
    )


def _who(session: Session, page: ft.Page) -> list[ft.Control]:
    def to(path: str) -> Callable[[Any], None]:
        return lambda _: page.navigate(path)

    controls: list[ft.Control] = []
    if session.is_a(Role.ADMIN):
        controls.append(quiet(t("Review"), to(paths.ADMIN_REVIEW)))
    if session.is_a(Role.LANDLORD):
        controls.append(quiet(t("My homes"), to(paths.LANDLORD_HOMES)))
    if session.me is None:
        return [quiet(t("Sign in"), to(paths.SIGN_IN))]
    name = session.me.name
    return [
        *controls,
        _Bell(),
        target(avatar(name, 40), t("Account of {name}", name=name), to(paths.ACCOUNT), line=None, radius=22, padding=2),
    ]


def avatar(name: str, size: float = 40) -> ft.Control:
    """The initials of a person in a circle."""
    parts = [part for part in name.split() if part[0].isalnum()]
    letters = "".join(part[0] for part in (parts[:1] + parts[1:][-1:])).upper() or "?"
    return ft.Container(
        text(letters, Style.LABEL if size >= 36 else Style.CAPTION, Colour.ACCENT_TEXT),
        width=size,
        height=size,
        border_radius=size / 2,
        bgcolor=Colour.ACCENT_SOFT,
        alignment=ft.Alignment.CENTER,
    )


@ft.component
def _Worker(body: ft.Control, chosen: str | None, role: Role) -> ft.Control:
    session, page, size, inbox = use_session(), ft.context.page, use_size(), use_inbox()
    admin = role is Role.ADMIN
    places = _admin_places(inbox.cases) if admin else _landlord_places(inbox.answers)
    inside = _inside(body, size)
    _use_keys(page, [*places, _notifications_place(0), _account_place(0)])
    if size is SizeClass.PHONE:
        if not admin:  # the four that a landlord needs on the way: today, calendar, stays, homes
            places = [places[0], places[2], places[3], places[1], *places[4:]]
        more = [_search_place(), _account_place(inbox.unread)]
        return page_frame(inside, bottom=phone_bar(page, [*places, *more], chosen, _go(page)))
    extended = size is SizeClass.DESKTOP
    places = [*places, _notifications_place(inbox.unread, short=not extended)]
    return page_frame(
        inside, side=rail(places, chosen, _go(page), extended=extended, foot=_foot(session, page, extended))
    )


def _foot(session: Session, page: ft.Page, extended: bool) -> ft.Control:
    name = session.me.name if session.me is not None else ""
    words = [
        ft.Column(
            [one_line(name, Style.LABEL, Colour.TEXT), one_line(t("To the search"), Style.SMALL)],
            spacing=0,
            expand=True,
        )
    ]
    row = ft.Row([avatar(name), *(words if extended else [])], spacing=12)
    return target(
        row,
        t("{name}, to the search", name=name),
        lambda _: page.navigate(paths.SEARCH),
        line=None,
        radius=Radius.CONTROL,
        padding=8,
    )


def _trouble() -> ft.Control:
    reference, dismiss = use_trouble()
    if not reference:
        return ft.Container()
    words = t("Something did not work. What you see may be out of date. Reference {reference}.", reference=reference)
    return banner(words, close_name=t("Close this message"), on_close=lambda _: dismiss())
