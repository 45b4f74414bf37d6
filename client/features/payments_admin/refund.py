"""Letting money go back: how much of which part, why, and what happens then, said before it is pressed."""

from collections.abc import Callable
from typing import Any

import flet as ft

from client.core.action import Action
from client.core.boundaries import panel
from client.core.hooks import use_once, use_start
from client.core.language import currency_sign, money, t
from client.design.buttons import filled, outlined
from client.design.chips import segments
from client.design.fields import text_field
from client.design.form_fields import FormFields, use_form_fields
from client.design.handlers import calling
from client.design.layout import SizeClass, use_size
from client.design.sheets import sheet
from client.design.text import text
from client.design.tokens import Colour, Style
from client.features.payments_admin.state import STAY, TAX, PaymentState, left_of_field
from client.parts.dialogs import say
from client.parts.wrong_fields import field_error, form_problem, sent
from shared_models.money import Money
from shared_models.payments_admin import MAX_REASON, PaymentFull, RefundRequestStatus

ALL, BY_PART = "all", "by_part"


def use_refund(state: PaymentState) -> Callable[[Any], None]:
    """Hook: a way to open the sheet in which a refund of a payment is written."""
    opened: Any = ft.use_state(False)
    is_open, set_open = opened
    page, phone = ft.context.page, use_size() is SizeClass.PHONE

    def close() -> None:
        set_open(False)

    def done() -> None:
        close()
        asked = state.asked
        if asked is not None:
            say(page, _done_words(asked.status, asked.parts.total))

    dialog = None
    if is_open and state.payment is not None:
        body = _Refund(state, close, done)
        dialog = sheet(t("Give money back"), body, phone=phone, close_name=t("Close"), on_close=close, width=520)
    ft.use_dialog(dialog)
    return lambda _: set_open(True)


def _done_words(status: RefundRequestStatus, amount: Money) -> str:
    if status is RefundRequestStatus.WAITING:
        return t("A second admin is asked about {amount}.", amount=money(amount))
    return t("{amount} is on its way back.", amount=money(amount))


@panel
def _Refund(state: PaymentState, close: Callable[[], None], done: Callable[[], None]) -> ft.Control:
    send, places, start = use_once(lambda: Action(state.refund)), use_form_fields(), use_start()
    payment = state.payment
    if payment is None:
        return ft.Container()

    def write(field: str) -> Callable[[str], None]:
        def put(words: str) -> None:
            send.correct(field)
            state.put(field, words)

        return put

    async def go() -> None:
        if await sent(send, places):
            done()

    def choose(how: str) -> None:
        send.forget()
        state.by_part = how == BY_PART

    labels = {field: _label(field) for field in state.fields(payment.left)}
    amounts = [_amount_field(state, payment, field, write(field), send, places) for field in labels]
    reason = text_field(
        t("Why"),
        state.typed.get("reason", ""),
        write("reason"),
        help=t("Kept with the payment. The one who paid does not read it."),
        lines=3,
        max_length=MAX_REASON,
        error=field_error(send, "reason"),
        ref=places.ref("reason"),
        key="reason",
    )
    how = [segments([(ALL, t("An amount of all")), (BY_PART, t("By part"))], BY_PART if state.by_part else ALL, choose)]
    labels["reason"] = t("Why")
    buttons = [outlined(t("Do not refund"), calling(close)), filled(_act(state, payment), start(go), busy=send.running)]
    return ft.Column(
        [
            text(t("{amount} is left of it.", amount=money(payment.left.total)), color=Colour.TEXT_2),
            *(how if payment.left.taxes else []),
            *amounts,
            reason,
            text(_what_happens(state, payment), Style.SMALL, Colour.TEXT_2),
            *form_problem(send, labels, places.go_to),
            ft.Row(buttons, alignment=ft.MainAxisAlignment.END, wrap=True, spacing=8, run_spacing=8),
        ],
        spacing=14,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _label(field: str) -> str:
    if field == STAY:
        return t("Of the stay")
    if field.startswith(TAX):
        return t("Of the tax for {authority}", authority=field.removeprefix(TAX))
    return t("How much goes back")


def _amount_field(
    state: PaymentState,
    payment: PaymentFull,
    field: str,
    write: Callable[[str], None],
    send: Action,
    places: FormFields,
) -> ft.Control:
    names = (field, "taxes_minor") if field.startswith(TAX) else (field,)
    return text_field(
        _label(field),
        state.typed.get(field, ""),
        write,
        unit=currency_sign(payment.amount.currency.value),
        help=t("{amount} is left.", amount=money(left_of_field(payment.left, field))),
        keyboard=ft.KeyboardType.NUMBER,
        error=field_error(send, *names),
        ref=places.ref(field),
        key=field,
    )


def _is_for_two(state: PaymentState, payment: PaymentFull) -> bool:
    """Whether what is typed wants a second admin."""
    wanted = state.wanted()
    return wanted is not None and wanted.amount_minor > payment.refunded_alone_up_to.amount_minor


def _act(state: PaymentState, payment: PaymentFull) -> str:
    wanted = state.wanted()
    if wanted is None:
        return t("Give it back")
    if _is_for_two(state, payment):
        return t("Ask a second admin")
    return t("Refund {amount}", amount=money(wanted))


def _what_happens(state: PaymentState, payment: PaymentFull) -> str:
    alone = payment.refunded_alone_up_to
    if payment.is_disputed:
        return t("A bank has this money until it decides. What goes back waits for that.")
    if _is_for_two(state, payment):
        return t(
            "A second admin has to agree, and nothing moves until then: alone you may let {amount} of it go back.",
            amount=money(alone),
        )
    return t(
        "It goes back to the card that paid, which takes a few days, and cannot be taken back. Above {amount} a second "
        "admin has to agree.",
        amount=money(alone),
    )
