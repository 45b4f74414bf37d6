"""The faults of Flet 1.0.5, shown without our cures (a Flet that mends one fails here), and the cures."""

import asyncio
import dataclasses
import gc
import logging

import flet as ft
import pytest
from flet.components.component import Component
from flet.messaging.protocol import Message, MessageAction
from flet_web.fastapi.flet_app_manager import app_manager

from client.core import flet_session
from client.core.flet_session import bind_sessions, install, rebind, uninstall, use_trouble
from client.core.history import go_instead
from tests.client.harness import App


@ft.observable
@dataclasses.dataclass
class Words:
    text: str = "at rest"


@ft.component
def Shown(words: Words) -> ft.Control:
    return ft.Text(words.text)


def writes_into(words: Words) -> ft.Control:
    return ft.TextButton("Write", on_click=lambda _: setattr(words, "text", "written by another"))


async def two_apps() -> tuple[App, App]:
    words = Words()
    writer = await App.show(writes_into, words)
    owner = await App.show(Shown, words)
    writer.wire.sent.clear()
    owner.wire.sent.clear()
    return writer, owner


async def test_flet_sends_a_patch_to_the_session_of_the_writer(uncured: None) -> None:
    writer, owner = await two_apps()
    await writer.press("Write")
    assert [len(writer.wire.sent), len(owner.wire.sent)] == [1, 0]


async def test_a_patch_goes_to_the_session_that_shows_it(cured: None) -> None:
    writer, owner = await two_apps()
    await writer.press("Write")
    assert [len(writer.wire.sent), len(owner.wire.sent)] == [0, 1]
    assert owner.texts() == ["written by another"]


async def test_whoever_writes_a_state_is_not_stopped_by_what_has_lost_its_place(cured: None) -> None:
    words = Words()
    app = await App.show(Shown, words)
    (shown,) = [part for part in app.all(Component) if part.fn.__name__ == "Shown"]
    place, shown._parent = shown._parent, None
    words.text = "written while it hung on nothing"
    shown._parent = place
    words.text = "seen again"
    await app.settle()
    assert app.texts() == ["seen again"]
    await app.close()


def failing_button() -> ft.Control:
    reference, dismiss = use_trouble()

    def boom(_: object) -> None:
        raise ValueError("a secret detail")

    return ft.Column(
        [
            ft.Text(f"banner {reference}" if reference else "no banner"),
            ft.TextButton("Fail", on_click=boom),
            ft.TextButton("Dismiss", on_click=lambda _: dismiss()),
        ]
    )


async def test_flet_hides_the_page_behind_the_raw_message_of_an_error(uncured: None) -> None:
    app = await App.show(failing_button)
    await app.press("Fail")
    assert "a secret detail" in app.crashes[0]


async def test_an_error_in_a_handler_shows_a_banner_whose_reference_is_in_the_log(
    cured: None, caplog: pytest.LogCaptureFixture
) -> None:
    app = await App.show(failing_button)
    with caplog.at_level(logging.ERROR, logger="client.core.flet_session"):
        await app.press("Fail")
    assert app.crashes == []
    (line,) = [record for record in caplog.records if record.name == "client.core.flet_session"]
    reference = app.texts()[0].removeprefix("banner ")
    assert reference in line.getMessage()
    assert line.exc_info
    assert isinstance(line.exc_info[1], ValueError)

    await app.press("Dismiss")
    assert app.texts()[0] == "no banner"


async def test_an_error_before_anything_is_shown_ends_in_a_reference_without_details(cured: None) -> None:
    def main(_: ft.Page) -> None:
        raise ValueError("a secret detail")

    app = await App.start(main)
    assert len(app.crashes) == 1
    assert "secret" not in app.crashes[0]


@ft.component
def Fragile(fails: bool) -> ft.Control:
    if fails:
        raise ValueError("render")
    return ft.Text("whole")


def counting(part: object) -> ft.Control:
    count, set_count = ft.use_state(0)
    fails, set_fails = ft.use_state(False)
    return ft.Column(
        [
            ft.Text(f"count {count}"),
            part(fails),  # type: ignore[operator]
            ft.TextButton("Count", on_click=lambda _: set_count(count + 1)),
            ft.TextButton("Break", on_click=lambda _: set_fails(True)),
            ft.TextButton("Mend", on_click=lambda _: set_fails(False)),
        ]
    )


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_flet_never_updates_again_after_an_error_in_a_render(uncured: None) -> None:
    app = await App.show(counting, Fragile)
    await app.press("Break")
    await app.press("Count")
    assert app.texts()[0] == "count 0"
    assert app.crashes == []  # and nobody is told


async def test_an_error_in_a_render_without_a_boundary_is_told_and_the_session_is_not_resumed(cured: None) -> None:
    app = await App.show(counting, Fragile)
    await app.press("Break")
    assert len(app.crashes) == 1
    assert app.session in flet_session._broken
    await app.press("Mend")
    await app.press("Count")
    assert app.texts()[0] == "count 1"


