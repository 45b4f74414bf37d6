"""The embedded PostgreSQL, with real servers and real kills."""

import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import asyncpg
import psycopg
import pytest

from server.core.embedded_postgres import process
from server.core.embedded_postgres.server import EmbeddedPostgres, EmbeddedPostgresError
from tests.server.core.conftest import (
    IS_ROOT,
    Life,
    cluster_of,
    is_running,
    mode_of,
    read_the_row,
    server_of,
    write_a_row,
)

# --- starting and stopping


async def test_both_drivers_accept_the_url_of_a_new_cluster(folder: Path) -> None:
    database = EmbeddedPostgres(folder, fast=True)
    url = database.start()
    connection = await asyncpg.connect(url)
    assert await connection.fetchval("select current_database()") == "estospaces"
    await connection.close()
    with psycopg.connect(url) as other:
        assert other.execute("select current_setting('server_encoding')").fetchone() == ("UTF8",)
    assert not database.adopted
    database.stop()
    assert not is_running(folder)


def test_data_password_and_port_outlive_a_restart(folder: Path) -> None:
    database = EmbeddedPostgres(folder, fast=True)
    url = database.start()
    write_a_row(url)
    database.stop()
    assert database.start() == url
    assert read_the_row(url) == "home"
    database.stop()


def test_the_default_is_safe_and_fast_is_asked_for(folder: Path, live: Callable[..., Life]) -> None:
    safe = live(folder, fast=False)
    assert safe.report()["fsync"] == "on"
    safe.leave()
    fast = live(folder, fast=True)
    assert fast.report()["fsync"] == "off"
    fast.kill()
    again = live(folder, fast=False).report()
    assert (again["fsync"], again["adopted"]) == ("on", False), "a fast server left by a kill must not serve real data"


def test_a_safe_use_does_not_share_a_fast_server(folder: Path, live: Callable[..., Life]) -> None:
    live(folder, fast=True).report()
    with pytest.raises(EmbeddedPostgresError, match="throw-away server"):
        EmbeddedPostgres(folder).start()


def test_the_server_is_stopped_when_our_process_ends(folder: Path, live: Callable[..., Life]) -> None:
    life = live(folder)
    life.report()
    assert is_running(folder)
    life.leave()
    assert not is_running(folder)


def test_a_server_whose_leave_taking_takes_long_is_ended_at_once_for_who_may_not_wait(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = EmbeddedPostgres(folder)
    write_a_row(database.start())
    monkeypatch.setattr(process, "STOP_SIGNALS", ((signal.SIGCONT, 60.0), (signal.SIGKILL, 5.0)))
    stopping = threading.Thread(target=database.stop)
    stopping.start()
    while database._users_lock is not None:  # it has not begun
        time.sleep(0.01)
    began = time.monotonic()
    database.stop_at_once()
    stopping.join()
    assert time.monotonic() - began < 10
    assert not is_running(folder)
    assert process.find_children(cluster_of(folder)) == []
    assert read_the_row(database.start()) == "home"
    database.stop_at_once()


def test_ctrl_c_reaches_us_and_not_the_server(folder: Path, live: Callable[..., Life]) -> None:
    life = live(folder)
    life.report()
    server = server_of(folder)
    assert os.getpgid(server) != os.getpgid(life.process.pid)
    assert os.getsid(server) != os.getsid(life.process.pid)
    os.killpg(life.process.pid, signal.SIGINT)  # what a terminal does
    assert "KeyboardInterrupt" in life.process.communicate()[1]
    assert not is_running(folder), "it is stopped by us, in order"
    assert "received fast shutdown request" in (folder / "server.log").read_text()


def test_a_forked_child_does_not_stop_the_server_of_its_parent(folder: Path) -> None:
    database = EmbeddedPostgres(folder, fast=True)
    database.start()
    child = os.fork()
    if child == 0:
        database.stop()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert is_running(folder)
    database.stop()
    assert not is_running(folder)


# --- kills


def test_a_server_left_by_a_kill_is_adopted_with_all_its_data(folder: Path, live: Callable[..., Life]) -> None:
    life = live(folder, fast=False)
    url = life.report()["url"]
    write_a_row(url)
    server = server_of(folder)
    life.kill()
    assert server_of(folder) == server, "the kill leaves the server running"
    database = EmbeddedPostgres(folder)
    assert database.start() == url
    assert database.adopted
    assert server_of(folder) == server
    assert read_the_row(url) == "home"
    database.stop()
    assert not is_running(folder), "the adopter is its last user"


def test_a_killed_postmaster_comes_back_with_its_data(folder: Path) -> None:
    database = EmbeddedPostgres(folder)
    url = database.start()
    write_a_row(url)
    os.kill(server_of(folder), signal.SIGKILL)
    assert read_the_row(database.start()) == "home"
    assert not database.adopted
    database.stop()


def test_busy_orphans_of_a_killed_postmaster_are_ended(folder: Path) -> None:
    database = EmbeddedPostgres(folder, fast=True)
    url = database.start()
    orphan, watcher = psycopg.connect(url), psycopg.connect(url, autocommit=True)
    pid = orphan.info.backend_pid
    # It computes without ever waiting, so it does not notice that its postmaster died.
    orphan.pgconn.send_query(b"select count(*) from (select generate_series(1, 1000000000000)) as numbers")
    orphan.pgconn.flush()
    while watcher.execute("select state from pg_stat_activity where pid = %s", [pid]).fetchone() != ("active",):
        pass
    os.kill(server_of(folder), signal.SIGKILL)
    assert pid in process.find_children(cluster_of(folder)), "it lives on"
    assert database.start() == url
    children = process.find_children(cluster_of(folder))
    assert children
    assert pid not in children
    for connection in (orphan, watcher):
        connection.close()
    database.stop()


def test_a_pid_file_with_the_pid_of_a_stranger_does_not_block_the_start(folder: Path) -> None:
    database = EmbeddedPostgres(folder)
    url = database.start()
    write_a_row(url)
    os.kill(server_of(folder), signal.SIGKILL)
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE) as stranger:
        lines = (folder / "cluster/postmaster.pid").read_text().splitlines()
        (folder / "cluster/postmaster.pid").write_text("\n".join([str(stranger.pid), *lines[1:]]))
        assert read_the_row(database.start()) == "home"
        assert stranger.poll() is None, "the stranger is left alone"
        database.stop()
        stranger.communicate()


