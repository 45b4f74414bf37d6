"""What the rooms above ask of homes: lock them, read what a stay needs to know, say who knows their stays."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.core.errors import NotFound
from server.core.identity import Identity
from server.properties.repository.homes import Properties, Wanted
from server.properties.repository.mapping import cancellation_of, row_of
from server.properties.tables import PropertyTable
from shared_models.base import known
from shared_models.cancellation_terms import CancellationTerms
from shared_models.prices import PriceTerms, terms_of
from shared_models.properties import PropertyCounts, PropertyRow, PropertyStatus
from shared_models.stay_limits import StayLimits


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
    country: str
    city: str
    neighbourhood: str | None
    address_line: str | None
    postcode: str | None
    check_in_from: time | None
    check_out_by: time | None


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
    """Say who knows stays at a home: a room above. What ends a listing asks all of them, in the same transaction."""
    if stays not in _stays:
        _stays.append(stays)


async def open_stays(session: AsyncSession, ids: Iterable[UUID]) -> Mapping[UUID, Sequence[OpenStay]]:
    """The open stays at locked homes, by arrival; homes without any are left out.

    Raises RuntimeError when no room has said that it knows: archiving a home with guests in it must be impossible.
    """
    if not _stays:
        raise RuntimeError("nobody tells the stays at a home: import server.app, which registers who does")
    wanted, found = list(ids), defaultdict[UUID, list[OpenStay]](list)
    for stays_at in _stays:
        for id_, stays in (await stays_at(session, wanted)).items():
            found[id_] += stays
    return {id_: sorted(stays, key=lambda stay: stay.check_in) for id_, stays in found.items() if stays}


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


def _home(row: PropertyTable) -> Home:
    return Home(
        id=row.id,
        slug=row.slug,
        title=row.title,
        landlord_id=row.landlord_id,
        status=PropertyStatus(row.status),
        zone=row.zone,
        terms=terms_of(row),
        cancellation=cancellation_of(row),
        limits=StayLimits.model_validate(row),
        country=row.country,
        city=row.city,
        neighbourhood=row.neighbourhood,
        address_line=row.address_line,
        postcode=row.postcode,
        check_in_from=row.check_in_from,
        check_out_by=row.check_out_by,
    )