def with_async_effect() -> ft.Control:
    reference, _ = use_trouble()

    async def effect() -> None:
        raise ValueError("effect")

    ft.use_effect(effect, [])
    return ft.Text(f"banner {reference}" if reference else "no banner")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_flet_loses_the_error_of_an_async_effect(uncured: None) -> None:
    app = await App.show(with_async_effect)
    assert app.texts() == ["no banner"]
    assert app.crashes == []


async def test_the_error_of_an_async_effect_shows_a_banner(cured: None) -> None:
    app = await App.show(with_async_effect)
    assert app.texts()[0].startswith("banner ")


async def test_flet_forgets_what_changed_while_the_browser_was_away(uncured: None) -> None:
    words = Words()
    app = await App.show(Shown, words)
    await app.leave()
    words.text = "changed meanwhile"
    await app.come_back()
    assert app.texts() == ["at rest"]


async def test_what_changed_while_the_browser_was_away_is_shown_when_it_comes_back(cured: None) -> None:
    words = Words()
    app = await App.show(Shown, words)
    await app.leave()
    words.text = "changed meanwhile"
    await app.come_back()
    assert app.texts() == ["changed meanwhile"]


async def test_a_session_is_resumed_only_by_the_browser_and_sign_in_it_belongs_to(cured: None) -> None:
    who = {"key": ("browser a", "signed out")}
    undo = bind_sessions(app_manager, lambda: who["key"])
    try:
        app = await App.show(lambda: ft.Text("private"))
        await app_manager.add_session("id", app.session)
        assert await app_manager.get_session("id") is app.session

        who["key"] = ("browser b", "signed out")
        assert await app_manager.get_session("id") is None

        rebind(app.page, ("browser a", "signed in"))
        who["key"] = ("browser a", "signed in")
        assert await app_manager.get_session("id") is app.session

        flet_session._broken.add(app.session)
        assert await app_manager.get_session("id") is None
    finally:
        undo()
        await app_manager.delete_session("id")


class Loud:
    """Something on a page that notices when it is written out as text."""

    told = 0

    def __repr__(self) -> str:
        Loud.told += 1
        return "loud"


def test_flet_writes_out_every_message_as_text_for_a_log_that_is_off(uncured: None) -> None:
    before = Loud.told
    assert "loud" in f"{Message(MessageAction.PATCH_CONTROL, Loud())}"
    assert Loud.told == before + 1


def test_a_message_is_not_written_out_as_text(cured: None) -> None:
    before = Loud.told
    assert f"{Message(MessageAction.PATCH_CONTROL, Loud())}" == "Message(PATCH_CONTROL)"
    assert Loud.told == before


@ft.component
def Focused(words: Words) -> ft.Control:
    """A field that can be focused, until the words are others."""
    return ft.TextField() if words.text == "at rest" else ft.Text(words.text)


async def test_flet_breaks_off_when_a_browser_answers_for_a_control_that_is_gone(uncured: None) -> None:
    app = await App.show(Focused, Words())
    with pytest.raises(RuntimeError, match="is not registered"):
        app.session.handle_invoke_method_results(987_654, "call", None, None)


async def test_whoever_waits_for_a_control_that_is_gone_goes_on(cured: None) -> None:
    words = Words()
    app = await App.show(Focused, words)
    field = app.one(ft.TextField)
    app.wire.answered = False
    call = asyncio.create_task(field.focus())  # type: ignore[no-untyped-call]
    await app.settle()
    words.text = "gone"
    await app.settle()
    (sent,) = [m.body for m in app.wire.sent if m.action == MessageAction.INVOKE_METHOD]
    app.session.handle_invoke_method_results(sent.control_id, sent.call_id, None, "no such control")
    await asyncio.wait_for(call, 5)
    assert app.texts() == ["gone"]


WEATHER = ft.create_context("unknown")


@ft.component
def Outlook(words: Words) -> ft.Control:
    return ft.Text(f"{ft.use_context(WEATHER)}, {words.text}")


@dataclasses.dataclass(frozen=True)
class Wrapped:
    """So that the memoised component itself does not watch what its child watches."""

    words: Words


@ft.component
def Window(wrapped: Wrapped) -> ft.Control:
    return ft.Column([Outlook(wrapped.words)])


MemoisedWindow = ft.memo(Window)


@ft.component
def House(wrapped: Wrapped) -> ft.Control:
    """Renders again when it is told to; the memoised window in it is then left as it is."""
    storey, set_storey = ft.use_state(0)
    up = ft.TextButton(f"Up from {storey}", on_click=lambda _: set_storey(1))
    change = ft.TextButton("Change", on_click=lambda _: setattr(wrapped.words, "text", "changed"))
    return ft.Column([up, change, MemoisedWindow(wrapped)])


