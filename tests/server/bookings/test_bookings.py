"""From a price to a stay, over HTTP."""

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import text

from server.core import clock, jobs
from server.core.database import Database
from server.core.ids import new_id
from shared_models.auth import Role
from tests.conftest import Api, MakePerson, MakeProperty
from tests.server.stays import MakeBooking, quote_request, rows

pytestmark = pytest.mark.usefixtures("at_noon", "on_arrival")


async def test_a_quote_has_lines_that_add_up_and_is_kept_half_an_hour(
    api: Api, a_person: MakePerson, a_property: MakeProperty
) -> None:
    home = await a_property(price_minor=8050, cleaning_fee_minor=2500)
    with time_machine.travel(clock.now(), tick=False):
        made = (await api.as_(await a_person()).post("/quotes", quote_request(home))).json()
        assert made["expires_at"].startswith((clock.now() + timedelta(minutes=30)).isoformat()[:23])
    assert [(line["kind"], line["quantity"], line["amount"]["amount_minor"]) for line in made["lines"]] == [
        ("nights", 3, 24150),
        ("cleaning", 1, 2500),
    ]
    assert made["total"] == {"amount_minor": 26650, "currency": "GBP"}


@pytest.mark.parametrize(
    ("limits", "dates", "field", "words"),
    [
        ({}, {"check_in": -1, "check_out": 2}, "check_in", "past"),
        ({}, {"check_in": 731, "check_out": 733}, "check_in", "730 days"),
        ({"min_nights": 4}, {}, "check_out", "at least 4 nights"),
        ({"max_nights": 1}, {}, "check_out", "at most 1 night "),
        ({"sleeps": 1}, {}, "guests", "at most 1"),
        ({"advance_notice_days": 11}, {}, "check_in", "at least 11 days from today"),
        ({"booking_window_days": 9}, {}, "check_in", "more than 9 days ahead"),
        ({"seasons": [{"first": "01-01", "last": "12-31", "min_nights": 5}]}, {}, "check_out", "at least 5 nights"),
    ],
)
async def test_a_stay_that_cannot_be_booked_is_refused_with_the_field(
    api: Api,
    a_person: MakePerson,
    a_property: MakeProperty,
    limits: dict[str, object],
    dates: dict[str, int],
    field: str,
    words: str,
) -> None:
    reply = await api.as_(await a_person()).post("/quotes", quote_request(await a_property(**limits), **dates))
    assert (reply.status_code, reply.json()["code"]) == (409, "not_bookable")
    assert [error["field"] for error in reply.json()["errors"]] == [field]
    assert words in reply.json()["errors"][0]["reason"]


async def test_every_reason_is_told_at_once(api: Api, a_person: MakePerson, a_property: MakeProperty) -> None:
    home = await a_property(min_nights=5, sleeps=1)
    reply = await api.as_(await a_person()).post("/quotes", quote_request(home))
    assert [error["field"] for error in reply.json()["errors"]] == ["check_out", "guests"]


async def test_nobody_books_their_own_home(api: Api, a_person: MakePerson, a_property: MakeProperty) -> None:
    landlord = await a_person(Role.LANDLORD, Role.TENANT)
    reply = await api.as_(landlord).post("/quotes", quote_request(await a_property(landlord)))
    assert (reply.status_code, reply.json()["code"]) == (409, "not_bookable")


@pytest.mark.parametrize(("check_in", "check_out"), [(10, 10), (10, 9), (10, 741)])
async def test_a_stay_that_is_none_names_the_day_of_leaving(
    api: Api, a_person: MakePerson, a_property: MakeProperty, check_in: int, check_out: int
) -> None:
    reply = await api.as_(await a_person()).post(
        "/quotes", quote_request(await a_property(), check_in=check_in, check_out=check_out)
    )
    assert (reply.status_code, reply.json()["errors"][0]["field"]) == (422, "check_out")


async def test_the_last_day_of_the_calendar_is_refused_not_stumbled_over(
    api: Api, a_person: MakePerson, a_property: MakeProperty
) -> None:
    asked = quote_request(await a_property(let_type="monthly")) | {"check_in": "9999-12-30", "check_out": "9999-12-31"}
    reply = await api.as_(await a_person()).post("/quotes", asked)
    assert (reply.status_code, reply.json()["code"]) == (409, "not_bookable")


