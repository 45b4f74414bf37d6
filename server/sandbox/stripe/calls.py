"""One request: who asks, whether it was asked before, what is done, and what is answered.

Each request is one transaction: what it changed, the events of it and the answer of its key are on the disk together,
or not at all.
"""

import base64
import binascii
import hashlib
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

import structlog

from server.sandbox.stripe import faults, forms, lists, operations, parameters, timeline
from server.sandbox.stripe.errors import Body, StripeError
from server.sandbox.stripe.faults import Fault, FaultKind
from server.sandbox.stripe.world import API_VERSION, Cause, World, token

log = structlog.get_logger(__name__)

KEY_SECONDS = 24 * 3600
"""How long a key is known (docs.stripe.com/api/idempotent_requests: it may go after 24 hours; here it does)."""
MAX_KEY = 255


@dataclass(frozen=True)
class Call:
    """A request as it came."""

    method: str
    path: str
    form: str
    """The query of a GET or DELETE, the body of a POST."""
    headers: Mapping[str, str]
    id: str = field(default_factory=lambda: f"req_{token(14)}")

    @property
    def key(self) -> str | None:
        """Its Idempotency-Key, where one counts: on a POST."""
        return self.headers.get("idempotency-key") if self.method == "POST" else None

    @property
    def account(self) -> str | None:
        """The connected account that is asked."""
        return self.headers.get("stripe-account")

    @property
    def asked(self) -> str:
        """What a key stands for: the same way in, the same parameters."""
        pairs = sorted(parse_qsl(self.form, keep_blank_values=True))
        return hashlib.sha256(json.dumps([self.method, self.path, self.account, pairs]).encode()).hexdigest()


@dataclass(frozen=True)
class Answer:
    """What is answered."""

    status: int
    body: Body
    headers: Mapping[str, str] = field(default_factory=dict)


def refused(call: Call, secret_key: str) -> StripeError | None:
    """Why a request is not even looked at."""
    given = _key_of(call.headers.get("authorization", ""))
    if not given:
        return StripeError(
            "You did not provide an API key. You need to provide your API key in the Authorization header, using "
            "Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
            status=401,
        )
    if given != secret_key:
        return StripeError(f"Invalid API Key provided: {_masked(given)}", status=401)
    version = call.headers.get("stripe-version", API_VERSION)
    if version != API_VERSION:
        return StripeError(f"Invalid Stripe API version: {version}. The sandbox speaks {API_VERSION} only.")
    if call.key is not None and not 0 < len(call.key) <= MAX_KEY:
        return StripeError(f"Idempotency keys are up to {MAX_KEY} characters long.", type="idempotency_error")
    return None


def _key_of(authorization: str) -> str:
    scheme, _, given = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return given.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(given, validate=True).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""


def _masked(key: str) -> str:
    return f"{key[:8]}{'*' * max(0, len(key) - 12)}{key[-4:] if len(key) > 12 else ''}"


def in_use() -> StripeError:
    """Another request with the same key is under way."""
    return StripeError(
        "There is currently another in-progress request using this Idempotency-Key.",
        status=409,
        type="idempotency_error",
        code="idempotency_key_in_use",
    )


def perform(db: sqlite3.Connection, origin: str, call: Call, fault: Fault | None) -> Answer:
    """Do what is asked, or answer what its key was answered before."""
    now = timeline.catch_up(db, origin)
    if call.key is not None:
        db.execute("DELETE FROM answer WHERE at <= ?", (now - KEY_SECONDS,))
        if kept := db.execute("SELECT * FROM answer WHERE key = ?", (call.key,)).fetchone():
            return _replayed(call, kept)
    try:
        operation, ids = operations.find(call.method, call.path)
        if call.account is not None and not operation.of_account:
            raise StripeError(
                "The sandbox cannot be asked this of a connected account.", code="sandbox_unsupported", param="account"
            )
        params = parameters.read(forms.decode(call.form), operation.params, operation.supported)
    except StripeError as problem:  # nothing has begun, so the key is free still
        return error_answer(problem)
    world = World(db, origin, now, Cause(call.id, call.key, call.account))
    answer = _done(world, operation, ids, params, fault)
    if call.key is not None:
        db.execute(
            "INSERT INTO answer (key, asked, request, status, body, at) VALUES (?, ?, ?, ?, ?, ?)",
            (call.key, call.asked, call.id, answer.status, json.dumps(answer.body), now),
        )
    return answer


def _replayed(call: Call, kept: sqlite3.Row) -> Answer:
    if kept["asked"] != call.asked:
        return error_answer(
            StripeError(
                "Keys for idempotent requests can only be used with the same parameters they were first used with. "
                f"Try using a key other than '{call.key}' if you meant to execute a different request.",
                type="idempotency_error",
            )
        )
    headers = {"Idempotent-Replayed": "true", "Original-Request": kept["request"]}
    return Answer(kept["status"], json.loads(kept["body"]), headers)


def _done(
    world: World, operation: operations.Operation, ids: tuple[str, ...], params: parameters.Params, fault: Fault | None
) -> Answer:
    if fault is not None and fault.kind is FaultKind.ERROR_BEFORE:
        return error_answer(faults.broken())
    world.db.execute("SAVEPOINT request")
    try:
        expanded = params.pop("expand", [])
        body = lists.expand(world, operation.act(world, *ids, params), expanded)
        answer = Answer(200, body)
    except StripeError as problem:
        if not problem.keeps:
            world.db.execute("ROLLBACK TO request")
        answer = error_answer(problem)
    else:
        if found := lists.differences(body):
            log.error("stripe_sandbox_drifted", path=operation.path, differences=found)
            world.db.execute("ROLLBACK TO request")
            answer = error_answer(
                StripeError(f"The sandbox answers what Stripe would not: {found[0]}", status=500, type="api_error")
            )
    world.db.execute("RELEASE request")
    return error_answer(faults.broken()) if fault and fault.kind is FaultKind.ERROR_AFTER else answer


def error_answer(problem: StripeError) -> Answer:
    """An error as an answer."""
    return Answer(problem.status, problem.body)
