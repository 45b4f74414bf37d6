"""`/search`: public."""

from typing import Annotated

from fastapi import Query

from server.core.errors import Malformed
from server.core.web import Session, documented, room_router
from server.search import service
from shared_models.search import Place, SearchPage, SearchWish

router = room_router("search")


@router.get("", responses=documented(Malformed))
async def search(wish: Annotated[SearchWish, Query()], session: Session) -> SearchPage:
    """Homes that fit, a page at a time, and how many there are in all; with dates only what can be booked."""
    return await service.search(session, wish)


@router.get("/places", responses=documented(Malformed))
async def places(text: Annotated[str, Query(min_length=1, max_length=100)], session: Session) -> list[Place]:
    """Cities and neighbourhoods that have homes, by what was typed so far; at most ten."""
    return await service.places(session, text)
