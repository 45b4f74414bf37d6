"""What a receipt shows of a stay: as it was agreed when it was paid, in the reader's language."""

from uuid import UUID

import pytest

from server.bookings.service import receipts, things
from server.core.database import Database
from server.core.ids import new_id
from server.core.words import Translator, translator
from shared_models.auth import Role
from shared_models.languages import Language
from shared_models.tourist_taxes import TAXES
from tests.conftest import Api, MakePerson, MakeProperty, Person
from tests.server.paying import hear
from tests.server.stays import MakeBooking, rows

pytestmark = pytest.mark.usefixtures("at_noon")
ENGLISH, GERMAN = translator(Language.ENGLISH), translator(Language.GERMAN)


async def sold_of(
    database: Database, booking_id: str, spoken: Translator = ENGLISH
) -> tuple[dict[str, str], list[str]]:
    async with database.transaction() as session:
        sold = await receipts.of_booking(session, UUID(booking_id), spoken)
    assert sold is not None
    return dict(sold.facts), [f"{line.words} = {spoken.money(line.amount)}" for line in sold.lines]


@pytest.fixture
async def tenant(a_person: MakePerson) -> Person:
    return await a_person()


async def test_it_names_the_home_the_days_and_the_lines_and_the_street_once_it_is_confirmed(
    api: Api,
    database: Database,
    tenant: Person,
    a_person: MakePerson,
    a_property: MakeProperty,
    a_hold: MakeBooking,
) -> None:
    landlord = await a_person(Role.LANDLORD)
    home = await a_property(landlord, title="Attic", address_line="5 Close", postcode="EH1 1AA", price_minor=8000)
    held = await a_hold(tenant, home)
    facts, lines = await sold_of(database, held["id"])
    assert facts["Home"] == "Attic"
    assert "5 Close" not in facts["Address"]
    assert facts["Reference"] == held["reference"]
    assert lines[0] == "3 nights × £80.00 = £240.00"
    await api.as_(tenant).post(f"/bookings/{held['id']}/payment")
    await hear(database, held["id"])
    confirmed, _ = await sold_of(database, held["id"])
    assert confirmed["Address"].startswith("5 Close, EH1 1AA")
    german, german_lines = await sold_of(database, held["id"], GERMAN)
    assert "Anreise" in german or "Check-in" in german
    assert german_lines[0].startswith("3 Nächte × 80,00")


async def test_a_change_that_came_later_does_not_change_what_was_paid_for(
    database: Database, tenant: Person, a_property: MakeProperty, a_hold: MakeBooking
) -> None:
    held = await a_hold(tenant, await a_property())
    before = await sold_of(database, held["id"])
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE booking SET guests = 7, lines = '[]'::jsonb, total_minor = 1")
    assert await sold_of(database, held["id"]) == before


async def test_things_are_found_by_their_booking_and_what_is_gone_is_left_out(
    database: Database, tenant: Person, a_property: MakeProperty, a_hold: MakeBooking
) -> None:
    held = await a_hold(tenant, await a_property(title="Attic"))
    (booking,) = await rows(database, "SELECT id FROM booking")
    async with database.transaction() as session:
        found = await things.of_bookings(session, [booking.id, new_id()])
        changes = await things.of_changes(session, [new_id()])
        gone = (
            await receipts.of_booking(session, new_id(), ENGLISH),
            await receipts.of_change(session, new_id(), ENGLISH),
        )
    assert {id_: (thing.title, thing.part_of) for id_, thing in found.items()} == {
        booking.id: ("Attic", UUID(held["id"]))
    }
    assert (changes, gone) == ({}, (None, None))


@pytest.mark.parametrize("key", TAXES)
def test_every_tax_has_its_name_in_german_too(key: str) -> None:
    """The data names taxes in English; the catalogue has the same words from the screens."""
    assert GERMAN.t(TAXES[key].name) != TAXES[key].name