async def shown_after_its_memoised_parent_was_spared_a_render() -> list[str]:
    """What a component shows that reads a context and renders alone, below one that was not rendered again."""
    wrapped = Wrapped(Words())
    app = await App.show(lambda: WEATHER("sunny", lambda: House(wrapped)))
    await app.press("Up from 0")
    gc.collect()
    await app.press("Change")
    return app.texts()


async def test_flet_forgets_the_contexts_below_a_memoised_component_that_was_spared_a_render(uncured: None) -> None:
    assert await shown_after_its_memoised_parent_was_spared_a_render() == ["unknown, changed"]


async def test_contexts_are_found_below_a_memoised_component_that_was_spared_a_render(cured: None) -> None:
    assert await shown_after_its_memoised_parent_was_spared_a_render() == ["sunny, changed"]


def test_the_cures_refuse_another_version_of_flet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flet_session, "flet_version", "1.0.6")
    with pytest.raises(RuntimeError, match="made for Flet"):
        install()


def test_installing_twice_changes_nothing_and_uninstalling_restores_flet(uncured: None) -> None:
    before = [getattr(owner, name) for owner, name, _ in flet_session._PATCHES]
    install()
    once = [getattr(owner, name) for owner, name, _ in flet_session._PATCHES]
    install()
    assert [getattr(owner, name) for owner, name, _ in flet_session._PATCHES] == once
    assert all(one is not other for one, other in zip(before, once, strict=True))
    uninstall()
    assert [getattr(owner, name) for owner, name, _ in flet_session._PATCHES] == before


@ft.component
def Places() -> ft.Control:
    def first() -> ft.Control:
        return ft.Text("the first place")

    return ft.Router([ft.Route(path="first", component=ft.component(first)), ft.Route(path="second", component=Second)])


@ft.component
def Second() -> ft.Control:
    is_open, set_open = ft.use_state(False)
    ft.use_dialog(ft.AlertDialog(content=ft.Text("a sheet"), on_dismiss=lambda _: set_open(False)) if is_open else None)
    words = "the sheet is open" if is_open else "the second place"
    return ft.Column([ft.Text(words), ft.TextButton("Open", on_click=lambda _: set_open(True))])


async def back_from_a_sheet() -> App:
    """Two places, a sheet over the second, and the browser's Back."""
    app = await App.show(Places, route="/first")
    flet_session.begin_history(app.page)
    await app.event(app.page, "route_change", {"route": "/second"})
    await app.press("Open")
    app.session.apply_page_patch({"route": "/first"})
    await app.event(app.page, "route_change", {"route": "/first"})
    return app


async def test_flet_leaves_the_page_together_with_the_sheet_over_it(uncured: None) -> None:
    app = await back_from_a_sheet()
    assert app.texts() == ["the first place"]
    assert app.calls("push_route") == []


async def test_back_closes_a_sheet_first_and_then_leads_to_the_page_before(cured: None) -> None:
    app = await back_from_a_sheet()
    sheet = app.page._dialogs.controls[0]
    assert not sheet.open
    assert "the first place" not in app.texts()
    assert [call.args["route"] for call in app.calls("push_route")] == ["/second"], "the address is put back"
    await app.event(sheet, "dismiss")
    assert "the second place" in app.texts()
    app.session.apply_page_patch({"route": "/first"})
    await app.event(app.page, "route_change", {"route": "/first"})
    assert app.texts() == ["the first place"]


async def test_a_page_that_was_loaded_anew_shows_its_address_whatever_lay_over_the_one_before(cured: None) -> None:
    app = await App.show(Places, route="/first")
    flet_session.begin_history(app.page)
    await app.event(app.page, "route_change", {"route": "/second"})
    await app.press("Open")
    app.session.apply_page_patch({"route": "/first"})
    await app.session.dispatch_connect_event()
    await app.event(app.page, "route_change", {"route": "/first"})
    assert app.texts() == ["the first place"]
    assert app.calls("push_route") == []


async def test_an_address_that_took_the_place_of_another_is_put_back_as_one_of_its_own(cured: None) -> None:
    app = await App.show(Places, route="/first")
    flet_session.begin_history(app.page)
    go_instead(app.page, "/second")
    await app.settle()
    await app.press("Open")
    app.session.apply_page_patch({"route": "/first"})
    await app.event(app.page, "route_change", {"route": "/first"})
    assert [call.args["route"] for call in app.calls("push_route")] == ["/second#instead", "/second"]


async def test_an_address_that_we_open_ourselves_is_opened_over_a_sheet_as_well(cured: None) -> None:
    app = await App.show(Places, route="/first")
    flet_session.begin_history(app.page)
    await app.event(app.page, "route_change", {"route": "/second"})
    await app.press("Open")
    app.page.navigate("/first")
    await app.settle()
    assert app.texts() == ["the first place"]


async def test_a_phone_has_no_history_that_would_take_a_mark_off_an_address(cured: None) -> None:
    app = await App.start(lambda page: page.render(Places), route="/first", web=False)
    go_instead(app.page, "/second")
    await app.settle()
    assert [call.args["route"] for call in app.calls("push_route")] == ["/second"]
