"""Stripe's stand-in over a real socket, reached by Stripe's own SDK."""

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import stripe
from fastapi import FastAPI, Request, Response
from stripe import StripeClient

from server.core.settings import Settings
from server.launch import answer
from server.sandbox.stripe.__main__ import app_of
from server.sandbox.stripe.sandbox import MOUNT, SECRET_KEY, StripeSandbox, Webhook
from tests.served import ROOT

STRIPE_TEST_KEY = "STRIPE_TEST_KEY"
"""The variable that holds a secret key of a test account at Stripe."""
_ASKS_STRIPE = "tests/server/payments/test_gateway.py"
STAY = [{"quantity": 1, "price_data": {"currency": "gbp", "unit_amount": 41_200, "product_data": {"name": "Stay"}}}]
"""The lines of a session about £412.00."""
SUCCESS_URL = "https://estospaces.example/paid?session={CHECKOUT_SESSION_ID}"
CHECKOUT = {
    "mode": "payment",
    "success_url": SUCCESS_URL,
    "allowed_payment_method_types": ["card"],
    "line_items": STAY,
}
"""The least that a session needs."""


def sdk(url: str, key: str = SECRET_KEY) -> StripeClient:
    """Stripe's client, talking to a sandbox at an address."""
    return StripeClient(
        key,
        base_addresses={"api": f"{url}{MOUNT}"},
        http_client=stripe.HTTPXClient(timeout=60),
        max_network_retries=0,
    )


@dataclass
class Provider:
    """A running sandbox: what we call, what people see, and what is set on its control page."""

    url: str
    stripe: StripeClient
    http: httpx.AsyncClient

    async def control(self, path: str, /, **sent: Any) -> Any:
        """Post a form of the control page; what it tells. Fails when it is refused."""
        reply = await self.http.post(f"{MOUNT}/control/{path}", data={name: str(value) for name, value in sent.items()})
        assert reply.status_code == 200, reply.text
        return reply.json()

    async def advance(self, seconds: int = 0, *, minutes: int = 0, hours: int = 0, days: int = 0) -> int:
        """Move its clock forward; what it shows then."""
        total = seconds + 60 * (minutes + 60 * (hours + 24 * days))
        now: int = (await self.control("clock", seconds=total))["now"]
        return now

    async def now(self) -> int:
        """What its clock shows."""
        return await self.advance(0)

    async def press(self, id_: str, button: str, **sent: Any) -> Any:
        """Press a button of the control page."""
        return await self.control(f"objects/{id_}/{button}", **sent)

    async def fault(self, kind: str, path: str = "/v1/", **sent: Any) -> None:
        """Let the next request to a path go wrong."""
        await self.control("settings/faults", kind=kind, path=path, **sent)

    async def session(self, **params: Any) -> stripe.checkout.Session:
        """A new Checkout session about £412.00."""
        return await self.stripe.v1.checkout.sessions.create_async({**CHECKOUT, **params})  # type: ignore[arg-type]

    async def pay(
        self, session: stripe.checkout.Session, number: str = "4242424242424242", **sent: str
    ) -> httpx.Response:
        """Pay on a session's page, with a test card. `sent`: `saves` ticks the box, `saved` chooses a saved card."""
        assert session.url is not None
        typed = {"number": number, "email": "ann@example.com", "name": "Ann"}
        return await self.http.post(session.url, data={**typed, **sent})

    async def paid(self, number: str = "4242424242424242", **params: Any) -> stripe.PaymentIntent:
        """The payment of a session that somebody paid; it has its balance transaction, if it is captured."""
        session = await self.session(**params)
        reply = await self.pay(session, number)
        assert reply.status_code == 303, reply.text
        await self.advance(2)
        found = await self.stripe.v1.checkout.sessions.retrieve_async(session.id, {"expand": ["payment_intent"]})
        assert isinstance(found.payment_intent, stripe.PaymentIntent)
        return found.payment_intent

    async def charge_of(self, intent: stripe.PaymentIntent) -> stripe.Charge:
        """The latest charge of a payment."""
        assert isinstance(intent.latest_charge, str)
        return await self.stripe.v1.charges.retrieve_async(intent.latest_charge, {"expand": ["balance_transaction"]})

    async def balance(self, currency: str = "gbp") -> int:
        """Available and pending together."""
        found = await self.stripe.v1.balance.retrieve_async()
        return sum(part.amount for part in (*found.available, *found.pending) if part.currency == currency)

    async def events(self) -> list[str]:
        """The types of all events, the oldest first."""
        found = await self.stripe.v1.events.list_async({"limit": 100})
        return [event.type for event in reversed(found.data)]


