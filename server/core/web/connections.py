"""What becomes of a connection whose request was answered before it was read."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

READ_PAST_SECONDS = 2
READ_PAST_BYTES = 32_000_000


class UnreadBodies:
    """Ends the connection of a request that was answered while its body was still on its way.

    Kept open, it would be held for as long as someone likes to send. The answer goes out at once; what is still coming
    is read past for a moment, because a sender whose connection breaks may never look at the answer.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _has_body(scope):
            exchange = _Exchange(receive, send, asked_first=b"expect" in dict(scope["headers"]))
            await self.app(scope, exchange.receive, exchange.send)
        else:
            await self.app(scope, receive, send)


class _Exchange:
    """One request with a body, and its answer."""

    def __init__(self, receive: Receive, send: Send, *, asked_first: bool) -> None:
        """`asked_first`: the sender waits to hear that its body is wanted (`Expect`), and reading would tell it so."""
        self._receive, self._send, self._asked_first = receive, send, asked_first
        self._is_read = False

    async def receive(self) -> Message:
        message = await self._receive()
        self._is_read = self._is_read or message["type"] == "http.disconnect" or not message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        if self._is_read:
            await self._send(message)
        elif message["type"] == "http.response.start":
            if not self._asked_first:
                await self._read_past(seconds=0)  # a small body is often here already
            if not self._is_read:
                message["headers"] = [*message["headers"], (b"connection", b"close")]
            await self._send(message)
        elif message.get("more_body", False):
            await self._send(message)
        else:
            await self._send({**message, "more_body": True})
            await self._read_past(READ_PAST_SECONDS)
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _read_past(self, seconds: float) -> None:
        passed = 0
        try:
            async with asyncio.timeout(seconds):
                while not self._is_read and passed < READ_PAST_BYTES:
                    passed += len((await self.receive()).get("body", b""))
        except TimeoutError:
            return


def _has_body(scope: Scope) -> bool:
    headers = dict(scope["headers"])
    return b"transfer-encoding" in headers or headers.get(b"content-length", b"0").strip(b"0 ") != b""
