"""Disputes and refunds that did not arrive, as an admin sees and decides them."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from client.parts.case_words import line_words, outcome_word, what_words
from client.parts.dispute_words import dispute_reason_word, dispute_status_words
from server.core import clock
from server.core.database import Database
from server.core.ids import new_id
from server.payments.ledger import service as ledger
from server.payments.ledger.rules import postings
from server.payments.ledger.rules.entries import Fact, Subject
from server.payments.service import disputes, refunds
from server.payments.tables import DisputeTable, PaymentTable, RefundTable
from shared_models.auth import Role
from shared_models.base import known
from shared_models.cases import DECISIONS, CaseAct, CaseEntry, CaseKind, CaseMoney, CaseOutcome, CaseRead, CaseStatus
from shared_models.money import Currency, Money
from shared_models.payments import DisputeReason, DisputeStatus
from tests.client.conftest import OpenClient
from tests.client.harness import App
from tests.client.waiting import see
from tests.conftest import MakePerson, Person

HUNDRED = Money(amount_minor=10_000, currency=Currency.GBP)


async def a_payment(database: Database, payer: Person) -> PaymentTable:
    row = PaymentTable(
        subject_kind="stay", subject_id=new_id(), payer_id=payer.id, stay_minor=10_000, taxes=[], amount_minor=10_000,
        currency="GBP", title="Two nights in Leith", return_path="/app", status="captured", expires_at=clock.now(),
        balance_transaction_id="txn_1", settled_at=clock.now(),
    )  # fmt: skip
    async with database.transaction() as session:
        session.add(row)
    return row


@pytest.fixture
async def disputed(database: Database, a_person: MakePerson) -> Database:
    """A payment that its payer's bank has taken back, and the case."""
    payment = await a_payment(database, await a_person(name="Tom Tenant"))
    async with database.transaction() as session:
        row = DisputeTable(
            payment_id=payment.id, external_id="du_1", status="needs_response", reason="not_received",
            amount_minor=10_000, taken_minor=10_000, opened_at=clock.now(), answer_by=clock.now() + timedelta(days=7),
        )  # fmt: skip
        session.add(row)
        await session.flush()
        await disputes.open_case(session, row)
    return database


@pytest.fixture
async def returned(database: Database, a_person: MakePerson) -> Database:
    """A refund that came back, and the case."""
    payment = await a_payment(database, await a_person(name="Tom Tenant"))
    async with database.transaction() as session:
        row = RefundTable(
            payment_id=payment.id, stay_minor=10_000, taxes=[], amount_minor=10_000, status="failed",
            external_id="re_1", is_credited=True,
        )  # fmt: skip
        session.add(row)
        await session.flush()
        await refunds.open_case(session, row.id)
        about, fact = Subject("stay", payment.subject_id), Fact("stripe", "txn_2", clock.now())
        await ledger.post(session, postings.refund_returned(about, fact, payment.payer_id, HUNDRED, HUNDRED))
    return database


async def outcomes(database: Database) -> list[tuple[Any, ...]]:
    async with database.engine.connect() as connection:
        found = await connection.execute(
            text(
                "SELECT case_file.outcome, note FROM case_file LEFT JOIN case_entry ON case_id = case_file.id "
                "AND case_entry.outcome IS NOT NULL"
            )
        )
        return [tuple(row) for row in found]


@pytest.fixture
async def dispute_app(open_client: OpenClient, a_person: MakePerson, disputed: Database) -> App:
    app = await open_client("/admin/review", await a_person(Role.ADMIN))
    await see(app, "The money")
    return app


@pytest.fixture
async def refund_app(open_client: OpenClient, a_person: MakePerson, returned: Database) -> App:
    app = await open_client("/admin/review", await a_person(Role.ADMIN))
    await see(app, "The money")
    return app


async def test_a_dispute_says_what_how_much_why_and_until_when(dispute_app: App) -> None:
    shown = dispute_app.texts()
    for words in (
        "Two nights in Leith",
        "Disputed: £100.00",
        "They did not get what they paid for",
        "The bank has taken the money back, and waits for our answer.",
        "The bank takes an answer until",
        "The bank wants an answer",
        "Disputes · 1",
        "Tom Tenant",
    ):
        assert words in shown, words
    assert "The home is not there any more. The case can be closed." not in shown
    assert "Say why" not in shown


