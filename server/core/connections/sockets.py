"""Connections that became a WebSocket."""

import asyncio
import logging
from typing import Final

from uvicorn._types import ASGIReceiveEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode, Frame
from websockets.http11 import Request

from server.core.connections.registry import Connection
from server.core.refusals import Reason, refusals

FIRST_MESSAGE_BYTES: Final = 65_536
"""The largest message of a socket until the app says that it takes larger ones."""
MAX_FRAGMENTS: Final = 1024
"""Parts of one message of a socket. Browsers send messages whole."""
MAX_WAITING_MESSAGES: Final = 1024
"""Messages of one socket that came with the same few packets and wait for the app."""
EXTENSION: Final = "estospaces.connection"
"""Where a socket's scope offers `take_messages_of(size)` to the app."""


# Not below "uvicorn": to configure that anew takes the level of those below it away.
_log = logging.getLogger("estospaces.sockets")
_log.setLevel(logging.WARNING)  # below that uvicorn tells the address of everyone who opens a socket


class SocketConnection(Connection, WebSocketsSansIOProtocol):
    """A connection that became a WebSocket."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It was a request for HTTP until now."""
        self.logger = _log
        super().connection_made(transport)
        self._opened()
        self.registry.hand_over(self)

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
