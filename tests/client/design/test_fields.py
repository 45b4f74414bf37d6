"""A field keeps what is typed faster than the page is drawn."""

import dataclasses

import flet as ft

from client.design.buttons import quiet
from client.design.fields import checkbox, select, text_field
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


@ft.observable
@dataclasses.dataclass
class Choices:
    """What was chosen, and how often the screen was drawn."""

    kind: str = ""
    pets: bool = False
    drawn: int = 0

    def choose(self, word: str) -> None:
        self.kind = word

    def tick(self, on: bool) -> None:
        self.pets = on


def choices_screen(choices: Choices) -> ft.Control:
    def draw(_: object) -> None:
        choices.drawn += 1

    return ft.Column(
        [
            select("Kind", choices.kind or None, [("flat", "Flat"), ("house", "House")], choices.choose),
            checkbox("Pets", choices.pets, choices.tick),
            quiet(f"Draw {choices.drawn}", draw),
        ]
    )


async def test_a_choice_holds_though_the_page_is_drawn_between_it_and_its_event() -> None:
    choices = Choices()
    app = await App.show(choices_screen, choices)
    kind, pets = app.one(ft.Dropdown), app.one(ft.Checkbox)
    app.session.apply_patch(kind._i, {"value": "house"})
    app.session.apply_patch(pets._i, {"value": True})
    await app.press("Draw 0")
    assert (app.one(ft.Dropdown).value, app.one(ft.Checkbox).value) == (None, False), "the page was not drawn between"
    await app.event(kind, "select", "house")
    await app.event(pets, "change", True)
    assert (choices.kind, choices.pets) == ("house", True)
    assert (app.one(ft.Dropdown).value, app.one(ft.Checkbox).value) == ("house", True)
