"""The dialog that changes price, shortest stay and instant booking of the chosen homes."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

import flet as ft

from client.core.action import Action
from client.core.boundaries import panel
from client.core.hooks import Start, use_once, use_start
from client.core.http import wrong_input
from client.core.language import money, t, tn
from client.design import fields
from client.design.buttons import filled, outlined
from client.design.form_fields import FormFields, use_form_fields
from client.design.layout import SizeClass, use_size
from client.design.sheets import sheet
from client.design.text import text
from client.design.tokens import Colour
from client.features.homes.bulk_request import BulkRequest
from client.parts.wrong_fields import field_error, form_problem, sent
from shared_models.bulk_edits import price_after
from shared_models.properties import PropertyRow


@dataclasses.dataclass(frozen=True)
class BulkEditing:
    """Opens the dialog for some homes."""

    open: Callable[[Sequence[PropertyRow]], None]


@ft.observable
@dataclasses.dataclass
class _Asked:
    """What is being asked. It outlives the dialog, so that Escape loses nothing."""

    request: BulkRequest = dataclasses.field(default_factory=BulkRequest)

    async def check(self) -> None:
        """Raises ApiError with the fields that are wrong."""
        if errors := self.request.errors():
            raise wrong_input(errors)


def use_bulk_edit(go: Callable[[BulkRequest], Any]) -> BulkEditing:
    """Hook: a dialog that asks what to change; `go` begins the change."""
    rows: tuple[Sequence[PropertyRow], Callable[[Any], None]] = ft.use_state(())
    asked, places = use_once(_Asked), use_once(FormFields)
    check, start = use_once(lambda: Action(asked.check)), use_start()
    phone = use_size() is SizeClass.PHONE

    def close() -> None:
        check.forget()
        rows[1](())

    def leave() -> None:
        close()
        asked.request = BulkRequest()

    async def act() -> None:
        if await sent(check, places):
            request = asked.request
            leave()
            go(request)

    dialog = None
    if rows[0]:
        number = len(rows[0])
        dialog = sheet(
            tn("Change {n} home", "Change {n} homes", number),
            _Body(asked, check, places, rows[0][0], start, act),
            phone=phone,
            close_name=t("Close"),
            on_close=close,
            actions=[
                outlined(t("Leave them as they are"), lambda _: leave()),
                filled(tn("Change {n} home", "Change {n} homes", number), start(act)),
            ],
            width=460,
        )
    ft.use_dialog(dialog)
    return BulkEditing(rows[1])


@panel
def _Body(
    asked: _Asked, check: Action, shared: FormFields, first: PropertyRow, start: Start, act: Callable[[], Any]
) -> ft.Control:
    request, places = asked.request, use_form_fields(shared)

    def change(name: str) -> Callable[[str], None]:
        def put(value: str) -> None:
            asked.request = dataclasses.replace(asked.request, **{name: value})
            for field in labels.keys() - asked.request.errors().keys():
                check.correct(field)

        return put

    answers = [("", t("As it is")), ("yes", t("Yes")), ("no", t("No"))]
    labels = {"percent": t("Price, in percent"), "min_nights": t("Minimum stay")}
    return ft.Column(
        [
            *form_problem(check, labels, places.go_to),
            text(
                t("What you leave empty stays as it is. It takes effect at once and can be undone."),
                color=Colour.TEXT_2,
            ),
            fields.text_field(
                labels["percent"],
                request.percent,
                change("percent"),
                unit_after="%",
                hint="+10",
                help=_example(request, first),
                error=field_error(check, "percent"),
                max_length=6,
                on_submit=start(act),
                ref=places.ref("percent"),
            ),
            fields.text_field(
                labels["min_nights"],
                request.min_nights,
                change("min_nights"),
                unit_after=t("nights"),
                keyboard=ft.KeyboardType.NUMBER,
                error=field_error(check, "min_nights"),
                max_length=4,
                on_submit=start(act),
                ref=places.ref("min_nights"),
            ),
            fields.select(t("Guests can book at once"), request.instant_book, answers, change("instant_book")),
        ],
        spacing=16,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _example(request: BulkRequest, row: PropertyRow) -> str:
    """What the wish makes of the first home's price, as the server will count it."""
    percent = request.price_percent
    if percent is None or "percent" in request.errors():
        return t("10 makes it dearer, −10 cheaper.")
    after = row.price.model_copy(update={"amount_minor": price_after(row.price.amount_minor, percent)})
    return t("{title}: {before} becomes {after}.", title=row.title, before=money(row.price), after=money(after))
