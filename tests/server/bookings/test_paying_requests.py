"""A stay that is paid by card where the landlord is asked: held by the card, captured at a yes, or let go."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlalchemy import text

from server.core import clock, jobs
from server.core.database import Database
from shared_models.auth import Role
from shared_models.bookings import PAY_HOLD_MINUTES
from shared_models.payments import PaymentStatus
from tests.conftest import Api, MakePerson, MakeProperty
from tests.server.bookings.desk import TOTAL, Desk, instant, later
from tests.server.paying import Checkout, hear
from tests.server.stays import MakeBooking, broken_promises, day

pytestmark = pytest.mark.usefixtures("at_noon")


async def test_a_landlord_is_asked_when_a_card_holds_the_money(asking: Desk) -> None:
    assert (asking.held["status"], asking.held["instant_book"]) == ("held", False)
    assert (
        await asking.api.as_(asking.landlord).get("/bookings", params={"side": "landlord", "when": "waiting"})
    ).json()["items"] == []
    assert (await asking.pay())["is_held"] is True
    told = await asking.hear(PaymentStatus.AUTHORISED)
    assert (told["status"], told["payment_status"], told["paid"]) == ("requested", "authorised", None)
    assert instant(told["hold_expires_at"]) - clock.now() > timedelta(hours=23)
    assert await asking.story() == ["held", "requested"]
    assert await broken_promises(asking.database) == []
    again = await asking.hear(PaymentStatus.AUTHORISED)
    assert (again["hold_expires_at"], await asking.story()) == (told["hold_expires_at"], ["held", "requested"])


async def test_a_yes_captures_what_the_card_holds(asking: Desk, checkout: Checkout) -> None:
    asked = await checkout.pay(asking.tenant, asking.id)
    assert (asked["status"], await checkout.charges()) == ("requested", [("succeeded", TOTAL, False, 0)])
    told = (await asking.post("/accept", by=asking.landlord)).json()
    assert (told["status"], told["payment_status"]) == ("confirmed", "authorised")
    assert (await asking.post("/accept", by=asking.landlord)).json()["status"] == "confirmed"
    await checkout.work()
    await checkout.provider.advance(2)
    booked = await checkout.back(asking.tenant, asking.id)
    assert (booked["status"], booked["payment_status"], booked["paid"]) == ("confirmed", "captured", booked["total"])
    assert await checkout.charges() == [("succeeded", TOTAL, True, 0)]
    assert await broken_promises(asking.database) == []


@pytest.mark.parametrize(
    ("path", "body", "by", "stands"),
    [
        ("/decline", {"reason": "Repairs"}, "landlord", "declined"),
        ("/release", None, "tenant", "cancelled"),
        (None, None, "clock", "expired"),
    ],
)
async def test_a_request_that_comes_to_nothing_charges_nothing(
    asking: Desk, checkout: Checkout, path: str | None, body: Any, by: str, stands: str
) -> None:
    await checkout.pay(asking.tenant, asking.id)
    if path is None:
        with later(hours=24, minutes=1):
            await jobs.run_now(asking.database, "calendars.remove_lapsed", {})
    else:
        reply = await asking.post(path, body, by=asking.landlord if by == "landlord" else asking.tenant)
        assert reply.status_code == 200, reply.text
    await checkout.work()
    over = await asking.seen_in_rows()
    assert (over, (await asking.payments())[-1].status) == (stands, PaymentStatus.VOIDED)
    [(_, amount, captured, _)] = await checkout.charges()
    assert (amount, captured, await checkout.provider.balance()) == (TOTAL, False, 0)
    assert await broken_promises(asking.database) == []


async def test_nothing_is_accepted_that_no_card_holds_any_more(asking: Desk) -> None:
    await asking.pay()
    await asking.hear(PaymentStatus.AUTHORISED)
    async with asking.database.engine.begin() as connection:
        await connection.execute(text("UPDATE payment SET status = 'voided'"))
    reply = await asking.post("/accept", by=asking.landlord)
    assert (reply.status_code, reply.json()["code"]) == (409, "invalid_transition")
    assert (await asking.seen())["status"] == "requested"


async def test_a_request_ends_when_its_card_lets_go(asking: Desk) -> None:
    await asking.pay()
    await asking.hear(PaymentStatus.AUTHORISED)
    over = await asking.hear(PaymentStatus.VOIDED)
    assert (over["status"], over["payment_status"], await asking.claims()) == ("expired", "voided", [])
    assert await broken_promises(asking.database) == []


async def test_a_card_that_holds_money_for_a_hold_that_is_over_lets_go(asking: Desk) -> None:
    await asking.pay()
    with later(minutes=PAY_HOLD_MINUTES):
        await hear(asking.database, asking.id, PaymentStatus.AUTHORISED)
    assert (await asking.story(), await asking.is_let_go()) == (["held"], True)


async def test_a_landlord_is_not_asked_about_a_day_that_is_over(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty, a_hold: MakeBooking
) -> None:
    midnight = datetime.combine(day(1), time(), tzinfo=ZoneInfo("Europe/London"))
    with time_machine.travel(midnight - timedelta(minutes=15)):
        tenant, landlord = await a_person(), await a_person(Role.LANDLORD)
        held = await a_hold(tenant, await a_property(landlord, instant_book=False), check_in=0, check_out=3)
        desk = Desk(api, database, tenant, landlord, held)
        await desk.pay()
    with time_machine.travel(midnight + timedelta(minutes=5)):
        await hear(database, desk.id, PaymentStatus.AUTHORISED)
    assert (await desk.story(), await desk.is_let_go()) == (["held"], True)


async def test_money_that_somebody_took_before_the_landlord_answered_goes_back(asking: Desk) -> None:
    """In the provider's dashboard; nobody agreed to anything."""
    await asking.pay()
    await asking.hear(PaymentStatus.AUTHORISED)
    over = await asking.hear()
    assert (over["status"], over["paid"]["amount_minor"], await asking.given_back()) == ("expired", 0, TOTAL)
    assert await broken_promises(asking.database) == []


@pytest.mark.parametrize("minutes", [1, PAY_HOLD_MINUTES])
async def test_money_that_somebody_took_before_the_landlord_was_asked_goes_back(asking: Desk, minutes: int) -> None:
    await asking.open_page()
    with later(minutes=minutes):
        await hear(asking.database, asking.id)
    assert (await asking.seen_in_rows(), await asking.story()) == ("expired", ["held", "expired"])
    assert await asking.given_back() == TOTAL


async def test_an_accepted_stay_that_is_cancelled_before_its_money_is_here_gives_back_what_is_due(asking: Desk) -> None:
    await asking.pay()
    await asking.hear(PaymentStatus.AUTHORISED)
    await asking.post("/accept", by=asking.landlord)
    told = (await asking.post("/cancel", {"reason": "Ill"})).json()
    assert (told["status"], told["refund"]["amount_minor"], await asking.given_back()) == ("cancelled", TOTAL, 0)
    assert await asking.is_let_go() is False  # it is being captured, and goes back when it is here
    await asking.hear()
    assert await asking.given_back() == TOTAL
    await asking.hear()
    assert await asking.given_back() == TOTAL
    assert await broken_promises(asking.database) == []


# --- holds that end early
