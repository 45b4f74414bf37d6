"""Paying on the real API beside a Stripe that remembers: from the last button to what came of it."""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any
from uuid import UUID

import flet as ft
import pytest

from client.core.language import day_range
from client.features.bookings.paying import state
from server.core.database import Database
from shared_models.auth import Role
from shared_models.payments import PaymentStatus
from tests.client.bookings.booking.test_booking_flow import CHECK_IN, CHECK_OUT, DATES, end_holds, held_by
from tests.client.conftest import WITHIN_SECONDS, Line, OpenApp, Visit
from tests.conftest import Api, MakePerson, MakeProperty, Person
from tests.server.paying import Checkout, checkout, hear

__all__ = ["checkout"]

PHONE, DESKTOP = 390, 1440
Parties = tuple[Person, Person]


@pytest.fixture
async def parties(a_person: MakePerson) -> Parties:
    """Isla, who stays, and Morag, who lets."""
    return await a_person(Role.TENANT, name="Isla"), await a_person(Role.LANDLORD, name="Morag")


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is followed is looked at as often as a test looks."""
    monkeypatch.setattr(state, "FOLLOW_PAUSES", (0.3,))
    monkeypatch.setattr(state, "LINK_PAUSES", (0.05,) * 200)


async def beside_jobs(checkout: Checkout, doing: Coroutine[Any, Any, None]) -> None:
    """Do something while jobs are done, as a worker does them."""
    task = asyncio.ensure_future(doing)
    while not task.done():
        await checkout.work()
    await task


async def heard(checkout: Checkout, visit: Visit, words: str) -> None:
    """Do what jobs do until the screen says these words: it follows by itself."""
    loop = asyncio.get_running_loop()
    end = loop.time() + WITHIN_SECONDS
    while not visit.sees(words) and not visit.names(words):
        assert loop.time() < end, f"no {words!r} in {visit.texts} {visit.names('')}"
        await checkout.work()
        await visit.follow()


def opened(visit: Visit) -> list[tuple[str, str | None]]:
    """The pages the browser was sent to, and the window each was to open in."""
    return [(call.args["url"], call.args["web_only_window_name"]) for call in visit.app.calls("launch_url")]


async def came_back(visit: Visit, booking_id: Any, query: str = "?paid=1") -> None:
    """The provider's page leads back."""
    await visit.go(f"/trips/{booking_id}/payment{query}")


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
async def test_a_stay_is_paid_in_one_step_and_agreed(
    open_app: OpenApp, a_property: MakeProperty, parties: Parties, checkout: Checkout, width: int
) -> None:
    isla, morag = parties
    await a_property(morag, slug="flat")
    visit = await open_app(f"/homes/flat/book?{DATES}", isla, width=width)
    await visit.until("Book and pay £240.00")
    assert visit.sees("All of £240.00 comes back until")
    assert not visit.sees("on arrival")
    await beside_jobs(checkout, visit.press("Book and pay £240.00"))
    await visit.until("Nothing is paid yet")
    booking_id = visit.route.split("/")[2]
    assert visit.history[-1] == f"/trips/{booking_id}/payment"
    assert not any(address.startswith("/homes/flat/book") for address in visit.history), "Back leads to the checkout"
    (page_url, window), *none = opened(visit)
    assert (window, none) == ("_self", [])

    assert await checkout.press_pay(page_url) == 303
    await came_back(visit, booking_id)
    await visit.until("We are checking your payment")
    assert not visit.names("Open the payment page")
    await heard(checkout, visit, "Your stay is booked")
    assert visit.sees("£240.00 is paid by card.")
    assert await checkout.charges() == [("succeeded", 240_00, True, 0)]
    await visit.press("Look at the stay")
    await visit.until("The price, paid by card")
    assert visit.sees("£240.00 is paid by card.")
    assert visit.route == f"/trips/{booking_id}"


