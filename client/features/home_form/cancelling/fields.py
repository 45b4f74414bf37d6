"""What comes back to guests who cancel: a policy with a sentence each, and rows for a policy of one's own."""

from collections.abc import Callable
from typing import Any, Final

import flet as ft

from client.core.boundaries import panel
from client.core.language import t
from client.design import fields
from client.design.buttons import icon_button, outlined
from client.design.feedback import note
from client.design.fields import choice_card
from client.design.form_fields import FormFields
from client.design.rows import keyed
from client.design.text import text
from client.design.tokens import Colour, Style
from client.features.home_form.cancelling.tiers import POLICY, TIERS, TierRow, policy_of, tier_lines, tiers_of
from client.features.home_form.fill import Touch
from client.features.home_form.kept_rows import KeptRows, RowWords
from client.features.home_form.state import HomeEditor
from client.parts.payment_words import for_cards_words
from client.parts.refund_words import always_words, policy_sentence, policy_word
from shared_models.base import known
from shared_models.bookings import PAYMENT_NOW
from shared_models.cancellation_terms import MAX_TIERS, CancellationPolicy

_WORDS: Final = RowWords(TIERS, tiers_of, tier_lines, TierRow())


@panel
def CancellingFields(form: HomeEditor, touch: Touch, places: FormFields) -> ft.Control:
    """The choice, what holds with each of them, and the tiers of one's own."""
    chosen = policy_of(form.typed.words)

    def choose(policy: CancellationPolicy) -> Callable[[Any], None]:
        def press(_: Any) -> None:
            form.put(POLICY, policy.value)
            form.forget_errors(TIERS)
            form.saw()
            touch()

        return press

    cards: list[ft.Control] = [
        choice_card(policy_word(policy), policy_sentence(policy), policy is chosen, choose(policy))
        for policy in (CancellationPolicy(word) for word in known(CancellationPolicy))
    ]
    rows = [TierRows(form, touch, places)] if chosen is CancellationPolicy.CUSTOM else []
    always = ft.Column([text(words, Style.SMALL, Colour.TEXT_2) for words in always_words()], spacing=4, tight=True)
    return ft.Column(
        [note(for_cards_words(PAYMENT_NOW)), *cards, *rows, always],
        spacing=12,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


@panel
def TierRows(form: HomeEditor, touch: Touch, places: FormFields) -> ft.Control:
    """The rows, and the button that adds one."""
    rows: KeptRows[TierRow] = ft.use_memo(lambda: KeptRows(form, touch, _WORDS), [form])
    shown = rows.now()
    lines = [keyed(rows.ids[number], _Row(form, rows, places, number, row)) for number, row in enumerate(shown)]
    add = outlined(t("Add a step"), lambda _: rows.add(), icon=ft.Icons.ADD_ROUNDED, disabled=len(shown) >= MAX_TIERS)
    error = form.errors.get(TIERS)
    return ft.Column(
        [*lines, *([fields.error_line(error)] if error else []), ft.Row([add])],
        spacing=12,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


@ft.component
def _Row(form: HomeEditor, rows: KeptRows[TierRow], places: FormFields, number: int, row: TierRow) -> ft.Control:
    """One tier."""

    def field(part: str, label: str, value: str, **more: Any) -> ft.Control:
        path = f"{TIERS}.{number}.{part}"
        return fields.text_field(
            label,
            value,
            lambda typed: rows.change(number, **{part: typed}),
            on_leave=lambda: form.left(path),
            error=form.errors.get(path),
            keyboard=ft.KeyboardType.NUMBER,
            max_length=3,
            ref=places.ref(path),
            **more,
        )

    n = number + 1
    days = field("days", t("Step {n}: until", n=n), row.days, unit_after=t("days before"))
    percent = field("percent", t("Step {n}: comes back", n=n), row.percent, unit_after=t("% of the nights"))
    away = icon_button(ft.Icons.DELETE_OUTLINE_ROUNDED, t("Remove step {n}", n=n), lambda _: rows.remove(number))
    return ft.Row(
        [
            ft.Container(days, expand=1),
            ft.Container(percent, expand=1),
            ft.Container(away, margin=ft.Margin.only(top=26)),
        ],
        spacing=12,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
