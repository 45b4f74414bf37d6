"""What a search tells beside its homes: words it read as others, and homes that come close when none fits."""

import dataclasses
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import flet as ft

from client.core.language import t, tn
from client.core.session import Session
from client.design.buttons import quiet
from client.design.feedback import empty
from client.design.layout import SizeClass, card_rows
from client.design.text import header, text
from client.design.tokens import Colour, Style
from client.features.search.asked import giving_up, without_all
from client.features.search.criteria import Criteria
from client.parts.property_card import CardState, StillCard
from shared_models.search import CloseHomes, SearchHit, WordRead

Apply = Callable[[Criteria], Awaitable[None]]


def pressing(apply: Apply, wanted: Criteria) -> Callable[[Any], Awaitable[None]]:
    """What a button does that asks for another search."""

    async def press(_: Any) -> None:
        await apply(wanted)

    return press


def read_as(criteria: Criteria, read: Sequence[WordRead], apply: Apply) -> ft.Control:
    """`“castel” also read as castle`, and the way to the words as they are."""
    words = [t("“{typed}” also read as {meant}", typed=one.typed, meant=", ".join(one.read_as)) for one in read]
    exact = quiet(t("Only the words as typed"), pressing(apply, dataclasses.replace(criteria, exact=True)))
    return ft.Row(
        [
            ft.Icon(ft.Icons.SPELLCHECK_ROUNDED, size=18, color=Colour.TEXT_2),
            text(" · ".join(words), Style.SMALL),
            exact,
        ],
        spacing=8,
        run_spacing=0,
        wrap=True,
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
    )


def left_out(words: Sequence[str]) -> ft.Control:
    """The words of the text that no home has."""
    named = ", ".join(f"“{word}”" for word in words)
    told = tn(
        "No home has the word {words}; it was left out",
        "No home has the words {words}; they were left out",
        len(words),
        words=named,
    )
    return ft.Row(
        [ft.Icon(ft.Icons.SEARCH_OFF_ROUNDED, size=18, color=Colour.TEXT_2), text(told, Style.SMALL, expand=True)],
        spacing=8,
    )


def nothing(criteria: Criteria, apply: Apply) -> ft.Control:
    """When no home fits and none comes close."""
    ways: list[ft.Control] = []
    if criteria.filters:
        ways.append(quiet(t("Clear filters"), pressing(apply, criteria.without_filters())))
    if criteria.exact:
        ways.append(quiet(t("Forgive slips"), pressing(apply, dataclasses.replace(criteria, exact=False))))
    if criteria.nights is not None:
        ways.append(
            quiet(t("Any dates"), pressing(apply, dataclasses.replace(criteria, check_in=None, check_out=None)))
        )
    body = empty(
        t("No home matches your search"),
        t("There are no homes to find here yet. Try other words or another place."),
        action=t("Start again"),
        on_action=pressing(apply, Criteria(let_type=criteria.let_type)),
    )
    return ft.Column(
        [body, ft.Row(ways, alignment=ft.MainAxisAlignment.CENTER, wrap=True)],
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


@dataclasses.dataclass(frozen=True)
class Grid:
    """How cards stand: in so many columns of a window, opened by `on_open`."""

    session: Session
    columns: int
    size: SizeClass
    on_open: Callable[[SearchHit], None]
    seen: frozenset[str]


def close_homes(criteria: Criteria, close: CloseHomes, grid: Grid, apply: Apply) -> list[ft.Control]:
    """When no home fits: which parts to give up, and the homes that fit all the rest."""
    labels = [f"“{part.label.strip('“”')}”" for part in giving_up(criteria, close.left_out)]
    without = " + ".join(labels)
    words = tn("Without {parts} there is {n}.", "Without {parts} there are {n}.", close.total, parts=without)
    step = pressing(apply, without_all(criteria, close.left_out))
    show = tn("Show {n} home", "Show {n} homes", close.total)
    title = t("No home matches all of your search")
    return [
        empty(title, words, action=show, on_action=step),
        header(t("These come close"), 2, style=Style.H3),
        *_cards(criteria, close.items, grid),
    ]


def _cards(criteria: Criteria, hits: Sequence[SearchHit], grid: Grid) -> list[ft.Control]:
    def card(hit: SearchHit) -> ft.Control:
        state = CardState.SEEN if hit.slug in grid.seen else CardState.REST
        return StillCard(grid.session, hit, criteria.nights, grid.on_open, state)

    return card_rows({str(hit.id): card(hit) for hit in hits}, grid.columns, grid.size)
