"""The web's edge, shared by every room: the session of a request, problems as answers, request ids, Idempotency-Key."""

import hashlib
import json
import re
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

import structlog
from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.core.database import Database
from server.core.errors import AppError, KeyReused, Malformed, StillRunning, UpgradeRequired
from server.core.ids import new_id
from server.core.rates import CountedRoute
from server.core.tables import IdempotentReply
from shared_models.problems import FieldProblem, Problem, ProblemCode

log = structlog.get_logger(__name__)

PROBLEM_JSON = "application/problem+json"
MOST_LANGUAGES = 20
"""How many languages of an `Accept-Language` are read."""
_LANGUAGE = re.compile(r"(?P<tag>[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*)( *; *q=(?P<weight>[01](\.\d{0,3})?))?")
_CODE_BY_STATUS = {
    401: ProblemCode.NOT_SIGNED_IN,
    403: ProblemCode.NOT_ALLOWED,
    404: ProblemCode.NOT_FOUND,
    405: ProblemCode.NOT_FOUND,
    413: ProblemCode.TOO_LARGE,
}


async def _session(request: Request) -> AsyncIterator[AsyncSession]:
    shared: AsyncSession | None = getattr(request.state, "session", None)
    if shared is not None:
        yield shared
        return
    database: Database = request.app.state.database
    async with database.transaction() as session:
        yield session


Session = Annotated[AsyncSession, Depends(_session, scope="function")]
"""The one transaction of a request, committed before the reply is sent. Guards and endpoints share it."""


def problem_response(problem: Problem) -> JSONResponse:
    """An answer in `application/problem+json`."""
    headers = {} if problem.retry_after is None else {"Retry-After": str(problem.retry_after)}
    if problem.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(
        problem.model_dump(mode="json", exclude_none=True),
        status_code=problem.status,
        media_type=PROBLEM_JSON,
        headers=headers,
    )


def _request_id() -> str | None:
    return structlog.contextvars.get_contextvars().get("request_id")


async def _app_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, AppError)  # noqa: S101 - registered for this class only
    return problem_response(
        Problem(
            title=error.title,
            status=error.status,
            detail=error.detail,
            code=error.code,
            errors=error.errors,
            retry_after=error.retry_after,
            request_id=_request_id(),
        )
    )


async def _malformed(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    found = tuple(
        FieldProblem(
            field=".".join(str(part) for part in item["loc"] if part not in ("body", "query", "path")) or "body",
            reason=str(item["msg"]).removeprefix("Value error, "),
        )
        for item in error.errors()[:50]
    )
    detail = "; ".join(f"{item.field}: {item.reason}" for item in found[:3])
    return problem_response(
        Problem(
            title=Malformed.title,
            status=422,
            detail=detail,
            code=Malformed.code,
            errors=found,
            request_id=_request_id(),
        )
    )


async def _http_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    malformed = error.status_code == 400
    code = ProblemCode.MALFORMED if malformed else _CODE_BY_STATUS.get(error.status_code, ProblemCode.FAILED)
    status = 422 if malformed else error.status_code
    reply = problem_response(Problem(title=str(error.detail), status=status, code=code, request_id=_request_id()))
    reply.headers.update(error.headers or {})  # such as Allow, which a 405 must have
    return reply


def _unexpected(error: Exception) -> Response:
    log.error("unexpected_error", exc_info=error)
    return problem_response(
        Problem(
            title="Something on our side failed",
            status=500,
            code=ProblemCode.FAILED,
            detail="Nothing was changed. Try again, or tell us the request id.",
            request_id=_request_id(),
        )
    )


def answer_problems(app: FastAPI) -> None:
    """Answer every named error as a problem; `RequestContext` answers the rest."""
    app.add_exception_handler(AppError, _app_error)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http_error)


class RequestContext:
    """Gives each request an id (taken over when a client sent a sound one), logs one line and bounds the body.

    What nobody foresaw is answered here and not by Starlette, whose place for it lies outside of the request's id.
    """

    _SOUND = re.compile(rb"^[A-Za-z0-9_-]{8,64}$")

    def __init__(self, app: ASGIApp, *, largest_body: int) -> None:
        self.app, self.largest_body = app, largest_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        sent = dict(scope["headers"]).get(b"x-request-id", b"")
        request_id = sent.decode() if self._SOUND.match(sent) else str(new_id())
        began, status = time.perf_counter(), 500

        async def tell(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode())]
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._answer(scope, receive, tell)
            finally:
                route = getattr(scope.get("route"), "path", None)
                if route is not None:
                    took = round((time.perf_counter() - began) * 1000, 1)
                    log.info("request", method=scope["method"], route=route, status=status, ms=took)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = False

        async def tell(message: Message) -> None:
            nonlocal began
            began = True
            await send(message)

        # No text of PostgreSQL can hold it, and no address of ours has it.
        if "\x00" in scope["path"] or b"%00" in scope["query_string"]:
            await (await _app_error(Request(scope), Malformed("An address has no null characters.")))(
                scope, receive, tell
            )
            return
        try:
            await self.app(scope, self._bounded(scope, receive), tell)
        except Exception as error:
            if began:
                raise
            await _unexpected(error)(scope, receive, send)

    def _bounded(self, scope: Scope, receive: Receive) -> Receive:
        told = dict(scope["headers"]).get(b"content-length", b"0")
        # What says that it is too large need not be read until it is.
        taken = self.largest_body if told.isdigit() and int(told[:20]) > self.largest_body else 0

        async def bounded() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self.largest_body:
                raise HTTPException(413, "That is too large")
            return message

        return bounded


