"""Drawings as images: drawn once per size, kept, and served even when they cannot be kept."""

import asyncio
from collections.abc import Callable
from uuid import UUID

import pyvips
import structlog

from server.core.storage import Storage, StorageUnavailable, TooLarge, in_one_piece, read_whole
from server.drawings.cover import cover_svg, room_svg
from server.drawings.kinds import CoverKind, RoomKind, describe
from server.media.rules import CoverWidth, Crop, drawing_key

__all__ = ["CoverKind", "CoverWidth", "Crop", "Drawings", "RoomKind", "describe"]

log = structlog.get_logger(__name__)

AT_ONCE = 2
"""Drawings rendered side by side: the work is CPU bound and the API needs a core for itself."""
MAX_BYTES = 1024 * 1024
"""Of one drawing; the largest have some 50 kB."""


class Drawings:
    """Covers and rooms of homes without photos, as WebP. One per process: it knows what is being drawn right now."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._renderers = asyncio.Semaphore(AT_ONCE)
        self._under_way: dict[str, asyncio.Task[bytes]] = {}
        self._storage_failed = False

    async def cover_webp(self, property_id: UUID, kind: CoverKind, width: CoverWidth, crop: Crop = Crop.PHOTO) -> bytes:
        """The cover of a home, `width` pixels wide. Whether the home exists is the caller's question."""
        key = drawing_key(property_id, kind, width, crop)
        return await self._once(key, lambda: render(cover_svg(str(property_id), kind, crop.aspect), width))

    async def room_webp(self, property_id: UUID, room: RoomKind, width: CoverWidth, crop: Crop = Crop.PHOTO) -> bytes:
        """A room of a home, `width` pixels wide. Show only rooms the listing has."""
        key = drawing_key(property_id, room, width, crop)
        return await self._once(key, lambda: render(room_svg(str(property_id), room, crop.aspect), width))

    async def _once(self, key: str, draw: Callable[[], bytes]) -> bytes:
        """Everyone who asks for the same picture at the same time waits for the same task."""
        task = self._under_way.get(key)
        if task is None:
            task = self._under_way[key] = asyncio.create_task(self._kept_or_drawn(key, draw))
            task.add_done_callback(lambda _: self._under_way.pop(key, None))
        # A reader who leaves must not take the picture from the others.
        return await asyncio.shield(task)

    async def _kept_or_drawn(self, key: str, draw: Callable[[], bytes]) -> bytes:
        kept = await self._read(key)
        if kept is not None:
            return kept
        async with self._renderers:
            image = await asyncio.to_thread(draw)
        await self._keep(key, image)
        return image

    async def _read(self, key: str) -> bytes | None:
        try:
            return await read_whole(self._storage, key, max_bytes=MAX_BYTES)
        except (StorageUnavailable, TooLarge) as error:
            self._warn_once(key, error)
            return None

    async def _keep(self, key: str, image: bytes) -> None:
        try:
            await self._storage.write(key, in_one_piece(image), max_bytes=MAX_BYTES)
        except (StorageUnavailable, TooLarge) as error:
            self._warn_once(key, error)
        else:
            self._storage_failed = False

    def _warn_once(self, key: str, error: Exception) -> None:
        """Once until a drawing is kept again: a full disk must not fill the log as well."""
        if not self._storage_failed:
            self._storage_failed = True
            log.warning("drawing_not_kept", key=key, error=str(error))


def render(svg: str, width: int) -> bytes:
    """An SVG document as WebP, exactly `width` pixels wide. Blocks for 20 to 250 ms."""
    document = svg.encode()
    natural = pyvips.Image.svgload_buffer(document)
    height = round(width * natural.height / natural.width)
    image = pyvips.Image.svgload_buffer(document, scale=width / natural.width)
    if (image.width, image.height) != (width, height):
        # The loader rounds up; a pixel more or less would make the sizes of one picture disagree.
        image = image.thumbnail_image(width, height=height, size="force")
    encoded: bytes = image.flatten().webpsave_buffer(Q=86, effort=2, keep="none")
    return encoded
