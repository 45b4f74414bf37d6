"""Keeps objects as files below a folder."""

import asyncio
import os
import secrets
from collections.abc import AsyncIterable, AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import BinaryIO, TypeVar

from server.core.private_files import open_private
from server.core.storage import StorageUnavailable, Stored, TooLarge, checked

Answer = TypeVar("Answer")

CHUNK_BYTES = 256 * 1024
"""So much of a file is read at once: a disk has it in a millisecond, a hundred readers hold 25 MB."""


class FolderStorage:
    """Objects as files below `root`, which is made when something is kept. Adapter of `Storage`.

    What is not whole yet lies beside its place under a name that is no key. A process that is killed leaves it there.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    @asynccontextmanager
    async def open(self, key: str, *, first: int = 0, last: int | None = None) -> AsyncIterator[Stored | None]:
        """See `Storage.open`."""
        found = await _in_thread(self._file, self._path(key), first)
        if found is None:
            yield None
            return
        file, size = found
        end = size if last is None else min(last + 1, size)
        try:
            yield Stored(size, _chunks(file, end - first))
        finally:
            await asyncio.to_thread(file.close)

    async def write(self, key: str, content: AsyncIterable[bytes], *, max_bytes: int) -> None:
        """See `Storage.write`."""
        path = self._path(key)
        # Beside its final place: a rename is atomic only within one filesystem. The leading dot is no legal key.
        unfinished = path.with_name(f".{secrets.token_hex(8)}.part")
        file, came = None, 0
        try:
            file = await _in_thread(_begin, unfinished)
            async for chunk in content:
                came += len(chunk)
                if came > max_bytes:
                    raise TooLarge(f"more than {max_bytes} bytes")
                await _in_thread(file.write, chunk)
            await _in_thread(_finish, file, unfinished, path)
        finally:
            await asyncio.to_thread(_clean, file, unfinished)

    async def exists(self, key: str) -> bool:
        """See `Storage.exists`."""
        return await _in_thread(self._is_there, self._path(key))

    async def delete(self, key: str) -> None:
        """See `Storage.delete`."""
        await _in_thread(self._unlink, self._path(key))

    def _path(self, key: str) -> Path:
        return self._root.joinpath(*checked(key).split("/"))

    def _file(self, path: Path, first: int) -> tuple[BinaryIO, int] | None:
        """The open file at its byte `first`, and how many bytes it has; None when there is none."""
        try:
            file = path.open("rb")
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            self._look()
            return None
        file.seek(first)
        return file, os.fstat(file.fileno()).st_size

    def _is_there(self, path: Path) -> bool:
        if path.is_file():
            return True
        self._look()
        return False

    def _unlink(self, path: Path) -> None:
        try:
            path.unlink()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            self._look()

    def _look(self) -> None:
        """Raises OSError when it is not the object that is missing but the place."""
        if self._root.exists() and not self._root.is_dir():
            raise NotADirectoryError(f"{self._root} is no folder")


def _begin(unfinished: Path) -> BinaryIO:
    unfinished.parent.mkdir(parents=True, exist_ok=True)
    return open(unfinished, "xb", opener=open_private)


def _finish(file: BinaryIO, unfinished: Path, path: Path) -> None:
    file.flush()
    os.fsync(file.fileno())
    unfinished.replace(path)


def _clean(file: BinaryIO | None, unfinished: Path) -> None:
    """Close a file, and take away what did not become whole."""
    with suppress(OSError):
        if file is not None:
            file.close()
    with suppress(OSError):
        unfinished.unlink()


async def _chunks(file: BinaryIO, left: int) -> AsyncIterator[bytes]:
    while left > 0:
        chunk = await _in_thread(file.read, min(CHUNK_BYTES, left))
        if not chunk:
            raise StorageUnavailable(f"a file ends {left} bytes before it should")  # somebody else cut it off
        yield chunk
        left -= len(chunk)


async def _in_thread(step: Callable[..., Answer], *args: object) -> Answer:
    """A step on the disk; what the system says against it is `StorageUnavailable`.

    Whoever is cancelled meanwhile waits for its end: cleaning up must not overtake it.
    """
    running = asyncio.ensure_future(asyncio.to_thread(step, *args))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.gather(running, return_exceptions=True)
        raise
    except OSError as error:
        raise StorageUnavailable(str(error)) from error
