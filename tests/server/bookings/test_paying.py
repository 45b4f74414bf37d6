"""A stay that is paid by card: held, paid on the provider's page, agreed, or asked about first."""

import pytest

from server.core.database import Database
from shared_models.auth import Role
from tests.conftest import MakePerson, MakeProperty, Person
from tests.server.paying import Checkout
from tests.server.stays import MakeBooking, broken_promises

pytestmark = pytest.mark.usefixtures("at_noon")


@pytest.fixture
async def parties(a_person: MakePerson) -> tuple[Person, Person]:
    """A tenant and a landlord."""
    return await a_person(Role.TENANT, name="Isla"), await a_person(Role.LANDLORD, name="Morag")


async def test_a_held_stay_is_agreed_when_it_is_paid(
    database: Database,
    checkout: Checkout,
    parties: tuple[Person, Person],
    a_property: MakeProperty,
    a_hold: MakeBooking,
) -> None:
    tenant, landlord = parties
    held = await a_hold(tenant, await a_property(landlord))
    assert (held["status"], held["payment"], held["payment_status"], held["paid"]) == ("held", "card", None, None)
    page = await checkout.begin(tenant, held["id"])
    assert (page["status"], page["amount"], page["is_held"]) == ("open", held["total"], False)
    booked = await checkout.pay(tenant, held["id"])
    assert (booked["status"], booked["payment_status"], booked["paid"]) == ("confirmed", "captured", held["total"])
    assert [entry["kind"] for entry in booked["history"]] == ["held", "confirmed"]
    assert (booked["confirmed_at"] is None, booked["hold_expires_at"]) == (False, None)
    assert await checkout.charges() == [("succeeded", held["total"]["amount_minor"], True, 0)]
    assert await broken_promises(database) == []
