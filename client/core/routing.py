"""The address bar: query values that survive it, and the hook that reads and writes them.

Flet 1.0.5 writes the address percent-DEcoded, so `%26` comes back as `&` after a reload and shared links break. Values
are therefore written with `~XX` for every reserved byte and `+` for a space, which no decoder touches.
"""

from collections.abc import Awaitable
from typing import Protocol

import flet as ft

from client.paths import Query, query_of, with_query


class SetQuery(Protocol):
    """Changes some values of the query and keeps the rest; None or an empty text removes one."""

    def __call__(self, **changes: object) -> Awaitable[None]:
        """Push the changed address: a history entry without a reload."""


def use_query() -> tuple[Query, SetQuery]:
    """Hook inside a Router: the decoded query and its setter. Back, forward and reload render with the old values."""
    ft.use_route_location()  # subscribes: the location is a new object on every change of the route
    page = ft.context.page
    query = query_of(page.route)

    async def set_query(**changes: object) -> None:
        now = query_of(page.route)
        wished = with_query(page.route or "/", {**now, **changes})
        # An equal address would only add a history entry that Back has to wade through.
        if wished != with_query(page.route or "/", now):
            await page.push_route(wished)

    return query, set_query
