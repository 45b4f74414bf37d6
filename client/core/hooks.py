"""Hooks that Flet has, with types."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import flet as ft

T = TypeVar("T")


def use_made(make: Callable[[], T]) -> T:
    """Hook: what `make` returned at the first render; an observable re-renders the component when it changes."""
    state: Any = ft.use_state(make)
    made: T = state[0]
    return made


def use_remade(make: Callable[[], T], dependencies: Sequence[Any]) -> T:
    """Hook: what `make` returned when a dependency last changed.

    An observable made here re-renders the components it is passed to, not the one that made it.
    """
    made: T = ft.use_memo(make, list(dependencies))
    return made
