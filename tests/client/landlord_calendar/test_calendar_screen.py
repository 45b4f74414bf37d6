"""The landlord's calendar over the real API."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import flet as ft
import pytest
import time_machine
from flet.messaging.protocol import MessageAction

from client.core.language import day_long, day_range
from server.core import clock
from shared_models.auth import Role
from tests.client.conftest import OpenClient
from tests.client.harness import App
from tests.client.waiting import dismiss, gone, see, undo, until
from tests.conftest import Api, MakePerson, MakeProperty, Person
from tests.server.stays import day

pytestmark = pytest.mark.usefixtures("in_may")


@pytest.fixture
def in_may() -> Iterator[None]:
    """Noon of Wednesday, 8 May 2030: what is a few days away is in the month that is shown."""
    with time_machine.travel("2030-05-08T11:00:00Z"):
        yield


async def a_stay(api: Api, tenant: Person, property_id: object, arrive: int, nights: int) -> dict[str, Any]:
    first = day(arrive)
    wish = {"property_id": str(property_id), "arrive": str(first), "leave": str(first + timedelta(nights)), "guests": 1}
    me = api.as_(tenant)
    quote = await me.post("/quotes", wish, headers={"Idempotency-Key": f"quote-{arrive}"})
    held = await me.post("/bookings", {"quote_id": quote.json()["id"]}, headers={"Idempotency-Key": f"hold-{arrive}"})
    done = await me.post(f"/bookings/{held.json()['id']}/confirm", headers={"Idempotency-Key": f"yes-{arrive}"})
    assert done.is_success, done.text
    found: dict[str, Any] = done.json()
    return found


async def a_block(api: Api, landlord: Person, home: UUID, start: int, end: int, note: str = "") -> dict[str, Any]:
    wish = {"property_id": str(home), "start": str(day(start)), "end": str(day(end)), "note": note}
    made = await api.as_(landlord).post("/calendars/blocks", wish)
    assert made.is_success, made.text
    found: dict[str, Any] = made.json()
    return found


async def blocks(api: Api, landlord: Person) -> list[tuple[int, int, str]]:
    """The landlord's blocks, in days from today."""
    query = {"start": str(day(-30)), "end": str(day(90))}
    shown = (await api.as_(landlord).get("/calendars", params=query)).json()["items"]
    days = {str(day(ahead)): ahead for ahead in range(-30, 120)}
    return sorted(
        (days[claim["start"]], days[claim["end"]], claim["note"])
        for home in shown
        for claim in home["claims"]
        if claim["kind"] == "block"
    )


def free(title: str, ahead: int) -> str:
    """The name of a night that can be blocked."""
    return f"{title}, {day_long(day(ahead))}, free"


def bar(app: App, beginning: str) -> str | None:
    """The name of the bar that begins with these words."""
    return next((name for name in app.names() if name.startswith(beginning)), None)


async def test_a_stay_is_shown_with_the_name_of_who_stays_and_opens_who_when_and_the_way_to_it(
    open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty, api: Api
) -> None:
    me = await a_person(Role.LANDLORD)
    home = await a_property(me, title="Castle View")
    stay = await a_stay(api, await a_person(name="Priya Shah"), home, 2, 3)
    app = await open_client("/landlord/calendar", me)
    await see(app, "Priya Shah")
    name = bar(app, "Stay: Priya Shah")
    assert name is not None
    assert "3 nights" in name
    await app.press(name)
    await see(app, f"Reference {stay['reference']}")
    assert f"{day_range(day(2), day(5))}, 3 nights" in app.texts()
    await app.press("Show the stay")
    await until(app, lambda: app.page.route == f"/landlord/stays/{stay['id']}", "the stay")


async def test_a_request_stands_out_and_leads_to_where_it_is_answered(
    open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty, api: Api
) -> None:
    me, guest = await a_person(Role.LANDLORD), api.as_(await a_person(name="Isla Reid"))
    home = await a_property(me, instant_book=False)
    wish = {"property_id": str(home), "arrive": str(day(4)), "leave": str(day(6)), "guests": 1}
    quote = (await guest.post("/quotes", wish)).json()
    asked = (await guest.post("/bookings", {"quote_id": quote["id"]})).json()
    assert asked["status"] == "requested", asked
    app = await open_client("/landlord/calendar", me)
    await see(app, "Isla Reid")
    await app.press(bar(app, "Asks, answer it: Isla Reid") or "")
    await app.press("Answer it")
    await until(app, lambda: app.page.route == f"/landlord/stays/{asked['id']}", "the request")


