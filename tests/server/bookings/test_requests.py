"""A landlord is asked, and answers within a day: over HTTP."""

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import text

from server.core import clock, jobs
from server.core.database import Database
from shared_models.auth import Role
from tests.conftest import Api, MakePerson, MakeProperty, Person
from tests.server.stays import MakeBooking, broken_promises, quote_request, rows

pytestmark = pytest.mark.usefixtures("at_noon", "on_arrival")

Asked = tuple[Person, Person, dict[str, object]]
REASON = {"reason": "The roof is being mended."}


@pytest.fixture
async def asked(a_person: MakePerson, a_property: MakeProperty, a_hold: MakeBooking) -> Asked:
    """A tenant, a landlord, and what the one asked of the other."""
    tenant, landlord = await a_person(name="Isla"), await a_person(Role.LANDLORD, name="Morag")
    home = await a_property(landlord, instant_book=False, address_line="1 Royal Mile")
    return tenant, landlord, await a_hold(tenant, home)


async def test_a_request_keeps_the_nights_for_a_day_and_nothing_is_agreed(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty
) -> None:
    tenant, home = await a_person(), await a_property(instant_book=False)
    with time_machine.travel(clock.now(), tick=False):
        kept = (await api.as_(tenant).post("/quotes", quote_request(home))).json()
        made = (await api.as_(tenant).post("/bookings", {"quote_id": kept["id"]})).json()
        until = clock.now() + timedelta(hours=24)
    assert (kept["instant_book"], made["status"], made["home"]["address_line"]) == (False, "requested", None)
    assert await rows(database, "SELECT kind, source_id, expires_at FROM occupancy") == [
        ("hold", UUID(made["id"]), until)
    ]
    other = await api.as_(await a_person()).post("/quotes", quote_request(home, check_in=12, check_out=14))
    assert (other.status_code, other.json()["code"]) == (409, "dates_taken")


async def test_a_yes_agrees_the_stay_and_twice_is_once(api: Api, database: Database, asked: Asked) -> None:
    tenant, landlord, made = asked
    path = f"/bookings/{made['id']}"
    first, again = [(await api.as_(landlord).post(f"{path}/accept")) for _ in range(2)]
    assert (first.status_code, first.json()["status"], first.json()) == (200, "confirmed", again.json())
    seen = (await api.as_(tenant).get(path)).json()
    assert (seen["home"]["address_line"], seen["confirmed_at"] is not None) == ("1 Royal Mile", True)
    assert [(entry["kind"], entry["by"]) for entry in seen["history"]] == [
        ("requested", "tenant"),
        ("accepted", "landlord"),
    ]
    assert await rows(database, "SELECT kind, expires_at FROM occupancy") == [("booking", None)]


async def test_a_no_says_why_and_gives_the_nights_back(api: Api, database: Database, asked: Asked) -> None:
    tenant, landlord, made = asked
    path = f"/bookings/{made['id']}"
    for _ in range(2):
        reply = await api.as_(landlord).post(f"{path}/decline", REASON)
        assert (reply.status_code, reply.json()["status"]) == (200, "declined")
    seen = (await api.as_(tenant).get(path)).json()
    assert (seen["ended_by"], seen["reason"]) == ("landlord", REASON["reason"])
    assert [(entry["kind"], entry["note"]) for entry in seen["history"]] == [
        ("requested", None),
        ("declined", REASON["reason"]),
    ]
    assert await rows(database, "SELECT 1 FROM occupancy") == []


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": "   "}, {"reason": "x" * 501}, {"reason": None}])
@pytest.mark.parametrize("act", ["decline", "cancel"])
async def test_a_no_without_a_reason_names_the_field(api: Api, asked: Asked, act: str, body: dict[str, str]) -> None:
    _, landlord, made = asked
    reply = await api.as_(landlord).post(f"/bookings/{made['id']}/{act}", body)
    assert (reply.status_code, reply.json()["errors"][0]["field"]) == (422, "reason")


