"""The gate before the browser tests, tried on a suite of two tests in a folder of its own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
LAST_LINE = "1 browser tests did not run: no Chromium was found."


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """One test that needs a browser, only by its place, and one that does not."""
    (tmp_path / "tests" / "browser").mkdir(parents=True)
    shutil.copy(TESTS / "browser_gate.py", tmp_path / "tests")
    (tmp_path / "tests" / "__init__.py").touch()  # else the project's own package of this name would win
    (tmp_path / "pytest.ini").write_text("[pytest]\npythonpath = .\nmarkers = browser: drives a real Chromium\n")
    (tmp_path / "tests" / "conftest.py").write_text('pytest_plugins = ["tests.browser_gate"]\n')
    (tmp_path / "tests" / "browser" / "test_seen.py").write_text("def test_seen():\n    pass\n")
    (tmp_path / "tests" / "test_told.py").write_text("def test_told():\n    pass\n")
    return tmp_path


def _run(suite: Path, *arguments: str, chromium: str, ci: str = "") -> tuple[int, list[str]]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "xdist", *arguments]
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "CHROMIUM": chromium, "CI": ci}
    run = subprocess.run(command, cwd=suite, env=environment, capture_output=True, text=True, check=False)
    return run.returncode, run.stdout.splitlines()


@pytest.mark.parametrize(
    ("workers", "ci", "code"), [("0", "", 0), ("0", "true", 1), ("1", "true", 1)], ids=["here", "in CI", "with workers"]
)
def test_without_chromium_the_run_ends_by_saying_what_is_missing(suite: Path, workers: str, ci: str, code: int) -> None:
    returned, lines = _run(suite, "-n", workers, chromium="no-such-browser", ci=ci)
    assert returned == code, lines
    assert lines[-1].startswith(LAST_LINE)
    assert "1 passed" in lines[-2]


def test_with_chromium_everything_runs_and_nothing_is_said(suite: Path) -> None:
    returned, lines = _run(suite, chromium=sys.executable, ci="true")
    assert returned == 0, lines
    assert "2 passed" in lines[-1]


def test_what_nobody_asked_for_is_not_missed(suite: Path) -> None:
    returned, lines = _run(suite, "-m", "not browser", chromium="no-such-browser", ci="true")
    assert returned == 0, lines
    assert "1 passed" in lines[-1]
