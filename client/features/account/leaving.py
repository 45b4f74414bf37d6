"""Deleting the account: what stands in the way, or the last question."""

from typing import Any

import flet as ft

from client import paths
from client.core.action import Action
from client.core.boundaries import panel, screen
from client.core.hooks import use_once, use_start, use_text
from client.core.language import day_range, t
from client.core.session import Session, use_session
from client.core.tasks import use_task
from client.core.title import use_title
from client.design import fields
from client.design.buttons import outlined, quiet, target
from client.design.form_fields import use_form_fields
from client.design.layout import card, page_header, scroll_page, use_size
from client.design.rows import keyed
from client.design.text import header, text
from client.design.tokens import Colour, Size, Style
from client.features.account import state
from client.features.account.state import Leaving
from client.parts.dialogs import Question, use_confirmation
from client.parts.panels import failed, loading_rows
from client.parts.shell import tenant_shell
from client.parts.wrong_fields import field_error, form_problem, sent
from shared_models.auth import Obstacle, ObstacleKind
from shared_models.problems import ProblemCode


@screen
def CloseAccountScreen() -> ft.Control:
    """What keeps the account, each with a way to settle it; or the deletion."""
    session, page, size = use_session(), ft.context.page, use_size()
    leaving = use_once(lambda: Leaving(session.http))
    load = use_once(lambda: Action(leaving.load))
    use_title(t("Delete the account"))

    async def fetch(_: Any = None) -> None:
        await load.start()

    use_task(fetch)
    back = ft.Row(
        [quiet(t("Back to the account"), lambda _: page.navigate(paths.ACCOUNT), icon=ft.Icons.ARROW_BACK_ROUNDED)]
    )
    body: list[ft.Control] = [
        back,
        page_header(t("Delete the account"), t("For good, with your name and your e-mail.")),
    ]
    if leaving.closing is None:
        body.append(
            loading_rows(t("Loading what stands in the way"), rows=3)
            if load.problem is None
            else failed(t("This did not load"), load.problem, fetch, busy=load.running)
        )
    elif leaving.closing.obstacles:
        body.append(_obstacles(leaving.closing.obstacles))
    else:
        body.append(card(_Deletion(session, fetch)))
    return tenant_shell(scroll_page(body, size, width=Size.READING, spacing=16), "account")


def _obstacles(obstacles: list[Obstacle]) -> ft.Control:
    return card(
        ft.Column(
            [
                header(t("First settle what is open"), 2),
                text(
                    t("Others count on it. Once it is over or cancelled, you can delete the account."),
                    color=Colour.TEXT_2,
                ),
                *(keyed(found.id, _obstacle(found)) for found in obstacles),
            ],
            spacing=12,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
    )


def _obstacle(found: Obstacle) -> ft.Control:
    page = ft.context.page
    if found.kind is ObstacleKind.HOME:
        what, path = t("Published. Pause or archive it."), paths.landlord_home(found.id)
    else:
        dates = day_range(found.check_in, found.check_out) if found.check_in and found.check_out else ""
        guest = t("You have a guest: {dates}", dates=dates)
        own = t("Your stay: {dates}", dates=dates)
        what, path = (guest, paths.landlord_stay(found.id)) if found.as_landlord else (own, paths.trip(found.id))
    words = ft.Column([text(found.title, Style.LABEL), text(what, Style.SMALL, Colour.TEXT_2)], spacing=2, expand=True)
    row = ft.Row([words, ft.Icon(ft.Icons.CHEVRON_RIGHT_ROUNDED, color=Colour.TEXT_3)], spacing=14)
    return target(
        row, f"{found.title}. {what}", lambda _: page.navigate(path), padding=14, align=ft.Alignment.CENTER_LEFT
    )


@panel
def _Deletion(session: Session, again: Any) -> ft.Control:
    """The password, and the last question."""
    page = ft.context.page
    password = use_text()
    close = use_once(lambda: Action(lambda word: state.close_account(session, word)))
    places = use_form_fields()
    ask, start = use_confirmation(), use_start()

    async def delete(word: str) -> None:
        if await sent(close, places, word):
            page.navigate(paths.SEARCH)
        elif close.problem is not None and close.problem.code == ProblemCode.ACCOUNT_IN_USE:
            await again()  # something was booked meanwhile: show what

    def last_question(_: Any = None) -> None:
        ask(
            Question(
                t("Delete your account?"),
                t("It cannot be undone. You are signed out everywhere, and your e-mail can be registered anew."),
                t("Delete it for good"),
                start(delete, password.value),
                danger=True,
            )
        )

    field = keyed(
        "password",
        fields.PasswordField(
            t("Password"),
            password.value,
            password.put,
            show_name=t("Show the password"),
            hide_name=t("Hide the password"),
            error=field_error(close, "password"),
            on_submit=last_question,
            field=places.ref("password"),
        ),
    )
    return ft.Column(
        [
            header(t("What happens"), 2),
            text(t("Your name, e-mail, password, devices and notifications are removed at once."), color=Colour.TEXT_2),
            text(
                t("Past stays and their amounts stay, without your name: the other side and the tax office need them."),
                color=Colour.TEXT_2,
            ),
            *form_problem(close, {"password": t("Password")}),
            field,
            ft.Row([outlined(t("Delete the account"), last_question, danger=True, busy=close.running)]),
        ],
        spacing=12,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
