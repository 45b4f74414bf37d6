"""Guessing is slowed down, and nobody is locked out by another's guesses."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import time_machine

from server.app import create_app
from server.auth.passwords import service as passwords
from server.auth.throttling import rules, service
from server.auth.throttling.rules import Attempt, Limit
from server.core import clock
from server.core.database import Database
from server.core.errors import TooManyTries
from server.core.settings import Settings
from tests.conftest import PASSWORD, Api, MakePerson, Person
from tests.server.stays import rows

DEVICE = "a random word of this device"
LIMIT = Limit("test", 3, timedelta(seconds=1), timedelta(seconds=10), timedelta(hours=1))
At = Callable[[str], Api]


@pytest.fixture
async def at(database: Database, settings: Settings) -> AsyncIterator[At]:
    """The API as called from an address: `at("192.0.2.1")`."""
    app = create_app(settings, database)
    async with AsyncExitStack() as stack:

        def make(address: str) -> Api:
            transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=(address, 0))
            client = httpx.AsyncClient(transport=transport, base_url="http://test")
            stack.push_async_callback(client.aclose)
            return Api(client)

        yield make


async def guess(api: Api, person: Person, times: int = 1, **headers: str) -> list[int]:
    request_body = {"email": person.email, "password": "not the password"}
    return [(await api.post("/auth/sign-in", request_body, headers=headers)).status_code for _ in range(times)]


async def signs_in(api: Api, person: Person, **headers: str) -> int:
    request_body = {"email": person.email, "password": PASSWORD}
    return (await api.post("/auth/sign-in", request_body, headers=headers)).status_code


@pytest.fixture
def nobody_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checking takes no time here: these tests count tries, and hundreds of them."""

    async def matches(password: str, _: str) -> bool:
        return password == PASSWORD

    monkeypatch.setattr(passwords, "matches", matches)


async def test_guesses_from_one_place_are_slowed_and_told_how_long_to_wait(
    at: At, a_person: MakePerson, nobody_hashes: None
) -> None:
    person, here = await a_person(), at("192.0.2.1")
    with time_machine.travel(clock.now(), tick=False) as moment:
        assert await guess(here, person, 6) == [401] * 5 + [429]
        refused = await here.post("/auth/sign-in", {"email": person.email, "password": PASSWORD})
        assert (refused.json()["code"], refused.headers["retry-after"]) == ("too_many_tries", "1")
        moment.shift(timedelta(seconds=1))
        assert await guess(here, person, 2) == [401, 429]
        moment.shift(timedelta(seconds=2))
        assert await signs_in(here, person) == 200
        assert await guess(here, person, 5) == [401] * 5  # being right forgets what was wrong before


async def test_a_clock_that_is_set_back_makes_nobody_wait(at: At, a_person: MakePerson, nobody_hashes: None) -> None:
    person = await a_person()
    with time_machine.travel(clock.now() + timedelta(hours=2)):
        assert await guess(at("192.0.2.1"), person) == [401]
    assert await guess(at("192.0.2.1"), person) == [401]


async def test_without_the_limit_the_same_guesses_all_pass(
    at: At, a_person: MakePerson, nobody_hashes: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "wait_after", lambda limit, count: timedelta(0))
    person = await a_person()
    assert await guess(at("192.0.2.1"), person, 20) == [401] * 20


async def test_refused_guesses_do_not_make_the_wait_longer(at: At, a_person: MakePerson, nobody_hashes: None) -> None:
    person, here = await a_person(), at("192.0.2.1")
    with time_machine.travel(clock.now(), tick=False) as moment:
        await guess(here, person, 50)
        moment.shift(timedelta(seconds=1))
        assert await signs_in(here, person) == 200


async def test_a_known_address_and_a_known_device_are_never_held_up_by_guesses_from_elsewhere(
    at: At, a_person: MakePerson, nobody_hashes: None
) -> None:
    person = await a_person()
    home = at("198.51.100.7")
    assert await signs_in(home, person) == 200
    assert await signs_in(at("198.51.100.8"), person, **{"Device-Id": DEVICE}) == 200
    with time_machine.travel(clock.now(), tick=False):
        for number in range(60):
            await guess(at(f"203.0.113.{number}"), person)
        # Strangers' guesses hold up strangers only …
        assert await signs_in(at("203.0.113.200"), person) == 429
        assert await signs_in(home, person) == 200
        # … and a device is known wherever it goes.
        assert await signs_in(at("203.0.113.201"), person, **{"Device-Id": DEVICE}) == 200


async def test_a_known_device_is_not_held_up_by_guesses_from_its_own_address(
    at: At, a_person: MakePerson, nobody_hashes: None
) -> None:
    person, cafe = await a_person(), at("192.0.2.1")
    assert await signs_in(cafe, person, **{"Device-Id": DEVICE}) == 200
    with time_machine.travel(clock.now(), tick=False):
        assert (await guess(cafe, person, 9))[-1] == 429
        assert (await guess(cafe, person, 9, **{"Device-Id": "another device's own word"}))[-1] == 429
        assert await signs_in(cafe, person, **{"Device-Id": DEVICE}) == 200


