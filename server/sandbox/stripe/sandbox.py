"""The stand-in for Stripe as a whole: its memory, its API, its pages, and what it does by itself."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import structlog
from fastapi.responses import Response, StreamingResponse

from server.core.settings import SANDBOX_STRIPE_KEY
from server.sandbox.stripe import calls, deliveries, faults, gateway, timeline
from server.sandbox.stripe.calls import Answer, Call
from server.sandbox.stripe.faults import Fault, FaultKind
from server.sandbox.stripe.memory import Memory
from server.sandbox.stripe.objects import webhooks
from server.sandbox.stripe.world import API_VERSION, World, now_in

log = structlog.get_logger(__name__)

MOUNT = "/sandbox/stripe"
SECRET_KEY = SANDBOX_STRIPE_KEY
LOOK_SECONDS = 0.25
"""How often it looks for what is due and what is to be delivered."""

Answered = TypeVar("Answered")


@dataclass(frozen=True)
class Webhook:
    """An endpoint that is there from the start, with the secret its deliveries are signed with."""

    url: str
    secret: str


class StripeSandbox:
    """A Stripe account in test mode, kept in a file."""

    def __init__(
        self, file: Path, public_url: str, *, secret_key: str = SECRET_KEY, webhook: Webhook | None = None
    ) -> None:
        """`public_url`: where browsers reach the server it is a part of, such as `http://localhost:8000`."""
        self.origin = f"{public_url}{MOUNT}"
        self.memory = Memory(file, self._prepare)
        self._secret_key, self._webhook = secret_key, webhook
        self._running: set[str] = set()
        self._woken = asyncio.Event()
        self._delivering = asyncio.Lock()

    def _prepare(self, db: sqlite3.Connection) -> None:
        if self._webhook is not None:
            webhooks.ensure(World(db, self.origin, now_in(db)), self._webhook.url, self._webhook.secret)

    async def act(self, act: Callable[[World], Answered]) -> Answered:
        """Do something at this instant of the sandbox's clock, after all that is due."""

        def work(db: sqlite3.Connection) -> Answered:
            return act(World(db, self.origin, timeline.catch_up(db, self.origin)))

        return await self.memory.work(work)

    async def advance(self, seconds: int) -> int:
        """Move the sandbox's clock forward; what it shows then, in seconds since 1970."""
        return await self.memory.work(lambda db: timeline.advance(db, self.origin, seconds))

    async def answer(self, call: Call) -> Response:
        """Answer a request to the API."""
        if (problem := calls.refused(call, self._secret_key)) is not None:
            return _response(call, calls.error_answer(problem))
        fault = await self.memory.work(lambda db: faults.take(db, call.method, call.path))
        if (problem := faults.refusal(fault)) is not None:
            return _response(call, calls.error_answer(problem))
        if call.key is None:
            return await self._answer(call, fault)
        if call.key in self._running:
            return _response(call, calls.error_answer(calls.in_use()))
        self._running.add(call.key)
        try:
            return await self._answer(call, fault)
        finally:
            self._running.discard(call.key)

    async def _answer(self, call: Call, fault: Fault | None) -> Response:
        kind = None if fault is None else fault.kind
        if fault is not None and kind is FaultKind.HANG_BEFORE:
            await self._hang(fault.seconds)
        if kind is FaultKind.DROP_BEFORE:
            return _dropped()
        answer = await self.memory.work(lambda db: calls.perform(db, self.origin, call, fault))
        if fault is not None and kind is FaultKind.HANG_AFTER:
            await self._hang(fault.seconds)
        return _dropped() if kind is FaultKind.DROP_AFTER else _response(call, answer)

    async def _hang(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), seconds)

    def wake(self) -> None:
        """Let every request that hangs now go on."""
        self._woken.set()
        self._woken = asyncio.Event()

    async def deliver(self) -> list[str]:
        """Deliver every event that is due, once each (or as often as the plan says); what came back, in words."""
        async with self._delivering, gateway.client() as client:
            found = await self.memory.work(lambda db: deliveries.waiting(db, self.origin))
            said = []
            for delivery in found:
                taken, reply = await gateway.post(client, delivery.url, delivery.payload, delivery.secret)
                await self.memory.work(_settling(self.origin, delivery, taken, reply))
                said.append(f"{delivery.type} {delivery.event}: {reply}")
        return said

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Let things happen and events go out by themselves, for as long as a server runs."""
        going = asyncio.create_task(self._go_on())
        try:
            yield
        finally:
            going.cancel()
            with suppress(asyncio.CancelledError):
                await going
            self.memory.close()

    async def _go_on(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if self.memory.is_empty:
                continue
            try:
                await self.act(lambda _: None)
                await self.deliver()
            except Exception:
                log.exception("stripe_sandbox_stumbled")

    async def now(self) -> int:
        """What the sandbox's clock shows, in seconds since 1970."""
        return await self.memory.work(now_in)


def _settling(
    origin: str, delivery: deliveries.Delivery, taken: bool, said: str
) -> Callable[[sqlite3.Connection], None]:
    return lambda db: deliveries.settle(db, origin, delivery, taken, said)


def _response(call: Call, answer: Answer) -> Response:
    headers = {"Request-Id": call.id, "Stripe-Version": API_VERSION, **answer.headers}
    if call.key is not None:
        headers["Idempotency-Key"] = call.key
    body = json.dumps(answer.body, indent=2)
    return Response(body, status_code=answer.status, headers=headers, media_type="application/json")


def _dropped() -> Response:
    """An answer that ends before it is whole: the server gives the connection up."""

    async def nothing() -> AsyncIterator[bytes]:
        yield b"{"

    return StreamingResponse(nothing(), headers={"Content-Length": "2"}, media_type="application/json")
