"""Payments that nobody wants any more, and what a card holds: whoever comes first, it ends in one place."""

import asyncio
from datetime import timedelta

import pytest
import time_machine

from server.core import failed_jobs
from server.core.errors import InvalidTransition, NotFound
from server.core.ids import new_id
from server.invariants import violations
from server.payments.ledger.rules.entries import Subject
from tests.server.payments.conftest import Till
from tests.server.payments.till_worker import KIND


async def test_a_payment_that_the_provider_has_not_heard_of_is_over_at_once(till: Till) -> None:
    id_ = await till.bill()
    await till.let_go(id_)
    over = await till.payment(id_)
    assert (over.status, over.settled_at is not None) == ("expired", True)
    await till.bill(till.a_bill(subject=Subject(KIND, over.subject_id)))  # and another may be had
    await till.work()
    (session,) = (await till.provider.stripe.v1.checkout.sessions.list_async()).data
    assert session.client_reference_id != str(id_)
    assert till.statuses == ["expired"]  # its room heard of it


async def test_a_page_that_is_let_go_takes_no_payment_and_its_room_hears_of_it(till: Till) -> None:
    id_ = await till.bill()
    await till.work()
    url = (await till.payment(id_)).page_url
    assert url is not None
    await till.let_go(id_)
    (read,) = await till.read(Subject(KIND, (await till.payment(id_)).subject_id))
    assert (read.status, read.page_url) == ("open", None)  # nobody is led to it meanwhile
    await till.let_go(id_)
    await till.work()
    assert ((await till.payment(id_)).status, till.statuses, till.fulfilled) == ("expired", ["expired"], [])
    sent = {"number": "4242424242424242", "email": "a@b.example", "name": "A"}
    assert (await till.provider.http.post(url, data=sent)).status_code != 303
    assert await till.provider.balance() == 0


@pytest.mark.parametrize("fault", ["drop_after", "drop_before"])
async def test_a_page_that_was_under_way_is_ended_right_after(till: Till, fault: str) -> None:
    await till.provider.fault(fault, "/v1/checkout/sessions")
    id_ = await till.bill()
    await till.work()
    await till.let_go(id_)
    assert (await till.payment(id_)).status == "intended"  # it may be there: nobody knows yet
    await till.again()
    assert ((await till.payment(id_)).status, till.statuses) == ("expired", ["expired"])
    (session,) = (await till.provider.stripe.v1.checkout.sessions.list_async()).data
    assert session.status == "expired"


async def test_who_paid_first_has_paid_and_is_asked_about(till: Till) -> None:
    id_ = await till.bill()
    await till.work()
    await till.pay(id_)
    await till.let_go(id_)
    till.sold_out = True
    await till.work()
    assert ((await till.payment(id_)).status, len(till.fulfilled)) == ("captured", 1)
    assert await till.kinds() == ["credit_refund_asked", "late_charge", "provider_fee", "refund_paid"]
    assert await till.clearing() == await till.provider.balance() == -170


async def test_who_let_a_card_hold_it_first_gets_it_let_go(till: Till) -> None:
    id_ = await till.bill(till.a_bill(is_held=True))
    await till.work()
    await till.pay(id_)
    await till.let_go(id_)
    await till.work()
    assert (await till.payment(id_)).status == "voided"
    assert till.statuses[-1] == "voided"


async def test_what_a_card_holds_is_captured_once_when_it_is_wanted(till: Till) -> None:
    held = await till.held()
    assert (held.status, held.settled_at, held.capture_before is not None) == ("authorised", None, True)
    assert (await till.kinds(), await till.provider.balance()) == ([], 0)
    await asyncio.gather(*(till.capture(held.id) for _ in range(3)))
    await till.work()
    assert ((await till.payment(held.id)).status, till.statuses) == ("captured", ["authorised", "captured"])
    await till.capture(held.id)
    await till.work()
    assert (await till.kinds(), len(till.fulfilled)) == (["charge", "provider_fee"], 1)
    assert await till.clearing() == await till.provider.balance() == 10_000 - 170
    assert await violations(till.database) == []


async def test_what_a_card_holds_is_let_go_when_it_is_not_wanted(till: Till) -> None:
    held = await till.held()
    await till.let_go(held.id)
    await till.let_go(held.id)
    await till.work()
    over = await till.payment(held.id)
    assert (over.status, over.settled_at is not None, till.statuses) == ("voided", True, ["authorised", "voided"])
    assert (await till.kinds(), await till.provider.balance()) == ([], 0)
    intent = await till.provider.stripe.v1.payment_intents.retrieve_async(str(held.intent_id))
    assert intent.status == "canceled"


@pytest.mark.parametrize("act", ["capture", "cancel"])
@pytest.mark.parametrize("fault", ["drop_after", "drop_before", "error_after", "error_before", "rate_limit"])
async def test_an_answer_that_is_lost_or_an_error_changes_nothing_of_it(till: Till, act: str, fault: str) -> None:
    held = await till.held()
    await till.provider.fault(fault, f"/v1/payment_intents/{held.intent_id}/{act}")
    await (till.capture if act == "capture" else till.let_go)(held.id)
    await till.work()
    await till.again()
    then = await till.payment(held.id)
    assert (then.status, await till.clearing()) == (("captured", 9830) if act == "capture" else ("voided", 0))
    assert await till.provider.balance() == await till.clearing()


