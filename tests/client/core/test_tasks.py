"""What begins with a component or a page ends with it."""

import asyncio

import flet as ft

from client.core.tasks import keep_task, on_close, use_task
from tests.client.harness import App


def with_returned_cleanup(log: list[str]) -> ft.Control:
    count, set_count = ft.use_state(0)

    def effect() -> object:
        return lambda: log.append("cleaned up")

    ft.use_effect(effect, [])
    return ft.Column([ft.TextButton("Count", on_click=lambda _: set_count(count + 1))])


def shown_until_pressed(part: object, log: list[str]) -> ft.Control:
    on, set_on = ft.use_state(True)
    close = ft.TextButton("Close", on_click=lambda _: set_on(False))
    return ft.Column([close, *([part(log)] if on else [])])  # type: ignore[operator]


async def test_flet_loses_a_cleanup_that_was_returned_at_the_next_render(uncured: None) -> None:
    log: list[str] = []
    app = await App.show(shown_until_pressed, ft.component(with_returned_cleanup), log)
    await app.press("Count")
    await app.press("Close")
    assert log == []


def with_task(log: list[str]) -> ft.Control:
    count, set_count = ft.use_state(0)
    kind, set_kind = ft.use_state("a")

    async def work() -> None:
        log.append(f"begins {kind}")
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            log.append(f"ends {kind}")

    use_task(work, [kind], cleanup=lambda: log.append("cleaned up"))
    return ft.Column(
        [
            ft.TextButton("Count", on_click=lambda _: set_count(count + 1)),
            ft.TextButton("Other", on_click=lambda _: set_kind("b")),
        ]
    )


async def test_a_task_ends_with_its_component_and_begins_anew_with_its_dependencies(cured: None) -> None:
    log: list[str] = []
    app = await App.show(shown_until_pressed, ft.component(with_task), log)
    await app.press("Count")
    assert log == ["begins a"]
    await app.press("Other")
    assert sorted(log) == ["begins a", "begins b", "cleaned up", "ends a"]
    await app.press("Close")
    assert log[-1] == "ends b"
    assert log.count("cleaned up") == 2


async def test_a_task_reports_its_error_where_it_is_shown(cured: None) -> None:
    def panel() -> ft.Control:
        async def load() -> None:
            raise ValueError("load")

        reference = use_task(load)
        return ft.Text(f"failed {reference}" if reference else "loading")

    app = await App.show(panel)
    assert app.texts()[0].startswith("failed ")
    assert app.crashes == []


async def test_tasks_and_closers_end_with_the_page(cured: None) -> None:
    closed: list[str] = []
    app = await App.show(lambda: ft.Text("here"))
    task = keep_task(app.page, asyncio.create_task(asyncio.Event().wait()))
    on_close(app.page, lambda: closed.append("closed"))
    await app.close()
    assert task.cancelled()
    assert closed == ["closed"]
