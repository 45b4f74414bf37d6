"""Other dates of a stay that was paid by card: what they cost less goes back, what they cost more is paid first."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import text

from server.core import clock, jobs
from server.core.database import Database
from server.payments.rules import Payment
from server.payments.service import door as payments
from server.payments.service import settling
from server.payments.service.door import Subject
from shared_models.auth import Role
from shared_models.payments import PaymentStatus
from tests.conftest import Api, MakePerson, MakeProperty
from tests.mailbox import queued
from tests.server.bookings.paid import given_back
from tests.server.bookings.test_changes import Parties, claims, dates
from tests.server.bookings.test_refunds import fresh
from tests.server.paying import seen_as
from tests.server.stays import MakeBooking, broken_promises, day, rows

pytestmark = pytest.mark.usefixtures("at_noon")
TAX = "edinburgh"
NIGHT, LEVY = 8_000, 400


@pytest.fixture
async def parties(api: Api, a_person: MakePerson, a_property: MakeProperty, a_booking: MakeBooking) -> Parties:
    """A stay of days 10 to 14 at £80 a night and 5 % levy, paid by card: £336."""
    tenant, landlord = await a_person(name="Isla"), await a_person(Role.LANDLORD, name="Morag")
    home = await a_property(landlord, sleeps=4, tourist_tax=TAX)
    return Parties(api, tenant, landlord, home, await a_booking(tenant, home, check_in=10, check_out=14))


def nights(check_in: int, check_out: int) -> tuple[str, str, int, int]:
    return day(check_in).isoformat(), day(check_out).isoformat(), 2, price(check_out - check_in)


def price(count: int) -> int:
    return count * NIGHT + min(count, 5) * LEVY  # at most five nights are taxed


async def agreed(parties: Parties, asker: str, check_in: int, check_out: int) -> dict[str, Any]:
    """A change that one side asked for and the other agreed to; the booking then."""
    asked = await parties.asked(asker, check_in, check_out)
    told = await parties.decide("landlord" if asker == "tenant" else "tenant", asked, "accept")
    assert told.status_code == 200, told.text
    found: dict[str, Any] = told.json()
    return found | {"change": found["change"] or asked["change"] | {"status": "accepted"}}


async def pay(parties: Parties, change: dict[str, Any]) -> Any:
    return await parties.post("tenant", f"/changes/{change['id']}/payment")


async def opened(database: Database, parties: Parties, change: dict[str, Any]) -> None:
    """Go to pay what a change costs more: the provider has made its page."""
    assert (await pay(parties, change)).status_code == 202
    async with database.engine.begin() as connection:
        await connection.execute(
            text("UPDATE payment SET status = 'open', session_id = 'cs_' || id WHERE status = 'intended'")
        )


async def heard(database: Database, change: dict[str, Any], status: PaymentStatus = PaymentStatus.CAPTURED) -> Payment:
    """Let the provider have told what came of the latest payment of a change; the payment then."""
    subject = Subject("booking_change", UUID(change["id"]))
    async with database.transaction() as session:
        payment = (await payments.payments_of(session, [subject]))[subject][-1]
        await settling.settle(session, seen_as(payment, status))
    async with database.transaction() as session:
        return (await payments.payments_of(session, [subject]))[subject][-1]


async def stands(database: Database) -> list[str]:
    return [row.status for row in await rows(database, "SELECT status FROM booking_change ORDER BY id")]


@pytest.mark.parametrize(("check_out", "less"), [(12, 2), (13, 1)])
@pytest.mark.parametrize("asker", ["tenant", "landlord"])
async def test_what_other_dates_cost_less_goes_back_at_once(
    database: Database, parties: Parties, asker: str, check_out: int, less: int
) -> None:
    told = await agreed(parties, asker, 10, check_out)
    assert (dates(told), told["change"]["status"]) == (nights(10, check_out), "accepted")
    assert await given_back(database) == {"": less * NIGHT, TAX: less * LEVY}
    assert told["paid"] == told["total"]
    assert await broken_promises(database) == []


async def test_dates_at_the_same_price_move_no_money(database: Database, parties: Parties) -> None:
    told = await agreed(parties, "tenant", 20, 24)
    assert (dates(told), await given_back(database)) == (nights(20, 24), {})
    assert await rows(database, "SELECT status FROM payment") == [("captured",)]


async def test_a_change_whose_time_is_over_is_not_paid_while_another_waits(
    database: Database, parties: Parties
) -> None:
    first = (await agreed(parties, "tenant", 10, 16))["change"]
    async with database.engine.begin() as connection:
        await connection.execute(text("UPDATE booking_change SET expires_at = now() - interval '1 day'"))
        await connection.execute(text("DELETE FROM occupancy WHERE kind = 'hold'"))
    await jobs.run_now(database, "bookings.lapse_changes", {})
    await agreed(parties, "tenant", 10, 15)
    refused = await pay(parties, first)
    assert (refused.status_code, refused.json()["code"]) == (409, "invalid_transition")


async def test_money_for_a_longer_stay_goes_back_once_the_stay_is_over(database: Database, parties: Parties) -> None:
    with time_machine.travel(clock.now() + timedelta(days=14) - timedelta(hours=4)):
        headers = {side: await fresh(parties.api, who) for side, who in parties.people.items()}
        wish = {"check_in": day(-4).isoformat(), "check_out": day(2).isoformat(), "guests": 2}
        quote = (await parties.api.post(f"{parties.path}/quotes", wish, headers=headers["tenant"])).json()
        asked = {"quote_id": quote["id"]}
        told = (await parties.api.post(f"{parties.path}/changes", asked, headers=headers["tenant"])).json()
        way = f"{parties.path}/changes/{told['change']['id']}"
        assert (await parties.api.post(f"{way}/accept", headers=headers["landlord"])).status_code == 200
        assert (await parties.api.post(f"{way}/payment", headers=headers["tenant"])).status_code == 202
        with time_machine.travel(clock.now() + timedelta(hours=4, minutes=5)):
            paid = await heard(database, told["change"])
    assert paid.refunded == paid.parts


@pytest.mark.parametrize("asker", ["tenant", "landlord"])
async def test_what_costs_more_waits_for_its_payment_and_then_counts(
    database: Database, parties: Parties, asker: str
) -> None:
    told = await agreed(parties, asker, 9, 16)
    change = told["change"]
    for side in ("tenant", "landlord"):
        seen = await parties.seen(side)
        assert (dates(seen), seen["change"]["status"]) == (nights(10, 14), "awaiting_payment")
    assert await claims(database) == [("hold", 9, 10), ("booking", 10, 14), ("hold", 14, 16)]
    page = await pay(parties, change)
    assert (page.status_code, page.json()["amount"]["amount_minor"]) == (202, price(7) - price(4))
    assert (await parties.seen())["change"]["payment_status"] == "intended"
    assert await broken_promises(database) == []
    paid = await heard(database, change)
    assert (paid.parts.stay.amount_minor, paid.refunded.total.amount_minor) == (3 * NIGHT, 0)
    for side in ("tenant", "landlord"):
        seen = await parties.seen(side)
        assert (dates(seen), seen["change"], seen["paid"]) == (nights(9, 16), None, seen["total"])
    assert await claims(database) == [("booking", 9, 16)]
    answerer = "landlord" if asker == "tenant" else "tenant"
    assert [(entry["kind"], entry["by"]) for entry in seen["history"]][2:] == [
        ("change_asked", asker),
        ("change_agreed", answerer),
        ("change_accepted", answerer),
    ]
    assert await broken_promises(database) == []


async def test_an_answer_given_twice_is_one_and_a_page_asked_for_twice_is_one(
    database: Database, parties: Parties
) -> None:
    asked = await parties.asked("tenant", 10, 16)
    for _ in range(2):
        told = (await parties.decide("landlord", asked, "accept")).json()
        assert told["change"]["status"] == "awaiting_payment"
    first, second = [(await pay(parties, asked["change"])).json() for _ in range(2)]
    assert first["id"] == second["id"]
    assert len(await rows(database, "SELECT 1 FROM payment WHERE subject_kind = 'booking_change'")) == 1
    for way in ("decline", "accept"):
        again = await parties.decide("landlord", asked, way)
        assert again.status_code == (409 if way == "decline" else 200)
    await heard(database, asked["change"])
    await heard(database, asked["change"])
    assert (await parties.decide("landlord", asked, "accept")).status_code == 200
    late = await pay(parties, asked["change"])
    assert (late.status_code, late.json()["code"]) == (409, "invalid_transition")


async def test_only_the_tenant_pays_sees_and_checks_the_payment(
    parties: Parties, api: Api, a_person: MakePerson
) -> None:
    change = (await agreed(parties, "tenant", 10, 16))["change"]
    path = f"{parties.path}/changes/{change['id']}/payment"
    assert (await api.as_(parties.people["tenant"]).get(path)).status_code == 404  # nothing was begun
    assert (await api.as_(parties.people["tenant"]).post(f"{path}/check")).status_code == 404
    stranger = await a_person()
    for who in (parties.people["landlord"], stranger):
        assert (await api.as_(who).post(path)).status_code == 404
    assert (await pay(parties, change)).status_code == 202
    for who, status in ((parties.people["tenant"], 200), (parties.people["landlord"], 404), (stranger, 404)):
        assert (await api.as_(who).get(path)).status_code == status
        assert (await api.as_(who).post(f"{path}/check")).status_code == (202 if status == 200 else 404)
    other = f"{parties.path}/changes/{parties.booking['id']}/payment"
    assert (await api.as_(parties.people["tenant"]).get(other)).status_code == 404
    assert (await api.as_(parties.people["tenant"]).post(other)).status_code == 404


async def test_what_nobody_has_agreed_to_is_not_paid(parties: Parties) -> None:
    asked = await parties.asked("tenant", 10, 16)
    early = await pay(parties, asked["change"])
    assert (early.status_code, early.json()["code"]) == (409, "invalid_transition")


@pytest.mark.parametrize(("asker", "taker"), [("tenant", "tenant"), ("landlord", "landlord"), ("landlord", "tenant")])
async def test_who_asked_or_has_to_pay_takes_it_back_and_the_page_is_let_go(
    database: Database, parties: Parties, asker: str, taker: str
) -> None:
    change = (await agreed(parties, asker, 10, 16))["change"]
    await opened(database, parties, change)
    for _ in range(2):
        told = await parties.post(taker, f"/changes/{change['id']}/withdraw")
        assert (told.status_code, told.json()["change"]) == (200, None)
    assert await claims(database) == [("booking", 10, 14)]
    assert await rows(database, "SELECT let_go_at IS NOT NULL FROM payment ORDER BY id") == [(False,), (True,)]
    assert (await parties.seen())["history"][-1]["by"] == taker
    (event,) = await queued(database, "notifications.BookingChangeWithdrawn")
    assert event["by"] == taker  # the other side hears of it
    paid = await heard(database, change)  # it was paid in the very moment
    assert (paid.refunded, dates(await parties.seen())) == (paid.parts, nights(10, 14))
    assert await broken_promises(database) == []


async def test_a_landlord_who_agreed_waits_for_the_payment(parties: Parties) -> None:
    change = (await agreed(parties, "tenant", 10, 16))["change"]
    refused = await parties.post("landlord", f"/changes/{change['id']}/withdraw")
    assert (refused.status_code, refused.json()["code"]) == (409, "invalid_transition")


async def test_nobody_asks_for_anything_else_while_a_change_waits_for_its_payment(parties: Parties) -> None:
    await agreed(parties, "tenant", 10, 16)
    for side in ("tenant", "landlord"):
        assert (await parties.quoted(side, 10, 12)).status_code == 409


@pytest.mark.parametrize("side", ["tenant", "landlord"])
async def test_a_stay_that_is_cancelled_closes_its_change_and_lets_its_page_go(
    database: Database, parties: Parties, side: str
) -> None:
    change = (await agreed(parties, "tenant", 10, 16))["change"]
    await opened(database, parties, change)
    gone = await parties.post(side, "/cancel", {"reason": "Ill"})
    assert (gone.json()["status"], gone.json()["change"]) == ("cancelled", None)
    assert (await stands(database), await claims(database)) == (["closed"], [])
    assert await given_back(database) == {"": 4 * NIGHT, TAX: 4 * LEVY}
    paid = await heard(database, change)
    assert paid.refunded == paid.parts
    assert (await parties.seen())["status"] == "cancelled"
    assert await broken_promises(database) == []


async def test_the_nights_are_kept_for_a_day_and_then_free_again(database: Database, parties: Parties) -> None:
    change = (await agreed(parties, "tenant", 10, 16))["change"]
    assert change["expires_at"].startswith((clock.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H"))
    as_before = dates(parties.booking)
    await opened(database, parties, change)
    with time_machine.travel(clock.now() + timedelta(days=1, seconds=5)):
        headers = await fresh(parties.api, parties.people["tenant"])
        late = await parties.api.post(f"{parties.path}/changes/{change['id']}/payment", headers=headers)
        assert late.status_code == 202  # it is under way: what came of it is for a look to tell
        await jobs.run_now(database, "bookings.lapse_changes", {})
        seen = (await parties.api.get(parties.path, headers=headers)).json()
        assert (seen["change"], seen["history"][-1]["kind"], dates(seen)) == (None, "change_unpaid", as_before)
        assert (await stands(database), await claims(database)) == (["expired"], [("booking", 9, 13)])  # a day on
        assert await rows(database, "SELECT let_go_at IS NOT NULL FROM payment ORDER BY id") == [(False,), (True,)]
        assert await broken_promises(database) == []


async def test_a_change_of_the_last_moment_is_held_once_for_as_long_as_its_page_is_there(
    database: Database, parties: Parties
) -> None:
    change = (await agreed(parties, "tenant", 10, 16))["change"]
    with time_machine.travel(clock.now() + timedelta(hours=23, minutes=50), tick=False):
        headers, path = await fresh(parties.api, parties.people["tenant"]), f"{parties.path}/changes/{change['id']}"
        page = (await parties.api.post(f"{path}/payment", headers=headers)).json()
        seen = (await parties.api.get(parties.path, headers=headers)).json()["change"]
        assert page["expires_at"] == _in(minutes=31)
        assert seen["expires_at"] == _in(minutes=35)
        await heard(database, change, PaymentStatus.EXPIRED)
        again = await parties.api.post(f"{path}/payment", headers=headers)
        assert again.status_code == 202
        await heard(database, change, PaymentStatus.EXPIRED)
        assert await broken_promises(database) == []
    with time_machine.travel(clock.now() + timedelta(hours=23, minutes=55), tick=False):
        again = await parties.api.post(f"{path}/payment", headers=headers)
        assert (again.status_code, again.json()["code"]) == (409, "invalid_transition")


def _in(*, minutes: int) -> str:
    return (clock.now() + timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")


async def late(database: Database, parties: Parties, *, until: timedelta = timedelta(days=1, minutes=1)) -> Any:
    """A change whose time to pay is over, and its page."""
    change = (await agreed(parties, "tenant", 10, 16))["change"]
    await opened(database, parties, change)
    with time_machine.travel(clock.now() + until):
        await jobs.run_now(database, "bookings.lapse_changes", {})
    assert await stands(database) == ["expired"]
    return change


async def test_money_that_comes_late_still_counts_while_nothing_stands_against_it(
    database: Database, parties: Parties
) -> None:
    change = await late(database, parties)
    paid = await heard(database, change)
    seen = await parties.seen()
    assert (dates(seen), seen["paid"], paid.refunded.total.amount_minor) == (nights(10, 16), seen["total"], 0)
    assert (await stands(database), await claims(database)) == (["accepted"], [("booking", 10, 16)])
    assert await broken_promises(database) == []


async def test_late_money_goes_back_when_the_nights_are_gone(
    database: Database, parties: Parties, a_person: MakePerson, a_booking: MakeBooking
) -> None:
    change = await late(database, parties)
    await a_booking(await a_person(), parties.home, check_in=15, check_out=17)
    paid = await heard(database, change)
    assert (paid.refunded, dates(await parties.seen())) == (paid.parts, nights(10, 14))
    assert await stands(database) == ["expired"]
    assert await broken_promises(database) == []


async def test_late_money_goes_back_when_the_stay_was_changed_otherwise(database: Database, parties: Parties) -> None:
    change = await late(database, parties)
    await agreed(parties, "tenant", 10, 13)
    paid = await heard(database, change)
    assert (paid.refunded, dates(await parties.seen())) == (paid.parts, nights(10, 13))


async def test_late_money_goes_back_while_another_change_waits(database: Database, parties: Parties) -> None:
    change = await late(database, parties)
    other = await parties.asked("tenant", 8, 14)
    paid = await heard(database, change)
    assert (paid.refunded, dates(await parties.seen())) == (paid.parts, nights(10, 14))
    assert (await parties.seen())["change"]["id"] == other["change"]["id"]
    assert await broken_promises(database) == []


@pytest.mark.parametrize("days", [11, 15])
async def test_late_money_goes_back_when_the_stay_has_begun_or_is_over(
    database: Database, parties: Parties, days: int
) -> None:
    change = (await agreed(parties, "tenant", 9, 14))["change"]  # a day earlier: not once it has begun
    await opened(database, parties, change)
    with time_machine.travel(clock.now() + timedelta(days=days)):
        await jobs.run_now(database, "bookings.lapse_changes", {})
        paid = await heard(database, change)
        assert paid.refunded == paid.parts
    assert dates(await parties.seen()) == nights(10, 14)
    assert await broken_promises(database) == []


async def test_a_stay_that_is_still_being_paid_is_not_changed(database: Database, parties: Parties) -> None:
    """What a card holds is captured by a job: until then nothing can go back of it."""
    asked = await parties.asked("tenant", 10, 12)
    async with database.engine.begin() as connection:
        await connection.execute(
            text("UPDATE payment SET status = 'authorised', balance_transaction_id = NULL, is_held = true")
        )
    refused = await parties.decide("landlord", asked, "accept")
    assert (refused.status_code, "still being paid" in refused.json()["detail"]) == (409, True)
    assert (await parties.seen())["change"]["status"] == "asked"


async def test_what_two_payments_were_made_for_goes_back_of_both(database: Database, parties: Parties) -> None:
    change = (await agreed(parties, "tenant", 10, 16))["change"]
    await opened(database, parties, change)
    await heard(database, change)
    await agreed(parties, "tenant", 10, 11)
    assert await given_back(database) == {"": 5 * NIGHT, TAX: 4 * LEVY}
    seen = await parties.seen()
    assert seen["paid"] == seen["total"]
    back = await rows(
        database,
        "SELECT payment.subject_kind, refund.amount_minor FROM refund JOIN payment ON payment.id = payment_id "
        "ORDER BY payment.id",
    )
    assert [tuple(row) for row in back] == [("booking", 3 * (NIGHT + LEVY)), ("booking_change", 2 * NIGHT + LEVY)]
    gone = (await parties.post("tenant", "/cancel", {"reason": "Ill"})).json()
    assert (gone["refund"], gone["paid"]["amount_minor"]) == (seen["total"], 0)
    assert await given_back(database) == {"": 6 * NIGHT, TAX: 5 * LEVY}
    assert await broken_promises(database) == []


@pytest.mark.usefixtures("on_arrival")
async def test_a_change_of_what_is_paid_on_arrival_is_as_ever(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty, a_booking: MakeBooking
) -> None:
    tenant, landlord = await a_person(), await a_person(Role.LANDLORD)
    home = await a_property(landlord, sleeps=4, let_type="monthly", price_minor=90_000)
    parties = Parties(api, tenant, landlord, home, await a_booking(tenant, home, check_in=10, check_out=50))
    told = await agreed(parties, "tenant", 10, 80)
    assert (told["payment"], told["change"]["status"]) == ("on_arrival", "accepted")
    assert await rows(database, "SELECT 1 FROM payment") == []