@pytest.mark.parametrize("fault", ["drop_after", "drop_before", "error_after", "error_before", "rate_limit"])
async def test_a_page_ends_whatever_becomes_of_the_answer(till: Till, fault: str) -> None:
    id_ = await till.bill()
    await till.work()
    await till.provider.fault(fault, f"/v1/checkout/sessions/{(await till.payment(id_)).session_id}/expire")
    await till.let_go(id_)
    await till.work()
    await till.again()
    assert (await till.payment(id_)).status == "expired"


async def test_what_was_let_go_is_not_captured_and_what_is_over_stays_over(till: Till) -> None:
    held = await till.held()
    await till.let_go(held.id)
    with pytest.raises(InvalidTransition):
        await till.capture(held.id)
    await till.work()
    with pytest.raises(InvalidTransition):
        await till.capture(held.id)
    await till.let_go(held.id)
    for act in (till.capture, till.let_go):
        with pytest.raises(NotFound):
            await act(new_id())
    paid = await till.paid()
    await till.let_go(paid.id)
    await till.work()
    assert [(await till.payment(each.id)).status for each in (held, paid)] == ["voided", "captured"]
    assert (await till.payment(paid.id)).let_go_at is None


async def test_nothing_is_captured_that_no_card_holds(till: Till) -> None:
    id_ = await till.bill(till.a_bill(is_held=True))
    with pytest.raises(InvalidTransition):
        await till.capture(id_)
    await till.work()
    with pytest.raises(InvalidTransition):
        await till.capture(id_)


async def test_what_is_let_go_before_it_was_captured_is_not_captured(till: Till) -> None:
    held = await till.held()
    await till.capture(held.id)
    await till.let_go(held.id)
    await till.work()
    assert ((await till.payment(held.id)).status, await till.provider.balance()) == ("voided", 0)


async def test_what_was_captured_before_it_was_let_go_is_asked_about(till: Till) -> None:
    held = await till.held()
    await till.provider.stripe.v1.payment_intents.capture_async(str(held.intent_id))  # we have not heard
    till.sold_out = True
    await till.let_go(held.id)
    await till.work()
    assert ((await till.payment(held.id)).status, len(till.fulfilled)) == ("captured", 1)
    assert await till.clearing() == await till.provider.balance() == -170


async def test_a_capture_of_what_the_card_let_go_is_a_case_and_the_room_hears_of_it(till: Till) -> None:
    held = await till.held()
    await till.provider.advance(days=8)
    await till.capture(held.id)
    await till.work()
    assert ((await till.payment(held.id)).status, till.statuses[-1], till.fulfilled) == ("voided", "voided", [])
    async with till.database.transaction() as session:
        assert (await failed_jobs.standing(session, ["payments.capture"]))["payments.capture"].error == "Refused"


async def test_a_hold_that_ended_before_we_heard_of_it_is_over(till: Till) -> None:
    id_ = await till.bill(till.a_bill(is_held=True))
    await till.work()
    await till.pay(id_)
    await till.provider.advance(days=8)
    await till.look(id_)
    assert (await till.payment(id_)).status == "voided"


@pytest.mark.parametrize(("hours", "stands"), [(13, "authorised"), (11, "voided")])
async def test_what_nobody_captured_is_let_go_half_a_day_before_the_card_does(
    till: Till, hours: int, stands: str
) -> None:
    held, wanted = await till.held(), await till.held()
    await till.provider.fault("drop_before", f"/v1/payment_intents/{wanted.intent_id}/capture")
    await till.capture(wanted.id)
    await till.work()
    assert held.capture_before is not None
    with time_machine.travel(held.capture_before - timedelta(hours=hours)):
        await till.ask_after()
        assert (await till.payment(held.id)).status == stands
        await till.again()
    assert (await till.payment(wanted.id)).status == "captured"  # somebody does want it


async def test_a_room_hears_of_a_payment_that_never_had_a_page(till: Till) -> None:
    id_ = await till.bill(till.a_bill(stay=10, tax=0))  # less than can be charged
    await till.work()
    assert ((await till.payment(id_)).status, till.statuses) == ("failed", ["failed"])


async def test_who_lets_go_while_the_page_is_being_asked_for_agrees_with_the_job(till: Till) -> None:
    for _ in range(5):
        id_ = await till.bill()
        await asyncio.gather(till.let_go(id_), till.work())
        await till.again()
        assert (await till.payment(id_)).status == "expired"
    found = (await till.provider.stripe.v1.checkout.sessions.list_async()).data
    assert {session.status for session in found} <= {"expired"}


async def test_who_lets_go_twice_has_let_go_since_the_first_time(till: Till) -> None:
    held, since = await till.held(), []
    for _ in range(2):
        await till.let_go(held.id)
        since.append((await till.payment(held.id)).let_go_at)
    assert since[0] == since[1] is not None
