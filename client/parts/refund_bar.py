"""The refund clock as a bar over time: all comes back, a part, nothing; the mark is now.

The words beside it say the same, so readers are spared it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

import flet as ft

from client.design.tokens import Colour, Radius
from shared_models.booking_steps import last_night_over
from shared_models.cancellation import CancelledStay, RefundStep, schedule

LEAST_SHARE: Final = 0.1
"""How much of the bar a part has at least, so that it can be seen."""
HEIGHT: Final = 12
_MARK: Final = 24
_SCALE: Final = 1000
"""Flet divides a row by whole numbers."""


class Comes(StrEnum):
    """How much comes back in a part of the bar."""

    ALL = "all"
    SOME = "some"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Part:
    """A part of the bar, and which share of it that is."""

    comes: Comes
    share: float


@dataclass(frozen=True)
class Bar:
    """The parts in their order, whose shares add up to 1, and where in them now is (0 to 1)."""

    parts: Sequence[Part]
    now: float


def bar_of(booked: CancelledStay, moment: datetime) -> Bar | None:
    """From confirming (or now, before it) to the end of the last night; None once that is over."""
    ends = last_night_over(booked.stay.check_out, booked.zone)
    if moment >= ends:
        return None
    begins = moment if booked.confirmed_at is None else min(booked.confirmed_at, moment)
    spans: dict[Comes, tuple[datetime, datetime]] = {}
    for step in schedule(booked):
        since = begins if step.since is None else max(step.since, begins)
        until = ends if step.until is None else min(step.until, ends)
        if since < until:
            comes = _comes(step)
            spans[comes] = (spans.get(comes, (since, until))[0], until)
    weights = {comes: max((until - since) / (ends - begins), LEAST_SHARE) for comes, (since, until) in spans.items()}
    whole = sum(weights.values())
    parts = [Part(comes, weight / whole) for comes, weight in weights.items()]
    before, now = 0.0, 0.0
    for part in parts:
        since, until = spans[part.comes]
        if since <= moment < until:
            now = before + part.share * ((moment - since) / (until - since))
        before += part.share
    return Bar(parts, now)


def _comes(step: RefundStep) -> Comes:
    if not step.kept.amount_minor:
        return Comes.ALL
    return Comes.SOME if step.refund.amount_minor else Comes.NOTHING


def refund_bar(booked: CancelledStay, moment: datetime) -> list[ft.Control]:
    """The bar as drawn, or nothing once the stay cannot be cancelled any more."""
    bar = bar_of(booked, moment)
    if bar is None:
        return []
    parts = ft.Row([_part(part) for part in bar.parts], spacing=4)
    mark = ft.Container(width=4, height=_MARK, bgcolor=Colour.TEXT, border_radius=2)
    behind, ahead = round(bar.now * _SCALE), round((1 - bar.now) * _SCALE)
    now = ft.Row([ft.Container(expand=behind + 1), mark, ft.Container(expand=ahead + 1)], spacing=0)
    drawn = ft.Stack([ft.Container(parts, padding=ft.Padding.only(top=(_MARK - HEIGHT) / 2)), now], height=_MARK)
    return [ft.Semantics(exclude_semantics=True, content=drawn)]


def _part(part: Part) -> ft.Control:
    """Full, striped, hollow: never by colour alone."""
    some, nothing = part.comes is Comes.SOME, part.comes is Comes.NOTHING
    stripes = ft.LinearGradient(
        begin=ft.Alignment(-1, -1),
        end=ft.Alignment(-0.92, 1),
        colors=[Colour.WAITING, Colour.WAITING, Colour.WAITING_SOFT, Colour.WAITING_SOFT],
        stops=[0, 0.5, 0.5, 1],
        tile_mode=ft.GradientTileMode.REPEATED,
    )
    return ft.Container(
        height=HEIGHT,
        expand=round(part.share * _SCALE),
        bgcolor=Colour.SUNKEN if nothing else None if some else Colour.SUCCESS,
        gradient=stripes if some else None,
        border=ft.Border.all(2, Colour.LINE_STRONG) if nothing else None,
        border_radius=Radius.SMALL,
    )
