"""Who asked too often reads how long to wait, in units a person waits in; every other problem keeps its words."""

import pytest

from client.core.http import ApiError
from client.core.problem_words import asked_too_often, problem_words
from shared_models.problems import Problem, ProblemCode


def refused(wait: int | None, code: ProblemCode = ProblemCode.TOO_MANY_TRIES) -> ApiError:
    return ApiError(Problem(title="The server's words", status=429, code=code, retry_after=wait))


@pytest.mark.parametrize(
    ("wait", "when"),
    [
        (1, "in 1 second"), (119, "in 119 seconds"), (120, "in 2 minutes"), (121, "in 3 minutes"),
        (7140, "in 119 minutes"), (7200, "in 2 hours"), (86_400, "in 24 hours"), (None, "a little later"),
    ],
)  # fmt: skip
def test_a_wait_is_told_in_units_people_wait_in(wait: int | None, when: str) -> None:
    assert problem_words(refused(wait)) == f"That was a lot in a short time. Try again {when}"


def test_any_other_problem_keeps_its_words() -> None:
    other = refused(5, ProblemCode.TRY_AGAIN)
    assert problem_words(other) == "The server's words"
    assert not asked_too_often(other)
    assert not asked_too_often(None)
