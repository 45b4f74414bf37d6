"""Asking for a reason before a no: what happens first, then why, then the act."""

import dataclasses
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import flet as ft

from client.core.action import Action
from client.core.hooks import use_made
from client.core.http import words_for
from client.core.language import t
from client.design.buttons import outlined
from client.design.chips import chip_row, filter_chip
from client.design.fields import error_summary, text_field
from client.design.form_fields import use_form_fields
from client.design.handlers import calling
from client.design.layout import SizeClass, use_size
from client.design.sheets import sheet
from client.design.text import text
from client.design.tokens import Colour

LONGEST_REASON = 500


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
    text: str = ""
    missing: bool = False


AskReason = Callable[[ReasonQuestion], None]


def use_reasons() -> AskReason:
    """Hook: a way to ask for a reason and to act only with one."""
    state: Any = ft.use_state(None)
    question: ReasonQuestion | None = state[0]
    set_question = state[1]
    phone = use_size() is SizeClass.PHONE

    def close() -> None:
        set_question(None)

    dialog = None
    if question is not None:
        dialog = sheet(
            question.title, _Body(question, close), phone=phone, close_name=t("Close"), on_close=close, width=460
        )
    ft.use_dialog(dialog)

    def ask(wish: ReasonQuestion) -> None:
        set_question(wish)

    return ask


@ft.component
def _Body(question: ReasonQuestion, close: Callable[[], None]) -> ft.Control:
    reason = use_made(_Reason)
    send = use_made(lambda: Action(question.go))
    places = use_form_fields()

    def say(words: str) -> None:
        reason.text, reason.missing = words, False

    async def go(_: Any) -> None:
        if not reason.text.strip():
            reason.missing = True
            places.go_to("reason")
        elif await send.start(reason.text.strip()):
            close()

    problem = [error_summary(words_for(send.problem))] if send.problem is not None else []
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
                max_length=LONGEST_REASON,
                error=t("Say why in a few words.") if reason.missing else None,
                ref=places.ref("reason"),
            ),
            *problem,
            ft.Row(
                [
                    outlined(question.keep or t("Leave it as it is"), calling(close)),
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
