"""Drawings as images: the asked size, drawn once, served whatever happens to the store."""

import asyncio
from collections.abc import AsyncIterable
from pathlib import Path
from typing import get_args
from uuid import UUID

import pytest
import pyvips  # type: ignore[import-untyped]
from structlog.testing import capture_logs

from server.core.folder_storage import FolderStorage
from server.core.storage import in_one_piece
from server.drawings.kinds import CoverKind, RoomKind
from server.media.rules import CoverWidth, Crop, drawing_key
from server.media.service import Drawings

HOME = UUID("4c1e2b1a-8d0f-4e57-9a61-0f6f0c6f3b52")


class CountingStorage(FolderStorage):
    """A real store that counts: every drawing is written exactly once."""

    writes = 0

    async def write(self, key: str, content: AsyncIterable[bytes], *, max_bytes: int) -> None:
        self.writes += 1
        await super().write(key, content, max_bytes=max_bytes)


@pytest.fixture
def storage(tmp_path: Path) -> CountingStorage:
    return CountingStorage(tmp_path)


@pytest.mark.parametrize("width", get_args(CoverWidth))
@pytest.mark.parametrize("crop", Crop)
async def test_a_cover_is_webp_of_the_asked_width_and_shape(
    storage: CountingStorage, width: CoverWidth, crop: Crop
) -> None:
    content = await Drawings(storage).cover_webp(HOME, CoverKind.COTTAGE, width, crop)
    assert (content[:4], content[8:12]) == (b"RIFF", b"WEBP")
    image = pyvips.Image.webpload_buffer(content)
    assert image.width == width
    assert image.height == pytest.approx(width / crop.aspect, abs=width / 300)
    assert image.bands == 3


@pytest.mark.parametrize("room", RoomKind)
async def test_a_room_is_webp_of_the_asked_width(storage: CountingStorage, room: RoomKind) -> None:
    image = pyvips.Image.webpload_buffer(await Drawings(storage).room_webp(HOME, room, 320))
    assert (image.width, image.height) == (320, 240)


async def test_readers_who_come_together_wait_for_one_drawing(storage: CountingStorage) -> None:
    drawings = Drawings(storage)
    images = await asyncio.gather(*(drawings.cover_webp(HOME, CoverKind.FLAT, 320) for _ in range(20)))
    assert len(set(images)) == 1
    assert storage.writes == 1
    await asyncio.gather(*(drawings.cover_webp(HOME, kind, 320) for kind in CoverKind))
    assert storage.writes == len(CoverKind)


async def test_a_reader_who_leaves_does_not_take_the_drawing_from_the_others(storage: CountingStorage) -> None:
    drawings = Drawings(storage)
    leaver, stayer = (asyncio.create_task(drawings.cover_webp(HOME, CoverKind.HOUSE, 320)) for _ in range(2))
    await asyncio.sleep(0)
    leaver.cancel()
    assert (await stayer)[8:12] == b"WEBP"
    assert leaver.cancelled()
    assert storage.writes == 1


async def test_a_kept_drawing_is_served_as_it_was_kept(storage: CountingStorage) -> None:
    first = await Drawings(storage).cover_webp(HOME, CoverKind.BOAT, 320)
    assert await Drawings(storage).cover_webp(HOME, CoverKind.BOAT, 320) == first
    assert storage.writes == 1
    key = drawing_key(HOME, CoverKind.BOAT, 320, Crop.PHOTO)
    await storage.write(key, in_one_piece(b"kept"), max_bytes=100)
    assert await Drawings(storage).cover_webp(HOME, CoverKind.BOAT, 320) == b"kept"


async def test_a_store_that_cannot_be_written_does_not_stop_serving_and_warns_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"not a folder")
    drawings = Drawings(FolderStorage(tmp_path / "file"))
    with capture_logs() as logs:
        for kind in CoverKind:
            assert (await drawings.cover_webp(HOME, kind, 320))[8:12] == b"WEBP"
    assert [entry["event"] for entry in logs if entry["log_level"] == "warning"] == ["drawing_not_kept"]


async def test_a_store_that_recovers_and_fails_again_warns_again(tmp_path: Path) -> None:
    root = tmp_path / "root"
    drawings = Drawings(FolderStorage(root))
    with capture_logs() as logs:
        for kind, broken in ((CoverKind.FLAT, True), (CoverKind.ROOM, False), (CoverKind.BOAT, True)):
            if root.is_dir():
                root.rename(tmp_path / "moved")
            root.unlink(missing_ok=True)
            if broken:
                root.write_bytes(b"not a folder")
            await drawings.cover_webp(HOME, kind, 320)
    assert [entry["event"] for entry in logs] == ["drawing_not_kept"] * 2


def test_no_two_drawings_share_a_storage_key() -> None:
    kinds: list[CoverKind | RoomKind] = [*CoverKind, *RoomKind]
    keys = [drawing_key(HOME, kind, width, crop) for kind in kinds for width in get_args(CoverWidth) for crop in Crop]
    assert len(set(keys)) == len(keys)
