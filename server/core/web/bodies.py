"""Bodies of requests: read completely, bounded in size and time, before a route does anything else.

A route that waits for a body holds nothing meanwhile: no connection of the database, no lock. It says what it takes by
`takes_body`; what says nothing takes a small JSON body.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.message import Message as Headers
from typing import Any, TypeVar
from uuid import UUID

from fastapi import Request
from starlette.types import Message

from server.core.errors import Malformed, NotSignedIn, RequestTimeout, TooLarge, TooManyTries, TryAgain, UnknownEncoding
from server.core.web.json_bodies import UnreadableJson, read_json

DEFAULT_MAX_BYTES = 64_000
MAX_FILES_AT_ONCE = 10
"""Bodies of files that one process holds at a time."""
_AFTER_ANOTHER_FILE_SECONDS = 5
_PARSED_AT_ONCE_BYTES = 64_000
"""Reading this much JSON takes about a millisecond; more is read in a thread."""

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


@dataclass(frozen=True)
class BodyLimits:
    """What a route takes as its body."""

    max_bytes: int = DEFAULT_MAX_BYTES
    seconds: float = 10
    """For a small body; a larger one has the time it needs at `min_bytes_per_second` besides."""
    min_bytes_per_second: int = 16_000
    """A slow phone on the road sends more."""
    is_file: bool = False
    """Only for people who are signed in, one at a time each."""
    is_signed: bool = False
    """Its very bytes are signed: whoever checks that reads it afterwards."""


_DECLARED: dict[Callable[..., Any], BodyLimits] = {}
_DEFAULT = BodyLimits()
_senders: set[UUID] = set()
"""Who sends a file to this process."""


def takes_body(limits: BodyLimits) -> Callable[[Endpoint], Endpoint]:
    """Declare what an endpoint takes as its body; stands below `@router.post` and the like."""

    def declare(endpoint: Endpoint) -> Endpoint:
        _DECLARED[endpoint] = limits
        return endpoint

    return declare


def limits_of(endpoint: Callable[..., Any]) -> BodyLimits:
    """What an endpoint takes as its body."""
    return _DECLARED.get(endpoint, _DEFAULT)


class ReadRequest(Request):
    """A request whose body is here, and sound JSON if it says that it is JSON."""

    def __init__(self, request: Request, content: bytes, value: Any) -> None:
        super().__init__(request.scope, request.receive)
        self._content, self._value = content, value

    async def body(self) -> bytes:
        return self._content

    async def json(self) -> Any:
        return self._value


async def read(request: Request, limits: BodyLimits) -> ReadRequest:
    """The request with its body. Raises UnknownEncoding, TooLarge, RequestTimeout, Malformed."""
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise UnknownEncoding("Send the body as it is.")
    body = await _content(request, limits)
    if not body or limits.is_signed or not _says_json(request.headers.get("content-type", "")):
        return ReadRequest(request, body, None)
    try:
        value = read_json(body) if len(body) <= _PARSED_AT_ONCE_BYTES else await asyncio.to_thread(read_json, body)
    except UnreadableJson as problem:
        raise Malformed.field("body", str(problem)) from problem
    return ReadRequest(request, body, value)


async def _content(request: Request, limits: BodyLimits) -> bytes:
    announced = request.headers.get("content-length", "0")
    if announced.isdecimal() and (len(announced) > 18 or int(announced) > limits.max_bytes):
        raise _too_large(limits)
    taken = 0
    try:
        async with asyncio.timeout(limits.seconds) as ending:
            until = ending.when() or 0.0

            async def bounded() -> Message:
                nonlocal taken
                message = await request.receive()
                taken += len(message.get("body", b""))
                if taken > limits.max_bytes:
                    raise _too_large(limits)
                ending.reschedule(until + taken / limits.min_bytes_per_second)
                return message

            return await Request(request.scope, bounded).body()
    except TimeoutError as problem:
        raise RequestTimeout("The rest of the request did not arrive in time.") from problem


def _too_large(limits: BodyLimits) -> TooLarge:
    if limits.max_bytes >= 1_000_000:
        return TooLarge(f"At most {limits.max_bytes // 1_000_000} MB are taken here.")
    return TooLarge(f"At most {limits.max_bytes // 1_000} kB are taken here.")


def _says_json(content_type: str) -> bool:
    """Whether FastAPI will ask for the body as JSON."""
    headers = Headers()
    headers["content-type"] = content_type
    kind = headers.get_content_subtype()
    return headers.get_content_maintype() == "application" and (kind == "json" or kind.endswith("+json"))


@asynccontextmanager
async def file_slot(request: Request, limits: BodyLimits) -> AsyncIterator[None]:
    """Where a body is a file, hold one of the few places for it while it is read and worked on.

    Raises NotSignedIn, TooManyTries (this person sends another one already) and TryAgain (too many people do).
    """
    if not limits.is_file:
        yield
        return
    person: UUID | None = request.app.state.person_of(request)
    if person is None:
        raise NotSignedIn
    if person in _senders:
        raise TooManyTries(_AFTER_ANOTHER_FILE_SECONDS)
    if len(_senders) >= MAX_FILES_AT_ONCE:
        raise TryAgain("Too many files are being taken. Try again in a moment.")
    _senders.add(person)
    try:
        yield
    finally:
        _senders.discard(person)