async def test_where_the_landlord_is_asked_the_card_is_only_authorised(
    open_app: OpenApp, a_property: MakeProperty, parties: Parties, checkout: Checkout
) -> None:
    isla, morag = parties
    await a_property(morag, slug="flat", instant_book=False)
    visit = await open_app(f"/homes/flat/book?{DATES}", isla)
    await visit.until("Ask and authorise £240.00")
    assert visit.sees("Nothing is taken unless Morag accepts.")
    await beside_jobs(checkout, visit.press("Ask and authorise £240.00"))
    await visit.until("Nothing is authorised yet")
    booking_id = visit.route.split("/")[2]
    await checkout.press_pay(opened(visit)[0][0])
    await came_back(visit, booking_id)
    await heard(checkout, visit, "You have asked Morag")
    assert visit.sees("£240.00 is authorised, nothing is taken yet.")

    landlord = await open_app(f"/landlord/stays/{booking_id}", morag)
    await landlord.until("Isla asks to stay")
    assert landlord.sees("Authorised on the card of Isla; taken when you accept.")
    await landlord.press("Decline")
    await landlord.press("The home is being repaired.")
    await landlord.press("Decline the request")
    await landlord.until("You declined.")
    await checkout.work()
    await came_back(visit, booking_id, "")
    await visit.until("Nothing was taken")
    assert visit.sees("What your card held is let go")


async def test_in_a_second_window_it_is_the_same_page_and_paid_once(
    open_app: OpenApp, a_property: MakeProperty, parties: Parties, checkout: Checkout
) -> None:
    isla, morag = parties
    await a_property(morag, slug="flat")
    first = await open_app(f"/homes/flat/book?{DATES}", isla)
    second = await open_app(f"/homes/flat/book?{DATES}", isla)
    await first.until("Book and pay £240.00")
    await second.until("Book and pay £240.00")
    await beside_jobs(checkout, first.press("Book and pay £240.00"))
    await beside_jobs(checkout, second.press("Book and pay £240.00"))
    await first.until("Nothing is paid yet")
    await second.until("Nothing is paid yet")
    assert opened(first) == opened(second)
    third = await open_app(f"/homes/flat/book?{DATES}", isla)
    await third.until("You are paying in another window.")
    assert third.sees("minutes left")
    await beside_jobs(checkout, third.press("Open the payment page"))
    await third.holds(lambda: opened(third) == opened(first), "the same page")
    await checkout.press_pay(opened(first)[0][0])
    await came_back(second, second.route.split("/")[2])
    await heard(checkout, second, "Your stay is booked")
    await heard(checkout, first, "Your stay is booked")
    assert await checkout.charges() == [("succeeded", 240_00, True, 0)]


async def test_back_from_the_page_the_payment_can_be_taken_up_or_the_dates_let_go(
    open_app: OpenApp, a_property: MakeProperty, parties: Parties, checkout: Checkout, api: Api
) -> None:
    isla, morag = parties
    held = await held_by(api, isla, await a_property(morag, title="The flat"))
    page = await checkout.begin(isla, held["id"])
    visit = await open_app(f"/trips/{held['id']}/payment", isla, width=PHONE)
    await visit.until("Nothing is paid yet")
    assert visit.sees("If you are paying in another window, go on there")
    await beside_jobs(checkout, visit.press("Open the payment page"))
    assert opened(visit) == [(page["page_url"], "_self")]
    await visit.press("Look at the stay")
    await visit.until("Pay to keep the dates")
    await beside_jobs(checkout, visit.press("Open the payment page"))
    await visit.until("Nothing is paid yet")
    await visit.press("Look at the stay")
    await visit.press("Let the dates go")
    await visit.until("The dates were let go. Nothing was booked.")
    await checkout.work()
    await came_back(visit, held["id"], "")
    await heard(checkout, visit, "Nothing is booked")
    assert visit.sees("Your card was not charged.")


async def test_from_trips_it_is_said_until_when_to_pay(
    open_app: OpenApp, a_property: MakeProperty, parties: Parties, checkout: Checkout, api: Api
) -> None:
    isla, morag = parties
    held = await held_by(api, isla, await a_property(morag, title="The flat"))
    visit = await open_app("/today", isla)
    await visit.until("Pay for The flat")
    await visit.go("/trips")
    await visit.until("Pay £240.00 by")
    await visit.press("The flat. Pay by")
    await visit.until("Pay to keep the dates")
    await beside_jobs(checkout, visit.press("Book and pay £240.00"))
    await visit.until("Nothing is paid yet")
    assert visit.route == f"/trips/{held['id']}/payment"
    landlord = await open_app(f"/landlord/stays/{held['id']}", morag)
    await landlord.until("Isla pays by")
    assert not landlord.sees("confirms")


