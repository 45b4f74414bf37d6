"""Who has closed the account acts no more: no call of theirs, at whatever moment it comes, and no job for them."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from server.auth.events import PasswordChanged
from server.auth.rules import NOWHERE
from server.auth.service import accounts, closing, sign_in
from server.auth.service import door as auth
from server.auth.sessions import service as sessions
from server.bookings.service import holds
from server.core import jobs
from server.core.database import Database
from server.core.errors import AppError
from server.core.identity import Identity
from server.properties.importing.service import runs, steps
from shared_models.auth import ClientKind, LinkPurpose, Role
from tests.conftest import PASSWORD, Api, MakePerson, MakeProperty
from tests.served import crowd
from tests.server.access.things import World, a_world
from tests.server.access.verdicts import ADMIN, LANDLORD, TENANT, VERDICTS, Verdict, Who
from tests.server.access.walk import Ids, call, made
from tests.server.bookings.test_races import a_home, a_kept_price, apart, take_away
from tests.server.properties.importing.conftest import EDINBURGH, a_line, lines
from tests.server.stays import day, rows, statements

__all__ = ["apart"]

ROUNDS = 50
WAIT_SECONDS = 20
_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
FOR_ANYONE = {
    *(
        "POST /auth/register",
        "POST /auth/register/send",
        "POST /auth/sign-in",
        "POST /auth/refresh",
        "POST /auth/sign-out",
    ),
    *("POST /auth/verify-email", "POST /auth/forgot-password", "POST /auth/reset-password"),
    "POST /payments/events/stripe",
}
"""What changes something and asks for no access token; where it acts for a person a test says what of who has left."""


def writes_of(app: FastAPI) -> list[str]:
    """Every route of the OpenAPI that changes something for a person, as the verdicts name it."""
    found = [
        f"{method.upper()} {path.removeprefix('/api/v1')}"
        for path, item in app.openapi()["paths"].items()
        for method in item
        if method in ("post", "put", "patch", "delete")
    ]
    return [route for route in found if route not in FOR_ANYONE]


def one_who_may(route: str) -> tuple[Verdict, Who]:
    """A call that someone may make, and who."""
    verdicts = VERDICTS[route]
    verdict = verdicts[0] if isinstance(verdicts, tuple) else verdicts
    may = verdict.may if verdict.sees is None else verdict.sees
    return verdict, next(who for who in (TENANT, LANDLORD, ADMIN) if who in may)


async def all_rows(database: Database) -> Mapping[str, str]:
    """What every table holds, in short."""
    tables = await rows(database, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    return {
        name: (
            await rows(
                database, f"SELECT md5(coalesce(string_agg(row::text, '|' ORDER BY row::text), '')) FROM {name} row"
            )
        )[0][0]
        for (name,) in tables
        if not name.startswith("procrastinate_worker")
    }


async def waiting(database: Database, number: int) -> None:
    """Until so many transactions wait for a lock. Looks by a way of its own: they may have taken all others."""
    looking = Database(database.url, pool=2)
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            while (await rows(looking, _WAITING))[0][0] < number:  # noqa: ASYNC110 - the database tells nobody
                await asyncio.sleep(0.02)
    finally:
        await looking.close()


@pytest.fixture
async def world(api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty) -> World:
    return await a_world(api, database, a_person, a_property)


@pytest.fixture
def nothing_in_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Accounts close whatever they have open: what matters here is what comes after."""
    monkeypatch.setattr(auth, "_asked_before_closing", [])
    monkeypatch.setattr(holds, "MAX_HOLDS", 1000)  # so many things are made, all of them one tenant's


async def calls_of_everyone(app: FastAPI, world: World) -> dict[str, Callable[[], Awaitable[httpx.Response]]]:
    """Every write, by someone who may, about real things that are made here."""
    found: dict[str, Callable[[], Awaitable[httpx.Response]]] = {}
    for route in writes_of(app):
        verdict, who = one_who_may(route)
        ids = await made(world, route, verdict)

        async def calling(
            who: Who = who, route: str = route, verdict: Verdict = verdict, ids: Ids = ids
        ) -> httpx.Response:
            return await call(world.as_(who), route, verdict, ids)

        found[route] = calling
    return found


@pytest.mark.usefixtures("nothing_in_the_way")
async def test_after_closing_the_account_no_write_of_the_old_token_changes_anything(
    app: FastAPI, world: World, database: Database
) -> None:
    calls = await calls_of_everyone(app, world)
    for who in (TENANT, LANDLORD, ADMIN):
        assert (await world.as_(who).post("/auth/close", {"password": PASSWORD})).status_code == 204
    before = await all_rows(database)
    answers = {route: (await calling()).status_code for route, calling in calls.items()}
    assert len(answers) > 40
    assert {route: status for route, status in answers.items() if status != 401} == {}
    assert await all_rows(database) == before


