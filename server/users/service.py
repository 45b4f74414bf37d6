"""Profiles: how people are called."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.auth.service import door as auth
from server.cases import service as cases
from server.core import clock
from server.core.errors import NotFound
from server.core.identity import Identity
from server.core.settings import Settings
from server.users.repository import Profiles
from shared_models.languages import Language
from shared_models.users import Kept, Me, Profile, ProfileChange

ERASED_NAME = "Former member"

Sections = Mapping[str, Sequence[Mapping[str, Any]]]
Keeper = Callable[[AsyncSession, UUID], Awaitable[Sections]]
_keepers: list[Keeper] = []


def register_data_export(keeper: Keeper) -> Keeper:
    """A room says what it keeps of a person: rooms above this one register it."""
    _keepers.append(keeper)
    return keeper


async def kept(session: AsyncSession, settings: Settings, caller: Identity) -> Kept:
    """All that is kept of the caller. Raises TooManyTries when it is asked for again and again."""
    await auth.count_copy(session, settings, caller)
    sections: dict[str, Sequence[Mapping[str, Any]]] = {}
    for keeper in (auth.data_export, cases.data_export, *_keepers):
        sections |= await keeper(session, caller.id)
    plain = {name: [dict(row) for row in rows] for name, rows in sorted(sections.items())}
    return Kept(made_at=clock.now(), person=await me(session, caller), sections=plain)


async def me(session: AsyncSession, caller: Identity) -> Me:
    """The caller's own profile. Raises NotFound when the account is gone."""
    profile = await Profiles(session).of(caller.id)
    contact = await auth.contact_of(session, caller.id)
    if profile is None or contact is None:
        raise NotFound
    return Me(
        id=caller.id,
        email=contact.email,
        name=profile.name,
        roles=sorted(await auth.roles_of(session, caller.id)),
        since=profile.created_at,
        email_verified=contact.verified,
        language=profile.language,
        theme=profile.theme,
    )


async def change_me(session: AsyncSession, caller: Identity, change: ProfileChange) -> Me:
    """Change the caller's profile."""
    profile = await Profiles(session).of(caller.id)
    if profile is None:
        raise NotFound
    for field, value in change.model_dump(exclude_none=True, mode="json").items():
        setattr(profile, field, value)
    await session.flush()
    return await me(session, caller)


async def profiles(session: AsyncSession, ids: Iterable[UUID]) -> Mapping[UUID, Profile]:
    """What anyone may know of each of these people; two statements however many there are."""
    wanted = set(ids)
    emails = await auth.emails_of(session, wanted)
    return {
        row.identity_id: Profile(
            id=row.identity_id, name=row.name, claimed=emails.get(row.identity_id) is not None, since=row.created_at
        )
        for row in await Profiles(session).of_all(wanted)
    }


async def erase(session: AsyncSession, identity_id: UUID) -> None:
    """Take the name away from someone who leaves; what others have of them (stays) needs somebody to point at."""
    profile = await Profiles(session).of(identity_id)
    if profile is not None:
        profile.name, profile.language, profile.theme = ERASED_NAME, None, None
        await session.flush()


async def names(session: AsyncSession, ids: Iterable[UUID]) -> Mapping[UUID, str]:
    """How these people are called."""
    return {row.identity_id: row.name for row in await Profiles(session).of_all(set(ids))}


async def called(session: AsyncSession, text: str, limit: int) -> Sequence[UUID]:
    """Some of the people with this text in their name."""
    return await Profiles(session).called(text, limit)


async def add_profiles(session: AsyncSession, people: Iterable[tuple[UUID, str, Language | None]]) -> None:
    """Profiles for new people: (identity, name, what they read)."""
    await Profiles(session).add(people)


async def language_of(session: AsyncSession, identity_id: UUID) -> Language:
    """What somebody reads; English until they say."""
    profile = await Profiles(session).of(identity_id)
    return Language(profile.language) if profile is not None and profile.language else Language.ENGLISH
