"""What one address may have in progress at once, where a proxy opens the connections for everybody.

`server/core/connections.py` counts the connections of those who come to us themselves; a trusted proxy may open any
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


class PerAddress:
    """Answers 503 to an address that has `most` requests and sockets in progress."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self.app, self.most = app, most
        self._in_progress: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = scope.get("client")
        if scope["type"] not in ("http", "websocket") or not client:
            await self.app(scope, receive, send)
            return
        place = network_of(client[0])
        if self._in_progress[place] >= self.most:
            refusals.count(Reason.TOO_MANY_OF_ADDRESS)
            await _refuse(scope, receive, send)
            return
        self._in_progress[place] += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self._in_progress[place] -= 1
            if not self._in_progress[place]:
                del self._in_progress[place]


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1013})
        return
    await send({"type": "http.response.start", "status": 503, "headers": _HEADERS})
    await send({"type": "http.response.body", "body": _BODY})
