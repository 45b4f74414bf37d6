"""What went wrong, in the reader's own language: the one way in which a refusal becomes words.

The server speaks English and says exactly what stands in the way. Who reads English reads that; who reads another
language reads what its code means (a test holds that every code has words); of a file that cannot be read also why.
"""

from collections.abc import Mapping
from math import ceil

from client.core.http import ApiError
from client.core.language import speaks_english, t, tn
from shared_models.problems import ProblemCode


def asked_too_often(error: ApiError | None) -> bool:
    """Whether it is only too early to ask again: what is on show is as good as before."""
    return error is not None and error.code is ProblemCode.TOO_MANY_TRIES


def problem_words(error: ApiError) -> str:
    """One sentence for a person; who asked too often learns when to ask again."""
    problem = error.problem
    if error.code is ProblemCode.EMAIL_UNVERIFIED:
        return code_words()[error.code]
    if asked_too_often(error):
        return _wait_words(problem.retry_after)
    # What was found wrong here, before anything was sent, is said in the reader's language already.
    found_here = problem.status == 0 and error.code is not ProblemCode.TRY_AGAIN
    if speaks_english() or found_here:
        return problem.detail or problem.title
    meaning = code_words()[error.code]
    if error.code is ProblemCode.IMPORT_UNREADABLE and problem.detail:
        return f"{meaning}. {problem.detail}"  # which of a hundred reasons it is, is all that helps
    return meaning


def exact_reason(error: ApiError) -> str:
    """What the server says stands in the way, for who reads its language; "" for all others."""
    return error.problem.detail if speaks_english() else ""


def code_words() -> Mapping[ProblemCode, str]:
    """What each code means, as a sentence without its full stop."""
    return _of_anything() | _of_accounts() | _of_stays() | _of_homes()


def _of_anything() -> dict[ProblemCode, str]:
    meanwhile = t("This was changed meanwhile. Look at it as it is now")
    failed = t("Something on our side failed. Nothing was changed")
    return {
        ProblemCode.MALFORMED: t("Some fields need correcting"),
        ProblemCode.NOT_FOUND: t("There is nothing here"),
        ProblemCode.REQUEST_TIMEOUT: t("It took too long to arrive. Try again"),
        ProblemCode.TOO_LARGE: t("That is too large"),
        ProblemCode.UNKNOWN_ENCODING: failed,
        ProblemCode.WRONG_HOST: t("This server is not called that. Use its usual address"),
        ProblemCode.UPGRADE_REQUIRED: t("This version of the app is too old. Update it"),
        ProblemCode.TRY_AGAIN: t("The server is busy or cannot be reached. Try again in a moment"),
        ProblemCode.FAILED: failed,
        ProblemCode.STILL_RUNNING: t("This is still being worked on. Try again in a moment"),
        ProblemCode.KEY_REUSED: failed,
        ProblemCode.INVALID_TRANSITION: t("This is no longer possible as things stand now"),
        ProblemCode.CHANGED_MEANWHILE: meanwhile,
        ProblemCode.TOO_MANY_TRIES: _wait_words(None),
        ProblemCode.CASE_TAKEN: t("Someone else has this case"),
        ProblemCode.IMPORT_RUNNING: t("This import is under way"),
        ProblemCode.IMPORT_UNREADABLE: t("This file cannot be read"),
        ProblemCode.UNKNOWN: t("That did not work"),
    }


def _of_accounts() -> dict[ProblemCode, str]:
    return {
        ProblemCode.NOT_SIGNED_IN: t("Sign in first"),
        ProblemCode.NOT_ALLOWED: t("Your account may not do this"),
        ProblemCode.EMAIL_UNVERIFIED: t("Confirm your e-mail address first, by the link in our mail to you"),
        ProblemCode.EMAIL_TAKEN: t("There is an account with this e-mail already"),
        ProblemCode.WRONG_CREDENTIALS: t("E-mail or password is wrong"),
        ProblemCode.SESSION_ENDED: t("You were signed out. Sign in again"),
        ProblemCode.LINK_OVER: t("This link was used, or is too old. Ask for a new one"),
        ProblemCode.ACCOUNT_IN_USE: t("This account is still needed"),
    }


def _of_stays() -> dict[ProblemCode, str]:
    return {
        ProblemCode.DATES_TAKEN: t("Someone else has these dates"),
        ProblemCode.HOLD_LAPSED: t("The dates were held for a while, and that is over"),
        ProblemCode.TOO_MANY_HOLDS: t(
            "Confirm one, let one go or wait for an answer, then these dates can be kept too."
        ),
        ProblemCode.QUOTE_EXPIRED: t("The price is not kept any more"),
        ProblemCode.NOT_BOOKABLE: t("This stay cannot be booked"),
        ProblemCode.MONTH_NOT_YET: t(
            "This month cannot be paid yet: those before it come first, and it can be paid from the day that is shown"
        ),
        ProblemCode.MONTH_CLOSED: t("This month is not to be paid any more"),
    }


def _of_homes() -> dict[ProblemCode, str]:
    return {
        ProblemCode.LISTING_INCOMPLETE: t("The listing is not complete yet"),
        ProblemCode.STAYS_OPEN: t("People have stays here that are not over"),
    }


def _wait_words(seconds: int | None) -> str:
    if seconds is None:
        return t("That was a lot in a short time. Try again a little later")
    if seconds < 120:
        return tn(
            "That was a lot in a short time. Try again in {n} second",
            "That was a lot in a short time. Try again in {n} seconds",
            seconds,
        )
    minutes = ceil(seconds / 60)
    if minutes < 120:
        return t("That was a lot in a short time. Try again in {minutes} minutes", minutes=minutes)
    return t("That was a lot in a short time. Try again in {hours} hours", hours=ceil(minutes / 60))
