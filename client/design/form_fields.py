"""The way to the fields of a form: the first that is wrong gets the focus, and a summary leads to each."""

import itertools
from collections.abc import Callable, Collection
from typing import Any

import flet as ft


class FormFields:
    """The fields of one form by name, in the order in which they stand. Made with `use_form_fields`."""

    def __init__(self) -> None:
        self._refs: dict[str, ft.Ref[Any]] = {}
        self._numbers = itertools.count()
        self.request: Callable[[tuple[str, int]], None] = lambda _: None
        """Told which field gets the focus; the number tells two wishes for one field apart."""

    def ref(self, name: str) -> ft.Ref[Any]:
        """What the field of this name gets as its `ref`, so that one can be led there."""
        return self._refs.setdefault(name, ft.Ref())

    def go_to(self, name: str) -> None:
        """Give a field the focus; its list scrolls to it. Nothing happens while it is not on show."""
        self.request((name, next(self._numbers)))

    def go_to_first(self, wrong: Collection[str]) -> None:
        """Give the first of the wrong fields the focus."""
        name = next((name for name in self._refs if name in wrong), None)
        if name is not None:
            self.go_to(name)

    async def focus(self, name: str) -> None:
        """Have the browser move the focus."""
        field = self._refs[name].current if name in self._refs else None
        if field is None:
            return
        try:
            await field.focus()
        except (RuntimeError, TimeoutError):
            return  # it has left the page meanwhile


def use_form_fields(shared: FormFields | None = None) -> FormFields:
    """Hook: the fields of the form that this component shows; `shared` when its button stands in another component.

    The focus moves after the render that says what is wrong: the lines it adds give a field another number on the page.
    """
    state: Any = ft.use_state(None)
    wished: tuple[str, int] | None = state[0]
    own: FormFields = ft.use_memo(FormFields, [])
    fields = own if shared is None else shared
    fields.request = state[1]

    async def follow() -> None:
        if wished is not None:
            await fields.focus(wished[0])

    ft.use_effect(follow, [wished])
    return fields
