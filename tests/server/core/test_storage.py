"""The filesystem adapter: bytes under a key, and nothing outside its folder."""

import asyncio
from pathlib import Path

import pytest

from server.core.storage import BadKey, FileStorage, StorageUnavailable, TooLarge


async def test_what_was_put_comes_back_until_it_is_deleted(tmp_path: Path) -> None:
    storage = FileStorage(tmp_path / "not" / "yet")
    assert await storage.get("a/b.webp") is None
    await storage.put("a/b.webp", b"one")
    await storage.put("a/b.webp", b"two")
    assert await storage.get("a/b.webp") == b"two"
    await storage.delete("a/b.webp")
    await storage.delete("a/b.webp")
    assert await storage.get("a/b.webp") is None


UNSAFE = ("", "/etc/passwd", "../x", "a/../x", "a/..", ".hidden", "a//b", "a/", "a\\b", "A", "a\0b", "a\n", "é")
TOO_LONG = ("a" * 101, "/".join("a" * 9))


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


@pytest.mark.parametrize("key", [*UNSAFE, *TOO_LONG])
async def test_a_key_that_could_leave_the_folder_is_refused(tmp_path: Path, key: str) -> None:
    storage = FileStorage(tmp_path / "root")
    for attempt in (storage.get(key), storage.put(key, b"x"), storage.delete(key)):
        with pytest.raises(BadKey):
            await attempt
    assert names_in(tmp_path) == []


async def test_an_object_larger_than_allowed_is_neither_written_nor_read(tmp_path: Path) -> None:
    storage = FileStorage(tmp_path, max_bytes=4)
    await storage.put("fits", b"1234")
    with pytest.raises(TooLarge):
        await storage.put("big", b"12345")
    (tmp_path / "foreign").write_bytes(b"12345")
    with pytest.raises(TooLarge):
        await storage.get("foreign")
    assert await storage.get("big") is None


async def test_readers_see_whole_objects_while_writers_replace_them(tmp_path: Path) -> None:
    storage, versions = FileStorage(tmp_path), [bytes([n]) * 200_000 for n in range(6)]
    await storage.put("x", versions[0])
    reads = [storage.get("x") for _ in range(24)]
    replies = await asyncio.gather(*reads, *(storage.put("x", version) for version in versions))
    assert set(replies[:24]) <= set(versions)


async def test_a_failed_write_leaves_nothing_behind(tmp_path: Path) -> None:
    storage = FileStorage(tmp_path)
    (tmp_path / "x").mkdir()  # a folder where the file should go: the final rename fails
    with pytest.raises(StorageUnavailable):
        await storage.put("x", b"content")
    assert names_in(tmp_path) == ["x"]


async def test_a_root_that_cannot_be_a_folder_is_reported_as_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    storage = FileStorage(tmp_path / "file")
    assert await storage.get("x") is None
    with pytest.raises(StorageUnavailable):
        await storage.put("x", b"content")
