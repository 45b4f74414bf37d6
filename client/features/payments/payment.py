"""Where is my money: one payment, where each part of it is now, and what happened to it."""

from typing import Any

import flet as ft

from client import paths
from client.core.action import Action
from client.core.boundaries import panel, screen
from client.core.device import save_one
from client.core.hooks import use_memo, use_once
from client.core.language import ago, money, t
from client.core.problem_words import problem_words
from client.core.session import use_session
from client.core.tasks import use_task
from client.core.title import use_title
from client.design.buttons import icon_button, outlined
from client.design.feedback import Loading, empty, grey_block
from client.design.fields import error_summary
from client.design.layout import card, divider, scroll_page, use_size
from client.design.rows import keyed
from client.design.text import amount, copyable, header, text
from client.design.tokens import Colour, Radius, Size, Style
from client.features.payments.state import PaymentState
from client.parts.money_words import happened_words, where_chip, where_words
from client.parts.panels import failed
from client.parts.shell import tenant_shell
from shared_models.payment_history import MoneyAt, Movement, PaymentHistory


@screen
def MyPaymentScreen() -> ft.Control:
    """One payment of mine."""
    id_ = ft.use_route_params().get("id", "")
    session = use_session()
    state = use_memo(lambda: PaymentState(session.http, paths.id_in(id_)), [id_])
    load = use_memo(lambda: Action(state.load, latest=True), [id_])

    async def fetch() -> None:
        await load.start()

    use_task(fetch, [id_], on_return=True)
    return keyed(id_, _Payment(state, load))


@ft.component
def _Payment(state: PaymentState, load: Action) -> ft.Control:
    size = use_size()
    use_title(t("Where is my money"))
    body = [_head(state.payment), *_body(state, load)]
    return tenant_shell(scroll_page(body, size, width=Size.READING, spacing=16), "account")


def _head(payment: PaymentHistory | None) -> ft.Control:
    page = ft.context.page
    words: list[ft.Control] = [header(t("Where is my money"), 1, style=Style.H2)]
    if payment is not None:
        words.append(text(payment.title, Style.SMALL, Colour.TEXT_2))
    back = icon_button(ft.Icons.ARROW_BACK_ROUNDED, t("Back to your payments"), lambda _: page.navigate(paths.PAYMENTS))
    return ft.Row([back, ft.Column(words, spacing=0, expand=True)], spacing=6)


def _body(state: PaymentState, load: Action) -> list[ft.Control]:
    page = ft.context.page

    async def again(_: Any) -> None:
        await load.start()

    if state.payment is not None:
        return [_where(state.payment), _Papers(state), _story(state.payment)]
    if state.missing:
        return [
            empty(
                t("There is no such payment"),
                t("It may belong to another account, or the link was cut off."),
                action=t("My payments"),
                on_action=lambda _: page.navigate(paths.PAYMENTS),
            )
        ]
    if load.problem is not None and not load.running:
        return [failed(t("Your payment did not load"), load.problem, again)]
    grey = ft.Column([grey_block(120, radius=Radius.CARD), grey_block(160, radius=Radius.CARD)], spacing=16)
    return [Loading(grey, t("Loading your payment"), t("Still loading your payment"))]


def _where(payment: PaymentHistory) -> ft.Control:
    """The amount, and its parts by where they are."""
    total = ft.Row([text(t("Payment"), Style.LABEL, expand=True), amount(money(payment.amount), strong=True)])
    parts: list[ft.Control] = []
    for part in payment.money:
        parts += [divider(), keyed(part.where.value, _part(part))]
    return card(ft.Column([total, *parts], spacing=12, horizontal_alignment=ft.CrossAxisAlignment.STRETCH))


def _part(part: MoneyAt) -> ft.Control:
    return ft.Column([ft.Row([where_chip(part)], wrap=True), text(where_words(part))], spacing=6)


@panel
def _Papers(state: PaymentState) -> ft.Control:
    """The receipt, and the way to what was paid for."""
    page, payment = ft.context.page, state.payment
    save = use_once(lambda: Action(lambda: _save(state)))
    if payment is None:
        return ft.Container()

    async def download(_: Any) -> None:
        await save.start()

    buttons: list[ft.Control] = []
    if payment.has_receipt:
        buttons.append(outlined(t("Save the receipt"), download, icon=ft.Icons.DOWNLOAD_ROUNDED, busy=save.running))
    if payment.part_of is not None:
        stay = paths.trip(payment.part_of)
        buttons.append(outlined(t("See the stay"), lambda _: page.navigate(stay)))
    problem = [error_summary(problem_words(save.problem))] if save.problem is not None else []
    return ft.Column([*problem, ft.Row(buttons, spacing=8, run_spacing=8, wrap=True)], spacing=8)


async def _save(state: PaymentState) -> None:
    await save_one(t("Keep the receipt"), f"receipt-{str(state.id)[-8:]}.pdf", await state.receipt())


def _story(payment: PaymentHistory) -> ft.Control:
    """What happened so far, the newest first."""
    rows: list[ft.Control] = []
    for movement in reversed(payment.movements):
        rows += [divider(), keyed(f"{movement.kind.value} {movement.refund_id} {movement.at}", _movement(movement))]
    nothing = [text(t("Nothing has happened to this payment yet."), color=Colour.TEXT_2)] if not rows else []
    number = copyable(t("Payment {id}", id=payment.id), Style.SMALL, Colour.TEXT_2)
    return card(
        ft.Column(
            [header(t("What happened"), 2, style=Style.H3), *nothing, *rows, divider(), number],
            spacing=10,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
    )


def _movement(movement: Movement) -> ft.Control:
    words = ft.Column(
        [text(happened_words(movement.kind)), text(ago(movement.at), Style.SMALL, Colour.TEXT_2)],
        spacing=0,
        expand=True,
    )
    row = ft.Row([words, amount(money(movement.amount))], spacing=12, vertical_alignment=ft.CrossAxisAlignment.START)
    return ft.MergeSemantics(content=row)
