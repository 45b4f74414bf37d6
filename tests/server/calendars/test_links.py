"""The secret address where other calendars read a home, over HTTP."""

from datetime import date, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any
from uuid import UUID

import httpx
import pytest
import time_machine
from icalendar import Calendar
from sqlalchemy import text

from server.calendars.service import door as calendars
from server.core import clock
from server.core.database import Database
from server.core.ids import new_id
from shared_models.auth import Role
from shared_models.calendars import ClaimKind, Period
from tests.conftest import Api, MakePerson, MakeProperty, Person
from tests.server.calendars.test_calendars import block
from tests.server.stays import MakeBooking, agreed, day, rows, statements

pytestmark = pytest.mark.usefixtures("at_noon")


async def a_link(api: Api, landlord: Person, home: UUID) -> str:
    """Make (or renew) a home's link; the path below `/api/v1`."""
    made = await api.as_(landlord).post(f"/calendars/{home}/link")
    assert made.status_code == 201, made.text
    url: str = made.json()["url"]
    origin, path = url.split("/api/v1", 1)
    assert origin == "http://localhost:8000"
    return path


def told(reply: httpx.Response) -> list[tuple[str, date, date]]:
    """What a feed says, by date."""
    assert reply.status_code == 200, reply.text
    assert reply.headers["content-type"] == "text/calendar; charset=utf-8"
    found = Calendar.from_ical(reply.content)
    return sorted((str(e["summary"]), e["dtstart"].dt, e["dtend"].dt) for e in found.walk("VEVENT"))


async def test_a_home_has_no_link_until_its_landlord_makes_one_and_sees_it_again(
    api: Api, a_person: MakePerson, a_property: MakeProperty
) -> None:
    landlord = await a_person(Role.LANDLORD)
    home, other = await a_property(landlord), await a_property(landlord)
    path = f"/calendars/{home}/link"
    before = (await api.as_(landlord).get(path)).json()
    assert before == {"property_id": str(home), "url": None, "made_at": None}
    await a_link(api, landlord, home)
    made = (await api.as_(landlord).get(path)).json()
    assert made["url"].startswith(f"http://localhost:8000/api/v1/calendars/{home}/")
    assert made["url"].endswith(".ics")
    assert made["made_at"] is not None
    assert (await api.as_(landlord).get(f"/calendars/{other}/link")).json()["url"] is None


async def test_a_feed_says_when_a_home_is_not_free_but_not_by_whom_or_why(
    api: Api, a_person: MakePerson, a_property: MakeProperty, a_booking: MakeBooking, a_hold: MakeBooking
) -> None:
    landlord, tenant = await a_person(Role.LANDLORD), await a_person(name="Priya Shah")
    home = await a_property(landlord, title="Castle, View; ✓")
    booked = await a_booking(tenant, home, check_in=10, check_out=13)
    await a_hold(tenant, home, check_in=13, check_out=14)
    await api.as_(landlord).post("/calendars/blocks", block(home, 20, 25, "Mum visits"))
    path = await a_link(api, landlord, home)
    reply = await api.get(path)
    assert told(reply) == [
        ("Blocked", day(20), day(25)),
        ("Reserved", day(10), day(13)),
        ("Reserved", day(13), day(14)),
    ]
    secret = path.rsplit("/", 1)[1].removesuffix(".ics")
    for private in ("Priya", "Shah", tenant.email, "Mum", booked["reference"], booked["id"], secret):
        assert private not in reply.text
    assert "\r\nNAME:Castle\\, View\\; ✓\r\n" in reply.text


async def test_only_live_claims_from_a_month_back_are_told_and_an_open_end_is_cut(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty, a_hold: MakeBooking
) -> None:
    landlord = await a_person(Role.LANDLORD)
    home = await a_property(landlord)
    long_ago = Period(start=day(-60), end=day(-31))
    lately = Period(start=day(-60 + 29), end=day(-30))
    elsewhere = Period(start=day(40), end=day(41))
    tenancy = Period(start=day(50), end=day(60))
    async with database.transaction() as session:
        await calendars.lock(session, [home])
        await calendars.claim_all(session, [(home, long_ago, new_id()), (home, lately, new_id())], ClaimKind.BOOKING)
        await calendars.claim(session, home, elsewhere, ClaimKind.EXTERNAL, new_id())
        await calendars.claim(session, home, tenancy, ClaimKind.TENANCY, new_id())
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql(
            "UPDATE occupancy SET period = daterange(lower(period), NULL) WHERE kind = 'tenancy'"
        )
    with time_machine.travel(clock.now() - timedelta(minutes=20)):
        await a_hold(await a_person(), home, check_in=30, check_out=31)  # lapsed
    horizon = date(day(0).year + 3, 1, 1)
    assert told(await api.get(await a_link(api, landlord, home))) == [
        ("Reserved", lately.start, lately.end),
        ("Reserved", tenancy.start, horizon),
    ]


