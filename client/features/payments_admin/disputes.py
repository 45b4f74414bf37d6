"""What banks ask about or have taken back: how much, why, and until when we may answer."""

from typing import Any

import flet as ft

from client.core import clock
from client.core.action import Action
from client.core.boundaries import panel, screen
from client.core.hooks import use_once
from client.core.language import instant, money, t, tn
from client.core.routing import use_query
from client.core.session import use_session
from client.core.tasks import use_task
from client.core.title import use_title
from client.design.chips import status_chip
from client.design.feedback import empty
from client.design.layout import scroll_page, use_size
from client.design.rows import keyed
from client.design.scroll_place import Pages, use_scroll_place
from client.design.text import copyable, text
from client.design.tokens import Colour, Status, Style
from client.features.payments_admin.frame import DISPUTES, ZONE, money_header, more_or_fewer, of_payment
from client.features.payments_admin.state import DisputesState
from client.features.payments_admin.words import dispute_status
from client.parts.dispute_words import dispute_reason_word
from client.parts.panels import failed, loading_rows, next_page
from client.parts.shell import admin_shell
from shared_models.payments import TO_BE_ANSWERED
from shared_models.payments_admin import DisputeRead

ALL = "all"


@screen
def AdminDisputesScreen() -> ft.Control:
    """What is disputed."""
    use_title(t("Disputes"))
    return admin_shell(_Disputes(), "money")


@panel
def _Disputes() -> ft.Control:
    session, size, page = use_session(), use_size(), ft.context.page
    query, set_query = use_query()
    all_ = query.get("show", "") == ALL
    state = use_once(lambda: DisputesState(session.http))
    load, more = use_once(lambda: Action(state.load, latest=True)), use_once(lambda: Action(state.more))

    async def fetch(_: Any = None) -> None:
        await load.start(all_)

    use_task(fetch, [all_], on_return=True)
    place = use_scroll_place(state.rows is not None, Pages(lambda: len(state.rows or ()), more.start))
    number = tn("{n} dispute is not decided.", "{n} disputes are not decided.", state.undecided)
    summary = number if state.undecided else t("What banks ask about, or have taken back.")
    body = [
        *money_header(page, DISPUTES, summary),
        more_or_fewer(t("Not decided"), t("All"), ALL, all_, set_query),
        *_list(page, state, load, fetch, all_=all_),
        *next_page(state.next_cursor, more),
    ]
    return scroll_page(body, size, spacing=16, place=place)


def _list(page: ft.Page, state: DisputesState, load: Action, again: Any, *, all_: bool) -> list[ft.Control]:
    if load.problem is not None:
        return [failed(t("The disputes did not load"), load.problem, again, busy=load.running)]
    if state.rows is None:
        return [loading_rows(t("Loading the disputes"), rows=3)]
    if not state.rows:
        title = t("Nobody has disputed a payment") if all_ else t("No bank has anything to decide")
        return [empty(title, t("When a bank takes a payment back, it stands here, with the day by which to answer."))]
    return [keyed(row.id, of_payment(page, row.payment_id, _title(row), dispute_lines(row))) for row in state.rows]


def _title(row: DisputeRead) -> str:
    return " · ".join(part for part in (row.title, row.reference, row.payer_name) if part)


def dispute_lines(row: DisputeRead) -> ft.Control:
    """How much, why and where it stands, with the day by which to answer."""
    chips: list[ft.Control] = [status_chip(*dispute_status(row.status))]
    if row.answer_by is not None and row.status in TO_BE_ANSWERED:
        late = row.answer_by < clock.now()
        words = t("Answer by {when}", when=instant(row.answer_by, ZONE))
        chips.append(status_chip(words, Status.DANGER if late else Status.WAITING, ft.Icons.SCHEDULE_ROUNDED))
    return ft.Column(
        [
            text(t("{amount}: {why}", amount=money(row.amount), why=dispute_reason_word(row.reason)), Style.STRONG),
            text(t("Since {when}", when=instant(row.opened_at, ZONE)), Style.SMALL, Colour.TEXT_2),
            ft.Row(chips, wrap=True, spacing=6, run_spacing=4),
            copyable(row.external_id, Style.SMALL, Colour.TEXT_3),
        ],
        spacing=4,
        tight=True,
    )
