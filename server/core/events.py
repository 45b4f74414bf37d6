"""Events: what happened, told to whoever listens.

*Within* listeners run at once in the same transaction, and a failure of theirs fails it. *After* listeners become job
rows in the same transaction, one a listener, and run once it is committed; like every job they may run twice.
Those of one room about one thing (`Event.lane`) run one after another; one that fails holds up no other room.
"""

import functools
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from server.core import jobs
from server.core.ids import new_id


class Event(BaseModel):
    """Something that happened. Carries ids, never secrets."""

    model_config = ConfigDict(frozen=True)

    event_id: UUID = Field(default_factory=new_id)
    """Of this happening: a listener that runs twice sees the same one."""

    must_be_heard: ClassVar[bool] = False
    """Set where an unheard event leaves the data wrong: publishing it in a process without its listener raises."""

    @property
    def lane(self) -> str | None:
        """What it is about, where order matters: a room's *after* listeners hear of it in the order it happened."""
        return None


Happened = TypeVar("Happened", bound=Event)
Within = Callable[[AsyncSession, Happened], Awaitable[None]]

_WITHIN: dict[type[Event], list[Within[Any]]] = {}
_AFTER: dict[type[Event], list[str]] = {}


def within(event: type[Happened]) -> Callable[[Within[Happened]], Within[Happened]]:
    """Register a listener that runs in the publisher's transaction."""

    def register(listener: Within[Happened]) -> Within[Happened]:
        listeners = _WITHIN.setdefault(event, [])
        if listener not in listeners:
            listeners.append(listener)
        return listener

    return register


def after(event: type[Happened], name: str) -> Callable[[Within[Happened]], Within[Happened]]:
    """Register a listener that runs as the job `name` once the publisher's transaction is committed."""

    def register(listener: Within[Happened]) -> Within[Happened]:
        @functools.wraps(listener)
        async def run(session: AsyncSession, **payload: Any) -> None:
            await listener(session, event.model_validate(payload))

        jobs.register(name, jobs.Job(run=run, queue=jobs.Queue.DEFAULT))
        names = _AFTER.setdefault(event, [])
        if name not in names:
            names.append(name)
        return listener

    return register


async def publish(session: AsyncSession, event: Event) -> None:
    """Tell everyone. A failing *within* listener raises here."""
    if event.must_be_heard and not _WITHIN.get(type(event)):
        raise RuntimeError(f"nobody listens to {type(event).__name__}: import server.app, which registers listeners")
    for listener in _WITHIN.get(type(event), []):
        await listener(session, event)
    for name in _AFTER.get(type(event), []):
        lock = None if event.lane is None else f"{name.partition('.')[0]}:{event.lane}"
        await jobs.defer(session, name, event.model_dump(mode="json"), lock=lock)
