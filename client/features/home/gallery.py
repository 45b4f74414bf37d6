"""The pictures of a home: its front and the rooms it says it has, all drawn."""

import flet as ft

from client.core.language import t
from client.core.session import Session
from client.design.layout import SizeClass
from client.design.tokens import Colour, Radius
from client.features.home.state import rooms_of
from client.parts.cover import badge, drawing
from client.parts.facts import drawing_of
from shared_models.properties import PropertyRead

GAP = 8


def room_label(room: str) -> str:
    """What readers hear of a room's drawing."""
    return {
        "bedroom": t("Drawing of a bedroom, no photo yet"),
        "kitchen": t("Drawing of a kitchen, no photo yet"),
        "bathroom": t("Drawing of a bathroom, no photo yet"),
    }.get(room, t("Drawing of a room, no photo yet"))


def gallery(session: Session, home: PropertyRead, size: SizeClass) -> ft.Control:
    """One big picture and the rooms beside it; on a phone the front alone with the rooms in a row below."""
    rooms = rooms_of(home)
    front = drawing(session, home.id, drawing_of(home.type), width=1600)
    note = badge(
        t("Drawing") if size is SizeClass.PHONE else t("Drawings, not photos: the landlord has added none yet")
    )
    if size is SizeClass.PHONE:
        return ft.Container(
            ft.Stack([front, ft.Container(note, right=12, bottom=30)], fit=ft.StackFit.EXPAND),
            aspect_ratio=1.25,
            bgcolor=Colour.PRESS,
        )
    big = ft.Container(
        ft.Stack([front, ft.Container(note, left=12, bottom=12)], fit=ft.StackFit.EXPAND),
        expand=5,
        bgcolor=Colour.PRESS,
    )
    pictures = [_room(session, home, room) for room in rooms]
    beside: list[ft.Control] = []
    if len(pictures) == 3:
        beside = [
            _expand(pictures[0], 3),
            ft.Column([_expand(picture, 1) for picture in pictures[1:]], spacing=GAP, expand=2),
        ]
    elif pictures:
        beside = [ft.Column([_expand(picture, 1) for picture in pictures], spacing=GAP, expand=3)]
    return ft.Container(
        ft.Row([big, *beside], spacing=GAP, vertical_alignment=ft.CrossAxisAlignment.STRETCH),
        height=340 if size is SizeClass.DESKTOP else 300,
        border_radius=Radius.CARD,
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
    )


def room_strip(session: Session, home: PropertyRead) -> list[ft.Control]:
    """The rooms in a row that scrolls sideways, for a phone."""
    rooms = rooms_of(home)
    if not rooms:
        return []
    pictures: list[ft.Control] = [
        ft.Container(
            drawing(session, home.id, room_label(room), width=320, room=room),
            width=132,
            height=96,
            border_radius=Radius.CONTROL,
            bgcolor=Colour.PRESS,
            clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
        )
        for room in rooms
    ]
    return [ft.Row(pictures, spacing=GAP, scroll=ft.ScrollMode.HIDDEN)]


def _room(session: Session, home: PropertyRead, room: str) -> ft.Control:
    return ft.Stack([drawing(session, home.id, room_label(room), room=room)], fit=ft.StackFit.EXPAND)


def _expand(picture: ft.Control, flex: int) -> ft.Control:
    return ft.Container(picture, expand=flex, bgcolor=Colour.PRESS)
