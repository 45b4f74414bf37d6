"""A part that cannot be shown says so where it stands; everything else lives on, and trying again begins anew."""

import dataclasses
from collections.abc import Callable, Iterator

import flet as ft
import pytest

from client.core.boundaries import FailedPart, panel, screen
from client.core.flet_session import install, uninstall
from client.core.hooks import memo
from tests.client.harness import App


@dataclasses.dataclass
class Faults:
    """What fails now; the parts below read it, as a fault in the code would not change with what they show."""

    names: set[str] = dataclasses.field(default_factory=set)
    mounted: list[str] = dataclasses.field(default_factory=list)
    gone: list[str] = dataclasses.field(default_factory=list)

    def check(self, name: str) -> None:
        if name in self.names:
            raise ValueError(f"{name} fails")


@pytest.fixture
def faults() -> Faults:
    return Faults()


def shown_failure(failed: FailedPart) -> ft.Control:
    kind = "bare" if failed.is_bare else "page" if failed.is_page else "part"
    again = ft.TextButton("Try again", on_click=lambda _: failed.retry())
    return ft.Column([ft.Text(f"{kind} failed {failed.reference}"), again])


@pytest.fixture(autouse=True)
def cured() -> Iterator[None]:
    install(show_failure=shown_failure)
    yield
    uninstall()


def told(app: App) -> list[str]:
    """What is on show, without the references."""
    return [words.rpartition(" ")[0] if " failed " in words else words for words in app.texts()]


@ft.component
def Leaf(faults: Faults, name: str) -> ft.Control:
    faults.check(name)
    count, set_count = ft.use_state(0)

    def mount() -> None:
        faults.mounted.append(name)

    def leave() -> None:
        faults.gone.append(name)

    ft.use_effect(mount, [], cleanup=leave)
    return ft.Column([ft.Text(f"{name} {count}"), ft.TextButton(f"Up {name}", on_click=lambda _: set_count(count + 1))])


@panel
def Panel(faults: Faults, name: str) -> ft.Control:
    faults.check("panel")
    return ft.Column([Leaf(faults, f"{name} leaf"), ft.Column([Leaf(faults, f"{name} other")])])


@screen
def Page(faults: Faults) -> ft.Control:
    faults.check("page")
    return ft.Column([Panel(faults, "left"), Panel(faults, "right")])


LEFT, RIGHT = ["left leaf 0", "left other 0"], ["right leaf 0", "right other 0"]


async def test_a_part_that_fails_when_it_is_first_shown_is_replaced_by_its_panel_alone(faults: Faults) -> None:
    faults.names = {"left other"}
    app = await App.show(Page, faults)
    assert told(app) == ["part failed", *RIGHT]
    assert app.crashes == []


async def test_a_part_that_fails_later_is_replaced_by_its_panel_alone(faults: Faults) -> None:
    app = await App.show(Page, faults)
    assert told(app) == [*LEFT, *RIGHT]
    faults.names = {"left leaf"}
    await app.press("Up left leaf")
    assert told(app) == ["part failed", *RIGHT]
    await app.press("Up right leaf")
    assert told(app) == ["part failed", "right leaf 1", "right other 0"]
    assert app.crashes == []


async def test_trying_again_shows_the_part_anew_and_starts_its_effects(faults: Faults) -> None:
    app = await App.show(Page, faults)
    await app.press("Up left leaf")
    faults.names, faults.mounted = {"left leaf"}, []
    await app.press("Up left leaf")
    assert sorted(faults.gone) == ["left leaf", "left other"]
    faults.names = set()
    await app.press("Try again")
    assert told(app) == [*LEFT, *RIGHT]
    assert sorted(faults.mounted) == ["left leaf", "left other"]
    await app.press("Up left leaf")
    assert told(app)[0] == "left leaf 1"


async def test_trying_again_in_vain_says_so_again_under_another_reference(faults: Faults) -> None:
    faults.names = {"left leaf"}
    app = await App.show(Page, faults)
    (before,) = [words for words in app.texts() if "failed" in words]
    await app.press("Try again")
    (after,) = [words for words in app.texts() if "failed" in words]
    assert before != after
    assert told(app) == ["part failed", *RIGHT]


async def test_a_panel_that_fails_itself_fails_alone(faults: Faults) -> None:
    app = await App.show(Page, faults)
    faults.names = {"panel"}
    await app.press("Up left leaf")
    assert told(app)[0] == "left leaf 1"  # it has not been rendered
    faults.names = {"panel", "left leaf"}
    await app.press("Up left leaf")
    await app.press("Try again")
    assert told(app) == ["part failed", *RIGHT]


async def test_two_parts_of_a_panel_that_fail_at_once_are_one_failure(faults: Faults) -> None:
    faults.names = {"left leaf", "left other"}
    app = await App.show(Page, faults)
    assert told(app) == ["part failed", *RIGHT]


async def test_without_a_panel_the_page_says_so(faults: Faults) -> None:
    @screen
    def bare_page(faults: Faults) -> ft.Control:
        return Leaf(faults, "leaf")

    faults.names = {"leaf"}
    app = await App.show(bare_page, faults)
    assert told(app) == ["page failed"]