async def test_what_came_of_it_is_told_to_whoever_has_to_sign_in_first(
    open_app: OpenApp, a_property: MakeProperty, parties: Parties, checkout: Checkout, api: Api
) -> None:
    isla, morag = parties
    held = await held_by(api, isla, await a_property(morag))
    await checkout.pay(isla, held["id"])
    visit = await open_app(f"/trips/{held['id']}/payment?paid=1")
    await visit.until("To see what came of your payment.")
    await visit.app.type("E-mail", isla.email)
    await visit.app.type("Password", "a long enough password")
    await visit.app.event(visit.app.field("Password"), "submit")
    await visit.until("Your stay is booked")


async def test_without_a_line_it_is_still_checked_and_never_called_failed(
    open_app: OpenApp, a_property: MakeProperty, parties: Parties, checkout: Checkout, api: Api, line: Line
) -> None:
    isla, morag = parties
    held = await held_by(api, isla, await a_property(morag))
    page = await checkout.begin(isla, held["id"])
    visit = await open_app("/trips", isla)
    await visit.until("Pay £240.00 by")
    line.cut = True
    await came_back(visit, held["id"])
    await visit.until("Still checking your payment")
    assert visit.sees("The server cannot be reached. We go on checking.")
    line.cut = False
    await visit.until("We are checking your payment")
    line.cut = True
    await visit.until("The server cannot be reached. We go on checking.")
    assert visit.sees("We are checking your payment")
    line.cut = False
    await checkout.press_pay(page["page_url"])
    await heard(checkout, visit, "Your stay is booked")


async def test_money_that_came_too_late_goes_back_and_that_is_said(
    open_app: OpenApp,
    a_property: MakeProperty,
    parties: Parties,
    checkout: Checkout,
    api: Api,
    database: Database,
    a_person: MakePerson,
) -> None:
    isla, morag = parties
    home = await a_property(morag)
    held = await held_by(api, isla, home)
    page = await checkout.begin(isla, held["id"])
    await end_holds(database)
    await held_by(api, await a_person(), home)
    assert await checkout.press_pay(page["page_url"]) == 303
    visit = await open_app(f"/trips/{held['id']}/payment?paid=1", isla)
    await visit.until("We are checking your payment")
    await heard(checkout, visit, "Your payment came too late")
    assert visit.sees("£240.00 goes back to your card by itself")
    assert not visit.names("Book and pay")


async def test_nobody_who_never_paid_is_told_that_they_did(
    open_app: OpenApp, a_property: MakeProperty, parties: Parties, api: Api, database: Database
) -> None:
    isla, morag = parties
    held = await held_by(api, isla, await a_property(morag, slug="flat"))
    assert (await api.as_(isla).post(f"/bookings/{held['id']}/payment")).status_code == 202
    await end_holds(database)
    await hear(database, held["id"], PaymentStatus.EXPIRED)
    visit = await open_app(f"/trips/{held['id']}/payment", isla)
    await visit.until("Your card was not charged.")
    await visit.press("See whether they are still free")
    await visit.until("Book and pay £240.00")


async def test_an_address_of_nobody_or_of_a_stranger_leads_nowhere(
    open_app: OpenApp, a_property: MakeProperty, parties: Parties, api: Api, a_person: MakePerson
) -> None:
    isla, morag = parties
    held = await held_by(api, isla, await a_property(morag))
    for address in ("/trips/nothing/payment", f"/trips/{held['id']}/payment?change=nothing"):
        visit = await open_app(address, isla)
        await visit.until("There is no such stay")
    stranger = await open_app(f"/trips/{held['id']}/payment", await a_person())
    await stranger.until("There is no such stay")


async def test_on_a_phone_the_page_opens_in_its_browser_and_the_app_follows(
    open_app: OpenApp, a_property: MakeProperty, parties: Parties, checkout: Checkout, api: Api
) -> None:
    isla, morag = parties
    held = await held_by(api, isla, await a_property(morag))
    visit = await open_app(f"/trips/{held['id']}/payment", isla, width=PHONE)
    visit.app.session.apply_page_patch({"web": False})
    await beside_jobs(checkout, visit.press("Book and pay £240.00"))
    await visit.holds(lambda: opened(visit) != [], "the page")
    (call,) = visit.app.calls("launch_url")
    assert call.args["mode"] is ft.LaunchMode.EXTERNAL_APPLICATION
    await checkout.press_pay(call.args["url"])
    await heard(checkout, visit, "Your stay is booked")


