"""The last step: what was said, what is missing, and what saving does."""

from collections.abc import Callable

import flet as ft

from client.core.boundaries import panel
from client.core.language import and_, inside, t, tn
from client.design.buttons import quiet
from client.design.feedback import note
from client.design.layout import card, divider
from client.design.text import header, text
from client.design.tokens import Colour, Status, Style
from client.features.home_form.cancelling.tiers import TIERS, policy_of
from client.features.home_form.field_places import FIELDS, NIGHTLY, Step, base_of
from client.features.home_form.state import HomeEditor
from client.features.home_form.words import field_word, step_word, value_words
from shared_models.cancellation_terms import CancellationPolicy
from shared_models.properties import LetType, PropertyStatus

Go = Callable[[Step], None]


@panel
def LookOver(form: HomeEditor, go: Go, go_to: Callable[[str], None]) -> ft.Control:
    """Everything on one page, each part with its way back: `go` leads to a step, `go_to` to a field."""
    parts: list[ft.Control] = [*_missing(form, go_to), *_what_happens(form)]
    parts += [_part(form, step, go) for step in Step if step is not Step.LOOK]
    return ft.Column(parts, spacing=16, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def _missing(form: HomeEditor, go_to: Callable[[str], None]) -> list[ft.Control]:
    errors = form.to_correct()
    if not errors:
        return []
    rows: list[ft.Control] = [
        header(tn("{n} thing is missing or wrong", "{n} things are missing or wrong", len(errors)), 2)
    ]
    for name, problem in errors.items():
        words = ft.Column(
            [text(field_word(name), Style.LABEL), text(problem, color=Colour.TEXT_2)], spacing=0, expand=True
        )
        rows += [divider(), ft.Row([words, _way(form, name, go_to)], spacing=12)]
    return [card(ft.Column(rows, spacing=10, horizontal_alignment=ft.CrossAxisAlignment.STRETCH))]


def _way(form: HomeEditor, name: str, go_to: Callable[[str], None]) -> ft.Control:
    label = (
        t("Correct {field}", field=inside(field_word(name)))
        if form.typed.get(base_of(name))
        else t("Fill in {field}", field=inside(field_word(name)))
    )
    return quiet(label, lambda _: go_to(name), accent=True)


def _what_happens(form: HomeEditor) -> list[ft.Control]:
    """What saving does, said before it is done."""
    home = form.home
    if home is None or home.status in (PropertyStatus.DRAFT, PropertyStatus.REJECTED):
        words = t("A person of ours looks at it within two days. Once published, it can be found and booked.")
        return [note(words, title=t("When you send it"))]
    if home.status is PropertyStatus.PENDING_REVIEW:
        return [note(t("It waits for us to look at it. What you save now is what we look at."))]
    looked_at, at_once = form.changes()
    parts = []
    if looked_at:
        what = and_([inside(field_word(name)) for name in looked_at])
        words = t("We look at it within two days: {what}. Until then people see what stands there now.", what=what)
        parts.append(note(words, title=t("Looked at first"), status=Status.WAITING))
    if at_once:
        what = and_([inside(field_word(name)) for name in at_once])
        words = t("{what}. Stays already agreed keep their price.", what=what[:1].upper() + what[1:])
        parts.append(note(words, title=t("Takes effect at once")))
    return parts or [note(t("Nothing is changed."))]


def _part(form: HomeEditor, step: Step, go: Go) -> ft.Control:
    head = ft.Row(
        [
            ft.Container(header(step_word(step), 2), expand=True),
            quiet(t("Change {part}", part=inside(step_word(step))), lambda _: go(step)),
        ],
        spacing=8,
    )
    monthly = form.typed.get("let_type") == LetType.MONTHLY.value
    unsaid = set(NIGHTLY) if monthly else set()
    if policy_of(form.typed.words) is not CancellationPolicy.CUSTOM:
        unsaid.add(TIERS)
    said = [name for name in FIELDS[step] if name not in unsaid]
    rows = [_line(field_word(name), value_words(form.typed, name)) for name in said]
    return card(ft.Column([head, *rows], spacing=8, horizontal_alignment=ft.CrossAxisAlignment.STRETCH))


def _line(name: str, value: str) -> ft.Control:
    return ft.ResponsiveRow(
        [
            ft.Container(text(name, color=Colour.TEXT_2), col={"xs": 12, "sm": 5}),
            ft.Container(text(value, max_lines=6), col={"xs": 12, "sm": 7}),
        ],
        spacing=8,
        run_spacing=0,
    )
