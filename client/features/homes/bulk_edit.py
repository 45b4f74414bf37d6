"""The dialog that changes price, shortest stay and instant booking of the chosen homes."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

import flet as ft

from client.core.language import money, t, tn
from client.design import fields
from client.design.buttons import filled, outlined
from client.design.form_fields import FormFields, use_form_fields
from client.design.handlers import calling
from client.design.layout import SizeClass, use_size
from client.design.sheets import sheet
from client.design.text import text
from client.design.tokens import Colour
from client.features.homes.wish import BulkWish
from client.parts.wrong_fields import wrong_fields
from shared_models.bulk_edits import price_after
from shared_models.properties import PropertyRow


@dataclasses.dataclass(frozen=True)
class BulkEditing:
    """Opens the dialog for some homes."""

    open: Callable[[Sequence[PropertyRow]], None]


def use_bulk_edit(go: Callable[[BulkWish], Any]) -> BulkEditing:
    """Hook: a dialog that asks what to change; `go` begins the change."""
    rows: tuple[Sequence[PropertyRow], Callable[[Any], None]] = ft.use_state(())
    typed: tuple[BulkWish, Callable[[Any], None]] = ft.use_state(BulkWish())
    pressed: tuple[bool, Callable[[Any], None]] = ft.use_state(False)
    phone, places = use_size() is SizeClass.PHONE, use_form_fields()

    def close() -> None:
        rows[1](())
        typed[1](BulkWish())
        pressed[1](False)

    def act() -> None:
        wish = typed[0]
        if wish.says_nothing or wish.errors():
            pressed[1](True)
            places.go_to_first(wish.errors() or {"percent"})
            return
        close()
        go(wish)

    dialog = None
    if rows[0]:
        number = len(rows[0])
        dialog = sheet(
            tn("Change {n} home", "Change {n} homes", number),
            _body(typed[0], typed[1], rows[0], _Asked(pressed[0], places, act)),
            phone=phone,
            close_name=t("Close"),
            on_close=close,
            actions=[
                outlined(t("Leave them as they are"), lambda _: close()),
                filled(tn("Change {n} home", "Change {n} homes", number), calling(act)),
            ],
            width=460,
        )
    ft.use_dialog(dialog)
    return BulkEditing(rows[1])


@dataclasses.dataclass(frozen=True)
class _Asked:
    """Whether the button was pressed in vain, the way to the fields, and what Enter in the last of them does."""

    in_vain: bool
    places: FormFields
    act: Callable[[], None]


def _body(wish: BulkWish, put: Callable[[Any], None], rows: Sequence[PropertyRow], asked: _Asked) -> ft.Control:
    errors = wish.errors()
    labels = {"percent": t("Price, in percent"), "min_nights": t("Shortest stay")}
    trouble = wrong_fields(errors, lambda name: labels[name], asked.places.go_to) if asked.in_vain else []
    if asked.in_vain and wish.says_nothing:
        trouble = [fields.error_summary(t("Fill in what is to change."))]

    def change(name: str) -> Callable[[str], None]:
        return lambda value: put(dataclasses.replace(wish, **{name: value}))

    answers = [("", t("As it is")), ("yes", t("Yes")), ("no", t("No"))]
    return ft.Column(
        [
            *trouble,
            text(
                t("What you leave empty stays as it is. It takes effect at once and can be undone."),
                color=Colour.TEXT_2,
            ),
            fields.text_field(
                labels["percent"],
                wish.percent,
                change("percent"),
                unit_after="%",
                hint="+10",
                help=_example(wish, rows[0]),
                error=errors.get("percent"),
                max_length=6,
                ref=asked.places.ref("percent"),
            ),
            fields.text_field(
                labels["min_nights"],
                wish.min_nights,
                change("min_nights"),
                unit_after=t("nights"),
                keyboard=ft.KeyboardType.NUMBER,
                error=errors.get("min_nights"),
                max_length=4,
                on_submit=asked.act,
                ref=asked.places.ref("min_nights"),
            ),
            fields.select(t("Guests can book at once"), wish.instant_book, answers, change("instant_book")),
        ],
        spacing=16,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _example(wish: BulkWish, row: PropertyRow) -> str:
    """What the wish makes of the first home's price, as the server will count it."""
    percent = wish.price_percent
    if percent is None or "percent" in wish.errors():
        return t("10 makes it dearer, −10 cheaper.")
    after = row.price.model_copy(update={"amount_minor": price_after(row.price.amount_minor, percent)})
    return t("{title}: {before} becomes {after}.", title=row.title, before=money(row.price), after=money(after))
