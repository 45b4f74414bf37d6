"""Homes and their listings."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
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
from server.properties.repository.homes import Properties, Wanted
from server.properties.repository.mapping import facts_of, fee_of, page_of, price_of, row_of, terms_of
from server.properties.rules import listings as rules
from server.properties.rules import places
from server.properties.rules.facts import columns_of
from server.properties.rules.zones import find_zone
from server.properties.tables import PropertyTable
from server.users import service as users
from shared_models.auth import Obstacle, ObstacleKind, Role
from shared_models.base import known
from shared_models.bookings import PriceTerms
from shared_models.cancellation_terms import CancellationTerms
from shared_models.cases import CaseDecision, CaseKind, CaseOutcome
from shared_models.paging import Page
from shared_models.problems import ProblemCode
from shared_models.properties import (
    HomeOrder,
    LetType,
    Pin,
    PropertyCounts,
    PropertyFacts,
    PropertyRead,
    PropertyRow,
    PropertyStatus,
    PropertyType,
)
from shared_models.stay_limits import StayLimits

MAX_OBSTACLES = 50


class ChangedMeanwhile(AppError):
    status, code, title = 412, ProblemCode.CHANGED_MEANWHILE, "Someone changed this home since you opened it"


class ListingIncomplete(AppError):
    status, code, title = 409, ProblemCode.LISTING_INCOMPLETE, "The listing is not complete yet"


WITHDRAWN = CaseDecision(outcome=CaseOutcome.WITHDRAWN)

# Fifty random bits met their twin: the next try draws others.
when_broken("uq_property_slug", TryAgain)


@dataclass(frozen=True)
class Home:
    """What the rooms above need to know of a home: whose it is, what a stay costs, what it allows, where it is."""

    id: UUID
    slug: str
    title: str
    landlord_id: UUID
    status: PropertyStatus
    zone: str
    terms: PriceTerms
    cancellation: CancellationTerms
    limits: StayLimits
    city: str
    neighbourhood: str | None
    address_line: str | None
    postcode: str | None
    check_in_from: time | None
    check_out_by: time | None


@dataclass(frozen=True)
class Mine:
    """Which of one's own homes, and in which order."""

    status: PropertyStatus | None = None
    text: str | None = None
    order: HomeOrder = HomeOrder.CHANGED_LAST


@dataclass(frozen=True)
class Standing:
    """A home on show, and the clock it lives by."""

    id: UUID
    zone: str


@dataclass(frozen=True)
class OpenStay:
    """A stay that is asked for, held or agreed at a home, and not over."""

    reference: str
    check_in: date
    check_out: date
    status: str


Stays = Callable[[AsyncSession, Iterable[UUID]], Awaitable[Mapping[UUID, Sequence[OpenStay]]]]
_stays: list[Stays] = []


def register_open_stays(stays: Stays) -> None:
    """Say who knows the stays at a home: a room above. What ends a listing asks it, in the same transaction."""
    _stays[:] = [stays]


async def open_stays(session: AsyncSession, ids: Iterable[UUID]) -> Mapping[UUID, Sequence[OpenStay]]:
    """The open stays at locked homes, by arrival; homes without any are left out.

    Raises RuntimeError when no room has said that it knows: archiving a home with guests in it must be impossible.
    """
    if not _stays:
        raise RuntimeError("nobody tells the stays at a home: import server.app, which registers who does")
    return await _stays[0](session, ids)


@dataclass(frozen=True)
class Shown:
    """A home as someone sees it, and the entity tag of that state."""

    page: PropertyRead
    etag: str


async def lock(session: AsyncSession, ids: Iterable[UUID]) -> None:
    """Lock homes against each other's changes until the end of the transaction: always first, by ascending id."""
    await Properties(session).lock(ids)


async def home(session: AsyncSession, property_id: UUID) -> Home:
    """One home, whatever its state. Raises NotFound."""
    row = await Properties(session).by_id(property_id)
    if row is None:
        raise NotFound
    return _home(row)


async def kept_home(session: AsyncSession, property_id: UUID) -> Home:
    """One home, for whoever adds what points at it: it stays until the end of the transaction. Raises NotFound."""
    row = await Properties(session).kept(property_id)
    if row is None:
        raise NotFound
    return _home(row)


async def homes(session: AsyncSession, ids: Iterable[UUID]) -> Mapping[UUID, Home]:
    """Many homes in one statement; unknown ids are left out."""
    return {row.id: _home(row) for row in await Properties(session).by_ids(ids)}


async def type_of(session: AsyncSession, property_id: UUID) -> PropertyType:
    """What kind of home it is, whatever its state. Raises NotFound."""
    row = await Properties(session).by_id(property_id)
    if row is None:
        raise NotFound
    return PropertyType(row.type)


async def create(
    session: AsyncSession, caller: Identity, facts: PropertyFacts, *, property_id: UUID | None = None
) -> Shown:
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
    return await shown(session, row, private=True)


async def duplicate(session: AsyncSession, caller: Identity, property_id: UUID) -> Shown:
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
    return await shown(session, row, private=True)


async def read(session: AsyncSession, caller: Identity | None, id_or_slug: str) -> Shown:
    """A home's page. Raises NotFound unless it is published or the caller's (admins see all)."""
    row = await _found(session, id_or_slug)
    private = row is not None and may_manage(caller, row)
    if row is None or not (private or row.status == PropertyStatus.PUBLISHED):
        raise NotFound
    return await shown(session, row, private=private)


