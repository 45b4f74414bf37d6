"""Who asks too often waits, and nobody else: by person or address, by kind of call, before anything is opened."""

import asyncio
import json
import time
from collections.abc import Iterable, Iterator, MutableMapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import time_machine
from fastapi import APIRouter
from fastapi.routing import APIRoute
from pydantic import ValidationError
from structlog.testing import capture_logs

from client.core.http import ApiError
from server.app import create_app
from server.core import rates as rates_module
from server.core.budgets import Budgets, CallClass
from server.core.database import Database
from server.core.errors import TooManyTries
from server.core.ids import new_id
from server.core.rates import CountedRoute, Rates, counts_of
from server.core.refusals import refusals
from server.core.settings import Environment, Settings
from server.web import BrowserDevice, Handshake, Web
from shared_models.auth import Role
from shared_models.problems import ProblemCode
from tests.conftest import Api, MakePerson, MakeProperty, Person
from tests.serving import serving

START = datetime(2026, 11, 29, 12, 0, 0, tzinfo=UTC)
NOT_COUNTED = {"GET ~/healthz", "GET ~/readyz", "GET ~/auth/pixel", "POST /payments/events/stripe"}
"""Asked by machines of ours, of no cost, or signed. What is not of the API begins with a tilde."""
COUNTED_AS = {
    CallClass.SEARCH: {
        "GET /search", "GET /search/facets", "GET /search/suggestions", "GET /search/places", "GET /search/map",
        "GET /search/map/areas", "GET /search/similar",
    },
    CallClass.QUOTE: {"POST /quotes", "POST /quotes/simulations", "POST /bookings/{booking_id}/quotes"},
    CallClass.BOOKING: {
        "POST /bookings", "POST /bookings/{booking_id}/confirm", "POST /bookings/{booking_id}/release",
        "POST /bookings/{booking_id}/payment", "POST /bookings/{booking_id}/payment/check",
        "POST /bookings/{booking_id}/accept", "POST /bookings/{booking_id}/decline",
        "POST /bookings/{booking_id}/cancel", "POST /bookings/{booking_id}/no-show",
        "POST /bookings/{booking_id}/changes", "POST /bookings/{booking_id}/changes/{change_id}/accept",
        "POST /bookings/{booking_id}/changes/{change_id}/decline",
        "POST /bookings/{booking_id}/changes/{change_id}/withdraw",
        "POST /bookings/{booking_id}/changes/{change_id}/payment",
        "POST /bookings/{booking_id}/changes/{change_id}/payment/check",
        "POST /bookings/{booking_id}/months/{number}/payment",
        "POST /bookings/{booking_id}/months/{number}/payment/check",
    },
    CallClass.REPORT: {"POST /properties/{property_id}/reports"},
    CallClass.REPORT_OF_SAME_HOME: {"POST /properties/{property_id}/reports"},
    CallClass.DRAFT: {
        "POST /properties/drafts", "PUT /properties/drafts/{draft_id}", "DELETE /properties/drafts/{draft_id}",
        "POST /properties/drafts/{draft_id}/finish",
    },
    CallClass.UPLOAD: {"POST /imports"},
    CallClass.PICTURE: {"GET /properties/{property_id}/covers/{room}/{width}.webp"},
    CallClass.ACCOUNT: {
        "POST /auth/register", "POST /auth/register/send", "POST /auth/sign-in", "POST /auth/refresh",
        "POST /auth/sign-out",
        "DELETE /auth/sessions", "DELETE /auth/sessions/{session_id}", "POST /auth/verify-email",
        "POST /auth/verify-email/send", "POST /auth/forgot-password", "POST /auth/reset-password",
        "POST /auth/change-password", "POST /auth/roles", "POST /auth/close", "POST ~/sign-in",
    },
}  # fmt: skip
"""Every call that is neither a plain read nor a plain write."""


def _routes(settings: Settings, database: Database) -> Iterator[tuple[str, APIRoute]]:
    production = settings.model_copy(update={"environment": Environment.PRODUCTION})
    web = Web(create_app(production, database), production)
    web.mount()
    yield from _found(web.api.routes)


def _found(routes: Iterable[Any]) -> Iterator[tuple[str, APIRoute]]:
    for route in routes:
        if hasattr(route, "effective_candidates"):  # a router that was included
            yield from _found(route.effective_candidates())
        elif isinstance(known := getattr(route, "original_route", route), APIRoute):
            for method in route.methods or ():
                path = route.path if route.path.startswith("/api/v1") else f"/api/v1~{route.path}"
                yield f"{method} {path.removeprefix('/api/v1')}", known


