"""A first start of the embedded PostgreSQL that is killed at any moment is made whole by the next start."""

import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from server.core.embedded_postgres.server import EmbeddedPostgres
from tests.server.core.conftest import Life, is_running

PATIENCE = 60
MOMENTS = ("password", "cluster.new", "cluster.new/global/pg_control", "cluster", "cluster/postmaster.pid", "port")
"""The files of a first start, in the order in which they appear."""


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_first_start_that_is_killed_at_a_moment_is_made_whole_by_the_next(
    folder: Path, live: Callable[..., Life], moment: str
) -> None:
    life, end = live(folder), time.monotonic() + PATIENCE
    while not (folder / moment).exists():
        assert time.monotonic() < end, f"{moment} does not appear"
    life.kill()
    database = EmbeddedPostgres(folder, fast=True)
    url = database.start()
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT current_user, current_database()").fetchone() == ("estospaces", "estospaces")
        connection.execute("CREATE TABLE whole ()")
    assert not list(folder.glob("*.new"))
    database.stop()
    assert not is_running(folder)
