"""Connections that speak HTTP."""

import asyncio
import time
from typing import Final

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from server.core.connections.registry import Connection
from server.core.refusals import Reason, refusals

MAX_AHEAD: Final = 16
"""Requests a client may send before the first of them is answered; browsers send none."""


def answer_of(status: str, title: str, code: str, *, retry_after: int | None = None) -> bytes:
    """A problem as it goes over the wire, for those whom no part of the app sees."""
    again = "" if retry_after is None else f',"retry_after":{retry_after}'
    body = f'{{"type":"about:blank","title":"{title}","status":{status[:3]},"code":"{code}"{again}}}'
    head = [
        f"HTTP/1.1 {status}",
        "content-type: application/problem+json",
        f"content-length: {len(body)}",
        "cache-control: no-store",
        "x-content-type-options: nosniff",
        "connection: close",
        *([] if retry_after is None else [f"retry-after: {retry_after}"]),
    ]
    return "\r\n".join([*head, "", body]).encode("ascii")


FULL: Final = answer_of("503 Service Unavailable", "Busy for a moment, try again", "try_again", retry_after=5)
LARGE_HEAD: Final = answer_of(
    "431 Request Header Fields Too Large", "The head of the request is too large", "too_large"
)
BROKEN: Final = answer_of("400 Bad Request", "This is no request we can read", "malformed")


class HttpConnection(Connection, HttpToolsProtocol):
    """A connection that speaks HTTP."""

    _refused = False
    _head_since: float | None = None
    """Since when the head of a request is waited for; None while one is answered, and between two."""
    _head_bytes = 0
    _in_body = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Someone connected."""
        super().connection_made(transport)
        self._opened()
        self._head_since = self.opened_at
        self._refused = not self.registry.admit(self)

    @property
    def _rests(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def data_received(self, data: bytes) -> None:
        """Some bytes of a head or of a body."""
        if self._refused:
            self._close_with(FULL)
            return
        self._unset_keepalive_if_required()
        if not self._in_body:
            self._head_bytes += len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._upgrade()
            return
        except httptools.HttpParserError:
            self._unreadable()
            return
        if not self._in_body and self._head_bytes > self._most_head_bytes:
            self._unreadable()
        elif self._rests and self.timeout_keep_alive_task is None and self._head_since is None:
            # Empty lines, or the rest of a body that nobody reads any more: neither keeps a connection open.
            self._head_since = time.monotonic()

    @property
    def _most_head_bytes(self) -> int:
        return self.registry.settings.max_header_bytes

    def _upgrade(self) -> None:
        if not self._should_upgrade():
            return  # another protocol was offered; it is answered as the plain request that it is as well
        if self._rests:
            self.handle_websocket_upgrade()
        else:
            self._unreadable()

    def _unreadable(self) -> None:
        if self.transport.is_closing():
            return  # more of what was refused already
        large = self._head_bytes > self._most_head_bytes
        refusals.count(Reason.LARGE_HEAD if large else Reason.BROKEN)
        self._close_with(LARGE_HEAD if large else BROKEN)

    def _close_with(self, answer: bytes) -> None:
        if self._rests:  # else it would stand in the middle of another answer
            self.transport.write(answer)
        self.transport.close()

    def on_header(self, name: bytes, value: bytes) -> None:
        """One field of the head."""
        super().on_header(name, value)
        if self.headers[-1][0] == b"x-forwarded-for" and self.client is not None:
            self.registry.heard_forwarded(self.client[0])

    def on_headers_complete(self) -> None:
        """The head is here; raises ValueError, which the parser hands on as its own, when it cannot be taken."""
        size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        if size > self._most_head_bytes:
            self._head_bytes = max(self._head_bytes, size)
            raise ValueError("too large")
        self._head_since, self._head_bytes, self._in_body = None, 0, True
        if len(self.pipeline) >= MAX_AHEAD:
            raise ValueError("too many ahead")
        self.registry.works(self.transport)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The whole request is here."""
        super().on_message_complete()
        self._in_body, self._head_since = False, None

    def on_response_complete(self) -> None:
        """The whole answer was written."""
        super().on_response_complete()
        if self._rests:
            self.registry.rests(self.transport)

    def too_slow(self, now: float) -> Reason | None:
        """Why it is to be closed now, if it is."""
        if self._head_since is not None and now - self._head_since > self.registry.settings.header_seconds:
            return Reason.SLOW_HEAD
        return super().too_slow(now)
