"""The dialog that changes price, shortest stay and instant booking of the chosen homes."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

import flet as ft

from client.core.language import money, t, tn
from client.design import fields
from client.design.buttons import filled, outlined
from client.design.layout import SizeClass, use_size
from client.design.sheets import sheet
from client.design.text import text
from client.design.tokens import Colour
from client.features.homes.wish import BulkWish
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
    phone = use_size() is SizeClass.PHONE

    def close() -> None:
        rows[1](())
        typed[1](BulkWish())

    def act(_: Any) -> None:
        wish = typed[0]
        close()
        go(wish)

    dialog = None
    if rows[0]:
        number = len(rows[0])
        dialog = sheet(
            tn("Change {n} home", "Change {n} homes", number),
            _body(typed[0], typed[1], rows[0]),
            phone=phone,
            close_name=t("Close"),
            on_close=close,
            actions=[
                outlined(t("Leave them as they are"), lambda _: close()),
                filled(tn("Change {n} home", "Change {n} homes", number), act, disabled=not typed[0].says_something),
            ],
            width=460,
        )
    ft.use_dialog(dialog)
    return BulkEditing(rows[1])


def _body(wish: BulkWish, put: Callable[[Any], None], rows: Sequence[PropertyRow]) -> ft.Control:
    errors = wish.errors()

    def change(name: str) -> Callable[[str], None]:
        return lambda value: put(dataclasses.replace(wish, **{name: value}))

    answers = [("", t("As it is")), ("yes", t("Yes")), ("no", t("No"))]
    return ft.Column(
        [
            text(
                t("What you leave empty stays as it is. It takes effect at once and can be undone."),
                color=Colour.TEXT_2,
            ),
            fields.text_field(
                t("Price, in percent"),
                wish.percent,
                change("percent"),
                unit_after="%",
                hint="+10",
                help=_example(wish, rows[0]),
                error=errors.get("percent"),
                max_length=6,
            ),
            fields.text_field(
                t("Shortest stay"),
                wish.min_nights,
                change("min_nights"),
                unit_after=t("nights"),
                keyboard=ft.KeyboardType.NUMBER,
                error=errors.get("min_nights"),
                max_length=4,
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
