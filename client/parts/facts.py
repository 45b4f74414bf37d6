"""What a home is, in words: its type, its size, and a row of facts. What nobody said is not invented."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import flet as ft

from client.core.language import hour, inside, t, tn, to_a_tenth, whole
from client.design.layout import SizeClass, card
from client.design.text import text
from client.design.tokens import Colour, Style
from client.parts.listing import type_word
from shared_models.properties import PropertyRead, PropertyType
from shared_models.search import SearchHit


class Fact(NamedTuple):
    """A value, what it is about, and the icon that stands before it."""

    icon: ft.IconData
    value: str
    note: str = ""


def drawing_of(kind: PropertyType) -> str:
    """What readers hear of a cover."""
    return t("Drawing of a home of this kind: {kind}. No photo yet.", kind=inside(type_word(kind)))


def guests_words(guests: int) -> str:
    """`2 guests`."""
    return tn("{n} guest", "{n} guests", guests)


def nights_words(nights: int) -> str:
    """`3 nights`."""
    return tn("{n} night", "{n} nights", nights)


NEAREST_KILOMETRES: Final = 0.1
"""A home's position is known to a street: nearer than this it is only near."""


def distance_words(kilometres: float) -> str:
    """`500 m`, `1.5 km`: to ten metres, from a kilometre on to a hundred of them."""
    metres = round(kilometres * 1000)
    if metres < 995:
        return t("{n} m", n=metres if metres < 10 else round(metres, -1))
    return t("{n} km", n=to_a_tenth(kilometres) if kilometres < 100 else whole(round(kilometres)))


def facts_line(hit: SearchHit) -> str:
    """`New Town · 1.5 km away · Flat · 2 beds · sleeps 4`, without what is unknown or was not asked."""
    parts = [hit.neighbourhood or hit.city]
    if hit.distance_km is not None:
        parts.append(t("{distance} away", distance=distance_words(max(hit.distance_km, NEAREST_KILOMETRES))))
    parts.append(type_word(hit.type))
    if hit.bedrooms:
        parts.append(tn("{n} bedroom", "{n} bedrooms", hit.bedrooms))
    elif hit.beds:
        parts.append(tn("{n} bed", "{n} beds", hit.beds))
    if hit.sleeps:
        parts.append(tn("sleeps {n}", "sleeps {n}", hit.sleeps))
    return " · ".join(parts)


def facts_of(home: PropertyRead) -> list[Fact]:
    """Three to five facts of a home. What matters and was not said reads "Not said: ask"."""
    facts = [_rooms(home), _bathrooms(home), _guests(home)]
    if home.check_in_from is not None or home.check_out_by is not None:
        facts.append(_times(home))
    return [fact for fact in facts if fact is not None]


def _rooms(home: PropertyRead) -> Fact:
    beds = tn("{n} bed", "{n} beds", home.beds) if home.beds else ""
    if home.bedrooms is None:
        return Fact(ft.Icons.BED_OUTLINED, beds or t("Bedrooms"), t("Bedrooms not said: ask") if beds else _not_said())
    if home.bedrooms == 0:
        return Fact(ft.Icons.BED_OUTLINED, t("Studio"), beds or t("No separate bedroom"))
    return Fact(ft.Icons.MEETING_ROOM_OUTLINED, tn("{n} bedroom", "{n} bedrooms", home.bedrooms), beds)


def _bathrooms(home: PropertyRead) -> Fact | None:
    if home.bathrooms is None:
        return Fact(ft.Icons.BATHTUB_OUTLINED, t("Bathrooms"), _not_said())
    if home.bathrooms == 0:
        return Fact(ft.Icons.BATHTUB_OUTLINED, t("No bathroom of its own"))
    return Fact(ft.Icons.BATHTUB_OUTLINED, tn("{n} bathroom", "{n} bathrooms", home.bathrooms))


def _guests(home: PropertyRead) -> Fact:
    if home.sleeps is None:
        return Fact(ft.Icons.GROUP_OUTLINED, t("How many sleep here"), _not_said())
    return Fact(ft.Icons.GROUP_OUTLINED, tn("Sleeps {n}", "Sleeps {n}", home.sleeps))


def _times(home: PropertyRead) -> Fact:
    check_in = t("Check-in from {hour}", hour=hour(home.check_in_from)) if home.check_in_from else ""
    check_out = t("Check-out by {hour}", hour=hour(home.check_out_by)) if home.check_out_by else ""
    first, *rest = [words for words in (check_in, check_out) if words]
    return Fact(ft.Icons.SCHEDULE_ROUNDED, first, *rest)


def _not_said() -> str:
    return t("Not said: ask")


def facts_row(facts: Sequence[Fact], size: SizeClass) -> ft.Control:
    """The facts side by side in a panel; on a phone two in a row."""
    columns: dict[str | ft.ResponsiveRowBreakpoint, float] = {"xs": 6, "md": 12 // min(max(len(facts), 1), 4)}
    return card(
        ft.ResponsiveRow([ft.Container(_fact(fact), col=columns) for fact in facts], spacing=16, run_spacing=18),
        padding=16 if size is SizeClass.PHONE else ft.Padding.symmetric(horizontal=20, vertical=18),
    )


def _fact(fact: Fact) -> ft.Control:
    words: list[ft.Control] = [text(fact.value, Style.LABEL)]
    if fact.note:
        words.append(text(fact.note, Style.SMALL, Colour.TEXT_3))
    return ft.Row(
        [ft.Icon(fact.icon, size=26, color=Colour.TEXT_2), ft.Column(words, spacing=0, expand=True, tight=True)],
        spacing=12,
    )
