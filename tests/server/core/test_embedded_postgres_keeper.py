"""The embedded PostgreSQL that ends while it is used: it is started again, once, on its port, with its data."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import structlog

from server.core.embedded_postgres import process
from server.core.embedded_postgres.server import EmbeddedPostgres
from tests.server.core.conftest import Life, cluster_of, is_running, read_the_row, server_of, write_a_row

PATIENCE = 60
STOP_SECONDS = 10
"""What stopping may take at most, whatever goes on."""


def until(happened: Callable[[], bool]) -> None:
    """Wait for something, by the deadline."""
    end = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def answers(url: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=5):
            return True
    except psycopg.OperationalError:
        return False


def kill(folder: Path) -> int:
    """`kill -9` of the postmaster; its pid."""
    pid = server_of(folder)
    os.kill(pid, signal.SIGKILL)
    return pid


def starts(folder: Path) -> int:
    """How often a server was started in this folder."""
    return (folder / "server.log").read_text().count("starting PostgreSQL")


def test_a_server_that_is_killed_while_it_is_used_comes_back_on_its_port_with_its_data(folder: Path) -> None:
    database = EmbeddedPostgres(folder)
    url = database.start()
    write_a_row(url)
    for times in (2, 3):
        kill(folder)
        until(lambda: answers(url))
        assert read_the_row(url) == "home"
        assert starts(folder) == times
    database.stop()
    assert not is_running(folder)
    assert process.find_children(cluster_of(folder)) == []


def test_of_several_users_exactly_one_starts_it_again_and_the_last_one_stops_it(
    folder: Path, live: Callable[..., Life]
) -> None:
    lives = [live(folder) for _ in range(3)]
    url, *_ = [life.report()["url"] for life in lives]
    kill(folder)
    until(lambda: answers(url))
    assert starts(folder) == 2
    lives[0].kill()  # perhaps the one whose child it is
    kill(folder)
    until(lambda: answers(url))
    assert starts(folder) == 3
    lives[1].leave()
    assert answers(url)
    lives[2].leave()
    assert not is_running(folder)


def test_why_it_cannot_be_started_again_is_said_once_and_it_comes_back_when_it_can(folder: Path) -> None:
    database = EmbeddedPostgres(folder, fast=True)
    url = database.start()
    settings = folder / "cluster" / "postgresql.conf"
    sound = settings.read_text()
    settings.write_text("no such setting = at all\n")
    with structlog.testing.capture_logs() as logs:
        kill(folder)
        until(lambda: len(logs) > 0)
        failed = starts_tried(folder)
        until(lambda: starts_tried(folder) > failed)  # it tries again, and says no more
        settings.write_text(sound)
        until(lambda: len(logs) > 1)
    assert answers(url)
    said = [(line["event"], "contains errors" in line.get("reason", "")) for line in logs]
    assert said == [("postgres_not_restarted", True), ("postgres_restarted", False)]
    database.stop()


def starts_tried(folder: Path) -> int:
    return (folder / "server.log").read_text().count("syntax error in file")


def test_stopping_gives_up_a_start_that_does_not_work(folder: Path) -> None:
    database = EmbeddedPostgres(folder, fast=True)
    database.start()
    (folder / "cluster" / "postgresql.conf").write_text("no such setting = at all\n")
    kill(folder)
    until(lambda: starts_tried(folder) > 0)
    began = time.monotonic()
    database.stop()
    assert time.monotonic() - began < STOP_SECONDS
    assert not is_running(folder)


def test_a_halted_server_is_left_alone_and_yet_can_be_stopped(folder: Path) -> None:
    database = EmbeddedPostgres(folder, fast=True)
    url = database.start()
    held = psycopg.connect(url)
    everything = [server_of(folder), *process.find_children(cluster_of(folder))]
    for pid in everything:
        os.kill(pid, signal.SIGSTOP)
    assert not answers(url)  # five seconds, fifty looks of the keeper
    assert server_of(folder) == everything[0]
    began = time.monotonic()
    database.stop()
    assert time.monotonic() - began < STOP_SECONDS
    assert not is_running(folder)
    assert process.find_children(cluster_of(folder)) == []
    held.close()
