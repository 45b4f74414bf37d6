"""The router of a room."""

from fastapi import APIRouter

from server.core.web.idempotency import IdempotentRoute


def room_router(noun: str) -> APIRouter:
    """A room's router under `/noun`; every POST in it honours `Idempotency-Key`."""
    return APIRouter(prefix=f"/{noun}", tags=[noun], route_class=IdempotentRoute)
