"""Slowing down who guesses, without locking out who is meant."""

from collections.abc import Sequence
from datetime import timedelta
from math import ceil

from sqlalchemy.ext.asyncio import AsyncSession

from server.auth.rules import mark_of
from server.auth.throttling import rules
from server.auth.throttling.repository import Attempts
from server.auth.throttling.rules import Attempt
from server.core import clock
from server.core.errors import TooManyTries
from server.core.keys import Use
from server.core.settings import Settings

KEPT = timedelta(days=1)


async def take(session: AsyncSession, settings: Settings, attempts: Sequence[Attempt]) -> None:
    """Count a try, before anything is checked, so that many at once are counted too. Raises TooManyTries.

    A try that is refused does not count: nobody can make another wait for ever.
    """
    now = clock.now()
    rows = await Attempts(session).locked([_key(one, settings) for one in attempts], now)
    wait = timedelta(0)
    for one in attempts:
        row = rows[_key(one, settings)]
        last_at = min(row.last_at, now)  # a clock that was set back holds nobody up
        row.count = rules.now_counted(one.limit, row.count, last_at, now)
        wait = max(wait, last_at + rules.wait_after(one.limit, row.count) - now)
    if wait > timedelta(0):
        raise TooManyTries(ceil(wait.total_seconds()))
    for row in rows.values():
        row.count, row.last_at = row.count + 1, now
    await session.flush()


async def succeeded(session: AsyncSession, settings: Settings, attempts: Sequence[Attempt]) -> None:
    """The try was right: it was no guess. What was tried at this place before is forgotten."""
    own = [_key(one, settings) for one in attempts if one.limit in (rules.PLACE, rules.PASSWORD)]
    shared = [_key(one, settings) for one in attempts if one.limit in (rules.ACCOUNT, rules.ADDRESS)]
    await Attempts(session).remove(own)
    await Attempts(session).take_back(shared)


async def purge_expired(session: AsyncSession) -> None:
    """Remove counts that no limit looks at any more."""
    await Attempts(session).remove_old(clock.now() - KEPT)


def _key(one: Attempt, settings: Settings) -> str:
    return mark_of(f"{one.limit.name}|{one.subject}", settings.key(Use.MARKS))
