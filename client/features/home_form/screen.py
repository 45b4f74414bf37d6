"""The editor of one home, in steps: kept whenever the typing rests, and sent only when one says so."""

import functools
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import flet as ft

from client import paths
from client.core.action import Action
from client.core.boundaries import panel, screen
from client.core.hooks import use_memo, use_once, use_start
from client.core.http import words_for
from client.core.language import t
from client.core.routing import use_query
from client.core.session import use_session
from client.core.tasks import use_task
from client.core.title import use_title
from client.design import fields
from client.design.buttons import quiet
from client.design.feedback import note
from client.design.form_fields import use_form_fields
from client.design.layout import SizeClass, Window, at_most, card, grid_gap, page_margin, use_window
from client.design.rows import keyed
from client.design.text import header, text
from client.design.tokens import Colour, Motion, Size, Status
from client.features.home_form.field_places import Step, step_of
from client.features.home_form.foot import Foot, FootActs
from client.features.home_form.look_over import LookOver
from client.features.home_form.preview import Preview
from client.features.home_form.prices.simulator import Simulator
from client.features.home_form.prices.state import PriceTrial
from client.features.home_form.sections import StepFields
from client.features.home_form.state import HomeEditor
from client.features.home_form.steps import step_rail, step_row
from client.features.home_form.versions import use_versions
from client.features.home_form.words import field_word, step_title
from client.parts.confirm_address import ConfirmAddress, needs_confirmed_address
from client.parts.dialogs import Question, say, use_confirmation
from client.parts.listing import listing_chip
from client.parts.panels import failed, loading_rows
from client.parts.reasons import send_back_words
from client.parts.shell import landlord_shell
from client.parts.wrong_fields import wrong_fields
from shared_models.properties import PropertyRead, PropertyStatus

RAIL_WIDTH = 208
PREVIEW_WIDTH = 300
PRICES_WIDTH, SIMULATOR_WIDTH = 900, 420


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


def _step_in(word: str | None) -> Step:
    return next((step for step in Step if step.value == word), Step.WHAT)


@panel
def _Editor(home_id: UUID | None) -> ft.Control:
    session, page, window = use_session(), ft.context.page, use_window()
    size = window.size
    query, set_query = use_query()
    step = _step_in(query.get("step"))
    form = use_once(lambda: HomeEditor(session.http))
    load, save = use_once(lambda: Action(form.load)), use_once(lambda: Action(lambda act: act()))
    ask, start, places = use_confirmation(), use_start(), use_form_fields()
    list_ref = use_memo(lambda: ft.Ref[ft.ListView](), [])
    trial = use_memo(lambda: PriceTrial(session.http, form), [form])
    simulate = use_memo(lambda: Action(trial.run, latest=True), [trial])  # only the simulator is drawn with it

    def touch() -> None:
        start(form.keep_soon)()
        if step is Step.PRICE and trial.possible:
            start(simulate.start)()

    choose_version = use_versions(form, page, touch)

    async def open_() -> None:
        if not form.loaded:
            await load.start(home_id)

    async def again(_: Any) -> None:
        await load.start(home_id)

    use_task(open_, [home_id])
    if not form.loaded:
        if load.problem is not None:
            return _alone(failed(t("The home did not load"), load.problem, again, busy=load.running), size)
        return _alone(loading_rows(t("Loading the home")), size)

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

    async def keep(submit: bool) -> None:
        done = await save.start(form.submit if submit else form.save)
        if form.errors and form.asked and list_ref.current is not None:
            await list_ref.current.scroll_to(offset=0, duration=Motion.PRESS)  # there it says what is wrong
        if form.home is not None and not form.draft:
            if done:
                say(page, _saved_words(form.home, submit))
            over = done and step is Step.LOOK  # who saves the prices may want to try others
            if over or home_id is None:
                page.navigate(paths.LANDLORD_HOMES if over else paths.landlord_home(form.home.id, step=step.value))

    async def throw_away() -> None:
        if await save.start(form.throw_away) and form.home is None:
            page.navigate(paths.LANDLORD_HOMES)

    def ask_away(_: Any) -> None:
        words = (
            t("The home stays as it was saved.") if form.home else t("All you have typed of this home is gone then.")
        )
        ask(Question(t("Throw the draft away?"), words, t("Throw it away"), start(throw_away), danger=True))

    def jump(to: Step) -> None:
        start(go, to)()

    def lead(name: str) -> None:
        start(go_to, name)()

    acts = FootActs(jump, start(leave), start(keep, False), start(keep, True), choose_version)
    problems = (
        [ConfirmAddress(functools.partial(keep, True))]
        if needs_confirmed_address(save.problem)
        else _problems(form, save, None if step is Step.LOOK else go_to)
    )
    top = [_head(form, step, start(leave), ask_away), *problems]
    content = (
        LookOver(form, jump, lead) if step is Step.LOOK else StepFields(form, step, touch, places, query.get("field"))
    )
    content = keyed(step.value, content)  # what is said above it comes and goes
    if step is Step.PRICE:
        # The simulator needs the room of the rail and of what a guest sees.
        trying = Simulator(form, trial, simulate)
        body = at_most(_body(top, step_row(form, step, jump, size), content, None, size), PRICES_WIDTH)
        shown = _with_simulator(body, trying, list_ref, window)
    else:
        beside = Preview(session, form) if size is SizeClass.DESKTOP else None
        steps = step_rail(form, step, jump) if beside is not None else step_row(form, step, jump, size)
        body = at_most(_body(top, steps, content, beside, size), Size.CONTENT)
        shown = _scrolling([body], size, list_ref, key=f"step-{step.value}")  # each step begins at its top
    return ft.Column([shown, Foot(form, step, save, acts)], expand=True, spacing=0)