async def test_an_event_keeps_its_name_when_a_hold_is_agreed_and_when_its_nights_move(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty, a_hold: MakeBooking
) -> None:
    landlord, tenant = await a_person(Role.LANDLORD), await a_person()
    home = await a_property(landlord)
    held = await a_hold(tenant, home, check_in=10, check_out=13)
    made = (await api.as_(landlord).post("/calendars/blocks", block(home, 20, 25))).json()
    path = await a_link(api, landlord, home)
    before = {str(e["uid"]): e for e in Calendar.from_ical((await api.get(path)).content).walk("VEVENT")}
    with time_machine.travel(clock.now() + timedelta(minutes=5)):
        await agreed(api, database, tenant, held)
        change = {"start": str(day(21)), "end": str(day(26))}
        await api.as_(landlord).patch(f"/calendars/blocks/{made['source_id']}", json=change)
        after = {str(e["uid"]): e for e in Calendar.from_ical((await api.get(path)).content).walk("VEVENT")}
    assert set(before) == set(after)
    assert all(after[uid]["dtstamp"].dt - before[uid]["dtstamp"].dt >= timedelta(minutes=5) for uid in before)


async def test_a_renewed_link_leads_on_and_the_old_one_nowhere(
    api: Api, a_person: MakePerson, a_property: MakeProperty
) -> None:
    landlord = await a_person(Role.LANDLORD)
    home = await a_property(landlord)
    first = await a_link(api, landlord, home)
    second = await a_link(api, landlord, home)
    assert [(await api.get(path)).status_code for path in (first, second)] == [404, 200]
    assert (await api.as_(landlord).get(f"/calendars/{home}/link")).json()["url"].endswith(second)
    for _ in range(2):
        gone = await api.as_(landlord).delete(f"/calendars/{home}/link")
        assert (gone.status_code, gone.content) == (204, b"")
    third = await a_link(api, landlord, home)
    assert [(await api.get(path)).status_code for path in (first, second, third)] == [404, 404, 200]


async def test_the_same_key_makes_a_link_once(api: Api, a_person: MakePerson, a_property: MakeProperty) -> None:
    landlord = await a_person(Role.LANDLORD)
    path, once = f"/calendars/{await a_property(landlord)}/link", {"Idempotency-Key": "once"}
    replies = [(await api.as_(landlord).post(path, headers=once)).json()["url"] for _ in range(2)]
    assert replies[0] == replies[1]


async def test_the_secret_is_not_in_the_database(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty
) -> None:
    landlord = await a_person(Role.LANDLORD)
    path = await a_link(api, landlord, await a_property(landlord))
    secret = path.rsplit("/", 1)[1].removesuffix(".ics")
    assert len(secret) == 32
    stored = await rows(database, "SELECT to_jsonb(calendar_link)::text FROM calendar_link")
    assert stored
    assert secret not in str(stored)


async def test_a_wrong_secret_says_no_more_than_a_home_that_is_not_there(
    api: Api, a_person: MakePerson, a_property: MakeProperty
) -> None:
    landlord = await a_person(Role.LANDLORD)
    home, other = await a_property(landlord), await a_property(landlord)
    secret = (await a_link(api, landlord, home)).rsplit("/", 1)[1]
    await a_link(api, landlord, other)
    wrong = [f"/calendars/{other}/{secret}", f"/calendars/{home}/{secret[1:]}", f"/calendars/{home}/x{secret}"]
    wrong += [f"/calendars/{home}/%C3%9F%F0%9F%8F%A0.ics", f"/calendars/{home}/{'a' * 3000}.ics"]
    nowhere = await api.as_(landlord).get(f"/calendars/{new_id()}/{secret}")

    def said(reply: httpx.Response) -> dict[str, Any]:
        return {name: value for name, value in reply.json().items() if name != "request_id"}

    for path in wrong:
        reply = await api.as_(landlord).get(path)
        assert (reply.status_code, said(reply)) == (404, said(nowhere))


