"""Other dates or guests for an agreed stay: one side asks, the other answers. Over HTTP."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import text

from server.core import clock, jobs
from server.core.database import Database
from server.core.ids import new_id
from shared_models.auth import Role
from tests.conftest import Api, MakePerson, MakeProperty, Person
from tests.server.stays import MakeBooking, broken_promises, day, quote_request, rows

pytestmark = pytest.mark.usefixtures("at_noon", "on_arrival")
REASON = {"reason": "The bed is for two."}


class Parties:
    """A tenant and a landlord with an agreed stay of days 10 to 14, two guests, at £80 a night."""

    def __init__(self, api: Api, tenant: Person, landlord: Person, home: UUID, booking: dict[str, Any]) -> None:
        self.api, self.home, self.booking = api, home, booking
        self.people = {"tenant": tenant, "landlord": landlord}
        self.path = f"/bookings/{booking['id']}"

    async def quoted(self, side: str, check_in: int, check_out: int, guests: int = 2) -> Any:
        body = {"check_in": day(check_in).isoformat(), "check_out": day(check_out).isoformat(), "guests": guests}
        return await self.post(side, "/quotes", body)

    async def asked(self, side: str, check_in: int, check_out: int, guests: int = 2) -> Any:
        """The answer to asking, which must work."""
        quote = await self.quoted(side, check_in, check_out, guests)
        assert quote.status_code == 201, quote.text
        reply = await self.post(side, "/changes", {"quote_id": quote.json()["id"]})
        assert reply.status_code == 201, reply.text
        return reply.json()

    async def decide(self, side: str, asked: dict[str, Any], act: str) -> Any:
        body = REASON if act == "decline" else None
        return await self.post(side, f"/changes/{asked['change']['id']}/{act}", body)

    async def post(self, side: str, way: str, body: Any = None) -> Any:
        return await self.api.as_(self.people[side]).post(self.path + way, body)

    async def seen(self, side: str = "tenant") -> dict[str, Any]:
        found: dict[str, Any] = (await self.api.as_(self.people[side]).get(self.path)).json()
        return found


@pytest.fixture
async def parties(api: Api, a_person: MakePerson, a_property: MakeProperty, a_booking: MakeBooking) -> Parties:
    tenant, landlord = await a_person(name="Isla"), await a_person(Role.LANDLORD, name="Morag")
    home = await a_property(landlord, sleeps=4)
    return Parties(api, tenant, landlord, home, await a_booking(tenant, home, check_in=10, check_out=14))


def dates(booking: dict[str, Any]) -> tuple[str, str, int, int]:
    return booking["check_in"], booking["check_out"], booking["guests"], booking["total"]["amount_minor"]


def nights(check_in: int, check_out: int, guests: int = 2) -> tuple[str, str, int, int]:
    return day(check_in).isoformat(), day(check_out).isoformat(), guests, (check_out - check_in) * 8000


async def claims(database: Database) -> list[tuple[str, int, int]]:
    """Every claim by date: its kind and its days from today."""
    found = await rows(database, "SELECT kind, lower(period), upper(period) FROM occupancy ORDER BY period")
    return [(row[0], (row[1] - day(0)).days, (row[2] - day(0)).days) for row in found]


MOVES = [
    (10, 14, 4, [("booking", 10, 14)]),
    (10, 16, 2, [("booking", 10, 14), ("hold", 14, 16)]),
    (8, 14, 2, [("hold", 8, 10), ("booking", 10, 14)]),
    (8, 16, 2, [("hold", 8, 10), ("booking", 10, 14), ("hold", 14, 16)]),
    (11, 13, 2, [("booking", 10, 14)]),
    (12, 16, 3, [("booking", 10, 14), ("hold", 14, 16)]),
    (20, 22, 2, [("booking", 10, 14), ("hold", 20, 22)]),
]


@pytest.mark.parametrize(("check_in", "check_out", "guests", "while_asked"), MOVES)
@pytest.mark.parametrize("asker", ["tenant", "landlord"])
async def test_the_old_dates_count_and_the_new_nights_are_held_until_a_yes_moves_the_stay(
    database: Database,
    parties: Parties,
    asker: str,
    check_in: int,
    check_out: int,
    guests: int,
    while_asked: list[tuple[str, int, int]],
) -> None:
    answerer = "landlord" if asker == "tenant" else "tenant"
    asked = await parties.asked(asker, check_in, check_out, guests)
    assert (dates(asked), dates(asked["change"])) == (nights(10, 14), nights(check_in, check_out, guests))
    assert await claims(database) == while_asked
    assert await broken_promises(database) == []
    for _ in range(2):
        agreed = await parties.decide(answerer, asked, "accept")
        assert (agreed.status_code, agreed.json()["change"]) == (200, None)
        assert dates(agreed.json()) == nights(check_in, check_out, guests)
    assert await claims(database) == [("booking", check_in, check_out)]
    deeds = [(entry["kind"], entry["by"], dates(entry)) for entry in (await parties.seen())["history"][2:]]
    assert deeds == [
        ("change_asked", asker, nights(check_in, check_out, guests)),
        ("change_accepted", answerer, nights(check_in, check_out, guests)),
    ]
    assert await broken_promises(database) == []


@pytest.mark.parametrize(
    ("act", "by", "deed"), [("decline", "landlord", "declined"), ("withdraw", "tenant", "withdrawn")]
)
async def test_a_no_or_a_second_thought_leaves_everything_as_it_was(
    database: Database, parties: Parties, act: str, by: str, deed: str
) -> None:
    asked = await parties.asked("tenant", 8, 16)
    for _ in range(2):
        reply = await parties.decide(by, asked, act)
        assert (reply.status_code, dates(reply.json()), reply.json()["change"]) == (200, nights(10, 14), None)
    assert await claims(database) == [("booking", 10, 14)]
    last = (await parties.seen())["history"][-1]
    assert (last["kind"], last["by"], dates(last)) == (f"change_{deed}", by, nights(8, 16))
    assert last["note"] == (REASON["reason"] if act == "decline" else None)
    await parties.asked("tenant", 8, 15)  # and another may be asked for


@pytest.mark.parametrize("job", ["calendars.remove_lapsed", "bookings.lapse_changes"])
@pytest.mark.parametrize(("check_in", "check_out"), [(8, 16), (11, 13)])
async def test_nobody_answers_and_after_a_day_the_further_nights_are_free(
    database: Database, parties: Parties, job: str, check_in: int, check_out: int
) -> None:
    with time_machine.travel(clock.now() - timedelta(hours=24)):
        asked = await parties.asked("tenant", check_in + 1, check_out + 1)  # it was yesterday
    assert (await parties.seen())["change"] is None
    for act, by in (("accept", "landlord"), ("decline", "landlord"), ("withdraw", "tenant")):
        reply = await parties.decide(by, asked, act)
        assert (reply.status_code, reply.json()["code"]) == (409, "invalid_transition"), act
    for name in (job, job, "bookings.lapse_changes"):
        await jobs.run_now(database, name, {})
    assert await claims(database) == [("booking", 10, 14)]
    assert await rows(database, "SELECT status FROM booking_change") == [("expired",)]
    assert [entry["kind"] for entry in (await parties.seen())["history"]][2:] == ["change_asked", "change_expired"]
    assert await broken_promises(database) == []


async def test_a_lapsed_change_makes_way_for_another_before_any_job_ran(database: Database, parties: Parties) -> None:
    with time_machine.travel(clock.now() - timedelta(hours=24)):
        await parties.asked("tenant", 11, 16)
    await parties.asked("landlord", 10, 13)
    assert await rows(database, "SELECT asked_by, status FROM booking_change ORDER BY created_at") == [
        ("tenant", "expired"),
        ("landlord", "asked"),
    ]
    assert await claims(database) == [("booking", 10, 14)]


async def test_a_yes_to_a_lapsed_change_says_nothing_of_the_one_that_came_after(
    database: Database, parties: Parties
) -> None:
    with time_machine.travel(clock.now() - timedelta(hours=25)):
        lapsed = await parties.asked("tenant", 10, 17)
    await parties.asked("tenant", 10, 15)
    refused = await parties.decide("landlord", lapsed, "accept")
    assert (refused.status_code, refused.json()["code"]) == (409, "invalid_transition")
    assert dates(await parties.seen()) == nights(10, 14)
    assert await broken_promises(database) == []


async def test_another_tenant_gets_the_nights_of_a_lapsed_change_and_not_those_of_a_live_one(
    api: Api, database: Database, parties: Parties, a_person: MakePerson, a_hold: MakeBooking
) -> None:
    other = await a_person()
    await parties.asked("tenant", 10, 16)
    refused = await api.as_(other).post("/quotes", quote_request(parties.home, check_in=15, check_out=17))
    assert (refused.status_code, refused.json()["code"]) == (409, "dates_taken")
    async with database.transaction() as session:
        over = {"over": clock.now()}
        await session.execute(text("UPDATE occupancy SET expires_at = :over WHERE kind = 'hold'"), over)
        await session.execute(text("UPDATE booking_change SET expires_at = :over"), over)
    await a_hold(other, parties.home, check_in=15, check_out=17)
    assert await rows(database, "SELECT status FROM booking_change") == [("expired",)]
    assert await claims(database) == [("booking", 10, 14), ("hold", 15, 17)]


async def test_nights_that_are_taken_cannot_be_wished_for(
    parties: Parties, a_person: MakePerson, a_booking: MakeBooking
) -> None:
    await a_booking(await a_person(), parties.home, check_in=15, check_out=17)
    await parties.asked("tenant", 9, 15)
    reply = await parties.post("tenant", "/quotes", {"check_in": str(day(10)), "check_out": str(day(16)), "guests": 2})
    assert (reply.status_code, reply.json()["code"]) == (409, "invalid_transition")  # one wish at a time


async def test_nights_taken_since_the_price_was_shown_are_refused(
    api: Api, database: Database, parties: Parties, a_person: MakePerson, a_booking: MakeBooking
) -> None:
    quote = (await parties.quoted("tenant", 10, 16)).json()
    await a_booking(await a_person(), parties.home, check_in=15, check_out=17)
    refused = [
        await parties.post("tenant", "/changes", {"quote_id": quote["id"]}),
        await parties.quoted("landlord", 8, 16),
    ]
    assert [(reply.status_code, reply.json()["code"]) for reply in refused] == [(409, "dates_taken")] * 2
    assert await rows(database, "SELECT 1 FROM booking_change") == []


async def test_a_change_needs_only_the_nights_that_come_on_top(
    database: Database, parties: Parties, a_person: MakePerson, a_booking: MakeBooking
) -> None:
    """More days to prepare than when both stays were agreed keep nobody from leaving earlier or bringing someone."""
    await a_booking(await a_person(), parties.home, check_in=15, check_out=17)
    async with database.transaction() as session:
        await session.execute(text("UPDATE property SET preparation_days = 2"))
    for check_in, check_out, guests, status in ((10, 15, 2, 409), (9, 15, 2, 409), (9, 14, 2, 201), (10, 14, 3, 201)):
        reply = await parties.quoted("tenant", check_in, check_out, guests)
        assert reply.status_code == status, (check_in, check_out, guests, reply.text)
    asked = await parties.asked("tenant", 10, 13)
    assert (await parties.decide("landlord", asked, "accept")).json()["check_out"] == str(day(13))
    assert await broken_promises(database) == []


@pytest.mark.parametrize(
    ("side", "check_in", "check_out", "guests", "field"),
    [
        ("tenant", 10, 14, 2, "check_in"),  # nothing changes
        ("tenant", 10, 14, 5, "guests"),
        ("landlord", 10, 14, 2, "check_in"),
        ("tenant", -1, 14, 2, "check_in"),
        ("landlord", -1, 14, 2, "check_in"),
        ("tenant", 731, 733, 2, "check_in"),
    ],
)
async def test_a_change_that_cannot_be_names_the_field(
    parties: Parties, side: str, check_in: int, check_out: int, guests: int, field: str
) -> None:
    reply = await parties.quoted(side, check_in, check_out, guests)
    assert (reply.status_code, reply.json()["code"]) == (409, "not_bookable")
    assert [error["field"] for error in reply.json()["errors"]] == [field]


@pytest.mark.parametrize(("check_in", "check_out"), [(10, 10), (10, 9), (10, 741)])
async def test_a_wish_that_is_no_stay_names_the_day_of_leaving(parties: Parties, check_in: int, check_out: int) -> None:
    reply = await parties.quoted("tenant", check_in, check_out)
    assert (reply.status_code, reply.json()["errors"][0]["field"]) == (422, "check_out")


async def test_a_landlord_may_offer_what_the_limits_of_the_home_forbid(database: Database, parties: Parties) -> None:
    async with database.transaction() as session:
        await session.execute(text("UPDATE property SET min_nights = 4"))
    assert (await parties.quoted("tenant", 10, 12)).json()["errors"][0]["field"] == "check_out"
    asked = await parties.asked("landlord", 10, 12)
    assert (await parties.decide("tenant", asked, "accept")).json()["check_out"] == day(12).isoformat()


async def test_the_price_of_a_change_is_honoured_after_the_landlord_raised_it(
    database: Database, parties: Parties
) -> None:
    quote = (await parties.quoted("tenant", 10, 16)).json()
    async with database.transaction() as session:
        await session.execute(text("UPDATE property SET price_minor = 99000"))
    asked = (await parties.post("tenant", "/changes", {"quote_id": quote["id"]})).json()
    assert (await parties.decide("landlord", asked, "accept")).json()["total"] == quote["total"]


async def test_a_price_of_another_currency_is_no_difference(database: Database, parties: Parties) -> None:
    async with database.transaction() as session:
        await session.execute(text("UPDATE property SET currency = 'EUR'"))
    reply = await parties.quoted("tenant", 10, 16)
    assert (reply.status_code, reply.json()["code"]) == (409, "not_bookable")


async def test_the_same_wish_again_is_one_wish_and_an_old_price_none(database: Database, parties: Parties) -> None:
    quote = {"quote_id": (await parties.quoted("tenant", 10, 16)).json()["id"]}
    first, again = [await parties.post("tenant", "/changes", quote) for _ in range(2)]
    assert (first.status_code, first.json()) == (201, again.json())
    await parties.decide("tenant", first.json(), "withdraw")
    used = await parties.post("tenant", "/changes", quote)
    assert (used.status_code, used.json()["code"]) == (409, "quote_expired")
    with time_machine.travel(clock.now() - timedelta(minutes=30)):
        late = {"quote_id": (await parties.quoted("tenant", 10, 16)).json()["id"]}
    reply = await parties.post("tenant", "/changes", late)
    assert (reply.status_code, reply.json()["code"]) == (409, "quote_expired")


async def test_a_price_of_a_change_books_no_other_stay_and_the_other_way_round(
    api: Api, parties: Parties, a_quote: MakeBooking
) -> None:
    tenant = parties.people["tenant"]
    change = (await parties.quoted("tenant", 20, 22)).json()
    assert (await api.as_(tenant).post("/bookings", {"quote_id": change["id"]})).status_code == 404
    stay = await a_quote(tenant, parties.home, check_in=20, check_out=22)
    assert (await parties.post("tenant", "/changes", {"quote_id": stay["id"]})).status_code == 404
    assert (await parties.post("landlord", "/changes", {"quote_id": change["id"]})).status_code == 404


async def test_each_side_answers_only_what_the_other_asked(parties: Parties) -> None:
    for asker, other in (("tenant", "landlord"), ("landlord", "tenant")):
        asked = await parties.asked(asker, 10, 15)
        wrong = [(asker, "accept"), (asker, "decline"), (other, "withdraw")]
        for side, act in wrong:
            reply = await parties.decide(side, asked, act)
            assert (reply.status_code, reply.json()["code"]) == (409, "invalid_transition"), (side, act)
        await parties.decide(asker, asked, "withdraw")
        for side, act in ((other, "accept"), (other, "decline")):
            assert (await parties.decide(side, asked, act)).json()["code"] == "invalid_transition"


async def test_a_stranger_finds_no_change(
    api: Api, parties: Parties, a_person: MakePerson, a_property: MakeProperty, a_booking: MakeBooking
) -> None:
    asked = await parties.asked("tenant", 10, 15)
    change = asked["change"]["id"]
    strangers = [await a_person(Role.LANDLORD), await a_person(Role.ADMIN)]
    dates_ = {"check_in": str(day(10)), "check_out": str(day(13)), "guests": 2}
    ways = [
        ("/quotes", dates_),
        ("/changes", {"quote_id": str(new_id())}),
        *[
            (f"/changes/{change}/{act}", REASON if act == "decline" else None)
            for act in ("accept", "decline", "withdraw")
        ],
    ]
    for way, body in ways:
        answers = [(await api.as_(who).post(parties.path + way, body)).status_code for who in (*strangers, None)]
        assert answers == [404, 404, 401], way
    other = await a_booking(strangers[0], await a_property())
    through = f"/bookings/{other['id']}/changes/{change}/accept"
    assert (await api.as_(strangers[0]).post(through)).status_code == 404
    assert (await parties.decide("landlord", {"change": {"id": str(new_id())}}, "accept")).status_code == 404


@pytest.mark.parametrize("by", ["tenant", "landlord"])
async def test_a_cancelled_stay_closes_its_change_and_frees_all_its_nights(
    database: Database, parties: Parties, by: str
) -> None:
    asked = await parties.asked("tenant", 8, 16)
    assert (await parties.post(by, "/cancel", {"reason": "Ill."})).json()["change"] is None
    assert await claims(database) == []
    assert await rows(database, "SELECT status FROM booking_change") == [("closed",)]
    assert (await parties.decide("landlord", asked, "accept")).json()["code"] == "invalid_transition"


async def test_the_change_waits_for_the_other_sides_list(api: Api, parties: Parties) -> None:
    await parties.asked("tenant", 8, 16)
    found = {
        side: (await api.as_(who).get("/bookings", params={"side": side, "when": "waiting"})).json()["items"]
        for side, who in parties.people.items()
    }
    assert ([one["id"] for one in found["landlord"]], found["tenant"]) == ([parties.booking["id"]], [])
    assert found["landlord"][0]["change"]["total"]["amount_minor"] == 8 * 8000


async def test_nothing_is_changed_of_what_is_not_agreed(
    api: Api, a_person: MakePerson, a_property: MakeProperty, a_hold: MakeBooking
) -> None:
    tenant = await a_person()
    for instant in (True, False):
        held = await a_hold(tenant, await a_property(instant_book=instant))
        body = {"check_in": str(day(10)), "check_out": str(day(15)), "guests": 2}
        reply = await api.as_(tenant).post(f"/bookings/{held['id']}/quotes", body)
        assert (reply.status_code, reply.json()["code"]) == (409, "invalid_transition")


async def test_days_to_prepare_are_kept_between_guests_but_not_between_a_stay_and_itself(
    api: Api, database: Database, parties: Parties, a_person: MakePerson
) -> None:
    async with database.transaction() as session:
        await session.execute(text("UPDATE property SET preparation_days = 2"))
    other = await a_person()
    for check_in, check_out, status in ((15, 17, 409), (16, 18, 201), (7, 9, 409), (6, 8, 201)):
        reply = await api.as_(other).post(
            "/quotes", quote_request(parties.home, check_in=check_in, check_out=check_out)
        )
        assert reply.status_code == status, (check_in, check_out, reply.text)
    landlord = api.as_(parties.people["landlord"])
    block = {"property_id": str(parties.home), "start": str(day(14)), "end": str(day(15))}
    assert (await landlord.post("/calendars/blocks", block)).status_code == 201
    span = {"start": str(day(0)), "end": str(day(30))}
    taken = (await api.get(f"/calendars/{parties.home}/taken", params=span)).json()["taken"]
    assert taken == [{"start": str(day(8)), "end": str(day(16))}]
    await parties.asked("tenant", 9, 14)


async def test_days_to_prepare_bind_the_tenant_who_asks_and_not_the_landlord(
    database: Database, parties: Parties, a_person: MakePerson, a_booking: MakeBooking
) -> None:
    await a_booking(await a_person(), parties.home, check_in=16, check_out=18)
    async with database.transaction() as session:
        await session.execute(text("UPDATE property SET preparation_days = 2"))
    refused = await parties.quoted("tenant", 10, 15)
    assert (refused.status_code, refused.json()["code"]) == (409, "dates_taken")
    asked = await parties.asked("landlord", 10, 15)
    agreed = await parties.decide("tenant", asked, "accept")
    assert (agreed.status_code, dates(agreed.json())) == (200, nights(10, 15))
