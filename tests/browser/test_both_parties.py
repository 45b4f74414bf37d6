"""Every way a stay can go, with both its parties in browsers of their own: a phone and a desk."""

import asyncio
import itertools
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.async_api import Browser
from sqlalchemy import text

from client.core.language import day_long
from server.core.database import Database
from tests.browser.chromium import Window, window
from tests.browser.conftest import People, Person, pay, sign_in
from tests.browser.paying import PAY_PAGE, RESULT, ask_and_authorise, back_in_the_app, book_and_pay
from tests.product import Product
from tests.stories.conftest import home_facts

pytestmark = pytest.mark.prove
NIGHTS = timedelta(days=3)


@dataclass
class Both:
    """The two parties, each with a window in which they are signed in, and a home of each kind."""

    product: Product
    isla: Person
    morag: Person
    phone: Window
    desk: Window
    homes: dict[bool, dict[str, Any]]
    """By whether they are booked at once."""
    _days: Iterator[int] = field(default_factory=lambda: itertools.count(10, 5))

    def arrival(self) -> date:
        """A day that no other journey has. The stay is over in the month it begins: a calendar shows one at a time."""
        today = date.today()  # noqa: DTZ011 - weeks ahead, whatever the zone
        ahead = (today + timedelta(days=days) for days in self._days)
        return next(day for day in ahead if day.month == (day + NIGHTS).month)

    async def stay(self, *, at_once: bool) -> dict[str, Any]:
        """A stay that Isla asked for, or one that is agreed, made over the API."""
        check_in, api = self.arrival(), self.isla.api
        request_body = {
            "property_id": self.homes[at_once]["id"],
            "check_in": str(check_in),
            "check_out": str(check_in + NIGHTS),
        }
        quote = (await api.post("/quotes", json=request_body | {"guests": 2})).raise_for_status().json()
        made = (await api.post("/bookings", json={"quote_id": quote["id"]})).raise_for_status().json()
        await pay(self.isla, made["id"], "confirmed" if at_once else "requested")
        return dict(made)

    async def trip(self, booking: dict[str, Any]) -> Window:
        """Isla looks at a stay of hers."""
        await self.phone.open(f"{self.product.url}/app/trips/{booking['id']}")
        return self.phone

    async def at_the_desk(self, booking: dict[str, Any]) -> Window:
        """Morag looks at a stay at her home."""
        await self.desk.open(f"{self.product.url}/app/landlord/stays/{booking['id']}")
        return self.desk


@pytest.fixture(scope="module")
async def both(product: Product, browser: Browser) -> AsyncIterator[Both]:
    """Isla on a phone and Morag at a desk, signed in once for all journeys."""
    people = People(product)
    isla = await people.person("Isla")
    morag, ada = await people.person("Morag", "landlord"), await people.person("Ada", "admin")
    homes = {}
    for at_once in (True, False):
        facts = home_facts("Leith", title="Shore flat" if at_once else "Asking flat", instant_book=at_once)
        homes[at_once] = (await morag.api.post("/properties", json=facts)).raise_for_status().json()
        for person, status in ((morag, "pending_review"), (ada, "published")):
            moved = await person.api.post(f"/properties/{homes[at_once]['id']}/status", json={"status": status})
            moved.raise_for_status()
    async with window(browser, width=390, height=844) as phone, window(browser) as desk:
        for shown, person in ((phone, isla), (desk, morag)):
            await shown.open(f"{product.url}/app/account")
            await sign_in(shown, person.email)
            await shown.see("Sign out")
        yield Both(product, isla, morag, phone, desk, homes)
    for person in people.all:
        await person.api.aclose()


async def test_a_request_is_accepted_and_becomes_a_trip(both: Both) -> None:
    check_in, home, phone, desk = both.arrival(), both.homes[False], both.phone, both.desk
    dates = f"check_in={check_in}&check_out={check_in + NIGHTS}&guests=2"
    await phone.open(f"{both.product.url}/app/homes/{home['slug']}?{dates}")
    await phone.press("Ask to book")
    await phone.see("Morag answers within 24 hours.")
    await ask_and_authorise(phone)
    await phone.press("Look at the stay")
    await phone.see("You asked to book")
    await phone.see("Authorised on your card; taken only if Morag accepts.")
    assert "12 Shore Street" not in await phone.read()
    await desk.open(f"{both.product.url}/app/landlord/stays")
    await desk.see("Isla asks to stay")
    await desk.press("Accept")
    await desk.press("Accept £265.00")
    await desk.see("Confirmed, £265.00")
    await phone.open(phone.page.url)
    await phone.see("Morag accepted the request")
    await phone.scroll(700)  # what lies below the fold has no node yet
    await phone.see("12 Shore Street")


async def test_a_request_is_declined_and_the_tenant_reads_why(both: Both) -> None:
    booking = await both.stay(at_once=False)
    desk = await both.at_the_desk(booking)
    await desk.press("Decline")
    await desk.press("The home is being repaired.")
    await desk.press("Decline the request")
    await desk.see("You declined")
    phone = await both.trip(booking)
    await phone.see("Morag could not take you. Nothing was booked.")
    await phone.see("The home is being repaired.")


async def test_a_request_is_taken_back_and_the_landlord_sees_that(both: Both) -> None:
    booking = await both.stay(at_once=False)
    phone = await both.trip(booking)
    await phone.press("Take the request back")
    await phone.press("Take it back")
    await phone.see("The dates were let go. Nothing was booked.")
    desk = await both.at_the_desk(booking)
    await desk.see("The dates were let go. Nothing was booked.")


