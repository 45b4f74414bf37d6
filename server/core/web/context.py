"""What surrounds every request: its id, its line in the log, and an answer when all else failed."""

import asyncio
import re
import time

import structlog
from fastapi import Request
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.core.errors import Malformed
from server.core.ids import new_id
from server.core.web.problems import app_error_response, unexpected_response

log = structlog.get_logger(__name__)

UNANSWERED = 499
"""What the log says of a request whose sender went away before it was answered."""


class RequestContext:
    """Gives each request an id (taken over when a client sent a sound one) and logs one line.

    What nobody foresaw is answered here and not by Starlette, whose place for it lies outside of the request's id.
    """

    _SOUND = re.compile(rb"^[A-Za-z0-9_-]{8,64}$")

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        sent = dict(scope["headers"]).get(b"x-request-id", b"")
        request_id = sent.decode() if self._SOUND.match(sent) else str(new_id())
        began, status = time.perf_counter(), UNANSWERED

        async def tell(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode())]
            await send(message)

        # A HEAD is answered as the GET it stands for (RFC 9110, 9.3.2); the server sends no content then.
        asked = {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._answer(asked, receive, tell)
            except asyncio.CancelledError:
                status = 503  # what `core.cut_off` answers
                raise
            finally:
                route = getattr(asked.get("route"), "path", None)
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
            await (await app_error_response(Request(scope), Malformed("An address has no null characters.")))(
                scope, receive, tell
            )
            return
        try:
            await self.app(scope, receive, tell)
        except ClientDisconnect:
            return  # while it was still sending: nobody is there to be answered
        except Exception as error:
            if began:
                raise
            await unexpected_response(error)(scope, receive, send)