@pytest.mark.usefixtures("nothing_in_the_way")
async def test_a_write_that_comes_while_the_account_closes_waits_and_then_changes_nothing(
    app: FastAPI, world: World, database: Database
) -> None:
    calls = await calls_of_everyone(app, world)
    async with database.transaction() as session:
        for who in (TENANT, LANDLORD, ADMIN):
            await closing.close(session, world.people[who].identity)
        asked = {route: asyncio.create_task(calling()) for route, calling in calls.items()}
        await waiting(database, 8)  # as many as the pool has connections for; the others wait for one
        early = [route for route, task in asked.items() if task.done() and task.result().status_code != 401]
        assert early == []
    before = await all_rows(database)
    answers = {route: (await task).status_code for route, task in asked.items()}
    assert {route: status for route, status in answers.items() if status != 401} == {}
    assert await all_rows(database) == before


@pytest.mark.parametrize("lock", [False, True], ids=["without the lock", "with it"])
async def test_only_without_the_lock_someone_who_has_left_books_a_stay(
    apart: Database, monkeypatch: pytest.MonkeyPatch, lock: bool
) -> None:
    if not lock:
        take_away(monkeypatch, sessions, "lock_account")
    landlord, tenant = await two_people(apart)
    quote = await a_kept_price(apart, tenant, await a_home(apart, landlord.id))
    async with apart.transaction() as session:
        await closing.close(session, tenant)
        booking = asyncio.create_task(outcome(apart, tenant, lambda session: holds.hold(session, tenant, quote)))
        await waiting(apart, 1)
    assert await booking == ("not_signed_in" if lock else "ok")
    left = "SELECT count(*) FROM booking JOIN identity ON identity.id = tenant_id WHERE erased_at IS NOT NULL"
    assert await rows(apart, left) == [(0 if lock else 1,)]


async def test_an_account_waits_for_a_stay_that_is_being_booked_and_is_kept_by_it(apart: Database) -> None:
    landlord, tenant = await two_people(apart)
    quote = await a_kept_price(apart, tenant, await a_home(apart, landlord.id))
    async with apart.transaction() as session:
        await sessions.lock_account(session, tenant)
        await holds.hold(session, tenant, quote)
        leaving = asyncio.create_task(
            outcome(apart, tenant, lambda session: closing.close(session, tenant), locked=False)
        )
        await waiting(apart, 1)
    assert await leaving == "account_in_use"


async def test_closing_and_booking_at_once_never_leave_a_stay_of_nobody_and_never_wait_in_a_circle(
    apart: Database,
) -> None:
    seen = set()
    for number in range(ROUNDS):
        landlord, tenant = await two_people(apart)
        quote = await a_kept_price(apart, tenant, await a_home(apart, landlord.id))
        acts = [
            outcome(apart, tenant, lambda session: closing.close(session, tenant), locked=False),  # noqa: B023
            outcome(apart, tenant, lambda session: holds.hold(session, tenant, quote)),  # noqa: B023
        ]
        first, second = await asyncio.gather(*(acts if number % 2 else reversed(acts)))
        seen.add((first, second) if number % 2 else (second, first))
    assert seen <= {("ok", "not_signed_in"), ("account_in_use", "ok")}
    assert len(seen) == 2, "the dice never let the other be first"
    deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    assert await rows(apart, deadlocks) == [(0,)]


async def test_two_who_had_a_stay_with_each_other_leave_at_once(apart: Database) -> None:
    for number in range(20):
        one, other = await two_people(apart)
        async with apart.transaction() as session:
            for told, about in ((one, other), (other, one)) * 3:
                await session.execute(
                    text(
                        "INSERT INTO notification (id, event_id, person_id, other_id, kind, in_app, about_kind, "
                        "about_id, stay, created_at) VALUES (gen_random_uuid(), gen_random_uuid(), :told, :about, "
                        "'stay_booked', true, 'booking', gen_random_uuid(), "
                        '\'{"other_name": "Somebody"}\', now())'
                    ),
                    {"told": told.id, "about": about.id},
                )
        both = (one, other) if number % 2 else (other, one)
        answers = await asyncio.gather(
            *(outcome(apart, who, lambda session, who=who: closing.close(session, who), locked=False) for who in both)
        )
        assert answers == ["ok", "ok"]
    assert await rows(apart, "SELECT count(*) FROM notification") == [(0,)]


async def two_people(database: Database) -> list[Identity]:
    """A landlord and a tenant with a session each."""
    found = []
    for id_, _ in await crowd(database, 2, Role.TENANT, Role.LANDLORD):
        ((session_id,),) = await rows(database, "SELECT id FROM auth_session WHERE identity_id = :id", id=id_)
        found.append(Identity(id=id_, session_id=session_id, roles=frozenset({Role.TENANT, Role.LANDLORD})))
    return found


