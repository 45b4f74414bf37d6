"""Blocks that get other nights, or another reason, over HTTP."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine

from server.core import clock
from server.core.database import Database
from shared_models.auth import Role
from tests.conftest import Api, MakePerson, MakeProperty
from tests.server.calendars.test_calendars import between, block
from tests.server.stays import MakeBooking, day, rows

pytestmark = pytest.mark.usefixtures("at_noon")


def to(start: int | None = None, end: int | None = None, **more: Any) -> dict[str, Any]:
    """A change, in days from today."""
    dates = {"start": start, "end": end}
    return {name: str(day(ahead)) for name, ahead in dates.items() if ahead is not None} | more


async def test_a_block_moves_and_its_old_nights_are_free_again(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty, a_hold: MakeBooking
) -> None:
    landlord = await a_person(Role.LANDLORD)
    home = await a_property(landlord)
    made = (await api.as_(landlord).post("/calendars/blocks", block(home, 10, 13, "Mum"))).json()
    before = await rows(database, "SELECT id FROM occupancy")
    path = f"/calendars/blocks/{made['source_id']}"
    moved = await api.as_(landlord).patch(path, json=to(12, 16))
    assert moved.status_code == 200, moved.text
    assert moved.json() == made | {"start": str(day(12)), "end": str(day(16))}
    shown = (await api.as_(landlord).get("/calendars", params=between(0, 30))).json()
    assert shown["items"][0]["claims"] == [moved.json()]
    assert await rows(database, "SELECT id FROM occupancy") == before  # the very row
    await a_hold(await a_person(), home, check_in=10, check_out=12)


async def test_nights_reason_or_both_can_be_said_anew(api: Api, a_person: MakePerson, a_property: MakeProperty) -> None:
    landlord = await a_person(Role.LANDLORD)
    made = (await api.as_(landlord).post("/calendars/blocks", block(await a_property(landlord), 10, 13, "Mum"))).json()
    path = f"/calendars/blocks/{made['source_id']}"
    for change, end, note in (
        (to(end=14), 14, "Mum"),
        (to(note=" Dad "), 14, "Dad"),
        (to(end=12, note=""), 12, ""),
        ({}, 12, ""),
    ):
        changed = (await api.as_(landlord).patch(path, json=change)).json()
        assert (changed["start"], changed["end"], changed["note"]) == (str(day(10)), str(day(end)), note)


async def test_a_block_does_not_move_onto_a_guest(
    api: Api, a_person: MakePerson, a_property: MakeProperty, a_hold: MakeBooking
) -> None:
    landlord = await a_person(Role.LANDLORD)
    home = await a_property(landlord)
    made = (await api.as_(landlord).post("/calendars/blocks", block(home, 10, 13, "Mum"))).json()
    await a_hold(await a_person(), home, check_in=14, check_out=16)
    path = f"/calendars/blocks/{made['source_id']}"
    refused = await api.as_(landlord).patch(path, json=to(end=15, note="Dad"))
    assert (refused.status_code, refused.json()["code"]) == (409, "dates_taken")
    shown = (await api.as_(landlord).get("/calendars", params=between(0, 30))).json()
    assert shown["items"][0]["claims"][0] == made
    assert (await api.as_(landlord).patch(path, json=to(end=14))).status_code == 200


async def test_a_block_that_runs_ends_today_at_the_home_and_keeps_the_nights_that_are_over(
    api: Api, a_person: MakePerson, a_property: MakeProperty
) -> None:
    home, admin = await a_property(zone="Europe/London"), await a_person(Role.ADMIN)
    with time_machine.travel(clock.now() - timedelta(days=5)):
        before = await a_person(Role.ADMIN)
        made = (await api.as_(before).post("/calendars/blocks", block(home, 0, 8))).json()
    path = f"/calendars/blocks/{made['source_id']}"
    for change, field in ((to(end=-1), "end"), (to(start=-2), "start"), (to(start=1), "start")):
        refused = await api.as_(admin).patch(path, json=change)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, field)
    ended = await api.as_(admin).patch(path, json=to(end=0))
    assert (ended.json()["start"], ended.json()["end"]) == (made["start"], str(day(0)))


@pytest.mark.parametrize(
    ("change", "field"),
    [(to(10, 10), "end"), (to(14), "end"), (to(end=9), "end"), (to(end=900), "end"), ({"note": "a" * 201}, "note")],
)
async def test_a_bad_change_names_the_field_and_changes_nothing(
    api: Api, a_person: MakePerson, a_property: MakeProperty, change: dict[str, Any], field: str
) -> None:
    landlord = await a_person(Role.LANDLORD)
    made = (await api.as_(landlord).post("/calendars/blocks", block(await a_property(landlord), 10, 13))).json()
    refused = await api.as_(landlord).patch(f"/calendars/blocks/{made['source_id']}", json=change)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, field)
    shown = (await api.as_(landlord).get("/calendars", params=between(0, 30))).json()
    assert shown["items"][0]["claims"] == [made]


async def test_a_strangers_block_cannot_be_moved(api: Api, a_person: MakePerson, a_property: MakeProperty) -> None:
    owner = await a_person(Role.LANDLORD)
    made = (await api.as_(owner).post("/calendars/blocks", block(await a_property(owner)))).json()
    path = f"/calendars/blocks/{made['source_id']}"
    for caller, status in ((await a_person(Role.LANDLORD), 404), (await a_person(), 403), (None, 401)):
        assert (await api.as_(caller).patch(path, json=to(end=20))).status_code == status
    await api.as_(owner).delete(path)
    assert (await api.as_(owner).patch(path, json=to(end=20))).status_code == 404


async def test_words_leave_the_homes_that_have_them_in_title_or_place(
    api: Api, a_person: MakePerson, a_property: MakeProperty
) -> None:
    landlord = await a_person(Role.LANDLORD)
    homes: dict[str, UUID] = {}
    for title, place in (("Castle View", "Old Town"), ("Loft", "Leith"), ("Shore 100%", "Leith")):
        homes[title] = await a_property(landlord, title=title, neighbourhood=place)
    await a_property(title="Loft of another", neighbourhood="Leith")

    async def found(text: str) -> list[str]:
        shown = await api.as_(landlord).get("/calendars", params=between(0, 30) | {"text": text})
        return [item["title"] for item in shown.json()["items"]]

    assert await found("leith") == ["Loft", "Shore 100%"]
    assert await found("LEITH loft") == ["Loft"]
    assert await found("%") == ["Shore 100%"]
    assert await found("nowhere") == []
    assert await found("") == ["Castle View", "Loft", "Shore 100%"]