async def test_an_admin_notes_that_a_dispute_is_answered(dispute_app: App, disputed: Database) -> None:
    await dispute_app.press("Answered at the provider")
    await dispute_app.press("Not yet")
    await dispute_app.press("Answered at the provider")
    await dispute_app.type("What the bank was told", "The key was taken, here is the photo.")
    await dispute_app.press("It is answered")
    await see(dispute_app, "Nothing waits")
    await see(dispute_app, "The dispute is answered. The bank decides.")
    assert await outcomes(disputed) == [("answered", "The key was taken, here is the photo.")]


async def test_a_refund_that_came_back_is_sent_again(refund_app: App, returned: Database) -> None:
    assert "A refund did not arrive: £100.00" in refund_app.texts()
    await refund_app.press("Send it again")
    await see(refund_app, "Nothing waits")
    assert await outcomes(returned) == [("sent_again", None)]


async def test_that_it_was_paid_another_way_has_to_be_explained(refund_app: App, returned: Database) -> None:
    await refund_app.press("Paid another way")
    assert "Place unclear" not in refund_app.texts()
    await refund_app.press("It was paid another way")
    await see(refund_app, "Say how it was paid.")
    assert refund_app.focus_on("How it was paid")
    assert await outcomes(returned) == [(None, None)]
    await refund_app.type("How it was paid", "By transfer on 3 March.")
    await refund_app.press("It was paid another way")
    await see(refund_app, "Nothing waits")
    assert await outcomes(returned) == [("paid_otherwise", "By transfer on 3 March.")]


@pytest.mark.parametrize("letter", ["A", "R"])
async def test_no_key_decides_about_money(refund_app: App, returned: Database, letter: str) -> None:
    key = {"key": letter, "ctrl": False, "alt": False, "shift": False, "meta": False}
    await refund_app.event(refund_app.page, "keyboard_event", key)
    assert "How it was paid" not in refund_app.texts()
    assert await outcomes(returned) == [(None, None)]


def test_every_word_of_a_dispute_is_a_sentence_of_its_own() -> None:
    reasons = [dispute_reason_word(DisputeReason(word)) for word in known(DisputeReason)]
    stands = [dispute_status_words(DisputeStatus(word)) for word in known(DisputeStatus)]
    assert len({*reasons, *stands}) == len(reasons) + len(stands)


def a_case(kind: CaseKind, dispute: DisputeStatus | None = None) -> CaseRead:
    money = CaseMoney(payment_id=new_id(), amount=HUNDRED, paid=HUNDRED, dispute=dispute)
    now = clock.now()
    return CaseRead(
        id=new_id(), kind=kind, subject_id=new_id(), status=CaseStatus.WAITING, opened_at=now, due_at=now, money=money
    )


def test_a_bank_that_only_asks_is_told_from_one_that_took_the_money() -> None:
    assert what_words(a_case(CaseKind.DISPUTE, DisputeStatus.INQUIRY)) == "A bank asks about £100.00"
    assert what_words(a_case(CaseKind.DISPUTE, DisputeStatus.INQUIRY_ANSWERED)) == "A bank asks about £100.00"
    assert what_words(a_case(CaseKind.DISPUTE, DisputeStatus.UNDER_REVIEW)) == "Disputed: £100.00"
    assert what_words(a_case(CaseKind.FAILED_REFUND)) == "A refund did not arrive: £100.00"


def test_every_outcome_has_a_word_and_what_nobody_did_is_told_without_a_name() -> None:
    words = [outcome_word(CaseOutcome(outcome))[0] for outcome in known(CaseOutcome)]
    assert len(set(words)) == len(words)
    assert {CaseOutcome.SENT_AGAIN, CaseOutcome.PAID_OTHERWISE} == DECISIONS[CaseKind.FAILED_REFUND]

    def line(act: CaseAct, outcome: CaseOutcome | None = None) -> CaseEntry:
        return CaseEntry(at=clock.now(), by_name="", act=act, outcome=outcome)

    assert line_words(line(CaseAct.OPENED), CaseKind.DISPUTE) == "The bank wants an answer"
    assert line_words(line(CaseAct.CLOSED, CaseOutcome.LOST), CaseKind.DISPUTE) == "Lost"
    assert line_words(line(CaseAct.OPENED), CaseKind.FAILED_REFUND) == "It did not arrive"
