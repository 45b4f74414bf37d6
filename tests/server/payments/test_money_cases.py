"""What a person of ours has to decide about money: a dispute by its deadline, a refund that did not arrive."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import text

from server.core.errors import InvalidTransition
from server.invariants import violations
from server.payments.service import deciding
from server.payments.tables import PaymentTable
from shared_models.auth import Role
from shared_models.cases import CaseDecision, CaseOutcome
from tests.conftest import Api, MakePerson
from tests.server.payments.conftest import Till
from tests.server.payments.test_disputes import decide, dispute, refunds_there

FAILS = "4000000000005126"


@pytest.fixture
async def ada(api: Api, a_person: MakePerson) -> Api:
    """An admin."""
    return api.as_(await a_person(Role.ADMIN, name="Ada"))


async def only_case(ada: Api, **asked: Any) -> dict[str, Any]:
    (case,) = (await ada.get("/cases", params=asked)).json()["items"]
    return dict((await ada.get(f"/cases/{case['id']}")).json())


async def failed_refund(till: Till) -> PaymentTable:
    """A payment of 100.00, of which a refund of 52.00 came back."""
    paid = await till.paid(number=FAILS)
    await till.refund(paid.id, 4800, 400)
    await till.work()
    await till.provider.advance(hours=2)
    await till.look(paid.id)
    return paid


async def test_a_dispute_opens_a_case_with_its_deadline_and_all_that_is_asked_about_it(till: Till, ada: Api) -> None:
    paid = await till.paid()
    await dispute(till, paid, reason="product_not_received")
    case = await only_case(ada, kind="dispute")
    assert (case["title"], case["status"], case["words"]) == ("Two nights in Leith", "waiting", ["not_received"])
    money = case["money"]
    assert (money["amount"], money["paid"]) == ({"amount_minor": 10_000, "currency": "GBP"},) * 2
    assert (money["dispute"], money["reason"], money["payment_id"]) == ("needs_response", "not_received", str(paid.id))
    assert case["due_at"] == money["answer_by"]
    left = datetime.fromisoformat(money["answer_by"]) - datetime.fromisoformat(case["opened_at"])
    assert 6.9 < left.total_seconds() / 86_400 < 7.1
    assert case["whose"]
    assert (await ada.get("/today/admin")).json()["counts"]["dispute"] == 1


@pytest.mark.parametrize(("button", "outcome"), [("win", "won"), ("lose", "lost")])
async def test_the_case_ends_with_the_dispute(till: Till, ada: Api, button: str, outcome: str) -> None:
    paid = await till.paid()
    await decide(till, paid, await dispute(till, paid), button)
    closed = await only_case(ada, closed=True)
    assert (closed["outcome"], closed["money"]["dispute"], closed["owner_name"]) == (outcome, outcome, "")


async def test_an_answer_at_the_provider_ends_the_case_and_what_the_bank_decides_opens_none(
    till: Till, ada: Api
) -> None:
    paid = await till.paid()
    found = await dispute(till, paid)
    await till.provider.stripe.v1.disputes.update_async(found, {"evidence": {"customer_name": "Ann"}, "submit": True})
    await till.look(paid.id)
    closed = await only_case(ada, closed=True)
    assert (closed["outcome"], closed["money"]["dispute"]) == ("answered", "under_review")
    await decide(till, paid, found, "lose")
    assert (await ada.get("/cases")).json()["items"] == []


async def test_an_admin_says_that_a_dispute_is_answered(till: Till, ada: Api) -> None:
    paid = await till.paid()
    await dispute(till, paid)
    case = await only_case(ada)
    said = {"outcome": "answered", "note": "Sent the messages and the photo of the key."}
    closed = (await ada.post(f"/cases/{case['id']}/decide", said)).json()
    assert (closed["outcome"], closed["owner_name"]) == ("answered", "Ada")
    assert closed["log"][-1]["note"] == said["note"]
    await till.look(paid.id)  # it still waits for the bank, and nobody is asked again
    assert (await ada.get("/cases")).json()["items"] == []


async def test_an_inquiry_opens_a_case_and_taking_the_money_another(till: Till, ada: Api) -> None:
    paid = await till.paid()
    found = await dispute(till, paid, "inquire")
    case = await only_case(ada)
    assert case["money"]["dispute"] == "inquiry"
    await ada.post(f"/cases/{case['id']}/decide", {"outcome": "answered"})
    await decide(till, paid, found, "escalate")
    assert (await only_case(ada))["money"]["dispute"] == "needs_response"


async def test_an_inquiry_that_is_left_takes_its_case_along(till: Till, ada: Api) -> None:
    paid = await till.paid()
    await decide(till, paid, await dispute(till, paid, "inquire"), "drop")
    assert (await only_case(ada, closed=True))["outcome"] == "withdrawn"


async def test_what_was_over_before_we_heard_of_it_is_nobodys_to_decide(till: Till, ada: Api) -> None:
    paid = await till.paid()
    intent = await till.provider.stripe.v1.payment_intents.retrieve_async(str(paid.intent_id))
    found = await till.provider.press(str(intent.latest_charge), "dispute")
    await decide(till, paid, str(found["id"]), "lose")
    assert (await till.holds(paid), await till.cases("dispute")) == ({}, [])


async def test_a_refund_that_came_back_opens_a_case(till: Till, ada: Api) -> None:
    paid = await failed_refund(till)
    case = await only_case(ada, kind="failed_refund")
    money = case["money"]
    assert (case["title"], money["payment_id"]) == ("Two nights in Leith", str(paid.id))
    assert (money["amount"]["amount_minor"], money["paid"]["amount_minor"]) == (5200, 10_000)
    assert money["asked_at"] is not None
    for outcome in ("dismissed", "answered", "left_undone"):
        reply = await ada.post(f"/cases/{case['id']}/decide", {"outcome": outcome})
        assert (reply.status_code, reply.json()["errors"][0]["field"]) == (422, "outcome")


async def test_a_refund_that_a_bank_gives_back_pending_opens_one_too(till: Till) -> None:
    paid = await till.paid(number="4000000000007726")
    refund = await till.refund(paid.id, 4800)
    await till.work()
    await till.provider.press(str((await till.refund_row(refund)).external_id), "cancel")
    await till.look(paid.id)
    assert await till.cases("failed_refund") == [(refund, "waiting", None)]


async def test_it_is_sent_again_of_what_the_tenant_has_with_us(till: Till, ada: Api) -> None:
    paid = await failed_refund(till)
    case = await only_case(ada)
    closed = (await ada.post(f"/cases/{case['id']}/decide", {"outcome": "sent_again"})).json()
    assert (closed["status"], closed["outcome"], closed["owner_name"]) == ("closed", "sent_again", "Ada")
    assert await till.credit() == {}
    await till.work()
    assert await refunds_there(till) == 2
    assert await till.clearing() == await till.provider.balance()
    assert await violations(till.database) == []
    await till.provider.advance(hours=2)  # and comes back again: another case
    await till.look(paid.id)
    again = await only_case(ada)
    assert (again["id"] != case["id"], again["money"]["amount"]["amount_minor"]) == (True, 5200)
    assert await till.credit() == {("tenant_credit", "GBP"): 5200}


async def test_it_is_paid_another_way_and_the_note_says_how(till: Till, ada: Api) -> None:
    await failed_refund(till)
    case = await only_case(ada)
    path = f"/cases/{case['id']}/decide"
    for note in (None, "", "  ", "\u200b"):
        assert (await ada.post(path, {"outcome": "paid_otherwise", "note": note})).status_code == 422
    assert await till.credit() == {("tenant_credit", "GBP"): 5200}
    closed = (await ada.post(path, {"outcome": "paid_otherwise", "note": "By transfer on 3 March."})).json()
    assert (closed["outcome"], closed["log"][-1]["note"]) == ("paid_otherwise", "By transfer on 3 March.")
    assert (await till.credit(), await till.bank()) == ({}, -5200)
    assert (await ada.post(path, {"outcome": "sent_again"})).status_code == 409  # twice is not
    assert await violations(till.database) == []


async def test_what_was_paid_another_way_is_not_with_us_any_more(till: Till, ada: Api, a_person: MakePerson) -> None:
    paid = await failed_refund(till)
    case = await only_case(ada)
    said = {"outcome": "paid_otherwise", "note": "By transfer."}
    assert (await ada.post(f"/cases/{case['id']}/decide", said)).status_code == 200
    admin, (row,) = (await a_person(Role.ADMIN)).identity, await till.refunds_of(paid.id)
    for again in (CaseDecision(outcome=CaseOutcome.SENT_AGAIN), CaseDecision.model_validate(said)):
        async with till.database.transaction() as session:
            with pytest.raises(InvalidTransition):  # whatever the case says
                await deciding.decide_refund(session, admin, row.id, again)
    assert (await till.credit(), await till.bank()) == ({}, -5200)


async def test_what_the_bank_has_given_meanwhile_is_not_paid_a_second_time(till: Till, ada: Api) -> None:
    paid = await failed_refund(till)
    case = await only_case(ada)
    await decide(till, paid, await dispute(till, paid), "lose")
    for said in ({"outcome": "sent_again"}, {"outcome": "paid_otherwise", "note": "By transfer."}):
        reply = await ada.post(f"/cases/{case['id']}/decide", said)
        assert (reply.status_code, reply.json()["code"]) == (409, "invalid_transition")
    assert (await till.credit(), await till.bank()) == ({}, 0)


async def test_what_the_bank_has_given_a_part_of_is_not_sent_as_a_whole(till: Till, ada: Api) -> None:
    paid = await failed_refund(till)
    case = await only_case(ada)
    await decide(till, paid, await dispute(till, paid, amount=7_000), "lose")
    assert await till.credit() == {("tenant_credit", "GBP"): 3_000}
    reply = await ada.post(f"/cases/{case['id']}/decide", {"outcome": "sent_again"})
    assert (reply.status_code, reply.json()["detail"]) == (409, "The payer has this money already.")
    assert await till.credit() == {("tenant_credit", "GBP"): 3_000}


async def test_what_failed_of_one_payment_leaves_the_rest_to_be_refunded_and_no_more(till: Till) -> None:
    """What came back is the payer's with us: it is not left of the payment a second time."""
    paid = await failed_refund(till)
    await till.refund(paid.id, 4800)
    assert await till.holds(paid) == {("refunds_payable", "GBP"): 4800}
    assert await violations(till.database) == []


