"""Write `requirements.lock` from the resolution, or with `--check` tell whether it still is the resolution.

The lock file carries versions and hashes and no download addresses, so it holds behind any mirror.
"""

import difflib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
EXPORT = ["uv", "export", "--quiet", "--upgrade", "--format", "requirements.txt"]
WITHOUT = ["--no-emit-project", "--no-header", "--no-annotate"]
HEADER = (
    "# Written by `poe lock`; checked by `poe lock-check`. Versions follow pyproject.toml and its exclude-newer date.\n"
)
SHOWN_LINES = 20


def resolution() -> str:
    """What uv resolves now, on every platform and Python we allow; stops with uv's own words when it cannot."""
    try:
        export = subprocess.run([*EXPORT, *WITHOUT], cwd=ROOT, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        sys.exit("uv was not found. Install it with: pip install uv")
    if export.returncode:
        sys.exit(f"uv could not resolve the dependencies:\n{export.stderr}")
    return HEADER + export.stdout


def difference(committed: str, resolved: str) -> list[str]:
    """The lines that differ, without context; empty when the two agree."""
    lines = difflib.unified_diff(committed.splitlines(), resolved.splitlines(), lineterm="", n=0)
    return [line for line in lines if line.startswith(("+", "-")) and not line.startswith(("+++", "---"))]


def check() -> None:
    """Stop with the first differences when the committed lock is not the resolution."""
    differences = difference(LOCK.read_text() if LOCK.exists() else "", resolution())
    if differences:
        more = len(differences) - SHOWN_LINES
        shown = "\n".join(differences[:SHOWN_LINES]) + (f"\n… and {more} more lines" if more > 0 else "")
        sys.exit(f"requirements.lock is not what pyproject.toml resolves to. Run `poe lock` and commit it.\n{shown}")


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        check()
    else:
        LOCK.write_text(resolution())
