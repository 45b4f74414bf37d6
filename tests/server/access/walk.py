"""The walk itself: one route, called by everyone, first with ids that do not exist and then with real ones."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import httpx

from server.core.ids import new_id
from tests.conftest import Api
from tests.server.access.things import MAKERS, PLAIN, World
from tests.server.access.verdicts import TWINS, VISITOR, Verdict, Who
from tests.server.stays import connections

# They know nobody and tell the same to everyone.
DEAF = {
    *("GET /openapi.json", "GET /api/docs", "GET /healthz", "GET /readyz"),
    # The inbox of a development machine, which is not there in production.
    *("GET /sandbox", "GET /sandbox/mails", "GET /sandbox/mails/{mail_id}", "POST /sandbox/mails"),
    # Nor is the stand-in for Stripe.
    *(f"{method} /sandbox/stripe/v1/{{path:path}}" for method in ("GET", "POST", "DELETE")),
    *(
        f"{method} /sandbox/stripe/{page}"
        for method in ("GET", "POST")
        for page in ("pay/{session_id}", "authenticate/{intent_id}")
    ),
    *("GET /sandbox/stripe", "POST /sandbox/stripe/control/clock", "POST /sandbox/stripe/control/deliver"),
    *("POST /sandbox/stripe/control/settings/{name}", "POST /sandbox/stripe/control/objects/{id_}/{button}"),
}
Ids = Mapping[str, str]
Answer = tuple[int, str]


def routes_of(routes: Iterable[Any]) -> Iterator[str]:
    """`METHOD /path` of each route, also of those the OpenAPI leaves out; without the `/api/v1` they share."""
    for route in routes:
        if hasattr(route, "effective_candidates"):  # a router that was included
            yield from routes_of(route.effective_candidates())
            continue
        for method in route.methods - {"HEAD"}:
            yield f"{method} {route.path.removeprefix('/api/v1')}"


def undecided(routes: Iterable[str], verdicts: Iterable[str]) -> str:
    """What to do about routes that nobody decided on and lines whose route is gone; empty when all is well."""
    found, known = set(routes) - DEAF, set(verdicts)
    steps = [f'add a line such as    "{route}": only(LANDLORD, ADMIN),' for route in sorted(found - known)]
    steps += [f'remove the line "{route}"; there is no such route' for route in sorted(known - found)]
    return "\n".join(f"tests/server/access/verdicts.py: {step}" for step in steps)


async def complaints(world: World, route: str, verdict: Verdict) -> list[str]:
    """Where the answers to everyone differ from the verdict."""
    names = _names_in(route, verdict)
    nothing = {name: PLAIN.get(name) or str(new_id()) for name in names}
    compared = set(Who) - verdict.may if verdict.sees is None else set(Who)
    before = {who: await _answer(world, who, route, verdict, nothing) for who in Who if who in compared}
    ids = await made(world, route, verdict)
    found = await _about_a_bad_token(world, route, verdict, ids)
    changing = verdict.may if verdict.sees is None else verdict.sees
    for who in sorted(Who, key=changing.__contains__):
        with connections(world.database) as taken:
            answer = await _answer(world, who, route, verdict, ids)
        found += _about(route, who, verdict, answer, before.get(who))
        if len(taken) > verdict.connections or max(taken, default=0) > 1:
            found.append(f"{route} as {who.value} takes {len(taken)} connections, {max(taken)} at once")
        if who in changing and not route.startswith("GET "):  # it may have used them up
            ids = await made(world, route, verdict)
    return found


def _about(route: str, who: Who, verdict: Verdict, answer: Answer, before: Answer | None) -> list[str]:
    said = f"{route} as {who.value}: {answer[0]} {answer[1][:300]}"
    if who not in verdict.may:
        expected = _refusals(who, verdict)
        wrong = [] if answer[0] in expected else [f"{said}, but must be one of {expected}"]
        return wrong + ([] if answer == before else [f"{said}, but of what does not exist it says {before}"])
    wanted = verdict.answers.get(who)
    right = answer[0] == wanted if wanted else 200 <= answer[0] < 300
    if not right:
        return [f"{said}, but they may"]
    if verdict.sees is None or (answer != before) == (who in verdict.sees):
        return []
    return [f"{said}, the same as without the thing" if who in verdict.sees else f"{said}, unlike {before}"]


def _refusals(who: Who, verdict: Verdict) -> tuple[int, ...]:
    if who is VISITOR:
        return (401, 404)
    return (404,) if TWINS.get(who) in verdict.may else (403, 404)


async def _about_a_bad_token(world: World, route: str, verdict: Verdict, ids: Ids) -> list[str]:
    if VISITOR in verdict.may:
        return []
    reply = await call(world.api, route, verdict, ids, headers={"Authorization": "Bearer nonsense"})
    return [] if reply.status_code == 401 else [f"{route} with a bad token: {reply.status_code} {reply.text[:300]}"]


def _names_in(route: str, verdict: Verdict) -> list[str]:
    return re.findall(r"\{(\w+)\}", f"{route} {verdict.query} {verdict.body!r}")


async def made(world: World, route: str, verdict: Verdict) -> Ids:
    """Real ids for a call; and what it shows, though it does not name it."""
    if verdict.shows:
        await _make(world, route, verdict.shows)
    names = _names_in(route, verdict)
    return {name: PLAIN.get(name) or await _make(world, route, verdict.using.get(name, name)) for name in names}


async def _make(world: World, route: str, name: str) -> str:
    assert name in MAKERS, f'tests/server/access/things.py: add "{name}" to MAKERS, which {route} asks for'
    return await MAKERS[name](world)


async def _answer(world: World, who: Who, route: str, verdict: Verdict, ids: Ids) -> Answer:
    """Status and words of an answer, without what differs from call to call."""
    reply = await call(world.as_(who), route, verdict, ids)
    words = re.sub(r'"request_id":"[^"]*"', "", reply.text)
    for name, id_ in ids.items():
        words = words.replace(id_, f"<{name}>")
    return reply.status_code, words


async def call(api: Api, route: str, verdict: Verdict, ids: Ids, **more: Any) -> httpx.Response:
    method, _, path = str(_filled(route, ids)).partition(" ")
    query = _filled(verdict.query, ids)
    more |= {"json": _filled(verdict.body, ids), "content": verdict.content}
    more["headers"] = {"Idempotency-Key": str(new_id())} | more.get("headers", {})
    return await api.request(method, f"{path}?{query}" if query else path, **more)


def _filled(value: Any, ids: Ids) -> Any:
    match value:
        case str():
            return re.sub(r"\{(\w+)\}", lambda name: ids[name[1]], value)
        case dict():
            return {key: _filled(inner, ids) for key, inner in value.items()}
        case list():
            return [_filled(inner, ids) for inner in value]
    return value
