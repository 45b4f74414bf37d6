"""One payment: where it stands, what went back, what admins wanted, and every movement of its money in words."""

from typing import Any

import flet as ft

from client import paths
from client.core.action import Action
from client.core.boundaries import panel, screen
from client.core.hooks import use_once
from client.core.language import instant, money, t, tn
from client.core.session import Session, use_session
from client.core.tasks import use_task
from client.core.title import use_title
from client.design.buttons import filled, quiet
from client.design.chips import status_chip
from client.design.feedback import empty
from client.design.layout import card, columns, divider, page_header, scroll_page, use_size
from client.design.rows import keyed
from client.design.text import amount, copyable, header, text
from client.design.tokens import Colour, Style
from client.features.payments_admin.disputes import dispute_lines
from client.features.payments_admin.entries import entries_card
from client.features.payments_admin.frame import ZONE
from client.features.payments_admin.refund import use_refund
from client.features.payments_admin.requests import RequestActs, request_row, use_request_acts
from client.features.payments_admin.state import PaymentState
from client.features.payments_admin.words import payment_status, refund_status
from client.parts.job_words import job_word
from client.parts.panels import failed, loading_rows
from client.parts.shell import admin_shell
from shared_models.payments import PaymentStatus
from shared_models.payments_admin import AmountParts, PaymentFull, ProviderCall, RefundRead
from shared_models.problems import ProblemCode


@screen
def AdminPaymentScreen() -> ft.Control:
    """One payment."""
    use_title(t("Payment"))
    return admin_shell(_Payment(ft.use_route_params().get("id", "")), "money")


@panel
def _Payment(value: str) -> ft.Control:
    session, size, page = use_session(), use_size(), ft.context.page
    state = use_once(lambda: PaymentState(session.http, paths.id_in(value)))
    load = use_once(lambda: Action(state.load))
    acts = use_request_acts(state.approve, state.reject)
    open_refund = use_refund(state)

    async def fetch(_: Any = None) -> None:
        await load.start()

    use_task(fetch)
    payment = state.payment
    back = ft.Row(
        [quiet(t("All payments"), lambda _: page.navigate(paths.ADMIN_PAYMENTS), icon=ft.Icons.ARROW_BACK_ROUNDED)]
    )
    if payment is None:
        gone = state.id is None or (load.problem is not None and load.problem.code is ProblemCode.NOT_FOUND)
        body: list[ft.Control] = [back]
        if gone:
            body.append(
                empty(t("There is no such payment"), t("The link may be old, or it was cut off when it was copied."))
            )
        elif load.problem is not None:
            body.append(failed(t("The payment did not load"), load.problem, fetch, busy=load.running))
        else:
            body.append(loading_rows(t("Loading the payment")))
        return scroll_page(body, size, spacing=16)
    main = [
        _money_card(payment, open_refund),
        *_disputes(payment),
        *_requests(session, payment, acts),
        *_refunds(payment),
        entries_card(payment),
    ]
    side = [_about_card(payment), *_calls(payment)]
    return scroll_page([back, _header(payment), columns(main, side, size)], size, spacing=16)


def _header(payment: PaymentFull) -> ft.Control:
    who = payment.payer_name or t("No name")
    summary = " · ".join(part for part in (payment.reference, who, payment.payer_email or "") if part)
    return page_header(payment.title, summary, [status_chip(*payment_status(payment.status))])


def _money_card(payment: PaymentFull, open_refund: Any) -> ft.Control:
    rows = [
        _line(t("Paid") if payment.status is PaymentStatus.CAPTURED else t("Asked for"), payment.parts, strong=True),
        *_parts_lines(payment.parts),
    ]
    if payment.refunded.amount_minor:
        rows += [divider(), _pair(t("Goes back or went back"), money(payment.refunded))]
    if payment.status is PaymentStatus.CAPTURED:
        rows += [divider(), _pair(t("Left"), money(payment.left.total), strong=True)]
        if payment.left.total.amount_minor:
            rows.append(ft.Row([filled(t("Give money back"), open_refund)], alignment=ft.MainAxisAlignment.END))
    return card(ft.Column(rows, spacing=8, horizontal_alignment=ft.CrossAxisAlignment.STRETCH))


def _line(label: str, parts: AmountParts, *, strong: bool = False) -> ft.Control:
    return _pair(label, money(parts.total), strong=strong)


