"""My stays: what comes and what was."""

import dataclasses

import flet as ft

from client.api import bookings as api
from client.core.http import Http
from client.core.rows import joined
from shared_models.bookings import BookingRead, BookingSide, BookingTime


@ft.observable
@dataclasses.dataclass
class TripsState:
    """My stays of one kind, as far as their pages have been read."""

    http: Http
    when: BookingTime | None = None
    items: tuple[BookingRead, ...] = ()
    next_cursor: str | None = None

    async def load(self, when: BookingTime) -> None:
        """The first page. Raises ApiError."""
        page = await api.bookings(self.http, BookingSide.TENANT, when)
        self.when, self.items, self.next_cursor = when, tuple(page.items), page.next_cursor

    async def load_more(self) -> None:
        """The next page, when there is one. Raises ApiError."""
        when, cursor = self.when, self.next_cursor
        if when is None or cursor is None:
            return
        page = await api.bookings(self.http, BookingSide.TENANT, when, cursor=cursor)
        if (self.when, self.next_cursor) == (when, cursor):
            self.items, self.next_cursor = joined(self.items, page.items), page.next_cursor
