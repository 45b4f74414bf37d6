"""What a stay costs over HTTP: the price rules of a home, from quote to booking to change."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import text

from server.core import clock
from server.core.database import Database
from shared_models.prices import RULES_VERSION, PriceTerms, QuoteLine, price_stay
from shared_models.properties import PropertyRead
from shared_models.stay_dates import Stay
from tests.conftest import Api, MakePerson, MakeProperty
from tests.server.stays import MakeBooking, agreed, quote_request

RULES: dict[str, Any] = {
    "weekend_percent": 20,
    "length_discounts": [{"nights": 4, "percent": 10}],
    "early_bird_days": 60,
    "early_bird_percent": 5,
    "last_minute_days": 3,
    "last_minute_percent": 15,
    "min_price_minor": 7_000,
    "guests_included": 2,
    "extra_guest_fee_minor": 1_500,
    "non_refundable_percent": 10,
    "tourist_tax": "edinburgh",
    "seasons": [{"first": "12-20", "last": "01-05", "price_minor": 20_000}],
}
MONDAY = datetime(2027, 3, 1, 12, tzinfo=UTC)


def told(lines: list[dict[str, Any]]) -> list[tuple[str, int, int]]:
    return [(line["kind"], line["quantity"], line["amount"]["amount_minor"]) for line in lines]


@pytest.fixture(autouse=True)
def on_a_monday() -> Any:
    with time_machine.travel(MONDAY):
        yield


async def test_a_quote_is_made_by_every_rule_of_the_home(
    api: Api, a_person: MakePerson, a_property: MakeProperty
) -> None:
    home = await a_property(price_minor=10_000, cleaning_fee_minor=2_500, **RULES)
    # The example of docs/booking_a_stay.md: Wednesday to Sunday, three guests.
    reply = await api.as_(await a_person()).post("/quotes", quote_request(home, check_in=9, check_out=13, guests=3))
    assert told(reply.json()["lines"]) == [
        ("nights", 2, 18_000),
        ("nights", 2, 21_600),
        ("extra_guests", 4, 6_000),
        ("cleaning", 1, 2_500),
        ("tourist_tax", 1, 2_280),
    ]
    assert reply.json()["total"] == {"amount_minor": 50_380, "currency": "GBP"}
    assert reply.json()["rules_version"] == RULES_VERSION == 2


@pytest.mark.parametrize(("check_in", "check_out", "guests"), [(2, 4, 1), (9, 16, 3), (70, 72, 2), (293, 311, 4)])
async def test_the_client_sees_the_price_that_the_server_quotes(
    api: Api, a_person: MakePerson, a_property: MakeProperty, check_in: int, check_out: int, guests: int
) -> None:
    home = await a_property(price_minor=8_357, cleaning_fee_minor=2_500, **RULES)
    asked = quote_request(home, check_in, check_out, guests)
    quote = (await api.as_(await a_person()).post("/quotes", asked)).json()
    page = PropertyRead.model_validate((await api.get(f"/properties/{home}")).json())
    stay = Stay(check_in=asked["check_in"], check_out=asked["check_out"])
    seen = price_stay(PriceTerms.model_validate(page), stay, guests=guests, today=clock.today_in(page.zone))
    assert [QuoteLine.model_validate(line) for line in quote["lines"]] == seen


async def test_days_ahead_are_counted_where_the_home_is(
    api: Api, a_person: MakePerson, a_property: MakeProperty
) -> None:
    """At half past eleven at night in Edinburgh it is tomorrow in Auckland: one day nearer."""
    late = {"last_minute_days": 2, "last_minute_percent": 50}
    here = await a_property(**late)
    there = await a_property(zone="Pacific/Auckland", latitude=-36.85, longitude=174.76, country="NZ", **late)
    with time_machine.travel(MONDAY.replace(hour=23, minute=30)):
        totals = [
            (await api.as_(await a_person()).post("/quotes", quote_request(home, check_in=3, check_out=4))).json()[
                "total"
            ]
            for home in (here, there)
        ]
    assert [total["amount_minor"] for total in totals] == [8_000, 4_000]


async def test_nights_are_cheaper_without_a_refund(api: Api, a_person: MakePerson, a_property: MakeProperty) -> None:
    home = await a_property(non_refundable_percent=10)
    tenant = api.as_(await a_person())
    quote = (await tenant.post("/quotes", quote_request(home) | {"non_refundable": True})).json()
    assert (quote["non_refundable"], quote["total"]["amount_minor"]) == (True, 3 * 7_200)
    quote = (await tenant.post("/quotes", quote_request(home))).json()
    assert (quote["non_refundable"], quote["total"]["amount_minor"]) == (False, 3 * 8_000)


@pytest.mark.parametrize(
    "offer", [{}, {"non_refundable_percent": 0}, {"non_refundable_percent": 10, "let_type": "monthly"}]
)
async def test_nobody_gives_up_refunds_for_nothing(
    api: Api, a_person: MakePerson, a_property: MakeProperty, offer: dict[str, Any]
) -> None:
    home = await a_property(**offer)
    reply = await api.as_(await a_person()).post("/quotes", quote_request(home) | {"non_refundable": True})
    assert (reply.status_code, reply.json()["code"]) == (409, "not_bookable")
    assert [error["field"] for error in reply.json()["errors"]] == ["non_refundable"]


@pytest.mark.usefixtures("on_arrival")
async def test_days_ahead_of_a_change_are_counted_from_the_day_of_the_booking(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty, a_booking: MakeBooking
) -> None:
    """So nobody gains by asking again shortly before, and an early bird stays one."""
    rules = {"early_bird_days": 20, "early_bird_percent": 10, "last_minute_days": 6, "last_minute_percent": 50}
    home, tenant = await a_property(**rules), api.as_(await a_person())
    booking = await a_booking(await a_person(), home, check_in=30, check_out=31)
    assert booking["total"]["amount_minor"] == 7_200
    mine = (await tenant.post("/quotes", quote_request(home, check_in=5, check_out=6))).json()
    assert mine["total"]["amount_minor"] == 4_000
    held = (await tenant.post("/bookings", {"quote_id": mine["id"]})).json()
    await tenant.post(f"/bookings/{held['id']}/confirm")
    async with database.transaction() as session:
        made = clock.now() - timedelta(days=15)
        await session.execute(
            text("UPDATE booking SET created_at = :made WHERE id = :id"), {"made": made, "id": held["id"]}
        )
    longer = {"check_in": held["check_in"], "check_out": quote_request(home, check_out=7)["check_out"], "guests": 2}
    changed = (await tenant.post(f"/bookings/{held['id']}/quotes", longer)).json()
    assert changed["total"]["amount_minor"] == 2 * 7_200


async def test_who_gave_up_refunds_keeps_the_cheaper_nights_in_a_change(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty
) -> None:
    home, isla = await a_property(non_refundable_percent=25), await a_person()
    tenant = api.as_(isla)
    quote = (await tenant.post("/quotes", quote_request(home) | {"non_refundable": True})).json()
    booking = (await tenant.post("/bookings", {"quote_id": quote["id"]})).json()
    await agreed(api, database, isla, booking)
    longer = {"check_in": booking["check_in"], "check_out": quote_request(home, check_out=14)["check_out"], "guests": 2}
    changed = (await tenant.post(f"/bookings/{booking['id']}/quotes", longer)).json()
    assert (changed["non_refundable"], changed["total"]["amount_minor"]) == (True, 4 * 6_000)


async def test_lines_of_a_quote_from_before_the_rules_are_still_told(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty, a_booking: MakeBooking
) -> None:
    tenant = await a_person()
    booking = await a_booking(tenant, await a_property())
    async with database.transaction() as session:
        await session.execute(
            text(
                "UPDATE booking SET lines = "
                "(SELECT jsonb_agg(line - 'base' - 'rules') FROM jsonb_array_elements(lines) line)"
            )
        )
    read = (await api.as_(tenant).get(f"/bookings/{booking['id']}")).json()
    assert read["lines"] == booking["lines"]
