"""What opens over the calendar: who stays in a bar, and the way to another date."""

import dataclasses
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

import flet as ft

from client import paths
from client.core.language import day_range, instant, t, tn
from client.design.buttons import quiet
from client.design.date_range import DateRangePicker
from client.design.date_range_rules import DateRange, StayRules
from client.design.sheets import sheet
from client.design.text import text
from client.design.tokens import Colour, Style
from client.features.landlord_calendar.bars import Look, change_of, look_of, look_word, words_of
from client.features.landlord_calendar.block_form import block_words
from client.features.landlord_calendar.blocks import nights_of
from client.features.landlord_calendar.state import CalendarState
from client.parts.payment_words import price_words
from shared_models.bookings import BookingRead, BookingSide, ChangeRead
from shared_models.calendars import ClaimRead, PropertyCalendar

FARTHEST_JUMP: Final = timedelta(days=730)


def claim_sheet(
    cal: CalendarState,
    home: PropertyCalendar,
    claim: ClaimRead,
    close: Callable[[], Any],
    *,
    phone: bool,
) -> ft.DialogControl:
    """Who, when, and the way to the stay."""
    page, stay, look = ft.context.page, cal.stays.get(claim.source_id), look_of(claim, cal.stays)

    def go(_: Any) -> None:
        close()
        page.navigate(paths.landlord_stay(stay.id) if stay is not None else paths.LANDLORD_STAYS)

    rows: list[ft.Control] = [
        text(home.title, Style.STRONG),
        text(nights_of(claim.start, claim.end), color=Colour.TEXT_2),
    ]
    if stay is not None:
        rows += _change_rows(stay, change_of(claim, stay), home.zone)
        rows.append(text(f"{stay.tenant_name}, {tn('{n} guest', '{n} guests', stay.guests)}"))
        rows.append(text(price_words(stay)))
        rows.append(text(t("Reference {reference}", reference=stay.reference), Style.SMALL, Colour.TEXT_2))
    elif claim.note:
        rows.append(text(claim.note))
    words = t("Answer it") if look is Look.REQUEST else t("Show the stay") if stay is not None else t("To the stays")
    to_stay = look in (Look.STAY, Look.REQUEST, Look.HOLD)
    return sheet(
        words_of(claim, cal.stays) if stay is not None else look_word(look),
        ft.Column(rows, spacing=4, tight=True),
        phone=phone,
        close_name=t("Close"),
        on_close=close,
        actions=[quiet(words, go, accent=True)] if to_stay else [],
        width=420,
    )


def _change_rows(stay: BookingRead, change: ChangeRead | None, zone: str) -> list[ft.Control]:
    """That these nights are kept for other dates of a stay: which ones, instead of which, and until when."""
    if change is None:
        return []
    asks = t("Asks for other dates") if change.by is BookingSide.TENANT else t("You asked for other dates")
    return [
        text(asks, Style.STRONG),
        text(
            t(
                "{new} instead of {old}. These nights are kept until {until}.",
                new=day_range(change.check_in, change.check_out),
                old=day_range(stay.check_in, stay.check_out),
                until=instant(change.expires_at, zone),
            )
        ),
    ]


def jump_sheet(
    shown: date, today: date, go: Callable[[date], Any], close: Callable[[], Any], *, phone: bool
) -> ft.DialogControl:
    """A calendar to choose the day the view begins with, or its month."""

    def choose(wished: DateRange) -> None:
        day = wished.check_out or wished.check_in
        if day is not None:
            go(day)

    rules = StayRules(first=min(shown, today - FARTHEST_JUMP), last=max(shown, today) + FARTHEST_JUMP)
    words = dataclasses.replace(block_words(), summary=lambda _: t("Choose a day to go to"), check_in=t("shown first"))
    picker = DateRangePicker(DateRange(shown), rules, choose, words=words)
    return sheet(t("Go to a date"), picker, phone=phone, close_name=t("Close"), on_close=close, width=380)
