"""What stands round the sections of a home: the way back, its pictures, sharing, and the price that stays."""

import dataclasses
from collections.abc import Callable
from typing import Any

import flet as ft

from client import paths
from client.core.device import copy_text, share_link
from client.core.language import t
from client.core.session import Session
from client.design.buttons import icon_button, quiet
from client.design.feedback import toast
from client.design.layout import SizeClass, page_margin
from client.design.tokens import Colour
from client.features.home.gallery import gallery
from client.features.home.panel import Deal, price_bar, price_panel
from client.parts.last_search import last_search
from client.parts.shell import tenant_shell

PANEL = 408
GAP = 56
BAR_HEIGHT = 76
"""What a toast keeps clear of at the foot of a phone."""


@dataclasses.dataclass(frozen=True)
class Frame:
    """What the frame is about. `on_look` opens the picture at a place, `dialogs` lie over everything."""

    deal: Deal
    mine: bool
    on_look: Callable[[int], Any]
    dialogs: list[ft.Control]


def wide(session: Session, sections: list[ft.Control], frame: Frame) -> ft.Control:
    """A desktop: pictures and text, and beside them the price, which stays while they scroll."""
    margin, deal = page_margin(SizeClass.DESKTOP), frame.deal
    left = ft.ListView(
        [_top(session, deal), gallery(session, deal.home, SizeClass.DESKTOP, frame.on_look), *sections],
        expand=True,
        spacing=28,
        padding=ft.Padding(margin, 16, GAP // 2, 48),
    )
    right = ft.ListView([price_panel(deal)], padding=ft.Padding(GAP // 2, 88, margin, 40))
    side = ft.Container(right, width=PANEL + GAP // 2 + margin)
    row = ft.Row(
        [left, *([] if frame.mine else [side])],
        spacing=0,
        vertical_alignment=ft.CrossAxisAlignment.STRETCH,
        expand=True,
    )
    body = ft.Container(ft.Container(row, width=1440), alignment=ft.Alignment.TOP_CENTER, expand=True)
    return tenant_shell(ft.Stack([body, *frame.dialogs], expand=True, fit=ft.StackFit.EXPAND), "search")


def narrow(session: Session, size: SizeClass, sections: list[ft.Control], frame: Frame) -> ft.Control:
    """A smaller window: one column, with the price at its foot."""
    home, margin, phone = frame.deal.home, page_margin(size), size is SizeClass.PHONE
    inside = [ft.Container(section, padding=ft.Padding.symmetric(horizontal=margin)) for section in sections]
    pictures = gallery(session, home, size, frame.on_look)
    if phone:
        lead: ft.Control = ft.Stack([pictures, *_round_buttons(session, frame.deal)])
    else:
        both = ft.Column(
            [_top(session, frame.deal), pictures], spacing=8, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
        )
        lead = ft.Container(both, padding=ft.Padding.symmetric(horizontal=margin))
    listed = ft.ListView([lead, *inside], expand=True, spacing=24, padding=ft.Padding(0, 0 if phone else 12, 0, 32))
    bar = None if frame.mine else price_bar(frame.deal)
    if phone:
        layers = [listed, *frame.dialogs]
        return tenant_shell(ft.Stack(layers, expand=True, fit=ft.StackFit.EXPAND), "search", foot=bar)
    body = ft.Column([listed, *([bar] if bar else [])], expand=True, spacing=0)
    return tenant_shell(ft.Stack([body, *frame.dialogs], expand=True, fit=ft.StackFit.EXPAND), "search")


def _round_buttons(session: Session, deal: Deal) -> list[ft.Control]:
    """Back and share, over the pictures of a phone."""
    page = ft.context.page
    back = icon_button(
        ft.Icons.ARROW_BACK_ROUNDED,
        t("Back to the homes"),
        lambda _: page.navigate(last_search(page)),
        bgcolor=Colour.SURFACE,
    )
    share = icon_button(ft.Icons.IOS_SHARE_ROUNDED, t("Share this home"), _share(session, deal), bgcolor=Colour.SURFACE)
    return [ft.Container(back, left=12, top=12), ft.Container(share, right=12, top=12)]


def _top(session: Session, deal: Deal) -> ft.Control:
    page = ft.context.page
    back = quiet(t("Back to the homes"), lambda _: page.navigate(last_search(page)), icon=ft.Icons.ARROW_BACK_ROUNDED)
    share = quiet(t("Share"), _share(session, deal), icon=ft.Icons.IOS_SHARE_ROUNDED, name=t("Share this home"))
    return ft.Row([back, share], alignment=ft.MainAxisAlignment.SPACE_BETWEEN)


def _share(session: Session, deal: Deal) -> Callable[..., Any]:
    """Hand the home on, with the dates that are looked at: the way of the device, or the link to paste."""
    page, home, offer = ft.context.page, deal.home, deal.offer
    stay = (offer.stay.check_in, offer.stay.check_out) if offer is not None else (None, None)
    link = session.device.link(paths.home(home.slug, *stay))

    async def share(_: Any) -> None:
        if not page.web:
            await share_link(link, home.title)
            return
        await copy_text(link)
        toast(page, t("The link is copied. Paste it where you like."), above=BAR_HEIGHT)

    return share