def test_every_call_is_counted_and_as_what_it_costs(settings: Settings, database: Database) -> None:
    """A new route that costs much or is to be had rarely is a line in `COUNTED_AS`; any other needs no word."""
    routes = dict(_routes(settings, database))
    assert {name for name, route in routes.items() if not isinstance(route, CountedRoute)} == NOT_COUNTED
    found: dict[CallClass, set[str]] = {}
    for name, route in routes.items():
        for counted in counts_of(route) if name not in NOT_COUNTED else ():
            found.setdefault(counted.kind, set()).add(name)
    reads, writes = found.pop(CallClass.READ), found.pop(CallClass.WRITE)
    assert found == COUNTED_AS
    assert {name.partition(" ")[0] for name in reads} == {"GET"}
    assert {name.partition(" ")[0] for name in writes} == {"POST", "PUT", "PATCH", "DELETE"}


def test_without_a_word_a_get_is_a_read_and_everything_else_a_write() -> None:
    router = APIRouter(route_class=CountedRoute)

    async def endpoint() -> None: ...

    for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"):
        router.add_api_route("/", endpoint, methods=[method])
    kinds = [counted.kind for route in router.routes if isinstance(route, APIRoute) for counted in counts_of(route)]
    assert kinds == [CallClass.READ] * 2 + [CallClass.WRITE] * 4


@pytest.fixture
def few(settings: Settings) -> Settings:
    """So few calls that a test uses them up."""
    budgets = Budgets(search="3/hour", quote="2/hour", write="2/hour", report="5/hour", people_per_address=1)
    return settings.model_copy(update={"rates": budgets})


async def searches(api: Api, number: int, **more: Any) -> list[int]:
    return [(await api.get("/search?text=leith", **more)).status_code for _ in range(number)]


async def test_who_asks_too_often_is_told_when_to_come_again(few: Settings, database: Database) -> None:
    async with serving(few, database) as url, httpx.AsyncClient(base_url=url) as client:
        api = Api(client)
        assert await searches(api, 3) == [200] * 3
        refused = await api.get("/search/suggestions?text=le")  # of the same kind
        problem = refused.json()
        assert (refused.status_code, problem["code"]) == (429, "too_many_tries")
        assert 0 < int(refused.headers["retry-after"]) == problem["retry_after"] <= 7200
        assert (await client.get("/healthz")).status_code == 200
        assert (await api.get("/properties/none")).status_code == 404  # of another kind


async def test_a_flood_is_told_more_slowly_that_it_is_refused_and_nobody_else_waits(
    few: Settings, database: Database, a_person: MakePerson
) -> None:
    ann, ben = await a_person(), await a_person()
    async with serving(few, database) as url, httpx.AsyncClient(base_url=url, timeout=20) as client:
        flood = Api(client).as_(ann)
        await searches(flood, 3)
        began = time.monotonic()
        flooding = [asyncio.create_task(flood.get("/search?text=leith")) for _ in range(40)]
        await asyncio.wait(flooding, return_when=asyncio.FIRST_COMPLETED)
        assert await searches(Api(client).as_(ben), 4) == [200] * 3 + [429]
        refused = [await task for task in flooding]
        took = time.monotonic() - began
    assert {reply.status_code for reply in refused} == {429}
    at_once = [reply for reply in refused if reply.elapsed < timedelta(seconds=1)]
    assert len(at_once) <= 10 * (1 + took)  # ten a second, says decision 0014
    assert len(at_once) < len(refused)


async def test_a_person_is_counted_for_themselves(few: Settings, database: Database, a_person: MakePerson) -> None:
    ann, ben = await a_person(), await a_person()
    async with serving(few, database) as url, httpx.AsyncClient(base_url=url) as client:
        assert await searches(Api(client), 4) == [200] * 3 + [429]
        assert await searches(Api(client).as_(ann), 4) == [200] * 3 + [429]
        assert await searches(Api(client).as_(ben), 4) == [200] * 3 + [429]


async def test_a_made_up_token_makes_nobody_another_person(few: Settings, database: Database) -> None:
    async with serving(few, database) as url, httpx.AsyncClient(base_url=url) as client:
        for number in range(3):
            await client.get("/api/v1/search", headers={"Authorization": f"Bearer {number}"})
        assert await searches(Api(client), 1) == [429]


async def test_behind_a_proxy_each_address_is_counted_and_of_ipv6_each_network(
    few: Settings, database: Database
) -> None:
    behind = few.model_copy(update={"trusted_proxies": "127.0.0.1"})
    async with serving(behind, database) as url, httpx.AsyncClient(base_url=url) as client:
        api = Api(client)
        for address, statuses in [
            ("192.0.2.1", [200, 200, 200, 429]),
            ("192.0.2.2", [200]),
            ("2001:db8::1", [200, 200]),
            ("2001:db8::2", [200, 429]),
            ("2001:db8:0:1::1", [200]),
        ]:
            assert await searches(api, len(statuses), headers={"X-Forwarded-For": address}) == statuses


