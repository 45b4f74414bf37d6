"""What runs beside the drawing of a page and ends with it: Flet never cleans up the effects of an evicted session.

`use_task` is the hook of a component, `keep_task` and `on_close` are for what belongs to the whole page.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import datetime
from typing import Any, TypeVar

import flet as ft

from client.core import clock
from client.core.flet_session import report
from client.core.hooks import use_latest
from client.core.http import ApiError

T = TypeVar("T")
Async = Callable[..., Coroutine[Any, Any, None]]


def use_task(
    fn: Callable[[], Awaitable[None]],
    dependencies: Sequence[Any] = (),
    cleanup: Callable[[], Any] | None = None,
    *,
    on_return: bool = False,
) -> str:
    """Hook: run an async effect when the component appears and when a dependency changes.

    With `on_return` also when the browser comes back, after a reload or a line that broke: Flet shows what it showed,
    and whatever others did meanwhile is not in it. Not for what a person may be typing over.

    Returns the reference of the error it ended with, or "". The running task is cancelled before the next run, when
    the component goes and when the page closes. `cleanup` is named: Flet loses a returned one at the next render.
    """
    page = ft.context.page
    reference, set_reference = ft.use_state("")
    running: Any = ft.use_ref(None)

    async def work() -> None:
        try:
            await fn()
        except asyncio.CancelledError:
            raise
        except Exception as error:
            set_reference(report(f"task {fn.__qualname__}", error))
        else:
            set_reference("")

    def stop() -> None:
        if running.current is not None:
            running.current.cancel()
            running.current = None
            if cleanup is not None:
                cleanup()

    def start() -> None:
        stop()
        running.current = keep_task(page, asyncio.create_task(work()))

    come_back = use_latest(start)

    def wait() -> None:
        if on_return:
            _returning(page).append(come_back)

    def wait_no_more() -> None:
        if on_return:
            _returning(page).remove(come_back)

    ft.use_effect(start, list(dependencies), cleanup=stop)
    ft.use_effect(wait, [], cleanup=wait_no_more)
    return reference


LOOK_SECONDS = 30
"""How long a deadline is slept for at most: a machine that slept through it is awake again within this time."""


def use_deadline(at: datetime | None, look: Callable[[], Awaitable[Any]]) -> None:
    """Hook: once a moment has come (None: there is none) the component renders again, and `look` asks how things stand.

    That the server cannot be asked then is no failure: what is over by the clock is shown as over.
    """
    _, set_over = ft.use_state(None)

    async def wait() -> None:
        if at is None:
            return
        while (left := (at - clock.now()).total_seconds()) > 0:  # noqa: ASYNC110 - nothing but the clock tells
            await asyncio.sleep(min(left, LOOK_SECONDS))
        set_over(at)
        with contextlib.suppress(ApiError):
            await look()

    use_task(wait, [at])


def _returning(page: ft.Page) -> list[Callable[[], None]]:
    """What is to be done when the browser comes back to this session."""
    store = page.session.store
    waiting: list[Callable[[], None]] | None = store.get("when_back")
    if waiting is None:
        waiting = []
        store.set("when_back", waiting)

        def back(_: Any) -> None:
            for come_back in [*waiting]:
                come_back()

        page.on_connect = back
    return waiting


def keep_task(page: ft.Page, task: "asyncio.Task[T]") -> "asyncio.Task[T]":
    """Cancel a task when the page's session ends."""
    tasks = _tasks_of(page)
    tasks.add(task)
    task.add_done_callback(tasks.discard)
    return task


def on_close(page: ft.Page, fn: Callable[[], Any]) -> None:
    """Call a function when the page's session ends; several may be given."""
    _tasks_of(page)
    page.session.store.get("when_closed").append(fn)


def _tasks_of(page: ft.Page) -> "set[asyncio.Task[Any]]":
    store = page.session.store
    tasks: set[asyncio.Task[Any]] | None = store.get("tasks")
    if tasks is None:
        tasks = set()
        store.set("tasks", tasks)
        store.set("when_closed", [])
    if page.on_close is None:
        page.on_close = lambda _: _close(page)
    return tasks


def _close(page: ft.Page) -> None:
    store = page.session.store
    for task in list(store.get("tasks") or ()):
        task.cancel()
    for fn in store.get("when_closed") or ():
        try:
            fn()
        except Exception as error:
            report("closing a page", error)
