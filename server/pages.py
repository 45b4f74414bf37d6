"""The plain pages at `/`, rendered here: first text at once, and readable without a script.

A link to a home that is handed on leads to its plain page, for other sites read no script: they show its title and its
drawing. A browser goes on into the client at once.
"""

import gettext
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Protocol
from uuid import UUID

from babel.core import Locale
from babel.numbers import format_decimal
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from server.core.errors import NotFound
from server.core.web import Session, wanted_languages
from server.properties import service as properties
from server.search import service as search

MOST_CITIES = 24
LONGEST_ABOUT = 200
"""Letters of a description that other sites show."""

_TEMPLATES = FileSystemLoader(Path(__file__).parent / "templates")


@dataclass(frozen=True)
class Ways:
    """Where the client shows the homes for a text (None: all), and the home of a slug."""

    search: Callable[[str | None], str]
    home: Callable[[str], str]


class Speech(Protocol):
    """A language as the client speaks it, the same one every time."""

    def __hash__(self) -> int: ...

    @property
    def locale(self) -> Locale:
        """Its customs."""

    @property
    def catalogue(self) -> gettext.NullTranslations:
        """Its words."""


def pages(ways: Ways, origin: str, speech_for: Callable[[Sequence[str]], Speech]) -> APIRouter:
    """The router of the plain pages.

    `origin` is where all of it stands for the world: other sites fetch the picture of a shared link from there.
    `speech_for` gives the language for those a browser asks for (BCP 47 tags, the dearest first).
    """
    router = APIRouter(include_in_schema=False)

    def asked(request: Request) -> Speech:
        return speech_for(wanted_languages(request.headers.get("accept-language", "")))

    @router.get("/")
    async def start(session: Session, speech: Annotated[Speech, Depends(asked)]) -> HTMLResponse:
        """What this is, where the homes are, and the way in."""
        cities = await search.cities(session, MOST_CITIES)
        shown = [
            {
                "name": city.name,
                "homes": city.homes,
                "path": ways.search(city.name),
                "picture": _pictures(city.newest),
            }
            for city in cities
        ]
        return _page(speech, "start.html", origin=origin, homes=sum(city.homes for city in cities), cities=shown)

    @router.get("/search")
    async def to_search(text: Annotated[str, Query(max_length=200)] = "") -> RedirectResponse:
        """The form of the start page, led into the client."""
        return RedirectResponse(ways.search(text.strip() or None), status_code=303)

    @router.get("/homes/{slug}")
    async def home(
        slug: str, request: Request, session: Session, speech: Annotated[Speech, Depends(asked)]
    ) -> Response:
        """A home as other sites show it. One that is not on show leads into the client, which says so."""
        way = f"{ways.home(slug)}?{request.url.query}".rstrip("?")
        try:
            shown = (await properties.read(session, None, slug)).page
        except NotFound:
            return RedirectResponse(way, status_code=303)
        address = shown.address
        return _page(
            speech,
            "home.html",
            origin=origin,
            address=f"/homes/{shown.slug}",
            title=shown.title,
            place=", ".join(filter(None, (address.neighbourhood, address.city))),
            about=textwrap.shorten(shown.description or "", LONGEST_ABOUT, placeholder=" …"),
            picture=f"{_pictures(shown.id)}/card/800.webp",
            way=way,
        )

    return router


def _pictures(home: UUID) -> str:
    return f"/api/v1/properties/{home}/covers"


def _page(speech: Speech, name: str, **values: Any) -> HTMLResponse:
    language = str(speech.locale).replace("_", "-")
    headers = {"Content-Language": language, "Vary": "Accept-Language"}
    return HTMLResponse(_templates(speech).get_template(name).render(language=language, **values), headers=headers)


@cache
def _templates(speech: Speech) -> Environment:
    """The templates, with the client's `t` and `tn` in this language."""
    environment = Environment(loader=_TEMPLATES, autoescape=True, undefined=StrictUndefined)

    def t(words: str, **values: object) -> str:
        return speech.catalogue.gettext(words).format(**values)

    def tn(one: str, many: str, number: int) -> str:
        return speech.catalogue.ngettext(one, many, number).format(n=format_decimal(number, locale=speech.locale))

    environment.globals.update(t=t, tn=tn)
    return environment
