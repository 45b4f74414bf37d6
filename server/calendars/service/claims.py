"""The claims on homes, as their landlords and tenants see them, and the end of holds whose time is over."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.calendars.repository.claims import Claim, Occupancy
from server.calendars.service.door import MAX_CALENDARS, check_range, lock, taken, tell_lapsed
from server.core import clock, cursors
from server.core.errors import NotFound
from server.core.identity import Identity
from server.properties.service import door as properties
from server.properties.service.door import Home
from shared_models.auth import Role
from shared_models.calendars import ClaimRead, Period, PropertyCalendar, TakenPeriods
from shared_models.paging import Page
from shared_models.properties import PropertyStatus

LAPSED_AT_A_TIME = 500


async def remove_lapsed(session: AsyncSession) -> bool:
    """Remove lapsed holds, at most `LAPSED_AT_A_TIME`, and tell their rooms; answers whether there may be more."""
    occupancy = Occupancy(session)
    found = await occupancy.lapsed(clock.now(), LAPSED_AT_A_TIME)
    if not found:
        return False
    await lock(session, [property_id for _, property_id in found])
    removed = await occupancy.remove_lapsed([id_ for id_, _ in found], clock.now())
    await tell_lapsed(session, list(removed))
    return len(found) == LAPSED_AT_A_TIME


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
            (home for home in known.values() if may_see(caller, home)), key=lambda home: (home.title, home.id)
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


async def taken_publicly(
    session: AsyncSession, caller: Identity | None, property_id: UUID, period: Period
) -> TakenPeriods:
    """What anyone may know of a published home's nights; its landlord at any time. Raises NotFound, Malformed.

    Nights that the landlord needs to prepare between two guests are told as taken.
    """
    check_range(period)
    home = await properties.home(session, property_id)
    if home.status != PropertyStatus.PUBLISHED and (caller is None or not may_see(caller, home)):
        raise NotFound
    found = await taken(session, property_id, period, days=home.limits.preparation_days or 0)
    return TakenPeriods(property_id=property_id, start=period.start, end=period.end, taken=found)


def unpacked(cursor: str) -> tuple[str, UUID]:
    """The place a cursor names. Raises Malformed."""
    title, id_ = cursors.unpack(cursor, [str, UUID])
    return title, id_


def may_see(caller: Identity, home: Home) -> bool:
    """Whether the calendar of a home is the caller's to see: its landlord's, and admins'."""
    return home.landlord_id == caller.id or caller.has(Role.ADMIN)


async def own_home(session: AsyncSession, caller: Identity, property_id: UUID) -> Home:
    """A home whose calendar the caller may see. Raises NotFound."""
    home = await properties.home(session, property_id)
    if not may_see(caller, home):
        raise NotFound
    return home


async def _claims_by_home(
    session: AsyncSession, homes: Sequence[Home], period: Period
) -> defaultdict[UUID, list[ClaimRead]]:
    by_home: defaultdict[UUID, list[ClaimRead]] = defaultdict(list)
    for found in await Occupancy(session).claims([home.id for home in homes], period, clock.now()):
        by_home[found.property_id].append(to_read(found))
    return by_home


def to_read(found: Claim) -> ClaimRead:
    """A claim as it is shown to who may see the calendar."""
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
