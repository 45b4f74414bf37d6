"""The account: devices and signing out elsewhere, becoming a landlord, leaving."""

from tests.client.conftest import OpenApp, OpenClient
from tests.client.waiting import until
from tests.conftest import PASSWORD, Api, MakePerson, MakeProperty
from tests.server.stays import MakeBooking, a_booking, a_hold, a_quote

__all__ = ["a_booking", "a_hold", "a_quote"]
FIREFOX = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0"}


async def elsewhere(api: Api, email: str) -> str:
    """Sign in on another machine; its refresh token."""
    reply = await api.post("/auth/sign-in", {"email": email, "password": PASSWORD}, headers=FIREFOX)
    token: str = reply.json()["refresh_token"]
    return token


async def works(api: Api, token: str) -> bool:
    return (await api.post("/auth/refresh", {"refresh_token": token})).status_code == 200


async def test_another_device_is_signed_out_from_here(open_app: OpenApp, api: Api, a_person: MakePerson) -> None:
    person = await a_person()
    other = await elsewhere(api, person.email)
    visit = await open_app("/account", person)
    await visit.until("Firefox on Windows")
    assert visit.sees("This one")
    await visit.press("Sign out Firefox on Windows")
    await visit.until("Firefox on Windows", gone=True)
    assert not await works(api, other)
    await visit.until("This one")


async def test_signing_out_everywhere_asks_first_and_ends_here_too(
    open_app: OpenApp, api: Api, a_person: MakePerson
) -> None:
    person = await a_person()
    other = await elsewhere(api, person.email)
    visit = await open_app("/account", person)
    await visit.until("Firefox on Windows")
    await visit.press("Sign out everywhere")
    await visit.until("Sign out everywhere?")
    assert await works(api, other)
    await visit.press("Sign out all of them")
    await visit.until("Create an account")
    assert not await works(api, person.refresh_token)


async def test_a_tenant_becomes_a_landlord_where_a_landlord_s_page_was_wanted(
    open_app: OpenApp, a_person: MakePerson
) -> None:
    visit = await open_app("/landlord/homes", await a_person())
    await visit.until("This page is for landlords")
    await visit.press("Become a landlord")
    await visit.until("No homes yet")
    assert visit.route == "/landlord/homes"


async def test_what_stands_in_the_way_of_leaving_is_named_with_a_way_to_it(
    open_app: OpenApp, a_person: MakePerson, a_property: MakeProperty, a_booking: MakeBooking
) -> None:
    person = await a_person()
    booking = await a_booking(person, await a_property(title="Attic"))
    visit = await open_app("/account/delete", person)
    await visit.until("First settle what is open")
    assert not visit.names("Delete the account")
    await visit.press("Attic. Your stay")
    await visit.holds(lambda: visit.route == f"/trips/{booking['id']}", "the trip")


async def test_leaving_asks_for_the_password_and_once_more_and_is_complete(
    open_app: OpenApp, api: Api, a_person: MakePerson
) -> None:
    person = await a_person()
    visit = await open_app("/account", person)
    await visit.press("Delete the account")
    await visit.until("What happens")
    await visit.app.type("Password", "not the password")
    await visit.press("Delete the account")
    await visit.press("Delete it for good")
    await visit.until("Is not your password")
    await visit.app.type("Password", PASSWORD)
    await visit.press("Delete the account")
    await visit.until("Delete your account?")
    await visit.press("Delete it for good")
    await visit.holds(lambda: visit.route == "/search", "the search")
    reply = await api.post("/auth/sign-in", {"email": person.email, "password": PASSWORD})
    assert reply.status_code == 401
    assert not await works(api, person.refresh_token)


async def test_a_name_is_saved_to_its_last_letter_however_soon_the_button_is_pressed(
    open_client: OpenClient, a_person: MakePerson
) -> None:
    app = await open_client("/account", await a_person(name="Ada"))
    await until(app, lambda: "Change your name" in app.names(), "the account")
    await app.press("Change your name")
    await app.type_and_press("Your name", "Ada Lovelace", "Save")
    await until(app, lambda: "Change your name" in app.names(), "the end of the form")
    assert "Ada Lovelace" in app.texts()
