"""The plain pages at `/`, rendered here: first text at once, and readable without a script."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from server.core.web import Session
from server.search import service as search

MOST_CITIES = 24

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined
)


def pages(search_path: Callable[[str | None], str], origin: str) -> APIRouter:
    """The router of the plain pages. `search_path(text)` is where the client shows homes for a text.

    `origin` is where all of it stands for the world: other sites fetch the picture of a shared link from there.
    """
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    async def start(session: Session) -> HTMLResponse:
        """What this is, where the homes are, and the way in."""
        cities = await search.cities(session, MOST_CITIES)
        page = _templates.get_template("start.html").render(
            origin=origin,
            homes=f"{sum(city.homes for city in cities):,}",
            cities=[
                {
                    "name": city.name,
                    "homes": f"{city.homes:,}",
                    "path": search_path(city.name),
                    "picture": f"/api/v1/properties/{city.newest}/covers",
                }
                for city in cities
            ],
        )
        return HTMLResponse(page)

    @router.get("/search")
    async def to_search(text: Annotated[str, Query(max_length=200)] = "") -> RedirectResponse:
        """The form of the start page, led into the client."""
        return RedirectResponse(search_path(text.strip() or None), status_code=303)

    return router
