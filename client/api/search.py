"""`/search`: finding homes, counting what filters would leave, and what a text may mean."""

from typing import Any

from client.core.http import Http
from shared_models.properties import LetType
from shared_models.search import SearchFacets, SearchPage, SearchRequest, Suggestions


async def search(http: Http, request: SearchRequest) -> SearchPage:
    """A page of homes."""
    return await http.call("GET", "/search", SearchPage, query=_query(request))


async def facets(http: Http, request: SearchRequest) -> SearchFacets:
    """How many homes each further choice would leave."""
    return await http.call("GET", "/search/facets", SearchFacets, query=_query(request))


async def suggestions(http: Http, text: str, let_type: LetType | None = None) -> Suggestions:
    """Places and homes a text may mean; without one the places with most homes. `let_type` counts such homes alone."""
    query = {"text": text} | ({} if let_type is None else {"let_type": let_type.value})
    return await http.call("GET", "/search/suggestions", Suggestions, query=query)


def _query(request: SearchRequest) -> dict[str, Any]:
    return request.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
