"""Errors as answers: `application/problem+json`, for every named error and for what nobody foresaw."""

from collections.abc import Iterable
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from server.core.errors import AppError, Malformed
from shared_models.problems import FieldProblem, Problem, ProblemCode

log = structlog.get_logger(__name__)

PROBLEM_JSON = "application/problem+json"
MAX_ERRORS = 50
"""Fields that one answer names."""
MAX_FIELD_LENGTH = 200
_CODE_BY_STATUS = {
    401: ProblemCode.NOT_SIGNED_IN,
    403: ProblemCode.NOT_ALLOWED,
    404: ProblemCode.NOT_FOUND,
    405: ProblemCode.NOT_FOUND,
}


def problem_response(problem: Problem) -> JSONResponse:
    """An answer in `application/problem+json`."""
    headers = {} if problem.retry_after is None else {"Retry-After": str(problem.retry_after)}
    if problem.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(
        problem.model_dump(mode="json", exclude_none=True),
        status_code=problem.status,
        media_type=PROBLEM_JSON,
        headers=headers,
    )


def _request_id() -> str | None:
    return structlog.contextvars.get_contextvars().get("request_id")


async def app_error_response(_: Request, error: Exception) -> Response:
    """A named error as an answer."""
    assert isinstance(error, AppError)  # noqa: S101 - registered for this class only
    return problem_response(
        Problem(
            title=error.title,
            status=error.status,
            detail=error.detail,
            code=error.code,
            errors=error.errors,
            retry_after=error.retry_after,
            request_id=_request_id(),
        )
    )


async def _malformed(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    found = tuple(
        FieldProblem(field=_field_of(item["loc"]), reason=str(item["msg"]).removeprefix("Value error, "))
        for item in error.errors()[:MAX_ERRORS]
    )
    detail = "; ".join(f"{item.field}: {item.reason}" for item in found[:3])
    return problem_response(
        Problem(
            title=Malformed.title,
            status=422,
            detail=detail,
            code=Malformed.code,
            errors=found,
            request_id=_request_id(),
        )
    )


def _field_of(place: Iterable[str | int]) -> str:
    field = ".".join(str(part) for part in place if part not in ("body", "query", "path"))
    return field[:MAX_FIELD_LENGTH] or "body"  # an unknown field is as long as its sender likes


async def _http_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    malformed = error.status_code == 400
    code = ProblemCode.MALFORMED if malformed else _CODE_BY_STATUS.get(error.status_code, ProblemCode.FAILED)
    status = 422 if malformed else error.status_code
    reply = problem_response(Problem(title=str(error.detail), status=status, code=code, request_id=_request_id()))
    reply.headers.update(error.headers or {})  # such as Allow, which a 405 must have
    allowed = reply.headers.get("allow", "").split(", ")
    if "GET" in allowed and "HEAD" not in allowed:  # `RequestContext` answers it wherever there is a GET
        reply.headers["allow"] = ", ".join([*allowed, "HEAD"])
    return reply


def unexpected_response(error: Exception) -> Response:
    """The answer when nobody foresaw what happened; the log has it."""
    log.error("unexpected_error", exc_info=error)
    return problem_response(
        Problem(
            title="Something on our side failed",
            status=500,
            code=ProblemCode.FAILED,
            detail="Nothing was changed. Try again, or tell us the request id.",
            request_id=_request_id(),
        )
    )


def answer_problems(app: FastAPI) -> None:
    """Answer every named error as a problem; `RequestContext` answers the rest."""
    app.add_exception_handler(AppError, app_error_response)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http_error)


def documented(*errors: type[AppError]) -> dict[int | str, dict[str, Any]]:
    """The `responses=` of an endpoint: which problems it may answer, for the OpenAPI. What guards raise is known."""
    found: dict[int | str, dict[str, Any]] = {}
    for error in errors:
        known = found.setdefault(error.status, {"description": "", "content": {PROBLEM_JSON: {"examples": {}}}})
        known["description"] = f"{known['description']} `{error.code.value}`: {error.title}.".strip()
        example = Problem(title=error.title, status=error.status, code=error.code, retry_after=error.retry_after)
        examples = known["content"][PROBLEM_JSON]["examples"]
        examples[error.code.value] = {"value": example.model_dump(mode="json", exclude_none=True)}
    return found
