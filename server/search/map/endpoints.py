"""`/search/map`: public."""

from typing import Annotated

from fastapi import Query, Request

from server.core.budgets import CallClass
from server.core.database import Database
from server.core.errors import Malformed, TooManyTries
from server.core.rates import counted_as
from server.core.web.problems import documented
from server.core.web.routers import reading_router
from server.core.web.session import Session
from server.search.map import service
from shared_models.search_map import MapAreas, MapRequest, SearchMap, View

router = reading_router("search/map")


@router.get("", responses=documented(Malformed, TooManyTries))
@counted_as(CallClass.SEARCH)
async def search_map(request: Annotated[MapRequest, Query()], session: Session) -> SearchMap:
    """The homes that fit, in the view of a map: how many stand in each cell of its grid, and those that stand alone."""
    return await service.search_map(session, request)


@router.get("/areas", responses=documented(Malformed, TooManyTries))
@counted_as(CallClass.SEARCH)
async def areas(view: Annotated[View, Query()], request: Request) -> MapAreas:
    """The neighbourhoods of a view, or its cities from farther away, as the published homes in them tell."""
    atlas: service.Atlas = request.app.state.atlas
    database: Database = request.app.state.database
    return await atlas.areas(database.reads, view)
