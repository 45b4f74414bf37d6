"""One running product with imported homes for all journeys, and one Chromium to walk through it.

So a journey makes its own people, and its own homes where it changes any; those it is not to find in Edinburgh lie
elsewhere. Both end with the last of the journeys: a browser without a window still takes a fifth of a core.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser

from server.auth.service import accounts
from server.core.database import Database
from server.core.ids import new_id
from server.demo.messy import write_messy_csv
from tests.browser.chromium import Window, chromium
from tests.conftest import PASSWORD
from tests.databases import create_database, drop_database
from tests.mailbox import verify_token
from tests.product import Product, command, environment, running

HOMES = 300

PAYMENT_SECONDS = 60


@pytest.fixture(scope="package")
async def product(
    postgres_url: str, migrated: str, worker_id: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Product]:
    """The product with some 300 published homes in Edinburgh, as messy as the real ones."""
    folder = tmp_path_factory.mktemp("browser")
    name = f"estospaces_{folder.name}_{worker_id}_{os.getpid()}"
    url = await create_database(postgres_url, name, migrated)
    _import_homes(folder, environment(url, folder))
    with running(url, folder, "--empty") as started:
        yield started
    await drop_database(postgres_url, name)


def _import_homes(folder: Path, given: dict[str, str]) -> None:
    file = folder / "homes.csv"
    write_messy_csv(file, HOMES, seed=7)
    place = ("--city", "Edinburgh", "--country", "GB", "--currency", "GBP", "--source", "messy")
    command(("import", str(file), *place, "--publish"), given)


@pytest.fixture(scope="package")
async def browser() -> AsyncIterator[Browser]:
    """One Chromium; every window of it has cookies of its own."""
    async with chromium() as started:
        yield started


@dataclass(frozen=True)
class Person:
    """Someone with an account, made over the API."""

    email: str
    api: httpx.AsyncClient


@pytest.fixture
async def people(product: Product) -> AsyncIterator["People"]:
    """Opens accounts over the API."""
    made = People(product)
    yield made
    for person in made.all:
        await person.api.aclose()


class People:
    """Accounts of this test."""

    def __init__(self, product: Product) -> None:
        self._product = product
        self.all: list[Person] = []

    async def person(self, name: str, *roles: str) -> Person:
        """A new account; everyone's password is PASSWORD."""
        email = f"{new_id()}@example.com"
        api = httpx.AsyncClient(base_url=f"{self._product.url}/api/v1", timeout=30)
        asked = [role for role in roles if role != "admin"] or ["tenant"]
        request_body = {"email": email, "password": PASSWORD, "name": name, "roles": asked}
        (await api.post("/auth/register", json=request_body)).raise_for_status()
        await self._confirmed(api, email, admin="admin" in roles)
        reply = (await api.post("/auth/sign-in", json={"email": email, "password": PASSWORD})).raise_for_status()
        api.headers["Authorization"] = f"Bearer {reply.json()['access_token']}"
        self.all.append(Person(email, api))
        return self.all[-1]

    async def _confirmed(self, api: httpx.AsyncClient, email: str, *, admin: bool) -> None:
        """Open the link of the mail; make an admin as the command line does, without starting a process."""
        database = Database(self._product.environment["DATABASE_URL"], pool=1)
        opened = {"token": await verify_token(database, email)}
        (await api.post("/auth/verify-email", json=opened)).raise_for_status()
        if admin:
            async with database.transaction() as session:
                id_ = await accounts.id_of_email(session, email)
                assert id_ is not None
                await accounts.make_admin(session, id_)
        await database.close()


async def pay(person: Person, booking_id: str, stands: str = "confirmed") -> None:
    """Pay a held stay on the sandbox's page, and wait until it is agreed, or its landlord asked."""
    (await person.api.post(f"/bookings/{booking_id}/payment")).raise_for_status()
    end = time.monotonic() + PAYMENT_SECONDS
    while (page := (await person.api.get(f"/bookings/{booking_id}/payment")).json()["page_url"]) is None:
        assert time.monotonic() < end, "there is no page to pay on"
        await asyncio.sleep(0.1)
    await person.api.post(page, data={"number": "4242424242424242", "email": person.email, "name": "Ann"})
    while (seen := (await person.api.get(f"/bookings/{booking_id}")).json())["status"] != stands:
        assert time.monotonic() < end, seen
        (await person.api.post(f"/bookings/{booking_id}/payment/check")).raise_for_status()
        await asyncio.sleep(0.5)


async def sign_in(window: Window, email: str) -> None:
    """Fill the sign-in that is on show and send it."""
    await window.fill_field("E-mail", email)
    await window.fill_field("Password", PASSWORD)
    # A wide window has a second one in its top bar, before the form's.
    await window.page.get_by_role("button", name="Sign in", exact=True).last.click()
    await window.quiet(0.3)


async def open_link_elsewhere(product: Product, email: str) -> None:
    """Open the link of the mail on another device, where nobody is signed in by it."""
    database = Database(product.environment["DATABASE_URL"], pool=1)
    token = await verify_token(database, email)
    await database.close()
    async with httpx.AsyncClient(base_url=f"{product.url}/api/v1", timeout=30) as api:
        (await api.post("/auth/verify-email", json={"token": token})).raise_for_status()
