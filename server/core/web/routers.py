"""The router of a room."""

from fastapi import APIRouter

from server.core.web.idempotency import IdempotentRoute
from server.core.web.reading import ReadingRoute


def room_router(noun: str) -> APIRouter:
    """A room's router under `/noun`; every POST in it honours `Idempotency-Key`."""
    return APIRouter(prefix=f"/{noun}", tags=[noun], route_class=IdempotentRoute)


def reading_router(noun: str) -> APIRouter:
    """The router of a room that only searches (see `ReadingRoute`)."""
    return APIRouter(prefix=f"/{noun}", tags=[noun], route_class=ReadingRoute)
