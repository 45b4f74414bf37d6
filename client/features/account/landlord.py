"""A landlord's address, opened by someone who lets no home: the way to become one."""

from typing import Any

import flet as ft

from client import paths
from client.core.action import Action
from client.core.boundaries import screen
from client.core.hooks import use_once
from client.core.language import t
from client.core.session import use_session
from client.core.title import use_title
from client.design.buttons import filled, quiet
from client.design.layout import card, page_header, scroll_page, use_size
from client.design.text import text
from client.design.tokens import Colour, Size
from client.features.account import state
from client.parts.shell import tenant_shell
from client.parts.wrong_fields import form_problem


@screen
def BecomeLandlordScreen() -> ft.Control:
    """One more role for this account; the page that was wanted shows once it is there."""
    session, page, size = use_session(), ft.context.page, use_size()
    become = use_once(lambda: Action(lambda: state.become_landlord(session)))
    use_title(t("Let a home"))

    async def go(_: Any) -> None:
        await become.start()

    panel = ft.Column(
        [
            text(t("With one account you book homes and let your own. Your trips stay as they are.")),
            text(
                t("You add your homes; an admin looks at each before others see it. One calendar holds all stays."),
                color=Colour.TEXT_2,
            ),
            *form_problem(become),
            ft.Row(
                [
                    filled(t("Become a landlord"), go, busy=become.running),
                    quiet(t("To my account"), lambda _: page.navigate(paths.ACCOUNT)),
                ],
                wrap=True,
                spacing=8,
            ),
        ],
        spacing=14,
    )
    body = [
        page_header(t("Let a home"), t("This page is for landlords, and your account is a tenant's so far.")),
        card(panel),
    ]
    return tenant_shell(scroll_page(body, size, width=Size.READING, spacing=16), None)
