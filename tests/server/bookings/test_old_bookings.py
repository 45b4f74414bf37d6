"""Bookings from before there was a history: the migration tells what is known of them, and invents nothing."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from server import schema
from server.core.database import Database
from server.core.ids import new_id
from tests.databases import create_database, drop_database
from tests.server.stays import rows

BEFORE, WITH_HISTORY = "0003", "0004"
PEOPLE = """
INSERT INTO identity (id, source_key, created_at) VALUES (:tenant, 'tenant', now()), (:landlord, 'landlord', now())
"""
HOME = """
INSERT INTO property (id, slug, landlord_id, status, title, description, type, let_type, city, country, latitude,
    longitude, zone, rules, check_out_by, price_minor, currency, instant_book, created_at, updated_at)
VALUES (:home, 'home', :landlord, 'published', 'Home', '', 'flat', 'nightly', 'Edinburgh', 'GB', 55.9, -3.2,
    'Europe/London', '{}', TIME '10:00', 8000, 'GBP', true, now(), now())
"""
QUOTE = """
INSERT INTO quote (id, tenant_id, property_id, arrive, leave, guests, lines, total_minor, currency, rules_version,
    expires_at, created_at)
VALUES (:quote, :tenant, :home, '2026-06-01', '2026-06-04', 2, '[]', 24000, 'GBP', 1, now(), now())
"""
BOOKING = """
INSERT INTO booking (id, reference, quote_id, property_id, tenant_id, landlord_id, status, arrive, leave, guests, lines,
    total_minor, currency, payment, hold_expires_at, created_at, confirmed_at, updated_at)
VALUES (:id, :reference, :quote, :home, :tenant, :landlord, :status, '2026-06-01', '2026-06-04', 2, '[]', 24000, 'GBP',
    'on_arrival', :until, :made, :confirmed, :touched)
"""
LATER = datetime(2026, 5, 1, 9, 5, tzinfo=UTC)
MADE = datetime(2026, 5, 1, 9, tzinfo=UTC)
_NAMES = re.compile(r"(?<!:):([a-z]+)\b")


@pytest.fixture
async def old(postgres_url: str) -> AsyncIterator[Database]:
    """A database as the release before this one left it."""
    name = f"old_{new_id().hex}"
    database = Database(await create_database(postgres_url, name), pool=2)
    await schema.migrate(database, BEFORE)
    yield database
    await database.close()
    await drop_database(postgres_url, name)


@pytest.mark.parametrize(
    ("status", "confirmed", "deeds", "ended_by"),
    [
        ("held", None, [("held", "tenant")], None),
        ("confirmed", LATER, [("held", "tenant"), ("confirmed", "tenant")], None),
        ("cancelled", None, [("held", "tenant"), ("let_go", "tenant")], "tenant"),
        ("expired", None, [("held", "tenant"), ("expired", "clock")], None),
        ("completed", LATER, [("held", "tenant"), ("confirmed", "tenant"), ("completed", "clock")], None),
        # Written down as agreed elsewhere: it was never held here.
        ("completed", MADE, [("confirmed", "tenant"), ("completed", "clock")], None),
    ],
)
async def test_a_booking_from_before_has_the_history_that_is_known(
    old: Database, status: str, confirmed: Any, deeds: list[tuple[str, str]], ended_by: str | None
) -> None:
    ids: dict[str, Any] = {name: new_id() for name in ("tenant", "landlord", "home", "quote", "id")}
    until, touched = LATER + timedelta(minutes=10) if status == "held" else None, LATER + timedelta(minutes=15)
    told = ids | {"status": status, "reference": "ABCD2345", "made": MADE, "confirmed": confirmed, "until": until}
    told["touched"] = touched
    async with old.engine.begin() as connection:
        for statement in (PEOPLE, HOME, QUOTE, BOOKING):
            await connection.execute(text(statement), {name: told[name] for name in _NAMES.findall(statement)})
    await schema.migrate(old, WITH_HISTORY)
    found = await rows(old, "SELECT deed, actor, at, arrive, total_minor FROM booking_history ORDER BY id")
    assert [(row.deed, row.actor) for row in found] == deeds
    assert [row.at for row in found] == sorted(row.at for row in found)
    if status == "completed":
        assert found[-1].at.isoformat() == "2026-06-04T09:00:00+00:00"  # ten in the morning in London, in summer
    assert await rows(old, "SELECT ended_by FROM booking") == [(ended_by,)]
