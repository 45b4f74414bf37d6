"""The embedded PostgreSQL, with real servers, real kills and real disks."""

import contextlib
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import psycopg
import pytest

from server.core import embedded_postgres_process as process
from server.core.embedded_postgres import EmbeddedPostgres, EmbeddedPostgresError
from server.core.embedded_postgres_account import Account, _copy_of, account_for, installed_programs
from server.core.embedded_postgres_process import Cluster

ROOT = Path(__file__).parents[3]
IS_ROOT = os.geteuid() == 0
STRANGER = 61234  # a user id nobody has, so it has no name either

# One life of our program: start, say so, wait for a line (or the end) of input, stop. Everything is imported before the
# user changes, because the interpreter may lie in a folder only root can enter.
PROGRAM = """
import encodings.idna, json, os, sys
from pathlib import Path
import psycopg
from server.core.embedded_postgres import EmbeddedPostgres, EmbeddedPostgresError

folder, uid, fast = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "fast"
if uid:
    os.setgroups([]); os.setgid(uid); os.setuid(uid)
database = EmbeddedPostgres(folder, fast=fast)
try:
    url = database.start()
except EmbeddedPostgresError as problem:
    print(json.dumps({"problem": str(problem)}), flush=True)
    sys.exit(1)
with psycopg.connect(url) as connection:
    fsync = connection.execute("show fsync").fetchone()[0]
print(json.dumps({"url": url, "adopted": database.adopted, "fsync": fsync, "uid": os.geteuid()}), flush=True)
sys.stdin.readline()
"""


