"""The one way to the server: tokens, retries, and problems that become `ApiError`."""

import asyncio
import contextvars
import dataclasses
import platform
import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, Generic, TypeVar, overload

import httpx
from pydantic import BaseModel, TypeAdapter, ValidationError

from shared_models.auth import Tokens
from shared_models.problems import FieldProblem, Problem, ProblemCode

APP_VERSION: Final = "0.1.0"
PATIENCE_SECONDS: Final = 20.0
DOWNLOAD_PATIENCE_SECONDS: Final = 120.0
_PAUSES: Final = (0.2, 0.8)
"""Before the second and the third try of a call that may be repeated."""
_MAX_WAIT_SECONDS: Final = 3
"""How long a server is waited for that says when to ask again."""

Answer = TypeVar("Answer")


class ApiError(Exception):
    """The server said no, or could not be reached; `problem` says which and what to do."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail or problem.title)
        self.problem = problem

    @property
    def code(self) -> ProblemCode:
        """What went wrong, for decisions."""
        return self.problem.code

    @property
    def fields(self) -> dict[str, str]:
        """What is wrong with which field."""
        return {error.field: error.reason for error in self.problem.errors}


@dataclasses.dataclass(frozen=True)
class Tagged(Generic[Answer]):
    """What the server answered, and the name of that version; it goes back as `If-Match`."""

    value: Answer
    etag: str


def if_match(etag: str) -> dict[str, str]:
    """The header that lets a change through only while this version stands."""
    return {"If-Match": etag} if etag else {}


def _unreachable(words: str) -> ApiError:
    return ApiError(Problem(title=words, status=0, code=ProblemCode.TRY_AGAIN))


class Http:
    """Calls the API as one person. One object a session; `sign_in` and `sign_out` change who calls.

    `client`'s base address is the server's root. `in_process` calls start in a fresh context, so that nothing of a
    Flet session leaks into an endpoint that runs in the same process.
    """

    def __init__(self, client: httpx.AsyncClient, *, in_process: bool = False) -> None:
        self._client, self._in_process = client, in_process
        self._tokens: Tokens | None = None
        self._refreshing: asyncio.Task[None] | None = None
        self.on_tokens: Callable[[Tokens | None], Awaitable[None]] | None = None
        """Told of every new pair of tokens, and None when the server ended the session."""

    @classmethod
    def to(cls, server: str) -> "Http":
        """The way to a server elsewhere, by the address of its root."""
        headers = {"User-Agent": f"EstoSpaces/{APP_VERSION} ({platform.system()})"}
        # Each call has its own patience; httpx would give up on a long upload after 5 seconds.
        return cls(httpx.AsyncClient(base_url=server, headers=headers, timeout=None))  # noqa: S113

    def introduce(self, device_id: str) -> None:
        """Say with every call which machine this is: a random word that is kept on it, for nobody else to know."""
        self._client.headers["Device-Id"] = device_id

    @property
    def refresh_token(self) -> str | None:
        """The token that gets the next tokens; None when signed out."""
        return self._tokens.refresh_token if self._tokens is not None else None

    def sign_in(self, tokens: Tokens) -> None:
        """Call with these tokens from now on."""
        self._tokens = tokens

    def sign_out(self) -> None:
        """Call as nobody from now on."""
        self._tokens = None

    async def resume(self, refresh_token: str) -> bool:
        """Sign in with a refresh token that was kept. False when the server ended its session.

        Raises ApiError when the server cannot be reached.
        """
        try:
            await self._take(await self._fresh_tokens(refresh_token))
        except ApiError as error:
            if error.problem.status == 401:
                return False
            raise
        return True

    async def renew(self) -> None:
        """Fetch fresh tokens now: what one may do has changed. Raises ApiError."""
        if self._tokens is not None:
            await self._refresh(self._tokens)

    @overload
    async def call(self, method: str, path: str, answer: type[Answer], **more: Any) -> Answer: ...
    @overload
    async def call(self, method: str, path: str, answer: None = None, **more: Any) -> None: ...
    async def call(self, method: str, path: str, answer: type[Answer] | None = None, **more: Any) -> Answer | None:
        """Call `/api/v1` + `path` and read the answer as `answer`.

        `query` (mapping), `body` (model) or `content` (bytes with `content_type`), and `headers` go with it;
        `once=True` gives a POST an Idempotency-Key, which also lets it be repeated. Raises ApiError.
        """
        reply = await self._send(method, path, **more)
        if answer is None:
            return None
        return _read(answer, reply)

    async def tagged(self, method: str, path: str, answer: type[Answer], **more: Any) -> "Tagged[Answer]":
        """The same with the entity tag of what was answered, for whoever changes it later. Raises ApiError."""
        reply = await self._send(method, path, **more)
        # A proxy that compresses makes some answers' tags weak and leaves others: they name the same version.
        return Tagged(_read(answer, reply), reply.headers.get("ETag", "").removeprefix("W/"))

    async def download(self, path: str, *, query: Mapping[str, Any] | None = None) -> bytes:
        """What stands under `/api/v1` + `path`, as it is. Raises ApiError."""
        reply = await self._send("GET", path, query=query, patience=DOWNLOAD_PATIENCE_SECONDS)
        return reply.content

    async def _send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: BaseModel | None = None,
        content: bytes | None = None,
        content_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
        once: bool = False,
        patience: float = PATIENCE_SECONDS,
    ) -> httpx.Response:
        sent = {"App-Version": APP_VERSION, **(headers or {})}
        if once:
            sent["Idempotency-Key"] = secrets.token_urlsafe(16)
        if body is not None:
            content = body.model_dump_json().encode()
        if content is not None:
            sent["Content-Type"] = content_type
        request = _Request(method, f"/api/v1{path}", _plain(query), content, sent, patience)
        pauses = iter(_PAUSES if method in ("GET", "PUT", "DELETE") or once else ())
        while True:
            try:
                return await self._as_person(request)
            except ApiError as error:
                pause = next(pauses, None) if _is_worth_repeating(error) else None
                if pause is None:
                    raise
                await asyncio.sleep(max(pause, min(error.problem.retry_after or 0, _MAX_WAIT_SECONDS)))

    async def _as_person(self, request: "_Request") -> httpx.Response:
        used = self._tokens
        try:
            return await self._exchange(request, used)
        except ApiError as error:
            if used is None or error.code != ProblemCode.NOT_SIGNED_IN:
                raise
            if self._tokens is used:  # nobody else has fetched fresh ones meanwhile
                if self._refreshing is None or self._refreshing.done():
                    self._refreshing = asyncio.create_task(self._refresh(used))
                    self._refreshing.add_done_callback(_heard)
                # One for all who wait. Whoever stops waiting must not stop it: the server has replaced the token.
                await asyncio.shield(self._refreshing)
            return await self._exchange(request, self._tokens)

    async def _refresh(self, used: Tokens) -> None:
        try:
            fresh = await self._fresh_tokens(used.refresh_token)
        except ApiError as error:
            if error.problem.status == 401 and self._tokens is used:
                await self._take(None)
            raise
        if self._tokens is used:  # else the person signed out or in while we waited
            await self._take(fresh)

    async def _fresh_tokens(self, refresh_token: str) -> Tokens:
        body = TypeAdapter(dict[str, str]).dump_json({"refresh_token": refresh_token})
        headers = {"App-Version": APP_VERSION, "Content-Type": "application/json"}
        request = _Request("POST", "/api/v1/auth/refresh", {}, body, headers, PATIENCE_SECONDS)
        return _read(Tokens, await self._exchange(request, None))

    async def _take(self, tokens: Tokens | None) -> None:
        self._tokens = tokens
        if self.on_tokens is not None:
            await self.on_tokens(tokens)

    async def _exchange(self, request: "_Request", tokens: Tokens | None) -> httpx.Response:
        headers = dict(request.headers)
        if tokens is not None:
            headers["Authorization"] = f"Bearer {tokens.access_token}"
        try:
            # The in-process transport knows no time-out of its own.
            async with asyncio.timeout(request.patience):
                reply = await self._request(
                    request.method, request.path, params=request.query, content=request.content, headers=headers
                )
        except TimeoutError as error:
            raise _unreachable("The server took too long to answer") from error
        except httpx.HTTPError as error:
            raise _unreachable("The server cannot be reached") from error
        if reply.is_success:
            return reply
        raise ApiError(_problem_in(reply))

    async def _request(self, method: str, path: str, **more: Any) -> httpx.Response:
        if not self._in_process:
            return await self._client.request(method, path, **more)
        call = self._client.request(method, path, **more)
        return await asyncio.create_task(call, context=contextvars.Context())


class _Request:
    """One call as it goes out, so that it can go out again."""

    def __init__(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any],
        content: bytes | None,
        headers: Mapping[str, str],
        patience: float,
    ) -> None:
        self.method, self.path, self.query = method, path, query
        self.content, self.headers, self.patience = content, headers, patience


_WORTH_REPEATING: Final = frozenset({ProblemCode.TRY_AGAIN, ProblemCode.STILL_RUNNING})


def _is_worth_repeating(error: ApiError) -> bool:
    """Whether the same call may well be answered when it comes again soon."""
    wait = error.problem.retry_after
    soon = error.code is ProblemCode.TOO_MANY_TRIES and wait is not None and wait <= _MAX_WAIT_SECONDS
    return soon or error.code in _WORTH_REPEATING


def _plain(query: Mapping[str, Any] | None) -> dict[str, Any]:
    kept = {name: value for name, value in (query or {}).items() if value is not None}
    plain: dict[str, Any] = TypeAdapter(dict[str, Any]).dump_python(kept, mode="json")
    return plain


def _heard(task: "asyncio.Task[None]") -> None:
    """Look at the error of a task, which everyone may have stopped waiting for."""
    if not task.cancelled():
        task.exception()


def _read(kind: type[Answer], reply: httpx.Response) -> Answer:
    try:
        return TypeAdapter(kind).validate_json(reply.content)
    except ValidationError as error:
        problem = Problem(title="The answer could not be read", status=reply.status_code, code=ProblemCode.FAILED)
        raise ApiError(problem) from error


def _problem_in(reply: httpx.Response) -> Problem:
    try:
        return Problem.model_validate_json(reply.content)
    except ValidationError:
        again = reply.status_code in (502, 503, 504)
        code = ProblemCode.TRY_AGAIN if again else ProblemCode.FAILED
        return Problem(title="The server gave an answer we cannot read", status=reply.status_code, code=code)


def as_sentence(reason: str) -> str:
    """What is wrong with a field as it stands alone; the server says it as the end of a sentence: "is in the past"."""
    words = reason[:1].upper() + reason[1:]
    return words if words.endswith((".", "?")) else f"{words}."


def wrong_input(errors: Mapping[str, str]) -> ApiError:
    """What is wrong with which field, found before anything was sent; each a sentence that says how to correct it."""
    found = tuple(FieldProblem(field=field, reason=reason) for field, reason in errors.items())
    return ApiError(Problem(title=found[0].reason, status=0, code=ProblemCode.MALFORMED, errors=found))
