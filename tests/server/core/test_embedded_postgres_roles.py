"""The app's role in the embedded PostgreSQL: it owns its database and no more, in new folders and in earlier ones."""

import secrets
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from server import schema
from server.core.database import Database
from server.core.embedded_postgres import process
from server.core.embedded_postgres.account import account_for
from server.core.embedded_postgres.process import Cluster
from server.core.embedded_postgres.server import EmbeddedPostgres
from tests.server.core.conftest import is_running, mode_of

OWNERS = """
SELECT DISTINCT pg_get_userbyid(owner) FROM (
    SELECT relowner FROM pg_class WHERE oid >= 16384 AND relnamespace = 'public'::regnamespace
    UNION ALL SELECT proowner FROM pg_proc p WHERE oid >= 16384
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
    UNION ALL SELECT typowner FROM pg_type t WHERE oid >= 16384 AND typnamespace = 'public'::regnamespace
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid IN (t.oid, t.typelem) AND d.deptype = 'e')
    UNION ALL SELECT datdba FROM pg_database WHERE datname = current_database()
) AS every (owner)
"""
THINGS = """
CREATE EXTENSION btree_gist;
CREATE TYPE colour AS ENUM ('red', 'blue');
CREATE TYPE span AS RANGE (subtype = float8);
CREATE TYPE pair AS (one int, other int);
CREATE DOMAIN small AS int CHECK (VALUE < 10);
CREATE TABLE kept (id bigserial PRIMARY KEY, word text, colour colour, small small);
CREATE SEQUENCE alone;
CREATE VIEW words AS SELECT word FROM kept;
CREATE FUNCTION greet(text) RETURNS text LANGUAGE sql AS 'SELECT $1';
INSERT INTO kept (word) VALUES ('home');
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_superuser(url: str) -> bool:
    with psycopg.connect(url) as connection:
        (found,) = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone() or ()
    return bool(found)


def an_earlier_folder(folder: Path, *, statements: str = THINGS, with_database: bool = True) -> None:
    """What versions before the two roles made: `initdb` with the app's role, so that it is the superuser."""
    folder.mkdir()
    cluster = Cluster(account_for(folder))
    (folder / "password").write_text(secrets.token_urlsafe(24))
    made = cluster.account.run(
        "initdb", f"--pgdata={cluster.data}", "--username=estospaces", f"--pwfile={folder / 'password'}",
        "--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8", "--no-sync",
    )  # fmt: skip
    assert made.returncode == 0, made.stdout
    if with_database:
        with earlier_server(folder) as url:
            with psycopg.connect(url.removesuffix("/estospaces") + "/postgres", autocommit=True) as connection:
                connection.execute("CREATE DATABASE estospaces")
            with psycopg.connect(url) as connection:
                connection.execute(statements)


@contextmanager
def earlier_server(folder: Path) -> Iterator[str]:
    """The server of such a folder without our looking after it, and how the superuser signs in."""
    cluster = Cluster(account_for(folder))
    process.spawn_server(cluster, port=free_port(), fast=True)
    password = (folder / "password").read_text()
    yield f"postgresql://estospaces:{password}@127.0.0.1:{process.port_of(cluster)}/estospaces"
    process.stop_server(cluster)


def test_the_apps_role_owns_its_database_and_is_no_superuser(folder: Path) -> None:
    database = EmbeddedPostgres(folder, fast=True)
    url = database.start()
    with psycopg.connect(url) as connection:
        role = connection.execute(
            "SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls FROM pg_roles "
            "WHERE rolname = current_user"
        ).fetchone()
        assert role == (False, False, False, False, False)
        connection.execute("CREATE EXTENSION btree_gist; CREATE EXTENSION pg_trgm; CREATE EXTENSION unaccent")
        assert connection.execute(OWNERS).fetchall() == [("estospaces",)]
    for statement in (
        "SELECT pg_read_file('/etc/passwd')",
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "ALTER SYSTEM RESET ALL",
    ):
        with psycopg.connect(url, autocommit=True) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)
    assert is_superuser(database.superuser_url())
    database.stop()