async def outcome(
    database: Database, who: Identity, act: Callable[[Any], Awaitable[Any]], *, locked: bool = True
) -> str:
    """What came of an act in a transaction of its own, begun as the guards begin it."""
    try:
        async with database.transaction() as session:
            if locked:
                await sessions.lock_account(session, who)
            await act(session)
    except AppError as error:
        return error.code.value
    return "ok"


async def test_sessions_of_a_closed_account_are_emptied_at_once_and_go_a_day_later(
    api: Api, database: Database, a_person: MakePerson
) -> None:
    gone, other = await a_person(), await a_person()
    firefox = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0", "Device-Id": "a-device-of-this-person"}
    for person in (gone, other):
        await api.post("/auth/sign-in", {"email": person.email, "password": PASSWORD}, headers=firefox)
    assert (await api.as_(gone).post("/auth/close", {"password": PASSWORD})).status_code == 204
    about = "SELECT program, system, device_hash, address_hash FROM auth_session WHERE identity_id = :id"
    ended = "SELECT count(*) FROM auth_session WHERE identity_id = :id AND ended_at IS NOT NULL"
    assert {tuple(row) for row in await rows(database, about, id=gone.id)} == {(None,) * 4}
    assert await rows(database, ended, id=gone.id) == [(2,)]
    assert await rows(database, ended, id=other.id) == [(0,)]
    await jobs.run_now(database, "auth.purge_expired", {})
    assert await rows(database, ended, id=gone.id) == [(2,)]
    async with database.transaction() as session:
        yesterday = "UPDATE auth_session SET ended_at = ended_at - interval '25 hours' WHERE identity_id = :id"
        await session.execute(text(yesterday), {"id": gone.id})
    for _ in range(2):
        await jobs.run_now(database, "auth.purge_expired", {})
    assert await rows(database, ended, id=gone.id) == [(0,)]
    assert len(await rows(database, about, id=other.id)) == 2


async def test_a_password_that_was_right_a_moment_ago_opens_nothing_once_the_account_is_closed_or_the_password_another(
    database: Database, settings: Any, a_person: MakePerson, api: Api
) -> None:
    gone, changed = await a_person(), await a_person()
    checked = []
    for person in (gone, changed):
        async with database.transaction() as session:
            known = await sign_in.credentials_of(session, settings, person.email, NOWHERE)
        checked.append(await sign_in.check(known, PASSWORD))
    assert (await api.as_(gone).post("/auth/close", {"password": PASSWORD})).status_code == 204
    request_body = {"current_password": PASSWORD, "password": "four unrelated words here"}
    assert (await api.as_(changed).post("/auth/change-password", request_body)).status_code == 204
    for credentials in checked:
        with pytest.raises(sign_in.WrongCredentials):
            async with database.transaction() as session:
                await sign_in.complete_sign_in(session, settings, credentials, ClientKind.DEVICE, NOWHERE)
    live = "SELECT count(*) FROM auth_session WHERE ended_at IS NULL AND identity_id = :id"
    assert await rows(database, live, id=gone.id) == [(0,)]
    assert await rows(database, live, id=changed.id) == [(1,)]


async def test_no_answer_is_kept_for_someone_who_has_left(api: Api, database: Database, a_person: MakePerson) -> None:
    landlord = await a_person(Role.LANDLORD)
    key = {"Idempotency-Key": "the same again"}
    request_body = {"words": {"title": "Half a home"}}
    assert (await api.as_(landlord).post("/properties/drafts", request_body, headers=key)).status_code == 201
    assert (await api.as_(landlord).post("/auth/close", {"password": PASSWORD})).status_code == 204
    assert (await api.as_(landlord).post("/properties/drafts", request_body, headers=key)).status_code == 401
    assert await rows(database, "SELECT 1 FROM idempotent_reply") == []


@pytest.mark.parametrize("begun", ["check", "start"])
async def test_the_import_of_someone_who_has_left_stops_and_is_taken_back(
    api: Api, database: Database, a_person: MakePerson, begun: str
) -> None:
    landlord = await a_person(Role.LANDLORD)
    file = lines(*(a_line(id=number) for number in range(600))).encode()
    async with database.transaction() as session:
        who = landlord.identity
        run = await runs.start_file(session, who, "homes.csv", file, EDINBURGH, for_platform=False)
        if begun == "check":
            await session.execute(text("UPDATE import_run SET status = 'checking'"))
    async with database.transaction() as session:
        assert await steps.step(session, run.id)
    made_so_far = 500 if begun == "start" else 0
    assert await rows(database, "SELECT count(*) FROM property") == [(made_so_far,)]
    assert (await api.as_(landlord).post("/auth/close", {"password": PASSWORD})).status_code == 204
    done = await steps.run_to_end(database, run.id, lambda _: None)
    assert done.status.value == "cancelled"
    assert await rows(database, "SELECT count(*) FROM property") == [(0,)]
    assert await rows(database, "SELECT count(*) FROM import_line") == [(0,)]
    assert await rows(database, "SELECT count(*) FROM import_run") == [(0,)]


