"""The plain pages at `/`, rendered here: first text at once, and readable without a script.

A link to a home that is handed on leads to its plain page, for other sites read no script: they show its title and its
drawing. A browser goes on into the client at once.
"""

import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment

from server.core.errors import NotFound
from server.core.web.languages import wanted_languages
from server.core.web.policies import inline_hashes, policy
from server.core.web.routers import SearchRoute
from server.core.web.session import Session
from server.core.words import templates, translator
from server.properties.service import reading
from server.search import service as search
from shared_models.languages import Language, language_for

TEMPLATES = Path(__file__).parent / "templates"
MAX_CITIES = 24
MAX_ABOUT = 200
"""Letters of a description that other sites show."""


def _asked(request: Request) -> Language:
    return language_for(wanted_languages(request.headers.get("accept-language", "")))


Asked = Annotated[Language, Depends(_asked)]
"""What the browser's owner reads."""


@dataclass(frozen=True)
class Ways:
    """Where the client shows the homes for a text (None: all), and the home of a slug."""

    search: Callable[[str | None], str]
    home: Callable[[str], str]


def pages(ways: Ways, origin: str) -> APIRouter:
    """The router of the plain pages.

    `origin` is where all of it stands for the world: other sites fetch the picture of a shared link from there.
    """
    router = APIRouter(include_in_schema=False, route_class=SearchRoute)

    @router.get("/")
    async def start(session: Session, language: Asked) -> HTMLResponse:
        """What this is, where the homes are, and the way in."""
        cities = await search.cities(session, MAX_CITIES)
        tiles = [
            {
                "name": city.name,
                "homes": city.homes,
                "path": ways.search(city.name),
                "picture": _pictures(city.newest),
            }
            for city in cities
        ]
        return page(language, "start.html", origin=origin, homes=sum(city.homes for city in cities), cities=tiles)

    @router.get("/search")
    async def to_search(text: Annotated[str, Query(max_length=200)] = "") -> RedirectResponse:
        """The form of the start page, led into the client."""
        return RedirectResponse(ways.search(text.strip() or None), status_code=303)

    @router.get("/homes/{slug}")
    async def home(slug: str, request: Request, session: Session, language: Asked) -> Response:
        """A home as other sites show it. One that is not on show leads into the client, which says so."""
        way = f"{ways.home(slug)}?{request.url.query}".rstrip("?")
        try:
            listing = (await reading.read(session, None, slug)).page
        except NotFound:
            return RedirectResponse(way, status_code=303)
        address = listing.address
        return page(
            language,
            "home.html",
            origin=origin,
            address=f"/homes/{listing.slug}",
            title=listing.title,
            place=", ".join(filter(None, (address.neighbourhood, address.city))),
            about=textwrap.shorten(listing.description or "", MAX_ABOUT, placeholder=" …"),
            picture=f"{_pictures(listing.id)}/card/800.webp",
            way=way,
        )

    return router


def _pictures(home: UUID) -> str:
    return f"/api/v1/properties/{home}/covers"


def page(language: Language, name: str, *, status: int = 200, private: bool = False, **values: Any) -> HTMLResponse:
    """A plain page in a language. `private`: about whoever looks at it, so nobody keeps it."""
    headers = {
        "Content-Language": translator(language).tag,
        "Vary": "Accept-Language",
        "Cache-Control": "no-store" if private else "no-cache",
        "Content-Security-Policy": _policy(name),
    }
    if private:  # without a referrer a form says that it comes from nowhere, as one of another site may
        headers["Referrer-Policy"] = "same-origin"
    return HTMLResponse(_templates(language).get_template(name).render(values), status, headers)


@cache
def _policy(name: str) -> str:
    """What a page may load and run: its own style and script to the letter, and pictures and fonts from here."""
    source = "".join((TEMPLATES / each).read_text(encoding="utf-8") for each in ("base.html", name))
    directives = {
        "style-src": inline_hashes(source, "style"),
        "script-src": inline_hashes(source, "script") or ["'none'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "form-action": ["'self'"],
    }
    return policy(directives)


@cache
def _templates(language: Language) -> Environment:
    return templates(TEMPLATES, translator(language), html=True)
