"""Homes and their listings."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.core.errors import NotFound
from server.properties.repository import Properties
from server.properties.tables import PropertyTable
from shared_models.bookings import PriceTerms, StayLimits
from shared_models.money import Currency, Money
from shared_models.properties import LetType, PropertyStatus


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


async def homes_of(
    session: AsyncSession, landlord_id: UUID, *, after: tuple[str, UUID] | None = None, limit: int
) -> Sequence[Home]:
    """A landlord's homes by title, archived ones aside; `after` is the title and id of the last one seen."""
    return [_home(row) for row in await Properties(session).of_landlord(landlord_id, after, limit)]


def _home(row: PropertyTable) -> Home:
    currency = Currency(row.currency)
    fee = row.cleaning_fee_minor
    return Home(
        id=row.id,
        slug=row.slug,
        title=row.title,
        landlord_id=row.landlord_id,
        status=PropertyStatus(row.status),
        zone=row.zone,
        terms=PriceTerms(
            let_type=LetType(row.let_type),
            price=Money(amount_minor=row.price_minor, currency=currency),
            cleaning_fee=None if fee is None else Money(amount_minor=fee, currency=currency),
        ),
        limits=StayLimits(
            min_nights=row.min_nights,
            max_nights=row.max_nights,
            sleeps=row.sleeps,
            instant_book=row.instant_book,
        ),
        city=row.city,
        neighbourhood=row.neighbourhood,
        address_line=row.address_line,
        postcode=row.postcode,
        check_in_from=row.check_in_from,
        check_out_by=row.check_out_by,
    )
