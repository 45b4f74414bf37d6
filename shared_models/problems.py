"""What goes wrong, as RFC 9457 problem details. `code` is the contract, the words are for people."""

from enum import StrEnum

from shared_models.base import Output


class ProblemCode(StrEnum):
    """Every problem a client may act on."""

    MALFORMED = "malformed"
    NOT_SIGNED_IN = "not_signed_in"
    NOT_ALLOWED = "not_allowed"
    EMAIL_UNVERIFIED = "email_unverified"
    NOT_FOUND = "not_found"
    REQUEST_TIMEOUT = "request_timeout"
    TOO_LARGE = "too_large"
    UNKNOWN_ENCODING = "unknown_encoding"
    WRONG_HOST = "wrong_host"
    UPGRADE_REQUIRED = "upgrade_required"
    TRY_AGAIN = "try_again"
    FAILED = "failed"
    STILL_RUNNING = "still_running"
    KEY_REUSED = "key_reused"
    INVALID_TRANSITION = "invalid_transition"
    MONTH_NOT_YET = "month_not_yet"
    """A month of a stay that cannot be paid yet: too early, or others come first."""
    MONTH_CLOSED = "month_closed"
    CHANGED_MEANWHILE = "changed_meanwhile"
    EMAIL_TAKEN = "email_taken"
    WRONG_CREDENTIALS = "wrong_credentials"
    SESSION_ENDED = "session_ended"
    TOO_MANY_TRIES = "too_many_tries"
    LINK_OVER = "link_over"
    ACCOUNT_IN_USE = "account_in_use"
    DATES_TAKEN = "dates_taken"
    HOLD_LAPSED = "hold_lapsed"
    TOO_MANY_HOLDS = "too_many_holds"
    QUOTE_EXPIRED = "quote_expired"
    NOT_BOOKABLE = "not_bookable"
    LISTING_INCOMPLETE = "listing_incomplete"
    STAYS_OPEN = "stays_open"
    CASE_TAKEN = "case_taken"
    IMPORT_RUNNING = "import_running"
    IMPORT_UNREADABLE = "import_unreadable"
    UNKNOWN = "unknown"


class FieldProblem(Output):
    """One thing wrong with one field: where (`booking.guests` style path) and why."""

    field: str
    reason: str


class Problem(Output):
    """The body of every error answer (`application/problem+json`)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
    code: ProblemCode = ProblemCode.UNKNOWN
    errors: tuple[FieldProblem, ...] = ()
    request_id: str | None = None
    retry_after: int | None = None
    """Seconds to wait before trying again, when trying again can help."""
