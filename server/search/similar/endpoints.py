"""`/search/similar`: public."""

from typing import Annotated

from fastapi import Query

from server.core.budgets import CallClass
from server.core.errors import Malformed
from server.core.rates import counted_as
from server.core.web import Session, documented, room_router
from server.search.similar import service
from shared_models.search import SearchHit
from shared_models.search_similar import SimilarWish

router = room_router("search/similar")


@router.get("", responses=documented(Malformed))
@counted_as(CallClass.SEARCH)
async def similar(wish: Annotated[SimilarWish, Query()], session: Session) -> list[SearchHit]:
    """Homes like one on show: let the same way, near it and near its price; with dates only those free then."""
    return await service.similar(session, wish)
