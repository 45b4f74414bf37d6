"""Waiting lines have an end."""

import asyncio

import pytest
from sqlalchemy import text

from server.core.database import WAITING_FOR_EACH, Database
from server.core.errors import TryAgain
from server.core.slots import Slots
from tests.server.core.little import settled


class Visitor:
    """Someone who takes a slot and stays until let go."""

    def __init__(self, slots: Slots, *, again: bool = False) -> None:
        self.inside, self._leave = False, asyncio.Event()
        self.task = asyncio.create_task(self._stay(slots, again))

    async def _stay(self, slots: Slots, again: bool) -> None:
        async with slots.one(again=again):
            self.inside = True
            await self._leave.wait()
        self.inside = False

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
    has.task.cancel()
    has.task.add_done_callback(lambda _: gone.task.cancel())  # its turn has come, and it has not noticed yet
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
