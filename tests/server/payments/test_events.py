"""What the provider tells: only what it signed, only what is fresh, each once, in any order."""

import json
import random
from datetime import timedelta
from typing import Any

import pytest
import stripe
import time_machine
from sqlalchemy import text

from server.core import clock, failed_jobs, jobs
from server.payments.repository import Payments
from tests.payment_provider import Provider
from tests.server.payments.conftest import EVENTS, Till


def signed(till: Till, body: bytes, *, secret: str | None = None, at: int | None = None) -> dict[str, str]:
    """The header that Stripe would send."""
    given = secret or till.settings.stripe_event_secret
    header = stripe.WebhookSignature.generate_signature_header(body.decode(), given, timestamp=at)
    return {"Stripe-Signature": header, "Content-Type": "application/json"}


async def events(provider: Provider) -> list[bytes]:
    """Everything that happened, as it would be told."""
    found = await provider.stripe.v1.events.list_async({"limit": 100})
    return [json.dumps(event.to_dict()).encode() for event in reversed(found.data)]


async def tell(till: Till, body: bytes, headers: dict[str, str] | None = None) -> int:
    reply = await till.api.post(EVENTS, content=body, headers=signed(till, body) if headers is None else headers)
    return reply.status_code


async def kept(till: Till) -> int:
    async with till.database.engine.connect() as connection:
        return int(await connection.scalar(text("SELECT count(*) FROM inbox_event")) or 0)


async def test_what_is_told_is_kept_answered_and_followed(till: Till) -> None:
    id_ = await till.bill()
    await till.work()
    await till.pay(id_)
    for body in await events(till.provider):
        assert await tell(till, body) == 200
    await till.work()
    assert (await till.payment(id_)).status == "captured"
    assert len(till.fulfilled) == 1


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_events_three_times_and_shuffled_make_the_same_books(till: Till, seed: int) -> None:
    id_ = await till.bill()
    await till.work()
    await till.pay(id_)
    told = (await events(till.provider)) * 3
    random.Random(seed).shuffle(told)
    for body in told:
        assert await tell(till, body) == 200
        if random.Random(seed).random() < 0.3:
            await till.work()
    await till.work()
    assert await kept(till) == len(told) // 3
    assert (await till.kinds(), len(till.fulfilled)) == (["charge", "provider_fee"], 1)
    assert await till.clearing() == await till.provider.balance()


async def test_what_is_forged_altered_or_old_is_refused_and_not_kept(till: Till) -> None:
    body = b'{"id": "evt_1", "type": "charge.succeeded", "api_version": "2026-10-28.endive", "data": {"object": {}}}'
    now = int(clock.now().timestamp())
    wrong: list[tuple[bytes, dict[str, str]]] = [
        (body, {}),
        (body, {"Stripe-Signature": ""}),
        (body, {"Stripe-Signature": "t=1,v1=abc"}),
        (body, {"Stripe-Signature": "v1=abc"}),
        (body, signed(till, body, secret="whsec_another")),
        (body.replace(b"evt_1", b"evt_2"), signed(till, body)),
        (body[:-1], signed(till, body)),
        (body, signed(till, body, at=now - 301)),
        (body, signed(till, body, at=now + 310)),
        (b"\xff\xfe", {"Stripe-Signature": "t=1,v1=abc"}),
        (b"", signed(till, b"")),
        *((broken, signed(till, broken)) for broken in (b"[]", b"{}", b"1", b"nothing", b'{"id": 1, "type": "x"}')),
    ]
    for sent, headers in wrong:
        assert await tell(till, sent, headers) == 400, (sent, headers)
    assert await kept(till) == 0
    for at in (now - 290, now + 290):
        assert await tell(till, body, signed(till, body, at=at)) == 200
    assert await kept(till) == 1


async def test_without_a_secret_nobody_is_believed(till: Till) -> None:
    till.settings.stripe_secret_key = "sk_live_of_somebody"  # type: ignore[assignment]
    body = b'{"id": "evt_1", "type": "charge.succeeded", "api_version": "2026-10-28.endive", "data": {"object": {}}}'
    for secret in ("whsec_estospaces_sandbox", "", "None"):
        header = signed(till, body, secret=secret or "x")
        assert await tell(till, body, header) == 400


async def test_an_event_of_another_version_opens_a_case(till: Till) -> None:
    await _told(till, api_version="2020-01-01")
    async with till.database.transaction() as session:
        assert (await failed_jobs.standing(session, ["inbox.stripe"]))["inbox.stripe"].error == "OtherVersion"


