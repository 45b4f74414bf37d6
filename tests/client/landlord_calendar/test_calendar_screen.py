"""The landlord's calendar over the real API."""

from datetime import timedelta

from client.core.language import day_long
from server.core import clock
from shared_models.auth import Role
from tests.client.conftest import OpenApp
from tests.client.waiting import gone, see, undo, until
from tests.conftest import Api, MakePerson, MakeProperty, Person


async def a_stay(api: Api, tenant: Person, property_id: object, arrive: int, nights: int) -> None:
    first = clock.today_in("Europe/London") + timedelta(days=arrive)
    wish = {"property_id": str(property_id), "arrive": str(first), "leave": str(first + timedelta(nights)), "guests": 1}
    me = api.as_(tenant)
    quote = await me.post("/quotes", wish, headers={"Idempotency-Key": f"quote-{arrive}"})
    held = await me.post("/bookings", {"quote_id": quote.json()["id"]}, headers={"Idempotency-Key": f"hold-{arrive}"})
    done = await me.post(f"/bookings/{held.json()['id']}/confirm", headers={"Idempotency-Key": f"yes-{arrive}"})
    assert done.is_success, done.text


async def test_a_stay_is_shown_with_the_name_of_who_stays(
    open_app: OpenApp, a_person: MakePerson, a_property: MakeProperty, api: Api
) -> None:
    me = await a_person(Role.LANDLORD)
    home = await a_property(me, title="Castle View")
    await a_stay(api, await a_person(name="Priya Shah"), home, 2, 3)
    app = await open_app("/landlord/calendar", me)
    await see(app, "Priya Shah")
    assert any(name.startswith("Stay: Priya Shah") and "3 nights" in name for name in app.names())


async def test_nights_are_blocked_by_two_presses_and_given_back_by_undo(
    open_app: OpenApp, a_person: MakePerson, a_property: MakeProperty
) -> None:
    me = await a_person(Role.LANDLORD)
    await a_property(me, title="Castle View")
    first = clock.today_in("Europe/London") + timedelta(days=5)
    app = await open_app("/landlord/calendar", me)
    await see(app, "Homes free that night")
    await app.press(f"Castle View, {day_long(first)}, free")
    await app.press(f"Castle View, {day_long(first + timedelta(2))}, end the block")
    await see(app, "2 nights")
    await app.type("Note, for you alone", "Paint")
    await app.press("Block")
    await until(app, lambda: any(name.startswith("Blocked by you: Paint") for name in app.names()), "the block")
    await undo(app)
    await gone(app, "Paint")


async def test_a_block_that_is_pressed_can_be_given_back(
    open_app: OpenApp, a_person: MakePerson, a_property: MakeProperty, api: Api
) -> None:
    me = await a_person(Role.LANDLORD)
    home = await a_property(me)
    first = clock.today_in("Europe/London") + timedelta(days=3)
    wish = {"property_id": str(home), "start": str(first), "end": str(first + timedelta(2)), "note": "Roof"}
    assert (await api.as_(me).post("/calendars/blocks", wish, headers={"Idempotency-Key": "a"})).is_success
    app = await open_app("/landlord/calendar", me)
    await see(app, "Roof")
    await app.press(next(name for name in app.names() if name.startswith("Blocked by you: Roof")))
    await see(app, "Give these nights back")
    await app.press("Give these nights back")
    await until(app, lambda: not any(name.startswith("Blocked") for name in app.names()), "the end of the block")
    await undo(app)
    await until(app, lambda: any(name.startswith("Blocked by you: Roof") for name in app.names()), "the block again")


async def test_a_phone_shows_one_home_and_the_others_as_tabs(
    open_app: OpenApp, a_person: MakePerson, a_property: MakeProperty
) -> None:
    me = await a_person(Role.LANDLORD)
    await a_property(me, title="Alpha")
    await a_property(me, title="Beta")
    app = await open_app("/landlord/calendar", me, width=390)
    await see(app, "Alpha")
    assert {"Alpha", "Beta"} <= set(app.names())
    assert not any(name.startswith("Beta, ") for name in app.names())
    await app.press("Beta")
    await until(app, lambda: any(name.startswith("Beta, ") for name in app.names()), "the days of the other home")
