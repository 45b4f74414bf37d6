"""The OpenAPI says what holds everywhere, and its links lead somewhere."""

import re
from typing import Any

import pytest

from server.app import LINKS, create_app
from server.core.database import Database
from server.core.openapi import Link
from server.core.settings import Environment, Settings
from server.core.web.problems import PROBLEM_JSON

Json = dict[str, Any]


@pytest.fixture(scope="module")
def openapi(tmp_path_factory: pytest.TempPathFactory) -> Json:
    folder, secret = tmp_path_factory.mktemp("openapi"), "a secret only for tests, long enough"
    settings = Settings(environment=Environment.TEST, data_dir=folder, secret_key=secret, _env_file=None)  # type: ignore[arg-type, call-arg]
    return create_app(settings, Database("postgresql://nobody@nowhere/nothing")).openapi()


def operation(openapi: Json, name: str) -> Json:
    method, _, path = name.partition(" ")
    found: Json = openapi["paths"][f"/api/v1{path}"][method.lower()]
    return found


def told(openapi: Json, pointer: str, schema: Json) -> Json:
    """The schema of a part of an answer. Raises KeyError where there is none."""
    for part in pointer.split("/")[1:]:
        while "$ref" in schema:
            schema = openapi["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        schema = schema["items"] if part.isdigit() else schema["properties"][part]
    return schema


@pytest.mark.parametrize("link", LINKS, ids=lambda link: f"{link.of} to {link.to}")
def test_a_link_takes_what_an_answer_has_to_where_it_is_asked_for(openapi: Json, link: Link) -> None:
    answer = next(told for status, told in operation(openapi, link.of)["responses"].items() if status < "300")
    for expression in (*link.parameters.values(), *link.body.values()):
        assert told(openapi, expression.partition("#")[2], answer["content"]["application/json"]["schema"])
    target = operation(openapi, link.to)
    assert link.parameters.keys() == set(re.findall(r"\{(\w+)\}", link.to))
    body = target["requestBody"]["content"]["application/json"]["schema"] if link.body else {}
    assert all(told(openapi, f"/{name}", body) for name in link.body)
    assert target["operationId"] in [known["operationId"] for known in answer["links"].values()]


@pytest.mark.parametrize(
    ("name", "guarded", "security"),
    [
        ("GET /search", {}, None),
        ("GET /properties/{id_or_slug}", {"401"}, [{}, {"HTTPBearer": []}]),
        ("GET /users/me", {"401"}, [{"HTTPBearer": ["account"]}]),
        ("GET /properties", {"401", "403"}, [{"HTTPBearer": ["landlord"]}]),
        ("GET /cases", {"401", "403"}, [{"HTTPBearer": ["admin"]}]),
    ],
)
def test_who_may_call_and_what_everyone_else_gets_is_told(
    openapi: Json, name: str, guarded: set[str], security: list[Json] | None
) -> None:
    of = operation(openapi, name)
    assert of.get("security") == security
    assert {"401", "403"} & of["responses"].keys() == set(guarded)


def test_every_problem_is_told_as_a_problem_with_an_example(openapi: Json) -> None:
    for path, item in openapi["paths"].items():
        for of in item.values() if path.startswith("/api/v1") else ():
            problems = {status: told for status, told in of["responses"].items() if status >= "400"}
            assert {"426", "503"} <= problems.keys()
            for status, problem in problems.items():
                content = problem["content"][PROBLEM_JSON]
                assert content["schema"] == {"$ref": "#/components/schemas/Problem"}, (path, status)
                assert content["examples"], (path, status)


def test_posts_of_the_signed_in_take_an_idempotency_key_and_tell_what_it_can_answer(openapi: Json) -> None:
    hold = operation(openapi, "POST /bookings")
    assert [asked["name"] for asked in hold["parameters"]] == ["Idempotency-Key"]
    taken, malformed = (hold["responses"][status]["content"][PROBLEM_JSON]["examples"] for status in ("409", "422"))
    assert {"still_running", "dates_taken"} <= taken.keys()
    assert malformed.keys() == {"malformed", "key_reused"}
    assert "parameters" not in operation(openapi, "POST /auth/sign-in")
