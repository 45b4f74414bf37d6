"""The tourist tax of a home: proposed by its place, chosen by its landlord, with its source and when it was read."""

import flet as ft

from client.core.language import day_long, t
from client.design.buttons import quiet
from client.design.feedback import note
from client.design.text import text
from client.design.tokens import Colour, Style
from client.features.home_form.fill import Fill
from client.parts.tourist_tax import rate_words, tax_name
from shared_models.tourist_taxes import TAXES, TouristTax, proposed_tax


def tax_field(fill: Fill) -> ft.Control:
    """Which tax is asked; where the place has one and none is chosen, that is said."""
    typed = fill.form.typed
    proposed = proposed_tax(typed.get("country"), typed.get("city"))
    chosen = TAXES.get(typed.get("tourist_tax"))
    taxes = sorted(TAXES.values(), key=lambda tax: (tax is not proposed, tax_name(tax)))
    options = [("", t("None")), *((tax.key, f"{tax_name(tax)} · {rate_words(tax)}") for tax in taxes)]
    rows: list[ft.Control] = [fill.choice("tourist_tax", t("Tourist tax"), options)]
    if proposed is not None and chosen is None:
        rows.append(_proposal(fill, proposed))
    if chosen is not None:
        rows.append(_about(chosen))
    return ft.Column(rows, spacing=12, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def _proposal(fill: Fill, tax: TouristTax) -> ft.Control:
    """The tax of the place, and the button that takes it."""

    def take() -> None:
        fill.put("tourist_tax", tax.key)
        fill.saw()

    words = t("{city} asks for one: {name}, {rate}.", city=tax.city, name=tax_name(tax), rate=rate_words(tax))
    return ft.Column(
        [note(words), ft.Row([quiet(t("Add the {name}", name=tax_name(tax)), lambda _: take(), accent=True)])],
        spacing=0,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _about(tax: TouristTax) -> ft.Control:
    """What it is taken of, and where that is written."""
    words = [t("It is a line of its own in every price, on top of the nights."), *_limits(tax)]
    if tax.free_under is not None:
        words.append(
            t(
                "Guests under {n} go free there. We do not ask for ages, so each guest is counted.",
                n=tax.free_under,
            )
        )
    read = t("As read on {day}. Look it up before you rely on it.", day=day_long(tax.as_of))
    return ft.Column(
        [
            text(" ".join(words), Style.SMALL, Colour.TEXT_2),
            text(read, Style.SMALL, Colour.TEXT_2),
            ft.Row([quiet(t("Where it is written"), None, accent=True, url=tax.source)]),
        ],
        spacing=4,
    )


def _limits(tax: TouristTax) -> list[str]:
    told = []
    if tax.max_nights is not None:
        told.append(t("Only the first {n} nights of a stay are taxed.", n=tax.max_nights))
    if tax.longest_stay is not None:
        told.append(t("A stay of more than {n} nights is not taxed.", n=tax.longest_stay))
    return told
