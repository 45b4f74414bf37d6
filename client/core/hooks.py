"""Hooks that Flet has, with types."""

from collections.abc import Callable
from typing import Any, TypeVar

import flet as ft

T = TypeVar("T")


def use_made(make: Callable[[], T]) -> T:
    """Hook: what `make` returned at the first render; an observable re-renders the component when it changes."""
    state: Any = ft.use_state(make)
    made: T = state[0]
    return made
