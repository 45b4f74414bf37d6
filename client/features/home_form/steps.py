"""The steps of the editor: a rail on a desktop, chips in a row elsewhere. Each can be gone to at any time."""

from collections import Counter
from collections.abc import Callable

import flet as ft

from client.core.language import t, tn, whole
from client.design.buttons import target
from client.design.chips import chip_row, filter_chip
from client.design.layout import SizeClass
from client.design.text import text
from client.design.tokens import Colour, Radius, Size, Style
from client.features.home_form.field_places import FIELDS, Step, step_of
from client.features.home_form.state import HomeEditor
from client.features.home_form.words import step_word

Go = Callable[[Step], None]


def step_rail(form: HomeEditor, step: Step, go: Go) -> ft.Control:
    """All steps below each other, with what is missing on each."""
    wrong = _wrong(form)
    rows = [_rail_step(form, each, each is step, wrong[each], go) for each in Step]
    return ft.Column(rows, spacing=4, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def step_row(form: HomeEditor, step: Step, go: Go, size: SizeClass) -> ft.Control:
    """All steps in rows; on a phone one row that scrolls sideways and begins with the step before this one."""
    wrong, number = _wrong(form), list(Step).index(step) + 1
    phone = size is SizeClass.PHONE
    shown = list(Step)[max(0, number - 2) :] if phone else list(Step)
    chips = [
        filter_chip(step_word(each), _to(go, each), chosen=each is step, name=_name(each, wrong[each]))
        for each in shown
    ]
    words = text(t("Step {n} of {all}", n=whole(number), all=whole(len(Step))), Style.SMALL, Colour.TEXT_2)
    return ft.Column([words, chip_row(chips, wrap=not phone)], spacing=6, tight=True)


def _to(go: Go, step: Step) -> Callable[..., None]:
    return lambda *_: go(step)


def _wrong(form: HomeEditor) -> Counter[Step]:
    """How many fields of each step are missing or wrong."""
    return Counter(step_of(name) for name in form.to_correct())


_BEGUN_WITH = frozenset({"type", "let_type", "country", "currency", "cancellation_policy"})


def _begun(form: HomeEditor, step: Step) -> bool:
    """Whether something is said there; the choices a new home begins with do not count."""
    said = {name for name in FIELDS[step] if form.typed.get(name).strip()} - _BEGUN_WITH
    return bool(said) or (step is Step.HAS and form.typed.amenities_said)


def _name(step: Step, wrong: int) -> str:
    if not wrong:
        return step_word(step)
    return f"{step_word(step)}, {tn('{n} missing or wrong', '{n} missing or wrong', wrong)}"


def _rail_step(form: HomeEditor, step: Step, here: bool, wrong: int, go: Go) -> ft.Control:
    begun = _begun(form, step)
    icon, colour = ft.Icons.RADIO_BUTTON_UNCHECKED_ROUNDED, Colour.TEXT_3
    if here:
        icon, colour = ft.Icons.RADIO_BUTTON_CHECKED_ROUNDED, Colour.ACCENT_TEXT
    elif wrong and (begun or form.asked):
        icon, colour = ft.Icons.ERROR_ROUNDED, Colour.WAITING
    elif begun and not wrong:
        icon, colour = ft.Icons.CHECK_CIRCLE_ROUNDED, Colour.SUCCESS
    words = text(
        step_word(step), Style.LABEL if here else Style.BODY, Colour.TEXT if here else Colour.TEXT_2, expand=True
    )
    left = [text(whole(wrong), Style.SMALL, Colour.WAITING)] if wrong else []
    return target(
        ft.Row([ft.Icon(icon, size=Size.ICON, color=colour), words, *left], spacing=12),
        _name(step, wrong),
        _to(go, step),
        radius=Radius.CONTROL,
        bgcolor=Colour.SURFACE if here else ft.Colors.TRANSPARENT,
        hover=Colour.SUNKEN,
        line=Colour.LINE if here else None,
        selected=here,
        padding=ft.Padding.symmetric(horizontal=12, vertical=12),
        align=ft.Alignment.CENTER_LEFT,
    )
