"""`/search/similar`: homes like another."""

from client.core.http import Http
from shared_models.search import SearchHit
from shared_models.search_similar import SimilarRequest


async def similar(http: Http, request: SimilarRequest) -> list[SearchHit]:
    """Homes like the wish's, the likest first."""
    query = request.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    return await http.call("GET", "/search/similar", list[SearchHit], query=query)
