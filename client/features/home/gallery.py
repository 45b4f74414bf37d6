"""The pictures of a home: its front and the rooms it says it has, all drawn."""

import dataclasses
from collections.abc import Callable
from typing import Any

import flet as ft

from client.core.boundaries import panel
from client.core.language import t
from client.core.session import Session, use_session
from client.design.buttons import target
from client.design.layout import SizeClass
from client.design.tokens import Colour, Radius
from client.features.home.state import rooms_of
from client.parts.cover import badge, drawing
from client.parts.facts import drawing_of
from shared_models.properties import PropertyRead

GAP = 8
PHONE_ASPECT = 1.25


@dataclasses.dataclass(frozen=True)
class Picture:
    """A picture of a home: of a room, or with `room` None of its front."""

    room: str | None
    label: str


def pictures_of(home: PropertyRead) -> list[Picture]:
    """The front, then the rooms."""
    rooms = [Picture(room, room_label(room)) for room in rooms_of(home)]
    return [Picture(None, drawing_of(home.type)), *rooms]


def room_label(room: str) -> str:
    """What readers hear of a room's drawing."""
    return {
        "bedroom": t("Drawing of a bedroom, no photo yet"),
        "kitchen": t("Drawing of a kitchen, no photo yet"),
        "bathroom": t("Drawing of a bathroom, no photo yet"),
    }.get(room, t("Drawing of a room, no photo yet"))


def gallery(session: Session, home: PropertyRead, size: SizeClass, on_look: Callable[[int], Any]) -> ft.Control:
    """One big picture and the rooms beside it; on a phone one after the other. A press on one is `on_look(place)`."""
    if size is SizeClass.PHONE:
        return PhoneGallery(home, on_look)
    pictures = pictures_of(home)
    note = ft.Container(
        badge(t("Drawings, not photos: the landlord has added none yet")), left=12, bottom=12, ignore_interactions=True
    )
    faces = [_pressable(session, home, pictures, place, on_look) for place in range(len(pictures))]
    big = ft.Container(ft.Stack([faces[0], note], fit=ft.StackFit.EXPAND), expand=5, bgcolor=Colour.PRESS)
    beside: list[ft.Control] = []
    if len(faces) == 4:
        beside = [_expand(faces[1], 3), ft.Column([_expand(face, 1) for face in faces[2:]], spacing=GAP, expand=2)]
    elif len(faces) > 1:
        beside = [ft.Column([_expand(face, 1) for face in faces[1:]], spacing=GAP, expand=3)]
    return ft.Container(
        ft.Row([big, *beside], spacing=GAP, vertical_alignment=ft.CrossAxisAlignment.STRETCH),
        height=340 if size is SizeClass.DESKTOP else 300,
        border_radius=Radius.CARD,
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
    )


def _pressable(
    session: Session, home: PropertyRead, pictures: list[Picture], place: int, on_look: Callable[[int], Any]
) -> ft.Control:
    picture = pictures[place]
    wide = 1600 if picture.room is None else 800
    shown = ft.Stack([drawing(session, home.id, "", width=wide, room=picture.room)], fit=ft.StackFit.EXPAND)
    name = t("{picture}. Look at it large", picture=picture.label.rstrip("."))
    return target(shown, name, lambda _: on_look(place), radius=0, line=None, bgcolor=Colour.PRESS, hover=Colour.PRESS)


def _expand(picture: ft.Control, flex: int) -> ft.Control:
    return ft.Container(ft.Stack([picture], fit=ft.StackFit.EXPAND), expand=flex, bgcolor=Colour.PRESS)


@panel
def PhoneGallery(home: PropertyRead, on_look: Callable[[int], Any]) -> ft.Control:
    """The pictures of a phone, one after the other by a swipe; the badge says which this is."""
    session = use_session()
    state: Any = ft.use_state(0)
    place, set_place = state
    pictures = pictures_of(home)
    pages = ft.PageView(
        [_expand(_pressable(session, home, pictures, number, on_look), 1) for number in range(len(pictures))],
        on_change=lambda e: set_place(int(e.data)),
    )
    words = t("Drawing · {n} / {all}", n=place + 1, all=len(pictures)) if len(pictures) > 1 else t("Drawing")
    note = ft.Container(badge(words), right=12, bottom=30, ignore_interactions=True)
    return ft.Container(
        ft.Stack([pages, note], fit=ft.StackFit.EXPAND), aspect_ratio=PHONE_ASPECT, bgcolor=Colour.PRESS
    )
