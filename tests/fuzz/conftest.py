"""The API behind a socket with real things in it, for calls that nobody thought of."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import hypothesis
import pytest
import requests
import schemathesis
import uvicorn
from fastapi import FastAPI
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from server.app import create_app
from server.bookings.service import holds
from server.core.database import Database
from server.core.settings import Settings
from tests.conftest import Api, MakePerson, MakeProperty
from tests.server.access.things import MAKERS, World, a_world
from tests.server.access.verdicts import Who

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
KINDS = {name: (name,) for name in MAKERS} | {
    "property_id": ("published_id", "draft_id", "strangers_id"),
    "id_or_slug": ("published_id", "draft_id"),
}
"""The makers of ids for a name in a path or a body."""


@dataclass(frozen=True)
class Target:
    """A running server, what its OpenAPI says, who may call it and the ids of what is there."""

    url: str
    schema: BaseSchema
    headers: Mapping[Who, dict[str, str]]
    ids: Mapping[str, Sequence[str]]
    session: requests.Session


@pytest.fixture
async def world(api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty) -> World:
    return await a_world(api, database, a_person, a_property)


@pytest.fixture
async def target(
    world: World, settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Target]:
    """Everyone and one of everything, behind a socket."""
    with monkeypatch.context() as many:
        # One person holds one of everything at once.
        many.setattr(holds, "MAX_HOLDS", len(MAKERS))
        ids = {
            name: [await MAKERS[kind](world) for kind in KINDS.get(name, (name,))]
            for name in dict.fromkeys([*MAKERS, *KINDS])
        }
    headers = {who: person.headers for who, person in world.people.items()} | {Who.VISITOR: {}}
    app = create_app(settings, Database(database.url, pool=5))
    with _served(app) as url, requests.Session() as session:
        yield Target(url, schemathesis.openapi.from_dict(app.openapi()), headers, ids, session)


@contextmanager
def _served(app: FastAPI) -> Iterator[str]:
    """The app on a loop of its own: schemathesis calls as it runs, without one."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def dates(body: Mapping[str, Any]) -> tuple[str, str] | None:
    """The names under which a body gives its first and last day, if it does."""
    pairs = (("check_in", "check_out"), ("start", "end"))
    return next((pair for pair in pairs if pair[0] in body and pair[1] in body), None)


def a_few(examples: int) -> hypothesis.settings:
    """So many examples, the same in every run."""
    return hypothesis.settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
