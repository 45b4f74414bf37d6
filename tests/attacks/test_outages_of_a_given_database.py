"""A database that the product was given goes away and comes back: nobody starts it again but its operator."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from server.core.embedded_postgres import process
from server.core.embedded_postgres.account import account_for
from server.core.embedded_postgres.process import Cluster
from server.core.embedded_postgres.server import EmbeddedPostgres
from tests.attacks.outages import Outage, Postgres, survives
from tests.product import running


def given_outages(postgres: Postgres) -> Sequence[Outage]:
    return (
        Outage("given, killed", 1, postgres.kill, postgres.start),
        Outage("given, killed", 40, postgres.kill, postgres.start),
        Outage("given, everything hangs", 40, lambda: postgres.halt(children=True), postgres.go_on),
        Outage("given, the postmaster hangs", 40, lambda: postgres.halt(children=False), postgres.go_on, is_said=False),
        Outage("given, killed", 120, postgres.kill, postgres.start),
    )


@contextmanager
def given_postgres(folder: Path) -> Iterator[Postgres]:
    """A server of somebody else's: nobody starts it again but the test."""
    made = EmbeddedPostgres(folder)
    made.start()
    port = process.port_of(Cluster(account_for(folder)))
    made.stop()
    process.spawn_server(Cluster(account_for(folder)), port=port, fast=False)
    postgres = Postgres(folder)
    try:
        yield postgres
    finally:
        process.stop_server(postgres.cluster)


@pytest.mark.prove
@pytest.mark.timeout(1500)
async def test_a_given_database_goes_away_for_up_to_two_minutes_and_nothing_answered_is_lost(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    with given_postgres(tmp_path / "given") as postgres:
        with running(postgres.url, tmp_path / "data", "--empty") as product:
            await survives(product, tmp_path / "data", postgres, given_outages(postgres), record_property)
        assert postgres.answers(), "what was given is left running"
