"""Write `requirements.lock`, or with `--check` tell whether it still answers what pyproject.toml asks for.

The lock file carries versions and hashes and no download addresses, so it holds behind any mirror. What it holds stays
until pyproject.toml asks for something else: an index that gains a version, or a file of one, changes nothing here.
`--upgrade` takes the newest that pyproject.toml and its exclude-newer date allow.
"""

import difflib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
COMPILE = ["uv", "pip", "compile", "--quiet", "pyproject.toml", "--group", "server", "--group", "dev"]
FOR_EVERYONE = ["--universal", "--generate-hashes", "--no-annotate", "--no-header"]
HEADER = "# Written by `poe lock`; checked by `poe lock-check`.\n"
SHOWN_LINES = 20


def resolution(*, upgrade: bool = False) -> str:
    """What pyproject.toml asks for on every platform and Python we allow, as near to the lock file as it can be.

    Stops with uv's own words when there is no answer.
    """
    with tempfile.TemporaryDirectory() as folder:
        found = Path(folder) / LOCK.name
        if LOCK.exists() and not upgrade:
            shutil.copy(LOCK, found)  # uv keeps what stands in the file it writes
        try:
            command = [*COMPILE, *FOR_EVERYONE, "--output-file", str(found)]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        except FileNotFoundError:
            sys.exit("uv was not found. Install it with: pip install uv")
        if done.returncode:
            sys.exit(f"uv could not resolve the dependencies:\n{done.stderr}")
        return HEADER + found.read_text()


def difference(committed: str, resolved: str) -> list[str]:
    """The requirements that differ, hashes aside; empty when the two agree."""
    lines = difflib.unified_diff(_requirements(committed), _requirements(resolved), lineterm="", n=0)
    return [line for line in lines if line.startswith(("+", "-")) and not line.startswith(("+++", "---"))]


def _requirements(lock: str) -> list[str]:
    return [line.removesuffix(" \\") for line in lock.splitlines() if line and not line.startswith((" ", "#"))]


def check() -> None:
    """Stop with the first differences when the committed lock is not the resolution."""
    differences = difference(LOCK.read_text() if LOCK.exists() else "", resolution())
    if differences:
        more = len(differences) - SHOWN_LINES
        shown = "\n".join(differences[:SHOWN_LINES]) + (f"\n… and {more} more lines" if more > 0 else "")
        sys.exit(f"requirements.lock is not what pyproject.toml asks for. Run `poe lock` and commit it.\n{shown}")


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        check()
    else:
        LOCK.write_text(resolution(upgrade="--upgrade" in sys.argv[1:]))
