"""Homes and their listings."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.core import clock, cursors
from server.core.errors import AppError, Malformed, NotAllowed, NotFound, TryAgain, WrongMove, when_broken
from server.core.etags import etag_matches
from server.core.events import publish
from server.core.identity import Identity
from server.core.ids import new_id
from server.properties.events import PropertyFactsChanged, PropertyPublished, PropertyStatusChanged
from server.properties.repository.homes import Properties, Wanted
from server.properties.repository.mapping import facts_of, fee_of, page_of, price_of, row_of
from server.properties.rules import listings as rules
from server.properties.rules.facts import columns_of
from server.properties.rules.zones import find_zone
from server.properties.tables import PropertyTable
from server.users import service as users
from shared_models.auth import Role
from shared_models.base import known
from shared_models.bookings import PriceTerms
from shared_models.paging import Page
from shared_models.problems import ProblemCode
from shared_models.properties import (
    BulkMove,
    BulkMoved,
    BulkRefusal,
    LetType,
    Pin,
    PropertyCounts,
    PropertyFacts,
    PropertyRead,
    PropertyRow,
    PropertyStatus,
    PropertyType,
    ReviewPage,
    StatusMove,
)
from shared_models.stay_limits import StayLimits

MOST_MOVED_AT_ONCE = 500
_MOST_REFUSALS_TOLD = 100


class ChangedMeanwhile(AppError):
    status, code, title = 412, ProblemCode.CHANGED_MEANWHILE, "Someone changed this home since you opened it"


class ListingIncomplete(AppError):
    status, code, title = 409, ProblemCode.LISTING_INCOMPLETE, "The listing is not complete yet"


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
    limits: StayLimits
    city: str
    neighbourhood: str | None
    address_line: str | None
    postcode: str | None
    check_in_from: time | None
    check_out_by: time | None


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


async def homes(session: AsyncSession, ids: Iterable[UUID]) -> Mapping[UUID, Home]:
    """Many homes in one statement; unknown ids are left out."""
    return {row.id: _home(row) for row in await Properties(session).by_ids(ids)}


async def type_of(session: AsyncSession, property_id: UUID) -> PropertyType:
    """What kind of home it is, whatever its state. Raises NotFound."""
    row = await Properties(session).by_id(property_id)
    if row is None:
        raise NotFound
    return PropertyType(row.type)


async def create(session: AsyncSession, caller: Identity, facts: PropertyFacts) -> Shown:
    """A new draft of the caller's. Raises Malformed for a pin at sea."""
    id_, moment = new_id(), clock.now()
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
    return await _shown(session, row, private=True)


async def read(session: AsyncSession, caller: Identity | None, id_or_slug: str) -> Shown:
    """A home's page. Raises NotFound unless it is published or the caller's (admins see all)."""
    row = await _found(session, id_or_slug)
    private = row is not None and _may_manage(caller, row)
    if row is None or not (private or row.status == PropertyStatus.PUBLISHED):
        raise NotFound
    return await _shown(session, row, private=private)


async def replace(
    session: AsyncSession, caller: Identity, property_id: UUID, facts: PropertyFacts, if_match: str | None
) -> Shown:
    """Say everything of a home anew. Raises NotFound, ChangedMeanwhile, WrongMove (archived), Malformed (at sea)."""
    zone = await _zone(facts.pin)
    row = await _to_manage(session, caller, property_id)
    if if_match is not None and not etag_matches(if_match, rules.etag_of(facts_of(row), row.status)):
        raise ChangedMeanwhile("Load it again, then make your change.")
    if row.status == PropertyStatus.ARCHIVED:
        raise WrongMove("An archived home stays as it was.")
    columns = columns_of(facts, zone)
    if row.status in rules.SHOWN and (missing := rules.missing_to_publish(columns)):
        raise ListingIncomplete("It is shown, so it has to stay complete.", errors=missing)
    if columns != facts_of(row):
        for name, value in columns.items():
            setattr(row, name, value)
        row.updated_at = clock.now()
        await session.flush()
        await publish(session, PropertyFactsChanged(ids=[row.id]))
    return await _shown(session, row, private=True)


