"""The refund clock: what comes back now, when it becomes less, and every step of it on demand."""

from collections.abc import Sequence
from datetime import datetime

import flet as ft

from client.core import clock
from client.core.language import money, t
from client.core.tasks import use_deadline
from client.design.buttons import quiet
from client.design.layout import card, divider
from client.design.sheets import open_sheet
from client.design.text import amount, header, text
from client.design.tokens import Colour, Style
from client.parts.refund_bar import refund_bar
from client.parts.refund_words import now_words, step_words, terms_words, then_words
from shared_models.bookings import THROUGH_US, BookingRead, BookingSide, BookingStatus, PaymentWay
from shared_models.cancellation import CancelledStay, ahead
from shared_models.cancellation_terms import CancellationTerms


def refund_lines(booked: CancelledStay, moment: datetime) -> list[ft.Control]:
    """What comes back now, and what then."""
    then = then_words(booked, moment)
    return [text(now_words(booked, moment), Style.LABEL), *([text(then, color=Colour.TEXT_2)] if then else [])]


def steps_button(page: ft.Page, booked: CancelledStay, name: str = "") -> ft.Control:
    """Opens every step of the refund; `name` is what readers hear where there are several on the page."""

    def show() -> None:
        steps = schedule_table(booked, clock.now())
        open_sheet(page, t("What comes back, and until when"), steps, close_name=t("Close"))

    return quiet(t("What comes back, and until when"), lambda _: show(), accent=True, name=name)


def schedule_table(booked: CancelledStay, moment: datetime) -> ft.Control:
    """Each step to come with its refund, then the terms it follows from."""
    steps = ahead(booked, moment)
    rows: list[ft.Control] = [_row(step_words(step, booked.zone), money(step.refund)) for step in steps]
    closed = t("Once the last night is over a stay is not cancelled any more.")
    return ft.Column(
        [*rows, text(closed, Style.SMALL, Colour.TEXT_2), divider(), *terms_lines(booked.terms, booked.stay.nights)],
        spacing=8,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _row(until: str, refund: str) -> ft.Control:
    return ft.MergeSemantics(content=ft.Row([text(until, expand=True), amount(refund)], spacing=12))


def terms_lines(terms: CancellationTerms, nights: int | None = None) -> Sequence[ft.Control]:
    """The terms, a sentence each; for a stay of so many nights, or of any length."""
    return [text(words, Style.SMALL, Colour.TEXT_2) for words in terms_words(terms, nights)]


@ft.component
def RefundCard(booking: BookingRead, side: BookingSide) -> ft.Control:
    """On the page of an agreed stay that is paid through us: what comes back if its tenant cancels."""
    booked, now, page = CancelledStay.of(booking), clock.now(), ft.context.page
    steps = ahead(booked, now)

    async def look() -> None:
        """Nothing to ask: what comes back follows from the clock."""

    use_deadline(steps[0].until if steps else None, look)
    if not shows_refund(booking):
        return ft.Container(visible=False)
    tenant = side is BookingSide.TENANT
    by_month = booking.payment is PaymentWay.MONTHLY
    so_far = [text(t("Counted from what is paid so far."), Style.SMALL, Colour.TEXT_2)] if by_month else []
    title = t("If you cancel") if tenant else t("If {name} cancels", name=booking.tenant_name)
    return card(
        ft.Column(
            [
                header(title, 2),
                *refund_bar(booked, now),
                *refund_lines(booked, now),
                *so_far,
                ft.Row([steps_button(page, booked)]),
            ],
            spacing=8,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
    )


def shows_refund(booking: BookingRead) -> bool:
    """Whether something that was paid through us may still be given back."""
    return booking.payment in THROUGH_US and booking.status is BookingStatus.CONFIRMED