async def test_a_strangers_link_is_not_there(api: Api, a_person: MakePerson, a_property: MakeProperty) -> None:
    owner, admin = await a_person(Role.LANDLORD), await a_person(Role.ADMIN)
    home = await a_property(owner)
    feed = await a_link(api, owner, home)
    path = f"/calendars/{home}/link"
    for caller, status in ((await a_person(Role.LANDLORD), 404), (await a_person(), 403), (None, 401)):
        assert (await api.as_(caller).get(path)).status_code == status
        assert (await api.as_(caller).post(path)).status_code == status
        assert (await api.as_(caller).delete(path)).status_code == status
    assert (await api.get(feed)).status_code == 200  # nobody renewed it meanwhile
    assert (await api.as_(admin).get(path)).json()["url"].endswith(feed)
    for method in ("GET", "POST", "DELETE"):
        assert (await api.as_(owner).request(method, f"/calendars/{new_id()}/link")).status_code == 404


async def test_a_reader_is_told_when_nothing_has_changed(
    api: Api, a_person: MakePerson, a_property: MakeProperty
) -> None:
    landlord = await a_person(Role.LANDLORD)
    home = await a_property(landlord)
    path = await a_link(api, landlord, home)
    first = await api.get(path)
    tag, since = first.headers["etag"], first.headers["last-modified"]
    for asked in ({"If-None-Match": tag}, {"If-None-Match": f'"x", {tag}'}, {"If-Modified-Since": since}):
        again = await api.get(path, headers=asked)
        assert (again.status_code, again.content) == (304, b"")
        assert (again.headers["etag"], again.headers["last-modified"]) == (tag, since)
    earlier = format_datetime(parsedate_to_datetime(since) - timedelta(seconds=1), usegmt=True)
    for asked in (
        {"If-None-Match": '"x"', "If-Modified-Since": since},
        {"If-Modified-Since": earlier},
        {"If-Modified-Since": "yesterday"},
    ):
        assert (await api.get(path, headers=asked)).status_code == 200


async def test_a_feed_tells_the_nights_to_prepare_and_changes_with_their_number(
    api: Api, a_person: MakePerson, a_property: MakeProperty, a_booking: MakeBooking, database: Database
) -> None:
    landlord = await a_person(Role.LANDLORD)
    home = await a_property(landlord, preparation_days=1)
    await a_booking(await a_person(), home, check_in=10, check_out=13)
    path = await a_link(api, landlord, home)
    first = await api.get(path)
    assert told(first) == [
        ("Preparation", day(9), day(10)),
        ("Preparation", day(13), day(14)),
        ("Reserved", day(10), day(13)),
    ]
    async with database.transaction() as session:
        await session.execute(text("UPDATE property SET preparation_days = 2"))
    then = await api.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert [found[1:] for found in told(then)][:2] == [(day(8), day(10)), (day(13), day(15))]


async def test_whatever_changes_a_feed_changes_its_tag_and_its_time(
    api: Api, a_person: MakePerson, a_property: MakeProperty
) -> None:
    landlord = await a_person(Role.LANDLORD)
    home = await a_property(landlord)
    path = await a_link(api, landlord, home)
    seen = [await api.get(path)]
    made = (await api.as_(landlord).post("/calendars/blocks", block(home))).json()
    seen.append(await api.get(path))
    await api.as_(landlord).delete(f"/calendars/blocks/{made['source_id']}")
    seen.append(await api.get(path))
    times = [parsedate_to_datetime(reply.headers["last-modified"]) for reply in seen]
    assert times[0] < times[1] < times[2]  # in whole seconds, however quick the changes were
    assert seen[0].headers["etag"] != seen[1].headers["etag"]
    stale = {"If-Modified-Since": seen[1].headers["last-modified"]}
    assert (await api.get(path, headers=stale)).status_code == 200


async def test_a_feed_costs_the_same_few_statements_however_full_it_is(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty
) -> None:
    landlord = await a_person(Role.LANDLORD)
    home = await a_property(landlord)
    path = await a_link(api, landlord, home)
    await api.get(path)
    counts = []
    for start in (10, 20, 30):
        await api.as_(landlord).post("/calendars/blocks", block(home, start, start + 3))
        await api.get(path)
        with statements(database) as sent:
            await api.get(path)
        counts.append(len(sent))
    assert counts == [3, 3, 3]
