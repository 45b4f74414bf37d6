"""`/search/similar`: public."""

from typing import Annotated

from fastapi import Query

from server.core.budgets import CallClass
from server.core.errors import Malformed, TooManyTries
from server.core.rates import counted_as
from server.core.web.problems import documented
from server.core.web.routers import reading_router
from server.core.web.session import Session
from server.search.similar import service
from shared_models.search import SearchHit
from shared_models.search_similar import SimilarRequest

router = reading_router("search/similar")


@router.get("", responses=documented(Malformed, TooManyTries))
@counted_as(CallClass.SEARCH)
async def similar(request: Annotated[SimilarRequest, Query()], session: Session) -> list[SearchHit]:
    """Homes like one on show: let the same way, near it and near its price; with dates only those free then."""
    return await service.similar(session, request)
