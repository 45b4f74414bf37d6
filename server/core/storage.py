"""Bytes under a key: what every place that keeps them promises. `FolderStorage` is the one there is (decision 0026)."""

import re
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

_KEY = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}(/[a-z0-9][a-z0-9._-]{0,99}){0,7}")
"""Lower case only, because some filesystems do not tell cases apart; no part starts with a dot, so none is `..`."""


class BadKey(ValueError):
    """A key that could lead out of the place, or that two places would read differently."""


class TooLarge(ValueError):
    """More bytes than whoever asked allows."""


class StorageUnavailable(Exception):
    """The place itself failed: full, read-only, gone. The caller's bytes are fine."""


@dataclass(frozen=True)
class Stored:
    """An object that is being read."""

    size: int
    """Bytes of the whole object, also when only a part of it is read."""
    chunks: AsyncIterator[bytes]
    """The bytes, in pieces of a size that may be held. Raises `StorageUnavailable` when they end early."""


class Storage(Protocol):
    """Objects under keys. A reader has the old object or the new one, never a part of each.

    Every method raises `BadKey` for a key outside the grammar of `checked`, and `StorageUnavailable`. No key may be a
    folder of another (`a` and `a/b`).
    """

    def open(self, key: str, *, first: int = 0, last: int | None = None) -> AbstractAsyncContextManager[Stored | None]:
        """Read an object as it is now, whoever replaces or deletes it meanwhile; None when there is none.

        `first` and `last` are the first and the last byte of a part, as in a `Range` of HTTP; what lies beyond the end
        is left out.
        """

    async def write(self, key: str, content: AsyncIterable[bytes], *, max_bytes: int) -> None:
        """Keep what comes, in place of what was there, once all of it is here and safe.

        When it does not come to its end, nothing has changed: raises `TooLarge` as soon as more than `max_bytes` came,
        and whatever `content` raises.
        """

    async def exists(self, key: str) -> bool:
        """Whether there is an object."""

    async def delete(self, key: str) -> None:
        """Forget an object; nothing happens when there is none."""


def checked(key: str) -> str:
    """The key. Raises `BadKey` for one that is none."""
    if not _KEY.fullmatch(key):
        raise BadKey(f"not a storage key: {key[:80]!r}")
    return key


async def read_whole(storage: Storage, key: str, *, max_bytes: int) -> bytes | None:
    """An object as one piece; None when there is none. Raises `TooLarge`, before it is read."""
    async with storage.open(key) as stored:
        if stored is None:
            return None
        if stored.size > max_bytes:
            raise TooLarge(f"{stored.size} bytes, {max_bytes} are allowed")
        return b"".join([chunk async for chunk in stored.chunks])


async def in_one_piece(content: bytes) -> AsyncIterator[bytes]:
    """Bytes that are here already, as a stream."""
    yield content
