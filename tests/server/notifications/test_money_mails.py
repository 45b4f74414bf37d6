"""Mails about money: each thing that happens to it is told once, with its amount, and no mail promises a refund that is
none."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from client import paths
from server.core import clock
from server.core.database import Database
from server.core.settings import Settings
from shared_models.auth import Role
from tests.conftest import Api, MakePerson, MakeProperty, Person
from tests.mailbox import Mailbox
from tests.server.paying import Checkout, checkout
from tests.server.stays import MakeBooking, rows

__all__ = ["checkout"]
pytestmark = pytest.mark.usefixtures("at_noon")
PROMISES = ("goes back to you", "goes back to your card", "is on its way to your card")
FAILING_CARD = "4000000000005126"


@pytest.fixture
async def tenant(a_person: MakePerson) -> Person:
    return await a_person(name="Isla")


@pytest.fixture
async def landlord(a_person: MakePerson) -> Person:
    return await a_person(Role.LANDLORD, name="Morag")


async def payments_of(api: Api, tenant: Person) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await api.as_(tenant).get("/payments")).json()["items"]
    return found


async def mail_about(mailbox: Mailbox, person: Person, words: str) -> dict[str, Any]:
    """The one mail whose subject has these words."""
    (found,) = [mail for mail in await mailbox.of(person.email) if words in mail["subject"]]
    return found


async def test_who_paid_is_told_with_the_amount_and_the_way_to_the_receipt(
    mailbox: Mailbox,
    checkout: Checkout,
    api: Api,
    settings: Settings,
    tenant: Person,
    landlord: Person,
    a_property: MakeProperty,
    a_hold: MakeBooking,
) -> None:
    held = await a_hold(tenant, await a_property(landlord, title="Attic"))
    await checkout.pay(tenant, held["id"])
    total = spoken(held["total"])
    mail = await mail_about(mailbox, tenant, f"You paid {total} for Attic")
    (payment,) = await payments_of(api, tenant)
    assert f"{settings.public_origin}/app{paths.payment(payment['id'])}" in mail["text"]
    assert (payment["title"], payment["part_of"]) == ("Attic", held["id"])
    assert "It was paid by card." in (await mail_about(mailbox, landlord, "Isla has booked"))["text"]
    receipt = await api.as_(tenant).get(f"/payments/{payment['id']}/receipt.pdf")
    assert receipt.content.startswith(b"%PDF-")
    for person in (tenant, landlord):
        told = (await api.as_(person).get("/notifications")).json()["items"]
        assert len({item["id"] for item in told}) == len(told) == (2 if person is tenant else 1)


def spoken(money: dict[str, Any]) -> str:
    assert money["currency"] == "GBP"
    return f"£{money['amount_minor'] / 100:,.2f}"


async def test_while_a_landlord_is_asked_the_card_holds_it_and_a_no_lets_it_go(
    mailbox: Mailbox,
    checkout: Checkout,
    api: Api,
    tenant: Person,
    landlord: Person,
    a_property: MakeProperty,
    a_hold: MakeBooking,
) -> None:
    held = await a_hold(tenant, await a_property(landlord, title="Attic", instant_book=False))
    await checkout.pay(tenant, held["id"])
    total = spoken(held["total"])
    asked = await mail_about(mailbox, tenant, "Your request for Attic")
    assert f"Your card holds {total} for it; nothing is taken unless they accept." in asked["text"]
    assert [mail["subject"] for mail in await mailbox.of(tenant.email)] == [asked["subject"]]
    await api.as_(landlord).post(f"/bookings/{held['id']}/decline", json={"reason": "The roof leaks."})
    await checkout.work()
    declined = await mail_about(mailbox, tenant, "cannot take your request")
    released = await mail_about(mailbox, tenant, f"Your card no longer holds {total} for Attic")
    for mail in (declined, released):
        assert "Nothing was taken" in mail["text"]
        assert not any(promise in mail["text"] for promise in PROMISES)
    assert [payment["money"][0]["where"] for payment in await payments_of(api, tenant)] == ["released"]


async def test_who_cancels_hears_what_goes_back_and_again_when_it_leaves(
    mailbox: Mailbox,
    checkout: Checkout,
    api: Api,
    tenant: Person,
    landlord: Person,
    a_property: MakeProperty,
    a_hold: MakeBooking,
) -> None:
    held = await a_hold(tenant, await a_property(landlord, title="Attic"))
    await checkout.pay(tenant, held["id"])
    cancelled = await api.as_(tenant).post(f"/bookings/{held['id']}/cancel", json={"reason": "I am ill."})
    assert cancelled.status_code == 200, cancelled.text
    await checkout.work()
    total, refund = spoken(held["total"]), spoken(cancelled.json()["refund"])
    mine = await mail_about(mailbox, tenant, "You cancelled the stay at Attic")
    assert f"{refund} of {total} goes back to you." in mine["text"]
    theirs = await mail_about(mailbox, landlord, "Isla cancelled the stay at Attic")
    assert f"{refund} of {total} goes back to Isla." in theirs["text"]
    sent = await mail_about(mailbox, tenant, f"{refund} is on its way to your card")
    assert "usually takes 5 to 10 working days" in sent["text"]
    (payment,) = await payments_of(api, tenant)
    assert payment["money"][-1]["where"] == "on_its_way"
    assert payment["money"][-1]["usually_by"] in {
        (clock.now() + timedelta(days=days)).date().isoformat() for days in (12, 13, 14)
    }


async def test_a_refund_that_does_not_arrive_is_said_to_be_with_us_and_promises_nothing(
    mailbox: Mailbox,
    checkout: Checkout,
    api: Api,
    tenant: Person,
    landlord: Person,
    a_property: MakeProperty,
    a_hold: MakeBooking,
) -> None:
    held = await a_hold(tenant, await a_property(landlord, title="Attic"))
    await checkout.pay(tenant, held["id"], FAILING_CARD)
    await api.as_(tenant).post(f"/bookings/{held['id']}/cancel", json={"reason": "I am ill."})
    await checkout.work()
    (refund,) = (await checkout.provider.stripe.v1.refunds.list_async({"limit": 100})).data
    if refund.status != "failed":
        await checkout.provider.press(refund.id, "fail")
    await checkout.back(tenant, held["id"])
    failed = await mail_about(mailbox, tenant, "did not reach your card")
    assert "is yours and with EstoSpaces" in failed["text"]
    assert not any(promise in failed["text"] for promise in PROMISES)
    (payment,) = await payments_of(api, tenant)
    assert payment["money"][-1]["where"] == "credit"


async def test_money_that_comes_when_the_nights_are_gone_goes_back_and_both_sides_are_told(
    mailbox: Mailbox,
    checkout: Checkout,
    api: Api,
    database: Database,
    tenant: Person,
    landlord: Person,
    a_person: MakePerson,
    a_property: MakeProperty,
    a_hold: MakeBooking,
) -> None:
    home = await a_property(landlord, title="Attic")
    held = await a_hold(tenant, home)
    page = await checkout.begin(tenant, held["id"])
    await rows_gone(database, held["id"])
    other = await a_hold(await a_person(name="Ann"), home)
    assert other["status"] == "held"
    await checkout.press_pay(page["page_url"])
    await checkout.back(tenant, held["id"])
    mine = await mail_about(mailbox, tenant, "Your payment for Attic came too late, and goes back")
    assert f"{spoken(held['total'])} goes back to your card." in mine["text"]
    theirs = await mail_about(mailbox, landlord, "A payment for Attic came too late")
    assert "There is nothing for you to do." in theirs["text"]
    assert not [mail for mail in await mailbox.of(tenant.email) if "You paid" in mail["subject"]]


async def rows_gone(database: Database, booking_id: str) -> None:
    """A hold is over, and its nights are taken away."""
    async with database.engine.begin() as connection:
        over = clock.now() - timedelta(minutes=1)
        values = {"id": booking_id, "over": over}
        await connection.execute(
            text("UPDATE booking SET hold_expires_at = :over, status = 'held' WHERE id = :id"), values
        )
        await connection.execute(text("UPDATE occupancy SET expires_at = :over WHERE source_id = :id"), values)


@pytest.mark.usefixtures("on_arrival")
async def test_a_stay_that_is_paid_on_arrival_has_mails_without_any_refund(
    mailbox: Mailbox,
    checkout: Checkout,
    api: Api,
    tenant: Person,
    landlord: Person,
    a_property: MakeProperty,
    a_hold: MakeBooking,
) -> None:
    home = await a_property(landlord, title="Attic", let_type="monthly", min_nights=28, price_minor=100_000)
    held = await a_hold(tenant, home, check_in=40, check_out=100)
    assert held["payment"] == "on_arrival"
    assert (await api.as_(tenant).post(f"/bookings/{held['id']}/confirm")).status_code == 200
    await api.as_(tenant).post(f"/bookings/{held['id']}/cancel", json={"reason": "I am ill."})
    await checkout.work()
    mails = [*await mailbox.of(tenant.email), *await mailbox.of(landlord.email)]
    assert len(mails) == 4
    assert not [mail for mail in mails if any(promise in mail["text"] for promise in (*PROMISES, "goes back"))]
    assert [mail for mail in mails if "there is nothing to pay back" in mail["text"]]
    assert await payments_of(api, tenant) == []


async def test_a_stay_cancelled_too_late_says_that_nothing_goes_back(
    mailbox: Mailbox,
    checkout: Checkout,
    api: Api,
    database: Database,
    tenant: Person,
    landlord: Person,
    a_property: MakeProperty,
    a_hold: MakeBooking,
) -> None:
    home = await a_property(landlord, title="Attic", cancellation_policy="firm")
    held = await a_hold(tenant, home, check_in=2, check_out=4)
    await checkout.pay(tenant, held["id"])
    reply = await api.as_(tenant).post(f"/bookings/{held['id']}/cancel", json={"reason": "I am ill."})
    await checkout.work()
    assert reply.json()["refund"]["amount_minor"] == 0
    mine = await mail_about(mailbox, tenant, "You cancelled the stay at Attic")
    assert f"Nothing of {spoken(held['total'])} goes back." in mine["text"]
    assert not any(promise in mine["text"] for promise in PROMISES)
    assert not [mail for mail in await mailbox.of(tenant.email) if "on its way" in mail["subject"]]
    assert await rows(database, "SELECT id FROM refund") == []