async def test_a_request_nobody_answers_runs_out_and_cannot_be_answered(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty, a_hold: MakeBooking
) -> None:
    tenant, landlord = await a_person(), await a_person(Role.LANDLORD)
    home = await a_property(landlord, instant_book=False)
    with time_machine.travel(clock.now() - timedelta(hours=24)):
        made = await a_hold(tenant, home)
    path = f"/bookings/{made['id']}"
    for _ in range(2):  # before and after the job wrote it down, which may run twice
        assert (await api.as_(tenant).get(path)).json()["status"] == "expired"
        for act, body in (("accept", None), ("decline", REASON)):
            reply = await api.as_(landlord).post(f"{path}/{act}", body)
            assert (reply.status_code, reply.json()["code"]) == (409, "invalid_transition")
            assert "ran out" in reply.json()["detail"]
        for _ in range(2):
            await jobs.run_now(database, "calendars.remove_lapsed", {})
    assert await rows(database, "SELECT status FROM booking") == [("expired",)]
    assert await rows(database, "SELECT kind, actor FROM booking_history ORDER BY id") == [
        ("requested", "tenant"),
        ("expired", "clock"),
    ]
    assert await broken_promises(database) == []


async def test_a_request_that_ran_out_is_tidied_up_by_taking_it_back(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty, a_hold: MakeBooking
) -> None:
    tenant, home = await a_person(), await a_property(instant_book=False)
    with time_machine.travel(clock.now() - timedelta(hours=24)):
        made = await a_hold(tenant, home)
    reply = await api.as_(tenant).post(f"/bookings/{made['id']}/release")
    assert (reply.status_code, reply.json()["status"]) == (200, "expired")
    assert await rows(database, "SELECT 1 FROM occupancy") == []


async def test_a_request_for_today_is_answered_today_where_the_home_is(
    api: Api, a_person: MakePerson, a_property: MakeProperty
) -> None:
    # Half past midnight of 2 June in Auckland.
    with time_machine.travel("2030-06-01T12:30:00Z", tick=False):
        tenant, home = await a_person(), await a_property(instant_book=False, zone="Pacific/Auckland")
        asked = quote_request(home) | {"check_in": "2030-06-02", "check_out": "2030-06-04"}
        kept = (await api.as_(tenant).post("/quotes", asked)).json()
        made = (await api.as_(tenant).post("/bookings", {"quote_id": kept["id"]})).json()
    assert made["hold_expires_at"] == "2030-06-02T12:00:00Z"


@pytest.mark.parametrize("instant_book", [True, False])
async def test_a_price_shown_before_midnight_holds_no_stay_whose_day_of_arrival_is_over(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty, *, instant_book: bool
) -> None:
    # Ten minutes before midnight of 2 June in Auckland, and four after it.
    with time_machine.travel("2030-06-02T11:50:00Z", tick=False) as moment:
        tenant, home = await a_person(), await a_property(instant_book=instant_book, zone="Pacific/Auckland")
        asked = quote_request(home) | {"check_in": "2030-06-02", "check_out": "2030-06-04"}
        kept = (await api.as_(tenant).post("/quotes", asked)).json()
        moment.shift(timedelta(minutes=14))
        reply = await api.as_(tenant).post("/bookings", {"quote_id": kept["id"]})
    assert (reply.status_code, reply.json()["code"]) == (409, "not_bookable")
    assert [error["field"] for error in reply.json()["errors"]] == ["check_in"]
    assert await rows(database, "SELECT 1 FROM occupancy") == []


async def test_a_request_is_taken_back(api: Api, database: Database, asked: Asked) -> None:
    tenant, landlord, made = asked
    path = f"/bookings/{made['id']}"
    for _ in range(2):
        reply = await api.as_(tenant).post(f"{path}/release")
        assert (reply.status_code, reply.json()["status"]) == (200, "cancelled")
    assert [entry["kind"] for entry in reply.json()["history"]] == ["requested", "withdrawn"]
    late = await api.as_(landlord).post(f"{path}/accept")
    assert (late.status_code, late.json()["code"]) == (409, "invalid_transition")
    assert await rows(database, "SELECT 1 FROM occupancy") == []