async def test_a_tenant_asks_for_a_change_and_the_landlord_agrees(both: Both) -> None:
    booking = await both.stay(at_once=True)
    phone = await both.trip(booking)
    await phone.press("Change dates or guests")
    await phone.see("Until then the booked dates count")
    await phone.press("One guest more")
    await phone.see("Guests: 3")
    await phone.press("See the new price")
    await phone.see("The price stays the same.")
    await phone.press("Ask Morag")
    await phone.see("You asked for a change")
    desk = await both.at_the_desk(booking)
    await desk.see("As wished")
    await desk.press("Accept the change")
    await desk.page.get_by_role("button", name=re.compile("^Accept £")).click()
    await desk.see("Isla checks in on")
    await desk.see("3 guests")


async def test_a_landlord_asks_for_other_dates_and_the_tenant_refuses(both: Both) -> None:
    booking = await both.stay(at_once=True)
    check_in, check_out = (date.fromisoformat(booking[name]) for name in ("check_in", "check_out"))
    desk = await both.at_the_desk(booking)
    await desk.press("Change dates or guests")
    await desk.page.get_by_role("button", name=re.compile(f"^{day_long(check_in)}, check-in")).click()
    await desk.quiet(0.3)
    await desk.press(day_long(check_out - timedelta(days=1)))
    await desk.see("2 nights")  # the sheet is another height then
    await desk.press("See the new price")
    await desk.see("£80.00 less than now: it goes back to Isla.")
    await desk.press("Ask Isla")
    await desk.see("You asked for a change")
    phone = await both.trip(booking)
    await phone.see("Morag asks for a change")
    await phone.press("Decline")
    await phone.press("I would rather keep what we agreed.")
    await phone.press("Decline the change")
    await phone.see("Go there: Morag expects you")


@pytest.mark.parametrize("side", ["tenant", "landlord"])
async def test_a_stay_is_cancelled_and_the_other_side_reads_why(both: Both, side: str) -> None:
    booking = await both.stay(at_once=True)
    looks = [both.trip, both.at_the_desk]
    first, second = looks if side == "tenant" else looks[::-1]
    why = "My plans have changed." if side == "tenant" else "The home cannot be used on these dates."
    shown = await first(booking)
    await shown.press("Cancel the stay")
    await shown.press(why)
    await shown.press("Cancel it now")
    await shown.see("You cancelled this stay.")
    other = await second(booking)
    await other.see(why)


async def test_nobody_came_and_the_nights_are_given_back(both: Both) -> None:
    booking = await both.stay(at_once=True)
    database = Database(both.product.environment["DATABASE_URL"], pool=1)
    passed = (date.fromisoformat(booking["check_in"]) - date.today()).days + 1  # noqa: DTZ011
    async with database.transaction() as session:
        for moved in (
            "UPDATE booking SET check_in = check_in - CAST(:days AS int), check_out = check_out - CAST(:days AS int) "
            "WHERE id = :id",
            "UPDATE occupancy SET period = (SELECT daterange(check_in, check_out) FROM booking WHERE id = :id) "
            "WHERE source_id = :id",
        ):
            await session.execute(text(moved), {"days": passed, "id": booking["id"]})
    await database.close()
    desk = await both.at_the_desk(booking)
    await desk.press("Nobody came")
    await desk.press("Yes, nobody came")
    await desk.see("Nobody arrived. The nights were given back.")
    phone = await both.trip(booking)
    await phone.see("Morag said that nobody came")


async def test_two_tabs_that_refresh_at_once_stay_signed_in(both: Both) -> None:
    tabs = [both.phone, Window(await both.phone.page.context.new_page())]
    address = f"{both.product.url}/app/account"
    await asyncio.gather(*(tab.open(address) for tab in tabs))
    for _ in range(2):
        await asyncio.gather(*(tab.page.reload() for tab in tabs))
        for tab in tabs:
            await tab.page.bring_to_front()
            await tab.enable_semantics()
            await tab.see(both.isla.email)
    await tabs[1].page.close()


async def test_back_after_a_booking_closes_a_sheet_first_and_leads_past_the_checkout(both: Both) -> None:
    check_in, home, phone = both.arrival(), both.homes[True], both.phone
    at_home = f"{both.product.url}/app/homes/{home['slug']}?check_in={check_in}&check_out={check_in + NIGHTS}&guests=2"
    await phone.open(at_home)
    await phone.press("Book")
    await book_and_pay(phone)
    await phone.press("Look at the stay")
    await phone.see("Go there: Morag expects you")
    trip = phone.page.url
    assert "#" not in trip
    await phone.press("Change dates or guests")
    await phone.see("Until then the booked dates count")
    await phone.page.go_back()
    await phone.page.get_by_text("Until then the booked dates count").wait_for(state="detached")
    await phone.page.wait_for_url(trip)
    await phone.see("Go there: Morag expects you")
    await phone.page.go_back()
    await phone.page.wait_for_url(RESULT)
    await phone.see("Your stay is booked")
    await phone.page.go_back()
    await phone.page.wait_for_url(PAY_PAGE)
    assert await phone.page.get_by_role("button", name=re.compile("^Pay")).count() == 0
    await phone.page.go_back()
    await back_in_the_app(phone)
    await phone.see("Your stay is booked")
    await phone.page.go_back()
    await phone.page.wait_for_url(at_home)
    await phone.see("When it is free")


async def test_another_address_is_opened_though_a_sheet_was_left_open(both: Both) -> None:
    desk = await both.at_the_desk(await both.stay(at_once=True))
    await desk.press("Change dates or guests")
    await desk.see("Until then the booked dates count")
    await desk.open(f"{both.product.url}/app/account")
    await desk.see(both.morag.email)
    await desk.page.get_by_text("Until then the booked dates count").wait_for(state="detached")
