"""A mailbox that takes every mail and shows it at `/sandbox`: what stands in for the world's in development."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, JSONResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import BaseModel, ConfigDict, Field

from server.core.errors import NotFound, StartupError
from server.core.settings import Settings
from server.core.web.bodies import BodyLimits, takes_body
from server.core.web.policies import inline_hashes, policy
from server.core.web.routes import BoundedRoute
from shared_models.addresses import Email

MAX_MAILS = 500
MAX_MAIL_BYTES = 2_000_000
"""A mail with the longest texts it may have, as JSON."""

_TEMPLATES = Path(__file__).parent / "templates"
_pages = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined)


_INBOX_POLICY = policy({"style-src": inline_hashes((_TEMPLATES / "inbox.html").read_text(encoding="utf-8"), "style")})
_MAIL_POLICY = policy({"sandbox": ["allow-top-navigation"], "style-src": ["'unsafe-inline'"], "img-src": ["'self'"]})


class Mail(BaseModel):
    """A mail as it was handed over."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, Field(min_length=1, max_length=200)]
    to: Email
    subject: Annotated[str, Field(max_length=998)]
    text: Annotated[str, Field(max_length=100_000)]
    html: Annotated[str, Field(max_length=200_000)]


def inbox(settings: Settings) -> APIRouter:
    """The router of an empty mailbox of this process. Raises StartupError in production."""
    if settings.in_production:
        raise StartupError("The sandbox is refused in production: anyone could read the mails.")
    router = APIRouter(prefix="/sandbox", include_in_schema=False, route_class=BoundedRoute)
    mails: dict[str, Mail] = {}

    @router.post("/mails")
    @takes_body(BodyLimits(max_bytes=MAX_MAIL_BYTES))
    async def take(mail: Mail) -> JSONResponse:
        """Take a mail; one that is here already (a repetition) changes nothing."""
        new = mail.id not in mails
        mails.setdefault(mail.id, mail)
        while len(mails) > MAX_MAILS:
            del mails[next(iter(mails))]
        return JSONResponse({"new": new}, status_code=201 if new else 200)

    @router.get("/mails")
    async def of(to: Annotated[str | None, Query(max_length=254)] = None) -> list[Mail]:
        """Every mail (to someone), the newest first."""
        return _newest(mails, to)

    @router.get("")
    async def shown(to: Annotated[str | None, Query(max_length=254)] = None) -> HTMLResponse:
        """The mailbox as a page."""
        page = _pages.get_template("inbox.html").render(mails=_newest(mails, to), to=to)
        return HTMLResponse(page, headers={"Content-Security-Policy": _INBOX_POLICY})

    @router.get("/mails/{mail_id}")
    async def one(mail_id: str) -> HTMLResponse:
        """One mail as its reader sees it."""
        if mail_id not in mails:
            raise NotFound
        # It is ours, but a mail has no business running anything here.
        return HTMLResponse(mails[mail_id].html, headers={"Content-Security-Policy": _MAIL_POLICY})

    return router


def _newest(mails: Mapping[str, Mail], to: str | None) -> list[Mail]:
    return [mail for mail in reversed(list(mails.values())) if to in (None, mail.to)]
