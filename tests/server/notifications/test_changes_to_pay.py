"""A change that costs more, of a stay paid by card: who asked hears of the yes, and both that it was not paid."""

from datetime import timedelta

import pytest
import time_machine

from server.core import clock, jobs
from server.core.database import Database
from server.notifications.rules import emails
from shared_models.auth import Role
from shared_models.languages import Language
from shared_models.notifications import NotificationKind, StayFacts
from tests.conftest import Api, MakePerson, MakeProperty
from tests.mailbox import queued
from tests.server.stays import MakeBooking, day, rows

pytestmark = pytest.mark.usefixtures("at_noon")


async def told(database: Database, event: str) -> list[tuple[str, StayFacts]]:
    """What the notifications of an event say, and to which side."""
    (payload,) = await queued(database, f"notifications.{event}")
    await jobs.run_now(database, f"notifications.{event}", payload)
    found = await rows(database, "SELECT kind, stay FROM notification WHERE kind LIKE 'change_%' ORDER BY id")
    return [(row.kind, StayFacts.model_validate(row.stay)) for row in found]


def words(kind: str, stay: StayFacts) -> str:
    return emails.write(
        NotificationKind(kind), Language.ENGLISH, id_="1", to="a@b.example", link="/", stay=stay, moment=clock.now()
    ).text


@pytest.mark.parametrize("asker", ["tenant", "landlord"])
async def test_who_asked_hears_by_when_the_difference_is_paid_and_both_that_it_was_not(
    api: Api,
    database: Database,
    a_person: MakePerson,
    a_property: MakeProperty,
    a_booking: MakeBooking,
    asker: str,
) -> None:
    people = {"tenant": await a_person(name="Isla"), "landlord": await a_person(Role.LANDLORD, name="Morag")}
    home = await a_property(people["landlord"], title="Harbour flat")
    path = f"/bookings/{(await a_booking(people['tenant'], home))['id']}"
    wish = {"check_in": day(10).isoformat(), "check_out": day(15).isoformat(), "guests": 2}
    quote = (await api.as_(people[asker]).post(f"{path}/quotes", wish)).json()
    asked = (await api.as_(people[asker]).post(f"{path}/changes", {"quote_id": quote["id"]})).json()["change"]
    answerer = people["landlord" if asker == "tenant" else "tenant"]
    agreed = (await api.as_(answerer).post(f"{path}/changes/{asked['id']}/accept")).json()["change"]
    ((kind, stay),) = await told(database, "BookingChangeAgreed")
    assert (kind, stay.side.value) == ("change_agreed", asker)
    assert stay.until is not None
    assert stay.until.isoformat().replace("+00:00", "Z") == agreed["expires_at"]
    mail = words(kind, stay)
    assert ("once you have paid" in mail, "once Isla has paid" in mail) == (asker == "tenant", asker == "landlord")
    with time_machine.travel(clock.now() + timedelta(days=1, seconds=5)):
        await jobs.run_now(database, "bookings.lapse_changes", {})
        _, *after = await told(database, "BookingChangeUnpaid")
    assert {(kind, stay.side.value) for kind, stay in after} == {
        ("change_unpaid", "tenant"),
        ("change_unpaid", "landlord"),
    }
