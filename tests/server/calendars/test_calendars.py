"""Calendars and blocks, over HTTP."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine

from server.core import clock
from server.core.database import Database
from server.core.ids import new_id
from shared_models.auth import Role
from tests.conftest import Api, MakePerson, MakeProperty
from tests.server.stays import MakeBooking, day, rows, statements

pytestmark = pytest.mark.usefixtures("at_noon")


def block(home: UUID, start: int = 10, end: int = 13, note: str = "") -> dict[str, Any]:
    """A request for a block, in days from today."""
    return {"property_id": str(home), "start": day(start).isoformat(), "end": day(end).isoformat(), "note": note}


def between(start: int, end: int, *homes: UUID) -> dict[str, Any]:
    """The query of a stretch of days from today."""
    return {"start": day(start).isoformat(), "end": day(end).isoformat(), "property_ids": [str(home) for home in homes]}


async def test_a_blocked_night_is_taken_and_free_again_without_the_block(
    api: Api, a_person: MakePerson, a_property: MakeProperty, a_hold: MakeBooking
) -> None:
    landlord, tenant = await a_person(Role.LANDLORD), await a_person()
    home = await a_property(landlord)
    made = await api.as_(landlord).post("/calendars/blocks", block(home, 10, 13, "The painters come"))
    assert made.status_code == 201, made.text
    asked = {"property_id": str(home), "check_in": day(12).isoformat(), "check_out": day(14).isoformat(), "guests": 1}
    assert (await api.as_(tenant).post("/quotes", asked)).json()["code"] == "dates_taken"
    await a_hold(tenant, home, check_in=13, check_out=14)
    gone = await api.as_(landlord).delete(f"/calendars/blocks/{made.json()['source_id']}")
    assert (gone.status_code, gone.content) == (204, b"")
    await a_hold(tenant, home, check_in=12, check_out=13)


async def test_deleting_a_block_is_undone_by_blocking_again_and_cannot_be_done_twice(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty
) -> None:
    landlord = await a_person(Role.LANDLORD)
    request_body = block(await a_property(landlord))
    made = (await api.as_(landlord).post("/calendars/blocks", request_body)).json()
    path = f"/calendars/blocks/{made['source_id']}"
    assert [(await api.as_(landlord).delete(path)).status_code for _ in range(2)] == [204, 404]
    assert (await api.as_(landlord).post("/calendars/blocks", request_body)).status_code == 201
    assert await rows(database, "SELECT count(*) FROM block") == [(1,)]


async def test_a_block_does_not_take_nights_from_a_guest(
    api: Api, a_person: MakePerson, a_property: MakeProperty, a_hold: MakeBooking, database: Database
) -> None:
    landlord = await a_person(Role.LANDLORD)
    home = await a_property(landlord)
    await a_hold(await a_person(), home, check_in=10, check_out=13)
    reply = await api.as_(landlord).post("/calendars/blocks", block(home, 12, 14))
    assert (reply.status_code, reply.json()["code"]) == (409, "dates_taken")
    assert await rows(database, "SELECT 1 FROM block") == []


@pytest.mark.parametrize(("start", "status"), [(-2, 422), (-1, 201), (0, 201)])
async def test_a_block_begins_yesterday_at_the_earliest(
    api: Api, a_person: MakePerson, a_property: MakeProperty, start: int, status: int
) -> None:
    landlord = await a_person(Role.LANDLORD)
    reply = await api.as_(landlord).post("/calendars/blocks", block(await a_property(landlord), start, 3))
    assert reply.status_code == status
    assert status == 201 or reply.json()["errors"][0]["field"] == "start"


@pytest.mark.parametrize(("start", "end"), [(3, 3), (3, 2), (3, 804)])
async def test_a_block_of_no_night_or_too_many_is_malformed(
    api: Api, a_person: MakePerson, a_property: MakeProperty, start: int, end: int
) -> None:
    landlord = await a_person(Role.LANDLORD)
    reply = await api.as_(landlord).post("/calendars/blocks", block(await a_property(landlord), start, end))
    assert (reply.status_code, reply.json()["code"]) == (422, "malformed")


async def test_a_note_can_be_changed(api: Api, a_person: MakePerson, a_property: MakeProperty) -> None:
    landlord = await a_person(Role.LANDLORD)
    home = await a_property(landlord)
    made = (await api.as_(landlord).post("/calendars/blocks", block(home, note="Mum"))).json()
    changed = await api.as_(landlord).patch(f"/calendars/blocks/{made['source_id']}", json={"note": " Dad "})
    assert changed.json() == made | {"note": "Dad"}
    shown = (await api.as_(landlord).get("/calendars", params=between(0, 30))).json()
    assert shown["items"][0]["claims"] == [changed.json()]


async def test_a_strangers_home_and_blocks_are_not_there(
    api: Api, a_person: MakePerson, a_property: MakeProperty
) -> None:
    owner, stranger = await a_person(Role.LANDLORD), await a_person(Role.LANDLORD)
    home = await a_property(owner)
    path = f"/calendars/blocks/{(await api.as_(owner).post('/calendars/blocks', block(home))).json()['source_id']}"
    for caller, status in ((stranger, 404), (await a_person(Role.TENANT), 403), (None, 401)):
        assert (await api.as_(caller).post("/calendars/blocks", block(home, 20, 21))).status_code == status
        assert (await api.as_(caller).delete(path)).status_code == status
        assert (await api.as_(caller).patch(path, json={"note": ""})).status_code == status
    assert (await api.as_(stranger).get("/calendars", params=between(0, 30, home))).json()["items"] == []
    assert (await api.as_(owner).delete(f"/calendars/blocks/{new_id()}")).status_code == 404


async def test_an_admin_helps_with_any_home(api: Api, a_person: MakePerson, a_property: MakeProperty) -> None:
    admin, home = await a_person(Role.ADMIN), await a_property()
    made = await api.as_(admin).post("/calendars/blocks", block(home))
    assert made.status_code == 201
    shown = (await api.as_(admin).get("/calendars", params=between(0, 30, home))).json()
    assert [claim["source_id"] for claim in shown["items"][0]["claims"]] == [made.json()["source_id"]]


async def test_a_calendar_shows_every_claim_that_touches_the_range_by_date(
    api: Api, a_person: MakePerson, a_property: MakeProperty, a_hold: MakeBooking, a_booking: MakeBooking
) -> None:
    landlord, tenant = await a_person(Role.LANDLORD), await a_person()
    home = await a_property(landlord, title="Loft")
    held = await a_hold(tenant, home, check_in=14, check_out=16)
    booked = await a_booking(tenant, home, check_in=10, check_out=14)
    blocked = (await api.as_(landlord).post("/calendars/blocks", block(home, 5, 8, "Mum"))).json()
    await a_hold(tenant, home, check_in=20, check_out=21)  # begins when the range ends
    with time_machine.travel(clock.now() - timedelta(minutes=20)):
        await a_hold(await a_person(), home, check_in=17, check_out=18)  # lapsed
    shown = (await api.as_(landlord).get("/calendars", params=between(7, 20))).json()
    assert shown["next_cursor"] is None
    (calendar,) = shown["items"]
    assert (calendar["property_id"], calendar["title"], calendar["zone"]) == (str(home), "Loft", "Europe/London")
    assert [(claim["kind"], claim["source_id"], claim["note"]) for claim in calendar["claims"]] == [
        ("block", blocked["source_id"], "Mum"),
        ("booking", booked["id"], ""),
        ("hold", held["id"], ""),
    ]
    assert [claim["start"] for claim in calendar["claims"]] == [day(ahead).isoformat() for ahead in (5, 10, 14)]


async def test_many_homes_come_by_title_in_pages_with_a_fixed_number_of_statements(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.calendars.service.claims.MAX_CALENDARS", 3)
    landlord = await a_person(Role.LANDLORD)
    homes = [await a_property(landlord, title=title) for title in "DABCABE"]
    await a_property(landlord, title="AA", status="archived")
    await a_property(title="AA")
    for home in homes:
        await api.as_(landlord).post("/calendars/blocks", block(home))
    titles: list[str] = []
    cursor: dict[str, Any] = {}
    for _ in range(3):
        with statements(database) as sent:
            page = (await api.as_(landlord).get("/calendars", params=between(0, 30) | cursor)).json()
        assert len(sent) == 2
        assert all(len(item["claims"]) == 1 for item in page["items"])
        titles += [item["title"] for item in page["items"]]
        cursor = {"cursor": page["next_cursor"]}
    assert ("".join(titles), cursor["cursor"]) == ("AABBCDE", None)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        (between(3, 3), "end"),
        (between(3, 2), "end"),
        (between(3, 804), "end"),
        (between(3, 4) | {"cursor": "bm9wZQ"}, "cursor"),
        (between(3, 4) | {"cursor": "WyJhIiwiYiJd"}, "cursor"),
        (between(3, 4, *[new_id() for _ in range(61)]), "property_ids"),
        ({"start": "tomorrow", "end": "2030-01-01"}, "start"),
    ],
)
async def test_a_bad_question_names_the_field(
    api: Api, a_person: MakePerson, query: dict[str, Any], field: str
) -> None:
    reply = await api.as_(await a_person(Role.LANDLORD)).get("/calendars", params=query)
    assert (reply.status_code, reply.json()["errors"][0]["field"]) == (422, field)


async def test_anyone_sees_which_nights_are_taken_but_not_by_what(
    api: Api, a_person: MakePerson, a_property: MakeProperty, a_hold: MakeBooking, a_booking: MakeBooking
) -> None:
    landlord, home_kept = await a_person(Role.LANDLORD), 16
    home = await a_property(landlord)
    await api.as_(landlord).post("/calendars/blocks", block(home, 5, 10, "Mum"))
    await a_booking(await a_person(), home, check_in=10, check_out=12)
    await a_hold(await a_person(), home, check_in=14, check_out=home_kept)
    with time_machine.travel(clock.now() - timedelta(minutes=20)):
        await a_hold(await a_person(), home, check_in=20, check_out=22)
    reply = await api.get(f"/calendars/{home}/taken", params=between(7, 30))
    assert reply.json() == {
        "property_id": str(home),
        "start": day(7).isoformat(),
        "end": day(30).isoformat(),
        "taken": [
            {"start": day(7).isoformat(), "end": day(12).isoformat()},
            {"start": day(14).isoformat(), "end": day(16).isoformat()},
        ],
    }


async def test_what_is_taken_is_told_of_published_homes_only_but_always_to_their_landlord(
    api: Api, a_person: MakePerson, a_property: MakeProperty
) -> None:
    landlord = await a_person(Role.LANDLORD)
    home = await a_property(landlord, status="paused")
    path, query = f"/calendars/{home}/taken", between(0, 30)
    answers = [
        (await api.as_(who).get(path, params=query)).status_code
        for who in (None, await a_person(), landlord, await a_person(Role.ADMIN))
    ]
    assert answers == [404, 404, 200, 200]
    assert (await api.get(f"/calendars/{new_id()}/taken", params=query)).status_code == 404
    assert (await api.as_(landlord).get(path, params=between(0, 801))).status_code == 422
