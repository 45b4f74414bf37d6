"""Leaving: what stands in the way, and what goes."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from server.auth.events import AccountErased
from server.auth.mail_links import service as mail_links
from server.auth.repository import Identities
from server.auth.service import door
from server.auth.sessions import service as sessions
from server.core import clock
from server.core.errors import AppError, NotSignedIn
from server.core.events import publish
from server.core.identity import Identity
from server.core.retention import forget_replies_to
from shared_models.auth import Closing, Obstacle, ObstacleKind
from shared_models.problems import FieldProblem, ProblemCode


class AccountInUse(AppError):
    status, code, title = 409, ProblemCode.ACCOUNT_IN_USE, "This account is still needed"


async def closing(session: AsyncSession, caller: Identity) -> Closing:
    """What stands in the way of deleting the caller's account."""
    return Closing(obstacles=await door.obstacles(session, caller.id))


async def close(session: AsyncSession, caller: Identity) -> None:
    """Delete the caller's account: personal data goes, stays and their amounts stay. Raises AccountInUse, NotSignedIn.

    The row is locked first, and no home: whatever the person is about to do elsewhere (a booking) has locked it less
    (`sessions.lock_account`), so it is seen by the questions, or waits and finds the account closed.
    """
    person = await Identities(session).locked(caller.id)
    if person is None:
        raise NotSignedIn
    await sessions.require_live(session, caller)
    obstacles = (await closing(session, caller)).obstacles
    if obstacles:
        raise AccountInUse(_in_words(obstacles), errors=[FieldProblem(field=o.kind, reason=o.title) for o in obstacles])
    await publish(session, AccountErased(identity_id=person.id))
    person.email = person.email_verified_at = person.password_hash = person.source_key = None
    person.erased_at = clock.now()
    await session.flush()
    await Identities(session).remove_roles(person.id)
    await sessions.close(session, person.id)
    await mail_links.erase(session, person.id)
    await forget_replies_to(session, person.id)


def _in_words(obstacles: Sequence[Obstacle]) -> str:
    stays = sum(found.kind is ObstacleKind.STAY for found in obstacles)
    homes = sum(found.kind is ObstacleKind.HOME for found in obstacles)
    counts = [(stays, "open stay", "open stays"), (homes, "published home", "published homes")]
    parts = [f"{number} {one if number == 1 else many}" for number, one, many in counts if number]
    return f"There {'is' if len(obstacles) == 1 else 'are'} still {' and '.join(parts)}."
