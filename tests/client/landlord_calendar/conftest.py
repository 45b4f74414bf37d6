"""A calendar in May, and what stands in it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine

from client.core.language import day_long
from server.core.database import Database
from tests.client.harness import App
from tests.conftest import Api, Person
from tests.server.stays import agreed, day


@pytest.fixture
def in_may() -> Iterator[None]:
    """Noon of Wednesday, 8 May 2030: what is a few days away is in the month that is shown."""
    with time_machine.travel("2030-05-08T11:00:00Z"):
        yield


async def a_stay(
    api: Api, database: Database, tenant: Person, property_id: object, check_in: int, nights: int
) -> dict[str, Any]:
    first = day(check_in)
    request_body = {
        "property_id": str(property_id),
        "check_in": str(first),
        "check_out": str(first + timedelta(nights)),
        "guests": 1,
    }
    me = api.as_(tenant)
    quote = await me.post("/quotes", request_body, headers={"Idempotency-Key": f"quote-{check_in}"})
    held = await me.post("/bookings", {"quote_id": quote.json()["id"]}, headers={"Idempotency-Key": f"hold-{check_in}"})
    return await agreed(api, database, tenant, held.json())


async def a_block(api: Api, landlord: Person, home: UUID, start: int, end: int, note: str = "") -> dict[str, Any]:
    request_body = {"property_id": str(home), "start": str(day(start)), "end": str(day(end)), "note": note}
    made = await api.as_(landlord).post("/calendars/blocks", request_body)
    assert made.is_success, made.text
    found: dict[str, Any] = made.json()
    return found


async def blocks(api: Api, landlord: Person) -> list[tuple[int, int, str]]:
    """The landlord's blocks, in days from today."""
    query = {"start": str(day(-30)), "end": str(day(90))}
    shown = (await api.as_(landlord).get("/calendars", params=query)).json()["items"]
    days = {str(day(ahead)): ahead for ahead in range(-30, 120)}
    return sorted(
        (days[claim["start"]], days[claim["end"]], claim["note"])
        for home in shown
        for claim in home["claims"]
        if claim["kind"] == "block"
    )


def free(title: str, ahead: int) -> str:
    """The name of a night that can be blocked."""
    return f"{title}, {day_long(day(ahead))}, free"


def bar(app: App, beginning: str) -> str | None:
    """The name of the bar that begins with these words."""
    return next((name for name in app.names() if name.startswith(beginning)), None)
