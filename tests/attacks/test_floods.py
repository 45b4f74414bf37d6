"""One person cannot stop everybody: each attack runs beside a probe that searches and books.

What must hold is what the issue of firmness asks: no booking of the probe fails, its answers take at most five times as
long as on a quiet server, and the memory comes back.
"""

import asyncio
import sys
import time
from uuid import UUID

import pytest

from tests.attacks.conftest import Attacked
from tests.attacks.floods import ATTACKS
from tests.attacks.probe import Figures
from tests.product import ROOT
from tests.server.stays import broken_promises

pytestmark = pytest.mark.prove

QUIET_SECONDS = 6
ATTACK_SECONDS = 10
LEAD_SECONDS = 2
"""The probe looks once the attack runs."""
MAX_SECONDS = 120
"""An attack ends by itself, whatever becomes of the test."""
LEAST_CONNECTIONS = 4
SLOWER = 5
MEMORY = 1.10
MEMORY_SECONDS = 60


async def attack(attacked: Attacked, name: str) -> Figures:
    """Run an attack in a process of its own; what the probe met meanwhile."""
    words = [name, str(attacked.port), "--seconds", str(MAX_SECONDS), "--token", attacked.attacker.token]
    words += ["--quotes", ",".join(map(str, attacked.quotes))]
    flood = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.attacks.floods", *words), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    try:
        await asyncio.sleep(LEAD_SECONDS)
        figures = await attacked.probe.watch(ATTACK_SECONDS)
        assert flood.returncode is None, "the attack ended before the probe"
    finally:
        if flood.returncode is None:
            flood.terminate()
        opened, _ = await asyncio.wait_for(flood.communicate(), 30)
    assert int(opened) >= LEAST_CONNECTIONS, "there was no attack"
    return figures


async def memory_comes_back(attacked: Attacked, before: int) -> int:
    """The bytes held once they are back near those of before, or when the time for that is over."""
    end = time.monotonic() + MEMORY_SECONDS
    while (held := attacked.memory()) > before * MEMORY and time.monotonic() < end:  # noqa: ASYNC110 - nothing tells of it
        await asyncio.sleep(0.5)
    return held


@pytest.fixture(scope="session")
async def warm(attacked: Attacked) -> int:
    """The bytes held by a server that has answered everything before, and was never attacked."""
    await attacked.probe.watch(QUIET_SECONDS)
    return attacked.memory()


@pytest.mark.parametrize("name", sorted(ATTACKS.keys() - {"holds_at_a_locked_home"}))
async def test_an_attack_does_not_stop_who_searches_and_books(attacked: Attacked, warm: int, name: str) -> None:
    await withstands(attacked, name, warm)


async def test_a_crowd_at_a_locked_home_does_not_stop_who_searches_and_books(
    attacked: Attacked, warm: int, locked_home: UUID
) -> None:
    await withstands(attacked, "holds_at_a_locked_home", warm)


async def withstands(attacked: Attacked, name: str, before: int) -> None:
    """What must hold of the product under an attack. `before` is what it held in memory before any, in bytes."""
    quiet = await attacked.probe.watch(QUIET_SECONDS)
    assert not quiet.failures
    met = await attack(attacked, name)
    held = await memory_comes_back(attacked, before)
    print(f"\n{name}\n  quiet  {quiet}\n  attack {met}\n  memory {before / 1e6:.0f} MB, then {held / 1e6:.0f} MB")  # noqa: T201
    assert not met.failures
    assert met.booked > 0
    slower = {kind: met.p95(kind) / quiet.p95(kind) for kind in quiet.seconds}
    assert max(slower.values()) <= SLOWER, slower
    assert held <= before * MEMORY
    assert not await broken_promises(attacked.database)
