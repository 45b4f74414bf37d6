"""Asking before what cannot be undone, and saying what was done with a way back."""

import dataclasses
from collections.abc import Callable
from typing import Any

import flet as ft

from client.core.language import t
from client.design.feedback import toast
from client.design.layout import SizeClass, use_size, window_of
from client.design.sheets import confirmation
from client.design.tokens import Size


@dataclasses.dataclass(frozen=True)
class Question:
    """What is asked before an act. `go` is a plain function that begins it."""

    title: str
    consequence: str
    act: str
    go: Callable[[], Any]
    keep: str = ""
    danger: bool = False


@dataclasses.dataclass(frozen=True)
class Ask:
    """Call it with a question; `open` says whether one waits for its answer."""

    set_question: Callable[[Question], None]
    open: bool

    def __call__(self, question: Question) -> None:
        """Ask, and act only on yes."""
        self.set_question(question)


def use_confirmation() -> Ask:
    """Hook: a way to ask a question and to act only on yes."""
    state: Any = ft.use_state(None)
    question: Question | None = state[0]
    set_question = state[1]
    phone = use_size() is SizeClass.PHONE

    def close() -> None:
        set_question(None)

    def act() -> None:
        set_question(None)
        if question is not None:
            question.go()

    dialog = None
    if question is not None:
        dialog = confirmation(
            question.title,
            question.consequence,
            act=question.act,
            keep=question.keep or t("Leave it as it is"),
            on_act=act,
            on_close=close,
            phone=phone,
            close_name=t("Close"),
            danger=question.danger,
        )
    ft.use_dialog(dialog)
    return Ask(set_question, question is not None)


def say(page: ft.Page, words: str, undo: Callable[[], Any] | None = None) -> None:
    """One line at the bottom; with Undo when `undo` (a plain function) takes the act back."""
    phone = window_of(page).size is SizeClass.PHONE
    toast(page, words, undo=undo, undo_label=t("Undo"), above=Size.BOTTOM_BAR if phone else 0)
