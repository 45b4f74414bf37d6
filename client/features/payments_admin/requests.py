"""A refund that an admin wants: who, how much, why; and the word of the second one."""

import dataclasses
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import flet as ft

from client.core.action import Action
from client.core.hooks import use_once, use_start
from client.core.language import instant, money, t
from client.core.problem_words import problem_words
from client.design.buttons import filled, outlined
from client.design.chips import status_chip
from client.design.fields import error_summary
from client.design.text import copyable, text
from client.design.tokens import Colour, Style
from client.features.payments_admin.frame import ZONE
from client.features.payments_admin.words import request_status
from client.parts.dialogs import Ask, Question, say, use_confirmation
from client.parts.reason_question import AskReason, ReasonQuestion, use_reasons
from shared_models.payments_admin import RefundRequestRead, RefundRequestStatus


@dataclasses.dataclass(frozen=True)
class RequestActs:
    """What may be done about a refund that waits, and how that is going."""

    approve: Callable[[UUID], Awaitable[bool]]
    reject: Callable[[UUID, str], Awaitable[Any]]
    act: Action
    ask: Ask
    ask_why: AskReason
    page: ft.Page
    start: Callable[..., Callable[..., None]]


def use_request_acts(
    approve: Callable[[UUID], Awaitable[None]], reject: Callable[[UUID, str], Awaitable[None]]
) -> RequestActs:
    """Hook: agreeing and not agreeing, each asked about first."""
    act = use_once(lambda: Action(approve))
    ask, ask_why, start = use_confirmation(), use_reasons(), use_start()
    return RequestActs(act.start, reject, act, ask, ask_why, ft.context.page, start)


def request_row(request: RefundRequestRead, me: UUID | None, acts: RequestActs, payer_id: UUID | None) -> ft.Control:
    """One of them; with the two answers for whoever may give them."""
    told = t("{name} wants it, {when}", name=request.asked_by_name, when=instant(request.asked_at, ZONE))
    lines: list[ft.Control] = [
        ft.Row(
            [text(money(request.parts.total), Style.STRONG, expand=True), status_chip(*request_status(request.status))],
            spacing=12,
        ),
        text(told, Style.SMALL, Colour.TEXT_2),
        copyable(request.reason, color=Colour.TEXT_2),
    ]
    if request.decided_at is not None:
        lines.append(text(_decided_words(request), Style.SMALL, Colour.TEXT_2))
    if request.note:
        lines.append(copyable(request.note, color=Colour.TEXT_2))
    if request.status is RefundRequestStatus.WAITING:
        lines += _answers(request, me, acts, payer_id)
    return ft.Column(lines, spacing=6, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def _decided_words(request: RefundRequestRead) -> str:
    when = instant(request.decided_at, ZONE) if request.decided_at is not None else ""
    if not request.decided_by_name:
        if request.status is RefundRequestStatus.REJECTED:
            return t("{name} took it back, {when}", name=request.asked_by_name, when=when)
        return t("No second admin was needed.")
    return t("{name} decided, {when}", name=request.decided_by_name, when=when)


def _answers(request: RefundRequestRead, me: UUID | None, acts: RequestActs, payer_id: UUID | None) -> list[ft.Control]:
    mine = me == request.asked_by
    figure = money(request.parts.total)

    async def agree() -> None:
        if await acts.approve(request.id):
            say(acts.page, t("{amount} is on its way back.", amount=figure))

    def ask(_: Any) -> None:
        consequence = t(
            "{amount} goes back to the card of {name}. It cannot be taken back.",
            amount=figure,
            name=request.payer_name or t("No name"),
        )
        acts.ask(Question(t("Agree to this refund?"), consequence, t("Yes, agree"), acts.start(agree)))

    def refuse(_: Any) -> None:
        acts.ask_why(
            ReasonQuestion(
                title=t("Take it back?") if mine else t("Do not agree?"),
                consequence=t("Nothing goes back. Your reason is kept with the payment."),
                label=t("Why"),
                act=t("Take it back now") if mine else t("Refuse it"),
                go=lambda why: acts.reject(request.id, why),
            )
        )

    if mine or me == payer_id:
        told = [text(t("Another admin has to agree to this."), Style.SMALL, Colour.TEXT_2)]
        buttons = [outlined(t("Take it back"), refuse)] if mine else []
    else:
        told, buttons = [], [outlined(t("Do not agree"), refuse), filled(t("Agree"), ask, busy=acts.act.running)]
    problem = [error_summary(problem_words(acts.act.problem))] if acts.act.problem is not None else []
    row = ft.Row([*buttons], alignment=ft.MainAxisAlignment.END, wrap=True, spacing=8, run_spacing=8)
    return [*told, *problem, *([row] if buttons else [])]
