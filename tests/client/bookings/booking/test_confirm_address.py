"""Whoever has not confirmed their address is told what to do where they are, and goes on by itself then."""

import pytest
from sqlalchemy import text

from client.parts import confirm_address
from server.core.database import Database
from shared_models.auth import Role
from tests.client.bookings.booking.test_booking_flow import BY_THE_MONTH, DATES
from tests.client.conftest import Line, OpenApp
from tests.client.home_form.test_editor import FACTS
from tests.client.waiting import choose_item
from tests.conftest import Api, MakePerson, MakeProperty, Person
from tests.mailbox import queued


@pytest.fixture(autouse=True)
def _looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confirm_address, "LOOK_SECONDS", 0.02)


async def confirmed(database: Database, person: Person) -> None:
    """The link was opened, on another device."""
    async with database.transaction() as session:
        await session.execute(text("UPDATE identity SET email_verified_at = now() WHERE id = :id"), {"id": person.id})


@pytest.mark.parametrize("width", [390, 1440])
async def test_a_booking_waits_for_the_address_and_goes_on_by_itself(
    open_app: OpenApp, a_property: MakeProperty, a_person: MakePerson, database: Database, width: int
) -> None:
    await a_property(slug="flat", **BY_THE_MONTH)
    ting = await a_person(verified=False)
    visit = await open_app(f"/homes/flat/book?{DATES}", ting, width=width)
    await visit.press("Hold these dates")
    await visit.until("Confirm your address first")
    assert visit.sees(f"We sent a mail to {ting.email}.")
    await visit.press("Send it again")
    await visit.until(f"The link is on its way to {ting.email}.")
    assert len(await queued(database, "notifications.VerificationAsked")) == 1
    await confirmed(database, ting)
    await visit.until("15 minutes left")
    assert visit.route == f"/homes/flat/book?{DATES}"
    assert not visit.sees("Confirm your address first")


async def test_it_goes_on_when_the_server_was_away_meanwhile(
    open_app: OpenApp, a_property: MakeProperty, a_person: MakePerson, database: Database, line: Line
) -> None:
    await a_property(slug="flat", **BY_THE_MONTH)
    ting = await a_person(verified=False)
    visit = await open_app(f"/homes/flat/book?{DATES}", ting)
    await visit.press("Hold these dates")
    await visit.until("Confirm your address first")
    line.cut = True
    await visit.press("Send it again")
    await visit.until("The server cannot be reached")
    await confirmed(database, ting)
    line.cut = False
    await visit.until("15 minutes left")


async def test_a_home_is_sent_for_review_by_itself_once_the_address_is_confirmed(
    open_app: OpenApp, a_person: MakePerson, database: Database, api: Api
) -> None:
    morag = await a_person(Role.LANDLORD, verified=False)
    home = (await api.as_(morag).post("/properties", FACTS)).json()
    visit = await open_app(f"/landlord/homes/{home['id']}?step=look", morag)
    await visit.press("Send for review")
    await visit.until("Confirm your address first")
    await confirmed(database, morag)
    await visit.holds(lambda: visit.route == "/landlord/homes", "the list of homes")
    assert (await api.as_(morag).get(f"/properties/{home['id']}")).json()["status"] == "pending_review"


async def test_the_list_of_homes_says_why_a_home_stays_a_draft(
    open_app: OpenApp, a_person: MakePerson, a_property: MakeProperty
) -> None:
    morag = await a_person(Role.LANDLORD, verified=False)
    await a_property(morag, title="The loft", slug="loft", status="paused")
    visit = await open_app("/landlord/homes", morag)
    await visit.until("The loft")
    await choose_item(visit.app, "More for The loft", "Resume")
    await visit.until("Confirm your e-mail address first, by the link in our mail to you")