def test_a_folder_of_an_earlier_version_keeps_its_data_and_password_and_loses_the_superuser(folder: Path) -> None:
    an_earlier_folder(folder)
    password = (folder / "password").read_text()
    database = EmbeddedPostgres(folder, fast=True)
    url = database.start()
    assert f"//estospaces:{password}@" in url, "who is signed in, or notes the address, goes on with it"
    assert not is_superuser(url)
    assert is_superuser(database.superuser_url())
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT word FROM words").fetchall() == [("home",)]
        assert connection.execute(OWNERS).fetchall() == [("estospaces",)]
        connection.execute("ALTER TYPE colour ADD VALUE 'green'")
        connection.execute("CREATE EXTENSION IF NOT EXISTS btree_gist; ALTER TABLE kept ADD COLUMN more text")
        connection.execute("CREATE OR REPLACE FUNCTION greet(text) RETURNS text LANGUAGE sql AS 'SELECT $1 || 1'")
        roles = connection.execute("SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_' ORDER BY 1").fetchall()
        assert roles == [("estospaces",), ("postgres",)]
    database.stop()
    assert database.start() == url, "a second start finds nothing left to do"
    database.stop()


async def test_the_real_schema_of_an_earlier_folder_can_be_migrated_on(folder: Path) -> None:
    an_earlier_folder(folder, statements="SELECT 1")
    with earlier_server(folder) as url:
        before = Database(url)
        await schema.migrate(before, "0006")
        await before.close()
    server = EmbeddedPostgres(folder, fast=True)
    database = Database(server.start())
    await schema.migrate(database)
    assert await schema.is_migrated(database)
    async with database.engine.connect() as connection:
        assert list((await connection.execute(text(OWNERS))).scalars()) == ["estospaces"]
    await database.close()
    server.stop()


def test_an_earlier_first_start_that_was_cut_off_before_its_database_is_made_whole(folder: Path) -> None:
    an_earlier_folder(folder, with_database=False)
    database = EmbeddedPostgres(folder, fast=True)
    assert not is_superuser(database.start())
    database.stop()


def test_a_change_of_roles_that_was_cut_off_is_done_by_the_next_start(folder: Path) -> None:
    an_earlier_folder(folder)
    (folder / "superuser_password").write_text("written, and killed before the roles changed")
    database = EmbeddedPostgres(folder, fast=True)
    url = database.start()
    assert not is_superuser(url)
    assert is_superuser(database.superuser_url())
    database.stop()


def test_a_first_start_that_was_cut_off_before_the_apps_role_is_made_whole(folder: Path) -> None:
    database = EmbeddedPostgres(folder, fast=True)
    url = database.start()
    with psycopg.connect(database.superuser_url().removesuffix("/estospaces") + "/postgres", autocommit=True) as admin:
        admin.execute("DROP DATABASE estospaces")
        admin.execute("DROP ROLE estospaces")
    database.stop()
    assert database.start() == url
    assert not is_superuser(url)
    database.stop()


def test_without_the_superusers_password_the_app_goes_on(folder: Path) -> None:
    database = EmbeddedPostgres(folder, fast=True)
    url = database.start()
    database.stop()
    (folder / "superuser_password").unlink()
    assert database.start() == url
    database.stop()
    assert not is_running(folder)


def test_files_of_an_earlier_version_that_others_could_read_are_taken_from_them(folder: Path) -> None:
    database = EmbeddedPostgres(folder, fast=True)
    database.start()
    database.stop()
    secret = [folder / name for name in ("password", "superuser_password", "server.log")]
    for path in (*secret, folder, folder / "cluster"):
        path.chmod(mode_of(path) | stat.S_IRGRP | stat.S_IROTH | stat.S_IXOTH)
    parent = mode_of(folder.parent)
    database.start()
    assert [mode_of(path) for path in secret] == [0o600] * 3
    assert [mode_of(path) for path in (folder, folder / "cluster")] == [0o700] * 2
    assert mode_of(folder.parent) == parent
    database.stop()
