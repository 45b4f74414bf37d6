"""A home among others: picture, title, facts, price. One target with one label."""

from collections.abc import Callable
from enum import StrEnum

import flet as ft

from client.core.hooks import memo
from client.core.language import money, t
from client.core.session import Session
from client.design.buttons import target
from client.design.chips import status_chip
from client.design.text import one_line, price
from client.design.tokens import Colour, Radius, Status, Style
from client.parts.cover import cover
from client.parts.facts import facts_line, nights_words
from client.parts.price_lines import why_button
from shared_models.properties import LetType
from shared_models.search import SearchHit

WHY_WIDTH = 124
"""What the button in the card's corner takes from the line of the price."""


class CardState(StrEnum):
    """What the reader did with a home, or what happened to it meanwhile."""

    REST = "rest"
    CHOSEN = "chosen"
    SEEN = "seen"
    TAKEN = "taken"


def price_words(hit: SearchHit, nights: int | None) -> tuple[str, str]:
    """The figure and what it is for: the whole stay when dates are known, else a night or a month."""
    if hit.total is not None and nights:
        return money(hit.total), t("for {nights}", nights=nights_words(nights))
    return money(hit.price), t("a month") if hit.let_type == LetType.MONTHLY else t("a night")


@ft.component
def PropertyCard(
    session: Session,
    hit: SearchHit,
    nights: int | None,
    on_open: Callable[[SearchHit], None],
    state: CardState = CardState.REST,
    on_hover: Callable[[SearchHit, bool], None] | None = None,
) -> ft.Control:
    """The card of a found home; `nights` is the length of the stay `hit.total` is for."""
    page = ft.context.page
    figure, note = price_words(hit, nights)
    taken = state is CardState.TAKEN
    facts = facts_line(hit)
    words = t("Taken for these dates") if taken else f"{figure} {note}"
    why = (
        [] if taken or hit.total is None or not hit.lines else [why_button(page, hit.lines, hit.total, home=hit.title)]
    )
    top = Radius.CARD - 1
    face = ft.Column(
        [
            ft.Container(
                cover(session, hit.id, hit.type, opacity=0.6 if taken else 1),
                border_radius=ft.BorderRadius(top, top, 0, 0),
                margin=ft.Margin(1, 1, 1, 0),
                clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
            ),
            ft.Container(
                ft.Column(
                    [
                        one_line(hit.title, Style.H3, Colour.TEXT_2 if state is CardState.SEEN else Colour.TEXT),
                        one_line(facts),
                        ft.Container(
                            status_chip(words, Status.NEUTRAL) if taken else price(figure, note),
                            padding=ft.Padding.only(top=8, right=WHY_WIDTH if why else 0),
                        ),
                    ],
                    spacing=2,
                    horizontal_alignment=ft.CrossAxisAlignment.START,
                ),
                padding=ft.Padding(16, 14, 16, 16),
            ),
        ],
        spacing=0,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    card = target(
        face,
        t("{title}. {facts}. {price}", title=hit.title, facts=facts, price=words),
        lambda _: on_open(hit),
        chosen=state is CardState.CHOSEN,
        on_hover=None if on_hover is None else lambda e: on_hover(hit, bool(e.data)),
        key=str(hit.id),
    )
    corner = [ft.Container(button, right=4, bottom=6) for button in why]
    return ft.Stack([card, *corner], fit=ft.StackFit.PASS_THROUGH)


StillCard = memo(PropertyCard)
"""A card that is rendered again only when what it shows changes: longer lists cost their new cards alone."""
