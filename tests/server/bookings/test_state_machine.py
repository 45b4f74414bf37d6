"""Whatever people do, one after the other: the product and a sheet of paper come to the same.

Days pass meanwhile, over the night in which the clocks go forward and, in another year, back.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from server.bookings.service import change_answers, changes, door, endings, holds, prices
from server.calendars.service import blocks
from server.calendars.service import door as calendars
from server.core import jobs
from server.core.database import Database
from server.core.errors import AppError
from server.core.identity import Identity
from server.core.ids import new_id
from shared_models.auth import Role
from shared_models.bookings import ChangeQuoteRequest, QuoteRequest
from shared_models.calendars import BlockCreate, Period
from tests.served import crowd
from tests.server.bookings.model import LANDLORD, OK, TENANT, Booking, Paper
from tests.server.bookings.test_races import a_home
from tests.server.stays import broken_promises, rows

pytestmark = pytest.mark.usefixtures("on_arrival")

JOBS = ("calendars.remove_lapsed", "bookings.lapse_changes", "bookings.complete_stays")
REASON = "Because."
DAYS = 8

places = st.integers(0, 9)
dates = st.tuples(st.integers(-1, DAYS - 1), st.integers(1, 3))
sides = st.sampled_from([TENANT, LANDLORD])
steps = st.one_of(
    st.tuples(st.just("book"), st.integers(0, 1), st.integers(0, 1), dates),
    st.tuples(st.sampled_from(["confirm", "release", "accept", "decline", "report_no_show"]), places),
    st.tuples(st.just("cancel"), places, sides),
    st.tuples(st.just("change"), places, sides, dates, st.integers(1, 2)),
    st.tuples(st.just("answer"), places, sides, st.sampled_from(["accepted", "declined", "withdrawn"])),
    st.tuples(st.just("block"), st.integers(0, 1), dates),
    st.tuples(st.just("unblock"), st.integers(0, 3)),
    st.tuples(st.just("wait"), st.sampled_from([0.2, 0.3, 3, 9, 24, 40])),
    st.tuples(st.just("jobs")),
)
Step = tuple[Any, ...]


@dataclass
class World:
    """The product beside the paper."""

    database: Database
    people: dict[str, Identity]
    tenants: list[Identity]
    homes: list[UUID]
    began: datetime
    paper: Paper = field(default_factory=Paper)
    ids: list[UUID] = field(default_factory=list)
    changes: dict[UUID, UUID] = field(default_factory=dict)
    blocks: list[UUID] = field(default_factory=list)
    now: datetime = datetime(1970, 1, 1, tzinfo=UTC)

    def day(self, ahead: int) -> date:
        return self.began.date() + timedelta(days=ahead)

    def stay(self, dates: tuple[int, int]) -> tuple[date, date]:
        return self.day(dates[0]), self.day(dates[0] + dates[1])

    def who(self, place: int, side: str) -> Identity:
        return self.people[LANDLORD] if side == LANDLORD else self.tenants[self.paper.bookings[place].tenant]

    async def did(self, act: Callable[[AsyncSession], Awaitable[Any]]) -> tuple[str, Any]:
        """What came of an act, in a transaction of its own."""
        try:
            async with self.database.transaction() as session:
                return OK, await act(session)
        except AppError as error:
            return error.code.value, None

    async def take(self, step: Step) -> None:
        """Do it on both sides: the same must come of it."""
        name, *rest = step
        if name == "wait":
            self.now += timedelta(hours=rest[0])
            return
        if name == "jobs":
            for job in JOBS * 2:
                await jobs.run_now(self.database, job, {})
            self.paper.clock_works(self.now)
            return
        if name not in ("book", "block", "unblock"):
            if not self.ids:
                return
            rest[0] %= len(self.ids)
        expected, found = (
            await getattr(self, f"_{name}")(*rest) if hasattr(self, f"_{name}") else await self._act(name, *rest)
        )
        assert found == expected, step

    async def _book(self, tenant: int, home: int, wished: tuple[int, int]) -> tuple[str, str]:
        check_in, check_out = self.stay(wished)

        async def act(session: AsyncSession) -> UUID:
            request = QuoteRequest(property_id=self.homes[home], check_in=check_in, check_out=check_out, guests=1)
            quote = await prices.quote(session, self.tenants[tenant], request)
            return (await holds.hold(session, self.tenants[tenant], quote.id)).id

        found, id_ = await self.did(act)
        if id_ is not None:
            self.ids.append(id_)
        return self.paper.book(tenant, home, (check_in, check_out), self.now), found

    async def _act(self, name: str, place: int, side: str = "") -> tuple[str, str]:
        by_landlord = name in ("accept", "decline", "report_no_show") or side == LANDLORD
        who, id_ = self.who(place, LANDLORD if by_landlord else TENANT), self.ids[place]
        calls: dict[str, Callable[[AsyncSession], Awaitable[Any]]] = {
            "confirm": lambda session: holds.confirm(session, who, id_),
            "release": lambda session: holds.release(session, who, id_),
            "accept": lambda session: holds.accept(session, who, id_),
            "decline": lambda session: holds.decline(session, who, id_, REASON),
            "report_no_show": lambda session: endings.report_no_show(session, who, id_),
            "cancel": lambda session: endings.cancel(session, who, id_, REASON),
        }
        found, _ = await self.did(calls[name])
        return getattr(self.paper, name)(self.paper.bookings[place], self.now), found

    async def _change(self, place: int, side: str, wished: tuple[int, int], guests: int) -> tuple[str, str]:
        (check_in, check_out), id_ = self.stay(wished), self.ids[place]

        async def act(session: AsyncSession) -> Any:
            request = ChangeQuoteRequest(check_in=check_in, check_out=check_out, guests=guests)
            quote = await changes.quote(session, self.who(place, side), id_, request)
            return (await changes.ask(session, self.who(place, side), id_, quote.id)).change

        found, change = await self.did(act)
        if change is not None:
            self.changes[id_] = change.id
        return self.paper.change(self.paper.bookings[place], side, (check_in, check_out, guests), self.now), found

    async def _answer(self, place: int, side: str, then: str) -> tuple[str, str]:
        id_ = self.ids[place]
        change = self.changes.get(id_, new_id())
        who = self.who(place, side)
        calls: dict[str, Callable[[AsyncSession], Awaitable[Any]]] = {
            "accepted": lambda session: change_answers.accept(session, who, id_, change),
            "declined": lambda session: change_answers.decline(session, who, id_, change, REASON),
            "withdrawn": lambda session: change_answers.withdraw(session, who, id_, change),
        }
        found, _ = await self.did(calls[then])
        return self.paper.answer(self.paper.bookings[place], side, then, self.now), found

    async def _block(self, home: int, wished: tuple[int, int]) -> tuple[str, str]:
        start, end = self.stay((max(wished[0], self._today()), wished[1]))
        request = BlockCreate(property_id=self.homes[home], start=start, end=end)
        found, made = await self.did(lambda session: blocks.block(session, self.people[LANDLORD], request))
        self.blocks.append(made.source_id if made is not None else new_id())
        return self.paper.block(len(self.blocks) - 1, home, (start, end), self.now), found

    async def _unblock(self, number: int) -> tuple[str, str]:
        block = self.blocks[number] if number < len(self.blocks) else new_id()
        found, _ = await self.did(lambda session: blocks.unblock(session, self.people[LANDLORD], block))
        return self.paper.unblock(number), found

    def _today(self) -> int:
        return (self.now.date() - self.began.date()).days

    async def compare(self) -> None:
        """Every booking, every wish and every night is the same on both sides."""
        async with self.database.transaction() as session:
            for id_, booking in zip(self.ids, self.paper.bookings, strict=True):
                seen = await door.read(session, id_)
                assert (seen.status, seen.check_in, seen.check_out, seen.guests) == (
                    booking.seen(self.now),
                    booking.check_in,
                    booking.check_out,
                    booking.guests,
                )
                assert _wish(seen.change) == _wish(booking.open_request(self.now)), booking
            span = Period(start=self.day(-5), end=self.day(DAYS + 9))
            for number, home in enumerate(self.homes):
                taken = await calendars.taken(session, home, span)
                told = {day for period in taken for day in _days(period)}
                assert told == self.paper.taken(number, self.now)


def _wish(change: Any) -> Any:
    return None if change is None else (str(change.by), change.check_in, change.check_out, change.guests)


def _days(period: Period) -> list[date]:
    return [period.start + timedelta(days=passed) for passed in range((period.end - period.start).days)]


async def a_world(database: Database, began: datetime) -> World:
    landlord, *tenants = [
        Identity(id=id_, session_id=new_id(), roles=frozenset({Role.TENANT}))
        for id_, _ in await crowd(database, 3, Role.TENANT, Role.LANDLORD)
    ]
    homes = [await a_home(database, landlord.id, instant_book=instant) for instant in (True, False)]
    return World(database, {LANDLORD: landlord}, tenants, homes, began, now=began)


async def same_on_paper(database: Database, began: datetime, taken: list[Step]) -> None:
    with time_machine.travel(began, tick=False) as traveller:
        world = await a_world(database, began)
        for step in taken:
            note(f"{world.now:%a %d %b %H:%M} {step}")
            await world.take(step)
            traveller.move_to(world.now)
            await world.compare()
        assert await broken_promises(database) == []
        histories = await rows(database, "SELECT count(DISTINCT booking_id) FROM booking_history")
        assert histories[0][0] >= len(world.ids)


BEFORE_THE_CLOCKS_CHANGE = st.sampled_from(
    [
        datetime(2030, 3, 28, 9, tzinfo=UTC),
        datetime(2030, 10, 24, 21, tzinfo=UTC),
        datetime(2028, 2, 26, 12, tzinfo=UTC),
    ]
)


@given(began=BEFORE_THE_CLOCKS_CHANGE, taken=st.lists(steps, min_size=8, max_size=16))
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
async def test_whatever_people_do_comes_to_the_same_as_on_paper(
    database: Database, began: datetime, taken: list[Step]
) -> None:
    await same_on_paper(database, began, taken)


@pytest.mark.prove
@given(began=BEFORE_THE_CLOCKS_CHANGE, taken=st.lists(steps, min_size=10, max_size=40))
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
async def test_whatever_people_do_for_long_comes_to_the_same_as_on_paper(
    database: Database, began: datetime, taken: list[Step]
) -> None:
    await same_on_paper(database, began, taken)


def test_the_paper_can_disagree() -> None:
    booking = Booking(0, 0, date(2030, 3, 28), date(2030, 3, 30), 1, "held", datetime(2030, 3, 28, tzinfo=UTC))
    assert booking.seen(datetime(2030, 3, 28, tzinfo=UTC)) == "expired"
    assert booking.seen(datetime(2030, 3, 27, 23, 59, tzinfo=UTC)) == "held"
