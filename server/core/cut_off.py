"""What is still under way when the process has to end is told so: 503 and when to come back, no 500, no traceback."""

import asyncio
from contextlib import suppress

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.core.errors import TryAgain
from server.core.web.problems import problem_response
from shared_models.problems import Problem

RESTARTING = 1012
"""The code a socket is closed with when its service restarts (RFC 6455's registry)."""
_GOING = Problem(title=TryAgain.title, status=TryAgain.status, code=TryAgain.code, retry_after=TryAgain.retry_after)


class CutOff:
    """The outermost app of a server that cancels what does not end in time. Nothing of a cancelled request is
    committed."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = False

        async def tell(message: Message) -> None:
            nonlocal began
            began = True
            await send(message)

        try:
            await self.app(scope, receive, tell)
        except asyncio.CancelledError:
            if scope["type"] == "websocket":
                with suppress(RuntimeError):  # closed meanwhile
                    await send({"type": "websocket.close", "code": RESTARTING})
            elif scope["type"] != "http":
                raise
            elif not began:  # of one that began, the server closes the connection: its client sees that it is not whole
                await problem_response(_GOING)(scope, receive, send)
