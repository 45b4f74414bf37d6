"""What a home has and what it has not, in groups."""

from collections.abc import Sequence

import flet as ft

from client.core.language import inside, t, tn
from client.design.buttons import quiet
from client.design.layout import SizeClass
from client.design.sheets import open_sheet
from client.design.text import text
from client.design.tokens import Colour, Style
from client.parts.listing import amenity_word, group_word
from shared_models.properties import AMENITY_GROUPS, Amenity

A_GROUP = 4
"""Amenities shown of a group before one asks for all."""
MISSED: tuple[Amenity, ...] = (
    Amenity.WIFI,
    Amenity.KITCHEN,
    Amenity.LIFT,
    Amenity.PARKING,
    Amenity.AIR_CONDITIONING,
    Amenity.SMOKE_ALARM,
)
"""What people ask for most, so that its absence is said."""

_I = ft.Icons

_ICONS: dict[Amenity, ft.IconData] = {
    Amenity.KITCHEN: _I.KITCHEN_OUTLINED,
    Amenity.OVEN: _I.MICROWAVE_OUTLINED,
    Amenity.DISHWASHER: _I.DINING_OUTLINED,
    Amenity.FRIDGE: _I.KITCHEN_OUTLINED,
    Amenity.COFFEE_MACHINE: _I.COFFEE_OUTLINED,
    Amenity.WIFI: _I.WIFI_ROUNDED,
    Amenity.DESK: _I.DESK_OUTLINED,
    Amenity.HEATING: _I.HEAT_PUMP_OUTLINED,
    Amenity.AIR_CONDITIONING: _I.AC_UNIT_ROUNDED,
    Amenity.WASHING_MACHINE: _I.LOCAL_LAUNDRY_SERVICE_OUTLINED,
    Amenity.DRYER: _I.DRY_CLEANING_OUTLINED,
    Amenity.TV: _I.TV_OUTLINED,
    Amenity.BED_LINEN: _I.BED_OUTLINED,
    Amenity.COT: _I.CRIB_OUTLINED,
    Amenity.BATH: _I.BATHTUB_OUTLINED,
    Amenity.SHOWER: _I.SHOWER_OUTLINED,
    Amenity.TOWELS: _I.DRY_OUTLINED,
    Amenity.HAIR_DRYER: _I.AIR_ROUNDED,
    Amenity.GARDEN: _I.YARD_OUTLINED,
    Amenity.BALCONY: _I.BALCONY_OUTLINED,
    Amenity.PARKING: _I.LOCAL_PARKING_ROUNDED,
    Amenity.BICYCLE_STORAGE: _I.PEDAL_BIKE_OUTLINED,
    Amenity.SMOKE_ALARM: _I.SENSORS_ROUNDED,
    Amenity.CARBON_MONOXIDE_ALARM: _I.SENSOR_WINDOW_OUTLINED,
    Amenity.FIRST_AID_KIT: _I.MEDICAL_SERVICES_OUTLINED,
    Amenity.STEP_FREE: _I.ACCESSIBLE_ROUNDED,
    Amenity.LIFT: _I.ELEVATOR_OUTLINED,
}


def grouped(amenities: Sequence[Amenity]) -> list[tuple[str, list[Amenity]]]:
    """Each group that has something, in the design's order."""
    has = set(amenities)
    groups = [(group_word(group), [one for one in members if one in has]) for group, members in AMENITY_GROUPS.items()]
    return [(name, found) for name, found in groups if found]


def absent(amenities: Sequence[Amenity]) -> list[Amenity]:
    """What people ask for most and this home has not."""
    return [one for one in MISSED if one not in amenities]


def amenity_groups(amenities: list[Amenity] | None, size: SizeClass, page: ft.Page) -> ft.Control:
    """Groups side by side with "Not here" at the end. Amenities that were never said are not absent, but unknown."""
    if amenities is None:
        return text(t("The landlord has not said what this home has. Ask before you book."), color=Colour.TEXT_2)
    known = [one for one in amenities if one in _ICONS]
    groups = [_group(name, found[:A_GROUP]) for name, found in grouped(known)]
    if missing := absent(known):
        groups.append(_group(t("Not here"), missing[:A_GROUP], here=False))
    columns: dict[str | ft.ResponsiveRowBreakpoint, float] = {
        "xs": 12,
        "sm": 6,
        "md": 4 if size is SizeClass.DESKTOP else 6,
    }
    body: list[ft.Control] = [
        ft.ResponsiveRow([ft.Container(group, col=columns) for group in groups], spacing=24, run_spacing=24)
    ]
    if any(len(found) > A_GROUP for _, found in grouped(known)):
        body.append(ft.Row([_all_button(known, page)]))
    return ft.Column(body, spacing=8, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def _all_button(amenities: Sequence[Amenity], page: ft.Page) -> ft.Control:
    words = tn("All {n}", "All {n}", len(amenities))

    def show() -> None:
        groups: list[ft.Control] = [_group(name, found) for name, found in grouped(amenities)]
        if missing := absent(amenities):
            groups.append(_group(t("Not here"), missing, here=False))
        open_sheet(page, t("What this home has"), ft.Column(groups, spacing=20), close_name=t("Close"))

    return quiet(words, lambda _: show(), accent=True)


def _group(name: str, amenities: Sequence[Amenity], *, here: bool = True) -> ft.Control:
    colour = Colour.TEXT if here else Colour.TEXT_3
    rows: list[ft.Control] = [text(name, Style.SMALL_STRONG, Colour.TEXT_2)]
    for one in amenities:
        words = amenity_word(one) if here else t("No {thing}", thing=inside(amenity_word(one)))
        rows.append(
            ft.Row([ft.Icon(_ICONS[one], size=20, color=colour), text(words, color=colour, expand=True)], spacing=12)
        )
    return ft.Column(rows, spacing=10)
