"""The landlord's calendar over the real API."""

from typing import Any

import flet as ft
import pytest
from flet.messaging.protocol import MessageAction

from client.core.language import day_range
from server.core.database import Database
from shared_models.auth import Role
from tests.client.conftest import OpenClient
from tests.client.harness import App
from tests.client.landlord_calendar.conftest import a_stay, bar, blocks, free
from tests.client.waiting import gone, see, undo, until
from tests.conftest import Api, MakePerson, MakeProperty
from tests.server.stays import asked, day

pytestmark = pytest.mark.usefixtures("in_may")


async def test_a_stay_is_shown_with_the_name_of_who_stays_and_opens_who_when_and_the_way_to_it(
    open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty, api: Api, database: Database
) -> None:
    me = await a_person(Role.LANDLORD)
    home = await a_property(me, title="Castle View")
    stay = await a_stay(api, database, await a_person(name="Priya Shah"), home, 2, 3)
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
    open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty, api: Api, database: Database
) -> None:
    me, isla = await a_person(Role.LANDLORD), await a_person(name="Isla Reid")
    home, guest = await a_property(me, instant_book=False), api.as_(isla)
    request_body = {"property_id": str(home), "check_in": str(day(4)), "check_out": str(day(6)), "guests": 1}
    quote = (await guest.post("/quotes", request_body)).json()
    made = (await guest.post("/bookings", {"quote_id": quote["id"]})).json()
    stay = await asked(api, database, isla, made)
    assert stay["status"] == "requested", stay
    app = await open_client("/landlord/calendar", me)
    await see(app, "Isla Reid")
    await app.press(bar(app, "Asks, answer it: Isla Reid") or "")
    await app.press("Answer it")
    await until(app, lambda: app.page.route == f"/landlord/stays/{stay['id']}", "the request")


async def test_nights_kept_for_other_dates_are_told_as_that_at_both_ends_and_lead_to_the_stay(
    open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty, api: Api, database: Database
) -> None:
    me, priya = await a_person(Role.LANDLORD), await a_person(name="Priya Shah")
    home = await a_property(me)
    stay = await a_stay(api, database, priya, home, 6, 2)
    wider = {"check_in": str(day(4)), "check_out": str(day(11)), "guests": 1}
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
    await see(app, "Free, of homes on show")
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
    open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty, api: Api, database: Database
) -> None:
    me = await a_person(Role.LANDLORD)
    await a_property(me, title="Alpha")
    home = await a_property(me, title="Beta")
    await a_stay(api, database, await a_person(name="Priya Shah"), home, 8, 3)
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
    await see(app, "Free, of homes on show")
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


async def test_a_quarter_shows_three_months_and_the_worst_night_of_each_week(
    open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty
) -> None:
    me = await a_person(Role.LANDLORD)
    await a_property(me)
    app = await open_client("/landlord/calendar?view=quarter", me)
    await see(app, "Fewest free, of those on show")
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
    await see(app, "Free, of homes on show")
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
    await see(app, "Free, of homes on show")

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
