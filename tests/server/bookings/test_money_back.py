"""A stay that was paid by card and ends early: what the clock showed goes back, part by part, and once. Over HTTP."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine

from server.bookings.service import prices, refunding
from server.core.database import Database
from server.payments.service import door as payments
from server.payments.service.door import Subject
from shared_models.auth import Role
from shared_models.bookings import BookingRead, PaymentWay
from shared_models.cancellation import CancelledStay, refund_at
from tests.conftest import Api, MakePerson, MakeProperty, Person
from tests.server.bookings.paid import agreed, captured, given_back, lines_parts, paid, the_booking, total_given_back
from tests.server.bookings.test_endings import REASON, post
from tests.server.stays import MakeBooking, broken_promises, rows

BOOKED = "2030-06-20T09:00:00Z"
TAX = "edinburgh"
SECOND = timedelta(seconds=1)
Stay = tuple[Person, Person, dict[str, Any]]


@pytest.fixture
async def stay(
    api: Api, a_person: MakePerson, a_property: MakeProperty, a_hold: MakeBooking, database: Database
) -> Any:
    """A stay of three nights at £80 from 28 June to 1 July 2030, cleaning £30 and a levy of £12, paid by card."""

    async def make(*shares: int, **home: Any) -> Stay:
        with time_machine.travel(BOOKED):
            tenant, landlord = await a_person(), await a_person(Role.LANDLORD)
            place = await a_property(landlord, **{"cleaning_fee_minor": 3000, "tourist_tax": TAX} | home)
            booking = await a_hold(tenant, place, check_in=8, check_out=11)
            await agreed(database, booking["id"])
            await paid(database, booking["id"], *shares)
            booking = (await api.as_(tenant).get(f"/bookings/{booking['id']}")).json()
        assert lines_parts(booking) == {"": 27_000, TAX: 1_200}
        return tenant, landlord, booking

    return make


async def on_arrival(api: Api, tenant: Person, home: UUID, a_hold: MakeBooking) -> dict[str, Any]:
    """An agreed stay from 28 June that is paid on arrival, as those of before cards are."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(prices, "payment_way", lambda _let_type: PaymentWay.ON_ARRIVAL)
        held = await a_hold(tenant, home, check_in=8, check_out=40)
    told = (await api.as_(tenant).post(f"/bookings/{held['id']}/confirm")).json()
    assert (told["status"], told["payment"]) == ("confirmed", "on_arrival")
    found: dict[str, Any] = told
    return found


def shown(booking: dict[str, Any], at: str) -> int:
    """What the clock on the screen shows a second before."""
    seen = BookingRead.model_validate(booking)
    return refund_at(CancelledStay.of(seen), datetime.fromisoformat(at) - SECOND).total.amount_minor


@pytest.mark.parametrize(
    ("policy", "at", "back"),
    [
        ("flexible", "2030-06-22T09:00:01Z", {"": 27_000, TAX: 1_200}),
        ("flexible", "2030-06-27T15:00:00Z", {"": 19_000, TAX: 1_200}),  # all but the first night
        ("flexible", "2030-06-28T20:00:00Z", {"": 16_000}),  # the stay began: cleaning and levy are kept
        ("moderate", "2030-06-25T09:00:00Z", {"": 11_000, TAX: 1_200}),
        ("firm", "2030-06-20T20:00:00Z", {"": 27_000, TAX: 1_200}),  # within a day of confirming
        ("firm", "2030-06-21T10:00:00Z", {"": 15_000, TAX: 1_200}),
        ("firm", "2030-06-21T14:00:02Z", {"": 3_000, TAX: 1_200}),
        ("limited", "2030-06-28T14:00:01Z", {}),
        ("non_refundable", "2030-06-22T09:00:01Z", {"": 3_000, TAX: 1_200}),
    ],
)
@pytest.mark.parametrize("shares", [(1,), (2, 1)])
async def test_what_the_clock_showed_goes_back_by_its_parts_and_once(
    api: Api, database: Database, stay: Any, policy: str, at: str, back: dict[str, int], shares: tuple[int, ...]
) -> None:
    tenant, _, booking = await stay(*shares, cancellation_policy=policy)
    for _ in range(2):
        told = await post(api, tenant, f"/bookings/{booking['id']}/cancel", at, REASON)
        assert (told.status_code, told.json()["status"]) == (200, "cancelled")
        assert await given_back(database) == back
    assert told.json()["refund"]["amount_minor"] == sum(back.values()) == shown(booking, at)
    assert await broken_promises(database) == []


