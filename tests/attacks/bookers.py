"""People who search and book over HTTP all the while, as apps do: what is not answered is asked again, by its key."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx

from server.auth.rules import NOWHERE
from server.auth.service import accounts
from server.auth.sessions import service as sessions
from server.core import clock
from server.core.database import Database
from server.core.ids import new_id
from server.core.settings import Settings
from shared_models.auth import ClientKind, Role
from tests.attacks.probe import CARD
from tests.server.bookings.test_races import a_home
from tests.server.stays import quote_request, rows

PAUSE_SECONDS = 0.3
ANSWER_SECONDS = 60
LAST_NIGHT = 700
LOOKS = 100
"""How often a page that is being made, or money that is on its way, is looked for: half a minute."""
AFTER = {"held": {"held", "cancelled", "confirmed"}, "cancelled": {"cancelled"}, "confirmed": {"confirmed"}}
"""What a booking may be after an answer: a later request may have worked although its answer was lost."""


@dataclass
class Answers:
    """What everybody was answered."""

    bookings: list[tuple[str, str]] = field(default_factory=list)
    """The bookings of 2xx answers and what they were said to be, in order."""
    statuses: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    """Answers that must not be: no answer, 5xx but 503, a 503 that does not say when to come back."""
    searched_at: float = 0.0
    booked_at: float = 0.0
    """When a search and a booking were answered last, by the monotonic clock."""

    async def lost(self, database: Database) -> list[tuple[str, str, str | None]]:
        """Bookings that the database does not have as they were answered."""
        stored = {str(row.id): row.status for row in await rows(database, "SELECT id, status FROM booking")}
        last = dict(self.bookings)
        return [(id_, said, stored.get(id_)) for id_, said in last.items() if stored.get(id_) not in AFTER[said]]


@dataclass(frozen=True)
class Bookers:
    """Tenants and the homes they want."""

    url: str
    tenants: Sequence[dict[str, str]]
    homes: Sequence[UUID]
    answers: Answers = field(default_factory=Answers)

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[Answers]:
        """They search and book for as long as this is open."""
        parts = [self._book(headers, seed) for seed, headers in enumerate(self.tenants)]
        work = asyncio.gather(*parts, self._search(), self._search())
        try:
            yield self.answers
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)

    async def _search(self) -> None:
        async with self._client({}) as client:
            while True:
                reply = await self._ask(client, "GET", "/search")
                if reply.status_code == 200:
                    self.answers.searched_at = time.monotonic()
                await asyncio.sleep(PAUSE_SECONDS)

    async def _book(self, headers: dict[str, str], seed: int) -> None:
        chance = random.Random(seed)
        async with self._client(headers) as client:
            while True:
                await asyncio.sleep(PAUSE_SECONDS)
                check_in = chance.randrange(1, LAST_NIGHT)
                quote = await self._until_answered(
                    client, "/quotes", quote_request(chance.choice(self.homes), check_in, check_in + 2)
                )
                if quote.status_code != 201:
                    continue
                held = await self._until_answered(client, "/bookings", {"quote_id": quote.json()["id"]})
                if held.status_code != 201:
                    continue
                self._note(held)
                path = f"/bookings/{held.json()['id']}"
                if chance.choice([True, False]):
                    await self._pay(client, path)
                else:
                    await self._let_go(client, path)

    async def _let_go(self, client: httpx.AsyncClient, path: str) -> None:
        done = await self._until_answered(client, f"{path}/release")
        if done.status_code == 200:
            self._note(done)

    async def _pay(self, client: httpx.AsyncClient, path: str) -> None:
        """Pay on the provider's page. Where none came in time, or no answer to the payment, the nights are let go: a
        person holds three at most."""
        if (await self._until_answered(client, f"{path}/payment")).status_code == 202:
            page = await self._seen(client, f"{path}/payment", lambda payment: payment["page_url"])
            if page is not None and await self._card(client, page["page_url"]):
                booked = await self._seen(client, path, lambda booking: booking["status"] == "confirmed")
                if booked is not None:
                    return
        await self._let_go(client, path)

    async def _card(self, client: httpx.AsyncClient, page_url: str) -> bool:
        """Whether the provider took the card: it is another house, which may be away."""
        try:
            return (await client.post(page_url, data=CARD)).status_code == 303
        except httpx.TransportError:
            return False

    async def _seen(
        self, client: httpx.AsyncClient, path: str, so: Callable[[dict[str, Any]], Any]
    ) -> dict[str, Any] | None:
        """What a path answers once it is so; None when it never was."""
        for _ in range(LOOKS):
            reply = await self._ask(client, "GET", path)
            if reply.status_code == 200 and so(found := reply.json()):
                if found.get("status") == "confirmed":
                    self._note(reply)
                return dict(found)
            await asyncio.sleep(PAUSE_SECONDS)
        return None

    def _client(self, headers: dict[str, str]) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=f"{self.url}/api/v1", headers=headers, timeout=ANSWER_SECONDS)

    async def _until_answered(self, client: httpx.AsyncClient, path: str, body: object = None) -> httpx.Response:
        key = {"Idempotency-Key": str(new_id())}
        while True:
            reply = await self._ask(client, "POST", path, json=body, headers=key)
            if reply.status_code not in (503, 0):
                return reply
            await asyncio.sleep(int(reply.headers.get("retry-after", 1)))

    async def _ask(self, client: httpx.AsyncClient, method: str, path: str, **more: object) -> httpx.Response:
        try:
            reply = await client.request(method, path, **more)  # type: ignore[arg-type]
        except httpx.TransportError as problem:
            self.answers.wrong.append(f"{method} {path}: {problem!r}")
            return httpx.Response(0)
        self.answers.statuses[reply.status_code] += 1
        if reply.status_code >= 500 and (reply.status_code != 503 or not reply.headers.get("retry-after")):
            self.answers.wrong.append(f"{method} {path}: {reply.status_code} {reply.text[:200]}")
        return reply

    def _note(self, reply: httpx.Response) -> None:
        self.answers.bookings.append((reply.json()["id"], reply.json()["status"]))
        self.answers.booked_at = time.monotonic()


async def bookers(url: str, database: Database, settings: Settings, *, tenants: int = 3, homes: int = 3) -> Bookers:
    """Some tenants whose address is proved, signed in, and homes that can be booked at once."""
    (landlord, _), *people = [await _person(database, settings) for _ in range(1 + tenants)]
    return Bookers(url, [headers for _, headers in people], [await a_home(database, landlord) for _ in range(homes)])


async def _person(database: Database, settings: Settings) -> tuple[UUID, dict[str, str]]:
    async with database.transaction() as session:
        roles = (Role.TENANT, Role.LANDLORD)
        email = f"{new_id()}@example.com"
        id_ = await accounts.add_person(session, email, "Someone", "no password", roles, verified_at=clock.now())
        tokens = await sessions.open_session(session, settings, id_, ClientKind.DEVICE, NOWHERE)
    return id_, {"Authorization": f"Bearer {tokens.access_token}"}
