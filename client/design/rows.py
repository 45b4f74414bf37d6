"""Rows of lists: each is known by what it shows, not by the place where it stands."""

from collections.abc import Hashable
from typing import TypeVar

import flet as ft

Row = TypeVar("Row", bound=ft.BaseControl)


def keyed(identity: Hashable, row: Row) -> Row:
    """The row of a thing: it goes where its thing goes, and what runs or is typed in it goes along.

    `identity` is that of the thing, and unlike those of its neighbours.
    """
    # Flet freezes a component as it is made, and takes its key only among the arguments, where types cannot follow.
    is_component = hasattr(row, "_frozen")
    if is_component:
        del row._frozen
    row.key = str(identity)
    if is_component:
        row._frozen = True
    return row
