"""The product under attack: `estospaces` in a process of its own, with people and homes for the probe."""

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest
from pydantic import SecretStr

from server.auth.rules import NOWHERE
from server.auth.service import accounts
from server.auth.sessions import service as sessions
from server.bookings.service import prices
from server.core import clock
from server.core.connections.registry import MAX_PER_ADDRESS
from server.core.database import Database
from server.core.identity import Identity
from server.core.ids import new_id
from server.core.settings import Environment, Settings
from shared_models.auth import ClientKind, Role
from shared_models.bookings import QuoteRequest
from tests.attacks.probe import Figures, Probe
from tests.databases import create_database, drop_database
from tests.product import SECRET, Product, running
from tests.server.bookings.test_races import a_home
from tests.server.stays import day

TENANTS = 6
HOMES_OF_EACH = 3
"""Enough nights for a tenant who books every second for as long as all attacks take."""
AS_IN_PRODUCTION = {"RATES": "{}", "MAX_CONNECTIONS_PER_ADDRESS": str(MAX_PER_ADDRESS)}
"""The limits that a server has when nobody sets any, and that tests are usually without."""
WAITING = 40
"""How many tenants want the same home at once."""


@dataclass(frozen=True)
class Caller:
    """Someone with an account and a live session."""

    identity: Identity
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@dataclass
class Attacked:
    """A running product, the probe's people and homes, and what an attacker may have: an account, some quotes."""

    product: Product
    database: Database
    database_url: str
    probe: Probe
    attacker: Caller
    locked_home: UUID
    quotes: tuple[UUID, ...]
    quiet: list[Figures] = field(default_factory=list)
    """What the probe met last while nobody attacked."""

    @property
    def port(self) -> int:
        return int(self.product.url.rpartition(":")[2])

    def memory(self) -> int:
        """The bytes that the process holds in memory."""
        fields = Path(f"/proc/{self.product.process.pid}/statm").read_text().split()
        return int(fields[1]) * os.sysconf("SC_PAGE_SIZE")


async def a_caller(database: Database, settings: Settings, *roles: Role) -> Caller:
    """Someone whose address is proved, signed in on a device."""
    async with database.transaction() as session:
        email, now = f"{new_id()}@example.com", clock.now()
        id_ = await accounts.add_person(session, email, "Someone", "no password", roles, verified_at=now)
        tokens = await sessions.open_session(session, settings, id_, ClientKind.DEVICE, NOWHERE)
    identity = sessions.read_access_token(settings, tokens.access_token)
    assert identity is not None
    return Caller(identity, tokens.access_token)


@pytest.fixture(scope="session")
async def attacked(
    postgres_url: str, worker_id: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Attacked]:
    """The whole product on a database of its own, with the limits of production."""
    name = f"estospaces_attacked_{worker_id}_{os.getpid()}"
    url = await create_database(postgres_url, name)
    settings = Settings(_env_file=None, environment=Environment.TEST, secret_key=SecretStr(SECRET))
    with running(url, tmp_path_factory.mktemp("attacked"), "--empty", **AS_IN_PRODUCTION) as product:
        database = Database(url, pool=4)
        landlord = await a_caller(database, settings, Role.LANDLORD)
        tenants = [await a_caller(database, settings, Role.TENANT) for _ in range(TENANTS)]
        homes = [[await a_home(database, landlord.identity.id) for _ in range(HOMES_OF_EACH)] for _ in tenants]
        attacker, wanted = await a_caller(database, settings, Role.TENANT), await a_home(database, landlord.identity.id)
        async with database.transaction() as session:
            asked = QuoteRequest(property_id=wanted, check_in=day(20), check_out=day(22), guests=1)
            quotes = tuple([(await prices.quote(session, attacker.identity, asked)).id for _ in range(WAITING)])
        probe = Probe(product.url, [tenant.headers for tenant in tenants], homes)
        yield Attacked(product, database, url, probe, attacker, wanted, quotes)
        await database.close()
    await drop_database(postgres_url, name)


@pytest.fixture
async def locked_home(attacked: Attacked) -> AsyncIterator[UUID]:
    """The wanted home, its row locked by somebody who does nothing more."""
    connection = await asyncpg.connect(attacked.database_url)
    try:
        async with connection.transaction():
            await connection.execute("SELECT FROM property WHERE id = $1 FOR UPDATE", attacked.locked_home)
            yield attacked.locked_home
    finally:
        await connection.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what each attack cost, whatever became of its test."""
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    said = sorted(str(value) for report in reports for name, value in report.user_properties if name == "attack")
    if said:
        terminalreporter.section("attacks", sep="-")
        terminalreporter.write_line("\n".join(dict.fromkeys(said)))
