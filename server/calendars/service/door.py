"""Claims on a home's nights. Every path that takes dates comes through here: `lock`, then `claim` or `confirm`."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.calendars import rules
from server.calendars.events import HoldsLapsed
from server.calendars.repository.claims import Occupancy
from server.core import clock
from server.core.errors import AppError, DatesTaken, Malformed, NotFound
from server.core.events import publish
from server.properties.service import door as properties
from shared_models.calendars import MAX_RANGE_DAYS, ClaimKind, Period
from shared_models.problems import ProblemCode

MAX_CALENDARS = 60
"""How many homes one call shows."""


class HoldLapsed(AppError):
    status, code, title = 409, ProblemCode.HOLD_LAPSED, "Your hold on these dates has run out"


@dataclass(frozen=True)
class Clearance:
    """How far other guests must stay away: `days` free nights on either side. Claims for `exclude` do not count."""

    days: int = 0
    exclude: frozenset[UUID] = frozenset()


async def lock(session: AsyncSession, property_ids: Iterable[UUID]) -> None:
    """Lock homes by ascending id: the first thing on every path that takes, moves or gives back nights."""
    await properties.lock(session, property_ids)


async def claim(
    session: AsyncSession,
    property_id: UUID,
    period: Period,
    kind: ClaimKind,
    source_id: UUID,
    *,
    expires_at: datetime | None = None,
    clearance: Clearance | None = None,
) -> UUID:
    """Take nights of a locked home and answer the claim's id. Raises DatesTaken.

    Lapsed holds in the way are removed, and their rooms told, in this transaction. The check is a courtesy that saves a
    failed statement; what forbids two claims on one night is the constraint, which answers as DatesTaken as well.
    `expires_at` is for holds, and only for them.
    """
    await _make_way(session, property_id, period, clearance or Clearance())
    return await Occupancy(session).add(property_id, period, kind, source_id, expires_at)


async def claim_all(session: AsyncSession, nights: Sequence[tuple[UUID, Period, UUID]], kind: ClaimKind) -> None:
    """Lasting claims on many locked homes in one go: (home, nights, source). All of them, or DatesTaken."""
    occupancy = Occupancy(session)
    homes = {property_id for property_id, _, _ in nights}
    await tell_lapsed(session, list(await occupancy.remove_lapsed_of(homes, clock.now())))
    await occupancy.add_all(nights, kind)


async def confirm(session: AsyncSession, source_id: UUID, kind: ClaimKind = ClaimKind.BOOKING) -> None:
    """Make one's own live hold a lasting claim, under the lock of its home.

    Raises HoldLapsed when the hold is over, even if nobody else wants the nights: what is shown as lapsed is lapsed.
    """
    if not await Occupancy(session).confirm(source_id, kind, clock.now()):
        raise HoldLapsed("The dates may still be free. Ask for the price again.")


async def extend(session: AsyncSession, source_id: UUID, until: datetime) -> None:
    """Let one's own live hold end at another moment, under the lock of its home. Raises HoldLapsed when it is over."""
    if not await Occupancy(session).extend(source_id, until, clock.now()):
        raise HoldLapsed("The dates may still be free. Ask for the price again.")


async def release(session: AsyncSession, kind: ClaimKind, source_id: UUID) -> bool:
    """Give nights back, under the lock of their home; answers whether there was a claim."""
    return await Occupancy(session).remove(kind, source_id)


async def move(session: AsyncSession, property_id: UUID, kind: ClaimKind, source_id: UUID, period: Period) -> None:
    """Put a claim on other nights of its locked home in one UPDATE. Raises DatesTaken, or NotFound without a claim."""
    await _make_way(session, property_id, period, Clearance(exclude=frozenset({source_id})))
    if not await Occupancy(session).move(kind, source_id, period):
        raise NotFound


async def taken(session: AsyncSession, property_id: UUID, period: Period, *, days: int = 0) -> list[Period]:
    """Which of these nights are taken, each guest's with `days` more on either side, joined where they touch.

    A lapsed hold takes nothing.
    """
    found = await Occupancy(session).taken(property_id, rules.widened(period, days), clock.now())
    wide = (claim if kind == ClaimKind.BLOCK else rules.widened(claim, days) for kind, claim in found)
    return rules.joined(wide, period.start, period.end)


async def is_free(session: AsyncSession, property_id: UUID, period: Period, clearance: Clearance | None = None) -> bool:
    """Whether every one of these nights is free now, and clear of other guests. Only `claim` makes it last."""
    clear = clearance or Clearance()
    wide = rules.widened(period, clear.days)
    return not await Occupancy(session).is_taken(property_id, period, wide, clock.now(), clear.exclude)


async def kinds_by_night(
    session: AsyncSession, property_ids: Iterable[UUID], period: Period
) -> Mapping[date, Mapping[ClaimKind, int]]:
    """At how many of these homes each night is claimed, by the kind of claim; nights without any are left out."""
    found: defaultdict[date, dict[ClaimKind, int]] = defaultdict(dict)
    for day, kind, number in await Occupancy(session).kinds_by_night(property_ids, period, clock.now()):
        found[day][kind] = number
    return found


def check_range(period: Period) -> None:
    """Refuse a stretch that is empty or longer than one call answers. Raises Malformed."""
    if period.end <= period.start:
        raise Malformed.field("end", "must come after the start")
    if (period.end - period.start).days > MAX_RANGE_DAYS:
        raise Malformed.field("end", f"must be at most {MAX_RANGE_DAYS} days after the start")


async def tell_lapsed(session: AsyncSession, source_ids: list[UUID]) -> None:
    """Say that holds have lapsed, to the rooms of what they were for."""
    if source_ids:
        await publish(session, HoldsLapsed(source_ids=source_ids))


async def _make_way(session: AsyncSession, property_id: UUID, period: Period, clear: Clearance) -> None:
    """Remove lapsed holds that are in the way. Raises DatesTaken when a live claim is."""
    await tell_lapsed(session, list(await Occupancy(session).remove_lapsed_within(property_id, period, clock.now())))
    if not await is_free(session, property_id, period, clear):
        raise DatesTaken
