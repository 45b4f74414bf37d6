"""The plain sign-in: a form that every password manager knows, and that ends in the same cookie as the client's own.

A field of the client is drawn on a canvas until it has the focus, so there is nothing a password manager could fill.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated, Final
from urllib.parse import parse_qs

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from server.auth.guards import AppSettings, Db, From
from server.auth.service import sign_in as signing_in
from server.auth.service.sign_in import WrongCredentials
from server.core.budgets import CallClass
from server.core.errors import Malformed, NotAllowed, TooManyTries
from server.core.rates import counted_as
from server.core.web.origins import is_from_our_page
from server.core.web.routers import PlainRoute
from server.pages import Asked, page
from shared_models.auth import ClientKind, SignIn

MAX_FIELDS: Final = 10
MAX_WAY: Final = 2000
"""The longest address within the client that somebody is led back to."""


@dataclass(frozen=True)
class SignInCookie:
    """How a browser keeps its sign-in: the cookie that names the browser, and the `Set-Cookie` of a refresh token."""

    browser: str
    header: Callable[[str], str]


def sign_in_page(cookie: SignInCookie, origin: str, mount: str) -> APIRouter:
    """The router of the page. `mount` is where the client is: whoever signed in goes on there, and nowhere else."""
    router = APIRouter(include_in_schema=False, route_class=PlainRoute)

    @router.get("/sign-in")
    async def form(language: Asked, to: Annotated[str, Query(max_length=MAX_WAY)] = "") -> Response:
        """The empty form; `to` is where one was on the way to."""
        way = _way(to, mount)
        return page(language, "sign_in.html", private=True, origin=origin, way=way, email="", problem="")

    @router.post("/sign-in")
    @counted_as(CallClass.ACCOUNT)
    async def sign_in(request: Request, language: Asked, database: Db, settings: AppSettings, caller: From) -> Response:
        """Sign in and go on in the client, or see the form again with what is wrong."""
        # Another site could sign somebody in as its own guest, and read later what they then did here.
        if not is_from_our_page(request.scope, settings):
            raise NotAllowed("Sign in on our own page.")
        fields = _fields(await request.body())
        way, email = _way(fields.get("to", ""), mount), fields.get("email", "")[:320]
        named = request.cookies.get(cookie.browser, "")
        known = replace(caller, device=named if 16 <= len(named) <= 100 else None)
        try:
            tokens = await signing_in.with_password(database, settings, _request(fields), known)
        except (WrongCredentials, TooManyTries) as problem:
            answer = page(
                language,
                "sign_in.html",
                status=problem.status,
                private=True,
                origin=origin,
                way=way,
                email=email,
                problem="slow" if isinstance(problem, TooManyTries) else "wrong",
            )
            if problem.retry_after is not None:
                answer.headers["Retry-After"] = str(problem.retry_after)
            return answer
        headers = {"Set-Cookie": cookie.header(tokens.refresh_token), "Cache-Control": "no-store"}
        return RedirectResponse(way, status_code=303, headers=headers)

    return router


def _fields(body: bytes) -> dict[str, str]:
    """What a form sent. Raises Malformed."""
    try:
        found = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError as problem:
        raise Malformed.field("body", "is no form") from problem
    return {name: values[0] for name, values in found.items()}


def _request(fields: dict[str, str]) -> SignIn:
    """The sign-in of a browser. Raises WrongCredentials for what cannot be one: it would match nobody."""
    try:
        return SignIn.model_validate(
            {"email": fields.get("email"), "password": fields.get("password"), "client": ClientKind.BROWSER}
        )
    except ValidationError as problem:
        raise WrongCredentials from problem


def _way(to: str, mount: str) -> str:
    """Where to go on: an address of the client, or its beginning."""
    inside = to == mount or to.startswith((f"{mount}/", f"{mount}?"))
    return to if inside and len(to) <= MAX_WAY and to.isprintable() and "\\" not in to else mount