async def test_nights_kept_for_other_dates_are_told_as_that_at_both_ends_and_lead_to_the_stay(
    open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty, api: Api
) -> None:
    me, priya = await a_person(Role.LANDLORD), await a_person(name="Priya Shah")
    home = await a_property(me)
    stay = await a_stay(api, priya, home, 6, 2)
    wider = {"arrive": str(day(4)), "leave": str(day(11)), "guests": 1}
    quote = (await api.as_(me).post(f"/bookings/{stay['id']}/quotes", wider)).json()
    asked = await api.as_(me).post(f"/bookings/{stay['id']}/changes", {"quote_id": quote["id"]})
    assert asked.is_success, asked.text
    app = await open_client("/landlord/calendar", me)
    await see(app, "Change · Priya Shah")
    kept = [name for name in app.names() if name.startswith("Held for a guest: Change · Priya Shah")]
    assert [words.partition("Shah, ")[2] for words in kept] == [
        f"{day_range(day(4), day(6))}, 2 nights",
        f"{day_range(day(8), day(11))}, 3 nights",
    ]
    await app.press(kept[1])
    await see(app, "You asked for other dates")
    new, old = day_range(day(4), day(11)), day_range(day(6), day(8))
    assert any(words.startswith(f"{new} instead of {old}. These nights are kept until ") for words in app.texts())
    await app.press("Show the stay")
    await until(app, lambda: app.page.route == f"/landlord/stays/{stay['id']}", "the stay")


async def test_nights_are_blocked_by_two_presses_and_given_back_by_undo(
    open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty, api: Api
) -> None:
    me = await a_person(Role.LANDLORD)
    await a_property(me, title="Castle View")
    app = await open_client("/landlord/calendar", me)
    await see(app, "Homes free that night")
    await app.press(free("Castle View", 5))
    await see(app, "1 night")
    await app.press(free("Castle View", 6))
    await see(app, "2 nights")
    await app.type("Note, for you alone", "Paint")
    await app.press("Block")
    await until(app, lambda: bar(app, "Blocked by you: Paint") is not None, "the block")
    assert await blocks(api, me) == [(5, 7, "Paint")]
    await undo(app)
    await until(app, lambda: bar(app, "Blocked by you") is None, "the end of the block")
    assert await blocks(api, me) == []


def row_of(app: App, words: str) -> tuple[ft.GestureDetector, float]:
    """The row with these words in a bar, as a mouse draws over it, and how wide a night is."""
    drawn = [found for found in app.all(ft.GestureDetector) if found.on_horizontal_drag_start is not None]
    (row,) = [row for row in drawn if any(words in (s.label or "") for s in app.inside(row, ft.Semantics))]
    return row, (app.inside(row, ft.Stack)[0].width or 0) / 21


def at(x: float) -> dict[str, Any]:
    """A pointer at a distance from the left of a row."""
    spot = {"x": x, "y": 20}
    return {"k": "mouse", "l": spot, "g": spot, "v": {"x": 0, "y": 0}}


async def test_nights_are_drawn_over_with_a_mouse_up_to_the_next_guest(
    open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty, api: Api
) -> None:
    me = await a_person(Role.LANDLORD)
    await a_property(me, title="Alpha")
    home = await a_property(me, title="Beta")
    await a_stay(api, await a_person(name="Priya Shah"), home, 8, 3)
    app = await open_client("/landlord/calendar", me)
    await see(app, "Priya Shah")
    row, night = row_of(app, "Priya")
    x = (4 + 1.5) * night  # the view begins yesterday
    await app.event(row, "horizontal_drag_start", at(x))
    sent = app.wire.bytes_sent
    for step in range(1, 9):
        await app.event(row, "horizontal_drag_update", at(x + step / 4 * night))
    assert app.wire.bytes_sent - sent < 20_000  # only what shows the pick goes over the wire
    await see(app, "3 nights")
    await app.event(row, "horizontal_drag_end", at(x + 8 * night))  # let go further on than was told
    await see(app, f"{day_range(day(4), day(8))}, 4 nights")
    await app.press("Block")
    await until(app, lambda: bar(app, "Blocked by you") is not None, "the block")
    assert await blocks(api, me) == [(4, 8, "")]


