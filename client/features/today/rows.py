"""The rows and panels of a start page: what is to be done, who comes, what is new."""

import dataclasses
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import flet as ft

from client import paths
from client.core import clock
from client.core.language import ago, day, hour, instant, t, tn
from client.core.session import Session
from client.design.buttons import filled, outlined, quiet, target
from client.design.chips import status_chip
from client.design.layout import SizeClass, card_padding, divider
from client.design.rows import keyed
from client.design.text import amount, header, one_line, text
from client.design.tokens import Colour, Radius, Size, Status, Style
from client.parts.case_cover import case_cover
from client.parts.case_words import title_words, what_words
from client.parts.cover import thumbnail
from client.parts.facts import guests_words
from client.parts.notification_words import sentence, way
from client.parts.panels import framed
from shared_models.cases import CaseRead
from shared_models.notifications import NotificationRead
from shared_models.stay_dates import local_day
from shared_models.today import News, Visit, VisitKind

SOON = timedelta(hours=24)


@dataclasses.dataclass(frozen=True)
class Work:
    """Something to be done: what, about what, until when (None: there is no deadline), and the way there."""

    icon: ft.IconData
    title: str
    about: str
    path: str
    act: str
    until: datetime | None = None
    zone: str = "UTC"
    due: str = ""
    """Until when, in words of its own, where that is a day and no moment."""


def panel(title: str, rows: Sequence[ft.Control], size: SizeClass, *, note: str = "", act: Any = None) -> ft.Control:
    """A card of rows under a heading, with a remark or a button at its end."""
    edge = card_padding(size)
    end = [act] if act is not None else [text(note, Style.SMALL, Colour.TEXT_2)] if note else []
    head = ft.Container(
        ft.Row([ft.Container(header(title, 2), expand=True), *end], spacing=12),
        padding=ft.Padding(edge, 8 if act is not None else 16, 8 if act is not None else edge, 8),
    )
    lined: list[ft.Control] = [head]
    for row in rows:
        lined += [divider(), row]
    return framed(ft.Column(lined, spacing=0, horizontal_alignment=ft.CrossAxisAlignment.STRETCH))


def remark(words: str, size: SizeClass) -> ft.Control:
    """A sentence in place of rows."""
    return ft.Container(
        text(words, color=Colour.TEXT_2), padding=ft.Padding.symmetric(vertical=18, horizontal=card_padding(size))
    )


def work_row(page: ft.Page, work: Work, size: SizeClass, *, first: bool) -> ft.Control:
    """One thing to do with its deadline and its button; of all of them only the first is filled."""
    go = _to(page, work.path)
    button = (filled if first else outlined)(work.act, go)
    soon = work.until is not None and work.until - clock.now() < SOON
    tile = ft.Container(
        ft.Icon(work.icon, size=Size.ICON, color=Colour.WAITING if soon else Colour.TEXT_2),
        width=44,
        height=44,
        border_radius=Radius.CONTROL,
        bgcolor=Colour.WAITING_SOFT if soon else Colour.NEUTRAL_SOFT,
        alignment=ft.Alignment.CENTER,
    )
    words = ft.Column(
        [text(work.title, Style.LABEL), text(work.about, Style.SMALL, Colour.TEXT_2, max_lines=2)],
        spacing=2,
        tight=True,
        expand=True,
    )
    chip = due_chip(work.until, work.zone, work.due)
    edge = ft.Padding.symmetric(vertical=12, horizontal=card_padding(size))
    if size is SizeClass.PHONE:
        foot = ft.Row([chip, button], alignment=ft.MainAxisAlignment.SPACE_BETWEEN, wrap=True, run_spacing=8)
        return ft.Container(ft.Column([ft.Row([tile, words], spacing=14), foot], spacing=10), padding=edge)
    return ft.Container(ft.Row([tile, words, chip, button], spacing=16), padding=edge)


def due_chip(until: datetime | None, zone: str, told: str = "") -> ft.Control:
    """By when, in the words `told` if there are any, amber on the last day; without a deadline it says so."""
    if until is None:
        return status_chip(t("No deadline"), Status.NEUTRAL, ft.Icons.ALL_INCLUSIVE_ROUNDED)
    there = until.astimezone(ZoneInfo(zone))
    today = there.date() == local_day(clock.now(), zone)
    words = told or (t("Today, {hour}", hour=hour(there.time())) if today else instant(until, zone))
    status = Status.WAITING if until - clock.now() < SOON else Status.NEUTRAL
    return status_chip(words, status, ft.Icons.SCHEDULE_ROUNDED)


def line_row(page: ft.Page, title: str, about: str, end: str, path: str, size: SizeClass) -> ft.Control:
    """A thing that waits for somebody else: one target, its deadline at the end (on a phone below)."""
    phone = size is SizeClass.PHONE
    words: list[ft.Control] = [text(title, Style.LABEL), text(about, Style.SMALL, Colour.TEXT_2, max_lines=2)]
    if phone:
        words.append(text(end, Style.SMALL, Colour.TEXT_2))
    row: list[ft.Control] = [ft.Column(words, spacing=2, tight=True, expand=True)]
    if not phone:
        row.append(text(end, Style.SMALL, Colour.TEXT_2, align=ft.TextAlign.END))
    name = ". ".join(part for part in (title, about, end) if part)
    return _pressable(ft.Row(row, spacing=16), name, _to(page, path), size)


