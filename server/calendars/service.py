"""Claims on a home's nights. Every path that takes dates comes through here: `lock`, then `claim` or `confirm`."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.calendars import rules
from server.calendars.events import HoldsLapsed
from server.calendars.repository import Blocks, Claim, Links, Occupancy
from server.calendars.tables import BlockTable, CalendarLinkTable
from server.core import clock, cursors
from server.core.errors import AppError, DatesTaken, Malformed, NotFound
from server.core.events import publish
from server.core.identity import Identity
from server.properties.service import door as properties
from server.properties.service.door import Home
from shared_models.auth import Role
from shared_models.calendars import (
    MAX_RANGE_DAYS,
    BlockChange,
    BlockCreate,
    ClaimKind,
    ClaimRead,
    Period,
    PropertyCalendar,
    TakenPeriods,
)
from shared_models.paging import Page
from shared_models.problems import ProblemCode
from shared_models.properties import PropertyStatus

LAPSED_AT_A_TIME = 500
MAX_CALENDARS = 60
"""How many homes one call shows."""


@dataclass(frozen=True)
class Link:
    """The secret of a home's feed, and since when it holds; None while there is none."""

    property_id: UUID
    secret: str | None
    made_at: datetime | None


@dataclass(frozen=True)
class Feed:
    """A home's calendar for other calendars, and since when it reads so, in whole seconds."""

    content: bytes
    digest: str
    changed_at: datetime


class HoldLapsed(AppError):
    status, code, title = 409, ProblemCode.HOLD_LAPSED, "Your hold on these dates has run out"


@dataclass(frozen=True)
class Clearance:
    """How far other guests must stay away: `days` free nights on either side. Claims for `but` do not count."""

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
    await _tell_lapsed(session, list(await occupancy.remove_lapsed_of(homes, clock.now())))
    await occupancy.add_all(nights, kind)


async def confirm(session: AsyncSession, source_id: UUID, kind: ClaimKind = ClaimKind.BOOKING) -> None:
    """Make one's own live hold a lasting claim, under the lock of its home.

    Raises HoldLapsed when the hold is over, even if nobody else wants the nights: what is shown as lapsed is lapsed.
    """
    if not await Occupancy(session).confirm(source_id, kind, clock.now()):
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


async def remove_lapsed(session: AsyncSession) -> bool:
    """Remove lapsed holds, at most `LAPSED_AT_A_TIME`, and tell their rooms; answers whether there may be more."""
    occupancy = Occupancy(session)
    found = await occupancy.lapsed(clock.now(), LAPSED_AT_A_TIME)
    if not found:
        return False
    await lock(session, [property_id for _, property_id in found])
    removed = await occupancy.remove_lapsed([id_ for id_, _ in found], clock.now())
    await _tell_lapsed(session, list(removed))
    return len(found) == LAPSED_AT_A_TIME


async def _make_way(session: AsyncSession, property_id: UUID, period: Period, clear: Clearance) -> None:
    """Remove lapsed holds that are in the way. Raises DatesTaken when a live claim is."""
    await _tell_lapsed(session, list(await Occupancy(session).remove_lapsed_within(property_id, period, clock.now())))
    if not await is_free(session, property_id, period, clear):
        raise DatesTaken


async def _tell_lapsed(session: AsyncSession, source_ids: list[UUID]) -> None:
    if source_ids:
        await publish(session, HoldsLapsed(source_ids=source_ids))


async def block(session: AsyncSession, caller: Identity, request: BlockCreate) -> ClaimRead:
    """Keep nights of one's own home free of guests. Raises NotFound, DatesTaken, or Malformed for nights long gone."""
    await lock(session, [request.property_id])
    home = await _own_home(session, caller, request.property_id)
    if not rules.may_block_from(request.start, clock.today_in(home.zone)):
        raise Malformed.field("start", "is in the past")
    period = Period(start=request.start, end=request.end)
    row = Blocks(session).add(home.id, request.note, caller.id)
    id_ = await claim(session, home.id, period, ClaimKind.BLOCK, row.id)
    return ClaimRead(
        id=id_,
        property_id=home.id,
        kind=ClaimKind.BLOCK,
        start=period.start,
        end=period.end,
        source_id=row.id,
        note=row.note,
    )


