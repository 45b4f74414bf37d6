"""Ids: version 7, sorted by their making, never the same."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from time import time_ns

import pytest
import time_machine

from server.core import clock, ids
from server.core.ids import new_id


def test_ids_are_version_7_of_the_rfc() -> None:
    for _ in range(1000):
        made = new_id()
        assert (made.version, made.variant) == (7, "specified in RFC 4122")


def test_each_id_is_larger_than_every_one_before_as_number_and_as_text() -> None:
    made = [new_id() for _ in range(20_000)]
    assert all(one < other and str(one) < str(other) for one, other in pairwise(made))


def test_threads_never_make_the_same_id_and_each_sees_them_grow() -> None:
    with ThreadPoolExecutor(8) as threads:
        batches = list(threads.map(lambda _: [new_id() for _ in range(5000)], range(8)))
    assert len({made for batch in batches for made in batch}) == 40_000
    assert all(one < other for batch in batches for one, other in pairwise(batch))


def test_an_id_tells_the_millisecond_it_was_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ids, "_last", 0)  # another test may have been further in the future
    then = clock.now() + timedelta(days=400)
    with time_machine.travel(then, tick=False):
        made, millisecond = new_id(), time_ns() // 1_000_000
    assert made.int >> 80 == millisecond


def test_ids_grow_even_when_the_clock_is_set_back() -> None:
    before = new_id()
    with time_machine.travel(clock.now() - timedelta(days=1)):
        assert new_id() > before


def test_the_rest_of_an_id_cannot_be_guessed() -> None:
    assert len({made.int & (1 << 62) - 1 for made in (new_id() for _ in range(1000))}) == 1000