def _scrolling(inside: list[ft.Control], size: SizeClass, ref: ft.Ref[ft.ListView], key: str) -> ft.ListView:
    margin, top = page_margin(size), 16 if size is SizeClass.PHONE else 32
    return ft.ListView(
        inside, ref=ref, expand=True, spacing=grid_gap(size), padding=ft.Padding(margin, top, margin, 32), key=key
    )


def _with_simulator(prices: ft.Control, trying: ft.Control, ref: ft.Ref[ft.ListView], window: Window) -> ft.Control:
    """The prices, and what they do: beside them, scrolling on its own, or below them in a smaller window."""
    if not window.room_for_facts:
        return _scrolling([prices, card(trying)], window.size, ref, key="step-price")
    side = ft.Container(
        ft.ListView([trying], padding=ft.Padding(24, 32, 24, 32)),
        width=SIMULATOR_WIDTH,
        bgcolor=Colour.SUNKEN,
        border=ft.Border.only(left=ft.BorderSide(1, Colour.LINE)),
    )
    return ft.Row(
        [_scrolling([prices], window.size, ref, key="step-price"), side],
        expand=True,
        spacing=0,
        vertical_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _saved_words(home: PropertyRead, submit: bool) -> str:
    if submit:
        return t("{title} waits for review.", title=home.title)
    if home.proposed is not None:
        return t("{title} is saved. We look at what you changed within two days.", title=home.title)
    return t("{title} is saved.", title=home.title)


def _alone(panel: ft.Control, size: SizeClass) -> ft.Control:
    margin = page_margin(size)
    return ft.ListView([at_most(panel, Size.CONTENT)], padding=margin, expand=True)


def _body(
    top: Sequence[ft.Control], steps: ft.Control, content: ft.Control, beside: ft.Control | None, size: SizeClass
) -> ft.Control:
    """Steps, fields and preview side by side on a desktop, one below the other elsewhere."""
    inside = [*top, content] if beside is not None else [*top, steps, content]
    middle = ft.Column(inside, spacing=grid_gap(size), horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    if beside is None:
        return middle
    return ft.Row(
        [
            ft.Container(steps, width=RAIL_WIDTH),
            ft.Container(middle, expand=True),
            ft.Container(beside, width=PREVIEW_WIDTH),
        ],
        spacing=32,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )


def _head(form: HomeEditor, step: Step, leave: Callable[..., None], throw_away: Callable[[Any], None]) -> ft.Control:
    home = form.home
    title, below = step_title(step)
    name = form.typed.get("title").strip() or t("A new home")
    chips: list[ft.Control] = [text(name, color=Colour.TEXT_2, max_lines=1)]
    if home is not None:
        chips.append(listing_chip(home.status))
    if form.draft:
        chips.append(quiet(t("Throw the draft away"), throw_away))
    parts: list[ft.Control] = [
        ft.Row([quiet(t("All homes"), leave, icon=ft.Icons.ARROW_BACK_ROUNDED)]),
        ft.Row(chips, wrap=True, spacing=12, run_spacing=4, vertical_alignment=ft.CrossAxisAlignment.CENTER),
        header(title, 1),
        text(below, color=Colour.TEXT_2),
    ]
    if home is not None and (home.review_note or home.review_reasons):
        parts.append(ft.Container(_sent_back(home), padding=ft.Padding.only(top=8)))
    return ft.Column(parts, spacing=4, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def _sent_back(home: PropertyRead) -> ft.Control:
    words = [send_back_words(reason) for reason in home.review_reasons]
    change = home.status is not PropertyStatus.REJECTED
    title = t("Your change was sent back, because") if change else t("Sent back, because")
    return note(
        "\n".join([*words, *([home.review_note] if home.review_note else [])]), title=title, status=Status.DANGER
    )


def _problems(form: HomeEditor, save: Action, go_to: Callable[[str], Any] | None) -> list[ft.Control]:
    if form.errors and form.asked:
        return wrong_fields(form.errors, field_word, go_to)
    if save.problem is not None and form.other is None and not form.errors:
        kept = t("What you typed is kept.") if form.draft else t("All is saved.")
        return [fields.error_summary(f"{words_for(save.problem).rstrip('.')}. {kept}")]
    return []
