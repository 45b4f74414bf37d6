"""Our end of every connection: uvicorn's protocols with an end to what they would wait for without one.

| what a client does | what happens |
|---|---|
| says nothing, or sends a head bit by bit | closed `header_seconds` after it connected or sent a first byte |
| sends an endless head, or requests ahead without reading | 431 or 400, closed |
| rests between two requests | closed after `keep_alive_seconds`, or earlier when others need the room |
| does not read its answer | closed when within `write_seconds` less than `SLOWEST_READER` bytes a second went out |
| sends a socket's message in a thousand parts, or pings without reading | closed; not read from until it reads |
| opens more than its share, or the house is full | 503 with Retry-After, closed; nothing of the app is asked |

A connection that rests never keeps anybody out: the one that has rested longest is closed for a new one. Whoever is
slow is found by one look at all connections a second, not by a timer for each.
"""

import asyncio
import time
from typing import Any, Final, cast

import structlog
import uvicorn

from server.core.addresses import is_private, network_of, plain
from server.core.open_files import room_for_files
from server.core.refusals import Reason, refusals
from server.core.settings import Settings

log = structlog.get_logger(__name__)

SLOWEST_READER: Final = 1000
"""Bytes a second that an answer must go out with once more of it waits than the system's buffers take."""
MAX_PER_ADDRESS: Final = 100
"""Connections of one address in production, unless the settings say otherwise."""
REFUSED_SECONDS: Final = 2.0
"""How long a refused client has for its request, so that it reads our answer instead of a broken connection."""
MAX_REFUSED: Final = 100
"""Refused clients that are waited for; the next ones get no answer at all."""


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
            if (reason := _judged(connection, now)) is not None:
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
            self.sweep()

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


def _judged(connection: "Connection", now: float) -> Reason | None:
    try:
        return connection.too_slow(now)
    except Exception:  # one connection that cannot be judged must not free all others of their limits
        log.exception("connection_not_judged")
        return Reason.BROKEN


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
        return cast(Connections, cast(Any, self.config).connections)

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
