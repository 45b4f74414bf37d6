"""Someone who searches and books all the while, and notes how long each answer took.

The probe is the measure of an attack: what counts is not what the attacker is told, but what everybody else meets.
"""

import asyncio
import itertools
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any
from uuid import UUID

import httpx

from tests.server.paying import GOOD_CARD
from tests.server.stays import quote_request

WINDOW_SECONDS = 4
PAUSE_SECONDS = 1.0
"""Between two rounds of a tenant: a person, not a flood, and slower than a person's budget of calls (decision 0014)."""
LOOK_SECONDS = 0.2
"""Between two looks of the app at a page that is being made, or at a payment that is on its way."""
CLIENT_SECONDS = 20
LAST_NIGHT = 300
CARD = {"number": GOOD_CARD, "email": "probe@example.com", "name": "A Probe"}


@dataclass
class Figures:
    """What a probe met in one window: seconds by kind of call, and every answer that was not a good one."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failures: list[str] = field(default_factory=list)
    booked: int = 0

    def p95(self, kind: str) -> float:
        """95 of 100 calls of a kind took no longer, in seconds."""
        return quantiles(self.seconds[kind], n=20, method="inclusive")[-1]


def typical(windows: Sequence[Figures]) -> dict[str, float]:
    """By kind of call, the median of what the windows have as their 95th of a hundred, in seconds.

    One window in which the machine did something else changes nothing.
    """
    return {kind: median(figures.p95(kind) for figures in windows) for kind in windows[0].seconds}


class Probe:
    """Tenants with homes of their own, who book one stay after the other there and search in between."""

    def __init__(self, url: str, tenants: Sequence[dict[str, str]], homes: Sequence[Sequence[UUID]]) -> None:
        self.url, self.tenants = url, tenants
        self._stays = [itertools.product(own, range(1, LAST_NIGHT, 2)) for own in homes]

    async def watch(self, windows: int) -> list[Figures]:
        """Search and book for so many windows, one after the other."""
        return [await self._window() for _ in range(windows)]

    async def _window(self) -> Figures:
        figures, end = Figures(), time.monotonic() + WINDOW_SECONDS
        await asyncio.gather(*(self._tenant(number, figures, end) for number in range(len(self.tenants))))
        return figures

    async def _tenant(self, number: int, figures: Figures, end: float) -> None:
        await asyncio.sleep(PAUSE_SECONDS * number / len(self.tenants))  # people do not press at the same moment
        headers = self.tenants[number]
        async with httpx.AsyncClient(base_url=self.url, headers=headers, timeout=CLIENT_SECONDS) as client:
            while time.monotonic() < end:
                await self._call(client, figures, "ready", "GET", "/readyz")
                await self._call(client, figures, "search", "GET", "/api/v1/search?text=Edinburgh&limit=10")
                await self._book(client, self._stays[number], figures)
                await asyncio.sleep(PAUSE_SECONDS)

    async def _book(self, client: httpx.AsyncClient, stays: Iterator[tuple[UUID, int]], figures: Figures) -> None:
        home, night = next(stays)
        quote = await self._call(
            client, figures, "quote", "POST", "/api/v1/quotes", quote_request(home, night, night + 1)
        )
        if quote is None:
            return
        held = await self._call(client, figures, "hold", "POST", "/api/v1/bookings", {"quote_id": quote["id"]})
        if held is None:
            return
        if await self._pay(client, figures, f"/api/v1/bookings/{held['id']}"):
            figures.booked += 1

    async def _pay(self, client: httpx.AsyncClient, figures: Figures, booking: str) -> bool:
        """Pay on the provider's page; whether the stay was confirmed."""
        if await self._call(client, figures, "pay", "POST", f"{booking}/payment") is None:
            return False
        payment = await self._until(client, figures, "page", f"{booking}/payment", lambda payment: payment["page_url"])
        if payment is None:
            return False
        try:
            reply = await client.post(payment["page_url"], data=CARD)
        except httpx.HTTPError as problem:
            figures.failures.append(f"card: {type(problem).__name__}")
            return False
        if reply.status_code != 303:
            figures.failures.append(f"card: {reply.status_code} {reply.text[:120]}")
            return False
        if await self._call(client, figures, "pay", "POST", f"{booking}/payment/check") is None:
            return False
        paid = await self._until(client, figures, "paid", booking, lambda booked: booked["status"] == "confirmed")
        return paid is not None

    async def _until(
        self, client: httpx.AsyncClient, figures: Figures, kind: str, path: str, so: Callable[[dict[str, Any]], Any]
    ) -> dict[str, Any] | None:
        """Look until something is so; None when a look fails or `CLIENT_SECONDS` are over."""
        began = time.perf_counter()
        while time.perf_counter() - began < CLIENT_SECONDS:
            found = await self._call(client, figures, "look", "GET", path)
            if found is None:
                return None
            if so(found):
                figures.seconds[kind].append(time.perf_counter() - began)
                return found
            await asyncio.sleep(LOOK_SECONDS)
        figures.failures.append(f"{kind}: still waiting after {CLIENT_SECONDS} s")
        return None

    @staticmethod
    async def _call(
        client: httpx.AsyncClient, figures: Figures, kind: str, method: str, path: str, body: Any = None
    ) -> dict[str, Any] | None:
        began = time.perf_counter()
        try:
            reply = await client.request(method, path, json=body)
        except httpx.HTTPError as problem:
            figures.failures.append(f"{kind}: {type(problem).__name__}")
            return None
        figures.seconds[kind].append(time.perf_counter() - began)
        if not reply.is_success:
            figures.failures.append(f"{kind}: {reply.status_code} {reply.text[:120]}")
            return None
        answer: dict[str, Any] = reply.json()
        return answer
