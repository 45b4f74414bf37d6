"""A landlord's morning: what is to be done by when, who comes and goes, how the homes stand."""

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import flet as ft

from client import paths
from client.core import clock
from client.core.language import day_name, day_range, money, t, tn, whole
from client.core.session import Session
from client.design.buttons import outlined, quiet
from client.design.feedback import empty
from client.design.layout import SizeClass, card, card_padding, columns, page_header
from client.design.rows import keyed
from client.features.today.rows import Work, line_row, news_panel, panel, remark, visit_rows, work_row
from client.features.today.tiles import Tile, nights_chart, tiles
from client.parts.facts import guests_words
from client.parts.listing import place_words, status_word
from client.parts.payment_words import month_words
from client.parts.reasons import send_back_word
from client.parts.status import deadline
from client.parts.steps import change_words
from shared_models.booking_steps import NextAction, next_step, waiting_month
from shared_models.bookings import BookingRead
from shared_models.properties import PropertyRow, PropertyStatus
from shared_models.stay_dates import local_day
from shared_models.today import LandlordToday, VisitKind

VISITS = 7
"""How many of them stand beside the work; the list of stays has all."""
_ELSEWHERE = (PropertyStatus.PENDING_REVIEW, PropertyStatus.REJECTED, PropertyStatus.DRAFT, PropertyStatus.PAUSED)


def landlord_body(
    session: Session, page: ft.Page, shown: LandlordToday, read_all: Any, size: SizeClass
) -> list[ft.Control]:
    """The page, the most urgent first."""
    if not _kept(shown):
        return [_head(page, shown, []), card(_begin(page)), *news_panel(page, shown.news, read_all, size)]
    work = work_of(shown)
    left: list[ft.Control] = [_do_next(page, work, shown, size)]
    left += _waiting_for_others(page, shown, size)
    left += news_panel(page, shown.news, read_all, size)
    right = [_visits(session, page, shown, size), *_nights(page, shown, size), *_paused(page, shown, size)]
    return [_head(page, shown, work), tiles(page, _figures(shown), size), columns(left, right, size)]


def _kept(shown: LandlordToday) -> int:
    """How many homes there are, archived ones aside."""
    return sum(number for status, number in shown.homes.items() if status != PropertyStatus.ARCHIVED.value)


def _head(page: ft.Page, shown: LandlordToday, work: Sequence[Work]) -> ft.Control:
    number = shown.answer_count + shown.unfinished_count
    summary = tn("{n} thing waits for you.", "{n} things wait for you.", number) if number else ""
    first = next((each for each in work if each.until is not None), None)
    if first is not None and first.until is not None:
        summary += " " + t("The first is due by {until}.", until=deadline(first.until, first.zone))
    add = outlined(t("Add a home"), lambda _: page.navigate(paths.LANDLORD_NEW_HOME), icon=ft.Icons.ADD_ROUNDED)
    actions = [add] if _kept(shown) else []
    return page_header(day_name(shown.nights[0].day), summary or t("Nothing waits for you."), actions)


def _begin(page: ft.Page) -> ft.Control:
    return empty(
        t("Your first home"),
        t("Add it, and this page tells you each morning what waits for you, who arrives, and which nights are free."),
        action=t("Add a home"),
        on_action=lambda _: page.navigate(paths.LANDLORD_NEW_HOME),
    )


def _figures(shown: LandlordToday) -> list[Tile]:
    arriving = sum(1 for visit in shown.visits if visit.kind is VisitKind.CHECK_IN)
    let, nights = sum(night.let for night in shown.nights), len(shown.nights) * shown.on_show
    kept = sum(night.kept for night in shown.nights)
    share = (
        t("{percent} % let, {n} more are not free", percent=round(100 * let / nights), n=whole(kept)) if nights else ""
    )
    others = [
        f"{status_word(status)} {whole(number)}"
        for status in _ELSEWHERE
        if (number := shown.homes.get(status.value, 0))
    ]
    return [
        Tile(
            t("To answer"),
            whole(shown.answer_count),
            "",
            t("Requests and changes") if shown.answer_count else t("Nobody waits for you"),
            paths.LANDLORD_STAYS,
        ),
        Tile(
            t("Stays to come"),
            whole(shown.upcoming),
            "",
            tn("{n} checks in within 7 days", "{n} check in within 7 days", arriving),
            paths.LANDLORD_STAYS,
        ),
        Tile(
            t("Nights let, next 30 days"),
            whole(let) if nights else "–",
            t("of {n}", n=whole(nights)) if nights else "",
            share or t("No home is on show"),
            paths.LANDLORD_CALENDAR,
        ),
        Tile(
            t("Homes on show"),
            whole(shown.on_show),
            t("of {n}", n=whole(_kept(shown))),
            " · ".join(others) or t("All of them can be booked"),
            paths.landlord_homes(status=PropertyStatus.PUBLISHED.value),
        ),
    ]


def work_of(shown: LandlordToday) -> list[Work]:
    """What the landlord has to do: answers by their deadline, then homes that were sent back or are half done."""
    answers = [_answer(booking) for booking in shown.answers]
    return answers + [_mend(home) for home in shown.unfinished if home.status is not PropertyStatus.PAUSED]


def _answer(booking: BookingRead) -> Work:
    step, change = next_step(booking, clock.now()), booking.change
    if change is not None:
        title = t("{name} asks for a change", name=booking.tenant_name)
        about = change_words(change, booking)
        icon = ft.Icons.EDIT_CALENDAR_OUTLINED
    else:
        dates, guests = day_range(booking.check_in, booking.check_out), guests_words(booking.guests)
        title = t("Answer {name}: {dates}, {guests}", name=booking.tenant_name, dates=dates, guests=guests)
        about = t("You receive {amount} · {home}", home=booking.home.title, amount=money(booking.total))
        icon = ft.Icons.HOW_TO_REG_OUTLINED
    path = paths.landlord_stay(booking.id)
    return Work(icon, title, about, path, t("Answer"), until=step.by, zone=booking.home.zone)


