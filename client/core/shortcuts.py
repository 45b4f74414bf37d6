"""Keys that do something on a whole page: one register, which the sheet behind `?` shows as it is.

Flet tells a page every key, also those typed into a field. So each field says when it is being typed in; as long as it
is, or a dialog is open, no key does anything here. A shortcut is one key (`j`, `?`) or two after each other (`g h`).
"""

import dataclasses
import inspect
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import flet as ft

from client.core import clock
from client.core.flet_session import has_dialog
from client.core.hooks import use_once

PAUSE: Final = timedelta(seconds=1.5)
"""How long after its first key the second of a shortcut may come."""


@dataclasses.dataclass(frozen=True)
class Shortcut:
    """One or two keys, what they do in words, and the doing (a plain or an async function)."""

    keys: str
    words: str
    do: Callable[[], Any]


@dataclasses.dataclass(frozen=True)
class Group:
    """The shortcuts of one part of the page under a heading."""

    title: str
    shortcuts: Sequence[Shortcut]


class Register:
    """What is on the page now; of two shortcuts with the same keys the one registered last counts."""

    def __init__(self, page: ft.Page) -> None:
        self._page = page
        self._groups: list[Callable[[], Group]] = []
        self._first: tuple[str, datetime] = ("", clock.now())
        self._typing: dict[int, str] = {}

    @property
    def groups(self) -> list[Group]:
        """All groups, the page's own before those of its frame."""
        return [told() for told in reversed(self._groups)]

    def add(self, told: Callable[[], Group]) -> None:
        """A part of the page is there; `told` answers its shortcuts of now."""
        self._groups.append(told)
        if self._page.on_keyboard_event is None:
            self._page.on_keyboard_event = self._on_key
            self._page.update()

    def remove(self, told: Callable[[], Group]) -> None:
        """It is gone."""
        self._groups.remove(told)

    def typing_begins(self, field: int) -> None:
        """A field has the focus. It counts as long as the page is the same: one that goes away tells nothing."""
        self._typing[field] = self._place

    def typing_ends(self, field: int) -> None:
        """It lost the focus."""
        self._typing.pop(field, None)

    @property
    def _place(self) -> str:
        return (self._page.route or "").partition("?")[0]

    async def _on_key(self, e: ft.KeyboardEvent) -> None:
        typing = any(place == self._place for place in self._typing.values())
        if typing or e.ctrl or e.alt or e.meta or has_dialog(self._page):
            return
        key = "?" if e.key == "/" and e.shift else e.key.lower()
        first, at = self._first
        known = self._known()
        pair = f"{first} {key}"
        self._first = ("", at)
        if first and clock.now() - at <= PAUSE and pair in known:
            await _done(known[pair])
        elif key in known:
            await _done(known[key])
        elif any(keys.startswith(f"{key} ") for keys in known):
            self._first = (key, clock.now())

    def _known(self) -> dict[str, Shortcut]:
        return {each.keys: each for told in self._groups for each in told().shortcuts}


async def _done(shortcut: Shortcut) -> None:
    result = shortcut.do()
    if inspect.isawaitable(result):
        await result


def register_of(page: ft.Page) -> Register:
    """The register of a page."""
    store = page.session.store
    register: Register | None = store.get("shortcuts")
    if register is None:
        register = Register(page)
        store.set("shortcuts", register)
    return register


def use_shortcuts(title: str, shortcuts: Sequence[Shortcut]) -> None:
    """Hook: these keys do something as long as the component is there. They may differ at each render."""
    register = register_of(ft.context.page)
    now: Any = ft.use_ref(None)
    now.current = Group(title, shortcuts)

    def of_now() -> Group:
        group: Group = now.current
        return group

    told = use_once(lambda: of_now)

    def add() -> None:
        register.add(told)

    def remove() -> None:
        register.remove(told)

    ft.use_effect(add, [], cleanup=remove)


def typing_begins(e: Any) -> None:
    """Handler of a field's focus."""
    register_of(e.page).typing_begins(e.control._i)


def typing_ends(e: Any) -> None:
    """Handler of a field that lost it."""
    register_of(e.page).typing_ends(e.control._i)
