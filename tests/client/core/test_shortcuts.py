"""Keys on a whole page: what they do, when they do nothing, and the sheet that shows them."""

from datetime import timedelta
from typing import Any

import time_machine

from client.core import clock
from shared_models.auth import Role
from tests.client.conftest import OpenApp, Visit
from tests.conftest import MakePerson, MakeProperty


async def key(visit: Visit, *keys: str, **held: bool) -> None:
    """Press keys one after the other."""
    for one in keys:
        told: dict[str, Any] = {"ctrl": False, "alt": False, "shift": False, "meta": False} | held
        await visit.app.event(visit.app.page, "keyboard_event", {"key": one, **told})
        await visit.follow()


async def test_g_and_a_letter_lead_to_each_place(open_app: OpenApp, a_person: MakePerson) -> None:
    page = await open_app("/landlord/today", await a_person(Role.LANDLORD))
    await page.until("Your first home")
    for letter, route in {"H": "homes", "C": "calendar", "S": "stays", "I": "import", "T": "today"}.items():
        await key(page, "G", letter)
        assert page.route == f"/landlord/{route}"
        await page.until("Today")
    await key(page, "G", "N")
    assert page.route == "/notifications"
    await page.until("Nothing yet")
    await key(page, "G", "T")
    assert page.route == "/landlord/today"


async def test_half_a_shortcut_is_forgotten_and_others_keys_are_left_alone(
    open_app: OpenApp, a_person: MakePerson
) -> None:
    page = await open_app("/landlord/today", await a_person(Role.LANDLORD))
    await page.until("Your first home")
    await key(page, "G")
    with time_machine.travel(clock.now() + timedelta(seconds=5)):
        await key(page, "H")
    await key(page, "G", "G", "Q", "H")
    for held in ("ctrl", "alt", "meta"):
        await key(page, "G", "H", **{held: True})
    assert page.route == "/landlord/today"


async def test_nothing_happens_while_something_is_typed_or_asked(
    open_app: OpenApp, a_person: MakePerson, a_property: MakeProperty
) -> None:
    me = await a_person(Role.LANDLORD)
    await a_property(me, title="The flat")
    page = await open_app("/landlord/homes", me)
    await page.until("The flat")
    box = page.app.field("Find a home of mine")
    await page.app.event(box, "focus")
    await key(page, "G", "C")
    assert page.route == "/landlord/homes"
    await page.app.event(box, "blur")
    await key(page, "?")
    await page.until("Show these keys")
    await key(page, "G", "C")
    assert page.route == "/landlord/homes"
    await page.press("Close")
    await key(page, "G", "C")
    assert page.route == "/landlord/calendar"


async def test_a_field_that_went_away_while_it_had_the_focus_does_not_stop_the_keys(
    open_app: OpenApp, a_person: MakePerson, a_property: MakeProperty
) -> None:
    me = await a_person(Role.LANDLORD)
    await a_property(me, title="The flat")
    page = await open_app("/landlord/homes", me)
    await page.until("The flat")
    await page.app.event(page.app.field("Find a home of mine"), "focus")
    await page.go("/landlord/calendar")
    await page.until("The flat")
    await key(page, "G", "H")
    assert page.route == "/landlord/homes"


async def test_the_sheet_shows_the_keys_of_the_page_and_those_of_every_page(
    open_app: OpenApp, a_person: MakePerson, a_property: MakeProperty
) -> None:
    me = await a_person(Role.LANDLORD)
    await a_property(me, title="The flat")
    page = await open_app("/landlord/homes", me)
    await page.until("The flat")
    await key(page, "J")
    await key(page, "/", shift=True)
    await page.until("Show these keys")
    assert {"On this page", "Go to", "Next home", "Open it", "Pause", "Find a home of mine", "Calendar"} <= set(
        page.texts
    )
    assert "Search" not in page.texts  # its key is that of the box of this page


async def test_the_list_of_homes_is_walked_chosen_and_opened_by_keys(
    open_app: OpenApp, a_person: MakePerson, a_property: MakeProperty
) -> None:
    me = await a_person(Role.LANDLORD)
    first, second = await a_property(me, title="Alpha"), await a_property(me, title="Beta")
    page = await open_app("/landlord/homes?order=title", me)
    await page.until("Beta")
    await key(page, "J", "X")
    await page.until("1 home chosen")
    await key(page, "X", "J", "P")
    await page.until("Paused · 1")
    await page.until("Beta is paused.")
    await key(page, "O")
    await page.holds(lambda: page.route == f"/landlord/homes/{second}", page.route)
    await page.go("/landlord/homes?order=title")
    await page.until("Edit Beta")
    await key(page, "J", "K", "K", "O")
    await page.holds(lambda: page.route == f"/landlord/homes/{first}", page.route)
