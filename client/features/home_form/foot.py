"""The foot of the editor: back, how it is kept, and the one thing to do next."""

import dataclasses
from collections.abc import Callable
from typing import Any

import flet as ft

from client.core.action import Action
from client.core.boundaries import panel
from client.core.language import inside, t, tn
from client.design.buttons import filled, outlined, quiet
from client.design.layout import SizeClass, at_most, page_margin, use_size
from client.design.text import text
from client.design.tokens import Colour, Size, Style
from client.features.home_form.field_places import Step
from client.features.home_form.state import HomeEditor
from client.features.home_form.words import step_word
from shared_models.properties import PropertyStatus

_TO_SEND = frozenset({PropertyStatus.DRAFT, PropertyStatus.REJECTED})


@dataclasses.dataclass(frozen=True, eq=False)
class FootActs:
    """What the buttons call."""

    go: Callable[..., Any]
    leave: Callable[..., Any]
    save: Callable[..., Any]
    submit: Callable[..., Any]
    choose: Callable[[], None]


@panel
def Foot(form: HomeEditor, step: Step, save: Action, acts: FootActs) -> ft.Control:
    """One row on a wide window; on a phone what is said stands above the buttons."""
    size = use_size()
    phone = size is SizeClass.PHONE
    steps = list(Step)
    place = steps.index(step)
    archived = form.home is not None and form.home.status is PropertyStatus.ARCHIVED
    back = [quiet(t("Back"), lambda _: acts.go(steps[place - 1]))] if place else []
    said = _said(form, archived)
    buttons = [] if archived else _buttons(form, step, save, acts, phone)
    if phone:
        row = ft.Row([*back, ft.Container(expand=True), *buttons], spacing=8)
        content: ft.Control = ft.Column([*said, row], spacing=6, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    else:
        content = ft.Row([*back, ft.Container(expand=True), *said, *buttons], spacing=12)
    return ft.Container(
        at_most(content, Size.CONTENT),
        bgcolor=Colour.SURFACE,
        border=ft.Border.only(top=ft.BorderSide(1, Colour.LINE)),
        padding=ft.Padding.symmetric(horizontal=page_margin(size), vertical=12),
    )


def _said(form: HomeEditor, archived: bool) -> list[ft.Control]:
    """How it stands with what is typed, heard when it changes."""
    if archived:
        return [text(t("An archived home stays as it was."), Style.SMALL, Colour.TEXT_2)]
    words, colour = _kept_words(form)
    return [ft.Semantics(live_region=True, content=text(words, Style.SMALL, colour))] if words else []


def _kept_words(form: HomeEditor) -> tuple[str, Colour]:
    if form.errors and form.asked:
        return tn("{n} field to correct", "{n} fields to correct", len(form.errors)), Colour.DANGER
    if form.other is not None:
        return t("There are two versions"), Colour.WAITING
    if form.dirty and form.keep_problem is not None:
        return t("Not kept yet. We try again; what you typed is here."), Colour.DANGER
    if form.dirty:
        return t("Keeping it …"), Colour.TEXT_2
    return (t("Draft kept"), Colour.TEXT_2) if form.draft_etag else ("", Colour.TEXT_2)


def _is_to_send(form: HomeEditor) -> bool:
    """Whether nobody of ours has looked at it yet, so that saving alone leads nowhere."""
    return form.home is None or form.home.status in _TO_SEND


def _buttons(form: HomeEditor, step: Step, save: Action, acts: FootActs, phone: bool) -> list[ft.Control]:
    if form.other is not None:
        return [filled(t("Choose a version"), lambda _: acts.choose())]
    busy = save.running
    if step is not Step.LOOK:
        then = list(Step)[list(Step).index(step) + 1]
        on = t("Next: {step}", step=inside(step_word(then)))
        if step is Step.PRICE and not _is_to_send(form):
            # Prices change more often than anything else of a home on show.
            save_ = filled(t("Save"), acts.save, busy=busy)
            return [save_] if phone else [outlined(on, lambda _: acts.go(then)), save_]
        next_ = filled(on, lambda _: acts.go(then))
        return [next_] if phone else [outlined(t("Save and exit"), acts.leave), next_]
    if _is_to_send(form):
        again = form.home is not None and form.home.status is PropertyStatus.REJECTED
        return [
            outlined(t("Save"), acts.save, busy=busy),
            filled(t("Send it again") if again else t("Send for review"), acts.submit, busy=busy),
        ]
    return [filled(t("Save"), acts.save, busy=busy)]
