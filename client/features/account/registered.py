"""After registering: a mail is to be opened. What is said is the same whether the address was new or not."""

from typing import Any

import flet as ft

from client.core.action import Action
from client.core.boundaries import panel
from client.core.hooks import use_once
from client.core.language import t
from client.core.problem_words import problem_words
from client.core.session import Session
from client.design.buttons import filled, outlined, quiet
from client.design.feedback import note
from client.design.fields import error_summary
from client.design.layout import card
from client.design.text import header, text
from client.design.tokens import Colour, Style
from client.features.account import state
from client.features.account.state import Form
from shared_models.problems import ProblemCode


@panel
def LookIntoMail(session: Session, form: Form) -> ft.Control:
    """Where the mail went, and the sign-in with what was typed once its link was opened."""
    enter = use_once(lambda: Action(lambda: state.sign_in(session, form)))
    send = use_once(lambda: Action(lambda: state.mail_again(session, form)))

    async def go_on(_: Any) -> None:
        await enter.start()

    async def again(_: Any) -> None:
        await send.start()

    def back(_: Any) -> None:
        form.registered = False

    email = form.email.strip()
    told = text(t("The mail is on its way to {email}.", email=email), Style.SMALL, Colour.TEXT_2)
    words = t("We sent a mail to {email}. Open its link to confirm the address; it signs you in.", email=email)
    return card(
        ft.Column(
            [
                header(t("Look into your mail"), 1, live=True),
                text(words, color=Colour.TEXT_2),
                note(t("If you opened it in another window or on another device, come back here and go on.")),
                *_problem(enter if enter.problem else send),
                filled(t("I have confirmed"), go_on, large=True, busy=enter.running),
                ft.Row([outlined(t("Send it again"), again, busy=send.running)]),
                *([told] if send.done and send.problem is None else []),
                ft.Row([quiet(t("Change what I typed"), back)], alignment=ft.MainAxisAlignment.CENTER),
            ],
            spacing=16,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
    )


def _problem(action: Action) -> list[ft.Control]:
    if action.problem is None:
        return []
    if action.problem.code is not ProblemCode.WRONG_CREDENTIALS:
        return [error_summary(problem_words(action.problem))]
    return [error_summary(t("The address is not confirmed yet. Open the link in the newest mail, then press again."))]
