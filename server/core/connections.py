"""Our end of every connection: uvicorn's protocols with an end to what they would wait for without one.

| what a client does | what happens |
|---|---|
| says nothing, or sends a head bit by bit | closed `header_seconds` after it connected or sent a first byte |
| sends an endless head, or requests ahead without reading | 431 or 400, closed |
| rests between two requests | closed after `keep_alive_seconds`, or earlier when others need the room |
| does not read its answer | closed when within `write_seconds` less than `SLOWEST_READER` bytes a second went out |
| opens more than its share, or the house is full | 503 with Retry-After, closed; nothing of the app is asked |

A connection that rests never keeps anybody out: the one that has rested longest is closed for a new one. Whoever is
slow is found by one look at all connections a second, not by a timer for each.
"""

import asyncio
import time
from typing import Any, Final, cast

import httptools
import structlog
import uvicorn
from uvicorn._types import ASGIReceiveEvent
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode, Frame
from websockets.http11 import Request

from server.core.addresses import is_private, network_of, plain
from server.core.open_files import room_for_files
from server.core.refusals import Reason, refusals
from server.core.settings import Settings

log = structlog.get_logger(__name__)

SLOWEST_READER: Final = 1000
"""Bytes a second that an answer must go out with once more of it waits than the system's buffers take."""
MAX_PER_ADDRESS: Final = 100
"""Connections of one address in production, unless the settings say otherwise."""
MAX_AHEAD: Final = 16
"""Requests a client may send before the first of them is answered; browsers send none."""
MAX_FRAGMENTS: Final = 1024
"""Parts of one message of a socket. Browsers send messages whole."""
MAX_WAITING_MESSAGES: Final = 1024
"""Messages of one socket that came with the same few packets and wait for the app."""
REFUSED_SECONDS: Final = 2.0
"""How long a refused client has for its request, so that it reads our answer instead of a broken connection."""
MAX_REFUSED: Final = 100
"""Refused clients that are waited for; the next ones get no answer at all."""
EXTENSION: Final = "estospaces.connection"
"""Where a socket's scope offers `take_messages_of(size)` to the app."""


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


class Connections:
    """All open connections of one server, and whether there is room for one more."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.most = room_for_files(settings.max_connections)
        usual = MAX_PER_ADDRESS if settings.in_production else self.most
        self.most_per_address = settings.max_connections_per_address or usual
        self._open: dict[asyncio.BaseTransport, Connection] = {}
        self._resting: dict[asyncio.BaseTransport, None] = {}
        """Those on which nothing is being answered, the longest first."""
        self._of_place: dict[str, dict[asyncio.BaseTransport, None]] = {}
        self._refused: dict[asyncio.BaseTransport, Connection] = {}
        self._told_of_proxy = False

    def __len__(self) -> int:
        return len(self._open)

    def admit(self, connection: "Connection") -> bool:
        """Count a new connection in. False when there is no room for it, even in the place of one that rests."""
        of_place = self._of_place.get(connection.place or "", {})
        if len(of_place) >= self.most_per_address and not self._close_one_of(of_place):
            return self._refuse(connection, Reason.TOO_MANY_OF_ADDRESS)
        if len(self._open) >= self.most and not self._close_one_of(self._resting):
            return self._refuse(connection, Reason.TOO_MANY)
        self._open[connection.transport] = connection
        if connection.place:
            self._of_place.setdefault(connection.place, {})[connection.transport] = None
        self.rests(connection.transport)
        return True

    def _close_one_of(self, crowd: dict[asyncio.BaseTransport, None]) -> bool:
        longest = next((transport for transport in crowd if transport in self._resting), None)
        if longest is None:
            return False
        refusals.count(Reason.MADE_ROOM)
        connection = self._open[longest]
        self.forget(longest)
        connection.transport.abort()
        return True

    def _refuse(self, connection: "Connection", reason: Reason) -> bool:
        refusals.count(reason)
        if len(self._refused) < MAX_REFUSED:
            self._refused[connection.transport] = connection
        else:
            connection.transport.abort()
        return False

    def hand_over(self, connection: "Connection") -> None:
        """A connection became a socket: another protocol answers on it from now on."""
        if connection.transport in self._open:
            self._open[connection.transport] = connection

    def rests(self, transport: asyncio.BaseTransport) -> None:
        """Nothing is being answered on it, and it may be closed for another."""
        if transport in self._open:
            self._resting[transport] = None

    def works(self, transport: asyncio.BaseTransport) -> None:
        """Something is being answered on it."""
        self._resting.pop(transport, None)

    def forget(self, transport: asyncio.BaseTransport) -> None:
        """It is closed."""
        self._resting.pop(transport, None)
        self._refused.pop(transport, None)
        connection = self._open.pop(transport, None)
        if connection is None or not connection.place:
            return
        of_place = self._of_place[connection.place]
        of_place.pop(transport, None)
        if not of_place:
            del self._of_place[connection.place]

    def sweep(self) -> None:
        """Close whatever takes too long."""
        now = time.monotonic()
        for connection in list(self._open.values()):
            if (reason := connection.too_slow(now)) is not None:
                refusals.count(reason)
                connection.transport.abort()
        for connection in list(self._refused.values()):
            if now - connection.opened_at > REFUSED_SECONDS:
                connection.transport.abort()
        refusals.tell()

    async def watch(self) -> None:
        """Sweep, about once a second, until it is cancelled."""
        limits = self.settings
        pause = min(1.0, limits.header_seconds / 4, limits.write_seconds / 4)
        while True:
            await asyncio.sleep(pause)
            try:
                self.sweep()
            except Exception:  # one connection that cannot be judged must not free all others of their limits
                log.exception("sweep_failed")

    def heard_forwarded(self, address: str) -> None:
        """Someone named whom they speak for. In production, one line when it is nobody we trust."""
        if self._told_of_proxy or not self.settings.in_production or address in self.settings.proxies:
            return
        self._told_of_proxy = True
        log.warning(
            "forwarded_address_not_believed",
            hint="If it came from your own proxy, name it in TRUSTED_PROXIES: all behind it count as one address now.",
            # Of a machine out there only it itself may be told, and that is a person's.
            peer=address if is_private(address) else "a public address",
        )


class ServerConfig(uvicorn.Config):
    """uvicorn's settings, and the connections that its protocols share."""

    def __init__(self, app: Any, connections: Connections, **more: Any) -> None:
        super().__init__(app, http=HttpConnection, ws=SocketConnection, **more)
        self.connections = connections


