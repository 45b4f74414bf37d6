"""Waiting lines have an end."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from server.core import slots as slots_module
from server.core.database import WAITING_FOR_EACH, Database
from server.core.errors import TooManyTries, TryAgain
from server.core.fair_queue import Caller, Room
from server.core.slots import FairSlots, Slots
from tests.server.core.little import settled


class Visitor:
    """Someone who takes a slot and stays until let go."""

    def __init__(self, slots: Slots | FairSlots, *, again: bool = False, caller: Caller = ("people", "Ann")) -> None:
        self.inside, self._leave = False, asyncio.Event()
        self.afterwards: Callable[[], object] = lambda: None
        """Done the moment the slot is passed on, before whoever gets it can notice."""
        slot = slots.one(again=again) if isinstance(slots, Slots) else slots.one(caller)
        self.task = asyncio.create_task(self._stay(slot))

    async def _stay(self, slot: AbstractAsyncContextManager[None]) -> None:
        async with slot:
            self.inside = True
            await self._leave.wait()
        self.inside = False
        self.afterwards()

    async def go(self) -> None:
        self._leave.set()
        await self.task
        await settled()


async def test_those_who_wait_come_in_the_order_they_came() -> None:
    slots = Slots(2, most_waiting=5, seconds=30)
    visitors = [Visitor(slots) for _ in range(5)]
    await settled()
    assert [one.inside for one in visitors] == [True, True, False, False, False]
    assert (slots.are_taken, slots.waiting) == (True, 3)
    await visitors[1].go()
    assert [one.inside for one in visitors] == [True, False, True, False, False]
    for visitor in visitors:
        await visitor.go()
    assert (slots.are_taken, slots.waiting) == (False, 0)


async def test_who_comes_again_is_the_next_even_where_the_line_is_full() -> None:
    slots = Slots(1, most_waiting=1, seconds=30)
    has, waits, back = Visitor(slots), Visitor(slots), Visitor(slots, again=True)
    await settled()
    await has.go()
    assert (back.inside, waits.inside) == (True, False)
    for visitor in (back, waits):
        await visitor.go()
    assert (slots.inside, slots.waiting) == (0, 0)


async def test_who_is_cancelled_at_the_moment_of_its_turn_passes_it_on() -> None:
    slots = Slots(1, most_waiting=2, seconds=30)
    has, gone, waits = (Visitor(slots) for _ in range(3))
    await settled()
    has.afterwards = gone.task.cancel  # its turn has come, and it has not noticed yet
    await has.go()
    await asyncio.gather(gone.task, return_exceptions=True)
    await settled()
    assert waits.inside
    await waits.go()
    assert (slots.inside, slots.waiting) == (0, 0)


async def test_a_slot_goes_past_who_was_cancelled_and_does_not_know_it_yet() -> None:
    slots = Slots(1, most_waiting=2, seconds=30)
    has, gone, waits = (Visitor(slots) for _ in range(3))
    await settled()
    has.task.cancel()
    gone.task.cancel()  # the one that has the slot runs first, and finds the other still in line
    await asyncio.gather(has.task, gone.task, return_exceptions=True)
    await settled()
    assert waits.inside
    await waits.go()
    assert (slots.inside, slots.waiting) == (0, 0)


async def test_who_comes_to_a_full_line_is_sent_away_at_once_and_nobody_else() -> None:
    slots = Slots(1, most_waiting=2, seconds=30)
    visitors = [Visitor(slots) for _ in range(3)]
    await settled()
    with pytest.raises(TryAgain):
        async with slots.one():
            raise AssertionError
    for visitor in visitors:
        await visitor.go()


async def test_who_waits_too_long_is_sent_away_and_leaves_the_line() -> None:
    slots = Slots(1, most_waiting=1, seconds=0.05)
    visitor = Visitor(slots)
    await settled()
    for _ in range(2):  # the second finds the place of the first free
        with pytest.raises(TryAgain):
            async with slots.one():
                raise AssertionError
    await visitor.go()
    assert not slots.are_taken


@pytest.mark.parametrize("inside", [True, False])
async def test_who_is_cancelled_leaves_slot_and_line(inside: bool) -> None:
    slots = Slots(1, most_waiting=1, seconds=30)
    visitors = [Visitor(slots), Visitor(slots)]
    await settled()
    gone, stays = visitors if inside else reversed(visitors)
    gone.task.cancel()
    await asyncio.gather(gone.task, return_exceptions=True)
    await settled()
    assert (stays.inside, slots.waiting) == (True, 0)
    await stays.go()
    assert not slots.are_taken


async def test_only_so_many_wait_for_a_connection(database: Database) -> None:
    async with database.apart(database.limits, pool=1) as small:

        async def ask() -> int | None:
            async with small.transaction() as session:
                return await session.scalar(text("SELECT 1"))

        async with small.transaction():
            waiting = [asyncio.create_task(ask()) for _ in range(WAITING_FOR_EACH)]
            await settled()
            with pytest.raises(TryAgain):
                await ask()
        assert await asyncio.gather(*waiting) == [1] * WAITING_FOR_EACH


def fair_slots(at_once: int = 1, *, waiting: int = 9, waiting_of_each: int = 9, seconds: float = 30) -> FairSlots:
    return FairSlots(Room(at_once, at_once, waiting, waiting_of_each), seconds=seconds)


def numbers_of(slots: FairSlots) -> tuple[int, int]:
    """How many are inside, how many are in line."""
    return slots.queue.inside, slots.queue.waiting


async def test_a_fair_slot_goes_to_whoever_had_least_and_not_to_who_came_first() -> None:
    slots = fair_slots()
    first, again, other = Visitor(slots), Visitor(slots), Visitor(slots, caller=("people", "Ben"))
    await settled()
    assert [one.inside for one in (first, again, other)] == [True, False, False]
    await first.go()
    assert [one.inside for one in (again, other)] == [False, True]
    for visitor in (other, again):
        await visitor.go()
    assert numbers_of(slots) == (0, 0)


async def test_how_long_somebody_had_a_fair_slot_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    slots, now = fair_slots(2), 100.0
    monkeypatch.setattr(slots_module, "time", SimpleNamespace(monotonic=lambda: now))
    ann, ben = Visitor(slots), Visitor(slots, caller=("people", "Ben"))
    await settled()
    now += 1
    await ben.go()
    now += 1
    await ann.go()
    busy = [Visitor(slots, caller=("people", "Cem")) for _ in range(2)]
    await settled()
    ann, ben = Visitor(slots), Visitor(slots, caller=("people", "Ben"))
    await settled()
    await busy[0].go()
    assert (ann.inside, ben.inside) == (False, True)
    for visitor in (busy[1], ann, ben):
        await visitor.go()


async def test_whose_place_is_lost_to_another_is_sent_away() -> None:
    slots = fair_slots(waiting=1)
    has, waits = Visitor(slots), Visitor(slots)
    await settled()
    other = Visitor(slots, caller=("people", "Ben"))
    with pytest.raises(TryAgain):
        await waits.task
    await has.go()
    assert other.inside
    await other.go()
    assert numbers_of(slots) == (0, 0)


async def test_who_has_too_many_in_line_is_told_to_slow_down() -> None:
    slots = fair_slots(waiting_of_each=1)
    visitors = [Visitor(slots) for _ in range(2)]
    await settled()
    with pytest.raises(TooManyTries):
        async with slots.one(("people", "Ann")):
            raise AssertionError
    for visitor in visitors:
        await visitor.go()
    assert numbers_of(slots) == (0, 0)


async def test_who_waits_too_long_for_a_fair_slot_is_sent_away_and_leaves_the_line() -> None:
    slots = fair_slots(seconds=0.05)
    visitor = Visitor(slots)
    await settled()
    with pytest.raises(TryAgain):
        async with slots.one(("people", "Ben")):
            raise AssertionError
    assert numbers_of(slots) == (1, 0)
    await visitor.go()


@pytest.mark.parametrize("inside", [True, False])
async def test_who_is_cancelled_leaves_a_fair_slot_and_its_line(inside: bool) -> None:
    slots = fair_slots()
    visitors = [Visitor(slots), Visitor(slots)]
    await settled()
    gone, stays = visitors if inside else reversed(visitors)
    gone.task.cancel()
    await asyncio.gather(gone.task, return_exceptions=True)
    await settled()
    assert (stays.inside, slots.queue.waiting) == (True, 0)
    await stays.go()
    assert numbers_of(slots) == (0, 0)


async def test_who_is_cancelled_at_the_moment_of_a_fair_slot_passes_it_on() -> None:
    slots = fair_slots()
    has, gone, waits = (Visitor(slots) for _ in range(3))
    await settled()
    has.afterwards = gone.task.cancel
    await has.go()
    await asyncio.gather(gone.task, return_exceptions=True)
    await settled()
    assert waits.inside
    await waits.go()
    assert numbers_of(slots) == (0, 0)


async def test_a_fair_slot_goes_past_who_was_cancelled_and_does_not_know_it_yet() -> None:
    slots = fair_slots()
    has, gone, waits = (Visitor(slots) for _ in range(3))
    await settled()
    has.task.cancel()
    gone.task.cancel()
    await asyncio.gather(has.task, gone.task, return_exceptions=True)
    await settled()
    assert waits.inside
    await waits.go()
    assert numbers_of(slots) == (0, 0)