async def test_of_several_payments_the_newest_goes_back_first(api: Api, database: Database, stay: Any) -> None:
    tenant, _, booking = await stay(2, 1)
    await post(api, tenant, f"/bookings/{booking['id']}/cancel", "2030-06-27T15:00:00Z", REASON)
    found = await rows(
        database,
        "SELECT refund.stay_minor, refund.taxes FROM refund JOIN payment ON payment.id = payment_id "
        "ORDER BY payment.amount_minor",
    )
    assert [tuple(row) for row in found] == [(9_000, [[TAX, 400]]), (10_000, [[TAX, 800]])]


@pytest.mark.parametrize("at", ["2030-06-21T09:00:00Z", "2030-06-30T22:59:59Z"])
async def test_a_landlord_who_cancels_gives_everything_back_also_while_the_stay_goes_on(
    api: Api, database: Database, stay: Any, at: str
) -> None:
    _, landlord, booking = await stay(cancellation_policy="non_refundable")
    told = await post(api, landlord, f"/bookings/{booking['id']}/cancel", at, REASON)
    assert (told.status_code, told.json()["refund"]) == (200, booking["total"])
    assert await given_back(database) == {"": 27_000, TAX: 1_200}
    assert await broken_promises(database) == []


@pytest.mark.parametrize(
    ("at", "back", "slept"),
    [
        ("2030-06-28T22:59:59Z", 16_000, None),  # the day of arrival: no night is over
        ("2030-06-28T23:00:00Z", 8_000, ("2030-06-28", "2030-06-29")),
        ("2030-06-30T22:59:59Z", 0, ("2030-06-28", "2030-06-30")),
    ],
)
async def test_during_the_stay_the_nights_from_now_on_are_free_again_and_those_slept_stay_slept(
    api: Api, database: Database, stay: Any, at: str, back: int, slept: tuple[str, str] | None
) -> None:
    tenant, _, booking = await stay()
    told = await post(api, tenant, f"/bookings/{booking['id']}/cancel", at, REASON)
    assert (told.status_code, told.json()["refund"]["amount_minor"]) == (200, back)
    claims = await rows(database, "SELECT lower(period)::text, upper(period)::text, kind FROM occupancy")
    assert [tuple(row) for row in claims] == ([] if slept is None else [(*slept, "booking")])
    assert (told.json()["check_in"], told.json()["check_out"]) == ("2030-06-28", "2030-07-01")
    assert await broken_promises(database) == []


async def test_once_the_last_night_is_over_nobody_cancels_and_paid_on_arrival_not_after_the_day_of_arrival(
    api: Api, database: Database, stay: Any, a_property: MakeProperty, a_hold: MakeBooking
) -> None:
    tenant, landlord, booking = await stay()
    for who in (tenant, landlord):
        late = await post(api, who, f"/bookings/{booking['id']}/cancel", "2030-06-30T23:00:00Z", REASON)
        assert (late.status_code, late.json()["code"]) == (409, "invalid_transition")
    with time_machine.travel(BOOKED):
        other = await on_arrival(api, tenant, await a_property(landlord, let_type="monthly"), a_hold)
    for who in (tenant, landlord):
        late = await post(api, who, f"/bookings/{other['id']}/cancel", "2030-06-28T23:00:00Z", REASON)
        assert (late.status_code, "too late" in late.json()["detail"]) == (409, True)
    assert await given_back(database) == {}


@pytest.mark.parametrize(
    ("policy", "back"), [("flexible", 16_000), ("moderate", 8_000), ("limited", 0), ("non_refundable", 0)]
)
@pytest.mark.parametrize("at", ["2030-06-28T23:00:00Z", "2030-06-30T20:00:00Z"])
async def test_nobody_came_is_a_cancellation_at_the_instant_of_check_in_whenever_it_is_said(
    api: Api, database: Database, stay: Any, policy: str, back: int, at: str
) -> None:
    _, landlord, booking = await stay(cancellation_policy=policy)
    for _ in range(2):
        told = await post(api, landlord, f"/bookings/{booking['id']}/no-show", at)
        assert (told.status_code, told.json()["status"]) == (200, "no_show")
        assert (told.json()["refund"]["amount_minor"], await total_given_back(database)) == (back, back)
    assert await rows(database, "SELECT 1 FROM occupancy") == []
    assert await broken_promises(database) == []


