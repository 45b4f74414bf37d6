"""Homes like one that somebody looks at."""

from sqlalchemy.ext.asyncio import AsyncSession

from server.core import clock
from server.search.service import Visit, hit_of
from server.search.similar.repository import SimilarHomes
from shared_models.search import SearchHit
from shared_models.search_similar import SimilarRequest


async def similar(session: AsyncSession, request: SimilarRequest) -> list[SearchHit]:
    """Homes like another, the likest first, each with the price of the stay when there are dates."""
    now, stay = clock.now(), request.stay
    visit = None if stay is None else Visit(stay, request.guests or 1, now)
    return [hit_of(row, visit) for row in await SimilarHomes(session).find(request, now)]
