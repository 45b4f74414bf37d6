"""Databases of a test's own, on the PostgreSQL of the run (`tests/postgres.py`)."""

from urllib.parse import urlsplit, urlunsplit

import asyncpg

_END_CLIENTS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND backend_type = 'client backend'
"""


async def create_database(server_url: str, name: str, template: str | None = None) -> str:
    """Create a database, as a copy of `template` if given (nobody may be connected to that), and return its URL."""
    connection = await asyncpg.connect(server_url)
    try:
        source = f" TEMPLATE {_quoted(template)}" if template else ""
        await connection.execute(f"CREATE DATABASE {_quoted(name)}{source}")
    finally:
        await connection.close()
    return urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))


async def drop_database(server_url: str, name: str) -> None:
    """Drop a database if it is there, whoever is connected to it."""
    drop = f"DROP DATABASE IF EXISTS {_quoted(name)}"
    connection = await asyncpg.connect(server_url)
    try:
        await connection.execute(f"{drop} WITH (FORCE)")
    except asyncpg.InsufficientPrivilegeError:
        # The server's own vacuum is at work in it, and only a superuser may end that. Without FORCE it goes by itself.
        await connection.execute(_END_CLIENTS, name)
        await connection.execute(drop)
    finally:
        await connection.close()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
