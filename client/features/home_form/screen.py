"""The editor of one home, in steps: kept whenever the typing rests, and sent only when one says so."""

from typing import Any
from uuid import UUID

import flet as ft

from client import paths
from client.core.action import Action
from client.core.boundaries import panel, screen
from client.core.hooks import use_memo, use_once, use_start
from client.core.language import t
from client.core.session import use_session
from client.core.tasks import use_task
from client.core.title import use_title
from client.design.layout import SizeClass, at_most, use_window
from client.design.rows import keyed
from client.design.tokens import Size
from client.features.home_form.field_places import Step
from client.features.home_form.fill import Touch
from client.features.home_form.foot import Foot, FootActs
from client.features.home_form.head import head
from client.features.home_form.layout import alone, one_column, scrolling, three_columns, with_simulator
from client.features.home_form.look_over import LookOver
from client.features.home_form.preview import Preview
from client.features.home_form.prices.simulator import Simulator
from client.features.home_form.prices.state import PriceTrial
from client.features.home_form.saving import use_saving
from client.features.home_form.sections import StepFields
from client.features.home_form.state import HomeEditor
from client.features.home_form.steps import step_rail, step_row
from client.features.home_form.versions import use_versions
from client.features.home_form.way import Way, use_way
from client.parts.panels import failed, loading_rows
from client.parts.shell import landlord_shell


@screen
def NewHomeScreen() -> ft.Control:
    """A new home."""
    use_title(t("Add a home"))
    return landlord_shell(_Editor(None), "homes")


@screen
def EditHomeScreen() -> ft.Control:
    """A home of mine, or one I have begun."""
    use_title(t("Edit a home"))
    return landlord_shell(_Editor(paths.id_or_none_there(ft.use_route_params().get("id", ""))), "homes")


@panel
def _Editor(home_id: UUID | None) -> ft.Control:
    session, window, start = use_session(), use_window(), use_start()
    form = use_once(lambda: HomeEditor(session.http))
    way = use_way(form, home_id)
    saving = use_saving(form, way.step, home_id)
    trial = use_memo(lambda: PriceTrial(session.http, form), [form])
    simulate = use_memo(lambda: Action(trial.run, latest=True), [trial])  # only the simulator is drawn with it

    def touch() -> None:
        start(form.keep_soon)()
        if way.step is Step.PRICE and trial.possible:
            start(simulate.start)()

    choose_version = use_versions(form, ft.context.page, touch)
    loading = _use_loading(form, home_id)
    if loading is not None:
        return alone(loading, window.size)
    # The simulator needs the room of the rail and of what a guest sees.
    with_rail = window.size is SizeClass.DESKTOP and way.step is not Step.PRICE
    steps = [] if with_rail else [step_row(form, way.step, way.go, window.size)]
    body = one_column([*head(form, way, saving), *steps, _content(form, way, touch)], window.size)
    if with_rail:
        body = three_columns(step_rail(form, way.step, way.go), body, Preview(session, form))
    if way.step is Step.PRICE:
        shown = with_simulator(body, Simulator(form, trial, simulate), saving.top, window)
    else:
        # Each step begins at its top.
        shown = scrolling([at_most(body, Size.CONTENT)], window.size, saving.top, f"step-{way.step.value}")
    acts = FootActs(way.go, way.leave, start(saving.keep, False), start(saving.keep, True), choose_version)
    return ft.Column([shown, Foot(form, way.step, saving.action, acts)], expand=True, spacing=0)


def _use_loading(form: HomeEditor, home_id: UUID | None) -> ft.Control | None:
    """Hook: loads the home; what is shown until it is there."""
    load = use_once(lambda: Action(form.load))

    async def open_() -> None:
        if not form.loaded:
            await load.start(home_id)

    async def again(_: Any) -> None:
        await load.start(home_id)

    use_task(open_, [home_id])
    if form.loaded:
        return None
    if load.problem is not None:
        return failed(t("The home did not load"), load.problem, again, busy=load.running)
    return loading_rows(t("Loading the home"))


def _content(form: HomeEditor, way: Way, touch: Touch) -> ft.Control:
    """The fields of the step, or all that was said, to look over."""
    if way.step is Step.LOOK:
        content = LookOver(form, way.go, way.go_to)
    else:
        content = StepFields(form, way.step, touch, way.places, way.wanted)
    return keyed(way.step.value, content)  # what is said above it comes and goes
