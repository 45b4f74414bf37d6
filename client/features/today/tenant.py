"""A tenant's day: what waits for them, and the next trip with its next step."""

from typing import Any

import flet as ft

from client import paths
from client.core import clock
from client.core.language import day_range, money, t, tn
from client.core.session import Session
from client.design.buttons import quiet, target
from client.design.feedback import empty
from client.design.layout import SizeClass, card, columns, page_header
from client.design.rows import keyed
from client.design.text import header, one_line, text
from client.design.tokens import Colour, Style
from client.features.today.rows import Work, news_panel, panel, work_row
from client.parts.cover import thumbnail
from client.parts.facts import guests_words
from client.parts.listing import place_words
from client.parts.payment_words import due_words, month_words
from client.parts.status import booking_chip, status_words
from client.parts.steps import change_words, next_words, stay_words
from shared_models.booking_steps import NextAction, next_step, waiting_month
from shared_models.bookings import BookingRead, BookingSide
from shared_models.stay_dates import local_day
from shared_models.today import TenantToday


def tenant_body(
    session: Session, page: ft.Page, shown: TenantToday, read_all: Any, size: SizeClass
) -> list[ft.Control]:
    """The page, the most urgent first."""
    number = len(shown.waiting)
    summary = tn("{n} thing waits for you.", "{n} things wait for you.", number) if number else ""
    head, main = page_header(t("Today"), summary or t("Nothing waits for you.")), list[ft.Control]()
    if number:
        rows = [
            keyed(booking.id, work_row(page, _work(booking), size, first=first == 0))
            for first, booking in enumerate(shown.waiting)
        ]
        main.append(panel(t("Do next"), rows, size, note=t("Sorted by deadline")))
    main.append(_next(session, page, shown, size))
    news = news_panel(page, shown.news, read_all, size)
    return [head, columns(main, news, size, of=5)] if news else [head, *main]


def _work(booking: BookingRead) -> Work:
    step, change, home = next_step(booking, clock.now()), booking.change, booking.home
    path, month = paths.trip(booking.id), waiting_month(booking, clock.now())
    if month is not None:
        title = t("Pay the month at {home}", home=home.title)
        about = f"{day_range(month.due, month.last)}, {money(month.amount)}"
        pay = paths.trip_payment(booking.id, month=month.number)
        due = month_words(month, local_day(clock.now(), home.zone))
        return Work(ft.Icons.PAYMENTS_OUTLINED, title, about, pay, t("Pay"), step.by, home.zone, due)
    if step.action is NextAction.PAY:
        way = t("Pay"), step.by, home.zone
        if change is None:
            return Work(
                ft.Icons.PAYMENTS_OUTLINED, t("Pay for {home}", home=home.title), stay_words(booking), path, *way
            )
        title = t("Pay for the change at {home}", home=home.title)
        return Work(ft.Icons.PAYMENTS_OUTLINED, title, change_words(change, booking), path, *way)
    if change is not None:
        title = t("{name} asks for a change", name=booking.landlord_name)
        about = change_words(change, booking)
        return Work(ft.Icons.EDIT_CALENDAR_OUTLINED, title, about, path, t("Answer"), step.by, home.zone)
    title = t("Confirm {home}", home=home.title)
    return Work(ft.Icons.LOCK_CLOCK_OUTLINED, title, stay_words(booking), path, t("Confirm"), step.by, home.zone)


def _next(session: Session, page: ft.Page, shown: TenantToday, size: SizeClass) -> ft.Control:
    stay = shown.next_trip
    if stay is None:
        words = t("When you book a home, it stands here with what happens next, and the days until you arrive.")
        start = empty(
            t("No trip is planned"),
            words,
            action=t("Find a home"),
            on_action=lambda _: page.navigate(paths.SEARCH),
        )
        return card(start)
    all_ = quiet(
        tn("{n} trip to come", "{n} trips to come", shown.upcoming),
        lambda _: page.navigate(paths.TRIPS),
        accent=True,
    )
    head = ft.Row([ft.Container(header(t("Your next trip"), 2), expand=True), all_])
    return ft.Column(
        [head, _trip(session, page, stay, size)], spacing=8, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )


def _trip(session: Session, page: ft.Page, stay: BookingRead, size: SizeClass) -> ft.Control:
    home, step, due = stay.home, next_words(stay, BookingSide.TENANT), due_words(stay)
    facts = f"{day_range(stay.check_in, stay.check_out)} · {guests_words(stay.guests)}"
    where = ", ".join(filter(None, (home.address_line, place_words(home.city, home.neighbourhood))))
    words = ft.Column(
        [
            text(countdown(stay), Style.SMALL_STRONG, Colour.ACCENT_TEXT),
            text(home.title, Style.H3, max_lines=2),
            text(where, color=Colour.TEXT_2, max_lines=2),
            one_line(facts),
            text(step, Style.SMALL, Colour.TEXT_2),
            *([text(due, Style.LABEL)] if due else []),
            ft.Container(ft.Row([booking_chip(stay)], wrap=True), padding=ft.Padding.only(top=6)),
        ],
        spacing=3,
        expand=True,
    )
    picture = thumbnail(session, home.id, size=96 if size is SizeClass.PHONE else 132)
    told = (countdown(stay), home.title, where, facts, step, due, status_words(stay)[0])
    name = ". ".join(filter(None, told))
    return target(
        ft.Row([picture, words], spacing=16, vertical_alignment=ft.CrossAxisAlignment.START),
        name,
        lambda _: page.navigate(paths.trip(stay.id)),
        padding=16,
        align=ft.Alignment.CENTER_LEFT,
    )


def countdown(stay: BookingRead) -> str:
    """How long until the next of arriving and leaving, in days as the home counts them."""
    today = local_day(clock.now(), stay.home.zone)
    before, left = (stay.check_in - today).days, (stay.check_out - today).days
    if before > 1:
        return tn("In {n} day", "In {n} days", before)
    if before == 1:
        return t("Tomorrow")
    if before == 0:
        return t("Today")
    return t("You check out today") if left <= 0 else tn("{n} night to go", "{n} nights to go", left)
