"""Every night the books are compared with the provider: what differs is found, told, and goes away by itself."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import text

from server.core import clock, jobs
from server.core.ids import new_id
from server.payments.gateway.calling import NotReached
from server.payments.ledger import service as ledger
from server.payments.ledger.rules.entries import Entry, Fact, Posting, Subject
from server.payments.ledger.rules.postings import CLEARING, COST, Parts, Tax, charge, provider_fee
from server.payments.reconciliation import jobs as looks
from server.payments.reconciliation import service
from server.payments.reconciliation.repository import Reconciliations
from server.payments.reconciliation.service import RECONCILE
from shared_models.auth import Role
from shared_models.ledger import EntryKind
from shared_models.money import Currency, Money
from tests.conftest import Api, MakePerson
from tests.server.payments.conftest import KIND, Till

PATH = "/admin/reconciliation"


def gbp(minor: int) -> Money:
    return Money(amount_minor=minor, currency=Currency.GBP)


@pytest.fixture
async def ada(till: Till, a_person: MakePerson) -> Api:
    return till.api.as_(await a_person(Role.ADMIN, name="Ada"))


async def look(till: Till, **later: float) -> None:
    """A look, so much later that all has arrived."""
    with time_machine.travel(clock.now() + timedelta(**later or {"hours": 1}), tick=True):
        await jobs.run_now(till.database, RECONCILE, {}, till.settings)


async def read(ada: Api) -> dict[str, Any]:
    reply = await ada.get(PATH)
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found


async def findings(ada: Api) -> list[tuple[str, int | None, int | None]]:
    """What differs now: kind, theirs, ours."""

    def minor(amount: dict[str, Any] | None) -> int | None:
        return None if amount is None else int(amount["amount_minor"])

    return [(found["kind"], minor(found["theirs"]), minor(found["ours"])) for found in (await read(ada))["findings"]]


async def cases(ada: Api, **query: Any) -> list[dict[str, Any]]:
    reply = await ada.get("/cases", params={"kind": "reconciliation", **query})
    found: list[dict[str, Any]] = reply.json()["items"]
    return found


async def post(till: Till, *entries: Entry) -> None:
    async with till.database.transaction() as session:
        await ledger.post(session, *entries)


def a_charge(id_: str, *, stay: int = 5000) -> Entry:
    fact = Fact("stripe", id_, clock.now())
    return charge(Subject(KIND, new_id()), fact, Parts(gbp(stay), (Tax("a-city", gbp(100)),)), gbp(stay + 100))


async def plant(till: Till, category: str, amount: int, *, fee: int = 0) -> str:
    """Something that is done at the provider and not by us."""
    return str((await till.provider.control("settings/movement", category=category, amount=amount, fee=fee))["id"])


async def test_books_that_agree_are_found_to_agree(till: Till, ada: Api) -> None:
    paid = await till.paid()
    await till.refund(paid.id, 4800)
    await till.work()
    await look(till)
    found = await read(ada)
    (run,) = found["items"]
    assert (run["status"], run["movements"], run["found"], found["findings"]) == ("done", 2, 0, [])
    (balance,) = run["balances"]
    assert balance["theirs"] == balance["ours"] == {"amount_minor": 5030, "currency": "GBP"}
    assert await cases(ada) == []


async def test_money_that_moved_without_us_is_found_and_is_a_case(till: Till, ada: Api) -> None:
    await till.paid()
    await plant(till, "payout", -500)
    await look(till)
    assert await findings(ada) == [("not_in_books", -500, None)]
    (case,) = await cases(ada)
    assert (case["words"], case["status"]) == (["not_in_books"], "waiting")
    await look(till, hours=2)
    assert len(await cases(ada)) == 1
    assert len(await findings(ada)) == 1


async def test_money_the_provider_knows_nothing_of_is_found(till: Till, ada: Api) -> None:
    await till.paid()
    await post(till, a_charge("txn_of_nobody"))
    await look(till)
    assert await findings(ada) == [("not_at_provider", None, 5100)]


async def test_another_amount_and_another_fee_are_found(till: Till, ada: Api) -> None:
    id_ = await plant(till, "charge", 5200, fee=95)
    about = Subject(KIND, new_id())
    await post(till, a_charge(id_), provider_fee(about, Fact("stripe", id_, clock.now()), gbp(90)))
    await look(till)
    assert sorted(await findings(ada)) == [("other_amount", 5200, 5100), ("other_fee", 95, 90)]
    (run,) = (await read(ada))["items"]
    assert [(each["theirs"]["amount_minor"], each["ours"]["amount_minor"]) for each in run["balances"]] == [
        (5105, 5010)
    ]


async def test_another_kind_of_movement_is_found(till: Till, ada: Api) -> None:
    id_ = await plant(till, "topup", 5100)
    await post(till, a_charge(id_))
    await look(till)
    assert await findings(ada) == [("other_kind", 5100, 5100)]


async def test_a_balance_no_line_explains_is_found(till: Till, ada: Api) -> None:
    await till.paid()
    by_hand = (Posting(CLEARING, gbp(-300)), Posting(COST, gbp(300)))
    await post(
        till, Entry(EntryKind.PROVIDER_FEE, Subject(KIND, new_id()), Fact("own", "by hand", clock.now()), by_hand)
    )
    await look(till)
    assert await findings(ada) == [("other_balance", 9830, 9530)]
    (run,) = (await read(ada))["items"]
    assert [(each["theirs"]["amount_minor"], each["ours"]["amount_minor"]) for each in run["balances"]] == [
        (9830, 9530)
    ]


async def test_a_difference_goes_away_by_itself_when_what_was_missing_comes(till: Till, ada: Api) -> None:
    id_ = await till.bill()
    await till.work()
    await till.pay(id_)
    await look(till)  # nobody told us, and nobody asked
    assert [kind for kind, *_ in await findings(ada)] == ["not_in_books"]
    await till.look(id_)
    await look(till, hours=2)
    assert await findings(ada) == []
    (case,) = await cases(ada, closed=True)
    assert (case["outcome"], await cases(ada)) == ("succeeded", [])


async def test_what_the_provider_knew_after_all_is_asked_for_by_its_id(till: Till, ada: Api) -> None:
    await look(till)
    paid = await till.paid()
    async with till.database.transaction() as session:  # as if it had been listed too late
        await session.execute(text("UPDATE reconciliation_run SET until = until + interval '30 days'"))
    await look(till)
    assert [kind for kind, *_ in await findings(ada)][:1] == ["not_at_provider"], paid
    await look(till, hours=2)
    assert await findings(ada) == []


async def test_what_has_only_just_moved_is_left_to_the_next_look(till: Till, ada: Api) -> None:
    id_ = await till.bill()
    await till.work()
    await till.pay(id_)
    await look(till, minutes=5)
    assert (await findings(ada), len((await read(ada))["items"])) == ([], 1)


async def test_an_explained_difference_asks_nobody_again_until_it_is_another(till: Till, ada: Api) -> None:
    await plant(till, "payout", -500)
    await look(till)
    (case,) = await cases(ada)
    path = f"/cases/{case['id']}/decide"
    refused = await ada.post(path, json={"outcome": "explained"})
    assert refused.status_code == 422  # without a word
    reply = await ada.post(path, json={"outcome": "explained", "note": "Paid out by hand on Monday."})
    assert reply.status_code == 200, reply.text
    await look(till, hours=2)
    (found,) = (await read(ada))["findings"]
    assert (found["status"], found["note"], found["explained_by_name"]) == (
        "explained",
        "Paid out by hand on Monday.",
        "Ada",
    )
    assert await cases(ada) == []
    await till.provider.advance(hours=3)
    await plant(till, "payout", -700)
    await look(till, hours=4)
    assert {found[1] for found in await findings(ada)} == {-500, -700}
    (case,) = await cases(ada)
    assert case["status"] == "waiting"


async def test_a_look_that_was_cut_off_goes_on_where_it_was(
    till: Till, ada: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        await plant(till, "topup", 100)
    monkeypatch.setattr("server.payments.reconciliation.gateway.PAGE", 2)
    read_movements, begins = looks.gateway.read_movements, list[str | None]()

    async def cut_off_once(settings: Any, since: Any, after: str | None) -> Any:
        begins.append(after)
        if len(begins) == 2:
            raise NotReached
        return await read_movements(settings, since, after)

    monkeypatch.setattr(looks.gateway, "read_movements", cut_off_once)
    with pytest.raises(NotReached):
        await look(till)
    (run,) = (await read(ada))["items"]
    assert (run["status"], run["movements"], run["balances"]) == ("running", 2, None)
    await look(till)
    assert begins[1] == begins[2] is not None  # what was read is not read again
    (run,) = (await read(ada))["items"]
    assert (run["status"], run["movements"], run["found"]) == ("done", 5, 5)


@pytest.mark.parametrize("name", ["read_balance", "read_movements", "read_movement"])
async def test_nobody_looks_while_a_transaction_is_open(till: Till, name: str) -> None:
    asked: dict[str, tuple[Any, ...]] = {
        "read_balance": (),
        "read_movements": (None, None),
        "read_movement": ("txn_1",),
    }
    async with till.database.transaction():
        with pytest.raises(RuntimeError, match="transaction"):
            await getattr(looks.gateway, name)(till.settings, *asked[name])


async def test_a_look_finished_twice_is_finished_once(till: Till, ada: Api) -> None:
    await plant(till, "payout", -500)
    with time_machine.travel(clock.now() + timedelta(hours=1), tick=True):
        async with till.database.transaction() as session:
            run = await service.begin(session)
    await look(till)
    async with till.database.transaction() as session:
        await service.finish(session, run.id, {})
    assert [kind for kind, *_ in await findings(ada)] == ["not_in_books"]


async def test_money_that_moves_while_it_looks_is_no_difference(
    till: Till, ada: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_movements, moved = looks.gateway.read_movements, list[str]()

    async def and_moves(*given: Any) -> Any:
        page = await read_movements(*given)
        if len(moved) < 2:
            moved.append(await plant(till, "topup", 100))
        return page

    monkeypatch.setattr(looks.gateway, "read_movements", and_moves)
    await look(till)
    (run,) = (await read(ada))["items"]
    assert (run["movements"], run["balances"], await findings(ada)) == (
        2,
        [{"theirs": {"amount_minor": 200, "currency": "GBP"}, "ours": {"amount_minor": 0, "currency": "GBP"}}],
        [],
    )
    await look(till, hours=3)
    assert [kind for kind, *_ in await findings(ada)] == ["not_in_books"] * 2


async def test_where_money_never_stops_moving_the_balance_is_left_to_the_next_look(
    till: Till, ada: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_balance, held = looks.gateway.read_balance, [0]

    async def another(*given: Any) -> Any:
        held[0] += 1
        return {**await read_balance(*given), Currency.GBP: held[0]}

    monkeypatch.setattr(looks.gateway, "read_balance", another)
    await look(till)
    (run,) = (await read(ada))["items"]
    assert (run["status"], run["balances"], await findings(ada)) == ("done", None, [])


async def test_an_admin_has_it_look_now_and_one_look_runs_at_a_time(till: Till, ada: Api) -> None:
    first, second = await ada.post(f"{PATH}/run"), await ada.post(f"{PATH}/run")
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json()["id"] == second.json()["id"]
    assert first.json()["asked_by_name"] == "Ada"
    await till.work()
    assert [run["status"] for run in (await read(ada))["items"]].count("done") >= 1


async def test_a_look_is_begun_however_often_its_connection_has_begun_one(till: Till) -> None:
    # PostgreSQL plans a statement anew five times; the sixth plan knows nothing of what is put into it.
    async with till.database.transaction() as session:
        runs = Reconciliations(session)
        begun = {(await runs.begin(clock.now(), None, None)).id for _ in range(7)}
    assert len(begun) == 1


async def test_an_admin_reads_in_their_copy_what_they_asked_for_and_explained(till: Till, ada: Api) -> None:
    await plant(till, "payout", -500)
    await ada.post(f"{PATH}/run")
    await till.work()
    await look(till)
    (case,) = await cases(ada)
    await ada.post(f"/cases/{case['id']}/decide", json={"outcome": "explained", "note": "By hand."})
    sections = (await ada.get("/users/me/kept")).json()["sections"]
    assert len(sections["reconciliation_runs"]) == 1
    assert [row["note"] for row in sections["reconciliation_findings"]] == ["By hand."]
