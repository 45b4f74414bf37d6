"""Connections and transactions: one request or job, one connection, one transaction, committed before the reply."""

import asyncio
import errno
import socket
import ssl
import weakref
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import asyncpg
from sqlalchemy import event, text
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from server.core.errors import AppError, DatesTaken, NotStartable, TryAgain, for_constraint
from server.core.outages import Outage

CONNECT_SECONDS = 5.0
"""How long making a connection may take, be it that the database is away or that its machine is."""
CLOSE_SECONDS = 1.0
# While SQLAlchemy connects, the driver's and the system's own errors come out as they are. Other OSErrors (a missing
# file, say) are ours, not the database's.
_NO_CONNECTION = (
    *(asyncpg.PostgresError, asyncpg.InterfaceError),
    *(ConnectionError, TimeoutError, socket.gaierror, ssl.SSLError),
)
_NO_WAY_THERE = {errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.ENETDOWN}
AWAY = (DBAPIError, PoolTimeout, *_NO_CONNECTION)
"""What a database that is away, full or not letting us in raises; `transaction` gives most of it a name."""
_OVERLAP = "23P01"
_DEADLOCK_OR_SERIALIZATION = {"40P01", "40001"}
# By class: no connection, not let in, no such database, out of room; then: ended by the operator, crashed, starting up.
_OUT_OF_ORDER = ("08", "28", "3D", "53", "57P01", "57P02", "57P03")


def with_driver(url: str, driver: str) -> str:
    """The address for SQLAlchemy's `driver` (asyncpg), or for libpq when it is empty.

    Raises NotStartable when it is no PostgreSQL address.
    """
    try:
        parts = urlsplit(url)
        sound = parts.scheme.split("+")[0] in ("postgresql", "postgres") and parts.port != 0
    except ValueError:  # a port that is no number, half an IPv6 address
        sound = False
    if not sound:
        raise NotStartable("DATABASE_URL must look like postgresql://user:password@host:5432/name.")
    query = dict(parse_qsl(parts.query))
    if driver == "asyncpg" and "sslmode" in query:
        query["ssl"] = query.pop("sslmode")
    return urlunsplit(
        (f"postgresql+{driver}" if driver else "postgresql", parts.netloc, parts.path, urlencode(query), "")
    )


class Database:
    """A pool of connections to one database."""

    def __init__(self, url: str, *, pool: int = 20, wait_seconds: float = 18) -> None:
        """`url` is `postgresql://…`. Raises NotStartable when it cannot be an address.

        `pool` connections at most; who waits longer than `wait_seconds` for one, which is less than clients wait for
        an answer, is told to try again.
        """
        self.url = with_driver(url, "")
        self.outage = Outage()
        self._connections: weakref.WeakSet[asyncpg.Connection] = weakref.WeakSet()
        try:
            self.engine: AsyncEngine = create_async_engine(
                with_driver(url, "asyncpg"),
                pool_size=pool,
                max_overflow=0,
                pool_timeout=wait_seconds,
                pool_pre_ping=True,
                hide_parameters=True,  # they are people's data, and errors end in logs
                connect_args={
                    "server_settings": {"application_name": "estospaces", "timezone": "UTC"},
                    "timeout": CONNECT_SECONDS,
                },
            )
        except (ArgumentError, ValueError) as problem:
            raise NotStartable("DATABASE_URL cannot be read as an address.") from problem
        event.listen(self.engine.sync_engine, "connect", lambda made, _: self._connections.add(made.driver_connection))

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """One transaction on one connection; committed at the end, rolled back on any error.

        Errors of the database that have a name for callers come out under that name (see `named`).
        """
        if self.outage.hanging:
            raise TryAgain
        try:
            async with AsyncSession(self.engine, expire_on_commit=False) as session, session.begin():
                yield session
        except (*AWAY, OSError) as problem:
            if _is_outage(problem):
                self.outage.lost(problem)
            if (error := named(problem)) is not None:
                raise error from problem
            raise
        self.outage.found()

    async def close(self) -> None:
        """Close every connection, politely while that takes no time."""
        closing = (connection.close(timeout=CLOSE_SECONDS) for connection in list(self._connections))
        await asyncio.gather(*closing, return_exceptions=True)
        await self.engine.dispose()

    def cut_off(self) -> None:
        """Drop every connection as it is: for a database that hangs. Who waits for it is told that it is away."""
        for connection in list(self._connections):
            connection.terminate()

    async def check(self) -> None:
        """Raises NotStartable, in one line, when the database does not answer."""
        try:
            async with self.engine.connect() as connection:
                await connection.execute(text("SELECT 1"))
        except (*AWAY, OSError, ValueError) as problem:  # also an unreadable certificate, a wrong option in the address
            reason = str(problem.orig) if isinstance(problem, DBAPIError) else str(problem)
            first_line = (reason or type(problem).__name__).splitlines()[0]
            raise NotStartable(f"The database does not answer: {first_line}") from problem


def named(problem: Exception) -> AppError | None:
    """The named error behind an error of the database, or None when it is our own fault."""
    if _is_outage(problem):
        return TryAgain()
    original = getattr(problem, "orig", None)
    state = getattr(original, "sqlstate", None) or ""
    if state == _OVERLAP:
        return DatesTaken()
    if state in _DEADLOCK_OR_SERIALIZATION:
        return TryAgain()
    if isinstance(problem, IntegrityError):
        cause = getattr(original, "__cause__", None)
        error = for_constraint(getattr(cause, "constraint_name", None))
        return error() if error is not None else None
    return None


def _is_outage(problem: Exception) -> bool:
    """Whether the database is away, full or does not let us in."""
    if isinstance(problem, (PoolTimeout, *_NO_CONNECTION)):
        return True
    if isinstance(problem, OSError):
        return problem.errno in _NO_WAY_THERE
    state = getattr(getattr(problem, "orig", None), "sqlstate", None) or ""
    return state.startswith(_OUT_OF_ORDER) or (isinstance(problem, DBAPIError) and problem.connection_invalidated)
