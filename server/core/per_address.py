"""What one address may have in progress at once, where a proxy opens the connections for everybody.

`server/core/connections/` counts the connections of those who come to us themselves; a trusted proxy may open any
number. Whom it speaks for is known once a head was read, so that here requests and sockets are counted instead.
"""

from collections import Counter
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from server.core.addresses import network_of
from server.core.refusals import Reason, refusals

_BODY: Final = (
    b'{"type":"about:blank","title":"Busy for a moment, try again","status":503,"code":"try_again","retry_after":5}'
)
_HEADERS: Final = [
    (b"content-type", b"application/problem+json"),
    (b"content-length", str(len(_BODY)).encode()),
    (b"cache-control", b"no-store"),
    (b"retry-after", b"5"),
]


class Shares:
    """How much of something each address has, and that none has more than `most`."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._taken: Counter[str] = Counter()

    def take(self, address: str) -> bool:
        """One more for an address. False when it has its share already."""
        place = network_of(address)
        if self._taken[place] >= self.most:
            return False
        self._taken[place] += 1
        return True

    def give_back(self, address: str) -> None:
        """One that was taken is over."""
        place = network_of(address)
        self._taken[place] -= 1
        if self._taken[place] <= 0:
            del self._taken[place]


class PerAddress:
    """Answers 503 to an address that has its share of requests and sockets in progress."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self.app, self.shares = app, Shares(most)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = scope.get("client")
        if scope["type"] not in ("http", "websocket") or not client:
            await self.app(scope, receive, send)
            return
        if not self.shares.take(client[0]):
            refusals.count(Reason.TOO_MANY_OF_ADDRESS)
            await _refuse(scope, receive, send)
            return
        try:
            await self.app(scope, receive, send)
        finally:
            self.shares.give_back(client[0])


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1013})
        return
    await send({"type": "http.response.start", "status": 503, "headers": _HEADERS})
    await send({"type": "http.response.body", "body": _BODY})