def _mend(home: PropertyRow) -> Work:
    path = paths.landlord_home(home.id)
    if home.status is PropertyStatus.DRAFT:
        about = t("{place} · a draft, tenants do not see it", place=place_words(home.city, home.neighbourhood))
        return Work(ft.Icons.EDIT_OUTLINED, t("Finish {title}", title=home.title), about, path, t("Go on"))
    why = home.review_note or ", ".join(send_back_word(reason) for reason in home.review_reasons)
    title = t("Correct {title}", title=home.title)
    return Work(
        ft.Icons.REPLY_ALL_ROUNDED, title, t("Sent back: {why}", why=why or t("see the note")), path, t("Correct")
    )


def _do_next(page: ft.Page, work: Sequence[Work], shown: LandlordToday, size: SizeClass) -> ft.Control:
    if not work:
        words = t("Nothing. Requests, changes and homes that were sent back stand here, the nearest deadline first.")
        return panel(t("Do next"), [remark(words, size)], size)
    rows = [keyed(each.path, work_row(page, each, size, first=number == 0)) for number, each in enumerate(work)]
    more = shown.answer_count - len(shown.answers)
    if more > 0:
        way = quiet(
            tn("and {n} more to answer", "and {n} more to answer", more),
            lambda _: page.navigate(paths.LANDLORD_STAYS),
            accent=True,
        )
        rows.append(_way_on(way, size))
    homes = shown.unfinished_count - sum(1 for each in work if each.until is None)
    if homes > 0:
        words = tn("and {n} more home to finish", "and {n} more homes to finish", homes)
        rows.append(_way_on(quiet(words, lambda _: page.navigate(paths.LANDLORD_HOMES), accent=True), size))
    return panel(t("Do next"), rows, size, note=t("Sorted by deadline"))


def _way_on(way: ft.Control, size: SizeClass) -> ft.Control:
    return ft.Container(ft.Row([way]), padding=ft.Padding.symmetric(horizontal=card_padding(size) - 12))


def _waiting_for_others(page: ft.Page, shown: LandlordToday, size: SizeClass) -> list[ft.Control]:
    rows = [keyed(booking.id, _other(page, booking, size)) for booking in shown.others]
    rows += [
        keyed(
            review.property_id,
            line_row(
                page,
                t("Review of {title}", title=review.title),
                t("Our people look at it before tenants see it"),
                _due_words(review.due_at),
                paths.landlord_home(review.property_id),
                size,
            ),
        )
        for review in shown.reviews
    ]
    return [panel(t("Waiting for others"), rows, size, note=t("Nothing for you to do"))] if rows else []


def _due_words(due_at: datetime) -> str:
    """The promise is counted in hours; it belongs to no home's clock."""
    hours = math.ceil((due_at - clock.now()).total_seconds() / 3600)
    return tn("Within {n} hour", "Within {n} hours", hours) if hours > 0 else t("Late: we are sorry")


def _other(page: ft.Page, booking: BookingRead, size: SizeClass) -> ft.Control:
    step, month = next_step(booking, clock.now()), waiting_month(booking, clock.now())
    name = booking.tenant_name
    title = {
        NextAction.CONFIRM: t("{name} confirms the stay", name=name),
        NextAction.PAY: t("{name} pays by card", name=name),
    }.get(step.action, t("{name} answers your change", name=name))
    about = f"{booking.home.title} · {day_range(booking.check_in, booking.check_out)}"
    end = "" if step.by is None else t("By {until}", until=deadline(step.by, booking.home.zone))
    if month is not None:
        title, about = t("{name} pays the month", name=name), f"{booking.home.title} · {money(month.amount)}"
        end = month_words(month, local_day(clock.now(), booking.home.zone))
    return line_row(page, title, about, end, paths.landlord_stay(booking.id), size)


def _visits(session: Session, page: ft.Page, shown: LandlordToday, size: SizeClass) -> ft.Control:
    title = t("This week at your homes")
    if not shown.visits:
        return panel(title, [remark(t("Nobody checks in or out within 7 days."), size)], size)
    rows = visit_rows(session, page, shown.visits[:VISITS], size)
    way = quiet(t("Stays"), lambda _: page.navigate(paths.LANDLORD_STAYS), accent=True)
    return panel(title, rows, size, act=way)


def _nights(page: ft.Page, shown: LandlordToday, size: SizeClass) -> list[ft.Control]:
    if not shown.on_show:
        return []
    way = quiet(t("Calendar"), lambda _: page.navigate(paths.LANDLORD_CALENDAR), accent=True)
    chart = ft.Container(nights_chart(shown.nights, shown.on_show), padding=card_padding(size))
    off = _kept(shown) - shown.on_show
    left_out = tn("{n} home that is not on show is left out.", "{n} homes that are not on show are left out.", off)
    return [panel(t("Next 14 nights"), [chart, *([remark(left_out, size)] if off else [])], size, act=way)]


def _paused(page: ft.Page, shown: LandlordToday, size: SizeClass) -> list[ft.Control]:
    paused = [home for home in shown.unfinished if home.status is PropertyStatus.PAUSED]
    rows = [
        keyed(
            home.id,
            line_row(
                page,
                home.title,
                t("Paused by you: nobody can book it"),
                "",
                paths.landlord_homes(status=PropertyStatus.PAUSED.value),
                size,
            ),
        )
        for home in paused
    ]
    return [panel(t("Not on show"), rows, size)] if rows else []
