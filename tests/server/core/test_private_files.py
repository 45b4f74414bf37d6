"""Folders and files of people's data are for their owner only, also those that were wider before."""

import os
from pathlib import Path

import pytest

from server.core.private_files import make_private, open_private, write_privately
from tests.server.core.conftest import IS_ROOT, STRANGER, mode_of


@pytest.fixture(autouse=True)
def _generous_umask() -> object:
    before = os.umask(0)
    yield
    os.umask(before)


def test_a_new_folder_is_its_owners_only(tmp_path: Path) -> None:
    make_private(tmp_path / "data")
    assert mode_of(tmp_path / "data") == 0o700


def test_a_wider_folder_is_tightened_and_what_lies_above_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "parent" / "data").mkdir(parents=True, mode=0o777)
    make_private(tmp_path / "parent" / "data")
    assert (mode_of(tmp_path / "parent" / "data"), mode_of(tmp_path / "parent")) == (0o700, 0o777)


def test_a_folder_that_everybody_shares_stays_so(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    make_private(tmp_path)
    assert mode_of(tmp_path) == 0o1777


def test_a_folder_of_somebody_else_stays_as_it_is(tmp_path: Path) -> None:
    if not IS_ROOT:
        pytest.skip("only root can give a folder away")
    (tmp_path / "data").mkdir(mode=0o755)
    os.chown(tmp_path / "data", STRANGER, STRANGER)
    make_private(tmp_path / "data")
    assert mode_of(tmp_path / "data") == 0o755


def test_a_file_is_opened_for_its_owner_only_new_or_not(tmp_path: Path) -> None:
    (tmp_path / "wide").write_text("before")
    for name in ("new", "wide"):
        with open(tmp_path / name, "a", opener=open_private) as file:
            file.write(" and after")
        assert mode_of(tmp_path / name) == 0o600
    assert (tmp_path / "wide").read_text() == "before and after"


def test_a_file_is_written_whole_and_for_its_owner_only(tmp_path: Path) -> None:
    (tmp_path / "secret.new").write_text("half")
    write_privately(tmp_path / "secret", "whole")
    assert (tmp_path / "secret").read_text() == "whole"
    assert mode_of(tmp_path / "secret") == 0o600
    assert os.listdir(tmp_path) == ["secret"]