async def key(app: App, *pressed: str) -> None:
    """Press keys on the grid; `Shift+` before one holds Shift."""
    (listener,) = app.all(ft.KeyboardListener)
    for each in pressed:
        if each.startswith("Shift+"):
            await app.event(listener, "key_down", {"key": "Shift Left"})
        await app.event(listener, "key_down", {"key": each.removeprefix("Shift+")})
        if each.startswith("Shift+"):
            await app.event(listener, "key_up", {"key": "Shift Left"})


async def test_nights_are_blocked_without_a_pointer(
    open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty, api: Api
) -> None:
    me = await a_person(Role.LANDLORD)
    await a_property(me, title="Alpha")
    await a_property(me, title="Beta")
    app = await open_client("/landlord/calendar", me)
    await see(app, "Homes free that night")
    assert not any(name.endswith(", free") for name in app.names())  # no hundreds of stops for Tab
    await app.press("Beta: choose nights to block")
    await see(app, "1 night")
    assert free("Beta", 3) in app.names()
    await key(app, "Arrow Right", "Arrow Right", "Shift+Arrow Right", "Shift+Arrow Right")
    await see(app, f"{day_range(day(2), day(5))}, 3 nights")
    await app.press("Beta: choose nights to block")  # Enter after arrows: the button with the focus hears it, too
    await see(app, f"{day_range(day(2), day(5))}, 3 nights")
    await key(app, "Arrow Up", "Shift+Arrow Right")
    await see(app, "Alpha. Press another night to add those between.")
    await key(app, "Enter")
    await see(app, "Block dates")
    await until(app, lambda: "Clear" in app.names(), "the calendar of the form")
    await app.type("Note, for you alone", "Roof")
    await app.press("Block")
    await until(app, lambda: bar(app, "Blocked by you: Roof") is not None, "the block")
    assert await blocks(api, me) == [(4, 6, "Roof")]
    await key(app, "Arrow Right", "Escape")
    await gone(app, "1 night")


async def test_a_block_that_is_pressed_can_be_given_back(
    open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty, api: Api
) -> None:
    me = await a_person(Role.LANDLORD)
    await a_block(api, me, await a_property(me), 3, 5, "Roof")
    app = await open_client("/landlord/calendar", me)
    await see(app, "Roof")
    await app.press(bar(app, "Blocked by you: Roof") or "")
    await see(app, "Give these nights back")
    await app.press("Give these nights back")
    await until(app, lambda: bar(app, "Blocked") is None, "the end of the block")
    await undo(app)
    await until(app, lambda: bar(app, "Blocked by you: Roof") is not None, "the block again")
    assert await blocks(api, me) == [(3, 5, "Roof")]


async def test_a_block_gets_other_nights_and_another_note_and_undo_brings_the_old_ones(
    open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty, api: Api
) -> None:
    me = await a_person(Role.LANDLORD)
    await a_block(api, me, await a_property(me), 3, 5, "Roof")
    app = await open_client("/landlord/calendar", me)
    await see(app, "Roof")
    await app.press(bar(app, "Blocked by you: Roof") or "")
    await until(app, lambda: f"{day_long(day(3))}, first night" in app.names(), "the nights of the block")
    await app.press("Save")
    await until(app, lambda: "Save" not in app.names(), "the sheet closed: there was nothing to save")
    await app.press(bar(app, "Blocked by you: Roof") or "")
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


async def test_saving_a_block_that_nobody_changed_closes_its_form(
    open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty, api: Api
) -> None:
    me = await a_person(Role.LANDLORD)
    await a_block(api, me, await a_property(me), 3, 5, "Roof")
    app = await open_client("/landlord/calendar", me)
    await see(app, "Roof")
    await app.press(bar(app, "Blocked by you: Roof") or "")
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
    await see(app, "Homes free that night")
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


async def test_a_block_that_runs_ends_today_and_undo_lets_it_run_on(
    open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty, api: Api
) -> None:
    me = await a_person(Role.LANDLORD)
    await a_block(api, me, await a_property(me), -1, 6, "Roof")
    app = await open_client("/landlord/calendar", me)
    await see(app, "Roof")
    await app.press(bar(app, "Blocked by you: Roof") or "")
    await see(app, "Nights that are over stay blocked.")
    await app.press("Give these nights back")
    await until(app, lambda: "1 night" in (bar(app, "Blocked by you: Roof") or ""), "the shorter block")
    assert await blocks(api, me) == [(-1, 0, "Roof")]
    await undo(app)
    await until(app, lambda: "7 nights" in (bar(app, "Blocked by you: Roof") or ""), "the block as it was")
    assert await blocks(api, me) == [(-1, 6, "Roof")]