@pytest.mark.parametrize("status", ["draft", "pending_review", "paused", "archived"])
async def test_a_home_that_is_not_published_has_no_price_as_it_has_no_page(
    api: Api, a_person: MakePerson, a_property: MakeProperty, status: str
) -> None:
    tenant = api.as_(await a_person())
    hidden, unknown = quote_request(await a_property(status=status)), quote_request(new_id())
    replies = [await tenant.post("/quotes", asked) for asked in (hidden, unknown)]
    assert [reply.status_code for reply in replies] == [404, 404]
    assert replies[0].json() | {"request_id": ""} == replies[1].json() | {"request_id": ""}


async def test_an_unknown_home_and_a_strangers_quote_are_not_there(
    api: Api, a_person: MakePerson, a_property: MakeProperty, a_quote: MakeBooking
) -> None:
    stranger = await a_person()
    kept = await a_quote(await a_person(), await a_property())
    assert (await api.as_(stranger).post("/quotes", quote_request(new_id()))).status_code == 404
    assert (await api.as_(stranger).post("/bookings", {"quote_id": kept["id"]})).status_code == 404
    assert (await api.post("/bookings", {"quote_id": kept["id"]})).status_code == 401


async def test_the_price_of_a_quote_is_honoured_after_the_landlord_raised_it(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty, a_quote: MakeBooking
) -> None:
    tenant, home = await a_person(), await a_property(price_minor=8000)
    kept = await a_quote(tenant, home)
    async with database.transaction() as session:
        await session.execute(text("UPDATE property SET price_minor = 99000, min_nights = 9"))
    held = await api.as_(tenant).post("/bookings", {"quote_id": kept["id"]})
    assert held.status_code == 201
    assert (held.json()["total"], held.json()["lines"]) == (kept["total"], kept["lines"])
    assert (await a_quote_total(api, await a_person(), home)) == 99000 * 9


async def a_quote_total(api: Api, tenant: object, home: UUID) -> int:
    reply = await api.as_(tenant).post("/quotes", quote_request(home, check_in=20, check_out=29))  # type: ignore[arg-type]
    return int(reply.json()["total"]["amount_minor"])


async def test_an_expired_quote_holds_nothing(
    api: Api, a_person: MakePerson, a_property: MakeProperty, a_quote: MakeBooking
) -> None:
    tenant = await a_person()
    with time_machine.travel(clock.now() - timedelta(minutes=30)):
        kept = await a_quote(tenant, await a_property())
    reply = await api.as_(tenant).post("/bookings", {"quote_id": kept["id"]})
    assert (reply.status_code, reply.json()["code"]) == (409, "quote_expired")


async def test_a_home_paused_since_the_quote_is_not_held(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty, a_quote: MakeBooking
) -> None:
    tenant, home = await a_person(), await a_property()
    kept = await a_quote(tenant, home)
    async with database.transaction() as session:
        await session.execute(text("UPDATE property SET status = 'paused'"))
    reply = await api.as_(tenant).post("/bookings", {"quote_id": kept["id"]})
    assert (reply.status_code, reply.json()["code"]) == (409, "not_bookable")


async def test_a_hold_is_confirmed_and_paid_on_arrival(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty, a_hold: MakeBooking
) -> None:
    tenant, landlord = await a_person(name="Isla"), await a_person(Role.LANDLORD, name="Morag")
    held = await a_hold(tenant, await a_property(landlord, address_line="1 Royal Mile", postcode="EH1 1AA"))
    assert (held["status"], held["tenant_name"], held["landlord_name"]) == ("held", "Isla", "Morag")
    assert held["home"]["address_line"] is held["home"]["postcode"] is None
    assert held["hold_expires_at"] is not None
    confirmed = (await api.as_(tenant).post(f"/bookings/{held['id']}/confirm")).json()
    assert (confirmed["status"], confirmed["payment"]) == ("confirmed", "on_arrival")
    assert (confirmed["home"]["address_line"], confirmed["home"]["postcode"]) == ("1 Royal Mile", "EH1 1AA")
    assert (confirmed["hold_expires_at"], confirmed["confirmed_at"] is not None) == (None, True)
    assert await rows(database, "SELECT kind, source_id, expires_at FROM occupancy") == [
        ("booking", UUID(held["id"]), None)
    ]


async def test_confirming_twice_is_confirming_once(
    api: Api, a_person: MakePerson, a_property: MakeProperty, a_booking: MakeBooking
) -> None:
    tenant = await a_person()
    confirmed = await a_booking(tenant, await a_property())
    again = await api.as_(tenant).post(f"/bookings/{confirmed['id']}/confirm")
    assert (again.status_code, again.json()) == (200, confirmed)


