"""The form of a block: a new one, and one that is there."""

import asyncio
from collections.abc import Awaitable
from typing import Protocol

import flet as ft
import pytest

from client.core.language import day_long
from server.core import clock
from server.core.database import Database
from shared_models.auth import Role
from tests.client.conftest import Line, OpenClient
from tests.client.harness import App
from tests.client.landlord_calendar.conftest import a_block, a_stay, bar, blocks, free
from tests.client.waiting import dismiss, gone, see, undo, until
from tests.conftest import Api, MakePerson, MakeProperty, Person
from tests.server.stays import day

pytestmark = pytest.mark.usefixtures("in_may")


class Opened(Protocol):
    """Opens the form of a block; `slowly`: the nights are on their way until `line.flowing.set()`."""

    def __call__(self, start: int, end: int, *, slowly: bool = False) -> Awaitable[tuple[Person, App]]: ...


@pytest.fixture
def opened(open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty, api: Api, line: Line) -> Opened:
    """A landlord in front of the form of their block "Roof" from one day to another, both in days from today."""

    async def open_(start: int, end: int, *, slowly: bool = False) -> tuple[Person, App]:
        me = await a_person(Role.LANDLORD)
        await a_block(api, me, await a_property(me), start, end, "Roof")
        app = await open_client("/landlord/calendar", me)
        await see(app, "Roof")
        if slowly:
            line.flowing.clear()
        await app.press(bar(app, "Blocked by you: Roof") or "")
        return me, app

    return open_


async def test_a_block_that_is_pressed_can_be_given_back(opened: Opened, api: Api) -> None:
    me, app = await opened(3, 5)
    await see(app, "Give these nights back")
    await app.press("Give these nights back")
    await until(app, lambda: bar(app, "Blocked") is None, "the end of the block")
    await undo(app)
    await until(app, lambda: bar(app, "Blocked by you: Roof") is not None, "the block again")
    assert await blocks(api, me) == [(3, 5, "Roof")]


async def test_a_block_gets_other_nights_and_another_note_and_undo_brings_the_old_ones(
    opened: Opened, api: Api
) -> None:
    me, app = await opened(3, 5)
    await until(app, lambda: f"{day_long(day(3))}, first night" in app.names(), "the nights of the block")
    await app.type("Note, for you alone", "Roof and gutter")
    await app.press(day_long(day(4)) + ", blocked")
    await app.press(day_long(day(6)))
    await app.press("Save")
    await until(app, lambda: bar(app, "Blocked by you: Roof and gutter") is not None, "the change")
    assert await blocks(api, me) == [(4, 6, "Roof and gutter")]
    await undo(app)
    await until(app, lambda: bar(app, "Blocked by you: Roof,") is not None, "the block as it was")
    assert await blocks(api, me) == [(3, 5, "Roof")]


async def test_saving_a_block_that_nobody_changed_closes_its_form(opened: Opened) -> None:
    _, app = await opened(3, 5)
    await see(app, "Blocked by you")
    await app.press("Save")
    await until(app, lambda: "Save" not in app.names(), "the calendar alone")
    assert not app.all(ft.SnackBar)


async def test_a_block_without_nights_says_so_beside_the_calendar_and_keeps_the_note(
    open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty, api: Api
) -> None:
    me = await a_person(Role.LANDLORD)
    await a_property(me, title="Castle View")
    app = await open_client("/landlord/calendar", me)
    await see(app, "Free, of homes on show")
    await app.press("Block dates")
    await until(app, lambda: day_long(day(3)) in app.names(), "the nights")
    await app.type("Note, for you alone", "Paint")
    await app.press("Block")
    await see(app, "Choose the first night, then the day it is free again.")
    assert isinstance(app.focused(), ft.KeyboardListener)  # the days
    await app.press(day_long(day(3)))
    await gone(app, "Choose the first night, then")
    await app.press("Block")
    await see(app, "Choose the day it is free again. For one night it is the day after.")
    await dismiss(app)
    await until(app, lambda: "Block" not in app.names(), "the calendar alone")
    await app.press("Block dates")
    await until(app, lambda: day_long(day(3)) in app.names(), "the nights")
    assert app.field("Note, for you alone").value == "Paint"
    await app.press(day_long(day(3)))
    await app.press(day_long(day(4)))
    await app.event(app.field("Note, for you alone"), "submit")
    await until(app, lambda: bar(app, "Blocked by you: Paint") is not None, "the block")
    assert await blocks(api, me) == [(3, 4, "Paint")]


