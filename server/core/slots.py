"""Room for a few at a time, and a waiting line with an end."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from server.core.errors import AppError, TooManyTries, TryAgain
from server.core.fair_queue import Caller, FairQueue, FullForCaller, Room, Ticket


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


class FairSlots:
    """Slots that are given out fairly among callers (see `fair_queue`); each waits `seconds` at most."""

    def __init__(self, room: Room, *, seconds: float) -> None:
        self.queue, self.seconds = FairQueue(room), seconds
        self._turns: dict[Ticket, asyncio.Future[None]] = {}

    @asynccontextmanager
    async def one(self, caller: Caller) -> AsyncIterator[None]:
        """A slot for one request of a caller, for as long as this is open.

        Raises TooManyTries when they have too many in line, TryAgain when their place is lost or they wait too long.
        """
        ticket = self._join(caller)
        await self._wait(ticket)
        began = time.monotonic()
        try:
            yield
        finally:
            self._finish(ticket, time.monotonic() - began)

    def _join(self, caller: Caller) -> Ticket:
        try:
            ticket, lost = self.queue.join(caller, time.monotonic())
        except FullForCaller:
            raise TooManyTries(1) from None
        self._turns[ticket] = asyncio.get_running_loop().create_future()
        if lost is not None and not (turn := self._turns[lost]).done():
            turn.set_exception(TryAgain())
        self._let_in()
        return ticket

    async def _wait(self, ticket: Ticket) -> None:
        turn = self._turns[ticket]
        try:
            async with asyncio.timeout(self.seconds):
                await turn
        except BaseException as problem:
            if turn.done() and not turn.cancelled() and turn.exception() is None:  # it came at the same moment
                self._finish(ticket, 0)
            self.queue.leave(ticket)
            if isinstance(problem, TimeoutError):
                raise TryAgain from None
            raise
        finally:
            del self._turns[ticket]

    def _finish(self, ticket: Ticket, seconds: float) -> None:
        self.queue.finish(ticket, seconds, time.monotonic())
        self._let_in()

    def _let_in(self) -> None:
        while (ticket := self.queue.enter(time.monotonic())) is not None:
            turn = self._turns[ticket]
            if turn.done():  # its owner was cancelled, and does not know it yet
                self.queue.finish(ticket, 0, time.monotonic())
            else:
                turn.set_result(None)