async def test_what_only_the_landlord_knew_of_their_homes_goes_with_them(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty
) -> None:
    landlord, other = await a_person(Role.LANDLORD), await a_person(Role.LANDLORD)
    place = {"address_line": "5 Hidden Lane", "postcode": "EH6 7BD", "latitude": 55.953251, "longitude": -3.188267}
    draft = await a_property(landlord, status="draft", **place)
    paused = await a_property(landlord, status="paused", **place)
    theirs = await a_property(other, status="paused", **place)
    feeds = []
    for who, home in ((landlord, paused), (other, theirs)):
        feeds.append((await api.as_(who).post(f"/calendars/{home}/link")).json()["url"].split("/api/v1")[1])
        block = {"property_id": str(home), "start": str(day(2)), "end": str(day(4)), "note": "Mum visits"}
        assert (await api.as_(who).post("/calendars/blocks", block)).status_code == 201
    async with database.transaction() as session:
        for who in (landlord, other):
            file = lines(a_line(id=1)).encode()
            await runs.start_file(session, who.identity, "secret.csv", file, EDINBURGH, for_platform=False)
        await session.execute(text("UPDATE import_run SET status = 'done'"))
    assert (await api.as_(landlord).post("/auth/close", {"password": PASSWORD})).status_code == 204
    known = "SELECT status, address_line, postcode, latitude, longitude FROM property WHERE id = :id"
    for home in (draft, paused):
        assert await rows(database, known, id=home) == [("archived", None, None, 55.953, -3.188)]
    assert await rows(database, known, id=theirs) == [("paused", *place.values())]
    assert [(await api.get(feed)).status_code for feed in feeds] == [404, 200]
    notes = "SELECT note FROM block WHERE created_by = :id"
    assert await rows(database, notes, id=landlord.id) == [("",)]
    assert await rows(database, notes, id=other.id) == [("Mum visits",)]
    assert await rows(database, "SELECT owner_id FROM import_run") == [(other.id,)]
    assert await rows(database, "SELECT count(DISTINCT run_id) FROM import_line") == [(1,)]


async def test_nobody_is_told_anything_after_they_left_and_no_link_is_made_for_them(
    api: Api, database: Database, a_person: MakePerson
) -> None:
    gone = await a_person()
    assert (await api.as_(gone).post("/auth/close", {"password": PASSWORD})).status_code == 204
    event = PasswordChanged(identity_id=gone.id).model_dump(mode="json")
    await jobs.run_now(database, "notifications.PasswordChanged", event)
    async with database.transaction() as session:
        assert await auth.mail_link(session, gone.id, LinkPurpose.RESET_PASSWORD) is None
        assert await auth.lock_accounts(session, [gone.id]) == {}
    assert await rows(database, "SELECT 1 FROM notification") == []


async def test_a_lock_on_the_account_is_one_statement_of_a_write_and_none_of_a_read(
    api: Api, database: Database, a_person: MakePerson
) -> None:
    person = await a_person()
    with statements(database) as read:
        await api.as_(person).get("/users/me")
    with statements(database) as written:
        await api.as_(person).patch("/users/me", {"name": "Another"})
    assert [sent for sent in read if "KEY SHARE" in sent] == []
    assert len([sent for sent in written if "KEY SHARE" in sent]) == 1
    assert "KEY SHARE" in written[0]


async def test_who_is_no_admin_any_more_decides_nothing_and_is_signed_out_everywhere(
    app: FastAPI, world: World, database: Database, settings: Any
) -> None:
    admin = world.people[ADMIN]
    verdict, _ = one_who_may("POST /cases/{case_id}/take")
    ids = await made(world, "POST /cases/{case_id}/take", verdict)
    async with database.transaction() as session:
        await accounts.remove_admin(session, admin.id)
        assert await auth.roles_of(session, admin.id) == frozenset()
    taken = await call(world.as_(ADMIN), "POST /cases/{case_id}/take", verdict, ids)
    assert taken.status_code == 401
    async with database.transaction() as session:
        await app.state.revoked_sessions.refresh(session, settings)
    assert (await world.as_(ADMIN).get("/cases")).status_code == 401
    again = (await world.api.post("/auth/sign-in", {"email": admin.email, "password": PASSWORD})).json()
    token = {"Authorization": f"Bearer {again['access_token']}"}
    assert (await world.api.get("/cases", headers=token)).status_code == 403
