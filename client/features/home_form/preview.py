"""What a guest will see of the home, beside the fields."""

import flet as ft

from client.core.boundaries import panel
from client.core.language import money, t, tn
from client.core.session import Session
from client.design.text import text
from client.design.tokens import Colour, Radius, Style
from client.features.home_form.state import HomeEditor
from client.features.home_form.typed import Typed
from client.parts.listing import cover, place_words, price_words, type_word
from shared_models.money import Money
from shared_models.properties import LetType, PropertyType

_STRETCH = ft.CrossAxisAlignment.STRETCH


@panel
def Preview(session: Session, form: HomeEditor) -> ft.Control:
    typed, home = form.typed, form.home
    picture = (
        cover(session, home.id, width=330, height=178, radius=0, pixels=800)
        if home is not None
        else ft.Container(
            text(t("A drawing appears once it is saved."), Style.SMALL, Colour.TEXT_2),
            height=178,
            bgcolor=Colour.SUNKEN,
            alignment=ft.Alignment.CENTER,
        )
    )
    kind, let = PropertyType(typed.get("type")), LetType(typed.get("let_type"))
    sleeps = typed.get("sleeps").strip()
    facts = [type_word(kind), *([tn("sleeps {n}", "sleeps {n}", int(sleeps))] if sleeps.isdigit() else [])]
    words = ft.Column(
        [
            text(typed.get("title") or t("Your title"), Style.H3, max_lines=2),
            text(
                " · ".join([place_words(typed.get("city") or t("City"), typed.get("neighbourhood")), *facts]),
                Style.BODY,
                Colour.TEXT_2,
                max_lines=2,
            ),
            text(_price_shown(typed, let), Style.STRONG),
        ],
        spacing=2,
    )
    shown = ft.Container(
        ft.Column([picture, ft.Container(words, padding=16)], spacing=0, horizontal_alignment=_STRETCH),
        bgcolor=Colour.SURFACE,
        border=ft.Border.all(1, Colour.LINE),
        border_radius=Radius.CARD,
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
    )
    return ft.Column([text(t("What a guest sees"), Style.H3), shown], spacing=12, horizontal_alignment=_STRETCH)


def _price_shown(typed: Typed, let: LetType) -> str:
    try:
        price = Money.of(typed.get("price").strip().replace(",", ""), typed.currency)
    except (ValueError, ArithmeticError):
        return t("Your price")
    return price_words(price, let) if price.amount_minor < 10**12 else money(price)
