"""What waits for the landlord's answer, the nearest arrival first, with its deadline; and what was accepted here."""

from collections.abc import Awaitable, Callable
from typing import Any

import flet as ft

from client import paths
from client.core import clock
from client.core.action import Action
from client.core.boundaries import panel
from client.core.hooks import use_once, use_start
from client.core.language import t, tn
from client.core.problem_words import problem_words
from client.core.session import Session, use_session
from client.design.buttons import filled, outlined, quiet
from client.design.chips import status_chip
from client.design.fields import error_summary
from client.design.layout import card
from client.design.rows import keyed
from client.design.text import header, one_line, text
from client.design.tokens import Colour, Status, Style
from client.features.bookings.stays.state import StaysState
from client.parts.cover import thumbnail
from client.parts.dialogs import Question, use_confirmation
from client.parts.reason_question import AskReason, use_reasons
from client.parts.status import deadline
from client.parts.stay_answers import (
    accept_change_question,
    accept_question,
    decline_change_question,
    decline_question,
)
from client.parts.steps import change_words, stay_words
from shared_models.booking_steps import next_step
from shared_models.bookings import BookingRead, BookingSide


def answers(state: StaysState) -> list[ft.Control]:
    """The panel of what waits and that of what was accepted, each only when there is something in it."""
    return [*_waiting(state), *_accepted(state)]


def _accepted(state: StaysState) -> list[ft.Control]:
    if not state.accepted:
        return []
    rows = [keyed(booking.id, _accepted_row(booking)) for booking in state.accepted]
    head = header(t("Accepted just now"), 2, live=True)
    return [card(ft.Column([head, *rows], spacing=10, horizontal_alignment=ft.CrossAxisAlignment.STRETCH))]


def _accepted_row(booking: BookingRead) -> ft.Control:
    page = ft.context.page
    told = t("{name} at {home}", name=booking.tenant_name, home=booking.home.title)
    words = ft.Column([text(told, Style.LABEL), text(stay_words(booking), color=Colour.TEXT_2)], spacing=0, expand=True)
    look = quiet(t("Look"), lambda _: page.navigate(paths.landlord_stay(booking.id)), accent=True)
    return ft.Row([ft.Icon(ft.Icons.CHECK_CIRCLE_ROUNDED, color=Colour.SUCCESS), words, look], spacing=12)


def _waiting(state: StaysState) -> list[ft.Control]:
    if not state.waiting:
        return []
    count = tn("{n} answer from you", "{n} answers from you", len(state.waiting))
    if state.more_wait:
        count = t("more than {n}", n=len(state.waiting))
    rows: list[ft.Control] = [
        ft.Row([ft.Container(header(t("Do next"), 2), expand=True), text(count, color=Colour.TEXT_2)])
    ]
    rows += [keyed(booking.id, _Waiting(booking, state)) for booking in state.waiting]
    return [card(ft.Column(rows, spacing=18, horizontal_alignment=ft.CrossAxisAlignment.STRETCH))]


@panel
def _Waiting(booking: BookingRead, state: StaysState) -> ft.Control:
    session, ask, confirm, page = use_session(), use_reasons(), use_confirmation(), ft.context.page
    accept, start = use_once(lambda: Action(state.accept)), use_start()
    question = _accept_question(booking, start(accept.start, booking))
    wide: dict[str | ft.ResponsiveRowBreakpoint, float] = {"xs": 12, "md": 7}
    narrow: dict[str | ft.ResponsiveRowBreakpoint, float] = {"xs": 12, "md": 5}
    problem = [error_summary(problem_words(accept.problem))] if accept.problem is not None else []
    buttons = ft.Row(
        [
            filled(t("Accept"), lambda _: confirm(question), busy=accept.running),
            outlined(t("Decline"), lambda _: _decline(booking, state, ask)),
            quiet(t("Look"), lambda _: page.navigate(paths.landlord_stay(booking.id)), accent=True),
        ],
        wrap=True,
        spacing=8,
        run_spacing=8,
        alignment=ft.MainAxisAlignment.END,
    )
    row = ft.ResponsiveRow(
        [ft.Container(_words(session, booking), col=wide), ft.Container(buttons, col=narrow)],
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
        run_spacing=10,
    )
    return ft.Column([row, *problem], spacing=8, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def _accept_question(booking: BookingRead, go: Callable[[], Any]) -> Question:
    if booking.change is not None:
        return accept_change_question(booking, booking.change, BookingSide.LANDLORD, go)
    return accept_question(booking, go)


def _decline(booking: BookingRead, state: StaysState, ask: AskReason) -> None:
    def go(reason: str) -> Awaitable[Any]:
        return state.decline(booking, reason)

    decide: Callable[[str], Awaitable[Any]] = go
    if booking.change is not None:
        ask(decline_change_question(booking, booking.change, BookingSide.LANDLORD, decide))
    else:
        ask(decline_question(booking, decide))


def _words(session: Session, booking: BookingRead) -> ft.Control:
    change, step = booking.change, next_step(booking, clock.now())
    if change is not None:
        title = t("{name} asks for a change", name=booking.tenant_name)
        told = change_words(change, booking)
    else:
        title, told = t("{name} asks to stay", name=booking.tenant_name), stay_words(booking)
    until = "" if step.by is None else t("Answer by {until}", until=deadline(step.by, booking.home.zone))
    lines = ft.Column(
        [
            text(title, Style.LABEL),
            text(told, color=Colour.TEXT_2),
            one_line(booking.home.title, Style.SMALL),
            ft.Row([status_chip(until, Status.WAITING)], wrap=True),
        ],
        spacing=2,
        expand=True,
    )
    return ft.Row(
        [thumbnail(session, booking.home.id, size=56), lines],
        spacing=14,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