async def own(
    session: AsyncSession,
    caller: Identity,
    status: PropertyStatus | None,
    text: str | None,
    cursor: str | None,
    limit: int,
) -> Page[PropertyRow]:
    """The caller's homes, the last changed first."""
    wanted = Wanted(landlord_id=caller.id, status=status, text=text)
    rows = await Properties(session).latest(wanted, cursors.unpack_moment(cursor), limit + 1)
    return Page(items=await _rows(session, rows[:limit]), next_cursor=_next(rows, limit))


async def own_counts(session: AsyncSession, caller: Identity, text: str | None) -> PropertyCounts:
    """How many of the caller's homes stand in each state."""
    counts = await Properties(session).counts(Wanted(landlord_id=caller.id, text=text))
    return PropertyCounts(by_status={status: counts.get(status, 0) for status in known(PropertyStatus)})


async def review_queue(session: AsyncSession, cursor: str | None, limit: int) -> ReviewPage:
    """Listings that wait for an admin, the longest waiting first."""
    wanted = Wanted(status=PropertyStatus.PENDING_REVIEW)
    properties = Properties(session)
    rows = await properties.latest(wanted, cursors.unpack_moment(cursor), limit + 1, oldest_first=True)
    return ReviewPage(
        items=await _rows(session, rows[:limit]),
        next_cursor=_next(rows, limit),
        total=await properties.how_many(wanted, complete=None),
    )


async def move(session: AsyncSession, caller: Identity, property_id: UUID, wish: StatusMove) -> Shown:
    """Move a listing. Raises NotFound, WrongMove, NotAllowed, ListingIncomplete, Malformed (a rejection says why)."""
    row = await _to_manage(session, caller, property_id)
    _check_move(caller, PropertyStatus(row.status), wish.status, wish.note)
    missing = rules.missing_to_publish(facts_of(row)) if wish.status in rules.SHOWN else []
    if missing:
        raise ListingIncomplete(f"{missing[0].field}: {missing[0].reason}", errors=missing)
    await _write_move(session, [row.id], wish.status, wish.note)
    await session.refresh(row)
    return await _shown(session, row, private=True)


async def move_many(session: AsyncSession, caller: Identity, wish: BulkMove) -> BulkMoved:
    """Move up to 500 listings, each that can; the others are named with the reason, and stay as they were.

    Raises WrongMove or NotAllowed when `from_status` itself forbids the move, Malformed for a rejection without note.
    """
    if wish.from_status is not None:
        return await _move_all_in(session, caller, wish, wish.from_status)
    ids = sorted(set(wish.ids or ()))
    if wish.status == PropertyStatus.REJECTED and not wish.note:
        raise _no_reason()
    properties = Properties(session)
    await properties.lock(ids)
    rows = {row.id: row for row in await properties.fresh(ids)}
    refused = [refusal for id_ in ids if (refusal := _refusal(caller, id_, rows.get(id_), wish)) is not None]
    kept = {refusal.id for refusal in refused}
    moving = [id_ for id_ in ids if id_ not in kept]
    await _write_move(session, moving, wish.status, wish.note)
    return BulkMoved(moved=len(moving), refused=refused, remaining=0)


async def _move_all_in(
    session: AsyncSession, caller: Identity, wish: BulkMove, from_status: PropertyStatus
) -> BulkMoved:
    _check_move(caller, from_status, wish.status, wish.note)
    properties = Properties(session)
    whose = None if caller.has(Role.ADMIN) else caller.id
    wanted = Wanted(landlord_id=whose, status=from_status, import_id=wish.import_id)
    complete = True if wish.status in rules.SHOWN else None
    ids = await properties.to_move(wanted, complete=complete, limit=MOST_MOVED_AT_ONCE)
    await properties.lock(ids)
    # Someone may have moved or emptied one of them while we waited for its lock.
    rows = await properties.fresh(ids)
    moving = [row.id for row in rows if row.status == from_status and not (complete and _missing(row))]
    await _write_move(session, moving, wish.status, wish.note)
    incomplete = []
    if complete:
        incomplete = list(await properties.to_move(wanted, complete=False, limit=_MOST_REFUSALS_TOLD))
    return BulkMoved(
        moved=len(moving),
        refused=[_told(row, _missing(row)) for row in await properties.by_ids(incomplete)],
        remaining=await properties.how_many(wanted, complete=complete),
    )


