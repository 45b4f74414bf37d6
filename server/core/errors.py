"""Errors with names: a status, a stable code for clients, words for people. No web here; `core/web/` answers them."""

from collections.abc import Sequence
from math import ceil
from typing import ClassVar

from shared_models.problems import FieldProblem, ProblemCode


class StartupError(Exception):
    """The process cannot start; its text is the one line the person reads."""


class AppError(Exception):
    """Something a caller can understand. Subclasses set `status`, `code` and `title`."""

    status: ClassVar[int] = 500
    code: ClassVar[ProblemCode] = ProblemCode.FAILED
    title: ClassVar[str] = "That did not work"
    retry_after: int | None = None
    """Seconds to wait before trying again, when trying again can help."""

    def __init__(self, detail: str = "", *, errors: Sequence[FieldProblem] = ()) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.errors = tuple(errors)


class Malformed(AppError):
    status, code, title = 422, ProblemCode.MALFORMED, "Some fields need correcting"

    @classmethod
    def field(cls, field: str, reason: str) -> "Malformed":
        """One field, one reason."""
        return cls(f"{field}: {reason}", errors=[FieldProblem(field=field, reason=reason)])


class NotSignedIn(AppError):
    status, code, title = 401, ProblemCode.NOT_SIGNED_IN, "Sign in first"


class NotAllowed(AppError):
    status, code, title = 403, ProblemCode.NOT_ALLOWED, "Your account may not do this"


class EmailUnverified(AppError):
    status, code, title = 403, ProblemCode.EMAIL_UNVERIFIED, "Confirm your e-mail address first"


class NotFound(AppError):
    """Also the answer about things that exist but are not the caller's: we do not confirm that they do."""

    status, code, title = 404, ProblemCode.NOT_FOUND, "There is nothing here"


class RequestTimeout(AppError):
    status, code, title = 408, ProblemCode.REQUEST_TIMEOUT, "The request took too long to arrive"


class TooLarge(AppError):
    status, code, title = 413, ProblemCode.TOO_LARGE, "That is too large"


class UnknownEncoding(AppError):
    status, code, title = 415, ProblemCode.UNKNOWN_ENCODING, "This Content-Encoding is not taken"


class WrongHost(AppError):
    status, code, title = 421, ProblemCode.WRONG_HOST, "This server is not called that"
    help: ClassVar[str] = "Use its usual address. Whoever runs it names others in ALLOWED_HOSTS."


class UpgradeRequired(AppError):
    status, code, title = 426, ProblemCode.UPGRADE_REQUIRED, "This version of the app is too old. Update it"


def _in_words(seconds: int) -> str:
    for unit, many in (("hour", 3600), ("minute", 60)):
        if seconds > 2 * many:
            return f"{ceil(seconds / many)} {unit}s"
    return "1 second" if seconds == 1 else f"{seconds} seconds"


class TooManyTries(AppError):
    status, code, title = 429, ProblemCode.TOO_MANY_TRIES, "Too many tries. Wait a little"

    def __init__(self, seconds: int) -> None:
        """`seconds` until the next try is taken."""
        super().__init__(f"Try again in {_in_words(seconds)}.")
        self.retry_after = seconds


class TryAgain(AppError):
    status, code, title = 503, ProblemCode.TRY_AGAIN, "Busy for a moment, try again"
    retry_after = 1


class StillRunning(AppError):
    status, code, title = 409, ProblemCode.STILL_RUNNING, "The same request is still being worked on"
    retry_after = 1


class KeyReused(AppError):
    status, code, title = 422, ProblemCode.KEY_REUSED, "This Idempotency-Key was used for another request"


class InvalidTransition(AppError):
    status, code, title = 409, ProblemCode.INVALID_TRANSITION, "This is no longer possible"


class DatesTaken(AppError):
    status, code, title = 409, ProblemCode.DATES_TAKEN, "Someone else has these dates"


_BY_CONSTRAINT: dict[str, type[AppError]] = {}


def when_broken(constraint: str, error: type[AppError]) -> None:
    """Let a broken database constraint answer as `error`: the database decides, the room gives it a name."""
    _BY_CONSTRAINT[constraint] = error


def for_constraint(constraint: str | None) -> type[AppError] | None:
    """The error registered for a constraint, if any."""
    return _BY_CONSTRAINT.get(constraint or "")
