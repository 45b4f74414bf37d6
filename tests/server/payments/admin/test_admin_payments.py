"""Admins find payments, read all that is known of one, and let money go back: alone up to a limit, above it by two."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from server.core.ids import new_id
from server.invariants import violations
from server.payments.service import rooms
from server.payments.service.rooms import Thing, Things
from server.payments.tables import PaymentTable
from shared_models.auth import Role
from shared_models.money import Currency
from tests.conftest import Api, MakePerson, Person
from tests.server.payments.conftest import KIND, Till

WHY = "The heating was off."


@pytest.fixture
async def ada(till: Till, a_person: MakePerson) -> Api:
    return till.api.as_(await a_person(Role.ADMIN, name="Ada"))


@pytest.fixture
async def ewan(till: Till, a_person: MakePerson) -> Api:
    return till.api.as_(await a_person(Role.ADMIN, name="Ewan"))


async def read(admin: Api, payment: PaymentTable) -> dict[str, Any]:
    reply = await admin.get(f"/admin/payments/{payment.id}")
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found


async def refund(admin: Api, payment: PaymentTable, status: int = 201, **order: Any) -> dict[str, Any]:
    reply = await admin.post(f"/admin/payments/{payment.id}/refunds", json={"reason": WHY} | order)
    assert reply.status_code == status, reply.text
    found: dict[str, Any] = reply.json()
    return found


async def approve(admin: Api, request: dict[str, Any], *, reason: str = "") -> tuple[int, dict[str, Any]]:
    act, body = ("reject", {"reason": reason}) if reason else ("approve", None)
    reply = await admin.post(f"/admin/refund-requests/{request['id']}/{act}", json=body)
    return reply.status_code, reply.json()


async def found(admin: Api, **query: Any) -> list[str]:
    """The titles of what is found."""
    reply = await admin.get("/admin/payments", params=query)
    assert reply.status_code == 200, reply.text
    return [row["title"] for row in reply.json()["items"]]


async def a_big_one(till: Till) -> PaymentTable:
    return await till.paid(till.a_bill(stay=96_000, tax=4_000))


async def test_a_payment_is_read_with_all_that_is_known_of_it(till: Till, ada: Api) -> None:
    paid = await till.paid()
    await refund(ada, paid, stay_minor=4_800)
    await till.work()
    known = await read(ada, paid)
    assert (known["status"], known["amount"]["amount_minor"], known["refunded"]["amount_minor"]) == (
        "captured",
        10_000,
        4_800,
    )
    assert (known["left"]["total"]["amount_minor"], known["left"]["stay"]["amount_minor"]) == (5_200, 4_800)
    assert [tax["authority"] for tax in known["parts"]["taxes"]] == ["a-city"]
    assert [(each["status"], each["parts"]["total"]["amount_minor"]) for each in known["refunds"]] == [
        ("succeeded", 4_800)
    ]
    assert [entry["kind"] for entry in known["entries"]] == [
        "charge",
        "provider_fee",
        "refund_asked",
        "refund_paid",
    ] or (
        sorted(entry["kind"] for entry in known["entries"]) == ["charge", "provider_fee", "refund_asked", "refund_paid"]
    )
    assert {call["name"] for call in known["calls"]} == {"payments.open_page", "payments.send_refund"}
    (request,) = known["requests"]
    assert (request["asked_by_name"], request["reason"], request["status"], request["decided_by"]) == (
        "Ada",
        WHY,
        "approved",
        None,
    )
    assert known["intent_id"].startswith("pi_")


async def test_an_amount_of_all_is_shared_among_its_parts(till: Till, ada: Api) -> None:
    paid = await till.paid()
    wanted = await refund(ada, paid, amount_minor=5_000)
    assert (wanted["parts"]["stay"]["amount_minor"], wanted["status"]) == (4_800, "approved")
    await till.work()
    assert await till.clearing() == await till.provider.balance()
    assert await violations(till.database) == []


async def test_above_the_limit_nothing_moves_until_a_second_admin_agrees(till: Till, ada: Api, ewan: Api) -> None:
    paid = await a_big_one(till)
    assert (await read(ada, paid))["refunded_alone_up_to"]["amount_minor"] == 50_000
    wanted = await refund(ada, paid, amount_minor=50_001)
    assert (wanted["status"], wanted["refund_id"]) == ("waiting", None)
    await till.work()
    known = await read(ada, paid)
    assert (known["refunds"], known["left"]["total"]["amount_minor"]) == ([], 49_999)
    status, told = await approve(ada, wanted)
    assert (status, told["detail"]) == (403, "Another admin has to agree to this.")
    status, told = await approve(ewan, wanted)
    assert (status, told["status"], told["decided_by_name"]) == (200, "approved", "Ewan")
    assert (await approve(ewan, wanted))[0] == 200  # twice is once
    await till.work()
    assert [each["status"] for each in (await read(ada, paid))["refunds"]] == ["succeeded"]


async def test_exactly_the_limit_may_be_let_go_alone_and_then_nothing(till: Till, ada: Api, ewan: Api) -> None:
    paid = await a_big_one(till)
    assert (await refund(ada, paid, amount_minor=20_000))["status"] == "approved"
    assert (await refund(ewan, paid, amount_minor=30_000))["status"] == "approved"
    assert (await refund(ewan, paid, amount_minor=1))["status"] == "waiting"


async def test_agreed_by_two_does_not_count_against_the_limit(till: Till, ada: Api, ewan: Api) -> None:
    paid = await a_big_one(till)
    await approve(ewan, await refund(ada, paid, amount_minor=50_001))
    assert (await refund(ada, paid, amount_minor=49_999))["status"] == "approved"


async def test_a_currency_without_a_limit_wants_two(till: Till, ada: Api) -> None:
    paid = await till.paid(till.a_bill(stay=8_000, tax=0, currency=Currency.JPY))
    assert (await refund(ada, paid, amount_minor=1))["status"] == "waiting"


async def test_nobody_decides_about_what_they_paid_themselves(till: Till, ada: Api, a_person: MakePerson) -> None:
    admin: Person = await a_person(Role.ADMIN, name="Isla")
    isla = till.api.as_(admin)
    paid = await till.paid(till.a_bill(payer_id=admin.id))
    wanted = await refund(isla, paid, amount_minor=1)
    assert wanted["status"] == "waiting"
    other = await refund(ada, paid, amount_minor=1)
    assert other["status"] == "approved"
    assert (await approve(isla, wanted))[0] == 403
    big = await till.paid(till.a_bill(stay=96_000, payer_id=admin.id))
    assert (await approve(isla, await refund(ada, big, amount_minor=60_000)))[0] == 403


async def test_what_was_not_agreed_to_stays_and_says_why(till: Till, ada: Api, ewan: Api) -> None:
    paid = await a_big_one(till)
    wanted = await refund(ada, paid, amount_minor=60_000)
    status, told = await approve(ewan, wanted, reason="The stay was fine.")
    assert (status, told["status"], told["note"]) == (200, "rejected", "The stay was fine.")
    status, told = await approve(ewan, wanted)
    assert (status, told["detail"]) == (409, "This was rejected by Ewan.")
    assert (await read(ada, paid))["left"]["total"]["amount_minor"] == 100_000
    reply = await ada.get("/admin/refund-requests", params={"decided": True})
    assert [row["status"] for row in reply.json()["items"]] == ["rejected"]


async def test_who_wanted_it_may_take_it_back(till: Till, ada: Api, ewan: Api) -> None:
    wanted = await refund(ada, await a_big_one(till), amount_minor=60_000)
    status, told = await approve(ada, wanted, reason="The wrong stay.")
    assert (status, told["status"], told["decided_by"]) == (200, "rejected", None)
    assert (await approve(ewan, wanted))[0] == 409


async def test_what_was_decided_is_not_decided_otherwise(till: Till, ada: Api, ewan: Api) -> None:
    paid = await till.paid(till.a_bill(stay=192_000, tax=8_000))
    rejected, agreed = [await refund(ada, paid, amount_minor=60_000) for _ in range(2)]
    assert (await approve(ewan, rejected, reason="The stay was fine."))[0] == 200
    assert (await approve(ewan, agreed))[0] == 200
    for wanted, was in ((rejected, "rejected by Ewan"), (agreed, "approved by Ewan")):
        status, told = await approve(ada, wanted, reason="Another reason.")
        assert (status, was in told["detail"]) == (409, True)
    reply = await ada.get("/admin/refund-requests", params={"decided": True})
    assert {(row["status"], row["note"]) for row in reply.json()["items"]} == {
        ("rejected", "The stay was fine."), ("approved", None),
    }  # fmt: skip


async def test_of_many_who_agree_at_once_one_does(till: Till, ada: Api, a_person: MakePerson) -> None:
    paid = await till.paid(till.a_bill(stay=384_000, tax=16_000))  # there is enough for each of them
    wanted = await refund(ada, paid, amount_minor=60_000)
    others = [till.api.as_(await a_person(Role.ADMIN)) for _ in range(4)]
    came = await asyncio.gather(*(approve(other, wanted) for other in others))
    assert sorted(status for status, _ in came) == [200, 409, 409, 409]
    await till.work()
    assert len((await till.provider.stripe.v1.refunds.list_async()).data) == 1
    assert await till.clearing() == await till.provider.balance()


async def test_what_waits_is_not_promised_twice(till: Till, ada: Api) -> None:
    paid = await a_big_one(till)
    await refund(ada, paid, amount_minor=60_000)
    told = await refund(ada, paid, 422, amount_minor=40_001)
    assert [error["field"] for error in told["errors"]] == ["amount_minor"]
    await refund(ada, paid, amount_minor=40_000)


async def test_what_went_back_meanwhile_cannot_be_agreed_to(till: Till, ada: Api, ewan: Api) -> None:
    paid = await a_big_one(till)
    wanted = await refund(ada, paid, amount_minor=60_000)
    await till.refund(paid.id, 90_000)
    assert (await approve(ewan, wanted))[0] == 409
    assert (await read(ada, paid))["left"]["total"]["amount_minor"] == 0


async def test_nothing_goes_back_of_what_has_not_come(till: Till, ada: Api) -> None:
    payment = await till.payment(await till.bill())
    told = await refund(ada, payment, 409, amount_minor=1)
    assert told["detail"] == "Nothing was paid that could go back."
    assert (await read(ada, payment))["left"]["total"]["amount_minor"] == 0


@pytest.mark.parametrize(
    ("order", "field"),
    [
        ({"amount_minor": 10_001}, "amount_minor"),
        ({"stay_minor": 9_601}, "stay_minor"),
        ({"taxes_minor": {"nobody": 1}}, "taxes_minor"),
        ({"amount_minor": 5, "reason": " "}, "reason"),
        ({"amount_minor": "much"}, "amount_minor"),
    ],
)
async def test_a_wrong_order_names_its_field(till: Till, ada: Api, order: dict[str, Any], field: str) -> None:
    told = await refund(ada, await till.paid(), 422, **order)
    assert field in [error["field"] for error in told["errors"]]


async def test_payments_are_found_by_whatever_is_known_of_them(
    till: Till, ada: Api, a_person: MakePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = await a_person(name="Ann Macrae")
    hers = till.a_bill(title="Ann's stay", payer_id=ann.id, stay=41_200, tax=0)

    async def things(_: Any, ids: Any) -> dict[Any, Thing]:
        return {id_: Thing("Attic", part_of=id_, reference="K7M2QX9R") for id_ in ids if id_ == hers.subject.id}

    async def sold(*_: Any) -> None:
        """No receipt is asked for."""

    async def find(_: Any, reference: str) -> list[Any]:
        return [hers.subject.id] if reference == "K7M2QX9R" else []

    monkeypatch.setitem(rooms._THINGS, KIND, Things(things, sold, find))
    paid = await till.paid(hers)
    await till.paid(till.a_bill(title="Another"))
    back = await till.refund(paid.id, 100, currency=Currency.GBP)
    await till.work()
    refunded = await till.refund_row(back)
    email = (await ada.get(f"/admin/payments/{paid.id}")).json()["payer_email"]
    for words in (
        *("K7M2QX9R", "macrae", "Ann Macrae", email, email.upper(), "412", "£412.00", f" {paid.intent_id} "),
        *(paid.balance_transaction_id, refunded.external_id, refunded.balance_transaction_id),
        *(str(paid.id), str(hers.subject.id)),
    ):
        assert await found(ada, text=words) == ["Ann's stay"], words
    for words in ("nobody", "413", "%", "_", "pi_nobody", str(new_id())):
        assert await found(ada, text=words) == [], words
    assert await found(ada) == await found(ada, text=" ") == ["Another", "Ann's stay"]


async def test_payments_of_a_status_come_in_pages(till: Till, ada: Api) -> None:
    await till.paid(till.a_bill(title="Paid"))
    for number in range(3):
        await till.bill(till.a_bill(title=f"Bill {number}"))
    await till.work()
    assert await found(ada, status="captured") == ["Paid"]
    first = (await ada.get("/admin/payments", params={"status": "open", "limit": 2})).json()
    rest = await found(ada, status="open", limit=2, cursor=first["next_cursor"])
    assert [row["title"] for row in first["items"]] + rest == ["Bill 2", "Bill 1", "Bill 0"]


async def test_what_waits_for_two_is_listed_and_counted(till: Till, ada: Api) -> None:
    paid = await a_big_one(till)
    for amount in (60_000, 30_000):
        await refund(ada, paid, amount_minor=amount)
    await refund(ada, paid, amount_minor=10_000)
    page = (await ada.get("/admin/refund-requests")).json()
    assert [row["parts"]["total"]["amount_minor"] for row in page["items"]] == [60_000]
    assert (page["waiting"], (await ada.get("/admin/payments")).json()["waiting"]) == (1, 1)
    assert page["items"][0]["title"] == paid.title


async def test_the_same_order_sent_twice_is_one(till: Till, ada: Api) -> None:
    paid = await till.paid()
    key = {"Idempotency-Key": "once"}
    path, body = f"/admin/payments/{paid.id}/refunds", {"amount_minor": 100, "reason": WHY}
    first, second = [await ada.post(path, json=body, headers=key) for _ in range(2)]
    assert first.json()["id"] == second.json()["id"]
    assert (await read(ada, paid))["refunded"]["amount_minor"] == 100


@pytest.mark.parametrize("act", ["approve", "reject"])
async def test_what_nobody_wanted_is_not_found(ada: Api, act: str) -> None:
    reply = await ada.post(f"/admin/refund-requests/{new_id()}/{act}", json={"reason": WHY})
    assert reply.status_code == 404
    assert (await ada.get(f"/admin/payments/{new_id()}")).status_code == 404
    assert (
        await ada.post(f"/admin/payments/{new_id()}/refunds", json={"amount_minor": 1, "reason": WHY})
    ).status_code == 404


async def test_admin_and_payer_find_it_in_their_copy(till: Till, a_person: MakePerson) -> None:
    admin, payer = await a_person(Role.ADMIN), await a_person()
    paid = await till.paid(till.a_bill(payer_id=payer.id))
    await refund(till.api.as_(admin), paid, amount_minor=100)
    for person in (admin, payer):
        sections = (await till.api.as_(person).get("/users/me/kept")).json()["sections"]
        (row,) = sections["refund_requests"]
        assert (row["reason"], row["amount_minor"], "asked_by" in row) == (WHY, 100, False)
    sections = (await till.api.as_(await a_person()).get("/users/me/kept")).json()["sections"]
    assert sections["refund_requests"] == []


async def test_the_database_itself_wants_two_people(till: Till, ada: Api) -> None:
    wanted = await refund(ada, await a_big_one(till), amount_minor=60_000)
    change = "UPDATE refund_request SET status = 'rejected', decided_at = now(), decided_by = asked_by WHERE id = :id"
    with pytest.raises(Exception, match="by_two"):
        async with till.database.transaction() as session:
            await session.execute(text(change), {"id": wanted["id"]})
