"""Keeps bytes under a key: the filesystem adapter."""

import asyncio
import os
import re
import tempfile
from contextlib import suppress
from pathlib import Path

_KEY = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}(/[a-z0-9][a-z0-9._-]{0,99}){0,7}")
"""Lower case only, because some filesystems do not tell cases apart; no part starts with a dot, so none is `..`."""


class BadKey(ValueError):
    """A key that could leave the folder, or that two filesystems would read differently."""


class TooLarge(ValueError):
    """More bytes than one object may have."""


class StorageUnavailable(Exception):
    """The place itself failed: full, read-only, gone. The caller's bytes are fine."""


class FileStorage:
    """Objects as files below `root`, made when first needed.

    A reader sees the old bytes or the new ones, never half of them. `max_bytes` bounds one object, not the folder.
    Every method raises `BadKey` for a key outside the grammar and `StorageUnavailable` when the disk fails.
    """

    def __init__(self, root: Path, *, max_bytes: int = 32 * 1024 * 1024) -> None:
        self._root = root
        self._max_bytes = max_bytes

    async def get(self, key: str) -> bytes | None:
        """The bytes under a key, None when there are none. Raises `TooLarge` for a file put there by other means."""
        return await asyncio.to_thread(self._read, self._path(key))

    async def put(self, key: str, content: bytes) -> None:
        """Keep bytes under a key, in place of what was there. Raises `TooLarge`."""
        if len(content) > self._max_bytes:
            raise TooLarge(f"{len(content)} bytes, {self._max_bytes} are allowed")
        await asyncio.to_thread(self._write, self._path(key), content)

    async def delete(self, key: str) -> None:
        """Forget a key; nothing happens when it is not there."""
        await asyncio.to_thread(self._unlink, self._path(key))

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise BadKey(f"not a storage key: {key[:80]!r}")
        return self._root.joinpath(*key.split("/"))

    def _read(self, path: Path) -> bytes | None:
        try:
            with path.open("rb") as file:
                content = file.read(self._max_bytes + 1)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None
        except OSError as error:
            raise StorageUnavailable(str(error)) from error
        if len(content) > self._max_bytes:
            raise TooLarge(f"{path.name} has more than {self._max_bytes} bytes")
        return content

    def _write(self, path: Path, content: bytes) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # Beside its final place: a rename is atomic only within one filesystem. The leading dot is no legal key.
            handle, temporary = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                Path(temporary).replace(path)
            except BaseException:
                with suppress(OSError):
                    Path(temporary).unlink()
                raise
        except OSError as error:
            raise StorageUnavailable(str(error)) from error

    def _unlink(self, path: Path) -> None:
        try:
            path.unlink()
        except (FileNotFoundError, NotADirectoryError):
            return
        except OSError as error:
            raise StorageUnavailable(str(error)) from error
