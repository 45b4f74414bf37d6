"""Who may ask for a lock: one at a time in a process, the others in the order they came, without a connection."""

import asyncio
from itertools import pairwise

import pytest

from server.core import lock_queue
from server.core.errors import TryAgain
from server.core.lock_queue import LockQueue, MustWait
from tests.server.core.little import settled

A, B, C = "home a", "home b", "home c"


class Asker:
    """A request that wants locks: it begins anew until it has them all, and gives them back when let go."""

    def __init__(self, queue: LockQueue, *wanted: str) -> None:
        self.attempts, self.has, self._done = 0, False, asyncio.Event()
        self.place, self._wanted = queue.place(), wanted
        self.task = asyncio.create_task(self._answer())

    async def _answer(self) -> None:
        try:
            while not self.has:
                try:
                    self.attempts += 1
                    for key in self._wanted:
                        self.place.take([key])
                    self.has = True
                except MustWait as problem:
                    await self.place.wait(problem)
            await self._done.wait()
        finally:
            self.has = False
            self.place.leave()

    async def go(self) -> None:
        self._done.set()
        await self.task
        await settled()


@pytest.fixture
def queue() -> LockQueue:
    return LockQueue(most_waiting=3, seconds=30)


async def test_one_has_a_lock_and_the_others_come_in_the_order_they_asked(queue: LockQueue) -> None:
    askers = [Asker(queue, A) for _ in range(4)]
    await settled()
    for number, asker in enumerate(askers):
        assert [one.has for one in askers] == [each == number for each in range(4)]
        await asker.go()
    assert [asker.attempts for asker in askers] == [1, 2, 2, 2]
    assert queue.are_free([A])


async def test_who_wants_another_lock_does_not_wait(queue: LockQueue) -> None:
    first, second, other = Asker(queue, A), Asker(queue, A), Asker(queue, B)
    await settled()
    assert (second.has, other.has) == (False, True)
    for asker in (first, second, other):
        await asker.go()


async def test_the_same_lock_again_is_no_reason_to_wait(queue: LockQueue) -> None:
    asker = Asker(queue, A, A)
    await settled()
    assert (asker.has, asker.attempts) == (True, 1)
    await asker.go()
    assert queue.are_free([A])


async def test_two_that_want_two_locks_in_any_order_never_wait_for_each_other(queue: LockQueue) -> None:
    """Whoever has to wait lets go of what it has, and then gets all of it at once."""
    blocking = Asker(queue, B)
    await settled()
    one, other = Asker(queue, A, B), Asker(queue, B, A)
    await settled()
    assert queue.are_free([A])
    assert not one.has
    assert not other.has
    await blocking.go()
    assert (one.has, other.has) == (True, False)
    await one.go()
    assert other.has
    await other.go()


async def test_who_waits_for_many_keeps_nobody_from_a_free_one(queue: LockQueue) -> None:
    blocking = Asker(queue, A)
    await settled()
    bulk, single = Asker(queue, A, B, C), Asker(queue, B)
    await settled()
    assert (bulk.has, single.has) == (False, True)
    for asker in (blocking, single, bulk):
        await asker.go()
    assert queue.are_free([A, B, C])


async def test_who_comes_to_a_full_line_is_sent_away(queue: LockQueue) -> None:
    askers = [Asker(queue, A) for _ in range(4)]
    await settled()
    late, elsewhere = Asker(queue, A), Asker(queue, B)
    with pytest.raises(TryAgain):
        await late.task
    assert elsewhere.has
    for asker in (*askers, elsewhere):
        await asker.go()


async def test_who_waits_too_long_is_sent_away_and_leaves_the_line() -> None:
    queue = LockQueue(most_waiting=1, seconds=0.05)
    has = Asker(queue, A)
    await settled()
    for _ in range(2):
        with pytest.raises(TryAgain):
            await Asker(queue, A).task
    await has.go()
    assert queue.are_free([A])


async def test_who_is_cancelled_in_line_leaves_it(queue: LockQueue) -> None:
    has, gone, next_one = (Asker(queue, A) for _ in range(3))
    await settled()
    gone.task.cancel()
    await asyncio.gather(gone.task, return_exceptions=True)
    await has.go()
    assert next_one.has
    await next_one.go()
    assert queue.are_free([A])


async def test_who_is_cancelled_at_the_moment_of_its_turn_passes_it_on(queue: LockQueue) -> None:
    has, gone, next_one = (Asker(queue, A) for _ in range(3))
    await settled()
    has.place.leave()
    gone.task.cancel()  # its turn has come, and it has not noticed yet
    await asyncio.gather(gone.task, return_exceptions=True)
    await settled()
    assert next_one.has
    for asker in (next_one, has):
        await asker.go()
    assert queue.are_free([A])


async def test_a_lock_someone_has_in_another_process_is_asked_for_again_after_ever_longer_pauses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lock_queue, "FIRST_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(lock_queue, "MAX_PAUSE_SECONDS", 0.04)
    queue = LockQueue(seconds=0.3)
    place, loop, moments = queue.place(), asyncio.get_running_loop(), list[float]()
    with pytest.raises(TryAgain):  # noqa: PT012
        while True:
            moments.append(loop.time())
            place.take([A])
            await place.wait(MustWait([A]))
    pauses = [later - earlier for earlier, later in pairwise(moments)]
    assert all(pause >= least for pause, least in zip(pauses, (0.01, 0.02, 0.04, 0.04), strict=False))
    assert moments[-1] - moments[0] < 0.3
    assert not queue.are_free([A])  # nobody else of this process asks meanwhile
    place.leave()
    assert queue.are_free([A])
