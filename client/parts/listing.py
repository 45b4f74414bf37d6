"""How a home is named, priced and shown small, wherever it stands in a list."""

from uuid import UUID

import flet as ft

from client.core.language import money, t
from client.core.session import Session
from client.design.chips import status_chip
from client.design.tokens import Colour, Status
from shared_models.money import Money
from shared_models.properties import (
    Amenity,
    AmenityGroup,
    LetType,
    PropertyStatus,
    PropertyType,
    cover_path,
)
from shared_models.search import Place, PlaceKind


def type_word(kind: PropertyType) -> str:
    """`Flat`."""
    words = {
        PropertyType.FLAT: t("Flat"),
        PropertyType.ROOM: t("Room"),
        PropertyType.APARTMENT: t("Apartment"),
        PropertyType.HOUSE: t("House"),
        PropertyType.COTTAGE: t("Cottage"),
        PropertyType.STUDIO: t("Studio"),
        PropertyType.BOAT: t("Boat"),
    }
    return words.get(kind, t("Home"))


def let_word(let: LetType) -> str:
    """`By the night`."""
    words = {LetType.NIGHTLY: t("By the night"), LetType.MONTHLY: t("By the month")}
    return words.get(let, t("Another way"))


def price_words(price: Money, let: LetType) -> str:
    """`£80.00 a night`."""
    if let is LetType.MONTHLY:
        return t("{amount} a month", amount=money(price))
    return t("{amount} a night", amount=money(price))


def place_words(city: str, neighbourhood: str | None) -> str:
    """`New Town, Edinburgh`."""
    return f"{neighbourhood}, {city}" if neighbourhood else city


def place_text(place: Place) -> str:
    """The words that find the homes of a place."""
    return place.name if place.kind is PlaceKind.CITY else f"{place.name}, {place.city}"


def status_word(status: PropertyStatus) -> str:
    """What a landlord calls the state of a listing."""
    words = {
        PropertyStatus.DRAFT: t("Draft"),
        PropertyStatus.PENDING_REVIEW: t("In review"),
        PropertyStatus.PUBLISHED: t("Published"),
        PropertyStatus.PAUSED: t("Paused"),
        PropertyStatus.REJECTED: t("Sent back"),
        PropertyStatus.ARCHIVED: t("Archived"),
    }
    return words.get(status, t("Unknown"))


_LOOKS: dict[PropertyStatus, tuple[Status, ft.IconData]] = {
    PropertyStatus.DRAFT: (Status.NEUTRAL, ft.Icons.EDIT_OUTLINED),
    PropertyStatus.PENDING_REVIEW: (Status.WAITING, ft.Icons.SCHEDULE_ROUNDED),
    PropertyStatus.PUBLISHED: (Status.SUCCESS, ft.Icons.CHECK_CIRCLE_OUTLINE_ROUNDED),
    PropertyStatus.PAUSED: (Status.NEUTRAL, ft.Icons.PAUSE_CIRCLE_OUTLINE_ROUNDED),
    PropertyStatus.REJECTED: (Status.DANGER, ft.Icons.ERROR_OUTLINE_ROUNDED),
    PropertyStatus.ARCHIVED: (Status.NEUTRAL, ft.Icons.INVENTORY_2_OUTLINED),
}


def listing_chip(status: PropertyStatus) -> ft.Control:
    """The state of a listing as a chip."""
    look, icon = _LOOKS.get(status, (Status.NEUTRAL, ft.Icons.INFO_OUTLINE_ROUNDED))
    return status_chip(status_word(status), look, icon)


def cover(
    session: Session, property_id: UUID, *, width: float, height: float, radius: float = 8, pixels: int = 320
) -> ft.Control:
    """The cover of a home, cut to a box. Decoration beside a title: readers do not hear it."""
    return ft.Container(
        ft.Image(
            session.device.url(cover_path(property_id, pixels)),
            width=width,
            height=height,
            fit=ft.BoxFit.COVER,
            exclude_from_semantics=True,
            error_content=ft.Container(bgcolor=Colour.SUNKEN),
        ),
        width=width,
        height=height,
        border_radius=radius,
        bgcolor=Colour.SUNKEN,
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
    )


def group_word(group: AmenityGroup) -> str:
    """The heading of a group of amenities."""
    return {
        AmenityGroup.KITCHEN: t("Kitchen"),
        AmenityGroup.WORK: t("Work and comfort"),
        AmenityGroup.SLEEP: t("Sleep"),
        AmenityGroup.BATH: t("Bath"),
        AmenityGroup.OUTSIDE: t("Outside"),
        AmenityGroup.SAFETY: t("Safety"),
        AmenityGroup.STEP_FREE: t("Step-free"),
    }[group]


def amenity_word(amenity: Amenity) -> str:
    """What people call it."""
    words = {
        Amenity.KITCHEN: t("Kitchen"),
        Amenity.OVEN: t("Oven"),
        Amenity.DISHWASHER: t("Dishwasher"),
        Amenity.FRIDGE: t("Fridge"),
        Amenity.COFFEE_MACHINE: t("Coffee machine"),
        Amenity.WIFI: t("Wi-Fi"),
        Amenity.DESK: t("Desk"),
        Amenity.HEATING: t("Heating"),
        Amenity.AIR_CONDITIONING: t("Air conditioning"),
        Amenity.WASHING_MACHINE: t("Washing machine"),
        Amenity.DRYER: t("Dryer"),
        Amenity.TV: t("TV"),
        Amenity.BED_LINEN: t("Bed linen"),
        Amenity.COT: t("Cot"),
        Amenity.BATH: t("Bath"),
        Amenity.SHOWER: t("Shower"),
        Amenity.TOWELS: t("Towels"),
        Amenity.HAIR_DRYER: t("Hair dryer"),
        Amenity.GARDEN: t("Garden"),
        Amenity.BALCONY: t("Balcony"),
        Amenity.PARKING: t("Parking"),
        Amenity.BICYCLE_STORAGE: t("Bicycle storage"),
        Amenity.SMOKE_ALARM: t("Smoke alarm"),
        Amenity.CARBON_MONOXIDE_ALARM: t("Carbon monoxide alarm"),
        Amenity.FIRST_AID_KIT: t("First-aid kit"),
        Amenity.STEP_FREE: t("Step-free"),
        Amenity.LIFT: t("Lift"),
    }
    return words.get(amenity, t("Something new"))
