"""Who lists homes and who looks at them."""

import pytest

from shared_models.auth import Role
from tests.conftest import Api, MakePerson, Person


@pytest.fixture
async def landlord(a_person: MakePerson) -> Person:
    return await a_person(Role.LANDLORD, name="Morag")


@pytest.fixture
async def mine(api: Api, landlord: Person) -> Api:
    return api.as_(landlord)


@pytest.fixture
async def admin(api: Api, a_person: MakePerson) -> Api:
    return api.as_(await a_person(Role.ADMIN, name="Ada"))
