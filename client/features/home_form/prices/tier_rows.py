"""Discounts for longer stays: a row each, from so many nights on so many percent less."""

from typing import Any, Final

import flet as ft

from client.core.boundaries import panel
from client.core.language import t
from client.design import fields
from client.design.buttons import icon_button, outlined
from client.design.form_fields import FormFields
from client.design.rows import keyed
from client.features.home_form.fill import Touch
from client.features.home_form.kept_rows import KeptRows, RowWords
from client.features.home_form.prices.tiers import TierRow, tier_lines, tiers_of
from client.features.home_form.state import HomeEditor
from shared_models.price_rules import MAX_LENGTH_DISCOUNTS

FIELD: Final = "length_discounts"
_WORDS: Final = RowWords(FIELD, tiers_of, tier_lines, TierRow())


@panel
def TierRows(form: HomeEditor, touch: Touch, places: FormFields) -> ft.Control:
    """The rows, and the button that adds one."""
    rows: KeptRows[TierRow] = ft.use_memo(lambda: KeptRows(form, touch, _WORDS), [form])
    shown = rows.now()
    lines = [keyed(rows.ids[number], _Row(form, rows, places, number, row)) for number, row in enumerate(shown)]
    add = outlined(
        t("Add a discount for longer stays"),
        lambda _: rows.add(),
        icon=ft.Icons.ADD_ROUNDED,
        disabled=len(shown) >= MAX_LENGTH_DISCOUNTS,
    )
    error = form.errors.get(FIELD)
    return ft.Column(
        [*lines, *([fields.error_line(error)] if error else []), ft.Row([add])],
        spacing=12,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


@ft.component
def _Row(form: HomeEditor, rows: KeptRows[TierRow], places: FormFields, number: int, row: TierRow) -> ft.Control:
    """One discount."""

    def field(part: str, label: str, value: str, **more: Any) -> ft.Control:
        path = f"{FIELD}.{number}.{part}"
        return fields.text_field(
            label,
            value,
            lambda typed: rows.change(number, **{part: typed}),
            on_leave=lambda: form.left(path),
            error=form.errors.get(path),
            keyboard=ft.KeyboardType.NUMBER,
            ref=places.ref(path),
            **more,
        )

    n = number + 1
    nights = field("nights", t("Discount {n} from", n=n), row.nights, unit_after=t("nights"), max_length=4)
    percent = field("percent", t("Discount {n} in percent", n=n), row.percent, unit_after=t("% less"), max_length=3)
    away = icon_button(ft.Icons.DELETE_OUTLINE_ROUNDED, t("Remove discount {n}", n=n), lambda _: rows.remove(number))
    return ft.Row(
        [
            ft.Container(nights, expand=1),
            ft.Container(percent, expand=1),
            ft.Container(away, margin=ft.Margin.only(top=26)),
        ],
        spacing=12,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
