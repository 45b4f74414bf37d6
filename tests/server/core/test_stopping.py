"""Whatever hangs, the process ends in time, and says so where it had to be cut off."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from server.core import stopping
from server.core.embedded_postgres import process

ROOT = Path(__file__).parents[3]
# One who hangs for ever once it is asked to stop, with something that must not outlive it.
HANGS = """
import sys, threading
from server.core import stopping
stopping.STOP_SECONDS, stopping.LAST_RESORT_SECONDS = 3.0, 0.3
for_ever = threading.Event()
what_is_left = {"ends": lambda: print("ended", flush=True), "hangs": for_ever.wait}[sys.argv[1]]
with stopping.not_left_behind(what_is_left):
    stopping.within_deadline(exit_code=7)
    stopping.within_deadline(exit_code=8)
    for_ever.wait()
"""
# One that ends by itself.
ENDS = """
import sys
from server.core import stopping
stopping.within_deadline(exit_code=7)
sys.exit(5)
"""


def run(program: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program, *words], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.parametrize(("what_is_left", "said"), [("ends", "ended\n"), ("hangs", "")])
def test_a_process_that_hangs_is_ended_in_one_line_and_leaves_nothing_behind(what_is_left: str, said: str) -> None:
    ended = run(HANGS, what_is_left)
    assert (ended.returncode, ended.stdout) == (7, said)
    assert ended.stderr.startswith("estospaces: Not all ended in time")
    assert ended.stderr.count("\n") == 1


def test_the_last_resort_leaves_time_to_end_what_would_outlive_us() -> None:
    _, for_a_kill = process.STOP_SIGNALS[-1]
    assert 0.5 + for_a_kill <= stopping.STOP_SECONDS - stopping.LAST_RESORT_SECONDS


def test_a_process_that_ends_by_itself_keeps_its_exit_code_and_says_nothing() -> None:
    began = time.monotonic()
    ended = run(ENDS)
    assert (ended.returncode, ended.stdout, ended.stderr) == (5, "", "")
    assert time.monotonic() - began < 8
