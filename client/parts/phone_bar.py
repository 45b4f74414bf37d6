"""The places at the foot of a phone: all of them are within reach, however many there are."""

from collections.abc import Sequence

import flet as ft

from client.core.language import t
from client.design.navigation import OnPlace, Place, bottom_bar, place_list
from client.design.sheets import open_sheet

MOST = 5
MORE = "more"


def phone_bar(page: ft.Page, places: Sequence[Place], chosen: str | None, on_choose: OnPlace) -> ft.Control:
    """Up to five places side by side; of more, four and the way to the others."""
    if len(places) <= MOST:
        return bottom_bar(places, chosen, on_choose)
    shown, others = places[: MOST - 1], places[MOST - 1 :]

    def go(place: Place) -> None:
        page.pop_dialog()
        on_choose(place)

    def choose(place: Place) -> None:
        if place.key != MORE:
            on_choose(place)
            return
        open_sheet(page, t("More"), place_list(others, chosen, go), close_name=t("Close"))

    waiting = sum(place.count for place in others)
    more = Place(MORE, t("More"), ft.Icons.MORE_HORIZ_ROUNDED, ft.Icons.MORE_HORIZ_ROUNDED, waiting)
    return bottom_bar([*shown, more], MORE if any(place.key == chosen for place in others) else chosen, choose)
