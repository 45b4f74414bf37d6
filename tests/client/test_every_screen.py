"""Every screen of the client while the server is slow, and when it does not answer: true words, and a way on.

A new route has to say here how it is opened (`ROUTES`), or that it asks the server for nothing (`AT_ONCE`).
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import flet as ft
import pytest

from client.app import _routes
from client.design.tokens import Motion
from server.core import clock
from server.core.database import Database
from shared_models.auth import Role
from tests.client.conftest import Line, OpenApp, Visit
from tests.client.importing.test_importing import HOMES, uploaded
from tests.conftest import Api, MakePerson, MakeProperty
from tests.server.stays import MakeBooking, a_booking, a_hold, a_quote

__all__ = ["a_booking", "a_hold", "a_quote"]

ROUTES = {
    "search": "",
    "homes/:slug": "",
    "homes/:slug/book": "tenant",
    "today": "tenant",
    "trips": "tenant",
    "trips/:id": "tenant",
    "trips/:id/payment": "tenant",
    "account": "tenant",
    "account/delete": "tenant",
    "account/payments": "tenant",
    "account/payments/:id": "tenant",
    "account/payment-methods": "tenant",
    "notifications": "tenant",
    "landlord/today": "landlord",
    "landlord/homes": "landlord",
    "landlord/homes/:id": "landlord",
    "landlord/calendar": "landlord",
    "landlord/stays": "landlord",
    "landlord/stays/:id": "landlord",
    "landlord/earnings": "landlord",
    "landlord/earnings/:id": "landlord",
    "landlord/import": "landlord",
    "landlord/import/:id": "landlord",
    "admin/today": "admin",
    "admin/review": "admin",
    "admin/import": "admin",
    "admin/import/:id": "admin",
    "admin/payments": "admin",
    "admin/payments/:id": "admin",
    "admin/refunds": "admin",
    "admin/disputes": "admin",
    "admin/reconciliation": "admin",
}
"""Each route that asks the server for something, and who opens it ("": a visitor)."""
ROLES = sorted(set(ROUTES.values()))
NOWHERE = "/nowhere"
AT_ONCE = {"sign-in", "forgot-password", "reset-password", "verify-email", "landlord/homes/new"}

Addresses = dict[str, str]
Open = Callable[[str], Awaitable[tuple[Visit, Addresses]]]


@pytest.fixture
async def open_as(
    open_app: OpenApp,
    api: Api,
    database: Database,
    a_person: MakePerson,
    a_property: MakeProperty,
    a_booking: MakeBooking,
) -> Open:
    """Someone on a page that is not there, and the addresses of their routes, each with something to show."""

    async def open_(role: str) -> tuple[Visit, Addresses]:
        landlord, tenant, admin = await a_person(Role.LANDLORD), await a_person(), await a_person(Role.ADMIN)
        person = {"tenant": tenant, "landlord": landlord, "admin": admin}.get(role)
        home = await a_property(landlord, slug="flat")
        await a_property(landlord, slug="other", status="pending_review")
        booking = await a_booking(tenant, home)
        run = (await uploaded(api.as_(person), HOMES))["id"] if role in ("landlord", "admin") else ""
        earned = (await api.as_(landlord).get("/earnings")).json()["items"]
        paid = (await api.as_(tenant).get("/payments")).json()["items"]
        ids = {
            "trips": booking["id"],
            "landlord/stays": booking["id"],
            "landlord/homes": home,
            "landlord/earnings": earned[0]["id"],
            "account/payments": paid[0]["id"],
            "admin/payments": paid[0]["id"],
        }
        check_in = clock.now().date() + timedelta(days=40)
        dates = f"?check_in={check_in}&check_out={check_in + timedelta(days=3)}&guests=1"
        visit = await open_app(NOWHERE, person)
        await visit.until("There is no such page")
        return visit, {
            route: f"/{route}".replace(":slug", "flat").replace(":id", str(ids.get(route.partition("/:id")[0], run)))
            + (dates if route.endswith("book") else "")
            for route, who in ROUTES.items()
            if who == role
        }

    return open_


def test_every_route_is_looked_at() -> None:
    named = {route.path for route in _routes() if not route.index}  # the root is the search
    assert named == {*ROUTES, *AT_ONCE}


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes after a third of a second and after five, comes at once."""
    monkeypatch.setattr(Motion, "SPINNER_AFTER", 1)
    monkeypatch.setattr(Motion, "STILL_LOADING_AFTER", 2)


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize("role", ROLES)
async def test_while_the_server_is_slow_shapes_and_words_stand_where_the_answer_comes(
    open_as: Open, line: Line, role: str
) -> None:
    visit, addresses = await open_as(role)
    for route, address in addresses.items():
        line.flowing.clear()
        await visit.go(address)
        await visit.holds(lambda: visit.app.all(ft.Shimmer) != [], f"grey shapes on {route!r}")
        named = [each.label for each in visit.app.all(ft.Semantics, live_region=True) if each.label]
        assert named, f"readers hear what is loading on {route!r}"
        await visit.holds(lambda: any(words.startswith("Still ") for words in visit.texts), f"a word on {route!r}")
        line.flowing.set()
        await visit.holds(lambda: visit.app.all(ft.Shimmer) == [], f"the answer on {route!r}")
        await visit.go(NOWHERE)


@pytest.mark.parametrize("role", ROLES)
async def test_when_the_server_does_not_answer_the_screen_says_so_and_tries_again(
    open_as: Open, line: Line, role: str
) -> None:
    visit, addresses = await open_as(role)
    for address in addresses.values():
        line.cut = True
        await visit.go(address)
        await visit.until("The server cannot be reached")
        line.cut = False
        for again in ("Try again", "Load the map again"):
            while visit.names(again):
                await visit.app.press(again)
                await visit.follow()
        await visit.until("The server cannot be reached", gone=True)
        await visit.go(NOWHERE)
