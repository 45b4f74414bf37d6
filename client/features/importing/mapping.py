"""What the columns of a file mean, and what holds for the whole file."""

from collections.abc import Callable, Collection
from typing import Any

import flet as ft

from client.core.boundaries import panel
from client.core.language import and_, countries, currency_word, t, tn
from client.design import fields
from client.design.buttons import quiet
from client.design.feedback import note
from client.design.fields import error_line
from client.design.form_fields import FormFields
from client.design.layout import SizeClass, card, divider
from client.design.rows import keyed
from client.design.text import header, one_line, text
from client.design.tokens import Colour, Status, Style
from client.features.importing.state import WIDE, RunState
from client.features.importing.words import field_word
from client.parts.listing import let_word, type_word
from client.parts.wrong_fields import wrong_fields
from shared_models.base import known
from shared_models.imports import ImportColumn, ImportField, ImportRead
from shared_models.money import Currency
from shared_models.properties import LetType, PropertyType

FEW = 16
"""Up to this many columns all are shown; of more, those that are taken, and the rest on demand."""


@panel
def _MappingPanel(state: RunState, run: ImportRead, size: SizeClass, places: FormFields) -> ft.Control:
    all_, show_all = ft.use_state(len(run.columns) <= FEW)
    shown = [column for column in run.columns if all_ or column.name in state.columns]
    hidden = len(run.columns) - len(shown)
    whole_file = _whole_file(state, size, places)  # its fields come first when one is led to what is wrong
    rows: list[ft.Control] = [
        error_line(t("{field}: {problem}", field=_label_of(name), problem=words))
        for name, words in state.errors.items()
        if name not in WIDE
    ]
    for column in shown:
        rows += [divider(), keyed(column.name, _column_row(state, column, size, places))]
    if hidden:
        words = tn("Show {n} more column, not taken", "Show {n} more columns, not taken", hidden)
        rows += [divider(), ft.Row([quiet(words, lambda _: show_all(True), accent=True)])]
    return ft.Column(
        [
            *_trouble(state, run, places),
            keyed("whole file", whole_file),
            *_kinds(state, size),
            keyed("columns", _section(t("What the columns mean"), *rows)),
        ],
        spacing=16,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def mapping_panel(state: RunState, run: ImportRead, size: SizeClass, places: FormFields) -> ft.Control:
    """The plan of a run, to be changed until the homes are taken in. `places` leads to its fields."""
    return _MappingPanel(state, run, size, places)


def lead_to(state: RunState, run: ImportRead, places: FormFields, wrong: Collection[str]) -> None:
    """Give the focus to where the first of what is `wrong` can be put right."""
    places.go_to_first({_place_of(state, run, name) for name in wrong})


def _place_of(state: RunState, run: ImportRead, name: str) -> str:
    """The field for the whole file, or the first column that is not taken yet."""
    if name in WIDE:
        return name
    return next((_column_place(column) for column in run.columns if column.name not in state.columns), "source")


def _column_place(column: ImportColumn) -> str:
    return f"column {column.name}"


def _trouble(state: RunState, run: ImportRead, places: FormFields) -> list[ft.Control]:
    """What keeps the file from being checked; before anyone tried, what is still to be said."""
    if len(state.errors) > 1:
        return wrong_fields(state.errors, _label_of, lambda name: lead_to(state, run, places, {name}))
    missing = () if state.errors else state.missing()
    if not missing:
        return []
    words = and_([field_word(field) for field in missing])
    return [
        note(
            t("Say it once for the whole file, or choose the column that says it."),
            title=t("Still missing: {fields}", fields=words),
            status=Status.WAITING,
        )
    ]


def _label_of(name: str) -> str:
    if name == "decimal_mark":
        return t("What parts decimals")
    return field_word(ImportField(name)) if name in known(ImportField) else t("Name of the source")


def _section(title: str, *rows: ft.Control) -> ft.Control:
    column = ft.Column([header(title, 2), *rows], spacing=12, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    return card(column)


def _whole_file(state: RunState, size: SizeClass, places: FormFields) -> ft.Control:
    def put(name: str) -> Callable[[str], None]:
        return lambda value: state.say(name, value)

    def get(name: str) -> str:
        return state.wide.get(name, "")

    def led_to(name: str) -> dict[str, Any]:
        return {"error": state.errors.get(name), "ref": places.ref(name)}

    kinds = [("", t("As the file says")), *((word, type_word(PropertyType(word))) for word in known(PropertyType))]
    lets = [("", t("As the file says")), *((word, let_word(LetType(word))) for word in known(LetType))]
    money = [("", t("As the file says")), *((code, currency_word(code)) for code in known(Currency))]
    lands = [("", t("As the file says")), *countries()]
    wide = 12 if size is SizeClass.PHONE else 4
    parts = [
        fields.text_field(
            t("Name of the source (must be filled in)"),
            get("source"),
            put("source"),
            help=t("The same name next time updates these homes instead of adding them again."),
            hint="insideairbnb-edinburgh",
            max_length=60,
            **led_to("source"),
        ),
        fields.text_field(t("City"), get("city"), put("city"), max_length=120, **led_to("city")),
        fields.select(t("Country"), get("country"), lands, put("country"), search=True, **led_to("country")),
        fields.select(t("Currency"), get("currency"), money, put("currency"), **led_to("currency")),
        fields.select(t("How they are let"), get("let_type"), lets, put("let_type"), **led_to("let_type")),
        fields.select(t("Property type"), get("type"), kinds, put("type"), **led_to("type")),
    ]
    if state.errors.get("decimal_mark") or get("decimal_mark"):
        marks = [("", t("As the file says")), (".", t("A point: 1,200.50")), (",", t("A comma: 1.200,50"))]
        parts.append(
            fields.select(
                t("What parts decimals"), get("decimal_mark"), marks, put("decimal_mark"), **led_to("decimal_mark")
            )
        )
    cells: list[ft.Control] = [ft.Container(part, col={"xs": 12, "md": wide}) for part in parts]
    instant = fields.checkbox(
        t("Guests can book at once"),
        get("instant_book") == "yes",
        lambda on: state.say("instant_book", "yes" if on else ""),
    )
    return _section(
        t("What holds for the whole file"),
        text(t("Used wherever the file does not say it."), color=Colour.TEXT_2),
        ft.ResponsiveRow(cells, spacing=16, run_spacing=16, vertical_alignment=ft.CrossAxisAlignment.START),
        instant,
    )


def _kinds(state: RunState, size: SizeClass) -> list[ft.Control]:
    """The words of the file for kinds of home; what the landlord says of one is kept for the next file."""
    words = state.kind_words()
    if not words:
        return []

    def choose(word: str) -> Callable[[str], None]:
        return lambda value: state.say_kind(word, PropertyType(value) if value else None)

    kinds = [("", t("Not known")), *((kind, type_word(PropertyType(kind))) for kind in known(PropertyType))]
    parts = [
        fields.select(t("“{word}” is", word=word), kind.value if kind else "", kinds, choose(word))
        for word, kind in words.items()
    ]
    wide = 12 if size is SizeClass.PHONE else 4
    cells: list[ft.Control] = [
        keyed(word, ft.Container(part, col={"xs": 12, "md": wide})) for word, part in zip(words, parts, strict=True)
    ]
    section = _section(
        t("Kinds of home in this file"),
        text(t("Correct what is taken for another kind; it is kept for your next file."), color=Colour.TEXT_2),
        ft.ResponsiveRow(cells, spacing=16, run_spacing=16, vertical_alignment=ft.CrossAxisAlignment.START),
    )
    return [keyed("kinds", section)]


def _column_row(state: RunState, column: ImportColumn, size: SizeClass, places: FormFields) -> ft.Control:
    meaning = state.columns.get(column.name)
    options = [("", t("Not taken")), *((word, field_word(ImportField(word))) for word in known(ImportField))]

    def choose(word: str) -> Any:
        state.mean(column.name, ImportField(word) if word else None)

    choice = fields.select(
        t("{column} means", column=column.name),
        meaning.value if meaning else "",
        options,
        choose,
        ref=places.ref(_column_place(column)),
    )
    samples = ft.Column(
        [
            text(column.name, Style.LABEL, max_lines=1),
            one_line(" · ".join(column.samples) or t("empty in the first lines"), Style.SMALL),
        ],
        spacing=2,
        tight=True,
    )
    if size is SizeClass.PHONE:
        return ft.Column([samples, choice], spacing=8, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    return ft.Row([ft.Container(samples, expand=3), ft.Container(choice, expand=2)], spacing=24)
