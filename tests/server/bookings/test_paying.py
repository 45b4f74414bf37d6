"""A stay that is paid by card: held, paid on the provider's page, agreed."""

from datetime import date, timedelta

import pytest

from server.calendars.service.door import HoldLapsed
from server.core import clock
from server.core.database import Database
from server.core.words import translator
from shared_models.auth import Role
from shared_models.bookings import HOLD_MINUTES, PAY_HOLD_MINUTES, PAY_PAGE_MINUTES
from shared_models.languages import Language
from shared_models.payments import PaymentStatus
from tests.conftest import Api, MakePerson, MakeProperty
from tests.server.bookings.desk import TOTAL, Desk, instant, later
from tests.server.paying import DECLINED_CARD, Checkout, hear
from tests.server.stays import MakeBooking, broken_promises, rows

pytestmark = pytest.mark.usefixtures("at_noon")


async def test_a_held_stay_is_agreed_when_it_is_paid_on_the_providers_page(desk: Desk, checkout: Checkout) -> None:
    held = desk.held
    assert (held["status"], held["payment"], held["payment_status"], held["paid"]) == ("held", "card", None, None)
    page = await checkout.begin(desk.tenant, desk.id)
    assert (page["status"], page["amount"], page["is_held"]) == ("open", held["total"], False)
    booked = await checkout.pay(desk.tenant, desk.id)
    assert (booked["status"], booked["payment_status"], booked["paid"]) == ("confirmed", "captured", held["total"])
    assert (booked["confirmed_at"] is None, booked["hold_expires_at"]) == (False, None)
    assert await desk.story() == ["held", "confirmed"]
    assert await checkout.charges() == [("succeeded", TOTAL, True, 0)]
    assert await broken_promises(desk.database) == []


async def test_a_declined_card_may_be_followed_by_a_good_one(desk: Desk, checkout: Checkout) -> None:
    page = await checkout.begin(desk.tenant, desk.id)
    await checkout.press_pay(page["page_url"], DECLINED_CARD)
    waiting = await checkout.back(desk.tenant, desk.id)
    assert (waiting["status"], waiting["payment_status"]) == ("held", "open")
    booked = await checkout.pay(desk.tenant, desk.id)
    assert (booked["status"], [amount for _, amount, captured, _ in await checkout.charges() if captured]) == (
        "confirmed",
        [TOTAL],
    )


async def test_the_provider_is_told_what_is_paid_for_and_where_to_lead_back(desk: Desk) -> None:
    await desk.pay()
    [row] = await rows(desk.database, "SELECT title, return_path, payer_id, stay_minor, taxes FROM payment")
    days = (date.fromisoformat(desk.held[name]) for name in ("check_in", "check_out"))
    assert row.title.endswith(f" · {' – '.join(map(translator(Language.ENGLISH).short_day, days))}")
    assert (row.return_path, row.payer_id) == (f"/app/trips/{desk.id}/payment", desk.tenant.id)
    assert (row.stay_minor, row.taxes) == (TOTAL, [])


async def test_a_tourist_tax_is_the_authoritys_from_the_first(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty, a_hold: MakeBooking
) -> None:
    tenant = await a_person()
    held = await a_hold(tenant, await a_property(tourist_tax="edinburgh", cleaning_fee_minor=3_000))
    desk = Desk(api, database, tenant, tenant, held)
    await desk.pay()
    [row] = await rows(database, "SELECT stay_minor, taxes, amount_minor FROM payment")
    assert (row.stay_minor, row.taxes, row.amount_minor) == (27_000, [["edinburgh", 1_200]], 28_200)
    assert (await desk.hear())["paid"]["amount_minor"] == 28_200
    assert await broken_promises(database) == []


# --- the hold


async def test_going_to_pay_holds_the_nights_for_longer_than_the_page_is_there(desk: Desk) -> None:
    assert instant(desk.held["hold_expires_at"]) <= clock.now() + timedelta(minutes=HOLD_MINUTES)
    with later(minutes=10):
        page = await desk.pay()
        until = instant((await desk.seen())["hold_expires_at"])
        now = clock.now()
    assert until - now == pytest.approx(timedelta(minutes=PAY_HOLD_MINUTES), abs=timedelta(seconds=60))
    assert until - instant(page["expires_at"]) == pytest.approx(
        timedelta(minutes=PAY_HOLD_MINUTES - PAY_PAGE_MINUTES), abs=timedelta(seconds=60)
    )
    assert await broken_promises(desk.database) == []  # the claim ends when the booking says


async def test_two_tabs_and_the_back_button_lead_to_one_payment(desk: Desk) -> None:
    first, until = await desk.pay(), await desk.ends()
    with later(minutes=20):
        assert (str((await desk.pay_later()).id), await desk.ends()) == (first["id"], until)
    await desk.hear()
    assert ((await desk.pay())["id"], (await desk.pay())["status"]) == (first["id"], "captured")
    assert len(await desk.payments()) == 1


async def test_who_lets_the_time_run_out_is_told_to_ask_again(desk: Desk) -> None:
    with later(minutes=HOLD_MINUTES), pytest.raises(HoldLapsed):
        await desk.pay_later()
    assert await desk.payments() == []