# --- several users


def test_the_second_user_keeps_the_server_when_the_first_leaves(folder: Path, live: Callable[..., Life]) -> None:
    first = live(folder)
    url = first.report()["url"]
    second = EmbeddedPostgres(folder, fast=True)
    assert second.start() == url
    assert second.adopted
    with psycopg.connect(url) as connection:
        first.leave()
        assert connection.execute("select 1").fetchone() == (1,)
    second.stop()
    assert not is_running(folder)


def test_two_first_starts_at_once_make_one_cluster(folder: Path, live: Callable[..., Life]) -> None:
    lives = [live(folder) for _ in range(3)]
    reports = [life.report() for life in lives]
    assert len({report["url"] for report in reports}) == 1
    assert sorted(report["adopted"] for report in reports) == [False, True, True]
    for life in lives:
        life.leave()
    assert not is_running(folder)


def test_remove_spares_a_cluster_in_use(folder: Path, live: Callable[..., Life]) -> None:
    life = live(folder)
    life.report()
    assert not EmbeddedPostgres(folder, fast=True).remove()
    assert is_running(folder)
    life.leave()
    assert EmbeddedPostgres(folder, fast=True).remove()
    assert not folder.exists()


def test_a_folder_used_from_another_container_is_refused(folder: Path, live: Callable[..., Life]) -> None:
    if not IS_ROOT:
        pytest.skip("only root can start a process in another pid namespace")
    live(folder).report()
    elsewhere = live(folder, before=("unshare", "--pid", "--fork", "--mount-proc"))
    assert "Another container uses" in elsewhere.report()["problem"]


# --- who may read, who may listen


def test_the_password_is_secret_asked_for_and_only_loopback_listens(folder: Path) -> None:
    database = EmbeddedPostgres(folder, fast=True)
    url = database.start()
    password = (folder / "password").read_text()
    assert len(password) >= 32
    assert password in url
    assert mode_of(folder / "password") == 0o600
    assert mode_of(folder) == 0o700
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(url.replace(password, "guess"))
    with psycopg.connect(database.superuser_url()) as connection:
        stored = connection.execute("select rolpassword from pg_authid where rolname = 'estospaces'").fetchone()
        listens = connection.execute("select current_setting('listen_addresses')").fetchone()
    assert stored is not None
    assert stored[0].startswith("SCRAM-SHA-256$")
    assert listens == ("127.0.0.1",)
    database.stop()


@pytest.mark.parametrize("note", ["", "not a port"])
def test_a_spoilt_note_of_the_port_does_not_hinder_the_start(folder: Path, note: str) -> None:
    folder.mkdir()
    (folder / "port").write_text(note)
    database = EmbeddedPostgres(folder, fast=True)
    assert database.start().endswith(f":{(folder / 'port').read_text()}/estospaces")
    database.stop()


def test_a_lost_password_is_one_clear_line(folder: Path) -> None:
    database = EmbeddedPostgres(folder, fast=True)
    database.start()
    database.stop()
    (folder / "password").write_text("lost")
    with pytest.raises(EmbeddedPostgresError, match=r"does not let us in: .*password authentication failed") as caught:
        database.start()
    assert "\n" not in str(caught.value)
    assert not is_running(folder)


def test_a_taken_port_makes_it_choose_another(folder: Path) -> None:
    database = EmbeddedPostgres(folder, fast=True)
    first = database.start()
    database.stop()
    with socket.socket() as thief:
        thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        thief.bind(("127.0.0.1", int((folder / "port").read_text())))
        thief.listen()
        second = database.start()
        assert second != first
        assert second.endswith(f":{(folder / 'port').read_text()}/estospaces")
        database.stop()
