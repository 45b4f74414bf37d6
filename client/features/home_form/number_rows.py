"""A field of rows, each of some numbers: discounts for longer stays, or the steps of a cancellation policy."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

import flet as ft

from client.core.boundaries import panel
from client.design import fields
from client.design.buttons import icon_button, outlined
from client.design.form_fields import FormFields
from client.design.rows import keyed
from client.features.home_form.fill import Touch
from client.features.home_form.kept_rows import KeptRows, RowWords
from client.features.home_form.state import HomeEditor


@dataclasses.dataclass(frozen=True)
class NumberPart:
    """One number of a row: its name in the row, its label, what follows it, and how many figures it may have."""

    name: str
    label: str
    unit_after: str
    max_length: int


@dataclasses.dataclass(frozen=True)
class NumberField:
    """Which rows, how many at most, and their words; of a row by its number, counted from one."""

    words: RowWords[Any]
    max_rows: int
    add: Callable[[], str]
    remove: Callable[[int], str]
    parts: Callable[[int], Sequence[NumberPart]]


@panel
def NumberRows(form: HomeEditor, touch: Touch, places: FormFields, field: NumberField) -> ft.Control:
    """The rows, and the button that adds one."""
    kept: KeptRows[Any] = ft.use_memo(lambda: KeptRows(form, touch, field.words), [form, field])
    rows = kept.now()
    lines = [keyed(kept.ids[place], _Row(kept, places, field, place, row)) for place, row in enumerate(rows)]
    add = outlined(field.add(), lambda _: kept.add(), icon=ft.Icons.ADD_ROUNDED, disabled=len(rows) >= field.max_rows)
    error = form.errors.get(field.words.field)
    return ft.Column(
        [*lines, *([fields.error_line(error)] if error else []), ft.Row([add])],
        spacing=12,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


@ft.component
def _Row(kept: KeptRows[Any], places: FormFields, field: NumberField, place: int, row: Any) -> ft.Control:
    form = kept.form

    def cell(part: NumberPart) -> ft.Control:
        path = f"{field.words.field}.{place}.{part.name}"
        number = fields.text_field(
            part.label,
            getattr(row, part.name),
            lambda typed: kept.change(place, **{part.name: typed}),
            on_leave=lambda: form.left(path),
            error=form.errors.get(path),
            keyboard=ft.KeyboardType.NUMBER,
            unit_after=part.unit_after,
            max_length=part.max_length,
            ref=places.ref(path),
        )
        return ft.Container(number, expand=1)

    away = icon_button(ft.Icons.DELETE_OUTLINE_ROUNDED, field.remove(place + 1), lambda _: kept.remove(place))
    return ft.Row(
        [*map(cell, field.parts(place + 1)), ft.Container(away, margin=ft.Margin.only(top=26))],
        spacing=12,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