@pytest.mark.parametrize("kind", ["product.created", "charge.succeeded"])
async def test_events_of_other_kinds_and_of_others_payments_are_kept_and_change_nothing(till: Till, kind: str) -> None:
    await _told(till, type=kind)
    assert (await kept(till), await till.kinds(), await till.waiting("payments.look")) == (1, [], 0)
    async with till.database.transaction() as session:
        assert await failed_jobs.standing(session, ["inbox.stripe"]) == {}


async def _told(till: Till, **more: Any) -> None:
    event = {"id": "evt_1", "type": "charge.succeeded", "api_version": "2026-10-28.endive"}
    event["data"] = {"object": {"object": "charge", "id": "ch_x", "payment_intent": "pi_x", "metadata": {}}}  # type: ignore[assignment]
    body = json.dumps(event | more).encode()
    assert await tell(till, body) == 200
    await till.work()


async def test_a_page_that_ends_unpaid_is_not_taken_for_another_payment(till: Till) -> None:
    unpaid = [await till.bill() for _ in range(3)]
    await till.work()
    await till.provider.advance(minutes=40)
    another = await till.bill(till.a_bill(expires_at=clock.now() + timedelta(hours=2)))
    ended = [body for body in await events(till.provider) if b"checkout.session.expired" in body]
    for body in reversed(ended):
        assert await tell(till, body) == 200
    await till.work()
    assert [(await till.payment(id_)).status for id_ in unpaid] == ["expired"] * 3
    assert (await till.payment(another)).status == "open"


@pytest.mark.parametrize("ids", [{}, {"intent": "pi_x"}, {"session": "cs_x"}, {"payment": "not ours"}])
async def test_what_says_nothing_of_a_payment_is_of_none(till: Till, ids: dict[str, str]) -> None:
    await till.bill()
    async with till.database.transaction() as session:
        assert await Payments(session).known_as(ids) is None


async def test_a_page_whose_answer_was_lost_is_known_by_its_event(till: Till) -> None:
    await till.provider.fault("drop_after", "/v1/checkout/sessions")
    id_ = await till.bill()
    await till.work()
    (session,) = (await till.provider.stripe.v1.checkout.sessions.list_async()).data
    assert session.url is not None
    await till.provider.http.post(session.url, data={"number": "4242424242424242", "email": "a@b.example", "name": "A"})
    await till.provider.advance(2)
    for body in await events(till.provider):
        await tell(till, body)
    await till.work()
    assert ((await till.payment(id_)).status, len(till.fulfilled)) == ("captured", 1)
    with time_machine.travel(clock.now() + timedelta(hours=1)):
        await till.again()  # the call that waited finds nothing to do
    assert (await till.payment(id_)).status == "captured"


@pytest.mark.parametrize(
    ("kind", "about"),
    [
        ("checkout.session.completed", {"object": "checkout.session", "id": "SESSION"}),
        ("payment_intent.succeeded", {"object": "payment_intent", "id": "INTENT"}),
        ("charge.updated", {"object": "charge", "id": "ch_1", "payment_intent": "INTENT"}),
        ("refund.updated", {"object": "refund", "id": "re_1", "payment_intent": "INTENT"}),
        ("charge.succeeded", {"object": "charge", "id": "ch_1", "metadata": {"payment_id": "OURS"}}),
    ],
)
async def test_a_payment_is_known_by_whichever_of_its_ids_is_told(till: Till, kind: str, about: dict[str, Any]) -> None:
    paid, other = await till.paid(), await till.paid()
    ids = {"SESSION": str(paid.session_id), "INTENT": str(paid.intent_id), "OURS": str(paid.id)}
    text_of = json.dumps(about)
    for placeholder, id_ in ids.items():
        text_of = text_of.replace(placeholder, id_)
    await _tell_of(till, type=kind, data={"object": json.loads(text_of)})
    assert await till.looks_waiting() == [str(paid.id)] != [str(other.id)]


async def _tell_of(till: Till, **event: Any) -> None:
    body = json.dumps({"id": "evt_1", "api_version": "2026-10-28.endive", **event}).encode()
    assert await tell(till, body) == 200
    async with till.database.engine.connect() as connection:
        event_id = await connection.scalar(text("SELECT id FROM inbox_event WHERE external_id = 'evt_1'"))
    await jobs.run_now(till.database, "inbox.stripe", {"event_id": str(event_id)}, till.settings)
