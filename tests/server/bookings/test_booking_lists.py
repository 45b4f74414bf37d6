"""Lists of bookings: whose, in which order, page by page, and at what cost."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from server.core import clock
from server.core.database import Database
from shared_models.auth import Role
from tests.conftest import Api, MakePerson, MakeProperty, Person
from tests.server.stays import MakeBooking, day, statements

pytestmark = pytest.mark.usefixtures("at_noon")


async def listed(api: Api, who: Person, **query: Any) -> list[str]:
    """The days of arrival of someone's bookings, over all pages."""
    found: list[str] = []
    while True:
        reply = await api.as_(who).get("/bookings", params=query)
        assert reply.status_code == 200, reply.text
        found += [item["check_in"] for item in reply.json()["items"]]
        if (cursor := reply.json()["next_cursor"]) is None:
            return found
        query["cursor"] = cursor


def days(*ahead: int) -> list[str]:
    return [day(passed).isoformat() for passed in ahead]


@pytest.fixture
async def people(a_person: MakePerson) -> tuple[Person, Person]:
    """A tenant and a landlord."""
    return await a_person(), await a_person(Role.LANDLORD)


async def test_what_is_to_come_has_the_nearest_first_and_the_past_the_latest(
    api: Api, people: tuple[Person, Person], a_property: MakeProperty, a_booking: MakeBooking, a_hold: MakeBooking
) -> None:
    tenant, landlord = people
    home = await a_property(landlord)
    for check_in in (30, 10, 20):
        await a_booking(tenant, home, check_in=check_in, check_out=check_in + 2)
    for check_in in (5, 25):
        held = await a_hold(tenant, home, check_in=check_in, check_out=check_in + 2)
        await api.as_(tenant).post(f"/bookings/{held['id']}/release")
    await a_hold(tenant, home, check_in=15, check_out=16)
    with time_machine.travel(clock.now() - timedelta(minutes=16)):
        await a_hold(tenant, home, check_in=27, check_out=28)  # lapsed, and no job has run
    for side, who in (("tenant", tenant), ("landlord", landlord)):
        assert await listed(api, who, side=side) == days(10, 15, 20, 30)
        assert await listed(api, who, side=side, when="past") == days(27, 25, 5)
        assert await listed(api, who, side=side, when="all") == days(30, 27, 25, 20, 15, 10, 5)
    assert await listed(api, tenant, side="landlord", when="all") == []
    assert await listed(api, landlord, side="tenant", when="all") == []


async def test_a_range_of_dates_has_the_stays_with_a_night_in_it_and_those_that_ask_for_one(
    api: Api, people: tuple[Person, Person], a_property: MakeProperty, a_booking: MakeBooking, a_hold: MakeBooking
) -> None:
    tenant, landlord = people
    home, other = await a_property(landlord), await a_property(landlord)
    for check_in in (10, 12, 14, 16):
        await a_booking(tenant, home, check_in=check_in, check_out=check_in + 2)
    let_go = await a_hold(tenant, other, check_in=13, check_out=14)
    await api.as_(tenant).post(f"/bookings/{let_go['id']}/release")
    moved = await a_booking(tenant, other, check_in=40, check_out=42)
    quote = await api.as_(tenant).post(
        f"/bookings/{moved['id']}/quotes", {"check_in": str(day(15)), "check_out": str(day(18)), "guests": 1}
    )
    change = await api.as_(tenant).post(f"/bookings/{moved['id']}/changes", {"quote_id": quote.json()["id"]})
    assert change.status_code == 201, change.text
    within = {"side": "landlord", "when": "all", "start": str(day(12)), "end": str(day(16))}
    for limit in (1, 100):
        assert await listed(api, landlord, **within, limit=limit) == days(40, 14, 13, 12)
    assert await listed(api, landlord, **within, property_ids=[str(home)]) == days(14, 12)
    assert await listed(api, landlord, **{**within, "when": "upcoming"}, property_ids=[str(other)]) == days(40)
    assert await listed(api, tenant, **{**within, "side": "tenant", "when": "past"}) == days(13)
    assert await listed(api, landlord, side="landlord", property_ids=[str(other)]) == days(40)
    withdrawn = await api.as_(tenant).post(f"/bookings/{moved['id']}/changes/{change.json()['change']['id']}/withdraw")
    assert withdrawn.status_code == 200, withdrawn.text
    assert await listed(api, landlord, **within) == days(14, 13, 12)