async def test_nights_that_went_meanwhile_are_told_and_the_note_is_kept(
    open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty, api: Api
) -> None:
    me = await a_person(Role.LANDLORD)
    home = await a_property(me, title="Castle View")
    app = await open_client("/landlord/calendar", me)
    await see(app, "Homes free that night")
    await app.press(free("Castle View", 5))
    await app.type("Note, for you alone", "Paint")
    await a_stay(api, await a_person(), home, 4, 3)
    await app.press("Block")
    await see(app, "Someone else has these dates")
    assert app.field("Note, for you alone").value == "Paint"
    assert await blocks(api, me) == []


async def test_a_quarter_shows_three_months_and_the_worst_night_of_each_week(
    open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty
) -> None:
    me = await a_person(Role.LANDLORD)
    await a_property(me)
    app = await open_client("/landlord/calendar?view=quarter", me)
    await see(app, "Fewest free that week")
    assert {"May 2030 – Jul 2030", "May 2030", "Jun 2030", "Jul 2030"} <= set(app.texts())
    await app.press("Later")
    await see(app, "Aug 2030 – Oct 2030")
    assert "from=2030-08-01" in (app.page.route or "")


async def test_another_date_is_chosen_in_a_calendar(
    open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty
) -> None:
    me = await a_person(Role.LANDLORD)
    await a_property(me)
    app = await open_client("/landlord/calendar?view=2w&from=2030-05-20", me)
    await see(app, "Homes free that night")
    await app.press("Go to a date")
    await see(app, "Choose a day to go to")
    await app.press("Saturday 25 May 2030")
    await until(app, lambda: "from=2030-05-25" in (app.page.route or ""), "the other date")
    await see(app, "Sat 25 May – Fri 7 Jun")
    await gone(app, "Choose a day to go to")


async def test_words_narrow_the_homes_and_live_in_the_address(
    open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty
) -> None:
    me = await a_person(Role.LANDLORD)
    for title in ("Loft", "Barn"):
        await a_property(me, title=title)
    app = await open_client("/landlord/calendar?text=loft", me)
    await see(app, "Loft")
    assert "Barn" not in app.texts()
    app = await open_client("/landlord/calendar?text=castle", me)
    await see(app, "No home matches")
    await app.press("Show all homes")
    await see(app, "Barn")
    assert "text" not in (app.page.route or "")


async def test_a_link_is_made_copied_and_renewed_only_after_a_yes(
    open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty, api: Api
) -> None:
    me = await a_person(Role.LANDLORD)
    home = await a_property(me, title="Loft")
    app = await open_client("/landlord/calendar", me)
    await see(app, "Homes free that night")

    async def known() -> str | None:
        url: str | None = (await api.as_(me).get(f"/calendars/{home}/link")).json()["url"]
        return url

    await app.press("Calendar link")
    await see(app, "This home has no link yet.")
    await app.press("Make a link")
    await until(app, lambda: "Copy" in app.names(), "the link")
    first = await known()
    assert first in app.texts()
    await app.press("Copy")
    await until(app, lambda: "Copied" in app.names(), "that it is copied")
    assert {"data": first} in [m.body.args for m in app.wire.sent if m.action == MessageAction.INVOKE_METHOD]
    await app.press("Renew")
    await see(app, "stops working at once")
    await app.press("Keep the link")
    await until(app, lambda: "Copy" in app.names(), "the link, kept")
    assert await known() == first
    await app.press("Renew")
    await app.press("Renew the link")
    await until(app, lambda: first not in app.texts() and "Copy" in app.names(), "another link")
    second = await known()
    assert second in app.texts()
    await app.press("Turn off")
    await app.press("Turn the link off")
    await see(app, "This home has no link yet.")
    assert await known() is None


async def test_a_phone_shows_one_home_and_the_others_as_tabs(
    open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty
) -> None:
    me = await a_person(Role.LANDLORD)
    await a_property(me, title="Alpha")
    await a_property(me, title="Beta")
    app = await open_client("/landlord/calendar", me, width=390)
    await see(app, "Alpha")
    assert {"Alpha", "Beta"} <= set(app.names())
    assert not any(name.startswith("Beta, ") for name in app.names())
    await app.press("Beta")
    await until(app, lambda: any(name.startswith("Beta, ") for name in app.names()), "the days of the other home")


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