def _check_move(caller: Identity, now: PropertyStatus, then: PropertyStatus, note: str | None) -> None:
    if not rules.is_possible(now, then):
        raise WrongMove(f"A listing that is {_words(now)} cannot become {_words(then)}.")
    if not (caller.has(Role.ADMIN) or rules.may_a_landlord(now, then)):
        raise NotAllowed("An admin decides this.")
    if then == PropertyStatus.REJECTED and not note:
        raise _no_reason()


def _no_reason() -> Malformed:
    return Malformed.field("note", "say why, so that the landlord can put it right")


def _words(status: PropertyStatus) -> str:
    return status.value.replace("_", " ")


def _missing(row: PropertyTable) -> str:
    return "; ".join(f"{item.field}: {item.reason}" for item in rules.missing_to_publish(facts_of(row)))


def _told(row: PropertyTable, reason: str) -> BulkRefusal:
    return BulkRefusal(id=row.id, title=row.title, reason=reason)


def _refusal(caller: Identity, id_: UUID, row: PropertyTable | None, wish: BulkMove) -> BulkRefusal | None:
    """Why this home stays as it is, or None."""
    if row is None or not _may_manage(caller, row):
        return BulkRefusal(id=id_, title="", reason=NotFound.title)
    try:
        _check_move(caller, PropertyStatus(row.status), wish.status, wish.note)
    except (WrongMove, NotAllowed) as problem:
        return _told(row, problem.detail)
    missing = _missing(row) if wish.status in rules.SHOWN else ""
    return _told(row, missing) if missing else None


async def _write_move(session: AsyncSession, ids: Sequence[UUID], status: PropertyStatus, note: str | None) -> None:
    if not ids:
        return
    values: dict[str, object] = {"status": status.value, "updated_at": clock.now()}
    if status == PropertyStatus.REJECTED:
        values["review_note"] = note
    elif status in rules.SHOWN:
        values["review_note"] = None  # what was wrong has been put right
    await Properties(session).move(ids, values)
    await publish(session, PropertyStatusChanged(ids=list(ids), status=status))
    if status == PropertyStatus.PUBLISHED:
        await publish(session, PropertyPublished(ids=list(ids)))


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


def _may_manage(caller: Identity | None, row: PropertyTable) -> bool:
    return caller is not None and (row.landlord_id == caller.id or caller.has(Role.ADMIN))


async def _to_manage(session: AsyncSession, caller: Identity, property_id: UUID) -> PropertyTable:
    """A home its landlord or an admin is about to change, locked. Raises NotFound, also for a stranger's."""
    properties = Properties(session)
    await properties.lock([property_id])
    row = next(iter(await properties.fresh([property_id])), None)
    if row is None or not _may_manage(caller, row):
        raise NotFound
    return row


async def _shown(session: AsyncSession, row: PropertyTable, *, private: bool) -> Shown:
    landlord = (await users.profiles(session, [row.landlord_id])).get(row.landlord_id)
    return Shown(page_of(row, landlord, private=private), rules.etag_of(facts_of(row), row.status))


async def _rows(session: AsyncSession, rows: Sequence[PropertyTable]) -> list[PropertyRow]:
    landlords = await users.profiles(session, {row.landlord_id for row in rows})
    return [row_of(row, landlords.get(row.landlord_id)) for row in rows]


def _next(rows: Sequence[PropertyTable], limit: int) -> str | None:
    if len(rows) <= limit:
        return None
    last = rows[limit - 1]
    return cursors.pack_moment(last.updated_at, last.id)


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


def _home(row: PropertyTable) -> Home:
    return Home(
        id=row.id,
        slug=row.slug,
        title=row.title,
        landlord_id=row.landlord_id,
        status=PropertyStatus(row.status),
        zone=row.zone,
        terms=PriceTerms(let_type=LetType(row.let_type), price=price_of(row), cleaning_fee=fee_of(row)),
        limits=StayLimits.model_validate(row),
        city=row.city,
        neighbourhood=row.neighbourhood,
        address_line=row.address_line,
        postcode=row.postcode,
        check_in_from=row.check_in_from,
        check_out_by=row.check_out_by,
    )