async def test_a_made_up_address_changes_nothing(few: Settings, database: Database) -> None:
    async with serving(few, database) as url, httpx.AsyncClient(base_url=url) as client:
        for number in range(3):
            await searches(Api(client), 1, headers={"X-Forwarded-For": f"192.0.2.{number}"})
        assert await searches(Api(client), 1, headers={"X-Forwarded-For": "192.0.2.9"}) == [429]


async def test_calls_of_the_web_client_count_for_the_browsers_address(few: Settings, database: Database) -> None:
    web = Web(create_app(few, database), few)
    mine, other = (BrowserDevice(None, web, Handshake("", None, f"192.0.2.{n}")) for n in (1, 2))  # type: ignore[arg-type]
    for _ in range(3):
        await mine.http.call("GET", "/search", dict)
    with pytest.raises(ApiError) as caught:
        await mine.http.call("GET", "/search", dict)
    assert caught.value.code is ProblemCode.TOO_MANY_TRIES
    assert (await other.http.call("GET", "/search", dict))["items"] == []


@pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "once"}], ids=["plain", "with a key"])
async def test_a_refusal_takes_no_connection_and_reads_no_body(
    few: Settings, database: Database, a_person: MakePerson, key: dict[str, str]
) -> None:
    ann = await a_person()
    small = Database(database.url, pool=2, wait_seconds=15)
    try:
        transport = httpx.ASGITransport(create_app(few, small))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client, AsyncExitStack() as held:
            api = Api(client).as_(ann)
            for _ in range(2):
                await api.post("/quotes", {})
            for _ in range(2):
                await held.enter_async_context(small.engine.connect())

            async def endless() -> Any:
                yield b"{"
                await asyncio.Event().wait()

            async with asyncio.timeout(5):
                refused = await api.request("POST", "/quotes", content=endless(), headers=key)
        assert refused.status_code == 429
    finally:
        await small.close()


async def test_one_home_is_not_reported_by_one_person_again_and_again(
    settings: Settings, database: Database, a_person: MakePerson, a_property: MakeProperty
) -> None:
    some = settings.model_copy(update={"rates": Budgets()})
    ann, ben = await a_person(), await a_person()
    one, other = await a_property(), await a_property()

    async def reports(api: Api, person: Person, home: object, number: int) -> list[int]:
        return [
            (await api.as_(person).post(f"/properties/{home}/reports", {"reason": "not_real"})).status_code
            for _ in range(number)
        ]

    transport = httpx.ASGITransport(create_app(some, database))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        api = Api(client)
        assert await reports(api, ann, one, 4) == [204, 204, 204, 429]
        assert await reports(api, ann, other, 3) == [204, 204, 429]  # five in a minute, of whatever homes
        assert await reports(api, ben, one, 1) == [204]


async def asked(rates: Rates, kind: CallClass, times: int, **caller: Any) -> int:
    """How many of so many calls at one moment are taken."""
    taken = 0
    for _ in range(times):
        try:
            await rates.count(kind, **caller)
        except TooManyTries:
            continue
        taken += 1
    return taken


@pytest.mark.parametrize(
    ("kind", "a_second", "seconds"),
    [
        (CallClass.SEARCH, 10, 20),  # a map that is dragged about without a rest
        (CallClass.SEARCH, 4, 60),  # typing, a suggestion for each pause
        (CallClass.READ, 25, 4),  # going back and forth between screens
        (CallClass.QUOTE, 2, 45),  # another date with every press
        (CallClass.DRAFT, 1, 90),  # typing a description, kept at each pause
        (CallClass.BOOKING, 2, 40),  # a landlord who answers a list
        (CallClass.WRITE, 4, 60),  # an admin who empties a queue
        (CallClass.PICTURE, 60, 20),  # scrolling through hundreds of homes
    ],
)
async def test_the_fastest_person_is_never_refused(kind: CallClass, a_second: int, seconds: int) -> None:
    rates, person = Rates(Budgets()), new_id()
    with time_machine.travel(START, tick=False) as clock:
        for _ in range(seconds):
            assert await asked(rates, kind, a_second, person=person) == a_second
            clock.shift(timedelta(seconds=1))


async def test_a_house_has_more_than_a_person() -> None:
    rates = Rates(Budgets(search="10/hour", people_per_address=3))
    with time_machine.travel(START, tick=False):
        assert await asked(rates, CallClass.SEARCH, 50, person=new_id()) == 10
        assert await asked(rates, CallClass.SEARCH, 50, address="192.0.2.1") == 30


