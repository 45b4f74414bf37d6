"""Many homes changed at once over HTTP, and the undo."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from server.core.database import Database
from server.core.ids import new_id
from shared_models.auth import Role
from shared_models.bulk_edits import price_after
from tests.conftest import Api, MakePerson, MakeProperty, Person
from tests.server.stays import rows


@pytest.fixture
async def landlord(a_person: MakePerson) -> Person:
    return await a_person(Role.LANDLORD)


@pytest.fixture
async def mine(api: Api, landlord: Person) -> Api:
    return api.as_(landlord)


async def edited(mine: Api, ids: list[UUID], **request_body: Any) -> dict[str, Any]:
    reply = await mine.post("/properties/bulk-edits", {"ids": [str(id_) for id_ in ids], **request_body})
    assert reply.status_code == 201, reply.text
    told: dict[str, Any] = reply.json()
    return told


async def held(database: Database, *ids: UUID) -> list[tuple[int, int | None, bool]]:
    """Price, shortest stay and instant booking of these homes."""
    found = await rows(
        database,
        "SELECT id, price_minor, min_nights, instant_book FROM property WHERE id = ANY(:ids)",
        ids=list(ids),
    )
    by_id = {row.id: (row.price_minor, row.min_nights, row.instant_book) for row in found}
    return [by_id[id_] for id_ in ids]


async def test_each_chosen_home_changes_by_its_own_price_and_the_rest_stays(
    mine: Api, landlord: Person, a_property: MakeProperty, database: Database
) -> None:
    one, two = await a_property(landlord, price_minor=8000), await a_property(landlord, price_minor=9999)
    left = await a_property(landlord, price_minor=5000)
    done = await edited(mine, [one, two], price_percent=10, min_nights=3)
    assert (done["changed"], done["refused"]) == (2, [])
    assert await held(database, one, two, left) == [(8800, 3, True), (10999, 3, True), (5000, None, True)]


async def test_the_undo_gives_back_what_was_and_twice_is_once(
    mine: Api, landlord: Person, a_property: MakeProperty, database: Database
) -> None:
    homes = [await a_property(landlord, price_minor=price, min_nights=price % 7 or None) for price in (8000, 9999)]
    before = await held(database, *homes)
    done = await edited(mine, homes, price_percent=-33, instant_book=False)
    assert await held(database, *homes) != before
    undone = (await mine.post(f"/properties/bulk-edits/{done['id']}/undo")).json()
    assert (undone["changed"], await held(database, *homes)) == (2, before)
    await edited(mine, homes, price_percent=50)
    after = await held(database, *homes)
    again = (await mine.post(f"/properties/bulk-edits/{done['id']}/undo")).json()
    assert (again["changed"], await held(database, *homes)) == (0, after)


async def test_a_home_changed_since_keeps_that_change(
    mine: Api, landlord: Person, a_property: MakeProperty, database: Database
) -> None:
    one, two = await a_property(landlord, title="One"), await a_property(landlord, title="Two")
    done = await edited(mine, [one, two], price_percent=10)
    await edited(mine, [two], min_nights=5)
    undone = (await mine.post(f"/properties/bulk-edits/{done['id']}/undo")).json()
    assert (undone["changed"], [home["title"] for home in undone["refused"]]) == (1, ["Two"])
    assert await held(database, one, two) == [(8000, None, True), (8800, 5, True)]


async def test_homes_that_cannot_take_it_are_named_and_never_block_the_others(
    mine: Api, landlord: Person, a_property: MakeProperty
) -> None:
    good = await a_property(landlord)
    short = await a_property(landlord, title="Short", max_nights=4)
    gone = await a_property(landlord, title="Gone", status="archived")
    strangers = await a_property(title="Secret")
    dear = await a_property(landlord, title="Dear", price_minor=900_000_000)
    done = await edited(mine, [good, short, gone, strangers, dear], min_nights=7, price_percent=20)
    assert done["changed"] == 1
    assert {home["title"]: home["reason"] for home in done["refused"]} == {
        "Short": "Its longest stay is 4 nights.",
        "Gone": "An archived home stays as it was.",
        "": "There is nothing here",
        "Dear": "The price would be too high.",
    }


@pytest.mark.parametrize(
    "request_body",
    [{}, {"price_percent": 0}, {"price_percent": -91}, {"price_percent": 501}, {"min_nights": 0}, {"colour": "red"}],
)
async def test_a_wish_that_changes_nothing_or_too_much_is_refused(
    mine: Api, landlord: Person, a_property: MakeProperty, request_body: dict[str, Any]
) -> None:
    home = await a_property(landlord)
    reply = await mine.post("/properties/bulk-edits", {"ids": [str(home)], **request_body})
    assert (reply.status_code, reply.json()["code"]) == (422, "malformed")


async def test_a_stranger_cannot_undo(
    mine: Api, landlord: Person, a_property: MakeProperty, api: Api, a_person: MakePerson
) -> None:
    done = await edited(mine, [await a_property(landlord)], price_percent=10)
    for id_ in (done["id"], new_id()):
        assert (
            await api.as_(await a_person(Role.LANDLORD)).post(f"/properties/bulk-edits/{id_}/undo")
        ).status_code == 404
    assert (await api.as_(await a_person(Role.TENANT)).post("/properties/bulk-edits", {})).status_code == 403
    assert (await api.post(f"/properties/bulk-edits/{done['id']}/undo")).status_code == 401


@given(st.integers(1, 1_000_000_000), st.integers(-90, 500))
def test_a_price_is_rounded_half_up_and_never_nothing(price: int, percent: int) -> None:
    exact = price * (100 + percent) / 100
    assert price_after(price, percent) == max(1, int(exact + 0.5))


@pytest.mark.parametrize(
    ("price", "percent", "after"), [(8050, 10, 8855), (5, 10, 6), (4, 10, 4), (1, -90, 1), (15, -50, 8)]
)
def test_prices_by_example(price: int, percent: int, after: int) -> None:
    assert price_after(price, percent) == after


async def test_no_price_goes_below_the_minimum_of_its_home(
    mine: Api, landlord: Person, a_property: MakeProperty, database: Database
) -> None:
    firm, loose = [await a_property(landlord, price_minor=8000, min_price_minor=least) for least in (7500, 7200)]
    done = await edited(mine, [firm, loose], price_percent=-10)
    assert [(one["id"], one["reason"]) for one in done["refused"]] == [
        (str(firm), "It would cost less than its minimum price.")
    ]
    assert [row[0] for row in await held(database, firm, loose)] == [8000, 7200]


async def test_an_undo_leaves_a_home_whose_minimum_is_higher_by_now(
    mine: Api, landlord: Person, a_property: MakeProperty, database: Database
) -> None:
    home = await a_property(landlord, price_minor=8000)
    done = await edited(mine, [home], price_percent=25)
    async with database.transaction() as session:
        await session.execute(text("UPDATE property SET min_price_minor = 9000"))
    undone = (await mine.post(f"/properties/bulk-edits/{done['id']}/undo")).json()
    assert (undone["changed"], [one["id"] for one in undone["refused"]]) == (0, [str(home)])
    assert [row[0] for row in await held(database, home)] == [10000]
