"""How long what failed waits, how the waits grow, and when it is given up."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.retries import INTERNAL, MAILS, PROVIDERS, RetryPolicy

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
POLICY = RetryPolicy(first_wait=10 * SECOND, longest_wait=HOUR, window=48 * HOUR)


@pytest.mark.parametrize(("tries", "whole"), [(1, 10), (2, 20), (3, 40), (9, 2560), (10, 3600), (10_000, 3600)])
def test_a_wait_doubles_up_to_its_cap_and_is_half_of_that_at_least(tries: int, whole: float) -> None:
    waits = [POLICY.wait(tries, timedelta(0)) for _ in range(200)]
    seconds = [wait.total_seconds() for wait in waits if wait is not None]
    assert whole / 2 <= min(seconds) < whole * 0.6
    assert whole * 0.9 < max(seconds) <= whole


@given(st.integers(1, 10_000), st.timedeltas(timedelta(0), timedelta(days=400)))
def test_it_is_given_up_by_time_alone_and_never_waits_beyond_the_window(tries: int, tried_for: timedelta) -> None:
    wait = POLICY.wait(tries, tried_for)
    assert (wait is None) == (tried_for >= POLICY.window)
    assert wait is None or timedelta(0) < wait <= POLICY.window - tried_for


@pytest.mark.parametrize(
    ("policy", "window"), [(INTERNAL, timedelta(minutes=30)), (MAILS, 48 * HOUR), (PROVIDERS, 48 * HOUR)]
)
def test_the_last_try_comes_when_the_window_ends(policy: RetryPolicy, window: timedelta) -> None:
    tries, passed = 1, timedelta(0)
    while (wait := policy.wait(tries, passed)) is not None:
        tries, passed = tries + 1, passed + wait
    assert passed == window
    assert tries > 10
