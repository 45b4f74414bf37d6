"""Every room's tables, gathered for Alembic, and the way to bring a database up to them."""

import asyncio
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import structlog
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from server.auth import tables as auth
from server.auth.mail_links import tables as mail_links
from server.auth.sessions import tables as sessions
from server.auth.throttling import tables as throttling
from server.bookings import tables as bookings
from server.calendars import tables as calendars
from server.cases import tables as cases
from server.core import failed_jobs
from server.core import tables as core
from server.core.database import AWAY, LOCK_NOT_AVAILABLE, Database, sqlstate, take_turn
from server.core.errors import AppError, StartupError
from server.core.limits import MIGRATIONS, Limits
from server.notifications import tables as notifications
from server.payments import tables as payments
from server.payments.admin import tables as payments_admin
from server.payments.ledger import tables as ledger
from server.payments.payouts import tables as payouts
from server.payments.reconciliation import tables as reconciliation
from server.properties import tables as properties
from server.properties.bulk_edits import tables as bulk_edits
from server.properties.drafts import tables as drafts
from server.properties.importing import tables as importing
from server.search import tables as search
from server.users import tables as users

ROOMS = (
    *(core, auth, sessions, throttling, mail_links, cases, users, properties, drafts, bulk_edits, importing),
    *(calendars, payments, ledger, payouts, reconciliation, payments_admin, bookings, search, notifications),
)
metadata = SQLModel.metadata

log = structlog.get_logger(__name__)

READY_WITHIN_SECONDS = 2
LOOK_AGAIN_SECONDS = 1
MAX_ATTEMPTS = 6
LET_THROUGH_SECONDS = 1
"""Between two attempts, for whoever waited behind the last one."""
_ONE_AT_A_TIME = 7_305_104_511_208_117  # any number that no other advisory lock uses


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


@cache  # the probes ask all the time, and the answer lies in this code
def newest() -> str | None:
    """The revision this code expects."""
    return ScriptDirectory.from_config(_config()).get_current_head()


async def migrate(database: Database, to: str = "head", limits: Limits = MIGRATIONS) -> None:
    """Bring the database up to `to`, in one transaction. Two processes that start at once take turns.

    While a table it changes is in use, it lets the others through and tries again. Raises StartupError when that
    does not end.
    """
    async with database.apart(limits, pool=1) as own:
        for attempt in range(1, MAX_ATTEMPTS + 1):
            try:
                async with own.engine.begin() as connection:
                    await take_turn(connection, _ONE_AT_A_TIME)
                    await connection.run_sync(lambda sync: command.upgrade(_config(sync), to))
                return
            except DBAPIError as problem:
                if sqlstate(problem) != LOCK_NOT_AVAILABLE:
                    raise
                log.warning("migration_waits_for_a_table", attempt=attempt)
            await asyncio.sleep(LET_THROUGH_SECONDS)
    raise StartupError("The tables are in use for too long; nothing was migrated. Try again when less is going on.")


async def is_migrated(database: Database) -> bool:
    """Whether the database stands at the revision this code expects."""
    async with database.maintenance.transaction() as session:
        connection = await session.connection()
        current = await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())
    return current == newest()


async def is_ready(database: Database) -> bool:
    """Whether the database answers soon and is migrated; never raises for a database that is away.

    It is asked by a connection of its own, so that a server whose people wait for connections is still known to live.
    """
    if database.outage.hanging:
        return False
    try:
        async with asyncio.timeout(READY_WITHIN_SECONDS):
            return await is_migrated(database)
    except (*AWAY, AppError, OSError):
        return False


@dataclass(frozen=True)
class Ready:
    """Whether this process can serve; and how many jobs have failed, None when it cannot be told."""

    ready: bool
    failed_jobs: int | None = None


class Readiness:
    """Whether this process can serve: looked up when asked, once for all who ask within a second."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._looking: asyncio.Task[Ready] | None = None
        self._looked_at = 0.0

    async def now(self) -> Ready:
        """Whether the database answers and is migrated, as of a second ago at most."""
        moment = asyncio.get_running_loop().time()
        if self._looking is None or (self._looking.done() and moment - self._looked_at > LOOK_AGAIN_SECONDS):
            self._looked_at = moment
            self._looking = asyncio.create_task(self._look())
        return await asyncio.shield(self._looking)

    async def _look(self) -> Ready:
        if not await is_ready(self._database):
            return Ready(False)
        try:
            async with asyncio.timeout(READY_WITHIN_SECONDS), self._database.maintenance.transaction() as session:
                return Ready(True, await failed_jobs.how_many(session))
        except (*AWAY, AppError, OSError):
            return Ready(True)


async def draft_revision(database: Database, message: str, revision_id: str) -> None:
    """Write a new migration file from the difference between tables and database (for developers, then read it)."""
    async with database.engine.begin() as connection:
        await connection.run_sync(
            lambda sync: command.revision(_config(sync), message=message, rev_id=revision_id, autogenerate=True)
        )
