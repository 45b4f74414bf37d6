"""Every room's tables, gathered for Alembic, and the way to bring a database up to them."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlmodel import SQLModel

from server.auth import tables as auth
from server.auth.mail_links import tables as mail_links
from server.auth.sessions import tables as sessions
from server.auth.throttling import tables as throttling
from server.bookings import tables as bookings
from server.calendars import tables as calendars
from server.cases import tables as cases
from server.core import tables as core
from server.core.database import AWAY, Database
from server.notifications import tables as notifications
from server.properties import tables as properties
from server.properties.bulk_edits import tables as bulk_edits
from server.properties.drafts import tables as drafts
from server.properties.importing import tables as importing
from server.search import tables as search
from server.users import tables as users

ROOMS = (
    *(core, auth, sessions, throttling, mail_links, cases, users, properties, drafts, bulk_edits, importing),
    *(calendars, bookings, search, notifications),
)
metadata = SQLModel.metadata

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


async def migrate(database: Database, to: str = "head") -> None:
    """Bring the database up to `to`, in one transaction. Two processes that start at once take turns."""
    async with database.engine.begin() as connection:
        await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ONE_AT_A_TIME})
        await connection.run_sync(lambda sync: command.upgrade(_config(sync), to))


async def is_migrated(database: Database) -> bool:
    """Whether the database stands at the revision this code expects."""
    async with database.engine.connect() as connection:
        current = await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())
    return current == newest()


async def is_ready(database: Database) -> bool:
    """Whether the database answers and is migrated; never raises for a database that is away."""
    if database.outage.hanging:
        return False
    try:
        return await is_migrated(database)
    except (*AWAY, OSError):
        return False


async def draft_revision(database: Database, message: str, revision_id: str) -> None:
    """Write a new migration file from the difference between tables and database (for developers, then read it)."""
    async with database.engine.begin() as connection:
        await connection.run_sync(
            lambda sync: command.revision(_config(sync), message=message, rev_id=revision_id, autogenerate=True)
        )
