"""Room for a few at a time, and a waiting line with an end."""

import asyncio
from collections.abc import AsyncIterator, Callable, Hashable
from contextlib import asynccontextmanager
from functools import partial

from server.core.errors import AppError, TryAgain


class Slots:
    """Lets `at_once` in at a time. `most_waiting` more wait in the order they came, each for `seconds` at most."""

    def __init__(
        self, at_once: int, *, most_waiting: int, seconds: float, refusal: Callable[[], AppError] = TryAgain
    ) -> None:
        """`refusal` is the answer to whoever finds the line full, or waits too long."""
        self.at_once, self.most_waiting, self.seconds, self.refusal = at_once, most_waiting, seconds, refusal
        self.inside = self.waiting = 0
        self._free = asyncio.Semaphore(at_once)

    @property
    def are_taken(self) -> bool:
        """Whether whoever comes now has to wait."""
        return self._free.locked()

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """A slot, for as long as this is open. Raises TryAgain, or what else the refusal is."""
        await self._take()
        self.inside += 1
        try:
            yield
        finally:
            self.inside -= 1
            self._free.release()

    async def _take(self) -> None:
        if self.are_taken and self.waiting >= self.most_waiting:
            raise self.refusal()
        self.waiting += 1
        try:
            async with asyncio.timeout(self.seconds):
                await self._free.acquire()
        except TimeoutError:
            raise self.refusal() from None
        finally:
            self.waiting -= 1


class SlotsOfEach:
    """The same number of slots for everyone, so that nobody takes those of the others."""

    def __init__(self, at_once: int, *, most_waiting: int, seconds: float, refusal: Callable[[], AppError]) -> None:
        self._new = partial(Slots, at_once, most_waiting=most_waiting, seconds=seconds, refusal=refusal)
        self._slots: dict[Hashable, Slots] = {}

    @asynccontextmanager
    async def one(self, whose: Hashable) -> AsyncIterator[None]:
        """One of someone's slots, for as long as this is open. Raises the refusal."""
        slots = self._slots.setdefault(whose, self._new())
        try:
            async with slots.one():
                yield
        finally:
            if not (slots.inside or slots.waiting):
                self._slots.pop(whose, None)  # most come once
