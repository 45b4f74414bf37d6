"""The real app over a real socket, in a process of its own: `with served(url) as server`.

In-process tests hide sockets, commit-after-reply and what a killed process leaves; this does not.
"""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server import launch
from server.auth import rules
from server.auth.service import accounts
from server.auth.sessions.tables import SessionTable
from server.core import clock
from server.core.database import Database
from server.core.identity import Identity
from server.core.ids import new_id
from server.core.keys import Use, key_for
from server.core.settings import Environment, Settings
from shared_models.auth import ClientKind, Role

SECRET = "a secret only for tests, long enough"
KEY = key_for(SECRET, Use.ACCESS_TOKENS)
ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Served:
    """A running server process."""

    url: str
    process: subprocess.Popen[str]

    def kill(self) -> None:
        """What `kill -9` does: no time for anything."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def serve(database_url: str, *, files: int | None = None) -> Served:
    """Start a server on a free port, which may open so many `files`, and wait until it takes connections."""
    limited = [] if files is None else ["sh", "-c", f'ulimit -n {files} && exec "$@"', "sh"]
    process = subprocess.Popen(
        [*limited, sys.executable, "-m", "tests.served"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database_url, "SECRET_KEY": SECRET, "ENVIRONMENT": Environment.TEST.value},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    port = process.stdout.readline().strip()
    assert port, "the server did not start"
    return Served(f"http://127.0.0.1:{port}", process)


@contextmanager
def served(database_url: str, *, files: int | None = None) -> Iterator[Served]:
    """A server for as long as this is open."""
    server = serve(database_url, files=files)
    try:
        yield server
    finally:
        server.process.terminate()
        try:
            server.process.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()


async def crowd(database: Database, size: int, *roles: Role) -> list[tuple[UUID, dict[str, str]]]:
    """Many people with accounts, quickly: who each is, and the header that says so."""
    found = []
    async with database.transaction() as session:
        for _ in range(size):
            id_ = new_id()
            person = await accounts.add_person(
                session, f"{id_}@example.com", f"Person {id_}", "no password", roles, verified_at=clock.now()
            )
            token = await a_token(session, person, *roles)
            found.append((person, {"Authorization": f"Bearer {token}"}))
    return found


async def a_token(session: AsyncSession, person: UUID, *roles: Role) -> str:
    """An access token of a session of someone's, which lives for an hour; no password is checked for it."""
    ends = clock.now() + timedelta(hours=1)
    row = SessionTable(identity_id=person, client=ClientKind.DEVICE.value, token_hash=str(new_id()), expires_at=ends)
    session.add(row)
    await session.flush()
    return rules.sign(Identity(person, row.id, frozenset(roles)), KEY, clock.now(), timedelta(hours=1))


async def _main() -> None:
    settings = Settings(_env_file=None, port=0)
    assert settings.database_url is not None
    listener = launch.listen(settings)
    settings.port = listener.getsockname()[1]
    sys.stdout.write(f"{settings.port}\n")
    sys.stdout.flush()
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody reads on
    async with launch.open_database(settings.database_url.get_secret_value(), settings) as database:
        with launch.stop_on_signals() as stop:
            await launch.serve(settings, database, listener, stop, lambda: None)


if __name__ == "__main__":
    asyncio.run(_main())
