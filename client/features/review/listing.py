"""One listing as an admin sees it, and the decision at its foot."""

import dataclasses
from collections.abc import Callable
from typing import Any

import flet as ft

from client.core.action import Action
from client.core.http import words_for
from client.core.language import and_, t
from client.core.session import Session
from client.design import fields
from client.design.buttons import filled, outlined, quiet
from client.design.chips import chip_row, filter_chip
from client.design.feedback import Loading, failure, grey_block, grey_lines
from client.design.layout import SizeClass, divider, page_margin
from client.design.text import header, text
from client.design.tokens import Colour, Style
from client.features.review.facts import Check, checks_of, not_said, ready_reasons
from client.features.review.state import ReviewState
from client.parts.listing import cover, place_words, price_words, type_word
from shared_models.properties import PropertyRead


@dataclasses.dataclass(frozen=True, eq=False)
class Decide:
    """What the buttons and the keys call."""

    approve: Callable[..., None]
    reject: Callable[..., None]
    begin: Callable[[], None]
    stop: Callable[[], None]


def listing_panel(session: Session, review: ReviewState, act: Action, decide: Decide, size: SizeClass) -> ft.Control:
    """The open listing, its checks, and the decision that stays at the foot."""
    margin = 16 if size is SizeClass.PHONE else 28
    home = review.home
    if home is None:
        return ft.Container(_waiting(review), padding=margin, expand=True)
    parts: list[ft.Control] = [_top(session, home, size), header(t("Checks"), 3)]
    for check in checks_of(home):
        parts += [divider(), _check(check)]
    missing = not_said(home)
    if missing:
        parts += [divider(), text(t("Not said: {facts}.", facts=and_(missing)), color=Colour.TEXT_2)]
    if home.description:
        parts += [header(t("Its words"), 3), text(home.description, color=Colour.TEXT_2, selectable=True)]
    if review.rejecting:
        parts += _reasons(review)
    body = ft.ListView(
        parts, expand=True, spacing=12, padding=ft.Padding(margin, 24, margin, 24), auto_scroll=review.rejecting
    )
    return ft.Column([body, _foot(review, act, decide, size)], expand=True, spacing=0)


def _waiting(review: ReviewState) -> ft.Control:
    if review.problem is not None:
        return failure(
            t("The listing did not load"), words_for(review.problem), retry=t("Try again"), on_retry=_retry(review)
        )
    shapes = ft.Column([grey_block(130, 176), grey_lines(), grey_lines()], spacing=24)
    return Loading(shapes, t("Loading the listing"), t("Still loading."))


def _retry(review: ReviewState) -> Any:
    async def again(_: Any) -> None:
        await review.show()

    return again


def _top(session: Session, home: PropertyRead, size: SizeClass) -> ft.Control:
    words = ft.Column(
        [
            header(home.title, 2),
            text(home.landlord_name or t("No name of a landlord"), color=Colour.TEXT_2),
            text(
                " · ".join(
                    [
                        type_word(home.type),
                        place_words(home.address.city, home.address.neighbourhood),
                        price_words(home.price, home.let_type),
                    ]
                ),
                color=Colour.TEXT_2,
            ),
        ],
        spacing=2,
        tight=True,
    )
    picture = cover(session, home.id, width=176, height=131, pixels=800, radius=10)
    if size is SizeClass.DESKTOP:
        words.expand = True
        return ft.Row([picture, words], spacing=20, vertical_alignment=ft.CrossAxisAlignment.START)
    return ft.Column([picture, words], spacing=12)


def _check(check: Check) -> ft.Control:
    icon = ft.Icons.CHECK_CIRCLE_ROUNDED if check.well else ft.Icons.ERROR_ROUNDED
    colour = Colour.SUCCESS if check.well else Colour.WAITING
    words = ft.Column([text(check.title, Style.LABEL), text(check.words, color=Colour.TEXT_2)], spacing=0, expand=True)
    mark = ft.Semantics(
        label=t("Well") if check.well else t("Look twice"), content=ft.Icon(icon, size=22, color=colour)
    )
    return ft.Row([mark, words], spacing=14, vertical_alignment=ft.CrossAxisAlignment.START)


def _reasons(review: ReviewState) -> list[ft.Control]:
    def take(words: str) -> Callable[[Any], None]:
        return lambda _: setattr(review, "reason", words)

    chips = [filter_chip(name, take(words), chosen=review.reason == words) for name, words in ready_reasons()]
    field = fields.text_field(
        t("What has to be put right"),
        review.reason,
        lambda value: setattr(review, "reason", value),
        help=t("The landlord sees these words beside the listing."),
        lines=3,
        max_length=1000,
    )
    return [header(t("Say why"), 3), chip_row(chips, wrap=True), field]


def _foot(review: ReviewState, act: Action, decide: Decide, size: SizeClass) -> ft.Control:
    busy = act.running
    if review.rejecting:
        row: list[ft.Control] = [
            quiet(t("Do not send it back"), lambda _: decide.stop()),
            filled(t("Send it back"), decide.reject, busy=busy, disabled=not review.reason.strip()),
        ]
    else:
        row = [
            outlined(t("Send back"), lambda _: decide.begin(), danger=True),
            filled(t("Approve"), decide.approve, busy=busy),
        ]
    problem = [fields.error_summary(words_for(act.problem))] if act.problem is not None else []
    buttons = ft.Row(row, spacing=8, run_spacing=8, wrap=True, alignment=ft.MainAxisAlignment.END)
    return ft.Container(
        ft.Column([*problem, buttons], spacing=8, horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
        bgcolor=Colour.SURFACE,
        border=ft.Border.only(top=ft.BorderSide(1, Colour.LINE)),
        padding=ft.Padding.symmetric(horizontal=page_margin(size), vertical=12),
    )
