"""What comes back to who cancels a stay at a home: its terms, and for chosen dates the clock."""

import flet as ft

from client.core import clock
from client.core.boundaries import panel
from client.core.language import t
from client.design.feedback import note
from client.design.layout import reading
from client.design.text import header, text
from client.design.tokens import Style
from client.features.home.state import Offer
from client.parts.payment_words import of_months_words
from client.parts.refund_clock import refund_lines, steps_button, terms_lines
from client.parts.refund_words import policy_word
from shared_models.bookings import PaymentWay, payment_way
from shared_models.cancellation import CancelledStay
from shared_models.cancellation_terms import AgreedTerms
from shared_models.properties import PropertyRead


@panel
def Cancelling(home: PropertyRead, offer: Offer | None) -> ft.Control:
    """The terms in sentences; with dates what comes back of that stay, as the server would count it."""
    terms = home.cancellation
    nights = None if offer is None else offer.stay.nights
    words = [text(policy_word(terms.policy), Style.LABEL), *_clock(home, offer), *terms_lines(terms, nights)]
    return ft.Column(
        [
            header(t("If you cancel"), 2),
            reading(ft.Column(words, spacing=6, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)),
            *_by_the_month(payment_way(home.let_type)),
        ],
        spacing=14,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _by_the_month(payment: PaymentWay) -> list[ft.Control]:
    return [reading(note(of_months_words()))] if payment is PaymentWay.MONTHLY else []


def _clock(home: PropertyRead, offer: Offer | None) -> list[ft.Control]:
    if offer is None or not offer.bookable or payment_way(home.let_type) is PaymentWay.MONTHLY:
        return []
    booked = CancelledStay(AgreedTerms.of(home.cancellation, home.check_in_from), offer.stay, home.zone, offer.lines)
    return [*refund_lines(booked, clock.now()), ft.Row([steps_button(ft.context.page, booked)])]
