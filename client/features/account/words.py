"""What the forms of this feature share: the field of a new password, and the page of one panel."""

from collections.abc import Callable
from typing import Any

import flet as ft

from client.core.language import t
from client.design import fields
from client.design.form_fields import FormFields
from client.design.layout import SizeClass, card, scroll_page, use_size
from client.design.navigation import brand
from client.design.rows import keyed
from client.design.text import header, text
from client.design.tokens import Colour
from client.parts.shell import SIGN_IN, tenant_shell

FORM_WIDTH = 440


def new_password(
    value: str, on_change: fields.OnValue, error: str | None, send: Callable[..., Any], places: FormFields
) -> ft.Control:
    """The field for a password that is to be set."""
    return keyed(
        "password",
        fields.PasswordField(
            t("New password"),
            value,
            on_change,
            show_name=t("Show the new password"),
            hide_name=t("Hide the new password"),
            help=t("At least 10 characters. Three or four unrelated words are good."),
            error=error,
            on_submit=send,
            new=True,
            field=places.ref("password"),
        ),
    )


def narrow_page(title: str, words: str, *controls: ft.Control) -> ft.Control:
    """A page of one panel, for those who are not signed in: a title, a sentence, and what is to be done."""
    column = ft.Column(
        [header(title, 1), *([text(words, color=Colour.TEXT_2)] if words else []), *controls],
        spacing=16,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    return entry_page(card(column), use_size())


def entry_page(panel: ft.Control, size: SizeClass) -> ft.Control:
    """One panel, below the mark where there is no top bar: people look whose page asks for their password."""
    mark = ft.Container(
        brand(), visible=size is SizeClass.PHONE, alignment=ft.Alignment.CENTER, padding=ft.Padding(0, 8, 0, 24)
    )
    column = ft.Column([mark, panel], spacing=0, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    return tenant_shell(scroll_page([column], size, width=FORM_WIDTH), SIGN_IN)
