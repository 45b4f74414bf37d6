"""The head of the editor: which home and which step, and what has to be said before the fields."""

import functools

import flet as ft

from client.core.language import t
from client.core.problem_words import problem_words
from client.design import fields
from client.design.buttons import quiet
from client.design.feedback import note
from client.design.text import header, text
from client.design.tokens import Colour, Status
from client.features.home_form.field_places import Step
from client.features.home_form.saving import Saving
from client.features.home_form.state import HomeEditor
from client.features.home_form.way import Way
from client.features.home_form.words import field_word, step_title
from client.parts.confirm_address import ConfirmAddress, needs_confirmed_address
from client.parts.listing import listing_chip
from client.parts.reasons import send_back_words
from client.parts.wrong_fields import wrong_fields
from shared_models.properties import PropertyRead, PropertyStatus


def head(form: HomeEditor, way: Way, saving: Saving) -> list[ft.Control]:
    """What stands above the fields of every step."""
    return [_names(form, way, saving), *_problems(form, way, saving)]


def _names(form: HomeEditor, way: Way, saving: Saving) -> ft.Control:
    home = form.home
    title, below = step_title(way.step)
    name = form.typed.get("title").strip() or t("A new home")
    chips: list[ft.Control] = [text(name, color=Colour.TEXT_2, max_lines=1)]
    if home is not None:
        chips.append(listing_chip(home.status))
    if form.draft:
        chips.append(quiet(t("Throw the draft away"), saving.ask_away))
    parts: list[ft.Control] = [
        ft.Row([quiet(t("All homes"), way.leave, icon=ft.Icons.ARROW_BACK_ROUNDED)]),
        ft.Row(chips, wrap=True, spacing=12, run_spacing=4, vertical_alignment=ft.CrossAxisAlignment.CENTER),
        header(title, 1),
        text(below, color=Colour.TEXT_2),
    ]
    if home is not None and (home.review_note or home.review_reasons):
        parts.append(ft.Container(_sent_back(home), padding=ft.Padding.only(top=8)))
    return ft.Column(parts, spacing=4, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def _sent_back(home: PropertyRead) -> ft.Control:
    words = [send_back_words(reason) for reason in home.review_reasons]
    change = home.status is not PropertyStatus.REJECTED
    title = t("Your change was sent back, because") if change else t("Sent back, because")
    return note(
        "\n".join([*words, *([home.review_note] if home.review_note else [])]), title=title, status=Status.DANGER
    )


def _problems(form: HomeEditor, way: Way, saving: Saving) -> list[ft.Control]:
    problem = saving.action.problem
    if needs_confirmed_address(problem):
        return [ConfirmAddress(functools.partial(saving.keep, True))]
    if form.errors and form.asked:
        # The last step has lines of its own that lead to each field.
        return wrong_fields(form.errors, field_word, None if way.step is Step.LOOK else way.go_to)
    if problem is not None and form.other is None and not form.errors:
        kept = t("What you typed is kept.") if form.draft else t("All is saved.")
        return [fields.error_summary(f"{problem_words(problem).rstrip('.')}. {kept}")]
    return []
