"""Every story is told twice: to the API in process, and over a socket to the product in a process of its own.

The product of a worker is started once and keeps its database, so a story never counts on an empty one: it makes its
own people, and homes in a city of its own.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from server import invariants
from server.app import create_app
from server.auth.service import accounts
from server.core import clock
from server.core.database import Database
from server.core.ids import new_id
from server.core.settings import Settings
from server.payments.service.door import Subject
from server.properties.importing.service import steps
from shared_models.auth import Role
from shared_models.payments import PaymentStatus
from tests.conftest import PASSWORD, Api
from tests.databases import create_database, drop_database
from tests.mailbox import verify_token
from tests.product import Product, running
from tests.served import a_token
from tests.server.paying import GOOD_CARD, hear_of

IMPORT_SECONDS = 60
PAYMENT_SECONDS = 60
CAPTURED = PaymentStatus.CAPTURED
Run = dict[str, Any]


@pytest.fixture(scope="session")
async def product(
    postgres_url: str, worker_id: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Product]:
    """The whole product, running on a database of its own."""
    name = f"estospaces_product_{worker_id}_{os.getpid()}"
    url = await create_database(postgres_url, name)
    with running(url, tmp_path_factory.mktemp("product"), "--empty") as started:
        yield started
    await drop_database(postgres_url, name)


@dataclass(frozen=True)
class Someone:
    """A signed-in person: their calls, and what signed them in."""

    api: Api
    email: str
    name: str
    tokens: dict[str, Any]


class Wire:
    """A way to a server, and what a story needs on its other end."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        database: Database,
        worked: Callable[["Wire", Someone, str], Awaitable[Run]],
        *,
        in_process: bool,
    ) -> None:
        self.client, self.database, self.in_process = client, database, in_process
        self._worked = worked
        self.visitor = Api(client)

    def signed_in(self, tokens: dict[str, Any]) -> Api:
        """The API as the owner of these tokens."""
        return Api(self.client, {"Authorization": f"Bearer {tokens['access_token']}"})

    async def register(self, name: str) -> Someone:
        """Open an account over the API and the link of its mail; everyone's password is PASSWORD."""
        email = f"{new_id()}@example.com"
        request_body = {"email": email, "password": PASSWORD, "name": name}
        assert (await self.visitor.post("/auth/register", request_body)).status_code == 202
        opened = {"token": await verify_token(self.database, email), "client": "device"}
        tokens = said(await self.visitor.post("/auth/verify-email", opened))["tokens"]
        return Someone(self.signed_in(tokens), email, name, tokens)

    async def someone(self, name: str, *roles: Role) -> Someone:
        """Someone who has an account already: no password is hashed, which takes longer than most stories."""
        email, kinds = f"{new_id()}@example.com", roles or (Role.TENANT,)
        async with self.database.transaction() as session:
            id_ = await accounts.add_person(session, email, name, "no password", kinds, verified_at=clock.now())
            token = await a_token(session, id_, *kinds)
        return Someone(self.signed_in({"access_token": token}), email, name, {})

    async def worked(self, owner: Someone, run_id: str) -> Run:
        """An import at its end."""
        return await self._worked(self, owner, run_id)


def said(reply: httpx.Response, status: int = 200) -> dict[str, Any]:
    """The body of an answer that must have this status."""
    assert reply.status_code == status, f"{reply.status_code}: {reply.text}"
    body: dict[str, Any] = reply.json()
    return body


def refused(reply: httpx.Response) -> tuple[int, str]:
    """Status and code of a problem."""
    return reply.status_code, reply.json()["code"]


async def _work_here(wire: Wire, owner: Someone, run_id: str) -> Run:
    await steps.run_to_end(wire.database, UUID(run_id), lambda _: None)
    return said(await owner.api.get(f"/imports/{run_id}"))


async def _wait_for_worker(wire: Wire, owner: Someone, run_id: str) -> Run:
    end = time.monotonic() + IMPORT_SECONDS
    while (run := said(await owner.api.get(f"/imports/{run_id}")))["status"] not in ("done", "cancelled"):
        assert time.monotonic() < end, f"the import did not end: {run}"
        await asyncio.sleep(0.1)
    return run


@pytest.fixture(params=["in process", "over a socket"])
def far_end(request: pytest.FixtureRequest) -> tuple[Database, Settings] | Product:
    """What a story talks to. Only what is asked for is made: an async fixture could not ask for another."""
    if request.param == "in process":
        return request.getfixturevalue("database"), request.getfixturevalue("settings")
    product: Product = request.getfixturevalue("product")
    return product


