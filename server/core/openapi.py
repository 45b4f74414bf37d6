"""What the OpenAPI says beyond the endpoints' own words: problems that guards and edges raise, and links.

A guard tells its kind by a security scope: `account` for anyone who is signed in, the name of a role for a role, none
where the signed-out pass too; `verified` beside it where the e-mail address has to be confirmed. A link says how an
answer leads to the next call: a quote to a booking.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI

from server.core.errors import (
    AppError,
    EmailUnverified,
    KeyReused,
    Malformed,
    NotAllowed,
    NotSignedIn,
    RequestTimeout,
    StillRunning,
    TooLarge,
    TooManyTries,
    TryAgain,
    UnknownEncoding,
    UpgradeRequired,
)
from server.core.web.problems import PROBLEM_JSON, documented
from shared_models.problems import Problem

ACCOUNT = "account"
"""The scope of what anyone with an account may call."""
VERIFIED = "verified"
"""The scope of what binds others, and so asks for a confirmed e-mail address."""
_PREFIX = "/api/v1"
_SCHEMAS = "#/components/schemas/{model}"
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "minLength": 1, "maxLength": 100},
    "description": "The same key with the same body gets the same answer for a day, and takes effect once.",
}
Json = dict[str, Any]


@dataclass(frozen=True)
class Link:
    """How the answer to `of` leads to `to`, both as `METHOD /path` below `/api/v1`. Values are runtime expressions."""

    of: str
    to: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, str] = field(default_factory=dict)


def describe(app: FastAPI, links: Iterable[Link]) -> None:
    """Let `app.openapi` also tell what holds for every endpoint, and the links."""
    plain = app.openapi

    def openapi() -> Json:
        fresh, found = app.openapi_schema is None, plain()
        if fresh:
            _complete(found)
            operations = {f"{method} {path}": operation for method, path, operation in _operations(found)}
            for link in links:
                _add(link, operations)
        return found

    app.openapi = openapi  # type: ignore[method-assign]


def _operations(schema: Json) -> Iterator[tuple[str, str, Json]]:
    for path, item in schema["paths"].items():
        for method, operation in item.items():
            if path.startswith(_PREFIX):
                yield method.upper(), path.removeprefix(_PREFIX), operation


def _complete(schema: Json) -> None:
    components = schema["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):  # the framework's own; ours are Problems
        components.pop(name, None)
    problem = Problem.model_json_schema(ref_template=_SCHEMAS, mode="serialization")
    components.update(problem.pop("$defs"))
    components["Problem"] = problem
    for method, _, operation in _operations(schema):
        responses = operation["responses"]
        if PROBLEM_JSON not in responses.get("422", {}).get("content", {}):
            responses.pop("422", None)
        if method == "POST" and operation.get("security"):
            operation["parameters"] = [*operation.get("parameters", []), _KEY]
        for status, response in documented(*_everywhere(operation)).items():
            _join(responses, str(status), response)
        operation["responses"] = dict(sorted(responses.items()))
        for status, response in responses.items():
            if status >= "400":
                response["content"][PROBLEM_JSON]["schema"] = {"$ref": _SCHEMAS.format(model="Problem")}


def _everywhere(operation: Json) -> Iterator[type[AppError]]:
    """What may go wrong at the edge and in the guards of an operation; says in it that a sign-in may be left out."""
    yield from (UpgradeRequired, TryAgain, TooManyTries)
    if "parameters" in operation or "requestBody" in operation:
        yield Malformed
    if "requestBody" in operation:
        yield from (RequestTimeout, TooLarge, UnknownEncoding)
    if _KEY in operation.get("parameters", ()):
        yield from (StillRunning, KeyReused)
    for need in operation.get("security", []):
        yield NotSignedIn
        scopes = {scope for scopes in need.values() for scope in scopes}
        if not scopes:
            operation["security"] = [{}, need]
        elif ACCOUNT not in scopes:
            yield NotAllowed
        if VERIFIED in scopes:
            yield EmailUnverified


def _join(responses: Json, status: str, more: Json) -> None:
    known = responses.setdefault(status, {"description": "", "content": {PROBLEM_JSON: {"examples": {}}}})
    examples = known["content"][PROBLEM_JSON]["examples"]
    if not more["content"][PROBLEM_JSON]["examples"].keys() <= examples.keys():
        known["description"] = f"{known['description']} {more['description']}".strip()
    examples |= more["content"][PROBLEM_JSON]["examples"]


def _add(link: Link, operations: Mapping[str, Json]) -> None:
    responses, target = operations[link.of]["responses"], operations[link.to]
    link_object: Json = {"operationId": target["operationId"], "description": target["description"]}
    if link.parameters:
        link_object["parameters"] = dict(link.parameters)
    if link.body:
        link_object["requestBody"] = dict(link.body)
    success = next(response for status, response in responses.items() if status < "300")
    success.setdefault("links", {})[target["summary"].lower().replace(" ", "_")] = link_object
