"""Actions: once at a time, or the latest only; problems are kept, errors are not swallowed."""

import asyncio

import pytest

from client.core.action import Action
from client.core.http import ApiError
from shared_models.problems import Problem, ProblemCode


class Slow:
    """An async function that a test lets go on."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.ended: list[str] = []
        self.go_on = asyncio.Event()

    async def __call__(self, name: str) -> None:
        self.begun.append(name)
        await self.go_on.wait()
        self.ended.append(name)


async def begin(action: Action, name: str) -> "asyncio.Task[bool]":
    task = asyncio.create_task(action.start(name))
    for _ in range(3):
        await asyncio.sleep(0)
    return task


async def test_a_second_start_while_it_runs_does_nothing() -> None:
    slow = Slow()
    action = Action(slow)
    first = await begin(action, "a")
    assert (action.running, await action.start("b")) == (True, False)
    slow.go_on.set()
    assert await first
    assert (slow.begun, action.running, action.done) == (["a"], False, True)


async def test_the_latest_start_cancels_the_one_before() -> None:
    slow = Slow()
    action = Action(slow, latest=True)
    first, second = await begin(action, "a"), await begin(action, "b")
    assert (await first, action.running) == (False, True)
    slow.go_on.set()
    assert await second
    assert (slow.begun, slow.ended, action.running) == (["a", "b"], ["b"], False)


async def test_a_problem_is_kept_until_the_next_start_or_until_it_is_read() -> None:
    problem = ApiError(Problem(title="Taken", status=409, code=ProblemCode.DATES_TAKEN))
    answers: list[Exception | None] = [problem, None, problem]

    async def fn() -> None:
        if (answer := answers.pop(0)) is not None:
            raise answer

    action = Action(fn)
    assert not await action.start()
    assert (action.problem, action.running) == (problem, False)
    assert await action.start()
    assert action.problem is None
    await action.start()
    action.forget()
    assert action.problem is None


async def test_an_error_of_ours_comes_out_and_the_action_can_start_again() -> None:
    answers: list[Exception | None] = [LookupError("ours"), None]

    async def fn() -> None:
        if (answer := answers.pop(0)) is not None:
            raise answer

    action = Action(fn)
    with pytest.raises(LookupError):
        await action.start()
    assert not action.running
    assert await action.start()


async def test_who_is_cancelled_while_it_runs_cancels_it() -> None:
    slow = Slow()
    action = Action(slow)
    task = await begin(action, "a")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    slow.go_on.set()
    await asyncio.sleep(0)
    assert (slow.ended, action.running) == ([], False)
