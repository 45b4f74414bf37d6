"""A profile for everyone, in the transaction that adds them; no name for who leaves, in the one that erases them."""

from sqlalchemy.ext.asyncio import AsyncSession

from server.auth.events import AccountErased, IdentitiesAdded
from server.core.events import within
from server.users import service


@within(IdentitiesAdded)
async def add_profiles(session: AsyncSession, event: IdentitiesAdded) -> None:
    """Whoever is added has a name from the start."""
    await service.add_profiles(session, [(person.id, person.name) for person in event.people])


@within(AccountErased)
async def erase(session: AsyncSession, event: AccountErased) -> None:
    """Who left has no name here any more."""
    await service.erase(session, event.identity_id)
