"""Homes like one that somebody looks at."""

from sqlalchemy.ext.asyncio import AsyncSession

from server.core import clock
from server.search.service import hit_of
from server.search.similar.repository import SimilarHomes
from shared_models.search import SearchHit
from shared_models.search_similar import SimilarRequest


async def similar(session: AsyncSession, request: SimilarRequest) -> list[SearchHit]:
    """Homes like another, the likest first, each with the price of the stay when there are dates."""
    return [hit_of(row, request.stay) for row in await SimilarHomes(session).find(request, clock.now())]
