"""Idempotency-Key: a POST that is sent twice takes effect once."""

import hashlib
import json
from typing import Any
from urllib.parse import quote
from uuid import UUID

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.core.errors import KeyReused, Malformed, StillRunning
from server.core.tables import IdempotentReply
from server.core.web.routes import Answerer, BoundedRoute
from server.core.web.session import in_turn

_OF_ONE_ANSWER = frozenset({"content-length", "date", "x-request-id", "connection", "set-cookie"})
"""What is said anew each time, or must not be kept."""


class IdempotentRoute(BoundedRoute):
    """Keeps the 2xx answer to a POST that carries an `Idempotency-Key`, per person and route, in the same transaction.

    The same key with the same body gets the stored answer; with another body 422; while the first is still being
    worked on 409 with Retry-After. Errors are not stored: what failed may be tried again.
    `app.state.person_of` tells who asks;
    a signed-out caller has no stored answers.
    """

    async def answer(self, request: Request, original: Answerer) -> Response:
        return await in_turn(request, lambda attempt: self._attempt(attempt, original))

    async def _attempt(self, request: Request, original: Answerer) -> Response:
        key = request.headers.get("idempotency-key")
        person: UUID | None = request.app.state.person_of(request) if key is not None else None
        if request.method != "POST" or key is None or person is None:
            return await original(request)
        check_key(key)
        session: AsyncSession = await request.state.transaction.session()
        return await self._once(request, session, (person, quote(request.url.path)[:200], key), original)

    async def _once(
        self,
        request: Request,
        session: AsyncSession,
        identity: tuple[UUID, str, str],
        original: Answerer,
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
            return _repeated(stored)
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
                    headers=_headers_of(response),
                )
            )
        return response


def check_key(key: str) -> None:
    """Refuse an `Idempotency-Key` that cannot be kept. Raises Malformed."""
    if not 1 <= len(key) <= 100 or not key.isprintable():
        raise Malformed.field("Idempotency-Key", "must be 1 to 100 printable characters")


def _repeated(stored: IdempotentReply) -> Response:
    response = Response(status_code=204) if stored.status == 204 else JSONResponse(stored.body, stored.status)
    for name, value in stored.headers or ():
        response.headers[name] = value  # also over what the response says of itself, such as its type
    return response


def _headers_of(response: Response) -> list[list[str]]:
    return [[name, value] for name, value in response.headers.items() if name not in _OF_ONE_ANSWER]


def _json_of(response: Response) -> Any:
    return json.loads(bytes(response.body)) if response.body else None