async def test_the_same_quote_again_answers_the_same_booking(
    api: Api, a_person: MakePerson, a_property: MakeProperty, a_quote: MakeBooking
) -> None:
    tenant = await a_person()
    kept = await a_quote(tenant, await a_property())
    first = await api.as_(tenant).post("/bookings", {"quote_id": kept["id"]})
    again = await api.as_(tenant).post("/bookings", {"quote_id": kept["id"]})
    assert (again.status_code, again.json()) == (201, first.json())


async def test_a_quote_whose_booking_is_over_is_used_up(
    api: Api, a_person: MakePerson, a_property: MakeProperty, a_quote: MakeBooking
) -> None:
    tenant = await a_person()
    kept = await a_quote(tenant, await a_property())
    held = (await api.as_(tenant).post("/bookings", {"quote_id": kept["id"]})).json()
    await api.as_(tenant).post(f"/bookings/{held['id']}/release")
    again = await api.as_(tenant).post("/bookings", {"quote_id": kept["id"]})
    assert (again.status_code, again.json()["code"]) == (409, "quote_expired")


async def test_only_the_tenant_acts_and_only_both_parties_and_admins_see(
    api: Api, a_person: MakePerson, a_property: MakeProperty, a_hold: MakeBooking
) -> None:
    landlord, admin, stranger = await a_person(Role.LANDLORD), await a_person(Role.ADMIN), await a_person(Role.LANDLORD)
    tenant = await a_person()
    held = await a_hold(tenant, await a_property(landlord))
    path = f"/bookings/{held['id']}"
    seen = {
        name: (await api.as_(who).get(path)).status_code
        for name, who in {
            "tenant": tenant,
            "landlord": landlord,
            "admin": admin,
            "stranger": stranger,
            "nobody": None,
        }.items()
    }
    assert seen == {"tenant": 200, "landlord": 200, "admin": 200, "stranger": 404, "nobody": 401}
    for act in ("confirm", "release"):
        answers = [(await api.as_(who).post(f"{path}/{act}")).status_code for who in (landlord, admin, stranger, None)]
        assert answers == [404, 404, 404, 401]
    assert (await api.as_(tenant).get(path)).json()["status"] == "held"


async def test_two_tenants_hold_one_night_and_the_second_is_told_that_it_is_taken(
    api: Api, a_person: MakePerson, a_property: MakeProperty, a_quote: MakeBooking
) -> None:
    first, second, home = await a_person(), await a_person(), await a_property()
    one, other = (
        await a_quote(first, home, check_in=10, check_out=13),
        await a_quote(second, home, check_in=12, check_out=15),
    )
    assert (await api.as_(first).post("/bookings", {"quote_id": one["id"]})).status_code == 201
    refused = await api.as_(second).post("/bookings", {"quote_id": other["id"]})
    early = await api.as_(second).post("/quotes", quote_request(home, check_in=11, check_out=12))
    for reply in (refused, early):
        assert (reply.status_code, reply.json()["code"]) == (409, "dates_taken")


async def test_one_leaves_and_another_arrives_on_the_same_day(
    a_person: MakePerson, a_property: MakeProperty, a_booking: MakeBooking
) -> None:
    home = await a_property()
    await a_booking(await a_person(), home, check_in=10, check_out=13)
    await a_booking(await a_person(), home, check_in=13, check_out=15)
    await a_booking(await a_person(), home, check_in=9, check_out=10)


async def test_released_nights_are_free_again_and_releasing_twice_is_no_error(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty, a_hold: MakeBooking
) -> None:
    tenant, home = await a_person(), await a_property()
    held = await a_hold(tenant, home)
    for _ in range(2):
        reply = await api.as_(tenant).post(f"/bookings/{held['id']}/release")
        assert (reply.status_code, reply.json()["status"]) == (200, "cancelled")
    assert await rows(database, "SELECT 1 FROM occupancy") == []
    await a_hold(await a_person(), home)


async def test_what_is_confirmed_is_not_let_go_and_what_is_cancelled_is_not_confirmed(
    api: Api, a_person: MakePerson, a_property: MakeProperty, a_booking: MakeBooking, a_hold: MakeBooking
) -> None:
    tenant, home = await a_person(), await a_property()
    confirmed = await a_booking(tenant, home)
    let_go = await api.as_(tenant).post(f"/bookings/{confirmed['id']}/release")
    assert (let_go.status_code, let_go.json()["code"]) == (409, "invalid_transition")
    held = await a_hold(tenant, home, check_in=20, check_out=22)
    await api.as_(tenant).post(f"/bookings/{held['id']}/release")
    late = await api.as_(tenant).post(f"/bookings/{held['id']}/confirm")
    assert (late.status_code, late.json()["code"]) == (409, "invalid_transition")


