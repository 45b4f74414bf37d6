"""Notifications from before they said what they are about by a kind and an id are given both."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from server import schema
from server.core.database import Database
from server.core.ids import new_id
from tests.databases import create_database, drop_database


@pytest.fixture
async def before(postgres_url: str, worker_id: str) -> AsyncIterator[Database]:
    """A database as it was then."""
    name = f"estospaces_about_{worker_id}"
    database = Database(await create_database(postgres_url, name), pool=4)
    await schema.migrate(database, "0019")
    yield database
    await database.close()
    await drop_database(postgres_url, name)


async def test_those_of_a_stay_are_about_its_booking_and_all_others_about_the_account(before: Database) -> None:
    reader, booking = new_id(), new_id()
    stays = [None, "null", f'{{"booking_id": "{booking}"}}']
    async with before.engine.begin() as connection:
        await connection.execute(
            text("INSERT INTO identity (id, source_key, created_at) VALUES (:id, 'list/1', now())"), {"id": reader}
        )
        for stay in stays:
            await connection.execute(
                text(
                    "INSERT INTO notification (id, event_id, person_id, kind, in_app, stay, created_at) VALUES "
                    "(gen_random_uuid(), gen_random_uuid(), :reader, 'no_show', true, CAST(:stay AS jsonb), now())"
                ),
                {"reader": reader, "stay": stay},
            )
    await schema.migrate(before)
    async with before.engine.connect() as connection:
        found = await connection.execute(text("SELECT about_kind, about_id FROM notification ORDER BY about_kind"))
        assert [tuple(row) for row in found] == [("account", reader), ("account", reader), ("booking", booking)]