async def test_other_arguments_are_a_reason_to_try_again(faults: Faults) -> None:
    @panel
    def named(faults: Faults, name: str) -> ft.Control:
        return Leaf(faults, name)

    def page() -> ft.Control:
        name, set_name = ft.use_state("bad")
        return ft.Column([named(faults, name), ft.TextButton("Other", on_click=lambda _: set_name("good"))])

    faults.names = {"bad"}
    app = await App.show(page)
    assert told(app) == ["part failed"]
    await app.press("Other")
    assert told(app) == ["good 0"]


async def test_a_parent_that_renders_again_does_not_try_again_by_itself(
    faults: Faults, caplog: pytest.LogCaptureFixture
) -> None:
    def page() -> ft.Control:
        count, set_count = ft.use_state(0)
        return ft.Column([Panel(faults, "left"), ft.TextButton("Again", on_click=lambda _: set_count(count + 1))])

    faults.names = {"left leaf"}
    app = await App.show(page)
    await app.press("Again")
    assert told(app) == ["part failed"]
    assert len([record for record in caplog.records if record.name == "client.core.flet_session"]) == 1


async def test_a_memoised_panel_fails_alone_too(faults: Faults) -> None:
    memoised = memo(Panel)
    app = await App.show(lambda: ft.Column([memoised(faults, "left"), Leaf(faults, "beside")]))
    faults.names = {"left leaf"}
    await app.press("Up left leaf")
    assert told(app) == ["part failed", "beside 0"]
    faults.names = set()
    await app.press("Try again")
    assert told(app) == [*LEFT, "beside 0"]


async def test_a_failing_part_of_a_sheet_says_so_in_the_sheet(faults: Faults) -> None:
    @ft.component
    def page(faults: Faults) -> ft.Control:
        count, set_count = ft.use_state(0)
        ft.use_dialog(ft.AlertDialog(title=ft.Text(f"Sheet {count}"), content=Panel(faults, "left")))
        return ft.TextButton("Again", on_click=lambda _: set_count(count + 1))

    faults.names = {"left leaf"}
    app = await App.show(page, faults)
    assert sorted(told(app)) == ["Sheet 0", "part failed"]
    faults.names = set()
    await app.press("Again")
    await app.press("Try again")
    assert sorted(told(app)) == ["Sheet 1", *LEFT]
    assert app.crashes == []


@pytest.mark.parametrize("at", ["first", "later"])
async def test_a_control_that_flet_refuses_fails_its_panel(faults: Faults, at: str) -> None:
    @panel
    def odd(opacity: Callable[[], float]) -> ft.Control:
        count, set_count = ft.use_state(0)
        return ft.Column(
            [ft.Text("odd", opacity=opacity()), ft.TextButton("Up", on_click=lambda _: set_count(count + 1))]
        )

    values = {"opacity": 2.0 if at == "first" else 1.0}
    app = await App.show(lambda: ft.Column([odd(lambda: values["opacity"]), Leaf(faults, "beside")]))
    if at == "later":
        assert told(app) == ["odd", "beside 0"]
        values["opacity"] = 2.0
        await app.press("Up")
    assert told(app) == ["part failed", "beside 0"]
    values["opacity"] = 0.5
    await app.press("Try again")
    assert told(app) == ["odd", "beside 0"]
    assert app.crashes == []


async def test_a_dialog_that_flet_refuses_is_not_opened_and_the_session_goes_on(faults: Faults) -> None:
    @ft.component
    def page(faults: Faults) -> ft.Control:
        open_, set_open = ft.use_state(False)
        ft.use_dialog(ft.AlertDialog(title=ft.Text("Odd", opacity=2.0)) if open_ else None)
        return ft.Column([ft.TextButton("Open", on_click=lambda _: set_open(True)), Leaf(faults, "beside")])

    app = await App.show(page, faults)
    await app.press("Open")
    assert len(app.crashes) == 1  # nothing on this page shows the session's banner
    await app.press("Up beside")
    assert "beside 1" in told(app)


async def test_when_the_view_of_a_failure_fails_a_plainer_one_takes_its_place(faults: Faults) -> None:
    @ft.component
    def Frame(inside: ft.Control) -> ft.Control:
        faults.check("frame")
        return inside

    def framed(failed: FailedPart) -> ft.Control:
        return shown_failure(failed) if failed.is_bare else Frame(shown_failure(failed))

    install(show_failure=framed)
    faults.names = {"frame", "left leaf", "page"}
    app = await App.show(Page, faults)
    assert told(app) == ["bare failed"]
    faults.names = set()
    await app.press("Try again")
    assert told(app) == [*LEFT, *RIGHT]
    assert app.crashes == []


async def test_when_nothing_can_be_shown_the_session_says_so_once(faults: Faults) -> None:
    def broken(failed: FailedPart) -> ft.Control:
        raise ValueError("even the view")

    install(show_failure=broken)
    faults.names = {"page"}
    app = await App.show(Page, faults)
    assert len(app.crashes) == 1
