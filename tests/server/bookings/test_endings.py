"""How an agreed stay ends before its time: cancelled, or nobody came. Over HTTP."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from server.core import jobs
from server.core.database import Database
from shared_models.auth import Role
from tests.conftest import Api, MakePerson, MakeProperty, Person
from tests.server.stays import MakeBooking, broken_promises, rows

pytestmark = pytest.mark.usefixtures("on_arrival")

REASON = {"reason": "My train was cancelled."}
BOOKED = "2030-06-20T09:00:00Z"

Stay = tuple[Person, Person, str]


@pytest.fixture
async def stay(a_person: MakePerson, a_property: MakeProperty, a_booking: MakeBooking) -> Any:
    """A stay in London from 28 June to 1 July 2030: its tenant, its landlord, its path."""

    async def make(**home: Any) -> Stay:
        with time_machine.travel(BOOKED):
            tenant, landlord = await a_person(), await a_person(Role.LANDLORD)
            made = await a_booking(tenant, await a_property(landlord, **home), check_in=8, check_out=11)
        return tenant, landlord, f"/bookings/{made['id']}"

    return make


async def post(api: Api, who: Person, path: str, at: str, body: Any = None) -> Any:
    """Called at an instant, by someone whose token is from then."""
    with time_machine.travel(at):
        return await api.as_(await renewed(api, who)).post(path, body)


async def renewed(api: Api, who: Person) -> Person:
    reply = await api.post("/auth/sign-in", {"email": who.email, "password": "a long enough password"})
    assert reply.status_code == 200, reply.text
    return Person(who.id, who.email, who.name, who.identity, reply.json()["access_token"], "")


@pytest.mark.parametrize("side", ["tenant", "landlord"])
async def test_either_side_cancels_and_says_why_and_the_nights_are_free(
    api: Api, database: Database, stay: Any, side: str
) -> None:
    tenant, landlord, path = await stay()
    who = tenant if side == "tenant" else landlord
    with time_machine.travel(BOOKED):
        for _ in range(2):
            reply = await api.as_(who).post(f"{path}/cancel", REASON)
            assert (reply.status_code, reply.json()["status"]) == (200, "cancelled")
        other = await api.as_(landlord if who is tenant else tenant).post(f"{path}/cancel", {"reason": "Me too."})
        assert (other.status_code, other.json()) == (200, reply.json())
    assert (reply.json()["ended_by"], reply.json()["reason"]) == (side, REASON["reason"])
    assert [(entry["kind"], entry["by"]) for entry in reply.json()["history"]][2:] == [("cancelled", side)]
    assert await rows(database, "SELECT 1 FROM occupancy") == []
    assert await broken_promises(database) == []


async def test_a_stranger_cancels_nothing(api: Api, stay: Any, a_person: MakePerson) -> None:
    _, _, path = await stay()
    with time_machine.travel(BOOKED):
        strangers = [await a_person(Role.LANDLORD), await a_person(Role.ADMIN), None]
        for act, body in (("cancel", REASON), ("no-show", None)):
            answers = [(await api.as_(who).post(f"{path}/{act}", body)).status_code for who in strangers]
            assert answers == [404, 404, 401]


@pytest.mark.parametrize(
    ("zone", "over"),
    [
        ("Europe/London", "2030-06-28T23:00:00+00:00"),
        ("Pacific/Honolulu", "2030-06-29T10:00:00+00:00"),
        ("Asia/Kathmandu", "2030-06-28T18:15:00+00:00"),
    ],
)
async def test_a_stay_is_cancelled_until_the_day_of_arrival_is_over_there_and_then_nobody_came(
    api: Api, database: Database, stay: Any, zone: str, over: str
) -> None:
    tenant, landlord, path = await stay(zone=zone)
    before = (datetime.fromisoformat(over) - timedelta(minutes=1)).isoformat()
    early = await post(api, landlord, f"{path}/no-show", before)
    assert (early.status_code, early.json()["code"]) == (409, "invalid_transition")
    assert "not over yet" in early.json()["detail"]
    late = await post(api, tenant, f"{path}/cancel", over, REASON)
    assert (late.status_code, late.json()["code"]) == (409, "invalid_transition")
    assert (await post(api, tenant, f"{path}/no-show", over)).status_code == 404
    for _ in range(2):
        reply = await post(api, landlord, f"{path}/no-show", over)
        assert (reply.status_code, reply.json()["status"]) == (200, "no_show")
    assert [(entry["kind"], entry["by"]) for entry in reply.json()["history"]][2:] == [("no_show", "landlord")]
    assert await rows(database, "SELECT 1 FROM occupancy") == []


async def test_a_stay_that_is_over_ends_in_no_other_way(api: Api, database: Database, stay: Any) -> None:
    tenant, landlord, path = await stay()
    over = "2030-07-01T11:00:00Z"
    for _ in range(2):  # before and after the clock wrote it down
        for who, act, body in ((tenant, "cancel", REASON), (landlord, "no-show", None)):
            reply = await post(api, who, f"{path}/{act}", over, body)
            assert (reply.status_code, reply.json()["code"]) == (409, "invalid_transition")
        with time_machine.travel(over):
            await jobs.run_now(database, "bookings.complete_stays", {})
    assert await rows(database, "SELECT kind, actor FROM booking_history ORDER BY id") == [
        ("held", "tenant"),
        ("confirmed", "tenant"),
        ("completed", "clock"),
    ]


async def test_a_stay_that_ends_closes_its_change(api: Api, database: Database, stay: Any) -> None:
    tenant, landlord, path = await stay()
    request_body = {"check_in": "2030-06-28", "check_out": "2030-07-03", "guests": 2}
    with time_machine.travel("2030-07-01T08:00:00Z"):
        caller = api.as_(await renewed(api, tenant))
        quote = (await caller.post(f"{path}/quotes", request_body)).json()
        asked = (await caller.post(f"{path}/changes", {"quote_id": quote["id"]})).json()
    assert asked["change"]["expires_at"] == "2030-07-01T23:00:00Z"  # the end of the day of leaving
    with time_machine.travel("2030-07-01T11:00:00Z"):
        await jobs.run_now(database, "bookings.complete_stays", {})
    assert await rows(database, "SELECT status FROM booking_change") == [("closed",)]
    assert await rows(database, "SELECT kind FROM occupancy") == [("booking",)]
    late = await post(api, landlord, f"{path}/changes/{asked['change']['id']}/accept", "2030-07-01T11:00:00Z")
    assert (late.status_code, late.json()["code"]) == (409, "invalid_transition")
    assert await broken_promises(database) == []


async def test_a_guest_who_has_arrived_stays_longer(api: Api, database: Database, stay: Any) -> None:
    tenant, landlord, path = await stay()
    now = "2030-06-30T08:00:00Z"
    longer = {"check_in": "2030-06-28", "check_out": "2030-07-03", "guests": 2}
    quote = (await post(api, tenant, f"{path}/quotes", now, longer)).json()
    asked = (await post(api, tenant, f"{path}/changes", now, {"quote_id": quote["id"]})).json()
    agreed = (await post(api, landlord, f"{path}/changes/{asked['change']['id']}/accept", now)).json()
    assert (agreed["check_in"], agreed["check_out"]) == ("2030-06-28", "2030-07-03")
    moved = {"check_in": "2030-06-29", "check_out": "2030-07-03", "guests": 2}
    refused = await post(api, tenant, f"{path}/quotes", now, moved)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (409, "check_in")


async def test_the_history_is_shown_with_one_booking_and_left_out_of_lists(api: Api, stay: Any) -> None:
    tenant, _, path = await stay()
    with time_machine.travel(BOOKED):
        assert [entry["kind"] for entry in (await api.as_(tenant).get(path)).json()["history"]] == ["held", "confirmed"]
        (listed,) = (await api.as_(tenant).get("/bookings")).json()["items"]
    assert listed["history"] is None


async def test_who_has_stayed_still_sees_where_it_was(api: Api, database: Database, stay: Any) -> None:
    tenant, landlord, path = await stay(address_line="12 Shore Street", postcode="EH6 6QW")
    with time_machine.travel("2030-07-01T11:00:00Z"):
        await jobs.run_now(database, "bookings.complete_stays", {})
        for who in (tenant, landlord):
            seen = (await api.as_(await renewed(api, who)).get(path)).json()
            street = (seen["home"]["address_line"], seen["home"]["postcode"])
            assert (seen["status"], street) == ("completed", ("12 Shore Street", "EH6 6QW"))


async def test_a_guest_who_never_came_waits_for_no_change(api: Api, database: Database, stay: Any) -> None:
    tenant, landlord, path = await stay()
    now, longer = "2030-06-29T08:00:00Z", {"check_in": "2030-06-28", "check_out": "2030-07-03", "guests": 2}
    quote = (await post(api, tenant, f"{path}/quotes", now, longer)).json()
    asked = (await post(api, tenant, f"{path}/changes", now, {"quote_id": quote["id"]})).json()
    gone = await post(api, landlord, f"{path}/no-show", now)
    assert (gone.status_code, gone.json()["status"], gone.json()["change"]) == (200, "no_show", None)
    assert await rows(database, "SELECT status FROM booking_change") == [("closed",)]
    assert await rows(database, "SELECT kind FROM occupancy") == []
    late = await post(api, landlord, f"{path}/changes/{asked['change']['id']}/accept", now)
    assert (late.status_code, late.json()["code"]) == (409, "invalid_transition")
