"""The product as people start it, in a process of its own: `with running(url, folder) as product`.

`estospaces` itself: migrations, uvicorn, worker and web client. In-process tests hide all of that.
"""

import os
import queue
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[1]
SECRET = "a secret only for tests, long enough"
START_SECONDS = 120
STOP_SECONDS = 30
ESTOSPACES = (sys.executable, "-c", "from server.cli import main; main()")
"""The `estospaces` command, installed or not."""
_READY = re.compile(r"EstoSpaces is ready: (http://\S+)")


@dataclass(frozen=True)
class Product:
    """A running product."""

    url: str
    process: subprocess.Popen[str]
    environment: Mapping[str, str]
    seconds_to_ready: float
    said: list[str] = field(default_factory=list)
    """The lines it printed so far."""

    def command(self, *words: str, **more_environment: str) -> str:
        """Run another `estospaces` command on the same database; what it printed. Raises AssertionError if it fails."""
        return command(words, {**self.environment, **more_environment})


def environment(database_url: str | None, folder: Path) -> dict[str, str]:
    """The environment of a product with a database and files of its own (None: an embedded database)."""
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "PUBLIC_URL", "PORT")}
    given = {"DATABASE_URL": database_url} if database_url is not None else {}
    data = {"DATA_DIR": str(folder), "SECRET_KEY": SECRET, "ENVIRONMENT": "test", "PYTHONUNBUFFERED": "1"}
    return kept | given | data


def command(words: Sequence[str], given: Mapping[str, str]) -> str:
    """Run an `estospaces` command to its end; what it printed. Raises AssertionError when it fails."""
    done = subprocess.run(
        [*ESTOSPACES, *words],
        cwd=ROOT,
        env=dict(given),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, f"estospaces {' '.join(words)}: {done.stdout}"
    return done.stdout


@contextmanager
def running(database_url: str | None, folder: Path, *options: str, **more_environment: str) -> Iterator[Product]:
    """The product on a free port until this is left. Raises AssertionError, with its output, when it does not start."""
    given = {**environment(database_url, folder), **more_environment}
    begun = time.monotonic()
    process = subprocess.Popen(
        [*ESTOSPACES, "--port", "0", *options],
        cwd=ROOT,
        env=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said: list[str] = []
    try:
        url = _address(process, said)
        yield Product(url, process, given, time.monotonic() - begun, said)
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _address(process: subprocess.Popen[str], said: list[str]) -> str:
    """The address it prints when it is ready. What it prints later is read too, so that its pipe never fills."""
    assert process.stdout is not None
    lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    threading.Thread(target=_drain, args=(process.stdout, lines, said), daemon=True).start()
    end = time.monotonic() + START_SECONDS
    while (left := end - time.monotonic()) > 0:
        try:
            line = lines.get(timeout=left)
        except queue.Empty:
            break
        if line is None:
            raise AssertionError(f"the product ended before it was ready:\n{''.join(said)}")
        if found := _READY.search(line):
            return found[1]
    raise AssertionError(f"the product was not ready within {START_SECONDS} s:\n{''.join(said)}")


def _drain(pipe: IO[str], lines: "queue.SimpleQueue[str | None]", said: list[str]) -> None:
    for line in pipe:
        said.append(line)
        lines.put(line)
    lines.put(None)
