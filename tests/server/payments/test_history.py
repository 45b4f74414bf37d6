"""Where somebody's money is, over HTTP: their own payments and nobody else's, on a list, in a file and on paper."""

import csv
import io
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from sqlalchemy.ext.asyncio import AsyncSession

from server.core import clock
from server.core.ids import new_id
from server.core.words import Translator
from server.payments.receipts.rules import Line, Sold
from server.payments.service import history, rooms
from server.payments.service.rooms import Thing, Things
from server.payments.tables import PaymentTable
from shared_models.money import Currency, Money
from tests.conftest import Api, MakePerson, Person
from tests.server.payments.conftest import KIND, Till
from tests.server.payments.test_disputes import decide, dispute
from tests.server.payments.test_refunds import FAILS, PENDING
from tests.server.stays import statements


@pytest.fixture
async def payer(till: Till, a_person: MakePerson) -> Person:
    """Who pays at the till."""
    person = await a_person(name="Ann")
    till.payer_id = person.id
    return person


@pytest.fixture
def mine(api: Api, payer: Person) -> Api:
    return api.as_(payer)


async def told(mine: Api, payment: PaymentTable) -> dict[str, Any]:
    reply = await mine.get(f"/payments/{payment.id}")
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found


def where(payment: Mapping[str, Any]) -> list[tuple[str, int]]:
    return [(part["where"], part["amount"]["amount_minor"]) for part in payment["money"]]


def happened(payment: Mapping[str, Any]) -> list[str]:
    return [movement["kind"] for movement in payment["movements"]]


async def test_a_payment_is_with_us_once_it_came(till: Till, mine: Api) -> None:
    paid = await till.paid()
    payment = await told(mine, paid)
    assert (happened(payment), where(payment)) == (["paid"], [("with_us", 10_000)])
    assert (payment["title"], payment["has_receipt"], payment["part_of"]) == ("Two nights in Leith", True, None)


async def test_before_it_is_paid_nothing_was_taken(till: Till, mine: Api) -> None:
    id_ = await till.bill()
    await till.work()
    payment = await told(mine, await till.payment(id_))
    assert (happened(payment), where(payment), payment["has_receipt"]) == ([], [("to_be_paid", 10_000)], False)
    assert (await mine.get(f"/payments/{id_}/receipt.pdf")).status_code == 404


async def test_what_a_card_holds_is_not_taken_and_says_since_when(till: Till, mine: Api) -> None:
    before = clock.now()
    held = await till.paid(till.a_bill(is_held=True))
    payment = await told(mine, held)
    assert (happened(payment), where(payment)) == (["authorised"], [("held_on_card", 10_000)])
    assert held.authorised_at is not None
    assert before <= held.authorised_at <= clock.now()


async def test_a_refund_is_followed_from_the_asking_to_the_bank(till: Till, mine: Api) -> None:
    paid = await till.paid(number=PENDING)
    refund = await till.refund(paid.id, 4800, 400)
    assert where(await told(mine, paid)) == [("with_us", 4800), ("refund_begun", 5200)]
    await till.work()
    assert where(await told(mine, paid)) == [("with_us", 4800), ("refund_begun", 5200)]  # the provider has not sent it
    await till.provider.press(str((await till.refund_row(refund)).external_id), "succeed")
    await till.look(paid.id)
    payment = await told(mine, paid)
    assert happened(payment) == ["paid", "refund_asked", "refund_sent"]
    assert where(payment) == [("with_us", 4800), ("on_its_way", 5200)]
    assert date.fromisoformat(payment["money"][1]["usually_by"]) > clock.now().date() + timedelta(days=10)
    assert payment["movements"][2]["refund_id"] == str(refund)
    with time_machine.travel(clock.now() + timedelta(days=30)):
        row = await till.payment(paid.id)
        async with till.database.transaction() as session:
            (later,) = await history.to_read(session, [row])
    assert [part.where.value for part in later.money] == ["with_us", "at_the_bank"]


