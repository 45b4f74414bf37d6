"""One person cannot stop everybody: each attack runs beside a probe that searches and books.

What must hold is what the issue of firmness asks: no booking of the probe fails, its answers take at most five times as
long as on a quiet server, and the memory comes back. Quiet is measured right before and right after each attack, so
that a machine that does other work is compared with itself.
"""

import asyncio
import sys
import time
from collections.abc import Callable
from uuid import UUID

import httpx
import pytest

from tests.attacks.conftest import Attacked
from tests.attacks.floods import ATTACKS, SEARCHES
from tests.attacks.probe import Figures, typical
from tests.product import ROOT
from tests.server.stays import broken_promises

pytestmark = pytest.mark.prove

Record = Callable[[str, object], None]

QUIET_WINDOWS = 2
ATTACK_WINDOWS = 3
LEAD_SECONDS = 2
"""The probe looks once the attack runs."""
MAX_SECONDS = 180
"""An attack ends by itself, whatever becomes of the test."""
LEAST_CONNECTIONS = 4
SLOWER = 5
MEMORY = 1.10
MEMORY_SECONDS = 60


async def attack(attacked: Attacked, name: str) -> list[Figures]:
    """Run an attack in a process of its own; what the probe met meanwhile."""
    words = [name, str(attacked.port), "--seconds", str(MAX_SECONDS), "--token", attacked.attacker.token]
    words += ["--quotes", ",".join(map(str, attacked.quotes))]
    flood = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.attacks.floods", *words), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    try:
        await asyncio.sleep(LEAD_SECONDS)
        windows = await attacked.probe.watch(ATTACK_WINDOWS)
        assert flood.returncode is None, "the attack ended before the probe"
    finally:
        if flood.returncode is None:
            flood.terminate()
        opened, _ = await asyncio.wait_for(flood.communicate(), 30)
    assert int(opened) >= LEAST_CONNECTIONS, "there was no attack"
    return windows


async def memory_comes_back(attacked: Attacked, before: int) -> int:
    """The bytes held once they are back near those of before, or when the time for that is over."""
    end = time.monotonic() + MEMORY_SECONDS
    while (held := attacked.memory()) > before * MEMORY and time.monotonic() < end:  # noqa: ASYNC110 - nothing tells of it
        await asyncio.sleep(0.5)
    return held


@pytest.fixture(scope="session")
async def warm(attacked: Attacked) -> int:
    """The bytes held by a server that has answered everything before, and was never attacked."""
    async with httpx.AsyncClient(base_url=attacked.product.url, timeout=60) as client:
        await client.get("/app/main.dart.js")
        for search in SEARCHES:
            assert (await client.get(search)).status_code == 200, "the searches of the attacks are none"
        await client.post("/api/v1/auth/sign-in", json={"email": "ann@example.com", "password": "nobody has this one"})
    attacked.quiet = await attacked.probe.watch(QUIET_WINDOWS + 1)
    return attacked.memory()


@pytest.mark.parametrize("name", sorted(ATTACKS.keys() - {"holds_at_a_locked_home"}))
async def test_an_attack_does_not_stop_who_searches_and_books(
    attacked: Attacked, warm: int, name: str, record_property: Record
) -> None:
    await withstands(attacked, name, warm, record_property)


async def test_a_crowd_at_a_locked_home_does_not_stop_who_searches_and_books(
    attacked: Attacked, warm: int, locked_home: UUID, record_property: Record
) -> None:
    await withstands(attacked, "holds_at_a_locked_home", warm, record_property)


async def withstands(attacked: Attacked, name: str, warm: int, record: Record) -> None:
    """What must hold of the product under an attack. `warm` is what it held in memory before any, in bytes."""
    before = attacked.quiet[-QUIET_WINDOWS:]
    met = await attack(attacked, name)
    held = await memory_comes_back(attacked, warm)
    attacked.quiet = await attacked.probe.watch(QUIET_WINDOWS)
    quiet, loud = typical(before + attacked.quiet), typical(met)
    slower = {kind: loud[kind] / quiet[kind] for kind in quiet}
    worst = max(slower, key=slower.__getitem__)
    failures = [failure for figures in (*before, *met, *attacked.quiet) for failure in figures.failures]
    booked = sum(figures.booked for figures in met)
    times = f"{worst}: {quiet[worst] * 1000:.0f} ms, then {loud[worst] * 1000:.0f} ms"
    said = f"p95 x {slower[worst]:.2f} ({times}), {booked} booked, {len(failures)} failed, memory x {held / warm:.3f}"
    record("attack", f"{name:<24} {said}")
    assert failures == []
    assert booked > 0
    assert slower[worst] <= SLOWER, {kind: (quiet[kind], loud[kind]) for kind in quiet}
    assert held <= warm * MEMORY
    assert not await broken_promises(attacked.database)
