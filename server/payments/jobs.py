"""Calls to the payment provider, each made once, and looks at what has come of them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.core import attempts, clock, inbox
from server.core.attempts import Steps
from server.core.jobs import ExternalJob, Queue, external_job, job
from server.core.retries import PROVIDERS
from server.payments.gateway.calling import NotReached
from server.payments.gateway.cards import detach_card, read_cards
from server.payments.gateway.checkout import end_page, open_page
from server.payments.gateway.customers import delete_customer, make_customer
from server.payments.gateway.payments import capture, read_payment, void
from server.payments.gateway.refunds import send_refund
from server.payments.rules import STRIPE
from server.payments.service import calls, cards, customers, ending, holds, news, pages, refunds, settling

_CALLS: Mapping[str, Steps[Any, Any]] = {
    customers.MAKE_CUSTOMER: Steps(
        customers.customer_request, make_customer, customers.customer_made, pages.page_refused
    ),
    customers.DELETE_CUSTOMER: Steps(customers.delete_request, delete_customer, customers.customer_deleted),
    cards.DETACH_CARD: Steps(cards.detach_request, detach_card, cards.card_detached),
    calls.OPEN_PAGE: Steps(pages.page_request, open_page, pages.page_opened, pages.page_refused),
    refunds.SEND_REFUND: Steps(refunds.refund_request, send_refund, refunds.refund_sent, refunds.refund_refused),
    ending.END_PAGE: Steps(ending.end_request, end_page, ending.acted, ending.not_acted),
    ending.VOID: Steps(ending.void_request, void, ending.acted, ending.not_acted),
    holds.CAPTURE: Steps(holds.capture_request, capture, ending.acted, ending.not_acted),
}
for name, steps in _CALLS.items():
    attempts.declare(name, steps, queue=Queue.PROVIDERS, retry=PROVIDERS)
inbox.declare(STRIPE, news.hear)


@external_job(news.LOOK, queue=Queue.PROVIDERS, retry=PROVIDERS)
async def look(external: ExternalJob, payment_id: str, is_asked_after: bool = False) -> None:
    """Read what has come of a payment, and settle it. One that is asked after by the clock is asked after again."""
    async with external.database.transaction() as session:
        session_id = await news.session_of(session, UUID(payment_id))
        if session_id is None:
            await settling.tell(session, UUID(payment_id))
            return
    try:
        seen = await read_payment(external.settings, UUID(payment_id), session_id)
    except NotReached:
        if is_asked_after:
            return
        raise
    async with external.database.transaction() as session:
        await settling.settle(session, seen)


@external_job(cards.READ_CARDS, queue=Queue.PROVIDERS, retry=PROVIDERS)
async def look_at_cards(external: ExternalJob, person_id: str) -> None:
    """Read which cards somebody has saved, and write that down."""
    async with external.database.transaction() as session:
        customer_id = await cards.customer_of(session, UUID(person_id))
    if customer_id is None:
        return
    seen = await read_cards(external.settings, customer_id)
    async with external.database.transaction() as session:
        await cards.keep(session, UUID(person_id), seen)


@job("payments.refresh_cards", queue=Queue.BULK, cron="29 * * * *")
async def refresh_cards(session: AsyncSession) -> None:
    """A card that was removed at the provider, and of which no event came, is listed for a day at most."""
    await cards.refresh(session, clock.now().hour)


@job("payments.ask_after", queue=Queue.DEFAULT, cron="* * * * *")
async def ask_after(session: AsyncSession) -> None:
    """Nothing stays unheard of because an event was lost, and no card holds what nobody wants."""
    await news.ask_after(session)
    await ending.let_go_in_time(session)
