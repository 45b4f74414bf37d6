"""The embedded PostgreSQL on full disks, without permission and as other users."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from server.core.embedded_postgres.account import Account, _copy_of, account_for, installed_programs
from server.core.embedded_postgres.server import EmbeddedPostgres, EmbeddedPostgresError
from tests.server.core.conftest import (
    IS_ROOT,
    STRANGER,
    Life,
    is_running,
    mode_of,
    mount,
    read_the_row,
    server_of,
    write_a_row,
)

# --- disks and permissions


def test_a_full_disk_is_one_clear_line_and_leaves_nothing_half_made(small_disk: Path) -> None:
    database = EmbeddedPostgres(small_disk / "data", fast=True)
    with pytest.raises(EmbeddedPostgresError, match="No space left on device") as caught:
        database.start()
    assert "\n" not in str(caught.value)
    assert not list((small_disk / "data").glob("cluster*"))
    assert mount("-o", "remount,size=200m", str(small_disk)) == 0
    assert database.start()
    database.stop()


def test_a_disk_that_fills_up_later_is_one_clear_line_and_loses_nothing(small_disk: Path) -> None:
    assert mount("-o", "remount,size=80m", str(small_disk)) == 0
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
    assert mount("-o", "remount,ro", str(small_disk)) == 0
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
