"""Mails that were under way before calls to other services had one table go on, under the id they had."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from server import schema
from server.core.database import Database
from tests.databases import create_database, drop_database

MAILS = ("waiting", "sending", "sent", "dropped", "failed")


@pytest.fixture
async def before(postgres_url: str, worker_id: str) -> AsyncIterator[Database]:
    """A database as it was, with a mail in each state and the jobs of those that wait or have failed."""
    name = f"estospaces_mails_{worker_id}"
    database = Database(await create_database(postgres_url, name), pool=4)
    await schema.migrate(database, "0009")
    async with database.engine.begin() as connection:
        await connection.execute(text(
            "INSERT INTO identity (id, source_key, created_at) "
            "VALUES (gen_random_uuid(), 'list/1', now())"
        ))  # fmt: skip
        await connection.execute(text(
            "INSERT INTO notification (id, event_id, person_id, kind, in_app, created_at) "
            "SELECT gen_random_uuid(), gen_random_uuid(), identity.id, 'password_changed', true, now() "
            "FROM identity, generate_series(1, 5)"
        ))  # fmt: skip
        await connection.execute(text(
            "INSERT INTO delivery (notification_id, channel, status, attempts, claimed_at) "
            "SELECT id, 'email', (CAST(:states AS text[]))[row_number() OVER (ORDER BY id)], 3, now() "
            "FROM notification"
        ), {"states": list(MAILS)})  # fmt: skip
        await connection.execute(text(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args) SELECT 'default', 'notifications.send_mail', "
            "jsonb_build_object('notification_id', notification_id) FROM delivery WHERE status = 'waiting'"
        ))  # fmt: skip
        await connection.execute(text(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status) "
            "SELECT 'default', 'notifications.send_mail', jsonb_build_object('notification_id', notification_id), "
            "'failed' FROM delivery WHERE status = 'failed'"
        ))  # fmt: skip
    yield database
    await database.close()
    await drop_database(postgres_url, name)


async def test_mails_under_way_keep_their_id_their_state_and_their_job(before: Database) -> None:
    await schema.migrate(before)
    async with before.engine.connect() as connection:
        calls = await connection.execute(text(
            "SELECT status, attempts, outgoing_call.id = notification.id AS same FROM outgoing_call "
            "JOIN notification ON notification.id = subject_id WHERE outgoing_call.kind = 'notifications.send_mail' "
            "ORDER BY outgoing_call.id"
        ))  # fmt: skip
        assert [tuple(row) for row in calls] == [
            (state, 3, True) for state in ("waiting", "calling", "done", "dropped", "failed")
        ]
        job = await connection.execute(text(
            "SELECT queue_name, args = jsonb_build_object('call_id', outgoing_call.id) FROM procrastinate_jobs, "
            "outgoing_call WHERE outgoing_call.status = CASE procrastinate_jobs.status WHEN 'todo' THEN 'waiting' "
            "ELSE 'failed' END"
        ))  # fmt: skip
        assert [tuple(row) for row in job] == [("mail", True), ("mail", True)]
