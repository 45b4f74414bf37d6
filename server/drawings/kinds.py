"""What can be drawn, and how a drawing is named to people who cannot see it."""

from enum import StrEnum


class CoverKind(StrEnum):
    """The building on a cover."""

    FLAT = "flat"
    ROOM = "room"
    APARTMENT = "apartment"
    HOUSE = "house"
    COTTAGE = "cottage"
    STUDIO = "studio"
    BOAT = "boat"


class RoomKind(StrEnum):
    """A room inside a home."""

    LIVING_ROOM = "living_room"
    BEDROOM = "bedroom"
    KITCHEN = "kitchen"
    BATHROOM = "bathroom"


_NAMES: dict[CoverKind | RoomKind, str] = {
    CoverKind.FLAT: "a flat",
    CoverKind.ROOM: "a room in a shared home",
    CoverKind.APARTMENT: "an apartment",
    CoverKind.HOUSE: "a house",
    CoverKind.COTTAGE: "a cottage",
    CoverKind.STUDIO: "a studio",
    CoverKind.BOAT: "a houseboat",
    RoomKind.LIVING_ROOM: "a living room",
    RoomKind.BEDROOM: "a bedroom",
    RoomKind.KITCHEN: "a kitchen",
    RoomKind.BATHROOM: "a bathroom",
}


def describe(kind: CoverKind | RoomKind) -> str:
    """The label of a drawing, in English: "Drawing of a flat, no photo yet"."""
    return f"Drawing of {_NAMES[kind]}, no photo yet"