class Connection(asyncio.Protocol):
    """What both protocols have in common: a place among the others, and an end to what waits to go out."""

    transport: asyncio.Transport
    client: tuple[str, int] | None
    config: uvicorn.Config
    place: str | None = None
    """Whom it counts for; None for a trusted proxy, which speaks for many."""
    opened_at = 0.0
    """By the monotonic clock."""
    _closing_since: float | None = None
    _blocked: tuple[float, int] | None = None
    """Since when less is read than written, and how much waited then."""

    @property
    def registry(self) -> Connections:
        """All connections of this server."""
        return cast(ServerConfig, self.config).connections

    def _opened(self) -> None:
        self.opened_at = time.monotonic()
        if self.client is not None:
            self.client = (plain(self.client[0]), self.client[1])
            trusted = self.client[0] in self.registry.settings.proxies
            self.place = None if trusted else network_of(self.client[0])

    def pause_writing(self) -> None:
        """More waits than the transport likes to keep."""
        super().pause_writing()
        self._blocked = (time.monotonic(), self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        """The client has read on."""
        self._blocked = None
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is closed, by whomever."""
        self.registry.forget(self.transport)
        super().connection_lost(exc)

    def too_slow(self, now: float) -> Reason | None:
        """Why it is to be closed now, if it is."""
        patience = self.registry.settings.write_seconds
        if self.transport.is_closing():
            # Closing waits until everything is read, which the other side may put off for ever.
            self._closing_since = self._closing_since or now
            return Reason.SLOW_READER if now - self._closing_since > patience else None
        if self._blocked is None or now - self._blocked[0] < patience:
            return None
        waits = self.transport.get_write_buffer_size()
        if self._blocked[1] - waits < SLOWEST_READER * (now - self._blocked[0]):
            return Reason.SLOW_READER
        self._blocked = (now, waits)
        return None


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
        if self._head_since is not None and not self._in_body and self._head_bytes > self._most_head_bytes:
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
        large = self._head_bytes > self._most_head_bytes
        refusals.count(Reason.LARGE_HEAD if large else Reason.BROKEN)
        self._close_with(LARGE_HEAD if large else BROKEN)

    def _close_with(self, answer: bytes) -> None:
        if self._rests:  # else it would stand in the middle of another answer
            self.transport.write(answer)
        self.transport.close()

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        super().on_message_begin()
        self._head_since = self._head_since or time.monotonic()

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


class SocketConnection(Connection, WebSocketsSansIOProtocol):
    """A connection that became a WebSocket."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It was a request for HTTP until now."""
        super().connection_made(transport)
        self._opened()
        self.registry.hand_over(self)
        self.registry.works(transport)

    def handle_connect(self, event: Request) -> None:
        """The handshake; the app learns how to bound the messages it takes."""
        super().handle_connect(event)
        if (scope := getattr(self, "scope", None)) is not None:
            scope["extensions"][EXTENSION] = {"take_messages_of": self.take_messages_of}

    def take_messages_of(self, size: int) -> None:
        """From now on messages of `size` bytes at most are taken; a larger one ends the connection."""
        self.conn.max_message_size = size

    def handle_cont(self, event: Frame) -> None:
        """A further part of a message."""
        if len(self.frames) < MAX_FRAGMENTS:
            super().handle_cont(event)
        else:
            self._fail()

    def send_receive_event_to_app(self) -> None:
        """A whole message."""
        if self.queue.qsize() < MAX_WAITING_MESSAGES:
            super().send_receive_event_to_app()
        else:
            self._fail()

    def _fail(self) -> None:
        if not self.close_sent:
            self.conn.fail(CloseCode.MESSAGE_TOO_BIG)
            self.handle_parser_exception()

    def handle_parser_exception(self) -> None:
        """What came is no message, or one that is too large."""
        refusals.count(Reason.BAD_MESSAGE)
        super().handle_parser_exception()

    def pause_writing(self) -> None:
        """Nothing is read from someone who does not read: each ping would be one answer more that waits."""
        super().pause_writing()
        self.transport.pause_reading()

    def resume_writing(self) -> None:
        """The client has read on."""
        super().resume_writing()
        if not self.read_paused and not self.transport.is_closing():
            self.transport.resume_reading()

    async def receive(self) -> ASGIReceiveEvent:
        """The next message; the base class reads on after each, whoever does not read."""
        event = await super().receive()
        if self._blocked is not None:
            self.transport.pause_reading()
        return event

    def too_slow(self, now: float) -> Reason | None:
        """Why it is to be closed now, if it is."""
        if not self.handshake_complete and now - self.opened_at > self.registry.settings.header_seconds:
            return Reason.SLOW_HEAD
        return super().too_slow(now)
