"""A year of letting in twelve zones: over a socket the product answers each of thousands of calls as a model does.

The year holds 31 January, 29 February and the days on which clocks change, either way, where they do. A failure tells
the seed and the last operations; `ESTOSPACES_WALK_SEED` walks another way.
"""

import os
import random
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest
import time_machine

from server.core.database import Database
from server.core.settings import Settings
from shared_models.auth import Role
from tests.conftest import Api, MakePerson
from tests.server.stays import on_arrival
from tests.serving import serving
from tests.stories.conftest import said
from tests.stories.walk import accounts, changes, letting, looking, stays
from tests.stories.walk.answers import Different
from tests.stories.walk.homes import HOMES, ZONES
from tests.stories.walk.model import Model
from tests.stories.walk.prices import DAY, lines_of
from tests.stories.walk.things import Home, end_of
from tests.stories.walk.walk import CHECKED_EVERY, TOKEN_MINUTES, Walk

__all__ = ["on_arrival"]

SEED = int(os.environ.get("ESTOSPACES_WALK_SEED", "9"))
OPERATIONS = 3000
BEGAN = datetime(2027, 12, 20, 9, tzinfo=UTC)
ENDED = datetime(2028, 11, 28, 9, tzinfo=UTC)
ROUNDS = 30
TENANTS, LANDLORDS = 9, 4

STEPS: dict[Callable[[Walk], Awaitable[bool]], int] = {
    stays.quote: 22,
    stays.hold: 26,
    stays.hoard: 1,
    stays.confirm: 22,
    stays.release: 4,
    stays.accept: 18,
    stays.decline: 6,
    stays.cancel: 2,
    stays.no_show: 2,
    changes.quote_change: 14,
    changes.ask_change: 12,
    changes.accept_change: 8,
    changes.decline_change: 6,
    changes.withdraw_change: 5,
    letting.block: 5,
    letting.move_block: 3,
    letting.unblock: 4,
    letting.edit: 6,
    letting.pause: 1,
    letting.resume: 3,
    looking.search: 5,
    looking.see_taken: 3,
    looking.read_feed: 3,
    looking.see_booking: 3,
    accounts.sign_out: 1,
    accounts.close: 1,
}
"""How often each is tried; what has nothing to be done with at the moment is not."""

LEAST_DONE = {
    "quote": 250,
    "hold": 150,
    "confirm": 50,
    "release": 15,
    "accept": 20,
    "decline": 5,
    "cancel": 15,
    "no-show": 8,
    "quote of a change": 50,
    "ask for a change": 25,
    "accept a change": 10,
    "decline a change": 5,
    "withdraw a change": 5,
    "block": 50,
    "move a block": 20,
    "unblock": 40,
    "edit": 80,
    "pause": 12,
    "resume": 12,
    "search": 60,
    "see what is taken": 40,
    "read a feed": 40,
    "see a booking": 40,
    "sign out": 10,
    "close": 5,
}
LEAST_REFUSED = {
    "not_found": 40,
    "malformed": 40,
    "not_bookable": 60,
    "dates_taken": 40,
    "quote_expired": 30,
    "hold_lapsed": 5,
    "too_many_holds": 1,
    "invalid_transition": 100,
    "account_in_use": 2,
}
LEAST_IN_A_ZONE = 100
LEAST_STAYS = {
    "completed": 20,
    "in yen": 50,
    "by the month": 20,
    "a month in part": 20,
    "from 31 January": 2,
    "over 29 February": 8,
    "while clocks go forward": 6,
    "while clocks go back": 5,
}


def clock_changes() -> list[datetime]:
    """The instants at which the clocks of one of the zones change in this time."""
    found = set()
    for zone in map(ZoneInfo, ZONES):
        instant = BEGAN.replace(minute=0)
        while instant < ENDED:
            later = instant + timedelta(minutes=30)
            if instant.astimezone(zone).utcoffset() != later.astimezone(zone).utcoffset():
                found.add(later)
            instant = later
    return sorted(found)


def rounds() -> list[datetime]:
    """When people are at it: all over the year, and more in the days before each of its odd ones."""
    step = (ENDED - BEGAN) / ROUNDS
    odd = [*clock_changes(), datetime(2028, 1, 31, 12, tzinfo=UTC), datetime(2028, 2, 29, 12, tzinfo=UTC)]
    before = [instant - DAY * days for instant in odd for days in (1, 3)]
    return sorted([BEGAN + step * number for number in range(ROUNDS)] + before)


