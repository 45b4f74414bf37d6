"""Where in the editor somebody is, and the way from step to step: what is typed is kept before one goes."""

import dataclasses
from collections.abc import Callable
from uuid import UUID

import flet as ft

from client import paths
from client.core.hooks import use_start
from client.core.routing import use_query
from client.design.form_fields import FormFields, use_form_fields
from client.features.home_form.field_places import Step, step_of
from client.features.home_form.state import HomeEditor


@dataclasses.dataclass(frozen=True, eq=False)
class Way:
    """The step that is on show, and what leads elsewhere."""

    step: Step
    wanted: str | None
    """The field that gets the focus when the step appears, as the address says."""
    places: FormFields
    go: Callable[[Step], None]
    go_to: Callable[[str], None]
    """Leads to a field, on whichever step it is."""
    leave: Callable[..., None]
    """Leads to all homes, unless what is typed could not be kept."""


def use_way(form: HomeEditor, home_id: UUID | None) -> Way:
    """Hook: the way through the editor of a home, as the address has it (None: a new one)."""
    page, start, places = ft.context.page, use_start(), use_form_fields()
    query, set_query = use_query()
    step = _step_in(query.get("step"))

    async def go(to: Step, name: str | None = None) -> None:
        await form.keep()
        if home_id is None and form.id is not None:
            page.navigate(paths.landlord_home(form.id, step=to.value, field=name))  # a reload finds it there
        else:
            await set_query(step=to.value, field=name)

    async def go_to(name: str) -> None:
        if step is step_of(name):
            places.go_to(name)
        else:
            await go(step_of(name), name)

    async def leave() -> None:
        await form.keep()
        if not form.dirty:
            page.navigate(paths.LANDLORD_HOMES)

    def to_step(to: Step) -> None:
        start(go, to)()

    def to_field(name: str) -> None:
        start(go_to, name)()

    return Way(step, query.get("field"), places, to_step, to_field, start(leave))


def _step_in(word: str | None) -> Step:
    return next((step for step in Step if step.value == word), Step.WHAT)