@dataclass
class Receiver:
    """A webhook endpoint of ours that keeps what it gets."""

    url: str = ""
    status: int = 200
    got: list[tuple[bytes, str]] = field(default_factory=list)
    """Bodies and their signatures."""
    came: asyncio.Event = field(default_factory=asyncio.Event)

    async def arrived(self) -> None:
        """Wait until something has come. Fails after ten seconds."""
        async with asyncio.timeout(10):
            await self.came.wait()

    @property
    def types(self) -> list[str]:
        """The types of what came, in order."""
        return [json.loads(body)["type"] for body, _ in self.got]


@asynccontextmanager
async def served(app: FastAPI, settings: Settings, listener: socket.socket) -> AsyncIterator[None]:
    """An app on a socket."""
    stop, ready = asyncio.Event(), asyncio.Event()
    serving = asyncio.create_task(answer(app, settings, listener, stop, ready.set))
    serving.add_done_callback(lambda _: ready.set())
    await ready.wait()
    try:
        yield
    finally:
        stop.set()
        await serving


@asynccontextmanager
async def running(file: Path, settings: Settings, webhook: Webhook | None = None) -> AsyncIterator[Provider]:
    """A sandbox on a file."""
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    async with (
        served(app_of(StripeSandbox(file, url, webhook=webhook)), settings, listener),
        httpx.AsyncClient(base_url=url, timeout=60) as http,
    ):
        yield Provider(url, sdk(url), http)


@contextmanager
def process(file: Path, port: int = 0) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The sandbox as a process of its own, and its address."""
    command = [sys.executable, "-m", "server.sandbox.stripe", "--file", str(file), "--port", str(port)]
    running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert running.stdout is not None
    try:
        port = int(running.stdout.readline())
        yield running, f"http://127.0.0.1:{port}"
    finally:
        running.kill()
        running.wait()
        running.stdout.close()


@pytest.fixture
async def provider(tmp_path: Path, settings: Settings) -> AsyncIterator[Provider]:
    """A sandbox in which nothing has happened yet."""
    async with running(tmp_path / "stripe.sqlite3", settings) as found:
        yield found


@pytest.fixture(scope="session")
def stripe_examples() -> dict[str, dict[str, Any]]:
    """Stripe's own example objects by kind; skips where they are not beside the project (never in a user's clone)."""
    root = Path(os.environ.get("ESTOSPACES_SHARED", Path(__file__).parents[2] / "shared"))
    file = root / "data" / "stripe_fixtures3.json"
    if not file.exists():
        pytest.skip(f"Stripe's example objects are not here: {file.name}")
    found: dict[str, dict[str, Any]] = json.loads(file.read_text())["resources"]
    return found


@pytest.fixture
async def receiver(settings: Settings) -> AsyncIterator[Receiver]:
    """A webhook endpoint that takes everything until told otherwise."""
    app, kept = FastAPI(), Receiver()

    @app.post("/hook")
    async def hook(request: Request) -> Response:
        kept.got.append((await request.body(), request.headers["stripe-signature"]))
        kept.came.set()
        return Response(status_code=kept.status)

    listener = socket.create_server(("127.0.0.1", 0))
    kept.url = f"http://127.0.0.1:{listener.getsockname()[1]}/hook"
    async with served(app, settings, listener):
        yield kept


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say whether Stripe itself was asked, where it would have been."""
    ran = any(
        getattr(report, "nodeid", "").startswith(_ASKS_STRIPE)
        for reports in terminalreporter.stats.values()
        for report in reports
    )
    if ran and STRIPE_TEST_KEY not in os.environ:
        terminalreporter.write_line(f"Stripe itself was not asked: {STRIPE_TEST_KEY} is not set. The sandbox was.")
