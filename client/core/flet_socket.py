"""Cures for what flet_web 1.0.5 does wrong with a browser's socket, numbered on from `client.core.flet_session`.

Phones have no flet_web, so the server puts `SocketCures` before its `FletApp`; the version is checked in
`flet_session.install()`. `tests/client/core/test_flet_socket.py` shows each fault without the cure, and the cure.

8. A socket that does not register in time is closed. Flet waits for ever.
9. A socket that ends before it registered frees all it has: Flet's sender waits for ever for something to send. One
   that ends while something is being sent takes leave of its session: Flet keeps the session for good.
10. What is no message of a client ends the connection in one line instead of a traceback, and whoever registers twice
    does not leave a session behind that nobody can end.
11. A browser that asks for more than it reads, or faster than anybody can press, is listened to more slowly: Flet keeps
    all answers until the memory is full.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, Protocol

from flet.messaging.protocol import MessageAction

EVENTS_A_SECOND: Final = 100.0
EVENTS_AT_ONCE: Final = 300.0
"""Typing is 30 messages a second, dragging a slider 120."""
ANSWERS_WAITING: Final = 64
"""Messages to a browser that may wait before anything more is taken from it."""
_MESSAGE, _CHANNEL = b"\x00", b"\x01"


class Socket(Protocol):
    """The part of Starlette's WebSocket that is used here."""

    async def receive(self) -> Mapping[str, Any]:
        """The next event of ASGI."""

    async def send_bytes(self, data: bytes) -> None:
        """Send a message."""

    async def close(self, code: int) -> None:
        """End it."""


class NotAMessage(Exception):
    """What came is nothing a client of ours sends."""


class _NeverRegistered(Exception):
    """Ends Flet's handling, which would go on with the session that there is not."""


class Pace:
    """Lets so many pass at once and then so many a second: who comes faster waits. Everybody else has a turn between
    any two, so that what came first is worked on before more is taken.
    """

    def __init__(self, a_second: float = EVENTS_A_SECOND, at_once: float = EVENTS_AT_ONCE) -> None:
        self.a_second, self.at_once = a_second, at_once
        self._passed, self._at = 0.0, time.monotonic()

    async def pass_one(self) -> None:
        """Pass, when it is time."""
        now = time.monotonic()
        self._passed = max(0.0, self._passed - (now - self._at) * self.a_second) + 1
        self._at = now
        await asyncio.sleep(max(0.0, self._passed - self.at_once) / self.a_second)


class SocketCures:
    """Stands before `FletApp` among the bases of a class."""

    register_seconds: float = 15.0
    _FletApp__websocket: Any
    _FletApp__send_queue: Any
    _FletApp__session: Any
    _FletApp__on_message: Callable[[Any], Awaitable[None]]
    _data_channels: dict[int, Any]

    def unpack(self, packed: bytes) -> Any:
        """A message as it goes over the wire. Any error says that it is none."""
        raise NotImplementedError

    def on_registered(self) -> None:
        """The browser has registered."""

    def on_refused(self, error: Exception) -> None:
        """The connection is ended for what came, or (TimeoutError) for what did not."""

    async def handle(self, websocket: Any) -> None:
        """Answer a browser until its socket ends."""
        self._room = asyncio.Event()
        self._room.set()
        with contextlib.suppress(_NeverRegistered):
            await super().handle(websocket)  # type: ignore[misc]  # FletApp's

    async def _FletApp__receive_loop(self) -> None:
        """Cures 8 to 11."""
        socket: Socket = self._FletApp__websocket
        try:
            async with asyncio.timeout(self.register_seconds) as limit:
                await self._listen(socket, limit)
        except Exception as error:
            self.on_refused(error)
            with contextlib.suppress(Exception):  # it may be gone by now
                await socket.close(1008)
        finally:
            self._FletApp__send_queue.put_nowait(None)
        if self._FletApp__session is None:
            raise _NeverRegistered

    async def _listen(self, socket: Socket, limit: asyncio.Timeout) -> None:
        pace = Pace()
        while (event := await socket.receive())["type"] == "websocket.receive":
            await self._take(event.get("bytes") or b"")
            if limit.when() is not None and self._FletApp__session is not None:
                limit.reschedule(None)
                self.on_registered()
            await pace.pass_one()
            if self._FletApp__send_queue.qsize() > ANSWERS_WAITING:
                self._room.clear()
            await self._room.wait()

    async def _take(self, data: bytes) -> None:
        kind = data[:1]
        if kind == _MESSAGE:
            message = _checked(self.unpack(data[1:]), self._FletApp__session)
            await self._FletApp__on_message(message)
        elif kind == _CHANNEL:
            channel = self._data_channels.get(int.from_bytes(data[1:5], "little"))
            if channel is not None:
                channel._deliver(data[5:])
        else:
            raise NotAMessage

    async def _FletApp__send_loop(self) -> None:
        """Cures 9 and 11."""
        socket: Socket = self._FletApp__websocket
        queue: asyncio.Queue[bytes | None] = self._FletApp__send_queue
        gone = False
        while (message := await queue.get()) is not None:
            try:
                if not gone:
                    await socket.send_bytes(message)
            except Exception:
                gone = True  # what still waits is for nobody; the session keeps what changes
            if gone or queue.qsize() <= ANSWERS_WAITING:
                self._room.set()
        self._FletApp__websocket = self._FletApp__send_queue = None


def _checked(message: Any, session: object) -> Any:
    """A message that Flet can take without an error that ends nowhere. Raises NotAMessage."""
    action, body = message
    if not isinstance(body, dict):
        raise NotAMessage
    match MessageAction(action):
        case MessageAction.REGISTER_CLIENT:
            sound = session is None
        case MessageAction.CONTROL_EVENT:
            sound = session is not None and isinstance(body["target"], int) and isinstance(body["name"], str)
        case _:
            sound = session is not None
    if not sound:
        raise NotAMessage
    return message