def visit_rows(session: Session, page: ft.Page, visits: Sequence[Visit], size: SizeClass) -> list[ft.Control]:
    """Who comes and goes, day by day."""
    rows: list[ft.Control] = []
    for number, visit in enumerate(visits):
        if number == 0 or visit.day != visits[number - 1].day:
            today = visit.day == local_day(clock.now(), visit.zone)
            words = text(t("Today") if today else day(visit.day), Style.SMALL_STRONG, Colour.TEXT_2)
            edge = ft.Padding(card_padding(size), 10, card_padding(size), 8)
            rows.append(ft.Container(words, padding=edge, bgcolor=Colour.SUNKEN))
        rows.append(keyed((visit.kind, visit.booking_id), _visit_row(session, page, visit, size)))
    return rows


def _visit_row(session: Session, page: ft.Page, visit: Visit, size: SizeClass) -> ft.Control:
    arrives, guest = visit.kind is VisitKind.CHECK_IN, visit.guest_name
    name = t("{guest} checks out", guest=guest)
    if arrives:
        name = t("{guest} checks in, {guests}", guest=guest, guests=guests_words(visit.guests))
    at = hour(visit.at) if visit.at is not None else ""
    icon, colour = (ft.Icons.LOGIN_ROUNDED, Colour.SUCCESS) if arrives else (ft.Icons.LOGOUT_ROUNDED, Colour.TEXT_2)
    who = ft.Row([ft.Icon(icon, size=16, color=colour), one_line(name, Style.SMALL, expand=True)], spacing=6)
    title = one_line(visit.home_title, Style.LABEL, Colour.TEXT)
    words = ft.Column([title, who], spacing=0, tight=True, expand=True)
    end = [amount(at, strong=True)] if at else []
    face = ft.Row([thumbnail(session, visit.property_id, size=44), words, *end], spacing=12)
    label = ". ".join(part for part in (visit.home_title, name, day(visit.day), at) if part)
    return _pressable(face, label, _to(page, paths.landlord_stay(visit.booking_id)), size)


def news_panel(page: ft.Page, news: News, read_all: Any, size: SizeClass) -> list[ft.Control]:
    """What happened since one last looked, or nothing."""
    if not news.items:
        return []
    rows = [keyed(item.id, _news_row(page, item, size)) for item in news.items]
    if news.unread > len(news.items):
        number = news.unread - len(news.items)
        more = quiet(tn("and {n} more", "and {n} more", number), _to(page, paths.NOTIFICATIONS), accent=True)
        rows.append(ft.Container(ft.Row([more]), padding=ft.Padding.symmetric(horizontal=card_padding(size) - 12)))
    return [panel(t("New since you last looked"), rows, size, act=quiet(t("Mark all as read"), read_all))]


def _news_row(page: ft.Page, item: NotificationRead, size: SizeClass) -> ft.Control:
    told, when = sentence(item), ago(item.created_at)
    dot = ft.Container(width=8, height=8, border_radius=4, bgcolor=Colour.ACCENT)
    face = ft.Row([dot, text(told, expand=True), text(when, Style.SMALL, Colour.TEXT_2)], spacing=12)
    return _pressable(face, f"{told}. {when}", _to(page, way(item)), size)


def _pressable(face: ft.Control, name: str, go: Callable[[Any], None], size: SizeClass) -> ft.Control:
    return target(
        face,
        name,
        go,
        radius=0,
        line=None,
        padding=ft.Padding.symmetric(vertical=12, horizontal=card_padding(size)),
        align=ft.Alignment.CENTER_LEFT,
    )


def _to(page: ft.Page, path: str) -> Callable[[Any], None]:
    return lambda _: page.navigate(path)


def case_row(session: Session, page: ft.Page, case: CaseRead, chip: ft.Control, size: SizeClass) -> ft.Control:
    """A case with how long is left; it opens in the queue."""
    what, about = what_words(case), " · ".join(filter(None, (case.whose, case.place)))
    title = title_words(case)
    words = ft.Column(
        [
            one_line(title, Style.LABEL, Colour.TEXT),
            text(what, Style.SMALL, max_lines=2),
            one_line(about, Style.SMALL),
            *([ft.Container(ft.Row([chip]), padding=ft.Padding.only(top=4))] if size is SizeClass.PHONE else []),
        ],
        spacing=1,
        tight=True,
        expand=True,
    )
    end = [] if size is SizeClass.PHONE else [chip]
    face = ft.Row([case_cover(session, case, width=56, height=56, radius=Radius.CONTROL), words, *end], spacing=14)
    return _pressable(face, f"{title}. {what}. {about}", _to(page, paths.ADMIN_REVIEW), size)
