"""Browser tests need a Chromium. Without one they are left out, and the run says so in its last line.

With `CI=true` leaving them out is a failure: nobody reads the last line there.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
INSTALL = "apt-get install chromium, or set CHROMIUM to one you have"
_LEFT_OUT = pytest.StashKey[int]()


def chromium() -> str | None:
    """The Chromium to drive: the one that CHROMIUM names, else the first on the path."""
    named = os.environ.get("CHROMIUM")
    return shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Whatever lies in tests/browser is a browser test; without Chromium none of them is run."""
    for item in items:
        if Path(__file__).parent / "browser" in item.path.parents:
            item.add_marker("browser")


@pytest.hookimpl(trylast=True, specname="pytest_collection_modifyitems")
def pytest_leave_out_browser_tests(config: pytest.Config, items: list[pytest.Item]) -> None:
    """After `-m` and `-k` had their say, so that only what was asked for counts as left out."""
    left_out = [item for item in items if item.get_closest_marker("browser")] if chromium() is None else []
    config.stash[_LEFT_OUT] = len(left_out)
    if left_out:
        items[:] = [item for item in items if not item.get_closest_marker("browser")]
        config.hook.pytest_deselected(items=left_out)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object) -> None:
    """A worker of pytest-xdist tells how many it left out; all of them collect the same."""
    worker, output = getattr(node, "config", None), getattr(node, "workeroutput", {})
    if worker is not None:
        worker.stash[_LEFT_OUT] = output.get("browser_tests_left_out", 0)


@pytest.hookimpl(wrapper=True)
def pytest_sessionfinish(session: pytest.Session) -> Iterator[None]:
    """Pass the count on from a worker; in CI, fail."""
    yield
    left_out = session.config.stash.get(_LEFT_OUT, 0)
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["browser_tests_left_out"] = left_out
    elif left_out and os.environ.get("CI") == "true":
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_unconfigure(config: pytest.Config) -> None:
    """The last line of the run."""
    left_out = config.stash.get(_LEFT_OUT, 0)
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if left_out and terminal and not hasattr(config, "workeroutput"):
        terminal.write_line(f"{left_out} browser tests did not run: no Chromium was found. {INSTALL}.")
