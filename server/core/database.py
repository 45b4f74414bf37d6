"""Connections and transactions: one request or job, one connection, one transaction, committed before the reply."""

import asyncio
import errno
import socket
import ssl
import weakref
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import asyncpg
import structlog
from sqlalchemy import event, text
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine

from server.core.errors import AppError, DatesTaken, StartupError, TryAgain, for_constraint
from server.core.fair_queue import Room
from server.core.limits import MAINTENANCE, REQUESTS, SEARCHES, Limits
from server.core.lock_queue import LockQueue
from server.core.outages import Outage
from server.core.slots import FairSlots, Slots

log = structlog.get_logger(__name__)

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
LOCK_NOT_AVAILABLE, QUERY_CANCELED = "55P03", "57014"
_OVER_A_LIMIT = {LOCK_NOT_AVAILABLE, QUERY_CANCELED, "25P03"}  # the last one: idle in a transaction
"""What the database ends by one of our `Limits`."""
_TOO_LONG = "This took too long. Try again in a moment."
# By class: no connection, not let in, no such database, out of room; then: ended by the operator, crashed, starting up.
_OUT_OF_ORDER = ("08", "28", "3D", "53", "57P01", "57P02", "57P03")

_transactions_open: ContextVar[int] = ContextVar("transactions_open", default=0)
_LOCK_TIMEOUT = text("SELECT set_config('lock_timeout', :limit, true)")
WAIT_SECONDS = 15
"""For a connection: longer than the database lets a request have one, less than the 20 a client waits."""
WAITING_FOR_EACH = 10
"""How many may wait for each connection of a pool: more would be told too late that there is no use in waiting."""
READS_AT_ONCE, READS_WAITING = 4, 16
"""Of one caller: a screen asks for list, numbers, map and areas at once; someone who types leaves some behind."""
READ_WAIT_SECONDS = 5
MAINTENANCE_POOL = 2


def with_driver(url: str, driver: str) -> str:
    """The address for SQLAlchemy's `driver` (asyncpg), or for libpq when it is empty.

    Raises StartupError when it is no PostgreSQL address.
    """
    try:
        parts = urlsplit(url)
        sound = parts.scheme.split("+")[0] in ("postgresql", "postgres") and parts.port != 0
    except ValueError:  # a port that is no number, half an IPv6 address
        sound = False
    if not sound:
        raise StartupError("DATABASE_URL must look like postgresql://user:password@host:5432/name.")
    query = dict(parse_qsl(parts.query))
    if driver == "asyncpg" and "sslmode" in query:
        query["ssl"] = query.pop("sslmode")
    return urlunsplit(
        (f"postgresql+{driver}" if driver else "postgresql", parts.netloc, parts.path, urlencode(query), "")
    )


class Pool:
    """Connections to one database, `size` at most; who needs one more waits in a line with an end (see `Slots`)."""

    server_settings: ClassVar[Mapping[str, str]] = {}
    """What else holds for each connection, as PostgreSQL names it."""
    too_long: ClassVar[str] = _TOO_LONG
    """What a person is told whose statement was ended by its limit."""

    def __init__(self, url: str, size: int, limits: Limits, wait_seconds: float, outage: Outage | None = None) -> None:
        """`url` is `postgresql://…`. Raises StartupError when it cannot be an address.

        Who waits longer than `wait_seconds` for a connection is told to try again; `limits` hold for each of them.
        Pools of one database share its `outage`.
        """
        self.url, self.size, self.limits = with_driver(url, ""), size, limits
        self.slots = Slots(size, most_waiting=WAITING_FOR_EACH * size, seconds=wait_seconds)
        given = {"application_name": "estospaces", "timezone": "UTC"} | limits.settings() | dict(self.server_settings)
        self.outage = outage or Outage()
        self._connections: weakref.WeakSet[asyncpg.Connection] = weakref.WeakSet()
        try:
            self.engine: AsyncEngine = create_async_engine(
                with_driver(url, "asyncpg"),
                pool_size=size,
                max_overflow=0,
                pool_timeout=wait_seconds,
                pool_pre_ping=True,
                hide_parameters=True,  # they are people's data, and errors end in logs
                connect_args={"server_settings": given, "timeout": CONNECT_SECONDS},
            )
        except (ArgumentError, ValueError) as problem:
            raise StartupError("DATABASE_URL cannot be read as an address.") from problem
        event.listen(self.engine.sync_engine, "connect", lambda made, _: self._connections.add(made.driver_connection))

    @asynccontextmanager
    async def transaction(self, *, again: bool = False, **info: Any) -> AsyncIterator[AsyncSession]:
        """One transaction on one connection; committed at the end, rolled back on any error. `info` goes with it.

        `again` is for what was begun and rolled back before: it waits for a connection before all others.
        Errors of the database that have a name for callers come out under that name (see `named`).
        """
        if self.outage.hanging:
            raise TryAgain
        async with self.slots.one(again=again):
            try:
                async with AsyncSession(self.engine, expire_on_commit=False, info=info) as session, session.begin():
                    with _known_to_be_open():
                        yield session
            except (*AWAY, OSError) as problem:
                if _is_outage(problem):
                    self.outage.lost(problem)
                if (error := named(problem, too_long=self.too_long)) is not None:
                    raise error from problem
                raise
            if not self.outage.watched:
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


