"""Every place can be reached on a phone, however many a person has."""

import pytest

from shared_models.auth import Role
from tests.client.conftest import OpenApp
from tests.conftest import MakePerson

PHONE = 390


@pytest.mark.parametrize(("place", "address"), [("Account", "/account"), ("Search", "/search")])
async def test_what_finds_no_room_at_the_foot_of_a_phone_stands_under_more(
    open_app: OpenApp, a_person: MakePerson, place: str, address: str
) -> None:
    visit = await open_app("/landlord/homes", await a_person(Role.LANDLORD), width=PHONE)
    await visit.until("No homes yet")
    assert not visit.names(place)
    await visit.press("More")
    await visit.press(place)
    await visit.holds(lambda: visit.route.startswith(address))


async def test_who_has_every_role_reaches_every_shell(open_app: OpenApp, a_person: MakePerson) -> None:
    everyone = await a_person(Role.TENANT, Role.LANDLORD, Role.ADMIN)
    visit = await open_app("/search", everyone, width=PHONE)
    await visit.press("More")
    await visit.until("Account")
    assert {"Search", "Trips", "Review", "Homes", "Calendar", "Account"} <= set(visit.app.names())


async def test_five_places_need_no_more(open_app: OpenApp, a_person: MakePerson) -> None:
    visit = await open_app("/trips", await a_person(Role.TENANT), width=PHONE)
    await visit.until("Account")
    assert not visit.names("More")
