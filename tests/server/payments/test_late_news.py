"""Whatever is told, however often, in whatever order and however late: the books are the same, byte for byte."""

import json
import os
import random
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

import pytest
import stripe
import time_machine
from sqlalchemy import text

from server.core import clock
from server.core.database import Database
from server.invariants import violations
from server.payments.service import news
from tests.databases import create_database, drop_database
from tests.payment_provider import Provider
from tests.server.payments.conftest import Till

PLAIN, DISPUTED, ASKED_ABOUT = "4242424242424242", "4000000000000259", "4000000000001976"
PENDING, FAILS = "4000000000007726", "4000000000005126"
KINDS = {
    "charge.captured", "charge.dispute.closed", "charge.dispute.created", "charge.dispute.funds_reinstated",
    "charge.dispute.funds_withdrawn", "charge.dispute.updated", "charge.failed", "charge.refunded",
    "charge.succeeded", "checkout.session.completed", "checkout.session.expired", "customer.created",
    "payment_intent.amount_capturable_updated", "payment_intent.canceled", "payment_intent.created",
    "payment_intent.payment_failed", "payment_intent.succeeded", "refund.created", "refund.failed", "refund.updated",
}  # fmt: skip
"""Every kind of event that the provider tells us of payments, refunds and disputes here: we have it capture at once, so
that no charge is updated later."""
BOOKS = text(
    "SELECT entry.kind, entry.source, coalesce(refund.external_id, entry.external_id) AS told, entry.about_id, "
    "entry.lines, (SELECT kind || ' ' || source FROM ledger_entry reversed WHERE reversed.id = entry.reverses), "
    "CASE WHEN entry.source = 'stripe' AND entry.kind <> 'dispute_lost' THEN entry.happened_at::text END, code, "
    "replace(owner, :payer, 'payer'), posting.currency, posting.amount_minor FROM ledger_entry entry "
    "JOIN ledger_posting posting ON entry_id = entry.id JOIN ledger_account account ON account.id = account_id "
    "LEFT JOIN refund ON entry.source = 'own' AND refund.id::text = entry.external_id "
    "ORDER BY entry.kind, entry.source, told, code, owner, posting.amount_minor"
)
"""All that stands in the books, but for ids of ours and the instants at which we wrote."""
ROWS = text(
    "SELECT payment.id, payment.status, is_disputed, is_late, lost_stay_minor, lost_taxes::text, "
    "(SELECT string_agg(concat_ws(' ', external_id, status, amount_minor, is_credited), ';' ORDER BY external_id) "
    "FROM refund WHERE payment_id = payment.id), (SELECT string_agg(concat_ws(' ', external_id, dispute.status, "
    "taken_minor, movements::text, lost_as), ';' ORDER BY external_id) FROM dispute WHERE payment_id = payment.id) "
    "FROM payment ORDER BY payment.id"
)


async def dump(till: Till) -> bytes:
    """The books, and where each payment, refund and dispute stands, as bytes."""
    async with till.database.engine.connect() as connection:
        books = (await connection.execute(BOOKS, {"payer": str(till.payer_id)})).all()
        rows = (await connection.execute(ROWS)).all()
    return "\n".join(repr(tuple(row)) for row in (*books, *rows)).encode()


async def all_events(provider: Provider) -> list[stripe.Event]:
    """Everything that happened, the oldest first."""
    found = await provider.stripe.v1.events.list_async({"limit": 100})
    return list(reversed([event async for event in found.auto_paging_iter()]))


async def tell(till: Till, events: Sequence[stripe.Event]) -> None:
    """Tell what happened, signed now."""
    for event in events:
        body = json.dumps(event.to_dict()).encode()
        header = stripe.WebhookSignature.generate_signature_header(
            body.decode(), till.settings.stripe_event_secret, timestamp=int(clock.now().timestamp())
        )
        async with till.database.transaction() as session:
            await news.receive(session, till.settings, body, header)


