"""Someone who searches and books all the while, and notes how long each answer took.

The probe is the measure of an attack: what counts is not what the attacker is told, but what everybody else meets.
"""

import asyncio
import itertools
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any
from uuid import UUID

import httpx

from tests.server.stays import quote_request

WINDOW_SECONDS = 4
PAUSE_SECONDS = 1.0
"""Between two rounds of a tenant: a person, not a flood, and slower than a person's budget of calls (decision 0014)."""
CLIENT_SECONDS = 20
LAST_NIGHT = 300


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
        if await self._call(client, figures, "pay", "POST", f"/api/v1/bookings/{held['id']}/payment"):
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
