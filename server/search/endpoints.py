"""`/search`: public."""

from typing import Annotated

from fastapi import Query

from server.core.budgets import CallClass
from server.core.errors import Malformed, TooManyTries
from server.core.rates import counted_as
from server.core.web.problems import documented
from server.core.web.routers import reading_router
from server.core.web.session import Session
from server.search import service
from shared_models.properties import LetType
from shared_models.search import Place, SearchFacets, SearchPage, SearchRequest, Suggestions

router = reading_router("search")


@router.get("", responses=documented(Malformed, TooManyTries))
@counted_as(CallClass.SEARCH)
async def search(request: Annotated[SearchRequest, Query()], session: Session) -> SearchPage:
    """Homes that fit, a page at a time, and how many there are in all; with dates only what can be booked."""
    return await service.search(session, request)


@router.get("/facets", responses=documented(Malformed, TooManyTries))
@counted_as(CallClass.SEARCH)
async def facets(request: Annotated[SearchRequest, Query()], session: Session) -> SearchFacets:
    """How many homes each further choice would leave: kinds, amenities, house rules, rooms, booking at once."""
    return await service.facets(session, request)


@router.get("/suggestions", responses=documented(Malformed, TooManyTries))
@counted_as(CallClass.SEARCH)
async def suggestions(
    session: Session, text: Annotated[str, Query(max_length=100)] = "", let_type: LetType | None = None
) -> Suggestions:
    """Places and homes by what was typed so far, at most five of each; without a text the places with most homes.

    `let_type` leaves out places without such homes, and counts those.
    """
    return await service.suggestions(session, text, let_type)


@router.get("/places", responses=documented(Malformed, TooManyTries))
@counted_as(CallClass.SEARCH)
async def places(text: Annotated[str, Query(min_length=1, max_length=100)], session: Session) -> list[Place]:
    """Cities and neighbourhoods that have homes, by what was typed so far; at most ten."""
    return await service.places(session, text)
