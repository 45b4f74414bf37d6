"""What went wrong, in the reader's own language where it is of a kind that they meet anywhere."""

from math import ceil

from client.core.http import ApiError, words_for
from client.core.language import t, tn
from shared_models.problems import ProblemCode


def asked_too_often(error: ApiError | None) -> bool:
    """Whether it is only too early to ask again: what is on show is as good as before."""
    return error is not None and error.code is ProblemCode.TOO_MANY_TRIES


def problem_words(error: ApiError) -> str:
    """One sentence for a person; who asked too often learns when to ask again."""
    if error.code is ProblemCode.EMAIL_UNVERIFIED:
        return t("Confirm your e-mail address first, by the link in our mail to you")
    if not asked_too_often(error):
        return words_for(error)
    wait = error.problem.retry_after
    if wait is None:
        return t("That was a lot in a short time. Try again a little later")
    if wait < 120:
        return tn(
            "That was a lot in a short time. Try again in {n} second",
            "That was a lot in a short time. Try again in {n} seconds",
            wait,
        )
    minutes = ceil(wait / 60)
    if minutes < 120:
        return t("That was a lot in a short time. Try again in {minutes} minutes", minutes=minutes)
    return t("That was a lot in a short time. Try again in {hours} hours", hours=ceil(minutes / 60))
