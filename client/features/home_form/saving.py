"""Saving, sending and throwing away: what each asks before, says after, and where one is then."""

import dataclasses
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import flet as ft

from client import paths
from client.core.action import Action
from client.core.hooks import use_memo, use_once, use_start
from client.core.language import t
from client.design.tokens import Motion
from client.features.home_form.field_places import Step
from client.features.home_form.state import HomeEditor
from client.parts.dialogs import Question, say, use_confirmation
from shared_models.properties import PropertyRead


@dataclasses.dataclass(frozen=True, eq=False)
class Saving:
    """What is done with all that is typed, and how that is going."""

    action: Action
    keep: Callable[[bool], Awaitable[None]]
    """Saves; with True it asks for the review as well."""
    ask_away: Callable[[Any], None]
    """Asks whether to throw the draft away."""
    top: ft.Ref[ft.ListView]
    """The list that scrolls to its top, where it says what is wrong."""


def use_saving(form: HomeEditor, step: Step, home_id: UUID | None) -> Saving:
    """Hook: saving a home from this step; `home_id` as the address has it (None: a new one)."""
    page, start, ask = ft.context.page, use_start(), use_confirmation()
    save = use_once(lambda: Action(lambda act: act()))
    top = use_memo(lambda: ft.Ref[ft.ListView](), [])

    async def keep(submit: bool) -> None:
        done = await save.start(form.submit if submit else form.save)
        if form.errors and form.asked and top.current is not None:
            await top.current.scroll_to(offset=0, duration=Motion.PRESS)
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

    return Saving(save, keep, ask_away, top)


def _saved_words(home: PropertyRead, submit: bool) -> str:
    if submit:
        return t("{title} waits for review.", title=home.title)
    if home.proposed is not None:
        return t("{title} is saved. We look at what you changed within two days.", title=home.title)
    return t("{title} is saved.", title=home.title)
