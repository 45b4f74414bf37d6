"""My payments: what I paid for, how much, and where the money is; all of it as a file."""

from typing import Any

import flet as ft

from client import paths
from client.core.action import Action
from client.core.boundaries import screen
from client.core.device import save_one
from client.core.hooks import use_once
from client.core.language import day, money, t
from client.core.problem_words import problem_words
from client.core.routing import use_query
from client.core.session import use_session
from client.core.tasks import use_task
from client.core.title import use_title
from client.design.buttons import outlined, target
from client.design.feedback import empty
from client.design.fields import error_summary
from client.design.layout import page_header, scroll_page, use_size
from client.design.rows import keyed
from client.design.scroll_place import Pages, use_scroll_place
from client.design.text import amount, text
from client.design.tokens import Colour, Size, Style
from client.features.payments.state import PaymentsState
from client.parts.money_words import where_chip, where_words
from client.parts.panels import failed, loading_rows, next_page
from client.parts.shell import tenant_shell
from shared_models.payment_history import PaymentHistory

FILE_NAME = "payments.csv"


@screen
def PaymentsScreen() -> ft.Control:
    """The list, of all or of the stay that the address names."""
    reference = use_query()[0].get("stay")
    return keyed(reference or "", _Payments(reference))


@ft.component
def _Payments(reference: str | None) -> ft.Control:
    """Pressing one leads to where its money is."""
    session, size, page = use_session(), use_size(), ft.context.page
    state = use_once(lambda: PaymentsState(session.http, reference))
    load, more = use_once(lambda: Action(state.load)), use_once(lambda: Action(state.load_more))
    save = use_once(lambda: Action(lambda: _save(state)))
    use_title(t("My payments"))

    async def fetch(_: Any = None) -> None:
        await load.start()

    async def download(_: Any) -> None:
        await save.start()

    use_task(fetch, on_return=True)
    place = use_scroll_place(load.done, Pages(lambda: len(state.items or ()), more.start))
    actions, about = [], t("What you paid by card, and where your money is.")
    if reference is not None:
        about = t("What you paid for booking {reference}, and where that money is.", reference=reference)
        actions = [outlined(t("All my payments"), lambda _: page.navigate(paths.PAYMENTS))]
    elif state.items:
        actions = [outlined(t("Save as a table"), download, icon=ft.Icons.DOWNLOAD_ROUNDED, busy=save.running)]
    problems = [save.problem] if save.problem is not None else []
    body = [
        page_header(t("My payments"), about, actions),
        *(error_summary(problem_words(problem)) for problem in problems),
        *_list(state, load, fetch),
        *next_page(state.next_cursor, more),
    ]
    return tenant_shell(scroll_page(body, size, width=Size.READING, spacing=12, place=place), "account")


async def _save(state: PaymentsState) -> None:
    await save_one(t("Keep your payments"), FILE_NAME, await state.as_file())


def _list(state: PaymentsState, load: Action, again: Any) -> list[ft.Control]:
    page = ft.context.page
    if state.items is None and load.problem is not None:
        return [failed(t("Your payments did not load"), load.problem, again, busy=load.running)]
    if state.items is None:
        return [loading_rows(t("Loading your payments"))]
    if not state.items:
        return [
            empty(
                t("No payments yet"),
                t("When you pay for a stay by card it stands here, with its receipt and where the money is."),
                action=t("Find a home"),
                on_action=lambda _: page.navigate(paths.SEARCH),
            )
        ]
    return [keyed(item.id, _row(item)) for item in state.items]


def _row(item: PaymentHistory) -> ft.Control:
    page = ft.context.page
    begun, places = day(item.created_at.date()), [where_words(part) for part in item.money]
    head = ft.Row(
        [text(item.title, Style.LABEL, max_lines=2, expand=True), amount(money(item.amount))],
        spacing=12,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
    marks = ft.Row([where_chip(part) for part in item.money], spacing=8, run_spacing=6, wrap=True)
    words = ft.Column([head, text(begun, Style.SMALL, Colour.TEXT_2), marks], spacing=4, expand=True)
    row = ft.Row([words, ft.Icon(ft.Icons.CHEVRON_RIGHT_ROUNDED, color=Colour.TEXT_3)], spacing=14)
    name = f"{item.title}. {begun}. {' '.join(places)}"
    way = paths.payment(item.id)
    return target(row, name, lambda _: page.navigate(way), padding=16, align=ft.Alignment.CENTER_LEFT)
