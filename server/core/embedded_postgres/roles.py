"""Who may do what in the embedded PostgreSQL: one role for the app, one for us who look after the server.

The app's role owns its database and is no superuser: whatever statement gets through it reads no file of the machine
and starts no program. The superuser makes that role and its database and is used for nothing else. Extensions need
none: those we use are *trusted*, so the owner of a database may create them.

In folders made before this was so, the app's role is the superuser that `initdb` made. That one can neither lose its
rights nor hand over what it owns with `REASSIGN OWNED`, so it is renamed and the app's objects change hands one by one.
"""

import secrets
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from server.core.embedded_postgres.process import HOST, Cluster, port_of
from server.core.private_files import write_privately

NAME = "estospaces"
"""Of the app's role and of its database."""
SUPERUSER = "postgres"
CONNECT_SECONDS = 10
_STAND_IN = "estospaces_stand_in"
"""Who renames the superuser: nobody can rename themselves. It does not outlive the transaction."""

# What the app made: all that came neither with PostgreSQL (oid below 16384) nor with an extension. Sequences of a
# column and the types of tables go with their table.
_HAND_OVER = """
DO $$
DECLARE statement text;
BEGIN
    FOR statement IN
        WITH made (classid, objid, owner, kind) AS (
            SELECT 'pg_class'::regclass, oid, relowner, relkind FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'S')
            UNION ALL SELECT 'pg_proc'::regclass, oid, proowner, NULL FROM pg_proc
            UNION ALL SELECT 'pg_type'::regclass, oid, typowner, NULL FROM pg_type WHERE typtype IN ('d', 'e', 'r')
                OR typrelid IN (SELECT oid FROM pg_class WHERE relkind = 'c')
            UNION ALL SELECT 'pg_namespace'::regclass, oid, nspowner, NULL FROM pg_namespace WHERE nspname !~ '^pg_'
        )
        SELECT CASE classid
            WHEN 'pg_class'::regclass THEN format('ALTER TABLE %s', objid::regclass)
            WHEN 'pg_proc'::regclass THEN format('ALTER ROUTINE %s', objid::regprocedure)
            WHEN 'pg_type'::regclass THEN format('ALTER TYPE %s', objid::regtype)
            ELSE format('ALTER SCHEMA %s', objid::regnamespace)
        END FROM made
        WHERE objid >= 16384 AND owner = 10 AND NOT EXISTS (
            SELECT FROM pg_depend d WHERE d.classid = made.classid AND d.objid = made.objid
            AND (d.deptype = 'e' OR kind = 'S' AND d.deptype IN ('a', 'i'))
        )
    LOOP
        EXECUTE statement || ' OWNER TO {owner}';
    END LOOP;
END $$
"""


def app_password(cluster: Cluster) -> Path:
    """Where the password of the app's role lies, readable by the owner of the folder only."""
    return cluster.account.folder / "password"


def superuser_password(cluster: Cluster) -> Path:
    """Where the superuser's lies."""
    return cluster.account.folder / "superuser_password"


def write_passwords(cluster: Cluster) -> None:
    """Make the passwords that are missing. Raises OSError."""
    for file in (app_password(cluster), superuser_password(cluster)):
        if not file.exists():
            write_privately(file, secrets.token_urlsafe(24))
            cluster.account.own(file)


def app_url(cluster: Cluster) -> str:
    """How the app signs in to its database on a server that is ready."""
    return _url(cluster, NAME, app_password(cluster))


def superuser_url(cluster: Cluster) -> str:
    """How the superuser signs in to the app's database on a server that is ready."""
    return _url(cluster, SUPERUSER, superuser_password(cluster))


def make_ready(cluster: Cluster) -> None:
    """See that the app can sign in to a database it owns: make role and database where they are missing, and take the
    superuser's rights from a role that has them from earlier. Raises psycopg.Error when that cannot be."""
    try:
        _make_what_is_missing(cluster)
    except (FileNotFoundError, psycopg.OperationalError):  # no superuser of its own, or not yet
        if _is_superuser(cluster):
            write_passwords(cluster)
            _take_rights_away(cluster)
    with psycopg.connect(app_url(cluster), connect_timeout=CONNECT_SECONDS):
        pass


def _url(cluster: Cluster, role: str, password: Path) -> str:
    return f"postgresql://{role}:{quote(password.read_text(), safe='')}@{HOST}:{port_of(cluster)}/{NAME}"


def _is_superuser(cluster: Cluster) -> bool:
    """Whether the app's role has the rights it had in earlier folders; no, when it cannot sign in."""
    with suppress(psycopg.OperationalError, FileNotFoundError), _to_any_database(app_url(cluster)) as connection:
        return connection.execute("SELECT FROM pg_roles WHERE rolname = current_user AND rolsuper").rowcount == 1
    return False


def _to_any_database(url: str) -> psycopg.Connection:
    """A connection to the database that is always there; each statement is a transaction of its own."""
    url = url.removesuffix(f"/{NAME}") + "/postgres"
    return psycopg.connect(url, autocommit=True, connect_timeout=CONNECT_SECONDS)


def _make_what_is_missing(cluster: Cluster) -> None:
    with _to_any_database(superuser_url(cluster)) as connection:
        if not connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [NAME]).rowcount:
            connection.execute(_new_role(cluster))
        _make_database(connection)


def _make_database(connection: psycopg.Connection) -> None:
    if not connection.execute("SELECT FROM pg_database WHERE datname = %s", [NAME]).rowcount:
        connection.execute(sql.SQL("CREATE DATABASE {name} OWNER {name}").format(name=sql.Identifier(NAME)))


def _new_role(cluster: Cluster) -> sql.Composed:
    return sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(
        sql.Identifier(NAME), sql.Literal(app_password(cluster).read_text())
    )


def _take_rights_away(cluster: Cluster) -> None:
    """In one transaction, so that a kill leaves the folder as it was."""
    with _to_any_database(app_url(cluster)) as connection:
        _make_database(connection)  # a first start may have been cut off
    app, superuser, stand_in = (sql.Identifier(name) for name in (NAME, SUPERUSER, _STAND_IN))
    password = sql.Literal(superuser_password(cluster).read_text())
    with psycopg.connect(app_url(cluster), connect_timeout=CONNECT_SECONDS) as connection:
        for statement in (
            sql.SQL("CREATE ROLE {} SUPERUSER").format(stand_in),
            sql.SQL("SET LOCAL SESSION AUTHORIZATION {}").format(stand_in),
            sql.SQL("ALTER ROLE {} RENAME TO {}").format(app, superuser),
            sql.SQL("ALTER ROLE {} PASSWORD {}").format(superuser, password),
            _new_role(cluster),
            sql.SQL("ALTER DATABASE {} OWNER TO {}").format(app, app),
            sql.SQL(_HAND_OVER).format(owner=app),
            sql.SQL("RESET SESSION AUTHORIZATION"),
            sql.SQL("DROP ROLE {}").format(stand_in),
        ):
            connection.execute(statement)