async def settle_in(walk: Walk) -> None:
    """People and homes, made over the API and approved."""
    admin = await walk.join(Role.ADMIN)
    landlords = [await walk.join(Role.LANDLORD, Role.TENANT) for _ in range(LANDLORDS)]
    walk.tenants = [await walk.join(Role.TENANT) for _ in range(TENANTS)]
    for number, (zone, facts) in enumerate(HOMES):
        landlord = landlords[number % LANDLORDS]
        made = said(await walk.send(landlord, "POST", "/properties", facts), 201)
        assert made["zone"] == zone
        for name, status in ((landlord, "pending_review"), (admin, "published")):
            said(await walk.send(name, "POST", f"/properties/{made['id']}/status", {"status": status}))
        link = said(await walk.send(landlord, "POST", f"/calendars/{made['id']}/link"), 201)
        feed = link["url"].partition("/api/v1")[2]
        walk.model.homes.append(Home(made["id"], landlord, zone, facts, feed))


async def take_steps(walk: Walk, operations: int) -> None:
    """So many operations, over all the rounds."""
    starts = rounds()
    each = operations / len(starts)
    done, since = 0, BEGAN
    while done < operations:
        start = starts[min(int(done / each), len(starts) - 1)]
        if start > walk.now:
            walk.move_to(start)
            walk.round_began = start
            await walk.work()
        walk.pass_time()
        if walk.rng.random() < 0.02:
            await walk.work()
        (take,) = walk.rng.choices(list(STEPS), list(STEPS.values()))
        if not await take(walk):
            continue
        done += 1
        if done % CHECKED_EVERY == 0:
            await walk.compare(since.date() - DAY * 30)
            since = walk.now
    await walk.compare(BEGAN.date() - DAY * 100)


@pytest.mark.prove
@pytest.mark.timeout(1800)
@pytest.mark.usefixtures("on_arrival")
async def test_a_year_of_letting_in_twelve_zones_is_as_a_model_says(
    database: Database, settings: Settings, a_person: MakePerson, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.session_days, settings.access_token_minutes = 365, TOKEN_MINUTES
    began = time.monotonic()
    with time_machine.travel(BEGAN, tick=False) as traveller:
        async with serving(settings, database) as url, httpx.AsyncClient(base_url=url, timeout=60) as client:
            walk = Walk(Api(client), database, traveller, a_person, random.Random(SEED), Model(BEGAN))
            await settle_in(walk)
            try:
                await take_steps(walk, OPERATIONS)
            except Different as different:
                told = "\n".join(walk.last)
                pytest.fail(f"seed {SEED}, after {walk.tally.kinds.total()} operations:\n{told}\n{different}")
    with capsys.disabled():
        sys.stdout.write(f"\nSeed {SEED}, {time.monotonic() - began:.0f} s: {walk.tally}\n")
    assert walk.tally.kinds.total() >= 3000
    assert set(walk.tally.zones) == set(ZONES)
    assert min(walk.tally.zones.values()) >= LEAST_IN_A_ZONE
    assert {kind: number for kind, number in LEAST_DONE.items() if walk.tally.done(kind) < number} == {}
    assert {code: number for code, number in LEAST_REFUSED.items() if walk.tally.refused(code) < number} == {}
    assert {name: number for name, number in LEAST_STAYS.items() if walk.tally.stays[name] < number} == {}
    assert walk.now > ENDED - timedelta(days=30)


@pytest.mark.parametrize(
    ("day", "zone", "ends"),
    [
        (
            date(2028, 9, 2),
            "America/Santiago",
            datetime(2028, 9, 3, 4, tzinfo=UTC),
        ),  # its last second is followed by 1:00
        (date(2028, 4, 1), "America/Santiago", datetime(2028, 4, 2, 4, tzinfo=UTC)),  # 23:00 comes twice
        (date(2028, 2, 29), "Pacific/Kiritimati", datetime(2028, 2, 29, 10, tzinfo=UTC)),
        (date(2028, 2, 29), "Pacific/Pago_Pago", datetime(2028, 3, 1, 11, tzinfo=UTC)),
    ],
)
def test_a_day_of_the_model_ends_as_the_clock_at_the_home_says(day: date, zone: str, ends: datetime) -> None:
    assert end_of(day, zone) == ends


@pytest.mark.parametrize(
    ("check_out", "amounts"),
    [
        (date(2028, 2, 29), [29_000]),
        (date(2028, 2, 28), [round(29_000 * 28 / 29)]),
        (date(2028, 3, 31), [58_000]),
        (date(2028, 4, 1), [58_000, round(29_000 / 30)]),
    ],
)
def test_the_model_counts_months_from_31_january(check_out: date, amounts: list[int]) -> None:
    lines = lines_of({"let_type": "monthly", "price_minor": 29_000}, date(2028, 1, 31), check_out)
    assert [line.amount for line in lines] == amounts
