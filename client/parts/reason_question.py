"""Asking for a reason before a no: what happens first, then why, then the act."""

import dataclasses
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import flet as ft

from client.core.action import Action
from client.core.boundaries import panel
from client.core.hooks import use_once
from client.core.http import wrong_input
from client.core.language import t
from client.design.buttons import outlined
from client.design.chips import chip_row, filter_chip
from client.design.fields import text_field
from client.design.form_fields import use_form_fields
from client.design.handlers import calling
from client.design.layout import SizeClass, use_size
from client.design.sheets import sheet
from client.design.text import text
from client.design.tokens import Colour
from client.parts.wrong_fields import field_error, form_problem, sent

MAX_REASON = 500


@dataclasses.dataclass(frozen=True)
class ReasonQuestion:
    """What is asked before an act that the other side is told the reason of. `go` acts and raises ApiError."""

    title: str
    consequence: str
    label: str
    act: str
    go: Callable[[str], Awaitable[Any]]
    hints: Sequence[str] = ()
    keep: str = ""


@ft.observable
@dataclasses.dataclass
class _Reason:
    """What is being typed. It outlives the sheet, so that Escape loses nothing."""

    text: str = ""


AskReason = Callable[[ReasonQuestion], None]


def use_reasons() -> AskReason:
    """Hook: a way to ask for a reason and to act only with one."""
    state: Any = ft.use_state(None)
    question: ReasonQuestion | None = state[0]
    set_question = state[1]
    drafts: dict[tuple[str, str], _Reason] = use_once(dict)
    phone = use_size() is SizeClass.PHONE

    def close() -> None:
        set_question(None)

    def leave() -> None:
        drafts.clear()
        close()

    dialog = None
    if question is not None:
        body = _Body(question, drafts.setdefault((question.title, question.consequence), _Reason()), leave)
        dialog = sheet(question.title, body, phone=phone, close_name=t("Close"), on_close=close, width=460)
    ft.use_dialog(dialog)

    def ask(request: ReasonQuestion) -> None:
        set_question(request)

    return ask


@panel
def _Body(question: ReasonQuestion, reason: _Reason, leave: Callable[[], None]) -> ft.Control:
    async def act(words: str) -> None:
        if not words:
            raise wrong_input({"reason": t("Say why in a few words.")})
        await question.go(words)

    send = use_once(lambda: Action(act))
    places = use_form_fields()

    def say(words: str) -> None:
        send.correct("reason")
        reason.text = words

    async def go(_: Any) -> None:
        if await sent(send, places, reason.text.strip()):
            leave()

    hints = [filter_chip(hint, calling(say, hint), chosen=reason.text == hint) for hint in question.hints]
    return ft.Column(
        [
            text(question.consequence, color=Colour.TEXT_2),
            *([chip_row(hints, wrap=True)] if hints else []),
            text_field(
                question.label,
                reason.text,
                say,
                lines=3,
                max_length=MAX_REASON,
                error=field_error(send, "reason"),
                ref=places.ref("reason"),
            ),
            *form_problem(send, {"reason": question.label}),
            ft.Row(
                [
                    outlined(question.keep or t("Leave it as it is"), calling(leave)),
                    outlined(question.act, go, busy=send.running, danger=True),
                ],
                alignment=ft.MainAxisAlignment.END,
                wrap=True,
                spacing=8,
                run_spacing=8,
            ),
        ],
        spacing=14,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
