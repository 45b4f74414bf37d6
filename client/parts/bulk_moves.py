"""Moving many listings at once: how far it is, and which ones stayed as they were and why."""

import dataclasses
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import flet as ft

from client.core.http import ApiError
from client.core.language import t, tn, whole
from client.core.problem_words import problem_words
from client.design.buttons import icon_button
from client.design.feedback import failure
from client.design.layout import card
from client.design.progress import progress
from client.design.text import header, text
from client.design.tokens import Colour, Style
from client.parts.confirm_address import ConfirmAddress, needs_confirmed_address
from shared_models.properties import BulkMoved, BulkRefusal

SHOWN_REFUSALS = 8

Told = Callable[[BulkMoved], None]
Work = Callable[[Told], Awaitable[BulkMoved]]


@ft.observable
@dataclasses.dataclass
class BulkProgress:
    """One bulk move on its way, and what came of it."""

    what: str = ""
    running: bool = False
    moved: int = 0
    remaining: int = 0
    refused: Sequence[BulkRefusal] = ()
    problem: ApiError | None = None

    async def run(self, what: str, *steps: Work) -> bool:
        """Do the steps one after the other (submit, then approve); the counts are those of the last one.

        True when all went through, refusals aside. While one runs another is not begun.
        """
        if self.running:
            return False
        self.what, self.running, self.problem = what, True, None
        self.refused = ()
        try:
            for step in steps:
                self.moved = self.remaining = 0
                await step(self._take)
        except ApiError as error:
            self.problem = error
            return False
        finally:
            self.running = False
        return True

    def _take(self, so_far: BulkMoved) -> None:
        known = {refusal.id: refusal for refusal in (*self.refused, *so_far.refused)}
        self.moved, self.remaining, self.refused = so_far.moved, so_far.remaining, tuple(known.values())

    async def confirmed(self) -> None:
        """The address is confirmed that stood in the way: the buttons work now."""
        self.forget()

    def forget(self) -> None:
        """The person has read it."""
        self.refused, self.problem = (), None


def bulk_panel(bulk: BulkProgress, close: Callable[..., Any]) -> list[ft.Control]:
    """What a bulk move has to say above a list: nothing, its progress, who stayed behind, or why it stopped."""
    if bulk.running:
        total = bulk.moved + bulk.remaining
        words = bulk.what
        if total and bulk.remaining:
            words = t("{what}: {done} of {total}", what=bulk.what, done=whole(bulk.moved), total=whole(total))
        return [card(progress(words, bulk.moved / total if total else None))]
    if needs_confirmed_address(bulk.problem):
        return [ConfirmAddress(bulk.confirmed)]
    if bulk.problem is not None:
        moved = tn("{n} home had moved before.", "{n} homes had moved before.", bulk.moved) if bulk.moved else ""
        words = f"{problem_words(bulk.problem).rstrip('.')}. {moved}".strip()
        return [_closable(failure(t("It stopped on the way"), words), close)]
    if bulk.refused:
        return [_closable(_refusals(bulk.refused), close)]
    return []


def _refusals(refused: Sequence[BulkRefusal]) -> ft.Control:
    number = len(refused)
    lines: list[ft.Control] = [
        ft.Row(
            [
                ft.Icon(ft.Icons.ERROR_OUTLINE_ROUNDED, size=18, color=Colour.DANGER),
                text(f"{refusal.title or t('A home')}: {refusal.reason}", Style.SMALL, expand=True),
            ],
            spacing=8,
        )
        for refusal in refused[:SHOWN_REFUSALS]
    ]
    if number > SHOWN_REFUSALS:
        rest = number - SHOWN_REFUSALS
        lines.append(text(tn("and {n} more", "and {n} more", rest), Style.SMALL, Colour.TEXT_2))
    title = tn("{n} home stayed as it was", "{n} homes stayed as they were", number)
    return ft.Column([header(title, 2, style=Style.LABEL, live=True), *lines], spacing=8)


def _closable(content: ft.Control, close: Callable[..., Any]) -> ft.Control:
    cross = icon_button(ft.Icons.CLOSE_ROUNDED, t("Close this message"), close)
    return card(
        ft.Row([ft.Container(content, expand=True), cross], spacing=12, vertical_alignment=ft.CrossAxisAlignment.START),
        padding=ft.Padding(20, 14, 10, 14),
    )
