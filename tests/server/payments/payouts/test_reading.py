"""What a landlord reads of their money: all of it, to the penny, and nobody else's."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from server.core import clock
from server.payments.service import rooms
from server.payments.service.rooms import Thing, Things
from server.payments.tables import PaymentTable
from shared_models.money import Currency
from tests.conftest import Api, MakePerson, Person
from tests.server.payments.conftest import KIND, Till
from tests.server.payments.payouts.conftest import NET, Landlord

HALF_NET = 4109


@pytest.fixture
async def morag(landlord: Landlord, a_person: MakePerson) -> Person:
    """Who lets, signed in."""
    person = await a_person(name="Morag")
    landlord.id = person.id
    return person


@pytest.fixture
def mine(till: Till, morag: Person) -> Api:
    return till.api.as_(morag)


async def read(mine: Api) -> dict[str, Any]:
    reply = await mine.get("/earnings")
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found


def figures(earning: dict[str, Any]) -> dict[str, int]:
    """The amounts of an earning that are not nothing."""
    amounts = {name: value["amount_minor"] for name, value in earning.items() if isinstance(value, dict)}
    assert min(amounts.values()) >= 0
    theirs = amounts["let_for"] - amounts["given_back"] - amounts["fee"] - amounts["fee_tax"]
    there = amounts["recovered"] + amounts["paid_out"] + amounts["waiting"]
    assert theirs == there - amounts["taken_later"] - amounts["owed"], "every penny is somewhere"
    return {name: amount for name, amount in amounts.items() if amount}


async def refunded(till: Till, paid: PaymentTable) -> None:
    await till.refund(paid.id, 4800, 400)
    await till.work()


async def test_before_check_in_it_is_on_the_way_and_has_no_fee(landlord: Landlord, till: Till, mine: Api) -> None:
    landlord.due = clock.now() + timedelta(days=3)
    paid = await landlord.let()
    (found,) = (await read(mine))["items"]
    assert (found["status"], figures(found)) == ("on_the_way", {"let_for": 9600, "waiting": 9600})
    await refunded(till, paid)
    (found,) = (await read(mine))["items"]
    assert figures(found) == {"let_for": 9600, "given_back": 4800, "waiting": 4800}


async def test_paid_out_it_says_what_was_kept_why_and_when(landlord: Landlord, mine: Api) -> None:
    await landlord.paid_out()
    told = await read(mine)
    (found,) = told["items"]
    assert (found["status"], found["fee_tax_rule"], found["waits_for"]) == ("paid", "domestic", None)
    assert figures(found) == {"let_for": 9600, "fee": 1152, "fee_tax": 230, "paid_out": NET}
    assert found["paid_at"] is not None
    (total,) = told["totals"]
    assert (total["currency"], total["paid"]["amount_minor"], total["waits"]["amount_minor"]) == ("GBP", NET, 0)


async def test_what_waits_says_why(landlord: Landlord, mine: Api) -> None:
    landlord.account = None
    await landlord.paid_out()
    told = await read(mine)
    (found,) = told["items"]
    assert (found["status"], found["waits_for"]) == ("waits", "no_account")
    assert told["totals"][0]["waits"]["amount_minor"] == 9600


async def test_what_is_owed_and_recovered_later_is_seen_at_both_stays(
    landlord: Landlord, till: Till, mine: Api
) -> None:
    first = await landlord.paid_out()
    await landlord.withdraws(NET)
    await refunded(till, first)
    told = await read(mine)
    assert figures(told["items"][0])["owed"] == HALF_NET
    assert told["totals"][0]["owed"]["amount_minor"] == HALF_NET
    await landlord.paid_out()
    told = await read(mine)
    found = {item["id"]: figures(item) for item in told["items"]}
    old = found.pop(str((await landlord.earning(first)).id))
    (new,) = found.values()
    assert (old["paid_out"], old["taken_later"], "owed" in old) == (NET, HALF_NET, False)
    assert (new["recovered"], new["paid_out"]) == (HALF_NET, NET - HALF_NET)
    assert told["totals"][0]["owed"]["amount_minor"] == 0


async def test_what_went_back_whole_is_said_to_have(landlord: Landlord, till: Till, mine: Api) -> None:
    paid = await landlord.let()
    await till.refund(paid.id, 9600, 400)
    await till.work()
    await landlord.strikes()
    (found,) = (await read(mine))["items"]
    assert (found["status"], figures(found)) == ("given_back", {"let_for": 9600, "given_back": 9600})


async def test_two_currencies_are_never_added_up(landlord: Landlord, mine: Api) -> None:
    await landlord.paid_out()
    await landlord.paid_out(stay=20_000, tax=0, currency=Currency.EUR)
    totals = (await read(mine))["totals"]
    assert [(each["currency"], each["paid"]["amount_minor"]) for each in totals] == [("EUR", 17_120), ("GBP", NET)]


async def test_pages_go_on_where_the_last_one_ended(landlord: Landlord, mine: Api) -> None:
    for _ in range(3):
        await landlord.let()
    first = (await mine.get("/earnings?limit=2")).json()
    second = (await mine.get(f"/earnings?limit=2&cursor={first['next_cursor']}")).json()
    seen = [item["id"] for item in [*first["items"], *second["items"]]]
    assert (len(seen), len(set(seen)), second["next_cursor"], second["totals"]) == (3, 3, None, [])


async def test_nobody_else_sees_it_neither_another_landlord_nor_who_paid(
    landlord: Landlord, till: Till, mine: Api, a_person: MakePerson
) -> None:
    paid = await landlord.paid_out()
    id_ = (await landlord.earning(paid)).id
    assert (await mine.get(f"/earnings/{id_}")).status_code == 200
    stranger = till.api.as_(await a_person(name="Tom"))
    assert (await stranger.get(f"/earnings/{id_}")).status_code == 404
    assert (await stranger.get("/earnings")).json()["items"] == []
    assert len((await stranger.get("/earnings.csv")).text.splitlines()) == 1


async def test_the_file_says_what_the_screen_says_and_runs_no_formula(
    landlord: Landlord, till: Till, mine: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def told(session: AsyncSession, ids: Any) -> dict[Any, Thing]:
        del session
        return {id_: Thing("=1+1", part_of=id_, reference="ABC") for id_ in ids}

    monkeypatch.setitem(rooms._THINGS, KIND, Things(told, None, None))  # type: ignore[arg-type]
    await landlord.paid_out()
    reply = await mine.get("/earnings.csv")
    assert reply.headers["content-disposition"] == 'attachment; filename="earnings.csv"'
    (row,) = csv.DictReader(io.StringIO(reply.text))
    assert (row["Stay"], row["Reference"], row["Where it is now"]) == ("'=1+1", "ABC", "Paid out")
    assert (row["Let for"], row["Fee"], row["VAT on the fee"], row["Paid out"]) == ("96.00", "11.52", "2.30", "82.18")


async def test_a_statement_is_of_its_month_alone(landlord: Landlord, till: Till, mine: Api) -> None:
    await landlord.let()
    await till.database_says("UPDATE earning SET due_at = '2026-10-31T23:59:59Z'")
    await landlord.let()
    await till.database_says("UPDATE earning SET due_at = '2026-11-01T00:00:00Z' WHERE due_at > '2026-11-15'")
    for month, count in (("2026-10", 1), ("2026-11", 1), ("2026-09", 0)):
        reply = await mine.get(f"/earnings.csv?month={month}")
        assert len(list(csv.DictReader(io.StringIO(reply.text)))) == count, month
    assert (await mine.get("/earnings.csv?month=2026-13")).status_code == 422