class IdempotentRoute(APIRoute):
    """Keeps the 2xx answer to a POST that carries an `Idempotency-Key`, per person and route, in the same transaction.

    The same key with the same body gets the stored answer; with another body 422; while the first is still being
    worked on 409 with Retry-After. Errors are not stored: what failed may be tried again.
    `app.state.person_of` tells who asks;
    a signed-out caller has no stored answers.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        original = super().get_route_handler()

        async def handle(request: Request) -> Response:
            key = request.headers.get("idempotency-key")
            person: UUID | None = request.app.state.person_of(request) if key is not None else None
            if request.method != "POST" or key is None or person is None:
                return await original(request)
            check_key(key)
            database: Database = request.app.state.database
            async with database.transaction() as session:
                return await self._once(request, session, (person, quote(request.url.path)[:200], key), original)

        return handle

    async def _once(
        self,
        request: Request,
        session: AsyncSession,
        identity: tuple[UUID, str, str],
        original: Callable[[Request], Coroutine[Any, Any, Response]],
    ) -> Response:
        lock = int.from_bytes(hashlib.sha256(repr(identity).encode()).digest()[:8], signed=True)
        if not await session.scalar(select(func.pg_try_advisory_xact_lock(lock))):
            raise StillRunning
        asked = f"{request.url.path}?{request.url.query}\n".encode() + await request.body()
        body_hash = hashlib.sha256(asked).hexdigest()
        stored = await session.get(IdempotentReply, identity)
        if stored is not None:
            if stored.body_hash != body_hash:
                raise KeyReused
            return Response(status_code=204) if stored.status == 204 else JSONResponse(stored.body, stored.status)
        request.state.session = session
        response = await original(request)
        if 200 <= response.status_code < 300:
            person_id, route, key = identity
            session.add(
                IdempotentReply(
                    person_id=person_id,
                    route=route,
                    key=key,
                    body_hash=body_hash,
                    status=response.status_code,
                    body=_json_of(response),
                )
            )
        return response


def check_key(key: str) -> None:
    """Refuse an `Idempotency-Key` that cannot be kept. Raises Malformed."""
    if not 1 <= len(key) <= 100 or not key.isprintable():
        raise Malformed.field("Idempotency-Key", "must be 1 to 100 printable characters")


def up_to_date(request: Request) -> None:
    """Refuses apps older than `minimum_app_version`; without `App-Version` it is no app. Raises UpgradeRequired."""
    least = _version(request.app.state.settings.minimum_app_version)
    sent = _version(request.headers.get("app-version", ""))
    if least is not None and sent is not None and sent < least:
        raise UpgradeRequired


def _version(text: str) -> tuple[int, ...] | None:
    found = re.fullmatch(r"(\d{1,4})\.(\d{1,4})\.(\d{1,4})", text, flags=re.ASCII)
    return None if found is None else tuple(int(part) for part in found.groups())


class RoomRoute(CountedRoute, IdempotentRoute):
    """Counts a call before it opens anything for it, then honours its `Idempotency-Key`."""


def room_router(noun: str) -> APIRouter:
    """A room's router under `/noun`; calls are counted, and every POST in it honours `Idempotency-Key`."""
    return APIRouter(prefix=f"/{noun}", tags=[noun], route_class=RoomRoute)


def wanted_languages(header: str) -> tuple[str, ...]:
    """The languages of an `Accept-Language` (RFC 9110, 12.5.4), the dearest first; what is garbled is passed over."""
    told = [_LANGUAGE.fullmatch(part.strip()) for part in header.split(",")[:MOST_LANGUAGES]]
    weighed = [(float(found["weight"] or 1), found["tag"]) for found in told if found]
    # Sorting keeps the order of those that weigh the same, which is the browser's own.
    return tuple(tag for weight, tag in sorted(weighed, key=lambda each: -each[0]) if weight)


def _json_of(response: Response) -> Any:
    return json.loads(bytes(response.body)) if response.body else None


def documented(*errors: type[AppError]) -> dict[int | str, dict[str, Any]]:
    """The `responses=` of an endpoint: which problems it may answer, for the OpenAPI. What guards raise is known."""
    found: dict[int | str, dict[str, Any]] = {}
    for error in errors:
        known = found.setdefault(error.status, {"description": "", "content": {PROBLEM_JSON: {"examples": {}}}})
        known["description"] = f"{known['description']} `{error.code.value}`: {error.title}.".strip()
        example = Problem(title=error.title, status=error.status, code=error.code, retry_after=error.retry_after)
        examples = known["content"][PROBLEM_JSON]["examples"]
        examples[error.code.value] = {"value": example.model_dump(mode="json", exclude_none=True)}
    return found