async def _charge(till: Till, id_: UUID) -> str:
    intent = await till.provider.stripe.v1.payment_intents.retrieve_async(await _intent(till, id_))
    return str(intent.latest_charge)


async def _intent(till: Till, id_: UUID) -> str:
    payment = await till.payment(id_)
    session = await till.provider.stripe.v1.checkout.sessions.retrieve_async(str(payment.session_id))
    return str(session.payment_intent)


async def _dispute(till: Till, id_: UUID) -> str:
    found = await till.provider.stripe.v1.disputes.list_async({"payment_intent": await _intent(till, id_)})
    return found.data[0].id


async def refunds_on_their_way(till: Till) -> None:
    """What we ask the provider for: all of our calls are made before its news is kept back."""
    for number in (PENDING, FAILS, FAILS):
        paid = await till.paid(number=number)
        await till.refund(paid.id, 4800, 200)
        await till.work()


async def much_happens(till: Till, bills: Sequence[UUID]) -> None:
    """At the provider, while nobody hears of it: paid, declined, held and let go, refunded by hand, disputed to each of
    its ends, and a page that nobody paid on."""
    control, api = till.provider, till.provider.stripe.v1
    plain, won, lost, asked, left, held, captured, _ = bills
    page = (await till.payment(plain)).page_url
    assert page is not None
    await control.http.post(page, data={"number": "4000000000000002", "email": "a@b.example", "name": "A"})
    for id_, number in (
        (plain, PLAIN), (won, DISPUTED), (lost, DISPUTED), (asked, ASKED_ABOUT), (left, ASKED_ABOUT), (held, PLAIN),
        (captured, PLAIN),
    ):  # fmt: skip
        await till.pay(id_, number)
        if id_ == lost:
            await api.refunds.create_async({"payment_intent": await _intent(till, lost), "amount": 2500})
    await api.payment_intents.cancel_async(await _intent(till, held))
    await api.payment_intents.capture_async(await _intent(till, captured))
    for amount in (3000, 7000):
        await api.refunds.create_async({"payment_intent": await _intent(till, plain), "amount": amount})
    await control.advance(hours=2)  # refunds arrive or fail, pages end, those who dispute have done so
    await api.disputes.update_async(
        await _dispute(till, won), {"evidence": {"uncategorized_text": "winning_evidence"}, "submit": True}
    )
    await control.press(await _dispute(till, lost), "lose")
    await control.press(await _dispute(till, asked), "escalate")
    await control.press(await _dispute(till, asked), "lose")
    await control.press(await _dispute(till, left), "drop")
    await control.advance(2)


@pytest.mark.prove
async def test_every_kind_of_event_three_times_shuffled_three_days_late_makes_the_same_books(
    till: Till, postgres_url: str
) -> None:
    await refunds_on_their_way(till)
    bills = [await till.bill(till.a_bill(is_held=number in (5, 6))) for number in range(8)]
    await till.work()
    await till.database.engine.dispose()
    name = f"estospaces_late_{os.getpid()}"
    copy = await create_database(postgres_url, name, urlsplit(str(till.database.url)).path.removeprefix("/"))
    before = len(await all_events(till.provider))
    await much_happens(till, bills)
    events = (await all_events(till.provider))[before:]
    assert {event.type for event in await all_events(till.provider)} == KINDS
    await tell(till, events)
    await till.work()
    in_order = await dump(till)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(drop_database, postgres_url, name)
        late = replace(till, database=Database(copy, pool=10))
        stack.push_async_callback(late.database.close)
        told = list(events) * 3
        random.Random(1).shuffle(told)
        with time_machine.travel(clock.now() + timedelta(days=3)):
            for start in range(0, len(told), 40):
                await tell(late, told[start : start + 40])
                await late.work()
        assert await dump(late) == in_order
        assert await violations(late.database) == []
    assert await till.clearing() == await till.provider.balance()
    assert in_order.count(b"dispute_opened") == 2 * 3