async def replace(
    session: AsyncSession, caller: Identity, property_id: UUID, facts: PropertyFacts, if_match: str | None
) -> Shown:
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
    return await shown(session, row, private=True)


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


async def own(
    session: AsyncSession,
    caller: Identity,
    wanted: Mine,
    cursor: str | None,
    limit: int,
) -> Page[PropertyRow]:
    """The caller's homes. Raises Malformed for a cursor that is none of this order."""
    which = Wanted(landlord_id=caller.id, status=wanted.status, text=wanted.text)
    after = None if cursor is None else places.place_in(cursor, wanted.order)
    found = await Properties(session).page(which, wanted.order, after, limit + 1)
    shown = found[:limit]
    more = places.cursor_of(wanted.order, shown[-1][1]) if len(found) > limit else None
    return Page(items=await _rows(session, [row for row, _ in shown]), next_cursor=more)


async def data_export(session: AsyncSession, landlord_id: UUID) -> list[dict[str, Any]]:
    """All that a landlord's homes say and where their listings stand."""
    rows = await Properties(session).all_of(landlord_id)
    return [row.model_dump(mode="json", exclude={"landlord_id"}) for row in rows]


async def own_counts(session: AsyncSession, caller: Identity, text: str | None) -> PropertyCounts:
    """How many of the caller's homes stand in each state."""
    counts = await Properties(session).counts(Wanted(landlord_id=caller.id, text=text))
    return PropertyCounts(by_status={status: counts.get(status, 0) for status in known(PropertyStatus)})


async def on_show(session: AsyncSession, landlord_id: UUID) -> list[Standing]:
    """A landlord's homes that tenants see, in one statement."""
    return [Standing(id_, zone) for id_, zone in await Properties(session).on_show(landlord_id)]


@dataclass(frozen=True)
class Unfinished:
    """Homes that could be on show, the first of them; `to_do` counts all that wait for their landlord."""

    rows: list[PropertyRow]
    to_do: int


async def unfinished(session: AsyncSession, landlord_id: UUID, *, limit: int) -> Unfinished:
    """What keeps homes from being on show: those sent back first, then drafts, then paused ones. One statement."""
    rows, to_do = await Properties(session).unfinished(landlord_id, limit)
    return Unfinished([row_of(row, None) for row in rows], to_do)


async def _zone(pin: Pin) -> str:
    zone = await find_zone(pin.latitude, pin.longitude)
    if zone is None:
        raise Malformed.field("pin", "lies at sea; put it on the home")
    return zone


async def _found(session: AsyncSession, id_or_slug: str) -> PropertyTable | None:
    properties = Properties(session)
    try:
        # UUID() also reads 32 digits with hyphens anywhere, which may be a slug.
        return (
            await properties.by_id(UUID(id_or_slug)) if len(id_or_slug) == 36 else await properties.by_slug(id_or_slug)
        )
    except ValueError:
        return await properties.by_slug(id_or_slug)


def may_manage(caller: Identity | None, row: PropertyTable) -> bool:
    return caller is not None and (row.landlord_id == caller.id or caller.has(Role.ADMIN))


async def to_manage(session: AsyncSession, caller: Identity, property_id: UUID) -> PropertyTable:
    """A home its landlord or an admin is about to change, locked. Raises NotFound, also for a stranger's."""
    properties = Properties(session)
    await properties.lock([property_id])
    row = next(iter(await properties.fresh([property_id])), None)
    if row is None or not may_manage(caller, row):
        raise NotFound
    return row


async def shown(session: AsyncSession, row: PropertyTable, *, private: bool) -> Shown:
    landlord = (await users.profiles(session, [row.landlord_id])).get(row.landlord_id)
    homes = await Properties(session).published_by(row.landlord_id)
    return Shown(page_of(row, landlord, homes, private=private), rules.etag_of(facts_of(row), row.status, row.proposed))


async def _rows(session: AsyncSession, rows: Sequence[PropertyTable]) -> list[PropertyRow]:
    landlords = await users.profiles(session, {row.landlord_id for row in rows})
    return [row_of(row, landlords.get(row.landlord_id)) for row in rows]


async def homes_of(
    session: AsyncSession,
    landlord_id: UUID,
    *,
    text: str | None = None,
    after: tuple[str, UUID] | None = None,
    limit: int,
) -> Sequence[Home]:
    """A landlord's homes by title, archived ones aside; `after` is the title and id of the last one seen.

    `text` leaves those with all its words in title, neighbourhood or city.
    """
    return [_home(row) for row in await Properties(session).of_landlord(landlord_id, text, after, limit)]


async def seen_homes(session: AsyncSession, landlord_id: UUID) -> list[Obstacle]:
    """Homes that others see and that keep their landlord's account from being deleted."""
    rows = await Properties(session).seen_of(landlord_id, MAX_OBSTACLES)
    return [Obstacle(kind=ObstacleKind.HOME, id=row.id, title=row.title, as_landlord=True) for row in rows]


def _home(row: PropertyTable) -> Home:
    return Home(
        id=row.id,
        slug=row.slug,
        title=row.title,
        landlord_id=row.landlord_id,
        status=PropertyStatus(row.status),
        zone=row.zone,
        terms=PriceTerms(let_type=LetType(row.let_type), price=price_of(row), cleaning_fee=fee_of(row)),
        cancellation=terms_of(row),
        limits=StayLimits.model_validate(row),
        city=row.city,
        neighbourhood=row.neighbourhood,
        address_line=row.address_line,
        postcode=row.postcode,
        check_in_from=row.check_in_from,
        check_out_by=row.check_out_by,
    )