async def unblock(session: AsyncSession, caller: Identity, block_id: UUID) -> None:
    """Take a block away. Raises NotFound, also when it is gone already."""
    row = await _own_block(session, caller, block_id)
    await lock(session, [row.property_id])
    await release(session, ClaimKind.BLOCK, block_id)
    if not await Blocks(session).remove(block_id):
        raise NotFound


async def change_block(session: AsyncSession, caller: Identity, block_id: UUID, change: BlockChange) -> ClaimRead:
    """Block other nights, or say anew why. Raises NotFound, DatesTaken, Malformed for nights that are over."""
    row = await _own_block(session, caller, block_id)
    await lock(session, [row.property_id])
    found = await Occupancy(session).of_source(ClaimKind.BLOCK, block_id)
    if found is None:
        raise NotFound
    period = Period(start=change.start or found.period.start, end=change.end or found.period.end)
    if period != found.period:
        home = await properties.home(session, row.property_id)
        if wrong := rules.wrong_in_change(found.period, period, clock.today_in(home.zone)):
            raise Malformed.field(*wrong)
        await move(session, row.property_id, ClaimKind.BLOCK, block_id, period)
    if change.note is not None:
        row.note = change.note
    return _to_read(replace(found, period=period, note=row.note))


async def calendars(
    session: AsyncSession,
    caller: Identity,
    period: Period,
    *,
    property_ids: Sequence[UUID] = (),
    text: str | None = None,
    cursor: str | None = None,
) -> Page[PropertyCalendar]:
    """The calendars of one's homes by title: those asked for (others' are left out), or all, `MAX_CALENDARS` a page.

    `text` leaves those with its words in title or place. Two statements however many homes there are. Raises Malformed
    for a bad range or cursor.
    """
    check_range(period)
    if property_ids:
        known = await properties.homes(session, property_ids[:MAX_CALENDARS])
        found: Sequence[Home] = sorted(
            (home for home in known.values() if _may_see(caller, home)), key=lambda home: (home.title, home.id)
        )
        more = False
    else:
        after = None if cursor is None else unpacked(cursor)
        homes = await properties.homes_of(session, caller.id, text=text, after=after, limit=MAX_CALENDARS + 1)
        found, more = homes[:MAX_CALENDARS], len(homes) > MAX_CALENDARS
    claims = await _claims_by_home(session, found, period)
    items = [
        PropertyCalendar(
            property_id=home.id,
            title=home.title,
            zone=home.zone,
            on_show=home.status == PropertyStatus.PUBLISHED,
            claims=claims[home.id],
        )
        for home in found
    ]
    return Page(items=items, next_cursor=cursors.pack([found[-1].title, found[-1].id]) if more else None)


async def kinds_by_night(
    session: AsyncSession, property_ids: Iterable[UUID], period: Period
) -> Mapping[date, Mapping[ClaimKind, int]]:
    """At how many of these homes each night is claimed, by the kind of claim; nights without any are left out."""
    found: defaultdict[date, dict[ClaimKind, int]] = defaultdict(dict)
    for day, kind, number in await Occupancy(session).kinds_by_night(property_ids, period, clock.now()):
        found[day][kind] = number
    return found


async def taken_publicly(
    session: AsyncSession, caller: Identity | None, property_id: UUID, period: Period
) -> TakenPeriods:
    """What anyone may know of a published home's nights; its landlord at any time. Raises NotFound, Malformed.

    Nights that the landlord needs to prepare between two guests are told as taken.
    """
    check_range(period)
    home = await properties.home(session, property_id)
    if home.status != PropertyStatus.PUBLISHED and (caller is None or not _may_see(caller, home)):
        raise NotFound
    found = await taken(session, property_id, period, days=home.limits.preparation_days or 0)
    return TakenPeriods(property_id=property_id, start=period.start, end=period.end, taken=found)


async def data_export(session: AsyncSession, person_id: UUID) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """The nights a person keeps free of guests, and why. Secret addresses of calendars stand at the homes."""
    rows = await Blocks(session).by(person_id)
    return {"blocks": [row.model_dump(mode="json", exclude={"created_by"}) for row in rows]}


