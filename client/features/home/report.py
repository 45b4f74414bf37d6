"""Telling us what is wrong with a home: a quiet button at the end of its page, and the dialog behind it."""

from typing import Any

import flet as ft

from client import paths
from client.core.action import Action
from client.core.boundaries import panel
from client.core.hooks import Text, use_once, use_start, use_text
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
from client.parts.wrong_fields import field_error, form_problem, sent
from shared_models.base import known
from shared_models.cases import ReportReason


@panel
def ReportLink(session: Session, state: HomeState) -> ft.Control:
    """The button; a visitor is asked to sign in first, and keeps this page.

    What was typed stays when Escape closes the dialog; it goes when one says so, or when it was sent.
    """
    page, size = ft.context.page, use_size()
    reason, note = use_text(), use_text()
    asking, set_asking = ft.use_state(False)
    send, places, start = use_once(lambda: Action(state.report)), use_once(FormFields), use_start()

    def close() -> None:
        set_asking(False)
        send.forget()

    def leave() -> None:
        close()
        reason.put("")
        note.put("")

    async def tell() -> None:
        if await sent(send, places, reason.value, note.value):
            leave()
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
            _Body(reason, note, send, places),
            phone=size is SizeClass.PHONE,
            close_name=t("Close"),
            on_close=close,
            actions=[
                outlined(t("Do not report it"), lambda _: leave()),
                filled(t("Report this home"), start(tell), busy=send.running),
            ],
        )
    ft.use_dialog(dialog)
    label = t("Report this home") if session.me is not None else t("Sign in to report this home")
    return ft.Row([quiet(label, press, icon=ft.Icons.FLAG_OUTLINED)])


@panel
def _Body(
    reason: Text,
    note: Text,
    send: Action,
    shared: FormFields,
) -> ft.Control:
    places = use_form_fields(shared)
    labels = {"reason": t("What it is about"), "note": t("What you saw (if you like)")}

    def choose(word: str) -> None:
        send.correct("reason")
        reason.put(word)

    def write(words: str) -> None:
        send.correct("note")
        note.put(words)

    reasons = [(word, report_word(ReportReason(word))) for word in known(ReportReason)]
    return ft.Column(
        [
            *form_problem(send, labels, places.go_to),
            text(t("Only we read this. The landlord does not learn who reported it."), color=Colour.TEXT_2),
            fields.select(
                labels["reason"],
                reason.value or None,
                reasons,
                choose,
                hint=t("Choose"),
                error=field_error(send, "reason"),
                ref=places.ref("reason"),
            ),
            fields.text_field(
                labels["note"],
                note.value,
                write,
                lines=3,
                max_length=1000,
                error=field_error(send, "note"),
                ref=places.ref("note"),
            ),
        ],
        spacing=16,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
