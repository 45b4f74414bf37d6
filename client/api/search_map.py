"""`/search/map`: a search on a map, and the areas it lies in."""

from client.core.http import Http
from shared_models.search_map import MapAreas, MapRequest, SearchMap, View


async def search_map(http: Http, request: MapRequest) -> SearchMap:
    """The homes of a view, by cell; without a view those of the one that shows them all."""
    query = request.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    return await http.call("GET", "/search/map", SearchMap, query=query)


async def areas(http: Http, view: View) -> MapAreas:
    """The neighbourhoods of a view, or its cities from farther away."""
    return await http.call("GET", "/search/map/areas", MapAreas, query=view.model_dump(mode="json"))
