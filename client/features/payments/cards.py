"""Payment methods: the cards I had saved while paying, how long they are good for, and removing one."""

from collections.abc import Callable
from typing import Any

import flet as ft

from client import paths
from client.core import clock
from client.core.action import Action
from client.core.boundaries import screen
from client.core.hooks import use_once, use_start
from client.core.language import day, t
from client.core.session import use_session
from client.core.tasks import use_task
from client.core.title import use_title
from client.design.buttons import icon_button, quiet
from client.design.chips import status_chip
from client.design.feedback import empty
from client.design.layout import card, divider, scroll_page, use_size
from client.design.rows import keyed
from client.design.text import header, text
from client.design.tokens import Colour, Size, Status, Style
from client.features.payments.state import CardsState
from client.parts.dialogs import Ask, Question, use_confirmation
from client.parts.panels import failed, loading_rows
from client.parts.shell import tenant_shell
from client.parts.wrong_fields import form_problem
from shared_models.payment_methods import CardExpiry, SavedCard

_BRANDS = {
    "amex": "American Express",
    "cartes_bancaires": "Cartes Bancaires",
    "diners": "Diners Club",
    "discover": "Discover",
    "eftpos_au": "eftpos",
    "jcb": "JCB",
    "mastercard": "Mastercard",
    "unionpay": "UnionPay",
    "visa": "Visa",
}
"""Names of brands by the provider's words (docs.stripe.com/api/payment_methods/object, `card.brand`)."""


@screen
def PaymentMethodsScreen() -> ft.Control:
    """The list; a card is removed after a question, for the provider does not give it back."""
    session, size = use_session(), use_size()
    state = use_once(lambda: CardsState(session.http))
    load, remove = use_once(lambda: Action(state.load)), use_once(lambda: Action(state.remove))
    ask, start = use_confirmation(), use_start()
    use_title(t("Payment methods"))

    async def fetch(_: Any = None) -> None:
        await load.start()

    use_task(fetch, on_return=True)
    use_task(state.follow, [state.on_their_way])

    def ask_to_remove(found: SavedCard) -> Callable[..., None]:
        return _asking(ask, found, start(remove.start, found.id))

    body = [_head(), *form_problem(remove), *_list(state, load, fetch, ask_to_remove), _words()]
    return tenant_shell(scroll_page(body, size, width=Size.READING, spacing=16), "account")


def _head() -> ft.Control:
    page = ft.context.page
    back = icon_button(ft.Icons.ARROW_BACK_ROUNDED, t("Back to the account"), lambda _: page.navigate(paths.ACCOUNT))
    words = [
        header(t("Payment methods"), 1, style=Style.H2),
        text(t("The cards you saved while paying."), Style.SMALL, Colour.TEXT_2),
    ]
    return ft.Row([back, ft.Column(words, spacing=0, expand=True)], spacing=6)


def _list(state: CardsState, load: Action, again: Any, ask_to_remove: Any) -> list[ft.Control]:
    if state.cards is None and load.problem is not None:
        return [failed(t("Your cards did not load"), load.problem, again, busy=load.running)]
    if state.cards is None:
        return [loading_rows(t("Loading your cards"), rows=2)]
    if not state.cards:
        return [
            empty(
                t("No saved cards"),
                t("When you pay for a stay, tick the box under your card on Stripe's page, and the card stands here."),
                picture=ft.Icon(ft.Icons.CREDIT_CARD_OUTLINED, size=36, color=Colour.TEXT_3),
            )
        ]
    rows: list[ft.Control] = []
    for found in state.cards:
        row = _row(found, ask_to_remove(found), is_asked_for=state.removing == found.id)
        rows += [*([divider()] if rows else []), keyed(found.id, row)]
    return [card(ft.Column(rows, spacing=12, horizontal_alignment=ft.CrossAxisAlignment.STRETCH))]


def _row(found: SavedCard, remove: Callable[..., None], *, is_asked_for: bool) -> ft.Control:
    name, good = card_name(found), found.expiry(clock.now().date())
    dates = t("Expires {month}. Saved {day}.", month=_expires(found), day=day(found.saved_at.date()))
    told = ft.Column(
        [text(name, Style.LABEL), text(dates, Style.SMALL, Colour.TEXT_2), *_mark(found, good)], spacing=4, expand=True
    )
    row: list[ft.Control] = [ft.Icon(ft.Icons.CREDIT_CARD_OUTLINED, color=Colour.TEXT_2), told]
    if not found.is_being_removed:
        row.append(quiet(t("Remove"), remove, name=t("Remove {card}", card=name), busy=is_asked_for))
    return ft.Row(row, spacing=14)


def _mark(found: SavedCard, good: CardExpiry) -> list[ft.Control]:
    if found.is_being_removed:
        return [ft.Row([status_chip(t("Being removed"), Status.WAITING)])]
    if good is CardExpiry.EXPIRED:
        return [ft.Row([status_chip(t("Expired"), Status.DANGER)])]
    if good is CardExpiry.SOON:
        return [ft.Row([status_chip(t("Expires soon"), Status.WAITING)])]
    return []


def _asking(ask: Ask, found: SavedCard, go: Callable[..., None]) -> Callable[..., None]:
    question = Question(
        t("Remove {card}?", card=card_name(found)),
        t("Stripe forgets this card. What you paid with it stays paid, and refunds still go back to it."),
        t("Remove the card"),
        go,
        keep=t("Keep the card"),
        danger=True,
    )
    return lambda *_: ask(question)


def _words() -> ft.Control:
    """What is kept where, and what it is for."""
    return ft.Column(
        [
            text(
                t(
                    "You type card numbers on Stripe's page alone, and saved cards are kept there. "
                    "Here we know the brand, the last four digits and the month it expires."
                ),
                Style.SMALL,
                Colour.TEXT_2,
            ),
            text(
                t("A saved card is offered when you pay again. Nothing is charged without you."),
                Style.SMALL,
                Colour.TEXT_2,
            ),
        ],
        spacing=8,
    )


def card_name(found: SavedCard) -> str:
    """`Visa ending in 4242`."""
    brand = _BRANDS.get(found.brand, t("Card"))
    return t("{brand} ending in {digits}", brand=brand, digits=found.last4)


def _expires(found: SavedCard) -> str:
    """`12/2030`, as it stands on the card."""
    return f"{found.exp_month:02}/{found.exp_year}"