async def test_a_block_that_runs_ends_today_and_undo_lets_it_run_on(opened: Opened, api: Api) -> None:
    me, app = await opened(-1, 6)
    await see(app, "Nights that are over stay blocked.")
    await app.press("Give these nights back")
    await until(app, lambda: "1 night" in (bar(app, "Blocked by you: Roof") or ""), "the shorter block")
    assert await blocks(api, me) == [(-1, 0, "Roof")]
    await undo(app)
    await until(app, lambda: "7 nights" in (bar(app, "Blocked by you: Roof") or ""), "the block as it was")
    assert await blocks(api, me) == [(-1, 6, "Roof")]


async def test_nights_that_went_meanwhile_are_told_and_the_note_is_kept(
    open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty, api: Api, database: Database
) -> None:
    me = await a_person(Role.LANDLORD)
    home = await a_property(me, title="Castle View")
    app = await open_client("/landlord/calendar", me)
    await see(app, "Free, of homes on show")
    await app.press(free("Castle View", 5))
    await app.type("Note, for you alone", "Paint")
    await a_stay(api, database, await a_person(), home, 4, 3)
    await app.press("Block")
    await see(app, "Someone else has these dates")
    assert app.field("Note, for you alone").value == "Paint"
    assert await blocks(api, me) == []


async def test_on_a_phone_the_note_has_a_form_of_its_own(
    open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty, api: Api
) -> None:
    me = await a_person(Role.LANDLORD)
    await a_property(me, title="Alpha")
    first = clock.today_in("Europe/London")
    route = f"/landlord/calendar?from={first}"
    app = await open_client(route, me, width=390)
    await until(app, lambda: free("Alpha", 0) in app.names(), "the nights")
    await app.press(free("Alpha", 0))
    await see(app, "1 night")
    await app.press("Block")
    await until(app, lambda: "Clear" in app.names(), "the form")
    await app.type("Note, for you alone", "Mum")
    await app.press("Block")
    await until(app, lambda: bar(app, "Blocked by you: Mum") is not None, "the block")
    assert await blocks(api, me) == [(0, 1, "Mum")]


async def test_a_note_is_saved_to_its_last_letter_however_soon_the_button_is_pressed(opened: Opened, api: Api) -> None:
    me, app = await opened(3, 5)
    await until(app, lambda: "Save" in app.names(), "the form")
    await app.type_and_press("Note, for you alone", "Roof and gutter", "Save")
    await see(app, "Saved: ")
    assert await blocks(api, me) == [(3, 5, "Roof and gutter")]


async def test_the_note_stays_the_same_field_while_the_nights_arrive(opened: Opened, api: Api, line: Line) -> None:
    me, app = await opened(3, 5, slowly=True)
    await until(app, lambda: line.waiting == 1, "the nights on their way")
    note = app.field("Note, for you alone")
    app.session.apply_patch(note._i, {"value": "Roof and gutter"})
    line.flowing.set()
    await until(app, lambda: f"{day_long(day(3))}, first night" in app.names(), "the nights of the block")
    # The keys were on their way while the nights were drawn: their event names the field as it was.
    await asyncio.create_task(app.session.dispatch_event(note._i, "change", "Roof and gutter"))
    await app.settle()
    await app.press("Save")
    await see(app, "Saved: ")
    assert await blocks(api, me) == [(3, 5, "Roof and gutter")]
