"""Waiting for a lock without a connection.

Whoever waits for a row in PostgreSQL holds a connection meanwhile: forty requests for one home would hold them all, and
nobody could search. So in each process at most one request at a time has a home locked or asks for its lock, and asks
without waiting. The others roll back, which undoes nothing since homes are locked before anything is written, give
their connection back, wait here, and begin anew when it is their turn.
"""

import asyncio
from collections.abc import Collection, Hashable

from server.core.errors import TryAgain

MAX_WAITING = 200
"""For one key. Whoever comes later is told at once to try again."""
WAIT_SECONDS = 15
"""In line, in all; a client waits 20 for its answer."""
FIRST_PAUSE_SECONDS, MAX_PAUSE_SECONDS = 0.05, 0.5
"""Before someone whose lock is held in another process, by a job or by hand, asks for it again."""


class MustWait(Exception):
    """The lock is someone else's. For the edge of a request only, which begins it anew; nobody else catches it."""

    def __init__(self, keys: Collection[Hashable]) -> None:
        super().__init__("wait for your turn, then begin anew")
        self.keys = frozenset(keys)


class LockQueue:
    """Who in this process may ask for which locks, and who is next. Keys are ids of what is locked."""

    def __init__(self, *, most_waiting: int = MAX_WAITING, seconds: float = WAIT_SECONDS) -> None:
        self.most_waiting, self.seconds = most_waiting, seconds
        self._held: set[Hashable] = set()
        self._waiting: dict[Place, asyncio.Future[None]] = {}

    def place(self) -> "Place":
        """A request's place, without any locks yet."""
        return Place(self)

    @property
    def waiting(self) -> int:
        """How many requests are in line."""
        return len(self._waiting)

    def are_free(self, keys: Collection[Hashable]) -> bool:
        """Whether nobody in this process has one of these."""
        return self._held.isdisjoint(keys)

    def hold(self, keys: Collection[Hashable]) -> None:
        """Give free keys to someone."""
        self._held.update(keys)

    def give_back(self, keys: Collection[Hashable]) -> None:
        """Take keys back, and let those who wait for them have their turn, in the order they came."""
        self._held.difference_update(keys)
        self._hand_out()

    def _hand_out(self) -> None:
        for place, turn in self._waiting.items():
            if not turn.done() and self.are_free(place.keys):
                self.hold(place.keys)
                turn.set_result(None)

    async def wait_for(self, place: "Place", seconds: float) -> None:
        """Wait until all keys of a place are free; it has them then. Raises TryAgain."""
        if sum(not place.keys.isdisjoint(other.keys) for other in self._waiting) >= self.most_waiting:
            raise TryAgain("Very many people want this at the moment. Try again in a moment.")
        turn = self._waiting[place] = asyncio.get_running_loop().create_future()
        self._hand_out()  # they may be free by now
        try:
            async with asyncio.timeout(seconds):
                await turn
        except BaseException as problem:
            if turn.done() and not turn.cancelled():  # it came at the same moment
                self.give_back(place.keys)
            if isinstance(problem, TimeoutError):
                raise _too_long() from None
            raise
        finally:
            del self._waiting[place]


class Place:
    """What one request has locked, or waits for."""

    def __init__(self, queue: LockQueue) -> None:
        self.keys: frozenset[Hashable] = frozenset()
        self._queue, self._holds, self._pauses, self._until = queue, False, 0, 0.0

    @property
    def has_waited(self) -> bool:
        """Whether the request was begun before. Others wait for it to go on, so nothing else should keep it."""
        return self._until > 0

    def take(self, keys: Collection[Hashable]) -> None:
        """Let this request be the one of this process that has these locks. Raises MustWait when another is."""
        more = frozenset(keys) - self.keys
        if not self._queue.are_free(more):
            raise MustWait(keys)
        self._queue.hold(more)
        self.keys |= more
        self._holds = True

    async def wait(self, problem: MustWait) -> None:
        """Wait until what was missing may be had, without holding anything in the database. Raises TryAgain."""
        loop = asyncio.get_running_loop()
        self._until = self._until or loop.time() + self._queue.seconds
        if self._holds and problem.keys <= self.keys:  # nobody here has it: someone in another process does
            pause = min(FIRST_PAUSE_SECONDS * 2**self._pauses, MAX_PAUSE_SECONDS)
            if loop.time() + pause > self._until:
                raise _too_long()
            self._pauses += 1
            await asyncio.sleep(pause)
            return
        self.leave()
        self.keys |= problem.keys
        await self._queue.wait_for(self, max(self._until - loop.time(), 0))
        self._holds = True

    def leave(self) -> None:
        """Let the next one have its turn. The keys are kept in mind, for whoever waits anew needs them all at once."""
        if self._holds:
            self._holds = False
            self._queue.give_back(self.keys)


def _too_long() -> TryAgain:
    return TryAgain("Someone else is busy with this. Try again in a moment.")
