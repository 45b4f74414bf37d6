"""The routers of rooms, and what each kind of route does before its endpoint."""

from fastapi import APIRouter

from server.core.rates import CountedRoute
from server.core.web.idempotency import IdempotentRoute
from server.core.web.reading import ReadingRoute
from server.core.web.routes import BoundedRoute


class PlainRoute(CountedRoute, BoundedRoute):
    """Counts a call before anything is read or opened for it."""


class RoomRoute(CountedRoute, IdempotentRoute):
    """Counts a call first, then honours its `Idempotency-Key`."""


class SearchRoute(CountedRoute, ReadingRoute):
    """Counts a call first, then only reads."""


def room_router(noun: str) -> APIRouter:
    """A room's router under `/noun`; calls are counted, and every POST in it honours `Idempotency-Key`."""
    return APIRouter(prefix=f"/{noun}", tags=[noun], route_class=RoomRoute)


def reading_router(noun: str) -> APIRouter:
    """The router of a room that only searches (see `ReadingRoute`)."""
    return APIRouter(prefix=f"/{noun}", tags=[noun], route_class=SearchRoute)
