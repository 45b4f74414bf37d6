"""What to do for whoever was refused because their e-mail address is not confirmed; then it goes on by itself."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

import flet as ft

from client.core.action import Action
from client.core.boundaries import panel
from client.core.hooks import use_once, use_start
from client.core.http import ApiError
from client.core.language import t
from client.core.session import Session, use_session
from client.core.tasks import use_task
from client.design.buttons import outlined
from client.design.feedback import note
from client.design.text import text
from client.design.tokens import Colour, Status, Style
from client.parts.wrong_fields import form_problem
from shared_models.problems import ProblemCode

LOOK_SECONDS: Final = 3.0
"""How often it is looked whether the link was opened, while the panel is on show."""


def needs_confirmed_address(problem: ApiError | None) -> bool:
    """Whether something was refused for the address alone."""
    return problem is not None and problem.code is ProblemCode.EMAIL_UNVERIFIED


@panel
def ConfirmAddress(go_on: Callable[[], Awaitable[Any]]) -> ft.Control:
    """Where the mail went, and another one on request. Once its link was opened, `go_on` does what was refused."""
    session, start = use_session(), use_start()
    send = use_once(lambda: Action(lambda: _send(session)))

    async def watch() -> None:
        while session.me is not None and not session.email_verified:
            await _look(session)
            await asyncio.sleep(0 if session.email_verified else LOOK_SECONDS)
        if session.me is not None:
            start(go_on)()  # on its own: this panel goes as soon as it begins, and what it runs goes with it

    async def again(_: Any) -> None:
        await send.start()

    use_task(watch, on_return=True)
    email = session.me.email if session.me is not None else ""
    words = t("We sent a mail to {email}. Open its link; this goes on by itself then.", email=email)
    told: list[ft.Control] = [
        ft.Semantics(
            live_region=True, content=note(words, title=t("Confirm your address first"), status=Status.WAITING)
        ),
        *form_problem(send),
        ft.Row([outlined(t("Send it again"), again, busy=send.running)]),
    ]
    if send.done and send.problem is None:
        told.append(text(t("The link is on its way to {email}.", email=email), Style.SMALL, Colour.TEXT_2))
    return ft.Column(told, spacing=12, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


async def _send(session: Session) -> None:
    if session.confirmation is not None:
        await session.confirmation.send()


async def _look(session: Session) -> None:
    if session.confirmation is None:
        return
    try:
        await session.confirmation.look()
    except ApiError:
        return  # it is looked again soon