async def test_a_page_that_could_not_be_made_lets_one_try_again_while_there_is_time(desk: Desk) -> None:
    first = await desk.pay()
    assert (await desk.fail())["status"] == "held"
    with later(minutes=3):
        second = await desk.pay()
        until = instant((await desk.seen())["hold_expires_at"])
    assert (second["id"] == first["id"], until < clock.now() + timedelta(minutes=PAY_HOLD_MINUTES, seconds=60)) == (
        False,
        True,
    )
    assert (await desk.hear())["status"] == "confirmed"


async def test_nights_are_held_for_longer_once(desk: Desk) -> None:
    await desk.pay()
    await desk.fail()
    with later(minutes=PAY_HOLD_MINUTES - PAY_PAGE_MINUTES + 1):
        reply = await desk.post("/payment")
    assert (reply.status_code, reply.json()["detail"]) == (
        409,
        "These nights cannot be held for longer. Let them go, and hold them again.",
    )
    assert [one.status for one in await desk.payments()] == [PaymentStatus.FAILED]


async def test_a_page_on_which_nobody_paid_gives_the_nights_up(desk: Desk) -> None:
    await desk.open_page()
    with later(minutes=PAY_PAGE_MINUTES):
        await hear(desk.database, desk.id, PaymentStatus.EXPIRED)
    assert (await desk.claims(), await desk.story()) == ([], ["held", "expired"])
    assert await broken_promises(desk.database) == []


async def test_an_old_page_that_is_heard_of_late_ends_nothing_that_is_being_paid(desk: Desk) -> None:
    await desk.pay()
    await desk.fail()
    with later(minutes=2):
        await desk.pay()
    with later(minutes=20):
        await desk.tell_first(PaymentStatus.FAILED)
    assert await desk.seen_in_rows() == "held"


async def test_what_is_paid_by_card_is_not_confirmed_by_a_word(desk: Desk) -> None:
    reply = await desk.post("/confirm")
    assert (reply.status_code, reply.json()["detail"]) == (409, "It is agreed when it is paid.")
    assert (await desk.seen())["status"] == "held"


@pytest.mark.usefixtures("on_arrival")
async def test_what_is_paid_on_arrival_is_not_paid_by_card(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty, a_hold: MakeBooking
) -> None:
    tenant = await a_person()
    desk = Desk(api, database, tenant, tenant, await a_hold(tenant, await a_property()))
    reply = await desk.post("/payment")
    assert (reply.status_code, reply.json()["code"]) == (409, "invalid_transition")
    booked = (await desk.post("/confirm")).json()
    assert (booked["status"], booked["payment_status"], booked["paid"]) == ("confirmed", None, None)


async def test_a_months_stay_is_confirmed_before_anything_is_paid(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty, a_hold: MakeBooking
) -> None:
    tenant = await a_person()
    held = await a_hold(tenant, await a_property(let_type="monthly"), check_in=10, check_out=41)
    booked = (await Desk(api, database, tenant, tenant, held).post("/confirm")).json()
    assert (booked["payment"], booked["status"], booked["paid"]) == ("monthly", "confirmed", None)


# --- who may


async def test_a_payment_is_its_payers_alone(desk: Desk, a_person: MakePerson) -> None:
    assert (await desk.api.as_(desk.tenant).get(f"/bookings/{desk.id}/payment")).status_code == 404  # none yet
    assert (await desk.post("/payment/check")).status_code == 404
    await desk.pay()
    for stranger in (desk.landlord, await a_person(), await a_person(Role.ADMIN)):
        assert (await desk.api.as_(stranger).get(f"/bookings/{desk.id}/payment")).status_code == 404
        assert (await desk.post("/payment", by=stranger)).status_code == 404
        assert (await desk.post("/payment/check", by=stranger)).status_code == 404
    assert (await desk.api.as_(desk.tenant).get(f"/bookings/{desk.id}/payment")).status_code == 200


async def test_both_sides_see_that_it_is_paid_and_how_much_is_left_of_it(desk: Desk) -> None:
    await desk.pay()
    for side in (desk.tenant, desk.landlord):
        assert ((await desk.seen(side))["payment_status"], (await desk.seen(side))["paid"]) == ("intended", None)
    await desk.hear()
    for side in (desk.tenant, desk.landlord):
        assert ((await desk.seen(side))["payment_status"], (await desk.seen(side))["paid"]) == (
            "captured",
            desk.held["total"],
        )
    lists = (await desk.api.as_(desk.landlord).get("/bookings", params={"side": "landlord"})).json()["items"]
    assert [(one["payment_status"], one["paid"]) for one in lists] == [("captured", desk.held["total"])]
    await desk.post("/cancel", {"reason": "Repairs"}, by=desk.landlord)
    assert (await desk.seen())["paid"]["amount_minor"] == 0
    page = (await desk.api.as_(desk.tenant).get(f"/bookings/{desk.id}/payment")).json()
    assert (page["refunded"]["amount_minor"], page["settled_at"] is not None) == (TOTAL, True)


# --- a landlord who is asked