async def test_a_refund_that_did_not_arrive_is_the_payers_credit(till: Till, mine: Api) -> None:
    paid = await till.paid(number=FAILS)
    refund = await till.refund(paid.id, 9600, 400)
    await till.work()
    row = await till.refund_row(refund)
    if (await till.provider.stripe.v1.refunds.retrieve_async(str(row.external_id))).status != "failed":
        await till.provider.press(str(row.external_id), "fail")
    await till.look(paid.id)
    payment = await told(mine, paid)
    assert happened(payment) == ["paid", "refund_asked", "refund_sent", "refund_failed"]
    assert where(payment) == [("credit", 10_000)]


async def test_a_refund_that_the_provider_refused_leaves_the_money_with_us(till: Till, mine: Api) -> None:
    paid = await till.paid()
    await till.provider.stripe.v1.refunds.create_async({"payment_intent": str(paid.intent_id)})
    await till.refund(paid.id, 9600, 400)
    await till.work()
    payment = await told(mine, paid)
    assert (happened(payment)[-1], where(payment)) == ("refund_failed", [("with_us", 10_000)])


async def test_money_that_came_too_late_goes_back_as_a_whole(till: Till, mine: Api) -> None:
    till.sold_out = True
    payment = await told(mine, await till.paid())
    assert happened(payment) == ["paid", "refund_asked", "refund_sent"]
    assert where(payment) == [("on_its_way", 10_000)]


async def test_what_a_bank_keeps_a_part_of_adds_up_with_its_taxes(till: Till, mine: Api) -> None:
    paid = await till.paid()
    await decide(till, paid, await dispute(till, paid, amount=5_000), "lose")
    assert where(await told(mine, paid)) == [("with_us", 5_000), ("given_back_by_bank", 5_000)]


async def test_nobody_but_the_payer_sees_a_payment(till: Till, mine: Api, api: Api, a_person: MakePerson) -> None:
    paid = await till.paid()
    stranger = api.as_(await a_person())
    for path in ("", "/receipt.pdf"):
        assert (await stranger.get(f"/payments/{paid.id}{path}")).status_code == 404
        assert (await api.get(f"/payments/{paid.id}{path}")).status_code == 401
    assert (await stranger.get("/payments")).json()["items"] == []
    assert str(paid.id) not in (await stranger.get("/payments.csv")).text
    assert str(paid.id) in (await mine.get("/payments.csv")).text


async def test_what_was_never_paid_has_no_receipt_however_long_it_is_over(till: Till, mine: Api) -> None:
    id_ = await till.bill()
    await till.let_go(id_)
    over = await till.payment(id_)
    assert (over.status, over.settled_at is None) == ("expired", False)
    assert (await mine.get(f"/payments/{id_}/receipt.pdf")).status_code == 404


async def test_the_list_is_the_newest_first_and_goes_on_where_it_ended(till: Till, mine: Api) -> None:
    ids = [str(await till.bill()) for _ in range(3)]
    first = (await mine.get("/payments?limit=2")).json()
    second = (await mine.get(f"/payments?limit=2&cursor={first['next_cursor']}")).json()
    assert [item["id"] for item in [*first["items"], *second["items"]]] == list(reversed(ids))
    assert second["next_cursor"] is None
    wrong = await mine.get("/payments?cursor=nonsense")
    assert (wrong.status_code, "cursor" in wrong.text) == (422, True)


@pytest.fixture
def sold(monkeypatch: pytest.MonkeyPatch) -> dict[UUID, str]:
    """A room that says what its things are called."""
    names: dict[UUID, str] = {}

    async def things(_: AsyncSession, ids: Collection[UUID]) -> Mapping[UUID, Thing]:
        return {id_: Thing(names[id_], part_of=id_) for id_ in ids if id_ in names}

    async def nowhere(_: AsyncSession, reference: str) -> list[UUID]:
        return []

    async def sold_of(_: AsyncSession, id_: UUID, spoken: Translator) -> Sold | None:
        if id_ not in names:
            return None
        facts = [(spoken.t("Home"), names[id_])]
        lines = [
            Line("Nights", Money(amount_minor=9600, currency=Currency.GBP)),
            Line("Levy", Money(amount_minor=400, currency=Currency.GBP), is_tax=True),
        ]
        return Sold(facts, lines)

    monkeypatch.setitem(rooms._THINGS, KIND, Things(things, sold_of, nowhere))
    return names