async def test_a_lapsed_hold_is_shown_as_expired_before_any_job_ran(
    api: Api, people: tuple[Person, Person], a_property: MakeProperty, a_hold: MakeBooking
) -> None:
    tenant, landlord = people
    with time_machine.travel(clock.now() - timedelta(minutes=16)):
        await a_hold(tenant, await a_property(landlord))
    (shown,) = (await api.as_(tenant).get("/bookings", params={"when": "past"})).json()["items"]
    assert shown["status"] == "expired"


async def test_pages_of_any_size_show_each_booking_once_even_with_equal_days(
    api: Api, people: tuple[Person, Person], a_property: MakeProperty, a_booking: MakeBooking
) -> None:
    tenant, landlord = people
    for check_in in (10, 10, 11, 10, 12):
        await a_booking(tenant, await a_property(landlord), check_in=check_in, check_out=14)
    for limit in (1, 2, 5, 100):
        assert await listed(api, tenant, limit=limit) == days(10, 10, 10, 11, 12)
        assert await listed(api, landlord, side="landlord", when="all", limit=limit) == days(12, 11, 10, 10, 10)


async def test_a_page_takes_seven_statements_however_many_bookings_it_shows(
    api: Api, database: Database, people: tuple[Person, Person], a_property: MakeProperty, a_booking: MakeBooking
) -> None:
    tenant, landlord = people
    counts = []
    for _ in range(2):
        for check_in in (10, 20, 30):
            await a_booking(tenant, await a_property(landlord), check_in=check_in, check_out=check_in + 2)
        with statements(database) as sent:
            await api.as_(tenant).get("/bookings")
        counts.append(len(sent))
    assert counts == [7, 7], sent


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"cursor": "nonsense"}, "cursor"),
        ({"cursor": "WyJhIiwiYiJd"}, "cursor"),
        ({"limit": 0}, "limit"),
        ({"limit": 101}, "limit"),
        ({"side": "both"}, "side"),
        ({"when": "never"}, "when"),
        ({"start": "2030-05-01"}, "end"),
        ({"end": "2030-05-01"}, "start"),
        ({"start": "2030-05-01", "end": "2030-05-01"}, "end"),
        ({"start": "2030-05-01", "end": "2033-05-01"}, "end"),
        ({"start": "2030-02-30", "end": "2030-05-01"}, "start"),
        ({"property_ids": ["castle"]}, "property_ids.0"),
    ],
)
async def test_a_bad_question_names_the_field(
    api: Api, a_person: MakePerson, query: dict[str, Any], field: str
) -> None:
    reply = await api.as_(await a_person()).get("/bookings", params=query)
    assert (reply.status_code, reply.json()["errors"][0]["field"]) == (422, field)


@pytest.mark.parametrize(
    ("order", "arrivals"),
    [
        ("earliest_check_in", [10, 20, 30]),
        ("latest_check_in", [30, 20, 10]),
        ("booked_last", [10, 30, 20]),
        ("booked_first", [20, 30, 10]),
        ("price_low", [10, 20, 30]),
        ("price_high", [30, 20, 10]),
    ],
)
async def test_stays_come_in_any_order_page_by_page(
    api: Api,
    people: tuple[Person, Person],
    a_property: MakeProperty,
    a_booking: MakeBooking,
    order: str,
    arrivals: list[int],
) -> None:
    tenant, landlord = people
    home = await a_property(landlord)
    for check_in in (20, 30, 10):  # each costs a night more than the one that arrives before it
        await a_booking(tenant, home, check_in=check_in, check_out=check_in + check_in // 10)
    for limit in (1, 2, 100):
        assert await listed(api, landlord, side="landlord", order=order, limit=limit) == days(*arrivals)
    first = (await api.as_(landlord).get("/bookings", params={"side": "landlord", "order": order, "limit": 1})).json()
    other = {"side": "landlord", "order": "earliest_check_in" if order != "earliest_check_in" else "price_low"}
    wrong = await api.as_(landlord).get("/bookings", params={**other, "cursor": first["next_cursor"]})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "cursor")
