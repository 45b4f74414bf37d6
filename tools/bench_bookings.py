"""How fast stays are booked: quote, hold, confirm over a real socket, many clients, each at a home of their own.

    python -m tools.bench_bookings --clients 20 --rounds 20

Starts a PostgreSQL of its own that is safe against power loss (or uses `--database-url`, an empty database), and the
server as one process. Clients and server share the machine, so the numbers are what this machine does in all.
"""

import argparse
import asyncio
import os
import platform
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from statistics import quantiles
from typing import Any
from uuid import UUID

import httpx

from server import schema
from server.core.database import Database
from server.core.embedded_postgres.server import EmbeddedPostgres
from shared_models.auth import Role
from tests.served import crowd, served
from tests.server.bookings.test_races import a_home
from tests.server.stays import broken_promises, request

STEPS = ("quote", "hold", "confirm")
Took = defaultdict[str, list[float]]


async def book(url: str, headers: dict[str, str], home: UUID, rounds: int, took: Took) -> None:
    """One client who books one stay after the other, and how long each step took (seconds)."""
    async with httpx.AsyncClient(base_url=f"{url}/api/v1", headers=headers, timeout=60, verify=False) as client:

        async def step(name: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
            began = time.perf_counter()
            reply = await client.post(path, json=body)
            took[name].append(time.perf_counter() - began)
            reply.raise_for_status()
            answer: dict[str, Any] = reply.json()
            return answer

        for number in range(rounds):
            began = time.perf_counter()
            kept = await step("quote", "/quotes", request(home, 2 * number + 1, 2 * number + 3))
            held = await step("hold", "/bookings", {"quote_id": kept["id"]})
            await step("confirm", f"/bookings/{held['id']}/confirm")
            took["all three"].append(time.perf_counter() - began)


async def measure(database_url: str, clients: int, rounds: int) -> None:
    """Book, then print a table."""
    database = Database(database_url)
    await schema.migrate(database)
    (landlord, _), *tenants = await crowd(database, 1 + clients, Role.TENANT, Role.LANDLORD)
    homes = [await a_home(database, landlord) for _ in tenants]
    with served(database_url) as server:
        for _, headers in tenants[:2]:  # wake everything up
            await book(server.url, headers, await a_home(database, landlord), 2, defaultdict(list))
        took: Took = defaultdict(list)
        began = time.perf_counter()
        await asyncio.gather(
            *(book(server.url, headers, home, rounds, took) for home, (_, headers) in zip(homes, tenants, strict=True))
        )
        seconds = time.perf_counter() - began
    broken = await broken_promises(database)
    await database.close()
    booked = clients * rounds
    print(f"{clients} clients x {rounds} stays, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{booked / seconds:.1f} stays booked a second, {3 * booked / seconds:.0f} requests a second")
    print(f"{'step':<10}{'p50 ms':>10}{'p95 ms':>10}{'max ms':>10}")
    for name in (*STEPS, "all three"):
        cuts = quantiles(took[name], n=100)
        print(f"{name:<10}{cuts[49] * 1000:>10.1f}{cuts[94] * 1000:>10.1f}{max(took[name]) * 1000:>10.1f}")
    print(f"broken promises: {len(broken)}")


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--database-url")
    given = parser.parse_args()
    if given.database_url:
        asyncio.run(measure(given.database_url, given.clients, given.rounds))
        return
    with tempfile.TemporaryDirectory(prefix="estospaces-bench-") as folder:
        postgres = EmbeddedPostgres(Path(folder) / "server")
        try:
            asyncio.run(measure(postgres.start(), given.clients, given.rounds))
        finally:
            postgres.remove()


if __name__ == "__main__":
    main()
