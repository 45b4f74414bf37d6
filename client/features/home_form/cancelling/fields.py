"""What comes back to guests who cancel: a policy with a sentence each, and rows for a policy of one's own."""

from collections.abc import Callable
from typing import Any, Final

import flet as ft

from client.core.boundaries import panel
from client.core.language import t
from client.design.feedback import note
from client.design.fields import choice_card
from client.design.form_fields import FormFields
from client.design.text import text
from client.design.tokens import Colour, Style
from client.features.home_form.cancelling.tiers import POLICY, TIERS, TierRow, policy_of, tier_lines, tiers_of
from client.features.home_form.fill import Touch
from client.features.home_form.kept_rows import RowWords
from client.features.home_form.number_rows import NumberField, NumberPart, NumberRows
from client.features.home_form.state import HomeEditor
from client.parts.payment_words import of_months_words
from client.parts.refund_words import always_words, policy_sentence, policy_word
from shared_models.base import known
from shared_models.bookings import PaymentWay, payment_way
from shared_models.cancellation_terms import MAX_TIERS, CancellationPolicy
from shared_models.properties import LetType


def _parts(n: int) -> list[NumberPart]:
    return [
        NumberPart("days", t("Step {n}: until", n=n), t("days before"), max_length=3),
        NumberPart("percent", t("Step {n}: comes back", n=n), t("% of the nights"), max_length=3),
    ]


_STEPS: Final = NumberField(
    words=RowWords(TIERS, tiers_of, tier_lines, TierRow()),
    max_rows=MAX_TIERS,
    add=lambda: t("Add a step"),
    remove=lambda n: t("Remove step {n}", n=n),
    parts=_parts,
)


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
    rows = [NumberRows(form, touch, places, _STEPS)] if chosen is CancellationPolicy.CUSTOM else []
    always = ft.Column([text(words, Style.SMALL, Colour.TEXT_2) for words in always_words()], spacing=4, tight=True)
    return ft.Column(
        [*_by_the_month(form), *cards, *rows, always],
        spacing=12,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _by_the_month(form: HomeEditor) -> list[ft.Control]:
    """Who lets by the month learns of what something is kept."""
    payment = payment_way(LetType(form.typed.get("let_type")))
    return [note(of_months_words())] if payment is PaymentWay.MONTHLY else []
