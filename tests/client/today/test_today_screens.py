"""The start pages on the real API: what each role sees first, and where it leads."""

from datetime import date
from typing import Any

import pytest

from client.features.today.tiles import nights_words
from server.core.database import Database
from shared_models.auth import Role
from shared_models.stay_dates import shifted
from shared_models.today import NightLet
from tests.client.bookings.booking.test_booking_flow import held_by, requested_by
from tests.client.conftest import Line, OpenApp
from tests.conftest import PASSWORD, Api, MakePerson, MakeProperty, Person
from tests.server.stays import agreed, quote_request

PHONE, TABLET, DESKTOP = 390, 820, 1440


@pytest.fixture
async def parties(a_person: MakePerson) -> tuple[Person, Person]:
    """Isla, who stays, and Morag, who lets."""
    return await a_person(Role.TENANT, name="Isla"), await a_person(Role.LANDLORD, name="Morag")


async def agreed_stay(api: Api, database: Database, isla: Person, home: Any, **dates: int) -> dict[str, Any]:
    """An agreed stay."""
    quote = (await api.as_(isla).post("/quotes", quote_request(home, **dates))).json()
    held = (await api.as_(isla).post("/bookings", {"quote_id": quote["id"]})).json()
    return await agreed(api, database, isla, held)


@pytest.mark.parametrize("width", [PHONE, TABLET, DESKTOP])
async def test_a_landlord_sees_what_waits_who_comes_and_why_a_home_is_not_on_show(
    open_app: OpenApp,
    api: Api,
    a_property: MakeProperty,
    parties: tuple[Person, Person],
    width: int,
    database: Database,
) -> None:
    isla, morag = parties
    await requested_by(api, database, isla, await a_property(morag, title="The flat", instant_book=False))
    await agreed_stay(api, database, isla, await a_property(morag, title="The house"), check_in=2, check_out=4)
    await a_property(morag, title="The loft", status="rejected", review_note="Where is it?", published_at=None)
    await a_property(morag, title="The boat", status="paused")
    await a_property(morag, title="The barn", status="pending_review", published_at=None)
    page = await open_app("/landlord/today", morag, width=width)
    await page.until("2 things wait for you. The first is due by")
    assert page.sees("Answer Isla:")
    assert page.sees("You receive £240.00 · The flat")
    assert page.sees("Correct The loft")
    assert page.sees("Sent back: Where is it?")
    assert page.sees("Isla checks in, 2 guests")
    assert page.sees("Isla checks out")
    assert page.sees("Review of The barn")
    assert page.sees("Within 48 hours")
    assert page.sees("Paused by you: nobody can book it")
    assert page.names("Homes on show: 2 of 5. In review 1 · Sent back 1 · Paused 1")
    assert page.names("Nights let, next 30 days: 2 of 60.")
    await page.press("To answer: 1. Requests and changes")
    assert page.route == "/landlord/stays"
    await page.until("1 answer from you")


async def test_the_deadline_comes_first_and_answering_leads_to_the_stay(
    open_app: OpenApp, api: Api, a_property: MakeProperty, parties: tuple[Person, Person], database: Database
) -> None:
    isla, morag = parties
    booking = await requested_by(api, database, isla, await a_property(morag, title="The flat", instant_book=False))
    page = await open_app("/landlord/today", morag)
    await page.until("Stays, 1 waits for you")  # the figure beside the place
    await page.press("Answer")
    assert page.route == f"/landlord/stays/{booking['id']}"
    await page.press("Accept")
    await page.press("Accept £")
    await page.until("Isla checks in on")
    await page.press("Today")
    await page.until("Nothing waits for you.")
    assert not page.names("1 waits for you")
    assert page.sees("Isla has booked The flat") is False  # what one accepts oneself is no news


async def test_a_landlord_without_homes_is_shown_where_to_begin(
    open_app: OpenApp, parties: tuple[Person, Person]
) -> None:
    page = await open_app("/landlord/today", parties[1], width=PHONE)
    await page.until("Your first home")
    await page.press("Add a home")
    assert page.route == "/landlord/homes/new"


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
async def test_a_tenant_sees_the_next_trip_with_its_next_step(
    open_app: OpenApp,
    api: Api,
    a_property: MakeProperty,
    parties: tuple[Person, Person],
    width: int,
    database: Database,
) -> None:
    isla, morag = parties
    trip = await agreed_stay(
        api, database, isla, await a_property(morag, title="The flat", address_line="1 York Place"), check_in=3
    )
    await agreed_stay(api, database, isla, await a_property(morag), check_in=30, check_out=33)
    held = await held_by(api, isla, await a_property(morag, title="The house"))
    page = await open_app("/today", isla, width=width)
    await page.until("1 thing waits for you.")
    assert page.sees("Pay for The house")
    assert page.sees("In 3 days")
    assert page.sees("1 York Place, New Town, Edinburgh")
    assert page.sees("Go there: Morag expects you")
    assert page.names("3 trips to come")
    await page.press("In 3 days. The flat")
    assert page.route == f"/trips/{trip['id']}"
    await page.go("/today")
    await page.press("Pay")
    assert page.route == f"/trips/{held['id']}"


