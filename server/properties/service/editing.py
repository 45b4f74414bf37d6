"""What landlords say of their homes: a new home, a copy, everything anew, and what is looked at first."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.cases import service as cases
from server.core import clock
from server.core.errors import AppError, InvalidTransition, Malformed, NotFound, TryAgain, when_broken
from server.core.etags import etag_matches
from server.core.events import publish
from server.core.identity import Identity
from server.core.ids import new_id
from server.properties.events import PropertyFactsChanged
from server.properties.repository.homes import Properties
from server.properties.repository.mapping import facts_of
from server.properties.rules import listings as rules
from server.properties.rules.facts import columns_of
from server.properties.rules.zones import find_zone
from server.properties.service.reading import TaggedProperty, may_manage, to_read
from server.properties.tables import PropertyTable
from shared_models.auth import Role
from shared_models.cases import CaseDecision, CaseKind, CaseOutcome
from shared_models.problems import ProblemCode
from shared_models.properties import Pin, PropertyFacts, PropertyStatus


class ChangedMeanwhile(AppError):
    status, code, title = 412, ProblemCode.CHANGED_MEANWHILE, "Someone changed this home since you opened it"


class ListingIncomplete(AppError):
    status, code, title = 409, ProblemCode.LISTING_INCOMPLETE, "The listing is not complete yet"


WITHDRAWN = CaseDecision(outcome=CaseOutcome.WITHDRAWN)

# Fifty random bits met their twin: the next try draws others.
when_broken("uq_property_slug", TryAgain)


async def create(
    session: AsyncSession, caller: Identity, facts: PropertyFacts, *, property_id: UUID | None = None
) -> TaggedProperty:
    """A new draft of the caller's, with an id promised before or a new one. Raises Malformed for a pin at sea."""
    id_, moment = property_id or new_id(), clock.now()
    row = PropertyTable(
        id=id_,
        slug=rules.slug_of(facts.title, id_),
        landlord_id=caller.id,
        created_at=moment,
        updated_at=moment,
        **columns_of(facts, await _zone(facts.pin)),
    )
    await Properties(session).add(row)
    await publish(session, PropertyFactsChanged(ids=[id_]))
    return await to_read(session, row, private=True)


async def duplicate(session: AsyncSession, caller: Identity, property_id: UUID) -> TaggedProperty:
    """A new draft of the caller's that says all one of their homes says. Raises NotFound."""
    found = await Properties(session).by_id(property_id)
    if found is None or not may_manage(caller, found):
        raise NotFound
    id_, moment = new_id(), clock.now()
    facts = {**facts_of(found), "title": rules.title_of_copy(found.title)}
    row = PropertyTable(
        id=id_,
        slug=rules.slug_of(facts["title"], id_),
        landlord_id=found.landlord_id,
        created_at=moment,
        updated_at=moment,
        **facts,
    )
    await Properties(session).add(row)
    await publish(session, PropertyFactsChanged(ids=[id_]))
    return await to_read(session, row, private=True)


async def replace(
    session: AsyncSession, caller: Identity, property_id: UUID, facts: PropertyFacts, if_match: str | None
) -> TaggedProperty:
    """Say everything of a home anew.

    Raises NotFound, ChangedMeanwhile, InvalidTransition (archived), Malformed (at sea).
    """
    zone = await _zone(facts.pin)
    row = await to_manage(session, caller, property_id)
    if if_match is not None and not etag_matches(if_match, rules.etag_of(facts_of(row), row.status, row.proposed)):
        raise ChangedMeanwhile("Load it again, then make your change.")
    if row.status == PropertyStatus.ARCHIVED:
        raise InvalidTransition("An archived home stays as it was.")
    columns: Mapping[str, Any] = columns_of(facts, zone)
    if missing := rules.missing_on_show(row.status, columns):
        raise ListingIncomplete("It is shown, so it has to stay complete.", errors=missing)
    if row.status in rules.ON_SHOW and not caller.has(Role.ADMIN):
        columns = (await propose(session, [(row, columns)], caller.id))[0].at_once
    await _write_facts(session, row, columns)
    return await to_read(session, row, private=True)


async def propose(
    session: AsyncSession, wishes: Sequence[tuple[PropertyTable, Mapping[str, Any]]], by: UUID
) -> list[rules.ListingEdit]:
    """Other facts for locked homes on show: what is looked at first is kept beside the home, and its review opened.

    Answers what becomes of each wish; what takes effect at once is written by the caller.
    """
    found, opened, ended, moment = [], [], [], clock.now()
    for row, columns in wishes:
        request = rules.edit_of(facts_of(row), columns)
        found.append(request)
        sent_back = row.review_note is not None or bool(row.review_reasons)
        if request.proposed == row.proposed and not sent_back:
            continue
        if request.proposed is not None:
            opened.append(cases.Opening(row.id, by, words=["changed", *request.changed]))
        elif row.proposed is not None:
            ended.append(row.id)
        row.proposed, row.review_note, row.review_reasons = _kept(request), None, None
        row.updated_at = moment
    await cases.open_cases(session, CaseKind.HOME_REVIEW, opened)
    await cases.settle(session, CaseKind.HOME_REVIEW, ended, WITHDRAWN, by)
    await session.flush()
    return found


def _kept(request: rules.ListingEdit) -> dict[str, Any] | None:
    return None if request.proposed is None else dict(request.proposed)


async def _write_facts(session: AsyncSession, row: PropertyTable, columns: Mapping[str, Any]) -> None:
    if columns == facts_of(row):
        return
    for name, value in columns.items():
        setattr(row, name, value)
    row.updated_at = clock.now()
    await session.flush()
    await publish(session, PropertyFactsChanged(ids=[row.id]))


async def apply_proposed(session: AsyncSession, row: PropertyTable) -> None:
    """Let what the landlord proposed for a locked home take effect."""
    columns = {**facts_of(row), **(row.proposed or {})}
    row.proposed = None
    await _write_facts(session, row, columns)
    await session.flush()


async def to_manage(session: AsyncSession, caller: Identity, property_id: UUID) -> PropertyTable:
    """A home its landlord or an admin is about to change, locked. Raises NotFound, also for a stranger's."""
    properties = Properties(session)
    await properties.lock([property_id])
    row = next(iter(await properties.fresh([property_id])), None)
    if row is None or not may_manage(caller, row):
        raise NotFound
    return row


async def _zone(pin: Pin) -> str:
    zone = await find_zone(pin.latitude, pin.longitude)
    if zone is None:
        raise Malformed.field("pin", "lies at sea; put it on the home")
    return zone
