"""The class of our routes: the body first, then the endpoint."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from server.core.web.bodies import file_slot, limits_of, read

Answerer = Callable[[Request], Coroutine[Any, Any, Response]]


class BoundedRoute(APIRoute):
    """Reads a request completely, within the limits its endpoint declares, before a guard or an endpoint runs."""

    def get_route_handler(self) -> Answerer:
        original = super().get_route_handler()

        async def handle(request: Request) -> Response:
            limits = limits_of(self.endpoint)
            async with file_slot(request, limits):
                return await self.answer(await read(request, limits), original)

        return handle

    async def answer(self, request: Request, original: Answerer) -> Response:
        """What the endpoint answers to a request that has been read."""
        return await original(request)
