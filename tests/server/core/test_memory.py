"""A served product is not for ever as large as its worst moment was."""

import subprocess
import sys
from threading import current_thread, main_thread

import pytest

from server.core import memory
from server.core.database import Database
from server.core.settings import Settings
from tests.raw import eventually
from tests.served import ROOT
from tests.serving import serving

# Large blocks, and above each a small one that stays: what glibc keeps for later is all below it.
PROGRAM = """
import os
from server.core.memory import trimmer

def held():
    return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

blocks, stay = [], []
for _ in range(2000):
    blocks.append(bytearray(60_000))
    stay.append(bytearray(600))
del blocks
before = held()
trimmer()(0)
print(before - held())
"""

needs_glibc = pytest.mark.skipif(memory.trimmer() is None, reason="the allocator of this machine is not glibc's")


@needs_glibc
def test_what_was_freed_between_things_that_stay_goes_back_to_the_system() -> None:
    said = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(said.stdout) > 90_000_000


async def test_a_served_product_gives_back_again_and_again_beside_its_loop(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    places: list[bool] = []

    def trim(_: int) -> int:
        places.append(current_thread() is main_thread())
        return 1

    monkeypatch.setattr(memory, "GIVE_BACK_SECONDS", 0.01)
    monkeypatch.setattr(memory, "trimmer", lambda: trim)
    async with serving(settings, database):
        await eventually(lambda: len(places) > 2, "the next time")
    assert not any(places)


@pytest.mark.parametrize("problem", [OSError, TypeError, AttributeError])
def test_another_allocator_is_left_alone(monkeypatch: pytest.MonkeyPatch, problem: type[Exception]) -> None:
    def library(_: None) -> object:
        raise problem

    monkeypatch.setattr(memory.ctypes, "CDLL", library)
    assert memory.trimmer() is None
