"""What other calendars read of a home, and the secret address where."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.calendars import rules
from server.calendars.repository.claims import Claim, Occupancy
from server.calendars.repository.feeds import Links
from server.calendars.service.claims import own_home
from server.calendars.tables import CalendarLinkTable
from server.core import clock
from server.core.errors import NotFound
from server.core.identity import Identity
from server.properties.service import door as properties


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


async def link(session: AsyncSession, caller: Identity, key: bytes, property_id: UUID) -> Link:
    """Where other calendars read one's own home, if anywhere. `key` is the server's own. Raises NotFound."""
    home = await own_home(session, caller, property_id)
    return _link_of(key, home.id, await Links(session).of_home(home.id))


async def renew_link(session: AsyncSession, caller: Identity, key: bytes, property_id: UUID) -> Link:
    """A new secret address for one's own home; the one before leads nowhere from now on. Raises NotFound."""
    home = await own_home(session, caller, property_id)
    return _link_of(key, home.id, await Links(session).renew(home.id))


async def remove_link(session: AsyncSession, caller: Identity, property_id: UUID) -> None:
    """No address any more; none is nothing to remove. Raises NotFound."""
    home = await own_home(session, caller, property_id)
    await remove_links(session, [home.id])


async def remove_links(session: AsyncSession, property_ids: Iterable[UUID]) -> None:
    """No address any more for any of these homes."""
    await Links(session).remove_all(property_ids)


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


def _link_of(key: bytes, property_id: UUID, row: CalendarLinkTable | None) -> Link:
    if row is None:
        return Link(property_id, None, None)
    return Link(property_id, rules.secret_of(key, property_id, row.salt), row.created_at)
