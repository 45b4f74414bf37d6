"""Room for a few at a time, and a waiting line with an end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from server.core.errors import TryAgain


class Slots:
    """Lets `at_once` in at a time. `most_waiting` more wait in the order they came, each for `seconds` at most."""

    def __init__(self, at_once: int, *, most_waiting: int, seconds: float) -> None:
        self.at_once, self.most_waiting, self.seconds = at_once, most_waiting, seconds
        self.waiting = 0
        self._free = asyncio.Semaphore(at_once)

    @property
    def are_taken(self) -> bool:
        """Whether whoever comes now has to wait."""
        return self._free.locked()

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """A slot, for as long as this is open. Raises TryAgain when the line is full or the wait too long."""
        await self._take()
        try:
            yield
        finally:
            self._free.release()

    async def _take(self) -> None:
        if self.are_taken and self.waiting >= self.most_waiting:
            raise TryAgain
        self.waiting += 1
        try:
            async with asyncio.timeout(self.seconds):
                await self._free.acquire()
        except TimeoutError:
            raise TryAgain from None
        finally:
            self.waiting -= 1