async def test_a_tenant_without_a_trip_is_shown_the_search(open_app: OpenApp, parties: tuple[Person, Person]) -> None:
    page = await open_app("/today", parties[0])
    await page.until("No trip is planned")
    await page.press("Find a home")
    assert page.route == "/search"


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
async def test_an_admin_sees_the_queue_and_each_figure_leads_to_its_list(
    open_app: OpenApp, a_property: MakeProperty, a_person: MakePerson, width: int
) -> None:
    await a_property(title="The flat", status="pending_review", published_at=None)
    page = await open_app("/admin/today", await a_person(Role.ADMIN), width=width)
    await page.until("1 case waits for a decision.")
    assert page.sees("The flat")
    assert page.names("Overdue: 0 of 1. We keep what we promised")
    await page.press("Homes to look at: 1")
    assert page.route == "/admin/review?show=home_review"
    await page.until("New home")


@pytest.mark.parametrize(
    ("role", "start"),
    [(Role.LANDLORD, "/landlord/today"), (Role.ADMIN, "/admin/today"), (Role.TENANT, "/search")],
)
async def test_after_signing_in_whoever_works_here_begins_with_what_waits(
    open_app: OpenApp, a_person: MakePerson, role: Role, start: str
) -> None:
    person = await a_person(role)
    page = await open_app("/sign-in")
    await page.until("Sign in")
    await page.app.type("E-mail", person.email)
    await page.app.type("Password", PASSWORD)
    await page.app.press("Sign in")
    await page.holds(lambda: page.route == start, start)


async def test_news_is_read_at_once_and_comes_back_when_the_line_is_cut(
    open_app: OpenApp,
    api: Api,
    a_property: MakeProperty,
    parties: tuple[Person, Person],
    run_jobs: Any,
    line: Line,
    database: Database,
) -> None:
    isla, morag = parties
    await agreed_stay(api, database, isla, await a_property(morag, title="The flat"), check_in=3)
    await run_jobs()
    page = await open_app("/landlord/today", morag)
    await page.until("New since you last looked")
    assert page.sees("Isla has booked The flat")
    line.cut = True
    await page.press("Mark all as read")
    await page.until("The server cannot be reached")
    assert page.sees("Isla has booked The flat")
    line.cut = False
    await page.press("Mark all as read")
    await page.until("New since you last looked", gone=True)
    await page.go("/landlord/homes")
    await page.go("/landlord/today")
    await page.until("This week at your homes")
    assert not page.sees("New since you last looked")


async def test_a_page_that_does_not_load_says_so_and_tries_again(
    open_app: OpenApp, parties: tuple[Person, Person], line: Line
) -> None:
    page = await open_app("/landlord/homes", parties[1])
    await page.until("No homes yet")
    line.cut = True
    await page.go("/landlord/today")
    await page.until("This page did not load")
    line.cut = False
    await page.press("Try again")
    await page.until("Your first home")


def a_night(ahead: int, taken: int) -> NightLet:
    return NightLet(day=shifted(date(2026, 11, 25), ahead), let=taken, kept=0)


@pytest.mark.parametrize(
    ("taken", "words"),
    [
        ([1, 0, 2], "No night is full. The most are free on 26 Nov: 3 homes of 3."),
        ([1, 3, 2], "Full on 26 Nov. The most are free on 25 Nov: 2 homes of 3."),
        ([3, 2, 3], "Full on 25 Nov and 27 Nov. The most are free on 26 Nov: 1 home of 3."),
        ([3, 3, 3, 3, 2], "4 nights are full. The most are free on 29 Nov: 1 home of 3."),
        ([3, 3], "Every night is full."),
    ],
)
def test_the_bars_are_told_in_words(taken: list[int], words: str) -> None:
    assert nights_words([a_night(ahead, number) for ahead, number in enumerate(taken)], 3) == words
