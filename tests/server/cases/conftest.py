"""A landlord, admins and a home that waits: what every test of cases begins with."""

from typing import Any
from uuid import UUID

import pytest

from shared_models.auth import Role
from tests.conftest import Api, MakePerson, Person


@pytest.fixture
async def landlord(a_person: MakePerson) -> Person:
    return await a_person(Role.LANDLORD, name="Morag")


@pytest.fixture
async def ada(api: Api, a_person: MakePerson) -> Api:
    return api.as_(await a_person(Role.ADMIN, name="Ada"))


@pytest.fixture
async def ewan(api: Api, a_person: MakePerson) -> Api:
    return api.as_(await a_person(Role.ADMIN, name="Ewan"))


async def queue(admin: Api, **query: Any) -> list[dict[str, Any]]:
    """The cases in the queue."""
    reply = await admin.get("/cases", params=query)
    assert reply.status_code == 200, reply.text
    items: list[dict[str, Any]] = reply.json()["items"]
    return items


async def only_case(admin: Api, **query: Any) -> dict[str, Any]:
    """The only case in the queue."""
    (case,) = await queue(admin, **query)
    return case


async def status_of(admin: Api, home: UUID | str) -> str:
    """Where a home's listing stands."""
    return str((await admin.get(f"/properties/{home}")).json()["status"])
