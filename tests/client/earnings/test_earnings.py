"""Earnings and where a landlord's money is, pressed headless: what is on the way, what waits and why, and each part."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import text

from server.core.database import Database
from shared_models.auth import Role
from tests.client.conftest import OpenApp
from tests.conftest import Api, MakePerson, MakeProperty, Person
from tests.server.paying import hear
from tests.server.stays import MakeBooking, a_hold, a_quote, rows

__all__ = ["a_hold", "a_quote"]
WIDTHS = [390, 820, 1440]


@pytest.fixture
async def landlord(a_person: MakePerson) -> Person:
    return await a_person(Role.LANDLORD, name="Morag")


@pytest.fixture
async def earning(
    api: Api,
    database: Database,
    landlord: Person,
    a_person: MakePerson,
    a_property: MakeProperty,
    a_hold: MakeBooking,
) -> UUID:
    """A stay at the Attic that was paid by card and has not begun."""
    held = await a_hold(tenant := await a_person(name="Isla"), await a_property(landlord, title="Attic"))
    begun = await api.as_(tenant).post(f"/bookings/{held['id']}/payment")
    assert begun.status_code == 202, begun.text
    await hear(database, held["id"])
    (row,) = await rows(database, "SELECT id FROM earning")
    found: UUID = row.id
    return found


async def has_come(database: Database, **values: object) -> None:
    """Let what is earned be due, and as these columns say."""
    given = {"due_at": datetime(2020, 1, 2, tzinfo=UTC), **values}
    async with database.transaction() as session:
        columns = ", ".join(f"{name} = :{name}" for name in given)
        await session.execute(text(f"UPDATE earning SET {columns}"), given)


@pytest.mark.parametrize("width", WIDTHS)
async def test_from_the_list_to_where_the_money_is_and_on_to_the_stay(
    width: int, open_app: OpenApp, landlord: Person, earning: UUID
) -> None:
    visit = await open_app("/landlord/earnings", landlord, width=width)
    await visit.until("Where your money is, in GBP")
    assert "On the way" in visit.texts
    (row,) = [name for name in visit.app.names() if name.startswith("Attic.")]
    assert "before our fee" in row
    await visit.press(row)
    await visit.holds(lambda: visit.route == f"/landlord/earnings/{earning}", "the earning")
    await visit.until("Yours, before our fee")
    await visit.press("See the stay")
    await visit.holds(lambda: visit.route.startswith("/landlord/stays/"), "the stay")


async def test_what_waits_says_why(open_app: OpenApp, landlord: Person, earning: UUID, database: Database) -> None:
    await has_come(database, waits_for="no_account")
    visit = await open_app(f"/landlord/earnings/{earning}", landlord)
    await visit.until("There is no account yet that it can be paid to. It is paid out as soon as there is.")
    assert "Waits" in visit.texts


async def test_nothing_earned_says_what_will_stand_there(open_app: OpenApp, landlord: Person) -> None:
    visit = await open_app("/landlord/earnings", landlord)
    await visit.until("Nothing earned yet")


async def test_a_strangers_earnings_are_not_there(open_app: OpenApp, a_person: MakePerson, earning: UUID) -> None:
    visit = await open_app(f"/landlord/earnings/{earning}", await a_person(Role.LANDLORD, name="Tom"))
    await visit.until("There is no such payout")


async def test_the_statement_of_a_month_and_everything_are_files(
    open_app: OpenApp, landlord: Person, earning: UUID
) -> None:
    visit = await open_app("/landlord/earnings", landlord)
    await visit.until("Save everything")
    await visit.press("Save everything")
    await visit.holds(lambda: visit.app.calls("save_file") != [], "the file")
    (month,) = [name for name in visit.app.names() if name.startswith("Save ") and name != "Save everything"]
    await visit.press(month)
    await visit.holds(lambda: len(visit.app.calls("save_file")) == 2, "the statement")
    everything, statement = (bytes(call.args["src_bytes"]) for call in visit.app.calls("save_file"))
    assert b"Attic" in everything
    assert b"Let for" in statement
    assert b"Attic" not in statement, "it is not due in the month that is over"
