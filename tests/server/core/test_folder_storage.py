"""What is true of the folder alone: files, and what others do to them."""

import asyncio
import stat
import threading
from pathlib import Path

import pytest

from server.core import folder_storage
from server.core.folder_storage import CHUNK_BYTES, FolderStorage
from server.core.storage import StorageUnavailable, in_one_piece, read_whole

LIMIT = 4 * CHUNK_BYTES


@pytest.fixture
def storage(tmp_path: Path) -> FolderStorage:
    return FolderStorage(tmp_path)


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def test_a_file_is_for_its_owner_only(storage: FolderStorage, tmp_path: Path) -> None:
    await storage.write("x", in_one_piece(b"x"), max_bytes=LIMIT)
    assert stat.S_IMODE((tmp_path / "x").stat().st_mode) == 0o600


async def test_a_folder_where_the_file_should_go_fails_and_leaves_nothing(
    storage: FolderStorage, tmp_path: Path
) -> None:
    (tmp_path / "x").mkdir()
    with pytest.raises(StorageUnavailable):
        await storage.write("x", in_one_piece(b"content"), max_bytes=LIMIT)
    assert names_in(tmp_path) == ["x"]
    assert (await read_whole(storage, "x", max_bytes=LIMIT), await storage.exists("x")) == (None, False)
    await storage.delete("x")
    assert (tmp_path / "x").is_dir()


async def test_a_file_that_is_cut_off_while_it_is_read_is_no_whole_object(
    storage: FolderStorage, tmp_path: Path
) -> None:
    await storage.write("x", in_one_piece(b"x" * (2 * CHUNK_BYTES)), max_bytes=LIMIT)
    async with storage.open("x") as stored:
        assert stored is not None
        await anext(stored.chunks)
        (tmp_path / "x").write_bytes(b"")
        with pytest.raises(StorageUnavailable):
            await anext(stored.chunks)


async def test_cleaning_up_waits_for_the_step_on_the_disk_that_was_cancelled(
    storage: FolderStorage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on, ended, begin = threading.Event(), threading.Event(), threading.Event(), folder_storage._begin

    def slow(unfinished: Path) -> object:
        begun.set()
        assert go_on.wait(10)
        try:
            return begin(unfinished)
        finally:
            ended.set()

    monkeypatch.setattr(folder_storage, "_begin", slow)
    writing = asyncio.create_task(storage.write("x", in_one_piece(b"x"), max_bytes=LIMIT))
    await asyncio.to_thread(begun.wait, 10)
    writing.cancel()
    await asyncio.sleep(0.01)
    go_on.set()
    await asyncio.wait([writing])
    assert writing.cancelled()
    await asyncio.to_thread(ended.wait, 10)
    assert names_in(tmp_path) == []
