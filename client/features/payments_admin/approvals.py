"""Refunds that wait for the word of a second admin, and those that had it."""

from collections.abc import Callable
from typing import Any

import flet as ft

from client.core.action import Action
from client.core.boundaries import panel, screen
from client.core.hooks import use_once
from client.core.language import t
from client.core.routing import use_query
from client.core.session import use_session
from client.core.tasks import use_task
from client.core.title import use_title
from client.design.feedback import empty
from client.design.layout import scroll_page, use_size
from client.design.rows import keyed
from client.design.scroll_place import Pages, use_scroll_place
from client.features.payments_admin.frame import APPROVALS, money_header, more_or_fewer, of_payment
from client.features.payments_admin.requests import request_row, use_request_acts
from client.features.payments_admin.state import ApprovalsState
from client.parts.panels import failed, loading_rows, next_page
from client.parts.shell import admin_shell
from shared_models.payments_admin import RefundRequestRead

DECIDED = "decided"


@screen
def AdminRefundsScreen() -> ft.Control:
    """Refunds for a second admin."""
    use_title(t("To agree to"))
    return admin_shell(_Approvals(), "money")


@panel
def _Approvals() -> ft.Control:
    session, size, page = use_session(), use_size(), ft.context.page
    query, set_query = use_query()
    decided = query.get("show", "") == DECIDED
    state = use_once(lambda: ApprovalsState(session.http))
    load, more = use_once(lambda: Action(state.load, latest=True)), use_once(lambda: Action(state.more))
    acts = use_request_acts(state.approve, state.reject)

    async def fetch(_: Any = None) -> None:
        await load.start(decided)

    use_task(fetch, [decided], on_return=True)
    place = use_scroll_place(state.rows is not None, Pages(lambda: len(state.rows or ()), more.start))
    me = session.me.id if session.me is not None else None
    summary = t("Above a limit a refund wants the word of a second admin.")
    body = [
        *money_header(page, APPROVALS, summary, waiting=state.waiting),
        more_or_fewer(t("Waiting"), t("Decided"), DECIDED, decided, set_query),
        *_list(page, state, load, fetch, lambda row: request_row(row, me, acts, None), decided=decided),
        *next_page(state.next_cursor, more),
    ]
    return scroll_page(body, size, spacing=16, place=place)


def _list(
    page: ft.Page,
    state: ApprovalsState,
    load: Action,
    again: Any,
    row_of: Callable[[RefundRequestRead], ft.Control],
    *,
    decided: bool,
) -> list[ft.Control]:
    if load.problem is not None:
        return [failed(t("The refunds did not load"), load.problem, again, busy=load.running)]
    if state.rows is None:
        return [loading_rows(t("Loading the refunds"), rows=3)]
    if not state.rows:
        if decided:
            return [empty(t("Nothing was decided yet"), t("Who wanted it, who agreed and why stands here."))]
        return [
            empty(t("Nothing waits for you"), t("A refund above the limit stands here until a second admin agrees."))
        ]
    return [
        keyed(
            row.id,
            of_payment(page, row.payment_id, f"{row.title} · {row.payer_name or t('No name')}", row_of(row)),
        )
        for row in state.rows
    ]