async def test_a_new_place_waits_a_minute_at_most_while_others_guess(
    at: At, a_person: MakePerson, nobody_hashes: None
) -> None:
    person = await a_person()
    with time_machine.travel(clock.now(), tick=False) as moment:
        for number in range(70):
            await guess(at(f"203.0.113.{number}"), person)
            moment.shift(timedelta(minutes=1) if number >= 50 else timedelta(0))
        await guess(at("203.0.113.222"), person)
        moment.shift(timedelta(minutes=1))
        assert await signs_in(at("203.0.113.223"), person) == 200


async def test_one_address_cannot_try_one_password_on_everyone(
    at: At, a_person: MakePerson, nobody_hashes: None
) -> None:
    people = [await a_person() for _ in range(3)]
    here = at("192.0.2.1")
    with time_machine.travel(clock.now(), tick=False):
        answers = []
        for number in range(101):
            request_body = {"email": f"nobody{number}@example.com", "password": "not the password"}
            answers.append((await here.post("/auth/sign-in", request_body)).status_code)
        assert answers == [401] * 100 + [429]
        assert await signs_in(here, people[0]) == 429
        assert await signs_in(at("192.0.2.2"), people[0]) == 200


async def test_many_guesses_at_once_are_counted_too(at: At, a_person: MakePerson, nobody_hashes: None) -> None:
    import asyncio

    person, here = await a_person(), at("192.0.2.1")
    with time_machine.travel(clock.now(), tick=False):
        answers = await asyncio.gather(*(guess(here, person) for _ in range(12)))
    assert sorted(answer for (answer,) in answers) == [401] * 5 + [429] * 7


async def test_the_current_password_cannot_be_guessed_by_who_took_a_session(
    api: Api, a_person: MakePerson, nobody_hashes: None
) -> None:
    person = await a_person()
    change = {"current_password": "not the password", "password": "four unrelated words here"}
    with time_machine.travel(clock.now(), tick=False):
        answers = [(await api.as_(person).post("/auth/change-password", change)).status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]


async def test_a_mailbox_is_not_filled_and_asking_too_often_says_nothing(
    api: Api, database: Database, a_person: MakePerson
) -> None:
    person = await a_person()
    with time_machine.travel(clock.now(), tick=False) as moment:
        for _ in range(6):
            assert (await api.post("/auth/forgot-password", {"email": person.email})).status_code == 202
        assert await _asked(database) == 3
        moment.shift(timedelta(minutes=1))
        await api.post("/auth/forgot-password", {"email": person.email})
        assert await _asked(database) == 4


async def _asked(database: Database) -> int:
    found = await rows(database, "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'notifications.ResetAsked'")
    count: int = found[0][0]
    return count


async def test_neither_e_mail_nor_address_can_be_read_from_what_is_kept(
    at: At, database: Database, a_person: MakePerson, nobody_hashes: None
) -> None:
    person = await a_person()
    await guess(at("203.0.113.77"), person)
    await signs_in(at("203.0.113.77"), person, **{"Device-Id": DEVICE})
    kept = str(await rows(database, "SELECT * FROM auth_attempt")) + str(
        await rows(database, "SELECT * FROM auth_session")
    )
    assert not any(word in kept for word in (person.email, "203.0.113", DEVICE))


@pytest.mark.parametrize(("count", "seconds"), [(0, 0), (2, 0), (3, 1), (4, 2), (5, 4), (7, 10), (10_000, 10)])
def test_the_wait_doubles_and_has_an_end(count: int, seconds: int) -> None:
    assert rules.wait_after(LIMIT, count) == timedelta(seconds=seconds)


def test_what_was_long_ago_does_not_count() -> None:
    then = datetime(2026, 1, 1, tzinfo=UTC)
    assert rules.now_counted(LIMIT, 9, then, then + timedelta(minutes=59)) == 9
    assert rules.now_counted(LIMIT, 9, then, then + timedelta(hours=1)) == 0


async def test_old_counts_are_forgotten(database: Database, settings: Settings) -> None:
    async with database.transaction() as session:
        await service.take(session, settings, [Attempt(LIMIT, "ann")])
    for days, left in ((0, 1), (2, 0)):
        with time_machine.travel(clock.now() + timedelta(days=days)):
            async with database.transaction() as session:
                await service.purge_expired(session)
        assert len(await rows(database, "SELECT 1 FROM auth_attempt")) == left


async def test_who_signs_in_rightly_uses_up_no_try_of_the_address_and_forgives_no_guess(
    database: Database, settings: Settings
) -> None:
    attempts = [Attempt(limit, "192.0.2.1") for limit in (rules.ACCOUNT, rules.ADDRESS)]
    with time_machine.travel(clock.now(), tick=False):
        for guesses, rights in ((rules.ACCOUNT.free - 1, rules.ACCOUNT.free + 1), (1, 0)):
            for _ in range(guesses):
                async with database.transaction() as session:
                    await service.take(session, settings, attempts)
            for _ in range(rights):
                async with database.transaction() as session:
                    await service.take(session, settings, attempts)
                    await service.succeeded(session, settings, attempts)
        with pytest.raises(TooManyTries):
            async with database.transaction() as session:
                await service.take(session, settings, attempts)
