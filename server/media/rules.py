"""Which sizes and crops of a picture exist, and where each is kept. Pure."""

from enum import StrEnum
from typing import Literal
from uuid import UUID

from server.drawings.cover import COVER_VERSION
from server.drawings.kinds import CoverKind, RoomKind

CoverWidth = Literal[320, 800, 1600]
"""Pixels. Real photos have the same three."""


class Crop(StrEnum):
    """The shapes a drawing is cut to: a closed list, so that nobody can fill the store with invented ones."""

    CARD = "card"
    PHOTO = "photo"
    SQUARE = "square"
    TALL = "tall"
    WIDE = "wide"

    @property
    def aspect(self) -> float:
        """Width by height."""
        return _ASPECTS[self]


_ASPECTS: dict[Crop, float] = {
    Crop.CARD: 1.85,
    Crop.PHOTO: 4 / 3,
    Crop.SQUARE: 1.0,
    Crop.TALL: 0.75,
    Crop.WIDE: 2.4,
}


def drawing_key(property_id: UUID, kind: CoverKind | RoomKind, width: CoverWidth, crop: Crop) -> str:
    """The storage key of a drawing. The version is part of it: a new version never meets an old picture."""
    family = "covers" if isinstance(kind, CoverKind) else "rooms"
    return f"{family}/v{COVER_VERSION}/{property_id}/{kind}-{crop}-{width}.webp"