@pytest.fixture
async def wire(far_end: tuple[Database, Settings] | Product) -> AsyncIterator[Wire]:
    """The API, reached both ways."""
    if isinstance(far_end, Product):
        database = Database(far_end.environment["DATABASE_URL"], pool=2)
        async with httpx.AsyncClient(base_url=far_end.url, timeout=30) as client:
            yield Wire(client, database, _wait_for_worker, in_process=False)
        broken = await invariants.violations(database)
        await database.close()
        assert broken == []
        return
    database, settings = far_end
    transport = httpx.ASGITransport(create_app(settings, database), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield Wire(client, database, _work_here, in_process=True)
    assert await invariants.violations(database) == []


@pytest.fixture
def city() -> str:
    """A city that no other story knows. In one word: of several, those that no home has are left out of a search."""
    return f"City{new_id().hex[-12:]}"


async def paid(
    wire: Wire, tenant: Someone, booking_id: str, change_id: str | None = None, status: PaymentStatus = CAPTURED
) -> dict[str, Any]:
    """A booking of which what is to pay, of itself or of a change, is paid or held by a card: in process as if the
    provider had told so, over a socket on the sandbox's page."""
    path = f"/bookings/{booking_id}" + ("" if change_id is None else f"/changes/{change_id}")
    said(await tenant.api.post(f"{path}/payment"), 202)
    if wire.in_process:
        subject = Subject("booking_change", UUID(change_id)) if change_id else Subject("booking", UUID(booking_id))
        await hear_of(wire.database, subject, status)
    else:
        page = await _until(tenant, path, lambda payment: payment["page_url"] is not None)
        card = {"number": GOOD_CARD, "email": tenant.email, "name": tenant.name}
        assert (await wire.client.post(page["page_url"], data=card)).status_code == 303
        await came_to(wire, tenant, path, status)
    return said(await tenant.api.get(f"/bookings/{booking_id}"))


async def came_to(wire: Wire, tenant: Someone, path: str, status: PaymentStatus = CAPTURED) -> None:
    """Wait until a payment stands so; in process let the provider have told."""
    if wire.in_process:
        await hear_of(wire.database, Subject("booking", UUID(path.rpartition("/")[2])), status)
    else:
        await _until(tenant, path, lambda payment: payment["status"] == status)


async def _until(tenant: Someone, path: str, so: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    end = time.monotonic() + PAYMENT_SECONDS
    while not so(found := said(await tenant.api.get(f"{path}/payment"))):
        assert time.monotonic() < end, f"the payment stands still: {found}"
        said(await tenant.api.post(f"{path}/payment/check"), 202)
        await asyncio.sleep(0.1)
    return found


def day(ahead: int) -> str:
    """The date so many days from today; far enough from midnight's edge when it is at least 2."""
    return (date.today() + timedelta(days=ahead)).isoformat()  # noqa: DTZ011 - days ahead, whatever the zone


def home_facts(city: str, **facts: Any) -> dict[str, Any]:
    """All a landlord says of a home in a city."""
    usual = {
        "title": "Bright flat by the water",
        "type": "flat",
        "let_type": "nightly",
        "address": {"line": "12 Shore Street", "city": city, "postcode": "EH6 6QW", "country": "GB"},
        "pin": {"latitude": 55.975, "longitude": -3.17},
        "sleeps": 4,
        "price_minor": 8000,
        "cleaning_fee_minor": 2500,
        "currency": "GBP",
        "instant_book": True,
    }
    return usual | facts


async def published(landlord: Someone, admin: Someone, facts: dict[str, Any]) -> dict[str, Any]:
    """A home that was created, submitted and approved over the API."""
    home = said(await landlord.api.post("/properties", facts), 201)
    said(await landlord.api.post(f"/properties/{home['id']}/status", {"status": "pending_review"}))
    return said(await admin.api.post(f"/properties/{home['id']}/status", {"status": "published"}))


async def found(
    api: Api, city: str, check_in: int | None = None, check_out: int | None = None, **more: Any
) -> list[Any]:
    """The homes that a search in the city finds, free on these days ahead if they are given."""
    dates = (
        {"check_in": day(check_in), "check_out": day(check_out)}
        if check_in is not None and check_out is not None
        else {}
    )
    page = said(await api.get("/search", params={"text": city, **dates, **more}))
    assert page["total"] >= len(page["items"])
    items: list[Any] = page["items"]
    return items


async def quoted(
    tenant: Someone, home: dict[str, Any], check_in: int, check_out: int, guests: int = 2
) -> dict[str, Any]:
    """A quote over the API."""
    request_body = {"property_id": home["id"], "check_in": day(check_in), "check_out": day(check_out), "guests": guests}
    return said(await tenant.api.post("/quotes", request_body), 201)