async def test_what_is_sent_again_is_not_deducted_a_second_time(till: Till, ada: Api) -> None:
    paid = await failed_refund(till)
    case = await only_case(ada)
    assert (await ada.post(f"/cases/{case['id']}/decide", {"outcome": "sent_again"})).status_code == 200
    await till.refund(paid.id, 4800)
    assert await till.holds(paid) == {("refunds_payable", "GBP"): 10_000}
    with pytest.raises(InvalidTransition):
        await till.refund(paid.id, 1)
    assert await violations(till.database) == []


async def test_who_decides_about_money_holds_its_payment_first(till: Till, a_person: MakePerson) -> None:
    paid, admin = await failed_refund(till), (await a_person(Role.ADMIN)).identity
    (refund,) = await till.refunds_of(paid.id)
    await dispute(till, paid)
    async with till.database.transaction() as session:
        disputed = await session.scalar(text("SELECT id FROM dispute"))
    free = text("SELECT id FROM payment WHERE id = :id FOR KEY SHARE SKIP LOCKED")
    sent_again = CaseDecision(outcome=CaseOutcome.SENT_AGAIN)
    for hold in (
        lambda session: deciding.lock_refund(session, refund.id),
        lambda session: deciding.lock_dispute(session, disputed),
        lambda session: deciding.decide_refund(session, admin, refund.id, sent_again),
    ):
        async with till.database.transaction() as session, till.database.transaction() as other:
            await hold(session)
            assert await other.scalar(free, {"id": paid.id}) is None
