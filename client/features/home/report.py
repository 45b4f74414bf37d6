"""Telling us what is wrong with a home: a quiet button at the end of its page, and the dialog behind it."""

import dataclasses
from collections.abc import Callable
from typing import Any

import flet as ft

from client import paths
from client.core.action import Action
from client.core.hooks import use_made, use_start, use_text
from client.core.http import words_for
from client.core.language import t
from client.core.session import Session
from client.design import fields
from client.design.buttons import filled, outlined, quiet
from client.design.form_fields import FormFields, use_form_fields
from client.design.layout import SizeClass, use_size
from client.design.sheets import sheet
from client.design.text import text
from client.design.tokens import Colour
from client.features.home.state import HomeState
from client.parts.dialogs import say
from client.parts.reasons import report_word
from shared_models.base import known
from shared_models.cases import ReportReason


@ft.component
def ReportLink(session: Session, state: HomeState) -> ft.Control:
    """The button; a visitor is asked to sign in first, and keeps this page."""
    page, size = ft.context.page, use_size()
    reason, set_reason = use_text(None)
    note, set_note = use_text("")
    asking, set_asking = ft.use_state(False)
    missing, set_missing = ft.use_state(False)
    send, start, places = use_made(lambda: Action(state.report)), use_start(), use_form_fields()

    def close() -> None:
        set_asking(False)
        set_missing(False)
        set_reason(None)
        set_note("")
        send.forget()

    async def tell() -> None:
        if reason is None:
            set_missing(True)
            places.go_to("reason")
        elif await send.start(ReportReason(reason), note or ""):
            close()
            say(page, t("Thank you. A person of ours looks at it within a day."))

    def press(_: Any) -> None:
        if session.me is None:
            page.navigate(paths.SIGN_IN)
        else:
            set_asking(True)

    dialog = None
    if asking:
        dialog = sheet(
            t("What is wrong with this home?"),
            _body(_Asked(reason, set_reason, missing and reason is None, places), note or "", set_note, send),
            phone=size is SizeClass.PHONE,
            close_name=t("Close"),
            on_close=close,
            actions=[
                outlined(t("Do not report it"), lambda _: close()),
                filled(t("Report this home"), start(tell), busy=send.running),
            ],
        )
    ft.use_dialog(dialog)
    label = t("Report this home") if session.me is not None else t("Sign in to report this home")
    return ft.Row([quiet(label, press, icon=ft.Icons.FLAG_OUTLINED)])


@dataclasses.dataclass(frozen=True)
class _Asked:
    """What it is about, and whether that was left out."""

    reason: str | None
    choose: Callable[[str | None], None]
    missing: bool
    places: FormFields


def _body(asked: _Asked, note: str, set_note: Callable[[str | None], None], send: Action) -> ft.Control:
    problem = [fields.error_summary(words_for(send.problem))] if send.problem is not None else []
    reasons = [(word, report_word(ReportReason(word))) for word in known(ReportReason)]
    return ft.Column(
        [
            *problem,
            text(t("Only we read this. The landlord does not learn who reported it."), color=Colour.TEXT_2),
            fields.select(
                t("What it is about"),
                asked.reason,
                reasons,
                asked.choose,
                hint=t("Choose"),
                error=t("Choose what it is about.") if asked.missing else None,
                ref=asked.places.ref("reason"),
            ),
            fields.text_field(t("What you saw (if you like)"), note, set_note, lines=3, max_length=1000),
        ],
        spacing=16,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