async def test_a_lapsed_hold_cannot_be_confirmed_even_if_nobody_took_the_dates(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty, a_hold: MakeBooking
) -> None:
    tenant = await a_person()
    with time_machine.travel(clock.now() - timedelta(minutes=15)):
        held = await a_hold(tenant, await a_property())
    path = f"/bookings/{held['id']}"
    for _ in range(2):  # before and after the job wrote it down
        assert (await api.as_(tenant).get(path)).json()["status"] == "expired"
        reply = await api.as_(tenant).post(f"{path}/confirm")
        assert (reply.status_code, reply.json()["code"]) == (409, "hold_lapsed")
        await jobs.run_now(database, "calendars.remove_lapsed", {})
    assert await rows(database, "SELECT status FROM booking") == [("expired",)]
    assert await rows(database, "SELECT 1 FROM occupancy") == []


async def test_a_hold_confirmed_in_its_last_second_stays(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty, a_hold: MakeBooking
) -> None:
    tenant = await a_person()
    with time_machine.travel(clock.now() - timedelta(minutes=14, seconds=50)):
        held = await a_hold(tenant, await a_property())
    assert (await api.as_(tenant).post(f"/bookings/{held['id']}/confirm")).status_code == 200
    with time_machine.travel(clock.now() + timedelta(hours=1)):
        await jobs.run_now(database, "calendars.remove_lapsed", {})
    assert await rows(database, "SELECT status FROM booking") == [("confirmed",)]


async def test_the_next_claimer_replaces_a_lapsed_hold_in_one_go(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty, a_hold: MakeBooking
) -> None:
    early, late, home = await a_person(), await a_person(), await a_property()
    with time_machine.travel(clock.now() - timedelta(minutes=16)):
        first = await a_hold(early, home)
    second = await a_hold(late, home)
    assert await rows(database, "SELECT source_id FROM occupancy") == [(UUID(second["id"]),)]
    assert await rows(database, "SELECT status FROM booking WHERE id = :id", id=first["id"]) == [("expired",)]


async def test_releasing_a_lapsed_hold_tidies_it_up(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty, a_hold: MakeBooking
) -> None:
    tenant = await a_person()
    with time_machine.travel(clock.now() - timedelta(minutes=16)):
        held = await a_hold(tenant, await a_property())
    reply = await api.as_(tenant).post(f"/bookings/{held['id']}/release")
    assert (reply.status_code, reply.json()["status"]) == (200, "expired")
    assert await rows(database, "SELECT 1 FROM occupancy") == []


async def test_a_person_has_at_most_three_live_holds(
    api: Api, a_person: MakePerson, a_property: MakeProperty, a_hold: MakeBooking, a_quote: MakeBooking
) -> None:
    tenant = await a_person()
    with time_machine.travel(clock.now() - timedelta(minutes=16)):
        await a_hold(tenant, await a_property())  # lapsed, so it does not count
    held = [await a_hold(tenant, await a_property()) for _ in range(3)]
    kept = await a_quote(tenant, await a_property())
    reply = await api.as_(tenant).post("/bookings", {"quote_id": kept["id"]})
    assert (reply.status_code, reply.json()["code"]) == (409, "too_many_holds")
    await api.as_(tenant).post(f"/bookings/{held[0]['id']}/confirm")
    assert (await api.as_(tenant).post("/bookings", {"quote_id": kept["id"]})).status_code == 201


async def test_a_reference_is_easy_to_say_and_a_clash_gets_another(
    a_person: MakePerson, a_property: MakeProperty, a_hold: MakeBooking, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = await a_person()
    offered = iter(["AAAA2222", "AAAA2222", "BBBB3333"])
    monkeypatch.setattr("server.bookings.rules.new_reference", lambda: next(offered))
    references = [(await a_hold(tenant, await a_property()))["reference"] for _ in range(2)]
    assert references == ["AAAA2222", "BBBB3333"]


async def test_whether_a_day_is_past_is_decided_where_the_home_is(
    api: Api, a_person: MakePerson, a_property: MakeProperty
) -> None:
    tenant, home = await a_person(), await a_property(zone="Pacific/Auckland")
    asked = quote_request(home) | {"check_in": "2030-06-01", "check_out": "2030-06-03"}
    with time_machine.travel("2030-05-31T11:59:00Z"):  # the last minute of 31 May in Auckland
        tenant = await a_person()
        assert (await api.as_(tenant).post("/quotes", asked)).status_code == 201
    with time_machine.travel("2030-06-01T12:01:00Z"):  # 2 June there, still 1 June in London
        tenant = await a_person()
        assert (await api.as_(tenant).post("/quotes", asked)).json()["errors"][0]["field"] == "check_in"
