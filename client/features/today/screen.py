"""The start pages: one for each role, each read anew when it is opened."""

from collections.abc import Callable, Sequence
from typing import Any

import flet as ft

from client.core.action import Action
from client.core.boundaries import screen
from client.core.hooks import use_once
from client.core.http import Http
from client.core.language import t
from client.core.problem_words import problem_words
from client.core.session import use_session
from client.core.tasks import use_task
from client.core.title import use_title
from client.design.feedback import Loading, grey_block
from client.design.fields import error_summary
from client.design.layout import SizeClass, page_header, scroll_page, use_size
from client.design.scroll_place import use_scroll_place
from client.design.tokens import Radius
from client.features.today import state
from client.features.today.admin import admin_body
from client.features.today.landlord import landlord_body
from client.features.today.state import TodayState
from client.features.today.tenant import tenant_body
from client.parts.panels import failed
from client.parts.shell import admin_shell, landlord_shell, tenant_shell

Body = Callable[..., Sequence[ft.Control]]


@screen
def TodayScreen() -> ft.Control:
    """A tenant's: what waits for them, and the next trip."""
    use_title(t("Today"))
    return tenant_shell(_Page(state.of_tenant, tenant_body), "today")


@screen
def LandlordTodayScreen() -> ft.Control:
    """A landlord's: what waits, who comes, how the homes stand."""
    use_title(t("Today"))
    return landlord_shell(_Page(state.of_landlord, landlord_body), "landlord-today")


@screen
def AdminTodayScreen() -> ft.Control:
    """An admin's: the queue by deadline."""
    use_title(t("Today"))
    return admin_shell(_Page(state.of_admin, admin_body), "admin-today")


@screen
def _Page(make: Callable[[Http], TodayState[Any]], body: Body) -> ft.Control:
    """The page of one role: what it loads, and what it shows when that is there."""
    session, page, size = use_session(), ft.context.page, use_size()
    today = use_once(lambda: make(session.http))
    load, read = use_once(lambda: Action(today.load)), use_once(lambda: Action(today.read_all))

    async def fetch(_: Any = None) -> None:
        await load.start()

    async def read_all(_: Any) -> None:
        if await read.start():
            await session.recount()

    use_task(fetch, on_return=True)
    place = use_scroll_place(today.shown is not None)
    if today.shown is None:
        if load.problem is not None:
            inside = failed(t("This page did not load"), load.problem, fetch, busy=load.running)
        else:
            inside = Loading(_grey(size), t("Loading your day"), t("Still loading. It takes longer than usual."))
        return scroll_page([page_header(t("Today")), inside], size)
    problem = [error_summary(problem_words(read.problem))] if read.problem is not None else []
    return scroll_page([*problem, *body(session, page, today.shown, read_all, size)], size, place=place)


def _grey(size: SizeClass) -> ft.Control:
    in_a_row = 4 if size is SizeClass.DESKTOP else 2
    figures = ft.Row([grey_block(96, radius=Radius.CARD, expand=True) for _ in range(in_a_row)], spacing=20)
    return ft.Column([figures, *(grey_block(180, radius=Radius.CARD) for _ in range(2))], spacing=20)
