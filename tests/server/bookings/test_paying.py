"""A stay that is paid by card: held, paid on the provider's page, agreed, or asked about first."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import text

from server.bookings.service import billing, paying
from server.calendars.service.door import HoldLapsed
from server.core import clock, jobs
from server.core.database import Database
from server.core.identity import Identity
from server.core.ids import new_id
from server.payments.service import settling
from server.payments.service.door import Payment
from server.payments.tables import PaymentTable
from shared_models.auth import Role
from shared_models.bookings import HOLD_MINUTES, PAY_HOLD_MINUTES, PAY_PAGE_MINUTES
from shared_models.payments import PaymentRead, PaymentStatus
from tests.conftest import Api, MakePerson, MakeProperty, Person
from tests.server.paying import DECLINED_CARD, Checkout, hear, seen_as
from tests.server.stays import MakeBooking, broken_promises, rows

pytestmark = pytest.mark.usefixtures("at_noon")
SECOND = timedelta(seconds=1)
TOTAL = 24_000
"""Three nights of £80."""


class Desk:
    """A tenant and a landlord with one home, a hold of it, and what they do."""

    def __init__(self, api: Api, database: Database, tenant: Person, landlord: Person, held: dict[str, Any]) -> None:
        self.api, self.database, self.tenant, self.landlord, self.held = api, database, tenant, landlord, held
        self.id: str = held["id"]

    async def post(self, path: str, body: Any = None, by: Person | None = None) -> Any:
        return await self.api.as_(by or self.tenant).post(f"/bookings/{self.id}{path}", body)

    async def pay(self) -> dict[str, Any]:
        """Go to pay; the payment."""
        reply = await self.post("/payment")
        assert reply.status_code == 202, reply.text
        found: dict[str, Any] = reply.json()
        return found

    async def pay_later(self) -> PaymentRead:
        """Go to pay, signed in anew."""
        someone = Identity(id=self.tenant.id, session_id=new_id(), roles=frozenset({Role.TENANT}))
        async with self.database.transaction() as session:
            return await paying.pay(session, someone, UUID(self.id))

    async def open_page(self) -> None:
        """Go to pay, and have a page to pay on."""
        await self.pay()
        await self.hear(PaymentStatus.OPEN)

    async def ends(self) -> datetime | None:
        """Until when the nights are held."""
        [row] = await rows(self.database, "SELECT hold_expires_at FROM booking WHERE id = :id", id=self.id)
        until: datetime | None = row.hold_expires_at
        return until

    async def seen(self, by: Person | None = None) -> dict[str, Any]:
        found: dict[str, Any] = (await self.api.as_(by or self.tenant).get(f"/bookings/{self.id}")).json()
        return found

    async def payments(self) -> list[Payment]:
        async with self.database.transaction() as session:
            return list(await billing.payments_of(session, UUID(self.id)))

    async def hear(self, status: PaymentStatus = PaymentStatus.CAPTURED) -> dict[str, Any]:
        """Let the provider have told what came of the latest payment; the booking then."""
        await hear(self.database, self.id, status)
        return await self.seen()

    async def fail(self) -> dict[str, Any]:
        """Let the provider have made no page; the booking then."""
        async with self.database.transaction() as session:
            payment = (await billing.payments_of(session, UUID(self.id)))[-1]
            row = await session.get(PaymentTable, payment.id)
            assert row is not None
            row.status, row.settled_at = PaymentStatus.FAILED.value, clock.now()
            await settling.tell(session, payment.id)
        return await self.seen()

    async def tell_first(self, status: PaymentStatus) -> None:
        """Let the provider have told something of the first payment."""
        async with self.database.transaction() as session:
            first = (await billing.payments_of(session, UUID(self.id)))[0]
            if status is PaymentStatus.FAILED:
                await settling.tell(session, first.id)
            else:
                await settling.settle(session, seen_as(first, status))

    async def seen_in_rows(self) -> str:
        """How the booking stands in the database, whatever time it is."""
        [row] = await rows(self.database, "SELECT status FROM booking WHERE id = :id", id=self.id)
        status: str = row.status
        return status

    async def story(self) -> list[str]:
        told = await rows(
            self.database, "SELECT kind FROM booking_history WHERE booking_id = :id ORDER BY id", id=self.id
        )
        return [row.kind for row in told]

    async def claims(self) -> list[str]:
        return [row.kind for row in await rows(self.database, "SELECT kind FROM occupancy")]

    async def is_let_go(self) -> bool:
        """Whether the latest payment is wanted by nobody any more."""
        found = await rows(self.database, "SELECT let_go_at FROM payment ORDER BY id DESC LIMIT 1")
        return found[0].let_go_at is not None

    async def given_back(self) -> int:
        found = await rows(self.database, "SELECT coalesce(sum(amount_minor), 0) FROM refund")
        return int(found[0][0])


@contextmanager
def later(**time: float) -> Iterator[None]:
    with time_machine.travel(clock.now() + timedelta(**time)):
        yield


def instant(told: str) -> datetime:
    return datetime.fromisoformat(told)


@pytest.fixture
async def desk(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty, a_hold: MakeBooking
) -> Desk:
    """A hold of a home that is booked at once."""
    tenant, landlord = await a_person(Role.TENANT, name="Isla"), await a_person(Role.LANDLORD, name="Morag")
    return Desk(api, database, tenant, landlord, await a_hold(tenant, await a_property(landlord)))


@pytest.fixture
async def asking(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty, a_hold: MakeBooking
) -> Desk:
    """A hold of a home whose landlord is asked."""
    tenant, landlord = await a_person(Role.TENANT, name="Isla"), await a_person(Role.LANDLORD, name="Morag")
    return Desk(api, database, tenant, landlord, await a_hold(tenant, await a_property(landlord, instant_book=False)))


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
    assert row.title.endswith(f" · {desk.held['check_in']} – {desk.held['check_out']}")
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


async def test_a_months_stay_is_confirmed_and_paid_on_arrival(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty, a_hold: MakeBooking
) -> None:
    tenant = await a_person()
    held = await a_hold(tenant, await a_property(let_type="monthly"), check_in=10, check_out=41)
    booked = (await Desk(api, database, tenant, tenant, held).post("/confirm")).json()
    assert (booked["payment"], booked["status"]) == ("on_arrival", "confirmed")


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
    with later(hours=11, minutes=45):  # a quarter before midnight
        tenant, landlord = await a_person(), await a_person(Role.LANDLORD)
        held = await a_hold(tenant, await a_property(landlord, instant_book=False), check_in=0, check_out=3)
        desk = Desk(api, database, tenant, landlord, held)
        await desk.pay()
    with later(hours=12, minutes=5):
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