async def test_a_room_says_what_its_thing_is_called_and_where_it_is_found(
    till: Till, mine: Api, sold: dict[UUID, str]
) -> None:
    paid = await till.paid()
    sold[paid.subject_id] = "Attic"
    payment = await told(mine, paid)
    assert (payment["title"], payment["part_of"]) == ("Attic", str(paid.subject_id))


async def test_a_page_asks_as_often_for_one_payment_as_for_many(till: Till, mine: Api, sold: dict[UUID, str]) -> None:
    asked: list[int] = []
    for number in (1, 5):
        for _ in range(number):
            await till.bill()
        with statements(till.database) as found:
            assert (await mine.get("/payments")).status_code == 200
        asked.append(len(found))
    assert asked[0] == asked[1]


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


async def test_the_file_has_a_line_for_each_thing_that_happened(till: Till, mine: Api) -> None:
    paid = await till.paid()
    await till.refund(paid.id, 4800, 400)
    await till.work()
    waiting = await till.bill()
    reply = await mine.get("/payments.csv")
    assert reply.headers["content-type"] == "text/csv; charset=utf-8"
    lines = rows_of(reply.text)
    assert [(line["Payment"], line["What happened"], line["Amount"], line["Currency"]) for line in lines] == [
        (str(waiting), "", "100.00", "GBP"),
        (str(paid.id), "Paid by card", "100.00", "GBP"),
        (str(paid.id), "Refund begun", "52.00", "GBP"),
        (str(paid.id), "Refund sent to your card", "52.00", "GBP"),
    ]
    assert lines[1]["Where it is now"].startswith("£48.00 is with EstoSpaces. £52.00 is on its way to your card.")


async def test_amounts_in_the_file_have_the_decimals_of_their_currency(till: Till, mine: Api) -> None:
    await till.bill(till.a_bill(stay=8000, tax=0, currency=Currency.JPY))
    (line,) = rows_of((await mine.get("/payments.csv")).text)
    assert (line["Amount"], line["Currency"]) == ("8000", "JPY")


async def test_a_title_is_no_formula_in_the_file(till: Till, mine: Api) -> None:
    await till.bill(till.a_bill(title="=HYPERLINK(0)"))
    (line,) = rows_of((await mine.get("/payments.csv")).text)
    assert line["For"] == "'=HYPERLINK(0)"


async def test_a_file_longer_than_a_page_is_whole(till: Till, mine: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "AT_A_TIME", 2)
    ids = [str(await till.bill()) for _ in range(5)]
    lines = rows_of((await mine.get("/payments.csv")).text)
    assert [line["Payment"] for line in lines] == list(reversed(ids))


async def test_the_file_is_in_the_language_of_the_account(till: Till, mine: Api) -> None:
    await till.paid()
    await mine.patch("/users/me", json={"language": "de"})
    text = (await mine.get("/payments.csv")).text
    assert "Währung" in text
    assert "Paid by card" not in text


async def test_a_receipt_is_the_same_bytes_until_something_more_happens(
    till: Till, mine: Api, sold: dict[UUID, str]
) -> None:
    paid = await till.paid()
    sold[paid.subject_id] = "Attic"
    path = f"/payments/{paid.id}/receipt.pdf"
    first, again = await mine.get(path), await mine.get(path)
    assert first.content.startswith(b"%PDF-")
    assert first.headers["content-type"] == "application/pdf"
    assert first.headers["cache-control"] == "no-store"
    assert "attachment" in first.headers["content-disposition"]
    assert first.content == again.content
    await till.refund(paid.id, 4800)
    await till.work()
    assert (await mine.get(path)).content != first.content


async def test_a_receipt_of_a_thing_that_is_gone_is_a_receipt_all_the_same(till: Till, mine: Api) -> None:
    paid = await till.paid()
    assert (await mine.get(f"/payments/{paid.id}/receipt.pdf")).content.startswith(b"%PDF-")


async def test_there_is_no_payment_by_an_id_that_is_none(mine: Api) -> None:
    assert (await mine.get(f"/payments/{new_id()}")).status_code == 404
    assert (await mine.get("/payments/nonsense")).status_code == 422