class Reads(Pool):
    """Connections that only read, for searches: anybody may ask for them, and nobody shall stop a booking by them."""

    server_settings: ClassVar = {"default_transaction_read_only": "on"}
    too_long: ClassVar = "This search takes too long. Name a place or dates, or use fewer words."

    def __init__(self, url: str, size: int, limits: Limits = SEARCHES, outage: Outage | None = None) -> None:
        """See `Pool`."""
        super().__init__(url, size, limits, READ_WAIT_SECONDS, outage)
        room = Room(size, READS_AT_ONCE, waiting=WAITING_FOR_EACH * size, waiting_of_each=READS_WAITING)
        self.turns = FairSlots(room, seconds=READ_WAIT_SECONDS)
        """Whose search is next; taken before anything is done for it."""


class Database(Pool):
    """One database: a pool of connections for what people ask it to do, and others so that it never keeps them all."""

    def __init__(
        self,
        url: str,
        *,
        pool: int = 20,
        read_pool: int = 8,
        wait_seconds: float = WAIT_SECONDS,
        limits: Limits = REQUESTS,
        outage: Outage | None = None,
    ) -> None:
        """`url` is `postgresql://…`. Raises StartupError when it cannot be an address."""
        super().__init__(url, pool, limits, wait_seconds, outage)
        self.lock_queue = LockQueue()
        self.reads = Reads(url, read_pool, outage=self.outage)
        self.maintenance = Pool(url, MAINTENANCE_POOL, MAINTENANCE, MAINTENANCE.statement, self.outage)
        """For what the process looks up by itself every moment, however busy everyone else is."""
        self._apart: weakref.WeakSet[Database] = weakref.WeakSet()

    async def close(self) -> None:
        """Close every connection of every pool."""
        await asyncio.gather(super().close(), self.reads.close(), self.maintenance.close())

    def cut_off(self) -> None:
        """Drop every connection as it is, of every pool."""
        super().cut_off()
        for pool in (self.reads, self.maintenance, *self._apart):
            pool.cut_off()

    @asynccontextmanager
    async def apart(self, limits: Limits, *, pool: int) -> AsyncIterator["Database"]:
        """The same database by connections of its own, with other limits, for as long as this is open."""
        # It is the same database that goes away, and that is said once.
        other = Database(self.url, pool=pool, limits=limits, outage=self.outage)
        self._apart.add(other)
        try:
            yield other
        finally:
            await other.close()

    async def check(self) -> None:
        """Raises StartupError, in one line, when the database does not answer."""
        try:
            async with self.engine.connect() as connection:
                await connection.execute(text("SELECT 1"))
        except (*AWAY, OSError, ValueError) as problem:  # also an unreadable certificate, a wrong option in the address
            reason = str(problem.orig) if isinstance(problem, DBAPIError) else str(problem)
            first_line = (reason or type(problem).__name__).splitlines()[0]
            raise StartupError(f"The database does not answer: {first_line}") from problem


@contextmanager
def _known_to_be_open() -> Iterator[None]:
    # Not by a token: whoever leaves may be another task than the one that entered.
    _transactions_open.set(_transactions_open.get() + 1)
    try:
        yield
    finally:
        _transactions_open.set(_transactions_open.get() - 1)


def refuse_in_transaction() -> None:
    """Raises RuntimeError while a transaction is open here: asked by gateways before they call anybody outside, who
    may let it wait for as long as they like."""
    if _transactions_open.get() > 0:
        raise RuntimeError("a call to the outside within a transaction")


async def take_turn(session: AsyncSession | AsyncConnection, number: int) -> None:
    """Wait for the advisory lock `number`, held until the end of the transaction, as long as a statement may take.

    For processes that do at the same time what takes one of them minutes: longer than anyone waits for a row.
    """
    limit = await session.scalar(text("SELECT current_setting('lock_timeout')"))
    await session.execute(_LOCK_TIMEOUT, {"limit": "0"})  # none of its own
    await session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})
    await session.execute(_LOCK_TIMEOUT, {"limit": limit})


def sqlstate(problem: BaseException) -> str:
    """PostgreSQL's five letters for what went wrong; "" when it did not say."""
    return getattr(getattr(problem, "orig", None), "sqlstate", None) or ""


def named(problem: Exception, *, too_long: str = _TOO_LONG) -> AppError | None:
    """The named error behind an error of the database, or None when it is our own fault."""
    if _is_outage(problem):
        return TryAgain()
    state = sqlstate(problem)
    if state == _OVERLAP:
        return DatesTaken()
    if state in _DEADLOCK_OR_SERIALIZATION:
        return TryAgain()
    if state in _OVER_A_LIMIT:
        log.warning("limit_of_the_database", sqlstate=state)
        return TryAgain(
            "Someone else is changing this. Try again in a moment." if state == LOCK_NOT_AVAILABLE else too_long
        )
    if isinstance(problem, IntegrityError):
        cause = getattr(problem.orig, "__cause__", None)
        error = for_constraint(getattr(cause, "constraint_name", None))
        return error() if error is not None else None
    return None


def _is_outage(problem: Exception) -> bool:
    """Whether the database is away, full or does not let us in."""
    if isinstance(problem, (PoolTimeout, *_NO_CONNECTION)):
        return True
    if isinstance(problem, OSError):
        return problem.errno in _NO_WAY_THERE
    state = sqlstate(problem)
    if state in _OVER_A_LIMIT:  # PostgreSQL ended it on our word; an idle transaction takes its connection along
        return False
    return state.startswith(_OUT_OF_ORDER) or (isinstance(problem, DBAPIError) and problem.connection_invalidated)
