"""`/search`: finding homes and places."""

from client.core.http import Http
from shared_models.search import Place, SearchPage, SearchWish


async def search(http: Http, wish: SearchWish) -> SearchPage:
    """A page of homes."""
    query = wish.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    return await http.call("GET", "/search", SearchPage, query=query)


async def places(http: Http, text: str) -> list[Place]:
    """Places whose name begins like `text`, those with most homes first."""
    return await http.call("GET", "/search/places", list[Place], query={"text": text})
