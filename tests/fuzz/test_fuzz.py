"""Calls that nobody thought of, by everyone, with real ids among them: every answer is one the OpenAPI tells of."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.core.failures import FailureGroup

from tests.fuzz.conftest import CHECKS, Target, a_few, dates
from tests.server.access.verdicts import Who
from tests.stories.conftest import day

HASHING = {"POST /api/v1/auth/register", "POST /api/v1/auth/sign-in"}
"""Each call takes a fifth of a second on purpose."""
Draw = Callable[[st.SearchStrategy[Any]], Any]


def with_real_ids(case: Case, target: Target, draw: Draw) -> None:
    """Put ids of what is there, and days soon to come, in the place of some that were made up."""
    for values in (case.path_parameters, case.query, case.body):
        if not isinstance(values, dict):
            continue
        for name in values.keys() & target.ids.keys():
            if draw(st.integers(0, 3)):
                values[name] = draw(st.sampled_from(target.ids[name]))
        if (days := dates(values)) is not None and draw(st.booleans()):
            first = draw(st.integers(2, 60))
            values[days[0]], values[days[1]] = day(first), day(first + draw(st.integers(1, 9)))


def fuzz(target: Target, examples: int, path: str = "") -> tuple[int, list[str]]:
    """Call every operation with sound and with broken values, as everyone; how many calls were made, what was wrong."""
    calls, wrong = 0, []
    chosen = target.schema.include(path_regex=path) if path else target.schema
    for operation in (found.ok() for found in chosen.get_all_operations()):
        for mode in GenerationMode:
            few = max(2, examples // 5) if operation.label in HASHING else examples

            @a_few(few)
            @given(case=operation.as_strategy(generation_mode=mode), who=st.sampled_from(Who), data=st.data())
            def one(case: Case, who: Who, data: st.DataObject) -> None:
                nonlocal calls
                calls += 1
                with_real_ids(case, target, data.draw)
                case.call_and_validate(
                    base_url=target.url, headers=target.headers[who], session=target.session, checks=CHECKS, timeout=30
                )

            try:
                one()
            except FailureGroup as found:
                wrong.append(f"{operation.label}: {found}")
            except Unsatisfiable:
                assert mode is GenerationMode.NEGATIVE, operation.label  # nothing is asked, so nothing can be broken
    return calls, wrong


@pytest.mark.parametrize("examples", [2, pytest.param(30, marks=pytest.mark.prove)])
async def test_random_calls_get_only_answers_the_openapi_tells_of(target: Target, examples: int) -> None:
    calls, wrong = await asyncio.to_thread(fuzz, target, examples)
    assert wrong == [], "\n".join(wrong)
    assert calls > 50 * examples


async def test_an_answer_the_openapi_does_not_tell_of_is_seen(target: Target) -> None:
    del target.schema.raw_schema["paths"]["/api/v1/bookings/{booking_id}"]["get"]["responses"]["404"]
    _, wrong = await asyncio.to_thread(fuzz, target, 5, path=r"/bookings/\{booking_id\}$")
    assert all("Undocumented status code" in told and "[404]" in told for told in wrong)
    assert wrong != []
