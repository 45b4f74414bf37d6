"""A profile for everyone, in the transaction that adds them; their names for the rooms below; none for who leaves."""

from sqlalchemy.ext.asyncio import AsyncSession

from server.auth.events import AccountErased, IdentitiesAdded
from server.cases import service as cases
from server.core.events import within
from server.users import service

cases.register_names(service.names)


@within(IdentitiesAdded)
async def add_profiles(session: AsyncSession, event: IdentitiesAdded) -> None:
    """Whoever is added has a name from the start."""
    await service.add_profiles(session, [(person.id, person.name, person.language) for person in event.people])


@within(AccountErased)
async def erase(session: AsyncSession, event: AccountErased) -> None:
    """Who left has no name here any more."""
    await service.erase(session, event.identity_id)
