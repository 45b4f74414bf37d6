"""The plain pages at `/`, rendered here: first text at once, and readable without a script.

A link to a home that is handed on leads to its plain page, for other sites read no script: they show its title and its
drawing. A browser goes on into the client at once.
"""

import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from server.core.errors import NotFound
from server.core.web import Session
from server.properties import service as properties
from server.search import service as search

MOST_CITIES = 24
LONGEST_ABOUT = 200
"""Letters of a description that other sites show."""

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined
)


@dataclass(frozen=True)
class Ways:
    """Where the client shows the homes for a text (None: all), and the home of a slug."""

    search: Callable[[str | None], str]
    home: Callable[[str], str]


def pages(ways: Ways, origin: str) -> APIRouter:
    """The router of the plain pages.

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
                    "path": ways.search(city.name),
                    "picture": _pictures(city.newest),
                }
                for city in cities
            ],
        )
        return HTMLResponse(page)

    @router.get("/search")
    async def to_search(text: Annotated[str, Query(max_length=200)] = "") -> RedirectResponse:
        """The form of the start page, led into the client."""
        return RedirectResponse(ways.search(text.strip() or None), status_code=303)

    @router.get("/homes/{slug}")
    async def home(slug: str, request: Request, session: Session) -> Response:
        """A home as other sites show it. One that is not on show leads into the client, which says so."""
        way = f"{ways.home(slug)}?{request.url.query}".rstrip("?")
        try:
            shown = (await properties.read(session, None, slug)).page
        except NotFound:
            return RedirectResponse(way, status_code=303)
        address = shown.address
        place = ", ".join(filter(None, (address.neighbourhood, address.city)))
        about = textwrap.shorten(shown.description or "", LONGEST_ABOUT, placeholder=" …")
        page = _templates.get_template("home.html").render(
            origin=origin,
            address=f"/homes/{shown.slug}",
            title=shown.title,
            place=place,
            about=about or f"A home in {place}, with the full price from the start.",
            picture=f"{_pictures(shown.id)}/card/800.webp",
            way=way,
        )
        return HTMLResponse(page)

    return router


def _pictures(home: UUID) -> str:
    return f"/api/v1/properties/{home}/covers"