class Life:
    """A process of ours that uses a database folder."""

    def __init__(self, folder: Path, *, uid: int = 0, fast: bool = True, before: tuple[str, ...] = ()) -> None:
        words = [*before, sys.executable, "-c", PROGRAM, str(folder), str(uid), "fast" if fast else "safe"]
        self.process = subprocess.Popen(
            words,
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "HOME": "", "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def report(self) -> dict[str, Any]:
        """What it says once its database is up, or why it is not."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.process.communicate()[1]
        said: dict[str, Any] = json.loads(line)
        return said

    def leave(self) -> str:
        """Let it end by itself; the server is stopped at its exit, nobody calls `stop`. Returns what it complained."""
        return self.process.communicate("\n", timeout=60)[1]

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def live() -> Iterator[Callable[..., Life]]:
    lives: list[Life] = []

    def begin(folder: Path, **wishes: Any) -> Life:
        lives.append(Life(folder, **wishes))
        return lives[-1]

    yield begin
    for life in lives:
        life.kill()


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "data"
    process.stop_server(cluster_of(tmp_path / "data"))


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A data folder that belongs to the stranger. Not in pytest's own, which only root may enter."""
    if not IS_ROOT:
        pytest.skip("only root can become another user")
    with tempfile.TemporaryDirectory(prefix="estospaces-stranger-") as parent:
        Path(parent).chmod(0o711)
        folder = Path(parent, "data")
        folder.mkdir(mode=0o700)
        os.chown(folder, STRANGER, STRANGER)
        yield folder
        process.stop_server(cluster_of(folder))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 20 MB; a cluster needs about 40."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if _mount("-t", "tmpfs", "-o", "size=20m,mode=700", "none", str(disk)) != 0:
        pytest.skip("this user may not mount a file system")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def _mount(*words: str) -> int:
    return subprocess.run(["mount", *words], capture_output=True, check=False).returncode


def cluster_of(folder: Path) -> Cluster:
    return Cluster(Account(folder, installed_programs()))


def server_of(folder: Path) -> int:
    server = process.find_server(cluster_of(folder))
    assert server is not None
    return server.pid


def is_running(folder: Path) -> bool:
    return process.find_server(cluster_of(folder)) is not None


def write_a_row(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("create table kept (word text)")
        connection.execute("insert into kept values ('home')")


def read_the_row(url: str) -> str:
    with psycopg.connect(url) as connection:
        row = connection.execute("select word from kept").fetchone()
    assert row is not None
    return str(row[0])


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


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
    with psycopg.connect(url) as connection:
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


# --- disks and permissions


def test_a_full_disk_is_one_clear_line_and_leaves_nothing_half_made(small_disk: Path) -> None:
    database = EmbeddedPostgres(small_disk / "data", fast=True)
    with pytest.raises(EmbeddedPostgresError, match="No space left on device") as caught:
        database.start()
    assert "\n" not in str(caught.value)
    assert not list((small_disk / "data").glob("cluster*"))
    assert _mount("-o", "remount,size=200m", str(small_disk)) == 0
    assert database.start()
    database.stop()


def test_a_disk_that_fills_up_later_is_one_clear_line_and_loses_nothing(small_disk: Path) -> None:
    assert _mount("-o", "remount,size=80m", str(small_disk)) == 0
    database = EmbeddedPostgres(small_disk / "data")
    write_a_row(database.start())
    os.kill(server_of(small_disk / "data"), signal.SIGKILL)
    ballast = small_disk / "ballast"
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass
    with pytest.raises(EmbeddedPostgresError, match="No space left on device") as caught:
        database.start()
    assert "\n" not in str(caught.value)
    assert not is_running(small_disk / "data")
    ballast.unlink()
    assert read_the_row(database.start()) == "home"
    database.stop()


def test_a_read_only_disk_is_one_clear_line(small_disk: Path) -> None:
    assert _mount("-o", "remount,ro", str(small_disk)) == 0
    with pytest.raises(EmbeddedPostgresError, match=r"cannot be used: Read-only file system\.$"):
        EmbeddedPostgres(small_disk / "data").start()


def test_a_folder_without_permission_is_one_clear_line(open_folder: Path, live: Callable[..., Life]) -> None:
    os.chown(open_folder, 0, 0)
    report = live(open_folder, uid=STRANGER).report()
    assert report["problem"] == f"The database folder {open_folder} cannot be used: Permission denied."


def test_a_cut_off_first_start_does_not_hinder_the_next(folder: Path) -> None:
    (folder / "cluster.new").mkdir(parents=True)
    (folder / "cluster.new" / "PG_VERSION").write_text("18")
    (folder / "password.new").write_text("")
    database = EmbeddedPostgres(folder, fast=True)
    assert database.start()
    assert not (folder / "cluster.new").exists()
    database.stop()


# --- users


def test_root_needs_no_wider_parent(folder: Path, tmp_path: Path) -> None:
    if not IS_ROOT:
        pytest.skip("only root can show what root does")
    tmp_path.chmod(0o700)
    database = EmbeddedPostgres(folder, fast=True)
    database.start()
    assert account_for(folder).folder == folder
    assert (mode_of(tmp_path), mode_of(folder), mode_of(folder / "cluster")) == (0o700, 0o700, 0o700)
    database.stop()


@pytest.mark.parametrize("uid", [65534, STRANGER], ids=["named", "nameless"])
def test_an_ordinary_user_without_a_home_runs_it(open_folder: Path, live: Callable[..., Life], uid: int) -> None:
    os.chown(open_folder, uid, uid)
    life = live(open_folder, uid=uid)
    report = life.report()
    assert report.get("uid") == uid, report
    assert (open_folder / "cluster").stat().st_uid == uid
    assert mode_of(open_folder) == 0o700
    assert life.leave() == ""
    assert not is_running(open_folder)
    with pytest.raises(EmbeddedPostgresError, match="is not root's"):
        EmbeddedPostgres(open_folder).start()


@pytest.fixture
def without_user_namespaces() -> Iterator[tuple[str, ...]]:
    """The words before a command that make it run where root may not make user namespaces, as in many containers.

    It is a user namespace with every user of the machine, a limit of zero further ones and a /var/lib of its own.
    """
    setup = "echo 0 > /proc/sys/user/max_user_namespaces && mount -t tmpfs -o mode=755 none /var/lib && echo set && cat"
    with contextlib.ExitStack() as stack:
        users = stack.enter_context(_waiting("unshare", "--user", "sh", "-c", "echo set && cat"))
        try:
            for kind in ("uid_map", "gid_map"):
                Path(f"/proc/{users}/{kind}").write_text("0 0 65536")
        except PermissionError:
            pytest.skip("only root can show every user inside a user namespace")
        inside = ("nsenter", f"--target={users}", "--user")
        room = stack.enter_context(_waiting(*inside, "unshare", "--mount", "sh", "-c", setup))
        yield ("nsenter", f"--target={room}", "--user", "--mount")


@contextlib.contextmanager
def _waiting(*words: str) -> Iterator[int]:
    """The pid of a command that has said `set` and waits for the end of its input."""
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as waiting:
        assert waiting.stdin is not None
        assert waiting.stdout is not None
        try:
            if waiting.stdout.readline() != "set\n":
                pytest.skip("this machine does not let us make such a namespace")
            yield waiting.pid
        finally:
            waiting.stdin.close()


def test_root_without_user_namespaces_keeps_the_data_at_a_system_user(
    folder: Path, tmp_path: Path, live: Callable[..., Life], without_user_namespaces: tuple[str, ...]
) -> None:
    if not IS_ROOT:
        pytest.skip("only root can show what root does")
    tmp_path.chmod(0o700)
    first = live(folder, before=without_user_namespaces, fast=False)
    write_a_row(first.report()["url"])
    said = first.leave()
    assert "its data is in /var/lib/estospaces/data-" in said
    assert said.count("\n") == 1
    second = live(folder, before=without_user_namespaces, fast=False)
    assert read_the_row(second.report()["url"]) == "home"
    second.leave()
    assert mode_of(tmp_path) == 0o700
    assert not (folder / "cluster").exists()


def test_the_system_user_gets_programs_it_can_reach(tmp_path: Path) -> None:
    programs = _copy_of(installed_programs(), tmp_path)
    assert programs.is_relative_to(tmp_path)
    assert "PostgreSQL" in Account(tmp_path, programs).run("postgres", "--version").stdout
