"""Money around the end of a hold, after it, and twice."""

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import text

from server.core import jobs
from server.core.database import Database
from shared_models.bookings import PAY_HOLD_MINUTES
from shared_models.payments import PaymentStatus
from tests.conftest import Api, MakePerson, MakeProperty
from tests.server.bookings.desk import TOTAL, Desk, later
from tests.server.paying import Checkout, hear
from tests.server.stays import MakeBooking, broken_promises, rows

pytestmark = pytest.mark.usefixtures("at_noon")
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("how", ["release", "lapse", "another"])
async def test_a_hold_that_ends_ends_its_page(desk: Desk, a_person: MakePerson, a_hold: MakeBooking, how: str) -> None:
    await desk.pay()
    if how == "release":
        assert (await desk.post("/release")).json()["status"] == "cancelled"
    else:
        with later(minutes=PAY_HOLD_MINUTES):
            if how == "lapse":
                await jobs.run_now(desk.database, "calendars.remove_lapsed", {})
            else:  # somebody else takes the nights
                await a_hold(await a_person(), UUID(desk.held["home"]["id"]))
    assert await desk.is_let_go() is True


async def test_who_pays_after_letting_go_gets_all_of_it_back(desk: Desk, checkout: Checkout) -> None:
    page = await checkout.begin(desk.tenant, desk.id)
    await desk.post("/release")
    await checkout.press_pay(page["page_url"])  # before the page is ended
    await checkout.work()
    await checkout.provider.advance(2)
    over = await checkout.back(desk.tenant, desk.id)
    assert (over["status"], over["paid"]["amount_minor"]) == ("cancelled", 0)
    assert await checkout.charges() == [("succeeded", TOTAL, True, TOTAL)]
    assert await broken_promises(desk.database) == []


# --- late money


@pytest.mark.parametrize("written", [False, True])
@pytest.mark.parametrize(("after", "free"), [(-SECOND, True), (timedelta(), True), (SECOND, True), (SECOND, False)])
async def test_money_around_the_end_of_a_hold_agrees_a_stay_whose_nights_are_free(
    desk: Desk, a_person: MakePerson, a_hold: MakeBooking, *, after: timedelta, free: bool, written: bool
) -> None:
    await desk.open_page()
    end = await desk.ends()
    assert end is not None
    with time_machine.travel(end + after, tick=False):
        if written:
            await jobs.run_now(desk.database, "calendars.remove_lapsed", {})
        if not free:
            await a_hold(await a_person(), UUID(desk.held["home"]["id"]))
        await hear(desk.database, desk.id)
        assert await broken_promises(desk.database) == []
    [stands] = await rows(desk.database, "SELECT status FROM booking WHERE id = :id", id=desk.id)
    assert (stands.status, await desk.given_back()) == (("confirmed", 0) if free else ("expired", TOTAL))
    assert (await desk.story())[-1] == ("confirmed" if free else "expired")


async def test_late_money_buys_nothing_at_a_home_that_is_no_longer_on_show(desk: Desk) -> None:
    await desk.open_page()
    with later(minutes=PAY_HOLD_MINUTES):
        async with desk.database.engine.begin() as connection:
            await connection.execute(text("UPDATE property SET status = 'paused'"))
        await hear(desk.database, desk.id)
    assert (await desk.story(), await desk.given_back()) == (["held", "expired"], TOTAL)


async def test_late_money_buys_no_day_that_is_over(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty, a_hold: MakeBooking
) -> None:
    tenant = await a_person()
    held = await a_hold(tenant, await a_property(), check_in=0, check_out=3)
    desk = Desk(api, database, tenant, tenant, held)
    await desk.open_page()
    with later(days=1):
        await hear(database, desk.id)
    assert (await desk.story(), await desk.given_back()) == (["held", "expired"], TOTAL)


async def test_late_money_keeps_clear_of_the_next_guests(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty, a_hold: MakeBooking
) -> None:
    tenant, home = await a_person(), await a_property(preparation_days=2)
    desk = Desk(api, database, tenant, tenant, await a_hold(tenant, home))
    await desk.open_page()
    with later(minutes=PAY_HOLD_MINUTES):
        await a_hold(await a_person(), home, check_in=14, check_out=15)
        await hear(database, desk.id)
    assert await desk.given_back() == TOTAL


async def test_a_second_payment_goes_back_and_the_stay_stands(desk: Desk) -> None:
    """A page that we gave up was there after all, and both were paid."""
    await desk.pay()
    await desk.fail()
    await desk.pay()
    await desk.hear()
    await desk.tell_first(PaymentStatus.CAPTURED)
    told = await desk.seen()
    assert (told["status"], told["paid"], await desk.given_back()) == ("confirmed", told["total"], TOTAL)
    assert await broken_promises(desk.database) == []


@pytest.mark.parametrize("times", [2, 3])
async def test_news_that_comes_again_changes_nothing(desk: Desk, times: int) -> None:
    await desk.pay()
    for _ in range(times):
        await desk.hear()
    assert (await desk.story(), await desk.given_back()) == (["held", "confirmed"], 0)