async def test_a_request_is_not_confirmed_by_its_tenant_nor_is_a_hold_answered_by_a_landlord(
    api: Api, a_person: MakePerson, a_property: MakeProperty, a_hold: MakeBooking, asked: Asked
) -> None:
    tenant, landlord, made = asked
    reply = await api.as_(tenant).post(f"/bookings/{made['id']}/confirm")
    assert (reply.status_code, reply.json()["code"]) == (409, "invalid_transition")
    held = await a_hold(tenant, await a_property(landlord))
    for act, body in (("accept", None), ("decline", REASON), ("cancel", REASON), ("no-show", None)):
        reply = await api.as_(landlord).post(f"/bookings/{held['id']}/{act}", body)
        assert (reply.status_code, reply.json()["code"]) == (409, "invalid_transition"), act


async def test_only_the_landlord_answers_and_a_stranger_finds_nothing(
    api: Api, a_person: MakePerson, asked: Asked
) -> None:
    tenant, _, made = asked
    admin, stranger = await a_person(Role.ADMIN), await a_person(Role.LANDLORD)
    for act, body in (("accept", None), ("decline", REASON)):
        path = f"/bookings/{made['id']}/{act}"
        answers = [(await api.as_(who).post(path, body)).status_code for who in (tenant, admin, stranger, None)]
        assert answers == [404, 404, 404, 401]


async def test_requests_count_as_holds(
    api: Api, a_person: MakePerson, a_property: MakeProperty, a_hold: MakeBooking, a_quote: MakeBooking
) -> None:
    tenant = await a_person()
    for instant in (True, False, False):
        await a_hold(tenant, await a_property(instant_book=instant))
    kept = await a_quote(tenant, await a_property())
    reply = await api.as_(tenant).post("/bookings", {"quote_id": kept["id"]})
    assert (reply.status_code, reply.json()["code"]) == (409, "too_many_holds")


async def test_the_landlords_answers_stand_first_and_lapsed_ones_nowhere(
    api: Api, a_person: MakePerson, a_property: MakeProperty, a_hold: MakeBooking, a_booking: MakeBooking
) -> None:
    landlord, tenant, other = await a_person(Role.LANDLORD), await a_person(), await a_person()
    home, instant = await a_property(landlord, instant_book=False), await a_property(landlord)
    with time_machine.travel(clock.now() - timedelta(hours=25)):
        await a_hold(other, home, check_in=5, check_out=6)
    later, sooner = [await a_hold(tenant, home, check_in=check_in, check_out=check_in + 1) for check_in in (20, 10)]
    await a_booking(tenant, instant, check_in=3, check_out=4)
    held = await a_hold(tenant, instant, check_in=7, check_out=8)
    waiting = {"side": "landlord", "when": "waiting"}
    found = (await api.as_(landlord).get("/bookings", params=waiting)).json()["items"]
    assert [one["id"] for one in found] == [sooner["id"], later["id"]]
    mine = (await api.as_(tenant).get("/bookings", params={"when": "waiting"})).json()["items"]
    assert [one["id"] for one in mine] == [held["id"]]


async def test_a_stay_by_the_month_takes_the_same_path(
    api: Api, a_person: MakePerson, a_property: MakeProperty, a_hold: MakeBooking
) -> None:
    landlord, tenant = await a_person(Role.LANDLORD), await a_person()
    home = await a_property(landlord, let_type="monthly", price_minor=100_000, instant_book=False)
    made = await a_hold(tenant, home, check_in=40, check_out=200)
    assert made["lines"][0]["kind"] == "months"
    agreed = (await api.as_(landlord).post(f"/bookings/{made['id']}/accept")).json()
    assert (agreed["status"], agreed["total"]) == ("confirmed", made["total"])


async def test_a_home_that_becomes_instant_leaves_its_requests_as_they_are(
    api: Api, database: Database, asked: Asked
) -> None:
    tenant, landlord, made = asked
    async with database.transaction() as session:
        await session.execute(text("UPDATE property SET instant_book = true, status = 'paused'"))
    assert (await api.as_(tenant).post(f"/bookings/{made['id']}/confirm")).status_code == 409
    assert (await api.as_(landlord).post(f"/bookings/{made['id']}/accept")).json()["status"] == "confirmed"
