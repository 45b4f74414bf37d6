"""What the sandbox remembers: one SQLite file, one transaction for each thing it does.

A provider that forgets at a restart proves nothing. What was answered is on the disk (write-ahead log): a process that
is killed loses nothing of it.
"""

import asyncio
import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from server.core.private_files import make_private

BUSY_SECONDS = 10.0
"""How long another process on the same file is waited for."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS object (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    body TEXT NOT NULL CHECK (json_valid(body)),
    hidden TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(hidden))
);
CREATE INDEX IF NOT EXISTS object_of_kind ON object (kind, seq);
CREATE TABLE IF NOT EXISTS due (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    what TEXT NOT NULL,
    about TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS due_in_order ON due (at, seq);
CREATE TABLE IF NOT EXISTS answer (
    key TEXT PRIMARY KEY,
    asked TEXT NOT NULL,
    request TEXT NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS delivery (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    event TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    due INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'delivered', 'given_up')),
    said TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS delivery_waiting ON delivery (due, seq) WHERE state = 'waiting';
CREATE TABLE IF NOT EXISTS fault (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    kind TEXT NOT NULL,
    times INTEGER NOT NULL,
    seconds REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""

Answer = TypeVar("Answer")


class Memory:
    """The file. It is opened when it is first needed, by the one thread that works on it."""

    def __init__(self, file: Path, prepare: Callable[[sqlite3.Connection], None]) -> None:
        """`prepare` is done once, when the file is opened."""
        self.file, self._prepare = file, prepare
        self._thread: ThreadPoolExecutor | None = None
        self._open: sqlite3.Connection | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nobody ever asked for anything."""
        return self._open is None and not self.file.exists()

    async def work(self, act: Callable[[sqlite3.Connection], Answer]) -> Answer:
        """Do something in a transaction: it is on the disk when this returns, and undone when `act` raises.

        A caller that goes away does not stop it, as with the provider it stands in for.
        """
        if self._thread is None:
            self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="stripe-sandbox")
        return await asyncio.shield(asyncio.get_running_loop().run_in_executor(self._thread, self._transaction, act))

    def close(self) -> None:
        """Let go of the file, after what is under way."""
        if self._thread is not None:
            self._thread.submit(self._close)
            self._thread.shutdown()
            self._thread = None

    def _transaction(self, act: Callable[[sqlite3.Connection], Answer]) -> Answer:
        connection = self._connection()
        connection.execute("BEGIN IMMEDIATE")
        try:
            done = act(connection)
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")
        return done

    def _connection(self) -> sqlite3.Connection:
        if self._open is None:
            make_private(self.file.parent)
            os.close(os.open(self.file, os.O_RDWR | os.O_CREAT, 0o600))  # SQLite would let everybody read it
            # It must be ours to begin and end transactions: `isolation_level=None`.
            opened = sqlite3.connect(self.file, timeout=BUSY_SECONDS, isolation_level=None)
            opened.row_factory = sqlite3.Row
            opened.execute("PRAGMA journal_mode = WAL")
            opened.execute("PRAGMA synchronous = NORMAL")
            opened.executescript(_SCHEMA)
            self._prepare(opened)
            self._open = opened
        return self._open

    def _close(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None
