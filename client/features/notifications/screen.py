"""What happened to my stays and my account, the newest first."""

from typing import Any

import flet as ft

from client import paths
from client.core.action import Action
from client.core.boundaries import screen
from client.core.hooks import use_once
from client.core.language import ago, t, tn
from client.core.problem_words import problem_words
from client.core.session import use_inbox, use_session
from client.core.tasks import use_task
from client.core.title import use_title
from client.design.buttons import outlined, target
from client.design.feedback import empty
from client.design.fields import error_summary
from client.design.layout import page_header, scroll_page, use_size
from client.design.rows import keyed
from client.design.scroll_place import Pages, use_scroll_place
from client.design.text import text
from client.design.tokens import Colour, Size, Style
from client.features.notifications.state import NotificationsState
from client.parts.notification_words import details, sentence, way
from client.parts.panels import failed, loading_rows, next_page
from client.parts.shell import tenant_shell
from shared_models.notifications import NotificationRead


@screen
def NotificationsScreen() -> ft.Control:
    """The list; pressing one reads it and leads to what it is about."""
    session, size, unread = use_session(), use_size(), use_inbox().unread
    state = use_once(lambda: NotificationsState(session))
    load, more = use_once(lambda: Action(state.load)), use_once(lambda: Action(state.load_more))
    read_all = use_once(lambda: Action(state.read_all))
    use_title(t("Notifications"))

    async def fetch(_: Any = None) -> None:
        await load.start()

    async def mark_all(_: Any) -> None:
        await read_all.start()

    use_task(fetch, on_return=True)
    place = use_scroll_place(load.done, Pages(lambda: len(state.items or ()), more.start))
    summary = tn("{n} unread", "{n} unread", unread) if unread else t("What happened to your stays and your account.")
    actions = [outlined(t("Mark all as read"), mark_all, busy=read_all.running)] if unread else []
    problems = [read_all.problem] if read_all.problem is not None else []
    body = [
        page_header(t("Notifications"), summary, actions),
        *(error_summary(problem_words(problem)) for problem in problems),
        *_list(state, load, fetch),
        *next_page(state.next_cursor, more),
    ]
    return tenant_shell(scroll_page(body, size, width=Size.READING, spacing=12, place=place), "notifications")


def _list(state: NotificationsState, load: Action, again: Any) -> list[ft.Control]:
    page = ft.context.page
    if state.items is None and load.problem is not None:
        return [failed(t("Your notifications did not load"), load.problem, again, busy=load.running)]
    if state.items is None:
        return [loading_rows(t("Loading your notifications"))]
    if not state.items:
        return [
            empty(
                t("Nothing yet"),
                t("When something happens to a stay of yours, it stands here and goes to your e-mail."),
                action=t("Find a home"),
                on_action=lambda _: page.navigate(paths.SEARCH),
            )
        ]
    return [keyed(item.id, _row(state, item)) for item in state.items]


def _row(state: NotificationsState, item: NotificationRead) -> ft.Control:
    page, new = ft.context.page, item.read_at is None

    async def go(_: Any) -> None:
        if new:
            await state.read(item.id)
        page.navigate(way(item))

    told, more = sentence(item), " · ".join(part for part in (details(item), ago(item.created_at)) if part)
    dot = ft.Container(width=10, height=10, border_radius=5, bgcolor=Colour.ACCENT if new else None)
    words = ft.Column(
        [text(told, Style.LABEL if new else Style.BODY), text(more, Style.SMALL, Colour.TEXT_2)], spacing=2, expand=True
    )
    row = ft.Row([dot, words, ft.Icon(ft.Icons.CHEVRON_RIGHT_ROUNDED, color=Colour.TEXT_3)], spacing=14)
    name = f"{t('New')}: {told}. {more}" if new else f"{told}. {more}"
    return target(row, name, go, padding=16, align=ft.Alignment.CENTER_LEFT)
