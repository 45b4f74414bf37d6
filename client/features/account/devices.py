"""Where someone is signed in, and signing out there."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import flet as ft

from client.core import clock
from client.core.action import Action
from client.core.boundaries import panel
from client.core.hooks import use_once, use_start
from client.core.language import ago, t
from client.core.problem_words import problem_words
from client.core.session import Session
from client.core.tasks import use_task
from client.design.buttons import outlined, target
from client.design.chips import tag
from client.design.feedback import Loading, failure, grey_lines
from client.design.layout import divider
from client.design.rows import keyed
from client.design.text import header, text
from client.design.tokens import Colour, Radius, Style
from client.features.account import state
from client.features.account.state import Devices
from client.parts.dialogs import Question, use_confirmation
from client.parts.wrong_fields import form_problem
from shared_models.auth import ClientKind, SessionRead


@panel
def DevicesPanel(session: Session) -> ft.Control:
    """Each browser and device, the last used first, with a way to end it; and a way to end all."""
    devices = use_once(lambda: Devices(session.http))
    load = use_once(lambda: Action(devices.load))
    end = use_once(lambda: Action(devices.end))
    everywhere = use_once(lambda: Action(lambda: state.end_everywhere(session)))
    ask, start = use_confirmation(), use_start()

    async def fetch(_: Any = None) -> None:
        await load.start()

    use_task(fetch)

    def ask_everywhere(_: Any) -> None:
        ask(
            Question(
                t("Sign out everywhere?"),
                t("Every browser and device is signed out, this one too. You sign in again with your password."),
                t("Sign out all of them"),
                start(everywhere.start),
            )
        )

    return ft.Column(
        [
            header(t("Devices"), 2),
            text(
                t("Where you are signed in. Sign out what is not yours, and change your password."),
                color=Colour.TEXT_2,
            ),
            *form_problem(end),
            *form_problem(everywhere),
            _list(devices, load, fetch, end),
            ft.Row([outlined(t("Sign out everywhere"), ask_everywhere, busy=everywhere.running)]),
        ],
        spacing=12,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _list(devices: Devices, load: Action, again: Callable[..., Any], end: Action) -> ft.Control:
    if devices.sessions is None and load.problem is not None:
        return failure(
            t("Your devices did not load"),
            problem_words(load.problem),
            retry=t("Try again"),
            on_retry=again,
            busy=load.running,
        )
    if devices.sessions is None:
        return Loading(grey_lines(), t("Loading your devices"), t("Still loading your devices"))
    rows: list[ft.Control] = []
    for found in devices.sessions:
        rows += [divider(), keyed(found.id, _row(found, end))]
    return ft.Column(rows, spacing=8, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def _row(found: SessionRead, end: Action) -> ft.Control:
    name, used = device_name(found), last_used(found)

    async def sign_out(_: Any) -> None:
        await end.start(found.id)

    icon = ft.Icons.LANGUAGE_ROUNDED if found.client is ClientKind.BROWSER else ft.Icons.DEVICES_ROUNDED
    words = ft.Column([text(name, Style.LABEL), text(used, Style.SMALL, Colour.TEXT_2)], spacing=2, expand=True)
    act = tag(t("This one"), accent=True) if found.current else _sign_out(f"{name}, {used}", sign_out)
    return ft.Row([ft.Icon(icon, color=Colour.TEXT_2), words, act], spacing=14)


def _sign_out(device: str, act: Callable[..., Any]) -> ft.Control:
    """A button with a name of its own: there is one in each row."""
    return target(
        text(t("Sign out"), Style.LABEL),
        t("Sign out {device}", device=device),
        act,
        radius=Radius.CONTROL,
        bgcolor=ft.Colors.TRANSPARENT,
        line=None,
        padding=12,
    )


def device_name(found: SessionRead) -> str:
    """`Firefox on Windows`, as far as it is known."""
    if found.program and found.system:
        return t("{program} on {system}", program=found.program, system=found.system)
    unknown = t("A browser") if found.client is ClientKind.BROWSER else t("An app")
    return found.program or found.system or unknown


def last_used(found: SessionRead) -> str:
    """When it was last used; the last quarter of an hour is not known more exactly."""
    if clock.now() - found.last_used_at < timedelta(minutes=20):
        return t("Used just now")
    return t("Last used {when}", when=ago(found.last_used_at))
