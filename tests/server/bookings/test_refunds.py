"""What comes back of a booking: its terms are those of the price that was shown, and a refund is written down once."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import text

from server.core import clock
from server.core.database import Database
from shared_models.auth import Role
from tests.conftest import Api, MakePerson, MakeProperty, Person
from tests.server.stays import MakeBooking, day, rows

pytestmark = pytest.mark.usefixtures("at_noon", "on_arrival")

FIRM = {"policy": "firm", "tiers": None, "check_in_hour": "11:00:00"}
TIERS = [{"days_before": 20, "refund_percent": 50}]


async def by_card(database: Database, what: str, id_: str) -> None:
    """Let a quote or a booking be one that is paid by card."""
    assert what in ("quote", "booking")
    async with database.engine.begin() as connection:
        await connection.execute(text(f"UPDATE {what} SET payment = 'card' WHERE id = :id"), {"id": id_})


async def chosen(database: Database, home: UUID, policy: str, **more: Any) -> None:
    """The landlord chooses another policy, or another hour."""
    columns = {"cancellation_policy": policy, **more}
    said = ", ".join(f"{name} = :{name}" for name in columns)
    async with database.engine.begin() as connection:
        await connection.execute(text(f"UPDATE property SET {said} WHERE id = :id"), {**columns, "id": home})


@pytest.fixture
async def parties(a_person: MakePerson) -> tuple[Person, Person]:
    """A tenant and a landlord."""
    return await a_person(Role.TENANT, name="Isla"), await a_person(Role.LANDLORD, name="Morag")


async def test_what_was_shown_is_agreed_whatever_the_landlord_chooses_afterwards(
    api: Api,
    database: Database,
    parties: tuple[Person, Person],
    a_property: MakeProperty,
    a_quote: MakeBooking,
) -> None:
    tenant, landlord = parties
    home = await a_property(landlord, cancellation_policy="firm", check_in_from=clock.now().time().replace(11, 0, 0, 0))
    quote = await a_quote(tenant, home)
    assert (quote["cancellation"], quote["payment"]) == (FIRM, "on_arrival")
    await chosen(database, home, "flexible", check_in_from=None)
    held = (await api.as_(tenant).post("/bookings", {"quote_id": quote["id"]})).json()
    booked = (await api.as_(tenant).post(f"/bookings/{held['id']}/confirm")).json()
    for told in (held, booked, (await api.as_(landlord).get(f"/bookings/{held['id']}")).json()):
        assert told["cancellation"] == FIRM
    assert (await a_quote(tenant, home, check_in=30, check_out=31))["cancellation"] == {
        "policy": "flexible",
        "tiers": None,
        "check_in_hour": "15:00:00",
    }


async def test_other_dates_keep_what_was_agreed(
    api: Api,
    database: Database,
    parties: tuple[Person, Person],
    a_property: MakeProperty,
    a_booking: MakeBooking,
) -> None:
    tenant, landlord = parties
    home = await a_property(landlord, cancellation_policy="custom", cancellation_tiers=TIERS)
    booking = await a_booking(tenant, home)
    await by_card(database, "booking", booking["id"])
    await chosen(database, home, "flexible", cancellation_tiers=None)
    wish = {"check_in": day(40).isoformat(), "check_out": day(43).isoformat(), "guests": 2}
    quote = (await api.as_(tenant).post(f"/bookings/{booking['id']}/quotes", wish)).json()
    assert (quote["cancellation"], quote["payment"]) == (booking["cancellation"], "card")
    asked = await api.as_(tenant).post(f"/bookings/{booking['id']}/changes", {"quote_id": quote["id"]})
    change = asked.json()["change"]["id"]
    moved = (await api.as_(landlord).post(f"/bookings/{booking['id']}/changes/{change}/accept")).json()
    assert moved["check_in"] == wish["check_in"]
    assert (moved["cancellation"], moved["payment"]) == (booking["cancellation"], "card")


@pytest.mark.parametrize(
    ("policy", "days", "refund"),
    [("flexible", 10, 24000), ("firm", 10, 12000), ("limited", 3, 0), ("moderate", 3, 8000)],
)
async def test_who_cancels_gets_back_what_the_agreed_policy_says(
    api: Api,
    database: Database,
    parties: tuple[Person, Person],
    a_property: MakeProperty,
    a_booking: MakeBooking,
    *,
    policy: str,
    days: int,
    refund: int,
) -> None:
    """Three nights of £80; more than a day after it was confirmed."""
    tenant, landlord = parties
    booking = await a_booking(tenant, await a_property(landlord, cancellation_policy=policy), check_in=14, check_out=17)
    await by_card(database, "booking", booking["id"])
    with time_machine.travel(clock.now() + timedelta(days=14 - days)):
        headers = await fresh(api, tenant)
        told = (await api.post(f"/bookings/{booking['id']}/cancel", {"reason": "Ill"}, headers=headers)).json()
        again = (await api.post(f"/bookings/{booking['id']}/cancel", {"reason": "Ill"}, headers=headers)).json()
    assert (told["status"], told["refund"]) == ("cancelled", {"amount_minor": refund, "currency": "GBP"})
    assert again["refund"] == told["refund"]
    assert [row.refund_minor for row in await rows(database, "SELECT refund_minor FROM booking")] == [refund]


async def fresh(api: Api, person: Person) -> dict[str, str]:
    """The headers of someone who signs in again later."""
    told = (await api.as_(None).post("/auth/refresh", {"refresh_token": person.refresh_token})).json()
    return {"Authorization": f"Bearer {told['access_token']}"}


async def test_a_landlord_who_cancels_gives_everything_back(
    api: Api,
    database: Database,
    parties: tuple[Person, Person],
    a_property: MakeProperty,
    a_booking: MakeBooking,
) -> None:
    tenant, landlord = parties
    home = await a_property(landlord, cancellation_policy="non_refundable", cleaning_fee_minor=3000)
    booking = await a_booking(tenant, home, check_in=2, check_out=4)
    await by_card(database, "booking", booking["id"])
    told = (await api.as_(landlord).post(f"/bookings/{booking['id']}/cancel", {"reason": "Repairs"})).json()
    assert told["refund"] == told["total"]


async def test_nothing_was_paid_to_us_so_nothing_is_paid_back(
    api: Api, parties: tuple[Person, Person], a_property: MakeProperty, a_booking: MakeBooking
) -> None:
    tenant, landlord = parties
    booking = await a_booking(tenant, await a_property(landlord))
    told = (await api.as_(tenant).post(f"/bookings/{booking['id']}/cancel", {"reason": "Ill"})).json()
    assert (told["payment"], told["refund"]) == ("on_arrival", None)


async def test_a_hold_that_is_let_go_was_never_paid(
    api: Api,
    database: Database,
    parties: tuple[Person, Person],
    a_property: MakeProperty,
    a_quote: MakeBooking,
) -> None:
    tenant, landlord = parties
    quote = await a_quote(tenant, await a_property(landlord))
    await by_card(database, "quote", quote["id"])
    held = (await api.as_(tenant).post("/bookings", {"quote_id": quote["id"]})).json()
    gone = (await api.as_(tenant).post(f"/bookings/{held['id']}/release")).json()
    assert (held["payment"], gone["status"], gone["refund"]) == ("card", "cancelled", None)


@pytest.mark.parametrize(
    "change",
    [
        "refund_minor = -1",
        "refund_minor = total_minor + 1",
        "status = 'confirmed', refund_minor = 1",
        "payment = 'on_arrival', refund_minor = 1",
        "payment = 'cheque'",
        "cancellation_policy = 'strict'",
        "cancellation_policy = 'custom'",
        "cancellation_tiers = '[]'",
    ],
)
async def test_the_database_refuses_what_cannot_be(
    api: Api,
    database: Database,
    parties: tuple[Person, Person],
    a_property: MakeProperty,
    a_booking: MakeBooking,
    change: str,
) -> None:
    tenant, landlord = parties
    booking = await a_booking(tenant, await a_property(landlord))
    await by_card(database, "booking", booking["id"])
    assert (await api.as_(tenant).post(f"/bookings/{booking['id']}/cancel", {"reason": "Ill"})).status_code == 200
    with pytest.raises(Exception, match="ck_booking_"):
        async with database.engine.begin() as connection:
            await connection.execute(text(f"UPDATE booking SET {change}"))