async def link(session: AsyncSession, caller: Identity, key: bytes, property_id: UUID) -> Link:
    """Where other calendars read one's own home, if anywhere. `key` is the server's own. Raises NotFound."""
    home = await _own_home(session, caller, property_id)
    return _told(key, home.id, await Links(session).of_home(home.id))


async def renew_link(session: AsyncSession, caller: Identity, key: bytes, property_id: UUID) -> Link:
    """A new secret address for one's own home; the one before leads nowhere from now on. Raises NotFound."""
    home = await _own_home(session, caller, property_id)
    return _told(key, home.id, await Links(session).renew(home.id))


async def remove_link(session: AsyncSession, caller: Identity, property_id: UUID) -> None:
    """No address any more; none is nothing to remove. Raises NotFound."""
    home = await _own_home(session, caller, property_id)
    await remove_links(session, [home.id])


async def remove_links(session: AsyncSession, property_ids: Iterable[UUID]) -> None:
    """No address any more for any of these homes."""
    await Links(session).remove_all(property_ids)


async def erase(session: AsyncSession, person_id: UUID) -> None:
    """Take the notes away from the blocks of someone who leaves; the nights stay as they were."""
    await Blocks(session).forget_notes(person_id)


async def feed(session: AsyncSession, key: bytes, property_id: UUID, secret: str) -> Feed:
    """What holds a home's nights, for whoever knows its secret. Raises NotFound for any other one."""
    row = await Links(session).of_home(property_id)
    if row is None or not rules.is_secret(secret, rules.secret_of(key, property_id, row.salt)):
        raise NotFound
    home = await properties.home(session, property_id)
    period = rules.feed_period(clock.today_in(home.zone))
    claims = await Occupancy(session).claims([property_id], period, clock.now())
    events = (event for each in claims for event in _events(each, home.limits.preparation_days or 0, period.end))
    content = rules.feed_text(home.title, events)
    digest = sha256(content).hexdigest()
    if digest != row.digest:
        row.digest, row.changed_at = digest, rules.later_second(row.changed_at, clock.now())
    return Feed(content, digest, row.changed_at)


def _events(found: Claim, preparation: int, until: date) -> list[rules.FeedEvent]:
    return rules.feed_events(found.id, found.kind, found.period, found.changed_at, preparation=preparation, until=until)


def _told(key: bytes, property_id: UUID, row: CalendarLinkTable | None) -> Link:
    if row is None:
        return Link(property_id, None, None)
    return Link(property_id, rules.secret_of(key, property_id, row.salt), row.created_at)


async def _claims_by_home(
    session: AsyncSession, homes: Sequence[Home], period: Period
) -> defaultdict[UUID, list[ClaimRead]]:
    by_home: defaultdict[UUID, list[ClaimRead]] = defaultdict(list)
    for found in await Occupancy(session).claims([home.id for home in homes], period, clock.now()):
        by_home[found.property_id].append(_to_read(found))
    return by_home


def check_range(period: Period) -> None:
    """Refuse a stretch that is empty or longer than one call answers. Raises Malformed."""
    if period.end <= period.start:
        raise Malformed.field("end", "must come after the start")
    if (period.end - period.start).days > MAX_RANGE_DAYS:
        raise Malformed.field("end", f"must be at most {MAX_RANGE_DAYS} days after the start")


def unpacked(cursor: str) -> tuple[str, UUID]:
    """The place a cursor names. Raises Malformed."""
    title, id_ = cursors.unpack(cursor, [str, UUID])
    return title, id_


def _may_see(caller: Identity, home: Home) -> bool:
    return home.landlord_id == caller.id or caller.has(Role.ADMIN)


async def _own_home(session: AsyncSession, caller: Identity, property_id: UUID) -> Home:
    home = await properties.home(session, property_id)
    if not _may_see(caller, home):
        raise NotFound
    return home


async def _own_block(session: AsyncSession, caller: Identity, block_id: UUID) -> BlockTable:
    row = await Blocks(session).by_id(block_id)
    if row is None:
        raise NotFound
    await _own_home(session, caller, row.property_id)
    return row


def _to_read(found: Claim) -> ClaimRead:
    return ClaimRead(
        id=found.id,
        property_id=found.property_id,
        kind=found.kind,
        start=found.period.start,
        end=found.period.end,
        source_id=found.source_id,
        note=found.note,
        expires_at=found.expires_at,
    )