async def test_whoever_waits_as_told_is_let_in_and_asking_meanwhile_does_not_lengthen_it() -> None:
    rates, person = Rates(Budgets(search="5/second; 20/minute")), new_id()
    with time_machine.travel(START + timedelta(seconds=20), tick=False) as clock:
        for _ in range(4):
            assert await asked(rates, CallClass.SEARCH, 100, person=person) == 5
            clock.shift(timedelta(seconds=2))
        with pytest.raises(TooManyTries) as caught:
            await rates.count(CallClass.SEARCH, person=person)
        assert await asked(rates, CallClass.SEARCH, 100, person=person) == 0
        wait = caught.value.retry_after or 0
        assert 1 <= wait <= 60
        clock.shift(timedelta(seconds=wait))
        assert await asked(rates, CallClass.SEARCH, 1, person=person) == 1


async def test_in_no_minute_are_many_more_taken_than_a_minute_has() -> None:
    rates, person, taken = Rates(Budgets(search="60/minute")), new_id(), []
    with time_machine.travel(START, tick=False) as clock:
        for _ in range(300):
            taken.append(await asked(rates, CallClass.SEARCH, 10, person=person))
            clock.shift(timedelta(seconds=1))
    for start in range(240):
        assert sum(taken[start : start + 60]) <= 75
    assert sum(taken) >= 5 * 55


async def test_a_clock_that_was_set_back_holds_nobody_up() -> None:
    rates, person = Rates(Budgets(search="5/minute")), new_id()
    with time_machine.travel(START, tick=False) as clock:
        assert await asked(rates, CallClass.SEARCH, 9, person=person) == 5
        clock.shift(timedelta(hours=-1))
        assert await asked(rates, CallClass.SEARCH, 9, person=person) == 5


async def test_any_number_of_callers_takes_no_more_than_so_much_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates_module, "MAX_COUNTED", 20)
    rates = Rates(Budgets(search="5/minute"))
    for number in range(500):
        await rates.count(CallClass.SEARCH, address=f"2001:db8:{number:x}::1")
        await asked(rates, CallClass.SEARCH, 1, address="192.0.2.1")
    assert len(rates._memory._windows) == 20
    assert await asked(rates, CallClass.SEARCH, 1, address="192.0.2.1") == 0  # who asks is remembered


async def test_refusals_are_told_in_one_line_an_interval(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "_told_at", float("-inf"))
    refusals._counts.clear()
    rates, person = Rates(Budgets(search="1/hour", quote="1/hour")), new_id()
    with capture_logs() as lines:
        for kind in (CallClass.SEARCH, CallClass.QUOTE):
            await asked(rates, kind, 51, person=person)
        assert [told(line) for line in lines] == [{"calls_too_often_search": 1}]
        monkeypatch.setattr(refusals, "_told_at", float("-inf"))
        refusals.tell()
        refusals.tell()
    assert told(lines[-1]) == {"calls_too_often_search": 49, "calls_too_often_quote": 50}
    assert len(lines) == 2
    assert str(person) not in str(lines)


def told(line: MutableMapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in line.items() if name not in ("event", "log_level")}


async def test_windows_of_the_web_client_are_counted_by_address(settings: Settings, database: Database) -> None:
    from tests.server.test_client_socket import opens

    some = settings.model_copy(update={"rates": Budgets(socket="2/hour", people_per_address=1)})
    async with serving(some, database) as url:
        assert [await opens(url) for _ in range(4)] == [True, True, False, False]


def test_in_tests_nobody_is_counted_and_everywhere_else_everybody(settings: Settings) -> None:
    assert settings.budgets is None
    for environment in (Environment.DEVELOPMENT, Environment.PRODUCTION):
        assert settings.model_copy(update={"environment": environment}).budgets == Budgets()


def test_budgets_are_given_one_by_one(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.chdir(str(tmp_path))
    monkeypatch.setenv("RATES", json.dumps({"search": "5/second", "people_per_address": 50}))
    budgets = Settings().budgets
    assert budgets is not None
    assert (budgets.search, budgets.people_per_address, budgets.quote) == ("5/second", 50, Budgets().quote)


@pytest.mark.parametrize("wrong", [{"search": "often"}, {"searches": "5/second"}, {"search": ""}])
def test_a_budget_that_cannot_be_read_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object, wrong: dict[str, str]
) -> None:
    monkeypatch.chdir(str(tmp_path))
    monkeypatch.setenv("RATES", json.dumps(wrong))
    with pytest.raises(ValidationError) as caught:
        Settings()
    (error,) = caught.value.errors()
    assert error["loc"] == ("rates", next(iter(wrong)))


async def test_landlords_and_admins_are_counted_as_everybody(
    few: Settings, database: Database, a_person: MakePerson
) -> None:
    transport = httpx.ASGITransport(create_app(few, database))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        for role in (Role.LANDLORD, Role.ADMIN):
            assert await searches(Api(client).as_(await a_person(role)), 4) == [200] * 3 + [429]
