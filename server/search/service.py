"""Finding homes: only those that are published and, with dates, only those that can be booked for them."""

from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from server.core import clock
from server.search import rules
from server.search.repository import Homes, after_of
from shared_models.bookings import PriceTerms, QuoteLine, price_stay, total_of
from shared_models.money import Currency, Money
from shared_models.properties import LetType
from shared_models.search import Place, SearchHit, SearchPage, SearchWish
from shared_models.search_map import shown
from shared_models.stay_dates import Stay

MOST_PLACES = 10


async def search(session: AsyncSession, wish: SearchWish) -> SearchPage:
    """A page of the homes that fit, and how many fit in all. Raises Malformed for a cursor of another search."""
    found = await Homes(session).find(wish, rules.read_cursor(wish), clock.now())
    rows = found.rows[: wish.limit]
    more = len(found.rows) > wish.limit
    return SearchPage(
        items=[hit_of(row, wish.stay) for row in rows],
        next_cursor=rules.cursor_of(wish, after_of(wish.sort, rows[-1])) if more else None,
        total=found.total,
    )


def hit_of(row: Row[Any], stay: Stay | None) -> SearchHit:
    """A found home as its card shows it, with the price of `stay`."""
    price = Money(amount_minor=row.price_minor, currency=Currency(row.currency))
    lines = [] if stay is None else _lines(row, price, stay)
    return SearchHit(
        id=row.id,
        slug=row.slug,
        title=row.title,
        type=row.type,
        let_type=row.let_type,
        city=row.city,
        neighbourhood=row.neighbourhood,
        latitude=shown(row.latitude),
        longitude=shown(row.longitude),
        sleeps=row.sleeps,
        bedrooms=row.bedrooms,
        beds=row.beds,
        price=price,
        total=total_of(lines) if lines else None,
        lines=lines,
        distance_km=None if row.metres is None else row.metres / 1000,
    )


def _lines(row: Row[Any], price: Money, stay: Stay) -> list[QuoteLine]:
    fee = row.cleaning_fee_minor
    terms = PriceTerms(
        let_type=LetType(row.let_type),
        price=price,
        cleaning_fee=None if fee is None else Money(amount_minor=fee, currency=price.currency),
    )
    return price_stay(terms, stay)


async def places(session: AsyncSession, text: str) -> list[Place]:
    """Cities and neighbourhoods with homes whose name holds `text`: those with a word that begins so come first."""
    typed = rules.words(text)
    if not typed:
        return []
    return [Place.model_validate(row) for row in await Homes(session).places(" ".join(typed), MOST_PLACES)]


async def cities(session: AsyncSession, most: int) -> list[Place]:
    """The cities with most published homes, those first."""
    return [Place.model_validate(row) for row in await Homes(session).cities(most)]
