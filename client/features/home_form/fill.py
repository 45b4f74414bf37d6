"""The fields of the editor: what each part of it is made with."""

from collections.abc import Callable, Sequence
from typing import Any

import flet as ft

from client.core.language import currency_sign, t
from client.design import fields
from client.design.form_fields import FormFields
from client.features.home_form.state import HomeEditor

Touch = Callable[[], None]
"""Told of every change, so that it is kept once the typing rests."""


class Fill:
    """Makes the fields of one home, each with its error beside it and its place in the form."""

    def __init__(self, form: HomeEditor, touch: Touch, places: FormFields) -> None:
        self.form, self.touch, self.places = form, touch, places

    def put(self, name: str, value: str) -> None:
        """A field was typed in."""
        self.form.put(name, value)
        self.touch()

    def saw(self) -> None:
        """A choice was made."""
        self.form.saw()
        self.touch()

    def field(self, name: str, label: str, **more: Any) -> ft.Control:
        """A text that is typed; `more` is what `fields.text_field` takes."""
        return fields.text_field(
            label,
            self.form.typed.get(name),
            lambda value: self.put(name, value),
            on_leave=lambda: self.form.left(name),
            error=self.form.errors.get(name),
            ref=self.places.ref(name),
            **more,
        )

    def number(self, name: str, label: str, **more: Any) -> ft.Control:
        """A whole number."""
        more.setdefault("hint", t("Not said"))
        return self.field(name, label, keyboard=ft.KeyboardType.NUMBER, max_length=9, **more)

    def choice(self, name: str, label: str, options: Sequence[tuple[str, str]], **more: Any) -> ft.Control:
        """One of a list of (value, label)."""

        def choose(value: str) -> None:
            self.put(name, value)
            self.saw()

        return fields.select(
            label,
            self.form.typed.get(name),
            options,
            choose,
            error=self.form.errors.get(name),
            ref=self.places.ref(name),
            **more,
        )

    def amount(self, name: str, label: str, **more: Any) -> ft.Control:
        """An amount in the currency of the home."""
        sign = currency_sign(self.form.typed.currency.value)
        return self.field(name, label, unit=sign, keyboard=ft.KeyboardType.NUMBER, max_length=14, **more)

    def percent(self, name: str, label: str, after: str, **more: Any) -> ft.Control:
        """Whole percents; `after` says of what ("% more")."""
        return self.field(name, label, unit_after=after, keyboard=ft.KeyboardType.NUMBER, max_length=3, **more)
