"""The start pages: what waits, by when, who comes and goes, how homes stand; and at what cost."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import text

from client.features.landlord_calendar.grid import Span, free_homes
from server.core import clock
from server.core.database import Database
from server.payments.service.door import Subject
from shared_models.auth import Role
from shared_models.calendars import PropertyCalendar
from tests.conftest import Api, MakePerson, MakeProperty, Person
from tests.server.paying import hear_of
from tests.server.stays import MakeBooking, day, rows, statements

pytestmark = pytest.mark.usefixtures("at_noon")


@pytest.fixture
async def people(a_person: MakePerson) -> tuple[Person, Person]:
    """A tenant and a landlord."""
    return await a_person(name="Isla"), await a_person(Role.LANDLORD, name="Morag")


async def seen(api: Api, who: Person, page: str) -> dict[str, Any]:
    reply = await api.as_(who).get(f"/today/{page}")
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found


async def listed(api: Api, who: Person, **query: Any) -> list[str]:
    reply = await api.as_(who).get("/bookings", params={"limit": 100, **query})
    return [item["id"] for item in reply.json()["items"]]


async def wished(api: Api, who: Person, booking: dict[str, Any], guests: int) -> None:
    """A change of guests."""
    dates = {"check_in": booking["check_in"], "check_out": booking["check_out"], "guests": guests}
    quote = (await api.as_(who).post(f"/bookings/{booking['id']}/quotes", dates)).json()
    reply = await api.as_(who).post(f"/bookings/{booking['id']}/changes", {"quote_id": quote["id"]})
    assert reply.status_code == 201, reply.text


async def test_what_waits_stands_in_the_order_of_its_deadlines_not_of_its_dates(
    api: Api,
    people: tuple[Person, Person],
    a_property: MakeProperty,
    a_hold: MakeBooking,
    a_request: MakeBooking,
    a_booking: MakeBooking,
) -> None:
    tenant, landlord = people
    asked, booked = await a_property(landlord, instant_book=False), await a_property(landlord, sleeps=4)
    with time_machine.travel(clock.now() - timedelta(hours=20)):
        far = await a_request(tenant, asked, check_in=60, check_out=62)  # asked for first, so due first
    near = await a_request(tenant, asked, check_in=10, check_out=12)
    changed = await a_booking(tenant, booked, check_in=30, check_out=32)
    with time_machine.travel(clock.now() - timedelta(hours=5)):
        await wished(api, tenant, changed, 3)
    held = await a_hold(tenant, booked, check_in=40, check_out=42)

    landlords = await seen(api, landlord, "landlord")
    assert [booking["id"] for booking in landlords["answers"]] == [far["id"], changed["id"], near["id"]]
    assert landlords["answer_count"] == 3
    assert [booking["id"] for booking in landlords["others"]] == [held["id"]]
    tenants = await seen(api, tenant, "tenant")
    assert [booking["id"] for booking in tenants["waiting"]] == [held["id"]]
    assert tenants["next_trip"]["id"] == changed["id"]


async def test_a_figure_counts_what_the_list_behind_it_shows(
    api: Api,
    people: tuple[Person, Person],
    a_property: MakeProperty,
    a_hold: MakeBooking,
    a_request: MakeBooking,
    a_booking: MakeBooking,
) -> None:
    tenant, landlord = people
    homes = [await a_property(landlord, instant_book=number > 1) for number in range(4)]
    for home in homes[:2]:
        await a_request(tenant, home)
    for home in homes[2:]:
        await a_booking(tenant, home, check_in=3, check_out=5)
    with time_machine.travel(clock.now() - timedelta(minutes=16)):
        await a_hold(tenant, homes[3], check_in=20, check_out=22)  # over, and no job has run
    await a_property(landlord, status="paused")

    page = await seen(api, landlord, "landlord")
    assert page["answer_count"] == len(await listed(api, landlord, side="landlord", when="waiting")) == 2
    assert page["upcoming"] == len(await listed(api, landlord, side="landlord")) == 4
    assert page["homes"] == (await api.as_(landlord).get("/properties/counts")).json()["by_status"]
    assert page["on_show"] == page["homes"]["published"] == 4
    assert (await seen(api, tenant, "tenant"))["upcoming"] == len(await listed(api, tenant)) == 4
    figures = {"unread": 0, "answers": 2, "trips": 0, "cases": 0}
    assert await seen(api, landlord, "waiting") == figures
    assert await seen(api, tenant, "waiting") == figures | {"answers": 0}


async def test_a_month_waits_for_its_tenant_once_from_three_days_before_it_begins_until_it_is_paid(
    api: Api,
    database: Database,
    people: tuple[Person, Person],
    a_property: MakeProperty,
    a_hold: MakeBooking,
) -> None:
    tenant, landlord = people
    home = await a_property(landlord, let_type="monthly", price_minor=100_000, sleeps=4)
    held = await a_hold(tenant, home, check_in=4, check_out=90)
    path = f"/bookings/{held['id']}"
    assert (await api.as_(tenant).post(f"{path}/confirm")).status_code == 200

    async def waits() -> list[Any]:
        """What waits for the tenant: as a figure, in the list behind it, on the start page; and for the landlord."""
        found, landlords = await seen(api, tenant, "tenant"), await seen(api, landlord, "landlord")
        return [
            (await seen(api, tenant, "waiting"))["trips"],
            await listed(api, tenant, when="waiting"),
            [booking["id"] for booking in found["waiting"]],
            [booking["id"] for booking in landlords["others"]],
            (await seen(api, landlord, "waiting"))["answers"] + landlords["answer_count"],
        ]

    nothing, month = [0, [], [], [], 0], [1, [held["id"]], [held["id"]], [held["id"]], 0]
    assert await waits() == nothing
    async with database.transaction() as session:  # a day goes by
        await session.execute(text("UPDATE rent_month SET waits_from = waits_from - interval '1 day'"))
    assert await waits() == month

    await wished(api, tenant, (await api.as_(tenant).get(path)).json(), 3)
    assert await waits() == [*nothing[:4], 2], "a change comes first: it waits for who answers it"
    change = (await api.as_(tenant).get(path)).json()["change"]["id"]
    assert (await api.as_(tenant).post(f"{path}/changes/{change}/withdraw")).status_code == 200
    assert await waits() == month

    assert (await api.as_(tenant).post(f"{path}/months/1/payment")).status_code == 202
    assert await waits() == month, "a page on which nothing was paid"
    found = await rows(database, "SELECT id FROM rent_month WHERE number = 1 AND status = 'to_pay'")
    await hear_of(database, Subject("rent_month", found[0].id))
    assert await waits() == nothing


async def test_what_waits_is_in_the_order_of_its_deadlines_with_months_among_it(
    api: Api,
    database: Database,
    people: tuple[Person, Person],
    a_property: MakeProperty,
    a_hold: MakeBooking,
) -> None:
    tenant, landlord = people
    found = []
    for check_in in (3, 1):
        home = await a_property(landlord, let_type="monthly", price_minor=100_000)
        held = await a_hold(tenant, home, check_in=check_in, check_out=90)
        found.append((await api.as_(tenant).post(f"/bookings/{held['id']}/confirm")).json()["id"])
    held = await a_hold(tenant, await a_property(landlord))
    waiting = (await seen(api, tenant, "tenant"))["waiting"]
    assert [booking["id"] for booking in waiting] == [held["id"], found[1], found[0]]


async def test_guests_come_and_go_on_the_days_of_the_home_not_of_the_server(
    api: Api, people: tuple[Person, Person], a_property: MakeProperty, a_booking: MakeBooking
) -> None:
    tenant, landlord = people
    far = await a_property(
        landlord, title="Far", zone="Pacific/Kiritimati", check_in_from=time(16), check_out_by=time(10)
    )
    near = await a_property(landlord, title="Near")
    await a_booking(tenant, far, check_in=4, check_out=7)
    await a_booking(tenant, near, check_in=2, check_out=7)
    page = await seen(api, landlord, "landlord")
    told = [(visit["home_title"], visit["kind"], visit["day"], visit["at"]) for visit in page["visits"]]
    # At noon it is tomorrow already at the far home, so its week ends a day later.
    assert told == [
        ("Near", "check_in", day(2).isoformat(), None),
        ("Far", "check_in", day(4).isoformat(), "16:00:00"),
        ("Far", "check_out", day(7).isoformat(), "10:00:00"),
    ]


async def test_each_night_tells_how_many_homes_are_let_and_how_many_are_kept(
    api: Api,
    people: tuple[Person, Person],
    a_property: MakeProperty,
    a_hold: MakeBooking,
    a_request: MakeBooking,
    a_booking: MakeBooking,
) -> None:
    tenant, landlord = people
    homes = [await a_property(landlord, instant_book=number > 0) for number in range(3)]
    paused = await a_property(landlord, status="paused")
    await a_booking(tenant, homes[1], check_in=0, check_out=3)
    await a_booking(tenant, homes[2], check_in=2, check_out=3)
    await a_hold(tenant, homes[0], check_in=1, check_out=2)
    for home, nights in ((homes[0], (2, 40)), (paused, (0, 9))):
        block = {"property_id": str(home), "start": day(nights[0]).isoformat(), "end": day(nights[1]).isoformat()}
        assert (await api.as_(landlord).post("/calendars/blocks", block)).status_code == 201
    nights = (await seen(api, landlord, "landlord"))["nights"]
    assert len(nights) == 30
    assert [(night["let"], night["kept"]) for night in nights[:4]] == [(1, 0), (1, 1), (2, 1), (0, 1)]
    assert [night["day"] for night in nights] == [day(ahead).isoformat() for ahead in range(30)]


async def test_today_and_the_calendar_count_the_same_homes_free(
    api: Api,
    people: tuple[Person, Person],
    a_property: MakeProperty,
    a_hold: MakeBooking,
    a_request: MakeBooking,
    a_booking: MakeBooking,
) -> None:
    tenant, landlord = people
    homes = [await a_property(landlord) for _ in range(3)]
    await a_booking(tenant, homes[0], check_in=0, check_out=9)
    await a_hold(tenant, homes[1], check_in=1, check_out=4)
    with time_machine.travel(clock.now() - timedelta(minutes=16)):
        await a_hold(tenant, homes[2], check_in=5, check_out=7)  # over, and no job has run
    block = {"property_id": str(homes[2]), "start": day(2).isoformat(), "end": day(12).isoformat()}
    assert (await api.as_(landlord).post("/calendars/blocks", block)).status_code == 201
    for status in ("draft", "paused", "pending_review", "rejected", "archived"):
        await a_property(landlord, status=status)
    page = await seen(api, landlord, "landlord")
    span = {"start": day(0).isoformat(), "end": day(30).isoformat()}
    calendars = (await api.as_(landlord).get("/calendars", params=span)).json()["items"]
    shown = [PropertyCalendar.model_validate(each) for each in calendars]
    assert len(shown) == 7
    free = free_homes(shown, Span(day(0), 30))
    assert free == [page["on_show"] - night["let"] - night["kept"] for night in page["nights"]]
    assert {0, 1, 2, 3} <= set(free)


async def test_homes_that_are_not_on_show_say_why_and_reviews_say_by_when(
    api: Api, people: tuple[Person, Person], a_property: MakeProperty
) -> None:
    _, landlord = people
    await a_property(landlord, title="On show")
    await a_property(landlord, title="Resting", status="paused")
    await a_property(landlord, title="Gone", status="archived")
    await a_property(landlord, title="Half", status="draft", published_at=None)
    await a_property(landlord, title="Returned", status="rejected", review_note="Where is it?", published_at=None)
    waits = await a_property(landlord, title="Asked", status="pending_review", published_at=None)
    page = await seen(api, landlord, "landlord")
    assert [home["title"] for home in page["unfinished"]] == ["Returned", "Half", "Resting"]
    assert page["unfinished"][0]["review_note"] == "Where is it?"
    assert page["unfinished_count"] == 2, "a paused home waits for nobody"
    for _ in range(8):
        await a_property(landlord, status="draft", published_at=None)
    page = await seen(api, landlord, "landlord")
    assert (len(page["unfinished"]), page["unfinished_count"]) == (6, 10), "the list is cut, the figure is not"
    (review,) = page["reviews"]
    assert (review["property_id"], review["title"]) == (str(waits), "Asked")
    assert timedelta(hours=47) < datetime.fromisoformat(review["due_at"]) - clock.now() <= timedelta(hours=48)


async def test_an_admin_sees_the_queue_by_deadline_with_what_is_overdue_and_theirs(
    api: Api, a_person: MakePerson, a_property: MakeProperty
) -> None:
    admin = await a_person(Role.ADMIN)
    with time_machine.travel(clock.now() - timedelta(hours=50)):
        await a_property(status="pending_review", title="Late", published_at=None)
    await a_property(status="pending_review", title="Fresh", published_at=None)
    page = await seen(api, admin, "admin")
    assert [case["title"] for case in page["cases"]] == ["Late", "Fresh"]
    assert (page["total"], page["overdue"], page["mine"]) == (2, 1, 0)
    await api.as_(admin).post(f"/cases/{page['cases'][1]['id']}/take")
    assert (await seen(api, admin, "admin"))["mine"] == 1
    assert (await seen(api, admin, "waiting"))["cases"] == 2


async def test_a_start_page_costs_the_same_for_many_things_as_for_one(
    api: Api, database: Database, people: tuple[Person, Person], a_property: MakeProperty, a_booking: MakeBooking
) -> None:
    tenant, landlord = people
    sent: dict[str, list[int]] = {"landlord": [], "tenant": [], "waiting": []}
    for number in (1, 12):
        for _ in range(number):
            home = await a_property(landlord, sleeps=4)
            await wished(api, tenant, await a_booking(tenant, home, check_in=2, check_out=4), 1)
            await a_property(landlord, status="pending_review", published_at=None)
            await a_property(landlord, status="rejected", review_note="No", published_at=None)
        for page, counts in sent.items():
            with statements(database) as asked:
                await seen(api, tenant if page == "tenant" else landlord, page)
            counts.append(len(asked))
    assert sent == {"landlord": [24, 24], "tenant": [18, 18], "waiting": [2, 2]}


@pytest.mark.parametrize(
    ("page", "roles"), [("landlord", [Role.TENANT]), ("admin", [Role.TENANT]), ("admin", [Role.LANDLORD])]
)
async def test_a_page_is_for_its_role(api: Api, a_person: MakePerson, page: str, roles: list[Role]) -> None:
    reply = await api.as_(await a_person(*roles)).get(f"/today/{page}")
    assert reply.status_code == 403
