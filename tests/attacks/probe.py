"""Someone who searches and books all the while, and notes how long each answer took.

The probe is the measure of an attack: what counts is not what the attacker is told, but what everybody else meets.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Any
from uuid import UUID

import httpx

from tests.server.stays import quote_request

PAUSE_SECONDS = 0.1
"""Between two rounds of a client: a person, not a flood."""
CLIENT_SECONDS = 20
LAST_NIGHT = 300


@dataclass
class Figures:
    """What a probe met: seconds by kind of call, and every answer that was not a good one."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failures: list[str] = field(default_factory=list)
    booked: int = 0

    def p95(self, kind: str) -> float:
        """95 of 100 calls of a kind took no longer, in seconds."""
        return quantiles(self.seconds[kind], n=20)[-1]

    def __str__(self) -> str:
        kinds = (f"{kind} p95 {self.p95(kind) * 1000:.0f} ms of {len(self.seconds[kind])}" for kind in self.seconds)
        return f"{', '.join(kinds)}; {self.booked} booked, {len(self.failures)} failed"


class Probe:
    """Tenants with a home each, who book one stay after the other there and search in between."""

    def __init__(self, url: str, tenants: Sequence[dict[str, str]], homes: Sequence[UUID]) -> None:
        self.url, self.tenants, self.homes = url, tenants, homes
        self._nights = [1] * len(homes)

    async def watch(self, seconds: float) -> Figures:
        """Search and book for so long."""
        figures, end = Figures(), time.monotonic() + seconds
        clients = (self._client(number, figures, end) for number in range(len(self.tenants)))
        await asyncio.gather(*clients)
        return figures

    async def _client(self, number: int, figures: Figures, end: float) -> None:
        headers = self.tenants[number]
        async with httpx.AsyncClient(base_url=self.url, headers=headers, timeout=CLIENT_SECONDS) as client:
            while time.monotonic() < end:
                await self._call(client, figures, "ready", "GET", "/readyz")
                await self._call(client, figures, "search", "GET", "/api/v1/search?text=Edinburgh&limit=10")
                await self._book(client, number, figures)
                await asyncio.sleep(PAUSE_SECONDS)

    async def _book(self, client: httpx.AsyncClient, number: int, figures: Figures) -> None:
        night = self._nights[number] = self._nights[number] % LAST_NIGHT + 2
        asked = quote_request(self.homes[number], night, night + 1)
        quote = await self._call(client, figures, "quote", "POST", "/api/v1/quotes", asked)
        if quote is None:
            return
        held = await self._call(client, figures, "hold", "POST", "/api/v1/bookings", {"quote_id": quote["id"]})
        if held is None:
            return
        if await self._call(client, figures, "confirm", "POST", f"/api/v1/bookings/{held['id']}/confirm"):
            figures.booked += 1

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
