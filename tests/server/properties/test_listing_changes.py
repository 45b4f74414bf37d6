"""Homes on show: what is looked at again, what takes effect at once, and what open stays forbid."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from server.core.database import Database
from server.properties.listing import service as listing
from server.properties.service import door as properties
from server.properties.service.door import OpenStay
from shared_models.auth import Role
from tests.conftest import Api, MakePerson, MakeProperty, Person
from tests.server.cases.conftest import only_case, queue
from tests.server.properties.test_property_endpoints import FACTS
from tests.server.stays import MakeBooking, a_booking, a_hold, a_quote, agreed, day

__all__ = ["a_booking", "a_hold", "a_quote"]


@pytest.fixture
async def shown(mine: Api, admin: Api) -> str:
    """A home on show that says FACTS."""
    home = (await mine.post("/properties", FACTS)).json()
    for who, status in ((mine, "pending_review"), (admin, "published")):
        assert (await who.post(f"/properties/{home['id']}/status", {"status": status})).status_code == 200
    return str(home["id"])


async def saved(mine: Api, home: str, **change: Any) -> dict[str, Any]:
    reply = await mine.put(f"/properties/{home}", FACTS | change)
    assert reply.status_code == 200, reply.text
    told: dict[str, Any] = reply.json()
    return told


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"title": "Other"}, "title"),
        ({"description": "Other."}, "description"),
        ({"type": "house"}, "type"),
        ({"address": FACTS["address"] | {"line": "2 Shore"}}, "address"),
        ({"address": FACTS["address"] | {"city": "Glasgow"}}, "address"),
        ({"pin": {"latitude": 55.97, "longitude": -3.17}}, "pin"),
    ],
)
async def test_what_matters_is_looked_at_before_tenants_see_it(
    mine: Api, admin: Api, api: Api, shown: str, change: dict[str, Any], word: str
) -> None:
    before = (await api.get(f"/properties/{shown}")).json()
    after = await saved(mine, shown, **change)
    assert after["status"] == "published"
    wished = {name: (FACTS | change)[name] for name in ("title", "description", "type", "address", "pin")}
    assert after["proposed"] == wished
    assert (await api.get(f"/properties/{shown}")).json() == before | {"updated_at": after["updated_at"]}
    case = await only_case(admin)
    assert case["words"] == ["changed", word]
    assert (await admin.post(f"/cases/{case['id']}/decide", {"outcome": "approved"})).status_code == 200
    seen = (await mine.get(f"/properties/{shown}")).json()
    assert {name: seen[name] for name in wished} == wished
    assert (seen["proposed"], seen["status"]) == (None, "published")


@pytest.mark.parametrize(
    "change",
    [
        {"price_minor": 9000},
        {"rules": {"pets": False}},
        {"min_nights": 4},
        {"amenities": []},
        {"check_in_from": "16:00:00"},
        {"instant_book": False},
        {"sleeps": 3},
    ],
)
async def test_price_and_rules_take_effect_at_once(mine: Api, admin: Api, shown: str, change: dict[str, Any]) -> None:
    after = await saved(mine, shown, **change)
    assert (after["proposed"], await queue(admin)) == (None, [])


async def test_of_a_mixed_change_only_what_matters_waits(mine: Api, api: Api, shown: str) -> None:
    await saved(mine, shown, title="Other", price_minor=9000)
    seen = (await api.get(f"/properties/{shown}")).json()
    assert (seen["title"], seen["price"]["amount_minor"], seen["proposed"]) == (FACTS["title"], 9000, None)


async def test_a_change_sent_back_keeps_the_home_and_the_words_and_can_be_sent_again(
    mine: Api, admin: Api, api: Api, shown: str
) -> None:
    await saved(mine, shown, title="Best in town")
    case = await only_case(admin)
    back = {"outcome": "sent_back", "reasons": ["title_misleading"], "note": "Says who?"}
    assert (await admin.post(f"/cases/{case['id']}/decide", back)).status_code == 200
    seen = (await mine.get(f"/properties/{shown}")).json()
    assert (seen["status"], seen["title"], seen["proposed"]["title"]) == ("published", FACTS["title"], "Best in town")
    assert (seen["review_reasons"], seen["review_note"]) == (["title_misleading"], "Says who?")
    assert (await api.get(f"/properties/{shown}")).json()["review_note"] is None
    again = await saved(mine, shown, title="Best in town")
    assert (again["review_reasons"], again["review_note"]) == ([], None)
    assert (await only_case(admin))["id"] != case["id"]


async def test_taking_the_change_back_withdraws_its_case(mine: Api, admin: Api, shown: str) -> None:
    await saved(mine, shown, title="Other")
    after = await saved(mine, shown)
    assert (after["proposed"], await queue(admin)) == (None, [])
    assert (await queue(admin, closed=True))[0]["outcome"] == "withdrawn"


async def test_another_change_while_one_waits_is_one_case_and_the_last_words_count(
    mine: Api, admin: Api, shown: str
) -> None:
    await saved(mine, shown, title="One")
    await saved(mine, shown, title="Two")
    await saved(mine, shown, title="Two", price_minor=9000)
    case = await only_case(admin)
    log = (await admin.get(f"/cases/{case['id']}")).json()["log"]
    assert [line["act"] for line in log] == ["opened", "added"]
    await admin.post(f"/cases/{case['id']}/decide", {"outcome": "approved"})
    seen = (await mine.get(f"/properties/{shown}")).json()
    assert (seen["title"], seen["price"]["amount_minor"]) == ("Two", 9000)


async def test_the_tag_of_a_home_knows_what_is_proposed(mine: Api, shown: str) -> None:
    seen = (await mine.get(f"/properties/{shown}")).headers["etag"]
    await saved(mine, shown, title="One")
    late = await mine.put(f"/properties/{shown}", FACTS | {"title": "Two"}, headers={"If-Match": seen})
    assert late.status_code == 412


async def test_an_admins_change_takes_effect_at_once(admin: Api, api: Api, shown: str) -> None:
    after = await saved(admin, shown, title="Put right")
    assert (after["title"], after["proposed"], await queue(admin)) == ("Put right", None, [])


@pytest.mark.parametrize(
    ("end", "title"), [({"status": "archived"}, FACTS["title"]), ({"status": "rejected", "note": "so"}, "Other")]
)
async def test_a_home_that_leaves_the_show_leaves_no_case_behind(
    mine: Api, admin: Api, shown: str, end: dict[str, str], title: str
) -> None:
    await saved(mine, shown, title="Other")
    assert (await admin.post(f"/properties/{shown}/status", end)).status_code == 200
    seen = (await mine.get(f"/properties/{shown}")).json()
    assert (seen["proposed"], seen["title"], await queue(admin)) == (None, title, [])


async def test_pausing_keeps_a_change_that_waits(mine: Api, admin: Api, shown: str) -> None:
    await saved(mine, shown, title="Other")
    await mine.post(f"/properties/{shown}/status", {"status": "paused"})
    await mine.post(f"/properties/{shown}/status", {"status": "published"})
    case = await only_case(admin)
    await admin.post(f"/cases/{case['id']}/decide", {"outcome": "approved"})
    assert (await mine.get(f"/properties/{shown}")).json()["title"] == "Other"


async def test_a_copy_says_all_the_first_says_and_is_a_draft_of_the_same_landlord(
    mine: Api, admin: Api, api: Api, a_person: MakePerson, shown: str
) -> None:
    reply = await mine.post(f"/properties/{shown}/duplicate")
    copy = reply.json()
    assert (reply.status_code, copy["status"], copy["title"]) == (201, "draft", f"{FACTS['title']} (copy)")
    first = (await mine.get(f"/properties/{shown}")).json()
    own = {"id", "slug", "status", "title", "created_at", "updated_at"}
    assert {name: copy[name] for name in copy if name not in own} == {
        name: first[name] for name in first if name not in own
    }
    assert copy["id"] != shown
    assert (await api.as_(await a_person(Role.LANDLORD)).post(f"/properties/{shown}/duplicate")).status_code == 404
    long = await saved(admin, shown, title="x" * 250)
    assert len((await mine.post(f"/properties/{long['id']}/duplicate")).json()["title"]) == 250


async def test_a_home_with_open_stays_is_not_archived_and_they_are_named(
    mine: Api, landlord: Person, a_person: MakePerson, a_property: MakeProperty, a_booking: MakeBooking
) -> None:
    home = await a_property(landlord, title="Busy")
    first = await a_booking(await a_person(), home, check_in=10, check_out=13)
    second = await a_booking(await a_person(), home, check_in=20, check_out=22)
    reply = await mine.post(f"/properties/{home}/status", {"status": "archived"})
    assert (reply.status_code, reply.json()["code"]) == (409, "stays_open")
    told = [(error["field"], error["reason"]) for error in reply.json()["errors"]]
    assert told == [
        (f"stays.{stay['reference']}", f"{stay['check_in']} to {stay['check_out']}, confirmed")
        for stay in (first, second)
    ]


async def test_stays_of_every_room_that_knows_some_keep_a_home_and_are_named_by_arrival(
    mine: Api,
    landlord: Person,
    a_person: MakePerson,
    a_property: MakeProperty,
    a_booking: MakeBooking,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    home, other = await a_property(landlord), await a_property(landlord)
    booked = await a_booking(await a_person(), home, check_in=10, check_out=13)
    tenancies = [OpenStay(name, day(when), day(when + 300), "running") for name, when in (("LATE", 20), ("SOON", 1))]

    async def tenancies_at(_: AsyncSession, ids: Iterable[UUID]) -> Mapping[UUID, Sequence[OpenStay]]:
        return {id_: tenancies if id_ == home else [] for id_ in ids}

    monkeypatch.setattr(properties, "_stays", [*properties._stays])
    for _ in range(2):
        properties.register_open_stays(tenancies_at)
    reply = await mine.post(f"/properties/{home}/status", {"status": "archived"})
    assert (reply.status_code, reply.json()["code"]) == (409, "stays_open")
    fields = [error["field"] for error in reply.json()["errors"]]
    assert fields == ["stays.SOON", f"stays.{booked['reference']}", "stays.LATE"]
    assert (await mine.post(f"/properties/{other}/status", {"status": "archived"})).status_code == 200


async def test_pausing_stops_new_bookings_only_and_tells_how_many_stays_remain(
    mine: Api,
    api: Api,
    database: Database,
    landlord: Person,
    a_person: MakePerson,
    a_property: MakeProperty,
    a_booking: MakeBooking,
    a_hold: MakeBooking,
) -> None:
    home, tenant = await a_property(landlord, title="Busy"), await a_person()
    stay = await a_booking(tenant, home, check_in=10, check_out=13)
    held = await a_hold(tenant, home, check_in=20, check_out=22)
    path = (await mine.post(f"/calendars/{home}/link")).json()["url"].split("/api/v1")[1]
    reply = await mine.post(f"/properties/{home}/status", {"status": "paused"})
    assert (reply.status_code, reply.json()["status"], reply.json()["stays_remaining"]) == (200, "paused", 2)
    assert (await mine.get(f"/properties/{home}")).json()["stays_remaining"] is None
    assert (await api.as_(tenant).get(f"/bookings/{stay['id']}")).json()["status"] == "confirmed"
    assert (await agreed(api, database, tenant, held))["status"] == "confirmed"
    request_body = {"property_id": str(home), "check_in": str(day(30)), "check_out": str(day(32)), "guests": 1}
    assert (await api.as_(tenant).post("/quotes", request_body)).status_code == 404
    assert (await api.get(path)).text.count("BEGIN:VEVENT") == 2


async def test_of_many_homes_that_are_paused_the_stays_that_remain_are_counted(
    mine: Api, landlord: Person, a_person: MakePerson, a_property: MakeProperty, a_booking: MakeBooking
) -> None:
    tenant, homes = await a_person(), [await a_property(landlord) for _ in range(3)]
    for home in homes[:2]:
        await a_booking(tenant, home)
    some = {"status": "paused", "ids": [str(homes[0])]}
    assert (await mine.post("/properties/bulk-status", some)).json()["stays_remaining"] == 1
    rest = (await mine.post("/properties/bulk-status", {"status": "paused", "from_status": "published"})).json()
    assert (rest["moved"], rest["stays_remaining"], rest["refused"]) == (2, 1, [])


async def test_of_many_homes_only_those_with_open_stays_remain(
    mine: Api, landlord: Person, a_person: MakePerson, a_property: MakeProperty, a_hold: MakeBooking, api: Api
) -> None:
    busy, free = await a_property(landlord, title="Busy"), await a_property(landlord, title="Free")
    tenant = await a_person()
    held = await a_hold(tenant, busy)
    for request_body in ({"ids": [str(busy), str(free)]}, {"from_status": "published"}):
        done = (await mine.post("/properties/bulk-status", {"status": "archived", **request_body})).json()
        assert [home["title"] for home in done["refused"]] == ["Busy"]
    assert (await api.as_(tenant).post(f"/bookings/{held['id']}/release")).status_code == 200
    assert (await mine.post(f"/properties/{busy}/status", {"status": "archived"})).status_code == 200


async def test_homes_that_stay_are_not_in_the_way_of_those_that_can_be_archived(
    mine: Api,
    landlord: Person,
    a_person: MakePerson,
    a_property: MakeProperty,
    a_booking: MakeBooking,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tenant = await a_person()
    homes = sorted([await a_property(landlord, title=f"Home {number}") for number in range(5)])
    busy = set(homes[:3])
    for home in busy:
        await a_booking(tenant, home)
    monkeypatch.setattr(listing, "MAX_MOVED_AT_ONCE", 2)
    request_body: dict[str, Any] = {"status": "archived", "from_status": "published"}
    told = []
    while "cursor" not in request_body or request_body["cursor"] is not None:
        done = (await mine.post("/properties/bulk-status", request_body)).json()
        told.append((done["moved"], [UUID(home["id"]) for home in done["refused"]], done["remaining"]))
        request_body["cursor"] = done["next_cursor"]
    assert told == [(0, homes[:2], 3), (1, [homes[2]], 1), (1, [], 0)]
    archived = (await mine.get("/properties?status=archived")).json()["items"]
    assert {UUID(home["id"]) for home in archived} == set(homes) - busy


@pytest.mark.parametrize("cursor", ["nonsense", "WyJ4Il0", "W10", "\x00"])
async def test_a_cursor_that_is_none_of_ours_moves_nothing(
    mine: Api, landlord: Person, a_property: MakeProperty, cursor: str
) -> None:
    await a_property(landlord)
    request_body = {"status": "archived", "from_status": "published", "cursor": cursor}
    reply = await mine.post("/properties/bulk-status", request_body)
    assert (reply.status_code, reply.json()["errors"][0]["field"]) == (422, "cursor")
    assert (await mine.get("/properties?status=archived")).json()["items"] == []


async def test_a_home_cannot_be_archived_between_a_hold_and_its_payment(
    mine: Api,
    landlord: Person,
    a_person: MakePerson,
    a_property: MakeProperty,
    a_hold: MakeBooking,
    api: Api,
    database: Database,
) -> None:
    home: UUID = await a_property(landlord)
    tenant = await a_person()
    held = await a_hold(tenant, home)
    assert (await mine.post(f"/properties/{home}/status", {"status": "archived"})).status_code == 409
    assert (await agreed(api, database, tenant, held))["status"] == "confirmed"
