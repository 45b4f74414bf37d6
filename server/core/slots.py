"""Room for a few at a time, and a waiting line with an end."""

import asyncio
from collections import deque
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
        self.inside = 0
        self._line: deque[asyncio.Future[None]] = deque()

    @property
    def waiting(self) -> int:
        """How many are in line."""
        return len(self._line)

    @property
    def are_taken(self) -> bool:
        """Whether whoever comes now has to wait."""
        return self.inside >= self.at_once

    @asynccontextmanager
    async def one(self, *, again: bool = False) -> AsyncIterator[None]:
        """A slot, for as long as this is open. Whoever comes `again` for the same thing is the next to have one.

        Raises TryAgain, or what else the refusal is.
        """
        if self.are_taken:
            await self._wait(again)  # the slot of whoever left is this one's then
        else:
            self.inside += 1
        try:
            yield
        finally:
            self._pass_on()

    async def _wait(self, again: bool) -> None:
        if self.waiting >= self.most_waiting and not again:
            raise self.refusal()
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        (self._line.appendleft if again else self._line.append)(turn)
        try:
            async with asyncio.timeout(self.seconds):
                await turn
        except BaseException as problem:
            if turn in self._line:
                self._line.remove(turn)
            elif not turn.cancelled():  # it came at the same moment
                self._pass_on()
            if isinstance(problem, TimeoutError):
                raise self.refusal() from None
            raise

    def _pass_on(self) -> None:
        while self._line:
            turn = self._line.popleft()
            if not turn.done():  # else its owner was cancelled, and does not know it yet
                turn.set_result(None)
                return
        self.inside -= 1


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
            if not slots.inside:
                self._slots.pop(whose, None)  # most come once
