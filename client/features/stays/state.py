"""The stays at a landlord's homes, to come and past."""

import dataclasses

import flet as ft

from client.api import bookings as api
from client.core.http import Http
from shared_models.bookings import BookingRead, BookingSide, BookingTime


def when_in(word: str | None) -> BookingTime:
    """Which stays an address asks for; to come, when it does not say."""
    return BookingTime.PAST if word == BookingTime.PAST.value else BookingTime.UPCOMING


@ft.observable
@dataclasses.dataclass
class StaysState:
    """A list of stays and where it goes on."""

    http: Http
    when: BookingTime = BookingTime.UPCOMING
    stays: tuple[BookingRead, ...] = ()
    next_cursor: str | None = None
    loaded: bool = False

    async def load(self, when: BookingTime) -> None:
        """The first page. Raises ApiError."""
        if when is not self.when:
            self.stays, self.loaded = (), False
        page = await api.bookings(self.http, BookingSide.LANDLORD, when)
        self.when, self.stays, self.next_cursor, self.loaded = when, tuple(page.items), page.next_cursor, True

    async def more(self) -> None:
        """The next page. Raises ApiError."""
        if self.next_cursor is None:
            return
        page = await api.bookings(self.http, BookingSide.LANDLORD, self.when, cursor=self.next_cursor)
        here = {stay.id for stay in self.stays}
        self.stays = (*self.stays, *(stay for stay in page.items if stay.id not in here))
        self.next_cursor = page.next_cursor
