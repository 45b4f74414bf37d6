"""What every place for objects promises. A new adapter is one more line in `PLACES`; nothing else may be needed."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Protocol

import pytest

from server.core.folder_storage import CHUNK_BYTES, FolderStorage
from server.core.storage import BadKey, Storage, StorageUnavailable, TooLarge, in_one_piece, read_whole

LIMIT = 4 * CHUNK_BYTES
KEY = "rooms/v1/a-b_c.webp"
LONG = bytes(range(256)) * (3 * CHUNK_BYTES // 256) + b"end"
"""More than comes in one piece."""


class Place(Protocol):
    """A place for the tests, which can be looked into from outside and taken away."""

    @property
    def storage(self) -> Storage:
        """The way to it that is tested."""

    def left_behind(self) -> list[str]:
        """Names of all that lies there, whether whole or not."""

    def take_away(self) -> None:
        """From now on nothing can be read or written."""

    def fill_up(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """From now on nothing more has room."""


class Folder:
    """A folder that is not there yet."""

    def __init__(self, tmp_path: Path) -> None:
        self.root = tmp_path / "not" / "yet"
        self.storage = FolderStorage(self.root)

    def left_behind(self) -> list[str]:
        return sorted(str(path.relative_to(self.root)) for path in self.root.rglob("*") if path.is_file())

    def take_away(self) -> None:
        if self.root.exists():
            self.root.rename(self.root.with_name("elsewhere"))
        self.root.parent.mkdir(parents=True, exist_ok=True)
        self.root.write_bytes(b"no folder")

    def fill_up(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(_: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("os.fsync", full)  # filesystems that put off where bytes go say so only here


PLACES = {"folder": Folder}


@pytest.fixture(params=PLACES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    return PLACES[request.param](tmp_path)


@pytest.fixture
def storage(place: Place) -> Storage:
    return place.storage


async def keep(storage: Storage, content: bytes, key: str = KEY) -> None:
    await storage.write(key, in_one_piece(content), max_bytes=LIMIT)


async def kept(storage: Storage, key: str = KEY) -> bytes | None:
    return await read_whole(storage, key, max_bytes=LIMIT)


async def in_pieces(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        await asyncio.sleep(0)
        yield piece


async def test_what_was_written_comes_back_until_it_is_deleted(storage: Storage) -> None:
    assert (await kept(storage), await storage.exists(KEY)) == (None, False)
    await keep(storage, b"one")
    await keep(storage, b"two")
    assert (await kept(storage), await storage.exists(KEY)) == (b"two", True)
    await storage.delete(KEY)
    await storage.delete(KEY)
    assert (await kept(storage), await storage.exists(KEY)) == (None, False)


@pytest.mark.parametrize("pieces", [(), (b"",), (b"one",), (b"one", b"", b"two"), (LONG[:100], LONG[100:])])
async def test_a_stream_comes_back_as_it_came(storage: Storage, pieces: tuple[bytes, ...]) -> None:
    await storage.write(KEY, in_pieces(*pieces), max_bytes=LIMIT)
    assert await kept(storage) == b"".join(pieces)


async def test_an_object_is_read_in_pieces_that_can_be_held(storage: Storage) -> None:
    await keep(storage, LONG)
    async with storage.open(KEY) as stored:
        assert stored is not None
        pieces = [piece async for piece in stored.chunks]
    assert (stored.size, b"".join(pieces)) == (len(LONG), LONG)
    assert max(map(len, pieces)) <= CHUNK_BYTES


@pytest.mark.parametrize(
    ("first", "last", "part"),
    [
        (0, None, b"0123456789"),
        (0, 0, b"0"),
        (3, 5, b"345"),
        (7, None, b"789"),
        (7, 9, b"789"),
        (7, 10**12, b"789"),
        (9, 9, b"9"),
        (10, 12, b""),
        (99, None, b""),
    ],
)
async def test_a_part_is_read_as_a_range_of_http(storage: Storage, first: int, last: int | None, part: bytes) -> None:
    await keep(storage, b"0123456789")
    async with storage.open(KEY, first=first, last=last) as stored:
        assert stored is not None
        assert stored.size == 10
        assert b"".join([piece async for piece in stored.chunks]) == part


async def test_a_part_of_a_long_object_may_begin_and_end_anywhere(storage: Storage) -> None:
    await keep(storage, LONG)
    first, last = 1000, CHUNK_BYTES + 5000
    async with storage.open(KEY, first=first, last=last) as stored:
        assert stored is not None
        assert b"".join([piece async for piece in stored.chunks]) == LONG[first : last + 1]


UNSAFE = ("", "/etc/passwd", "../x", "a/../x", "a/..", ".hidden", "a//b", "a/", "a\\b", "A", "a\0b", "a\n", "é")
TOO_LONG = ("a" * 101, "/".join("a" * 9))


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


@pytest.mark.parametrize("key", [*UNSAFE, *TOO_LONG])
async def test_a_key_that_could_lead_out_is_refused_everywhere(place: Place, tmp_path: Path, key: str) -> None:
    with pytest.raises(BadKey):
        await keep(place.storage, b"x", key)
    with pytest.raises(BadKey):
        async with place.storage.open(key):
            pass
    for attempt in (place.storage.exists(key), place.storage.delete(key)):
        with pytest.raises(BadKey):
            await attempt
    assert names_in(tmp_path) == []


async def test_keys_of_the_greatest_length_are_kept(storage: Storage) -> None:
    key = "/".join(["a" * 100] * 8)
    await keep(storage, b"x", key)
    assert await kept(storage, key) == b"x"


async def test_more_than_is_allowed_is_refused_as_it_comes_and_what_was_there_stays(place: Place) -> None:
    await keep(place.storage, b"1234")
    asked = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal asked
        while True:
            asked += 1
            yield b"123"

    with pytest.raises(TooLarge):
        await place.storage.write(KEY, endless(), max_bytes=4)
    assert asked == 2
    assert await kept(place.storage) == b"1234"
    assert place.left_behind() == [KEY]
    await place.storage.write(KEY, in_pieces(b"56", b"78"), max_bytes=4)
    assert await kept(place.storage) == b"5678"


async def test_an_object_is_not_held_in_one_piece_beyond_what_the_reader_allows(storage: Storage) -> None:
    await keep(storage, b"12345")
    assert await read_whole(storage, KEY, max_bytes=5) == b"12345"
    with pytest.raises(TooLarge):
        await read_whole(storage, KEY, max_bytes=4)


async def test_a_stream_that_breaks_changes_nothing(place: Place) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield LONG
        raise ConnectionResetError("the browser went away")

    for before in (None, b"before"):
        if before is not None:
            await keep(place.storage, before)
        with pytest.raises(ConnectionResetError):
            await place.storage.write(KEY, broken(), max_bytes=LIMIT)
        assert await kept(place.storage) == before
    assert place.left_behind() == [KEY]


async def test_a_writer_who_is_cancelled_changes_nothing(place: Place) -> None:
    await keep(place.storage, b"before")
    sent = asyncio.Event()

    async def stuck() -> AsyncIterator[bytes]:
        yield LONG
        sent.set()
        await asyncio.Event().wait()

    writing = asyncio.create_task(place.storage.write(KEY, stuck(), max_bytes=LIMIT))
    await sent.wait()
    writing.cancel()
    await asyncio.wait([writing])
    assert writing.cancelled()
    assert await kept(place.storage) == b"before"
    assert place.left_behind() == [KEY]


async def test_an_object_appears_when_it_is_whole(place: Place) -> None:
    seen: list[bytes | None] = []

    async def looking() -> AsyncIterator[bytes]:
        for piece in (b"one", b"two"):
            yield piece
            seen.append(await kept(place.storage))

    await place.storage.write(KEY, looking(), max_bytes=LIMIT)
    assert (seen, await kept(place.storage)) == ([None, None], b"onetwo")


@pytest.mark.parametrize("then", ["replaced", "deleted"])
async def test_a_reader_has_the_object_that_was_there_when_they_began(storage: Storage, then: str) -> None:
    await keep(storage, LONG)
    async with storage.open(KEY) as stored:
        assert stored is not None
        begun = await anext(stored.chunks)
        await (keep(storage, b"new") if then == "replaced" else storage.delete(KEY))
        assert begun + b"".join([piece async for piece in stored.chunks]) == LONG
    assert await kept(storage) == (b"new" if then == "replaced" else None)


async def test_readers_see_whole_objects_while_writers_replace_them(storage: Storage) -> None:
    versions = [bytes([n]) * (CHUNK_BYTES + 7) for n in range(6)]
    await keep(storage, versions[0])
    reads = [kept(storage) for _ in range(24)]
    replies = await asyncio.gather(*reads, *(keep(storage, version) for version in versions))
    assert set(replies[:24]) <= set(versions)


@pytest.mark.parametrize("used_before", [False, True])
async def test_a_place_that_is_away_says_so_and_never_that_nothing_is_kept(place: Place, used_before: bool) -> None:
    if used_before:
        await keep(place.storage, b"x")
    place.take_away()
    with pytest.raises(StorageUnavailable):
        await keep(place.storage, b"x")
    for attempt in (kept(place.storage), place.storage.exists(KEY), place.storage.delete(KEY)):
        with pytest.raises(StorageUnavailable):
            await attempt


async def test_a_place_that_is_full_says_so_and_keeps_what_it_has(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    await keep(place.storage, b"before")
    with monkeypatch.context() as full:
        place.fill_up(full)
        with pytest.raises(StorageUnavailable):
            await keep(place.storage, b"after")
    assert await kept(place.storage) == b"before"
    assert place.left_behind() == [KEY]