async def asked_for(api: Api, who: Person, booking: dict[str, Any], nights: int) -> None:
    """A change of the day of leaving, asked for elsewhere."""
    until = str(CHECK_OUT + timedelta(days=nights))
    body = {"check_in": booking["check_in"], "check_out": until, "guests": booking["guests"]}
    quote = (await api.as_(who).post(f"/bookings/{booking['id']}/quotes", body)).json()
    reply = await api.as_(who).post(f"/bookings/{booking['id']}/changes", {"quote_id": quote["id"]})
    assert reply.status_code == 201, reply.text


async def test_a_change_that_costs_more_is_accepted_and_paid(
    open_app: OpenApp, a_property: MakeProperty, parties: Parties, checkout: Checkout, api: Api
) -> None:
    isla, morag = parties
    held = await held_by(api, isla, await a_property(morag, title="The flat"))
    booking = await checkout.pay(isla, held["id"])
    await asked_for(api, morag, booking, 1)
    visit = await open_app(f"/trips/{booking['id']}", isla)
    await visit.until("£80.00 more than now: you pay it by card once it is agreed.")
    await visit.press("Accept the change")
    await visit.until("you pay it by card once it is agreed")
    await beside_jobs(checkout, visit.press("Accept and pay £80.00"))
    await heard(checkout, visit, "Nothing is paid yet")
    assert visit.sees("Pay £80.00 by")
    address, _, query = visit.route.partition("?change=")
    assert address == f"/trips/{booking['id']}/payment"
    assert UUID(query)
    await checkout.press_pay(opened(visit)[0][0])
    await visit.go(f"{visit.route}&paid=1")
    await heard(checkout, visit, "Your stay is changed")
    assert visit.sees("£80.00 is paid by card.")
    await visit.press("Look at the stay")
    await visit.until("£320.00 is paid by card.")
    assert visit.sees(day_range(CHECK_IN, CHECK_OUT + timedelta(days=1)))


async def test_a_change_that_both_agree_to_can_be_paid_later_or_taken_back(
    open_app: OpenApp, a_property: MakeProperty, parties: Parties, checkout: Checkout, api: Api
) -> None:
    isla, morag = parties
    held = await held_by(api, isla, await a_property(morag, title="The flat"))
    booking = await checkout.pay(isla, held["id"])
    await asked_for(api, isla, booking, 1)
    landlord = await open_app(f"/landlord/stays/{booking['id']}", morag)
    await landlord.until("£80.00 more than now: Isla pays it by card once it is agreed.")
    await landlord.press("Accept the change")
    await landlord.press("Accept £320.00")
    await landlord.until("The change waits for its payment")
    assert landlord.sees("Isla pays £80.00 more by")
    assert not landlord.names("Pay £80.00 to change")
    today = await open_app("/today", isla)
    await today.until("Pay for the change at The flat")
    await today.press("Pay")
    await today.until("Pay £80.00 to change")
    await today.press("Take it back, keep the stay as booked")
    await today.until("Pay £80.00 to change", gone=True)
    assert today.sees("£240.00 is paid by card.")


async def test_a_change_that_costs_less_says_what_goes_back_before_it_is_asked_for(
    open_app: OpenApp, a_property: MakeProperty, parties: Parties, checkout: Checkout, api: Api
) -> None:
    isla, morag = parties
    held = await held_by(api, isla, await a_property(morag, title="The flat"))
    booking = await checkout.pay(isla, held["id"])
    await asked_for(api, isla, booking, -1)
    visit = await open_app(f"/trips/{booking['id']}", isla)
    await visit.until("£80.00 less than now: it goes back to your card.")
    landlord = await open_app(f"/landlord/stays/{booking['id']}", morag)
    await landlord.until("£80.00 less than now: it goes back to Isla.")
    await landlord.press("Accept the change")
    await landlord.press("Accept £160.00")
    await landlord.until("You agreed to the change")
    await checkout.work()
    await visit.go("/trips")
    await visit.press("The flat. Confirmed")
    await visit.until("£160.00 is paid by card.")
