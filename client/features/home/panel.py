"""The price of a home: the panel that stays on a desktop, the bar at the foot of a smaller window."""

import dataclasses
from collections.abc import Callable
from typing import Any

import flet as ft

from client.core.language import day, day_range, hour, money, t
from client.design import fields
from client.design.buttons import filled, quiet, target
from client.design.feedback import note
from client.design.layout import card, foot_bar
from client.design.text import one_line, price, text
from client.design.tokens import Colour, Radius, Status, Style
from client.features.home.state import Offer
from client.parts.facts import nights_words
from client.parts.payment_words import before_booking_words
from client.parts.price_lines import price_lines, why_button
from shared_models.bookings import payment_way
from shared_models.properties import LetType, PropertyRead


@dataclasses.dataclass(frozen=True)
class Deal:
    """What the panel and the bar show, and what their buttons do."""

    home: PropertyRead
    offer: Offer | None
    guests: int
    on_dates: Callable[[], None]
    on_guests: Callable[[int], Any]
    on_book: Callable[[], None]


def unit_words(home: PropertyRead) -> str:
    """What the price is for."""
    return t("a month") if home.let_type == LetType.MONTHLY else t("a night")


def figure(deal: Deal) -> ft.Control:
    """The total of the stay, or the price of a night or a month."""
    if deal.offer is None:
        return price(money(deal.home.price), unit_words(deal.home), size="h1")
    nights = nights_words(deal.offer.stay.nights)
    return price(money(deal.offer.total), t("for {nights}, all in", nights=nights), size="h1")


def price_panel(deal: Deal) -> ft.Control:
    """Price, dates, guests, the one filled button, and every line of the price."""
    offer = deal.offer
    rows: list[ft.Control] = [figure(deal), _dates(deal), _guests(deal), *_problems(offer), book_button(deal)]
    if offer is not None and offer.bookable:
        rows.append(
            text(
                before_booking_words(payment_way(deal.home.let_type)),
                Style.SMALL,
                Colour.TEXT_2,
                align=ft.TextAlign.CENTER,
            )
        )
    if offer is not None:
        page = ft.context.page
        why = ft.Row([why_button(page, offer.lines, offer.total)], alignment=ft.MainAxisAlignment.END)
        rows.append(ft.Column([price_lines(offer.lines, offer.total), why], spacing=0, tight=True))
    return card(
        ft.Column(rows, spacing=14, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
        floating=True,
        padding=ft.Padding(20, 20, 20, 8 if offer is not None else 20),
    )


def book_button(deal: Deal, *, expand: bool = False) -> ft.Control:
    """Choose dates, then book."""
    if deal.offer is None:
        return filled(t("Choose dates"), lambda _: deal.on_dates(), large=True, expand=expand)
    book = book_words(deal.home)
    return filled(book, lambda _: deal.on_book(), large=True, disabled=not deal.offer.bookable, expand=expand)


def book_words(home: PropertyRead) -> str:
    """What the button says: some homes are booked at once, for others the landlord is asked."""
    return t("Book") if home.instant_book else t("Ask to book")


def _problems(offer: Offer | None) -> list[ft.Control]:
    if offer is None or offer.bookable:
        return []
    words = note(" ".join(offer.problems), status=Status.WAITING)
    return [ft.Semantics(live_region=True, content=words)]


def _dates(deal: Deal) -> ft.Control:
    home, offer = deal.home, deal.offer
    check_in = day(offer.stay.check_in) if offer else t("Add a date")
    check_out = day(offer.stay.check_out) if offer else t("Add a date")
    first = t("from {hour}", hour=hour(home.check_in_from)) if offer and home.check_in_from else ""
    last = t("by {hour}", hour=hour(home.check_out_by)) if offer and home.check_out_by else ""
    face = ft.Row(
        [
            _half(t("Check-in"), check_in, first),
            ft.Container(width=1, height=52, bgcolor=Colour.LINE),
            _half(t("Check-out"), check_out, last),
        ],
        spacing=0,
    )
    return target(
        face,
        t("Dates: {check_in} to {check_out}. Change them", check_in=check_in, check_out=check_out)
        if offer
        else t("Choose your dates"),
        lambda _: deal.on_dates(),
        radius=Radius.CONTROL,
        line=Colour.LINE_STRONG,
        align=ft.Alignment.CENTER_LEFT,
    )


def _half(name: str, value: str, hours: str) -> ft.Control:
    words: list[ft.Control] = [one_line(name, Style.CAPTION), text(value, Style.LABEL)]
    if hours:
        words.append(text(hours, Style.SMALL, Colour.TEXT_2))
    return ft.Container(
        ft.Column(words, spacing=1, tight=True), expand=True, padding=ft.Padding.symmetric(horizontal=14, vertical=10)
    )


def _guests(deal: Deal) -> ft.Control:
    most = deal.home.sleeps
    return fields.stepper(
        t("Guests"),
        deal.guests,
        deal.on_guests,
        less_name=t("One guest less"),
        more_name=t("One guest more"),
        least=1,
        most=max(most or 100, deal.guests),
        note=t("At most {n}", n=most) if most else "",
    )


def price_bar(deal: Deal) -> ft.Control:
    """Price, dates and the button, at the foot of a smaller window."""
    offer = deal.offer
    if offer is None:
        top, below, change = money(deal.home.price), unit_words(deal.home), t("Add dates")
    else:
        top, change = money(offer.total), t("Change")
        below = day_range(offer.stay.check_in, offer.stay.check_out)
    words = ft.Column(
        [
            text(top, Style.FIGURE),
            text(below, Style.SMALL, Colour.TEXT_2),
        ],
        spacing=0,
        tight=True,
        expand=True,
    )
    go = book_button(deal)
    edit = [quiet(change, lambda _: deal.on_dates(), accent=True)] if offer is not None else []
    rows: list[ft.Control] = []
    if offer is not None and not offer.bookable:
        rows.append(ft.Semantics(live_region=True, content=text(offer.problems[0], Style.SMALL_STRONG, Colour.WAITING)))
    rows.append(ft.Row([words, *edit, go], spacing=4))
    return foot_bar(ft.Column(rows, spacing=6, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH))
