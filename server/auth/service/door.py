"""What the rooms above ask of accounts: how to reach people, who has not left, and what keeps someone from leaving."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.auth.events import IdentitiesAdded, NewPerson
from server.auth.mail_links import service as mail_links
from server.auth.repository import Identities
from server.auth.service.accounts import account_of
from server.auth.sessions import service as sessions
from server.auth.throttling import rules as limits
from server.auth.throttling import service as throttling
from server.auth.throttling.rules import Attempt
from server.core.errors import EmailUnverified
from server.core.events import publish
from server.core.identity import Identity
from server.core.settings import Settings
from shared_models.auth import LinkPurpose, Obstacle, Role

Check = Callable[[AsyncSession, UUID], Awaitable[Sequence[Obstacle]]]
_asked_before_closing: list[Check] = []


def asked_before_closing(check: Check) -> Check:
    """Register a room's question: what of theirs keeps an account from being deleted. Rooms above know, we do not."""
    if check not in _asked_before_closing:
        _asked_before_closing.append(check)
    return check


async def obstacles(session: AsyncSession, identity_id: UUID) -> list[Obstacle]:
    """What keeps someone's account from being deleted, as the rooms above say."""
    return [found for check in _asked_before_closing for found in await check(session, identity_id)]


async def roles_of(session: AsyncSession, identity_id: UUID) -> frozenset[Role]:
    """The roles someone has now (their access token may be older)."""
    return await Identities(session).roles_of(identity_id)


async def emails_of(session: AsyncSession, ids: Iterable[UUID]) -> Mapping[UUID, str | None]:
    """The e-mail of each identity; None for an unclaimed landlord and for someone who left."""
    return {id_: person.email for id_, person in (await Identities(session).by_ids(ids)).items()}


async def with_email(session: AsyncSession, email: str) -> list[UUID]:
    """Whoever has exactly this e-mail address: one person, or nobody."""
    person = await Identities(session).by_email(email.strip().lower())
    return [] if person is None else [person.id]


@dataclass(frozen=True)
class Contact:
    """Someone's e-mail, and whether mail there is known to arrive."""

    email: str
    verified: bool


async def contact_of(session: AsyncSession, identity_id: UUID) -> Contact | None:
    """How to reach someone; None without an account."""
    person = (await Identities(session).by_ids([identity_id])).get(identity_id)
    if person is None or person.email is None:
        return None
    return Contact(person.email, person.email_verified_at is not None)


async def require_verified(session: AsyncSession, identity_id: UUID) -> None:
    """Raises EmailUnverified unless mail to someone is known to arrive. What was confirmed stays so."""
    contact = await contact_of(session, identity_id)
    if contact is None or not contact.verified:
        raise EmailUnverified


async def lock_accounts(session: AsyncSession, ids: Iterable[UUID]) -> Mapping[UUID, str | None]:
    """Those who have not left, with their e-mail (None: unclaimed landlords); they stay until this transaction ends.

    For what is done for people, or written about them, without a call of theirs.
    """
    return {id_: person.email for id_, person in (await Identities(session).lock_open(ids)).items()}


async def mail_link(session: AsyncSession, identity_id: UUID, purpose: LinkPurpose) -> str | None:
    """The token of a new link for a mail that is about to be sent; None when there is nothing to send any more."""
    person = (await Identities(session).lock_open([identity_id])).get(identity_id)
    done = purpose is LinkPurpose.VERIFY_EMAIL and person is not None and person.email_verified_at is not None
    if person is None or person.email is None or done:
        return None
    return await mail_links.issue(session, identity_id, person.email, purpose)


@dataclass(frozen=True)
class UnclaimedLandlords:
    """Landlords by their source key, and which of them are new."""

    by_key: Mapping[str, UUID]
    added: frozenset[UUID]


async def unclaimed_landlords(session: AsyncSession, names: Mapping[str, str]) -> UnclaimedLandlords:
    """The unclaimed landlord of each source key (`names`: key to name), added where there is none."""
    identities = Identities(session)
    new = await identities.add_unclaimed(names)
    if new:
        people = [NewPerson(id=id_, name=names[key]) for key, id_ in new.items()]
        await publish(session, IdentitiesAdded(people=people))
    return UnclaimedLandlords(by_key=await identities.by_source_keys(names), added=frozenset(new.values()))


async def remove_unclaimed(session: AsyncSession, ids: Iterable[UUID]) -> None:
    """Take unclaimed landlords away again (the undo of an import); claimed ones stay."""
    await Identities(session).remove_unclaimed(ids)


async def count_copy(session: AsyncSession, settings: Settings, caller: Identity) -> None:
    """Someone asks for a copy of all that is kept of them. Raises TooManyTries."""
    await throttling.take(session, settings, [Attempt(limits.COPY, str(caller.id))])


async def data_export(session: AsyncSession, person_id: UUID) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """What this room keeps of a person; no secrets, and no hashes of them."""
    person, roles = await account_of(session, person_id), await roles_of(session, person_id)
    account = person.model_dump(mode="json", exclude={"password_hash", "source_key", "erased_at"})
    return {
        "account": [account | {"roles": sorted(roles)}],
        "sessions": await sessions.data_export(session, person_id),
        "links_by_mail": await mail_links.data_export(session, person_id),
    }
