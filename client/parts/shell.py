"""The three shells: tenant, landlord and admin, each with its places for phone, tablet and desktop."""

from collections.abc import Callable
from typing import Any

import flet as ft

from client import paths
from client.core.flet_session import use_trouble
from client.core.language import t, tn
from client.core.session import Session, use_inbox, use_session
from client.design.buttons import icon_button, quiet, target
from client.design.feedback import banner
from client.design.layout import (
    BRAND_PADDING,
    Place,
    SizeClass,
    brand,
    page_frame,
    rail,
    top_bar,
    top_places,
    use_size,
)
from client.design.text import one_line, text
from client.design.tokens import Colour, Radius, Style
from client.parts.phone_bar import phone_bar
from shared_models.auth import Role

SIGN_IN = "sign-in"
"""What `chosen` is on the screen that asks to sign in: it needs no second button for that."""

_ADDRESSES = {
    "search": paths.SEARCH,
    "trips": paths.TRIPS,
    "account": paths.ACCOUNT,
    "notifications": paths.NOTIFICATIONS,
    "homes": paths.LANDLORD_HOMES,
    "calendar": paths.LANDLORD_CALENDAR,
    "stays": paths.LANDLORD_STAYS,
    "import": paths.LANDLORD_IMPORT,
    "review": paths.ADMIN_REVIEW,
    "admin-import": paths.ADMIN_IMPORT,
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


def _tenant_places(unread: int = 0) -> list[Place]:
    return [
        Place("search", t("Search"), ft.Icons.SEARCH_ROUNDED, ft.Icons.SEARCH_ROUNDED),
        Place("trips", t("Trips"), ft.Icons.LUGGAGE_OUTLINED, ft.Icons.LUGGAGE_ROUNDED),
        Place(
            "account",
            t("Account"),
            ft.Icons.PERSON_OUTLINE_ROUNDED,
            ft.Icons.PERSON_ROUNDED,
            count=unread,
            count_label=_unread_words(unread),
        ),
    ]


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


def _landlord_places() -> list[Place]:
    return [
        Place("homes", t("Homes"), ft.Icons.HOME_WORK_OUTLINED, ft.Icons.HOME_WORK_ROUNDED),
        Place("calendar", t("Calendar"), ft.Icons.CALENDAR_MONTH_OUTLINED, ft.Icons.CALENDAR_MONTH_ROUNDED),
        Place("stays", t("Stays"), ft.Icons.LUGGAGE_OUTLINED, ft.Icons.LUGGAGE_ROUNDED),
        Place("import", t("Import"), ft.Icons.UPLOAD_FILE_OUTLINED, ft.Icons.UPLOAD_FILE_ROUNDED),
    ]


def _admin_places() -> list[Place]:
    return [
        Place("review", t("Review"), ft.Icons.FACT_CHECK_OUTLINED, ft.Icons.FACT_CHECK_ROUNDED),
        Place("admin-import", t("Import"), ft.Icons.UPLOAD_FILE_OUTLINED, ft.Icons.UPLOAD_FILE_ROUNDED),
    ]


@ft.component
def _Tenant(body: ft.Control, chosen: str | None, middle: ft.Control | None, foot: ft.Control | None) -> ft.Control:
    session, page, size, inbox = use_session(), ft.context.page, use_size(), use_inbox()
    inside = _inside(body, size)
    if size is SizeClass.PHONE:
        return page_frame(
            inside,
            bottom=foot or phone_bar(page, _phone_places(session, inbox.unread), chosen, _go(page)),
        )
    places = [place for place in _tenant_places() if place.key != "account"]
    lead: list[ft.Control] = [_home_link(page)]
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


def _phone_places(session: Session, unread: int) -> list[Place]:
    places = _tenant_places(unread)
    if session.is_a(Role.LANDLORD):
        places.insert(2, _landlord_places()[0])
        places.insert(3, _landlord_places()[1])
    if session.is_a(Role.ADMIN):
        places.insert(2, _admin_places()[0])
    return places


def _home_link(page: ft.Page) -> ft.Control:
    return target(
        brand(),
        t("EstoSpaces, to the search"),
        lambda _: page.navigate(paths.SEARCH),
        line=None,
        padding=ft.Padding.symmetric(horizontal=BRAND_PADDING, vertical=BRAND_PADDING + 2),
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
    places = _admin_places() if role is Role.ADMIN else _landlord_places()
    inside = _inside(body, size)
    if size is SizeClass.PHONE:
        more = Place("search", t("Search"), ft.Icons.SEARCH_ROUNDED, ft.Icons.SEARCH_ROUNDED)
        account = _tenant_places(inbox.unread)[2]
        return page_frame(
            inside,
            bottom=phone_bar(page, [*places, more, account], chosen, _go(page)),
        )
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
