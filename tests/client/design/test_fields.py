"""A field keeps what is typed faster than the page is drawn."""

import dataclasses

import flet as ft

from client.design.buttons import quiet
from client.design.fields import text_field
from tests.client.harness import App


@ft.observable
@dataclasses.dataclass
class Form:
    """What a screen knows of a field."""

    name: str = ""
    drawn: int = 0

    def put(self, words: str) -> None:
        self.name = words


def screen(form: Form, said: list[str]) -> ft.Control:
    def draw(_: object) -> None:
        form.drawn += 1

    def say(_: object) -> None:
        form.name = said.pop(0)

    field = text_field("Name", form.name, form.put)
    return ft.Column([field, quiet(f"Draw {form.drawn}", draw), quiet("Say", say)])


async def test_a_render_that_is_behind_does_not_take_back_what_was_typed_since() -> None:
    form = Form()
    app = await App.show(screen, form, [])
    await app.type("Name", "Lei")
    # The next keys are in the browser and in the control, their event is still to come; the page is drawn meanwhile.
    app.session.apply_patch(app.field("Name")._i, {"value": "Leith"})
    await app.press("Draw 0")
    assert "Draw 1" in app.names()
    assert (app.field("Name").value, form.name) == ("Leith", "Lei")
    await app.event(app.field("Name"), "change", "Leith")
    assert (app.field("Name").value, form.name) == ("Leith", "Leith")


async def test_what_the_state_says_of_its_own_is_shown_even_if_it_was_typed_before() -> None:
    app = await App.show(screen, Form(), ["Leith", "", "Leith", "Leith"])
    for words in ("Leith", "", "Leith"):
        await app.press("Say")
        assert app.field("Name").value == words
    await app.type("Name", "Leith Walk")
    await app.press("Say")
    assert app.field("Name").value == "Leith"