async def test_what_is_paid_on_arrival_gives_nothing_back_when_nobody_comes(
    api: Api, a_person: MakePerson, a_property: MakeProperty, a_hold: MakeBooking
) -> None:
    with time_machine.travel(BOOKED):
        tenant, landlord = await a_person(), await a_person(Role.LANDLORD)
        booking = await on_arrival(api, tenant, await a_property(landlord, let_type="monthly"), a_hold)
    told = await post(api, landlord, f"/bookings/{booking['id']}/no-show", "2030-06-28T23:00:00Z")
    assert (told.status_code, told.json()["refund"]) == (200, None)


async def refund_again(database: Database, booking_id: str) -> None:
    """As when money for it comes later."""
    async with database.transaction() as session:
        booking = await the_booking(session, booking_id)
        await refunding.refund_due_of(session, booking)


async def test_money_that_comes_after_the_cancellation_goes_back_then_and_once(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty, a_hold: MakeBooking
) -> None:
    with time_machine.travel(BOOKED):
        tenant, landlord = await a_person(), await a_person(Role.LANDLORD)
        home = await a_property(landlord, tourist_tax=TAX)
        booking = await a_hold(tenant, home, check_in=8, check_out=11)
        await agreed(database, booking["id"])
    told = await post(api, tenant, f"/bookings/{booking['id']}/cancel", "2030-06-27T15:00:00Z", REASON)
    assert (told.json()["refund"]["amount_minor"], await given_back(database)) == (17_200, {})
    await refund_again(database, booking["id"])
    assert await given_back(database) == {}
    with time_machine.travel("2030-06-27T15:01:00Z"):
        await paid(database, booking["id"])
        for _ in range(2):
            await refund_again(database, booking["id"])
            assert await given_back(database) == {"": 16_000, TAX: 1_200}
    assert await broken_promises(database) == []


@pytest.mark.parametrize(("before", "more"), [(5_000, 15_200), (20_200, 0), (24_000, 0)])
async def test_what_was_given_back_before_counts(
    api: Api, database: Database, stay: Any, before: int, more: int
) -> None:
    """By an admin, or by hand at the provider: of 282 paid, 202 are to go back and 80 are kept."""
    tenant, _, booking = await stay()
    (payment,) = (row.id for row in await rows(database, "SELECT id FROM payment"))
    async with database.transaction() as session:
        parts = refunding.parts_from({"": before}, refunding.Currency.GBP)
        await payments.refund(session, [payment], parts)
    told = await post(api, tenant, f"/bookings/{booking['id']}/cancel", "2030-06-27T15:00:00Z", REASON)
    assert (told.json()["refund"]["amount_minor"], await total_given_back(database)) == (20_200, before + more)
    assert await broken_promises(database) == []


async def test_what_a_change_was_paid_for_comes_back_with_the_rest(api: Api, database: Database, stay: Any) -> None:
    """A second payment is for the change: the booking costs what both were."""
    tenant, landlord, booking = await stay()
    with time_machine.travel(BOOKED):
        body = {"check_in": "2030-06-28", "check_out": "2030-07-02", "guests": 2}
        quote = (await api.as_(tenant).post(f"/bookings/{booking['id']}/quotes", body)).json()
        asked = await api.as_(tenant).post(f"/bookings/{booking['id']}/changes", {"quote_id": quote["id"]})
        change = asked.json()["change"]["id"]
        agreed = await api.as_(landlord).post(f"/bookings/{booking['id']}/changes/{change}/accept")
        assert agreed.json()["change"]["status"] == "awaiting_payment"
        async with database.transaction() as session:
            row = await the_booking(session, booking["id"])
            row.check_out, row.lines, row.total_minor = row.check_out + timedelta(days=1), quote["lines"], 36_600
            more = refunding.parts_from({"": 8_000, TAX: 400}, refunding.Currency.GBP)
            await captured(session, Subject("booking_change", UUID(change)), row.tenant_id, more)
    told = await post(api, landlord, f"/bookings/{booking['id']}/cancel", "2030-06-21T09:00:00Z", REASON)
    assert (told.status_code, told.json()["refund"]["amount_minor"]) == (200, 36_600)
    assert await given_back(database) == {"": 35_000, TAX: 1_600}
    assert await rows(database, "SELECT status FROM booking_change") == [("closed",)]