def _parts_lines(parts: AmountParts) -> list[ft.Control]:
    """Each part, where there is more than one."""
    if not parts.taxes:
        return []
    taxes = [_pair(t("of it tax for {authority}", authority=tax.authority), money(tax.amount)) for tax in parts.taxes]
    return [_pair(t("of it the stay"), money(parts.stay)), *taxes]


def _pair(label: str, figure: str, *, strong: bool = False) -> ft.Control:
    """A label with its figure at the end, read as one."""
    words = text(label, Style.STRONG if strong else Style.BODY, Colour.TEXT if strong else Colour.TEXT_2, expand=True)
    return ft.MergeSemantics(content=ft.Row([words, amount(figure, strong=strong)], spacing=12))


def _requests(session: Session, payment: PaymentFull, acts: RequestActs) -> list[ft.Control]:
    if not payment.requests:
        return []
    me = session.me.id if session.me is not None else None
    rows = [keyed(each.id, request_row(each, me, acts, payment.payer_id)) for each in payment.requests]
    return [_panel(t("Refunds that admins wanted"), rows)]


def _disputes(payment: PaymentFull) -> list[ft.Control]:
    rows = [keyed(each.id, dispute_lines(each)) for each in payment.disputes]
    return [_panel(t("Disputes"), rows)] if rows else []


def _refunds(payment: PaymentFull) -> list[ft.Control]:
    rows = [keyed(each.id, _refund(each)) for each in payment.refunds]
    return [_panel(t("What goes back"), rows)] if rows else []


def _refund(refund: RefundRead) -> ft.Control:
    told = [instant(refund.created_at, ZONE)]
    if refund.is_of_credit:
        told.append(t("it came too late"))
    words = ft.Column(
        [text(money(refund.parts.total), Style.STRONG), text(" · ".join(told), Style.SMALL, Colour.TEXT_2)],
        spacing=0,
        tight=True,
        expand=True,
    )
    return ft.Row([words, status_chip(*refund_status(refund.status))], spacing=12)


def _panel(title: str, rows: list[ft.Control]) -> ft.Control:
    lines: list[ft.Control] = [header(title, 2)]
    for row in rows:
        lines += [divider(), row]
    return card(ft.Column(lines, spacing=12, horizontal_alignment=ft.CrossAxisAlignment.STRETCH))


def _about_card(payment: PaymentFull) -> ft.Control:
    facts = [
        (t("Asked for"), instant(payment.created_at, ZONE)),
        (t("Settled"), instant(payment.settled_at, ZONE) if payment.settled_at else t("Not yet")),
        (t("Last looked at"), instant(payment.looked_at, ZONE)),
        (t("Held first"), t("Yes") if payment.is_held else t("No")),
        *([(t("The card holds it until"), instant(payment.capture_before, ZONE))] if payment.capture_before else []),
        (t("At the provider"), payment.intent_id or t("Nobody tried to pay yet")),
        *([(t("Its movement"), payment.balance_transaction_id)] if payment.balance_transaction_id else []),
        (t("Our id"), str(payment.id)),
    ]
    rows: list[ft.Control] = [header(t("About it"), 2)]
    for label, words in facts:
        rows.append(ft.Column([text(label, Style.LABEL), copyable(words, color=Colour.TEXT_2)], spacing=0, tight=True))
    rows.append(text(t("All times are UTC."), Style.SMALL, Colour.TEXT_2))
    return card(ft.Column(rows, spacing=12, horizontal_alignment=ft.CrossAxisAlignment.STRETCH))


def _calls(payment: PaymentFull) -> list[ft.Control]:
    """What was asked of the provider, where that took more than one try or did not work."""
    rows = [_call(call) for call in payment.calls if call.attempts > 1 or call.error]
    return [_panel(t("What did not work at once"), rows)] if rows else []


def _call(call: ProviderCall) -> ft.Control:
    tried = tn("{n} try", "{n} tries", call.attempts)
    told = [tried, *([call.error] if call.error else [])]
    if call.settled_at is not None:
        told.append(instant(call.settled_at, ZONE))
    lines: list[ft.Control] = [
        text(job_word(call.name), Style.LABEL),
        text(" · ".join(told), Style.SMALL, Colour.TEXT_2),
    ]
    return ft.Column(lines, spacing=0, tight=True)
