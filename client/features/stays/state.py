"""The stays at a landlord's homes: those that wait for an answer, those to come, and the past."""

import dataclasses
from collections.abc import Awaitable
from uuid import UUID

import flet as ft

from client.api import bookings as api
from client.core.http import ApiError, Http
from shared_models.bookings import BookingRead, BookingSide, BookingTime
from shared_models.paging import Page
from shared_models.problems import ProblemCode


def when_in(word: str | None) -> BookingTime:
    """Which stays an address asks for; to come, when it does not say."""
    return BookingTime.PAST if word == BookingTime.PAST.value else BookingTime.UPCOMING


@ft.observable
@dataclasses.dataclass
class StaysState:
    """A list of stays and where it goes on; before it, what waits for the landlord's answer."""

    http: Http
    when: BookingTime = BookingTime.UPCOMING
    waiting: tuple[BookingRead, ...] = ()
    more_wait: bool = False
    stays: tuple[BookingRead, ...] = ()
    next_cursor: str | None = None
    loaded: bool = False

    async def load(self, when: BookingTime) -> None:
        """The first page, and with what is to come also what waits. Raises ApiError."""
        if when is not self.when:
            self.stays, self.waiting, self.loaded = (), (), False
        page = await api.bookings(self.http, BookingSide.LANDLORD, when)
        waiting: Page[BookingRead] = Page(items=[])
        if when is BookingTime.UPCOMING:
            waiting = await api.bookings(self.http, BookingSide.LANDLORD, BookingTime.WAITING)
        self.waiting, self.more_wait = tuple(waiting.items), waiting.next_cursor is not None
        self.when, self.stays = when, tuple(page.items)
        self.next_cursor, self.loaded = page.next_cursor, True

    async def more(self) -> None:
        """The next page. Raises ApiError."""
        if self.next_cursor is None:
            return
        page = await api.bookings(self.http, BookingSide.LANDLORD, self.when, cursor=self.next_cursor)
        here = {stay.id for stay in self.stays}
        self.stays = (*self.stays, *(stay for stay in page.items if stay.id not in here))
        self.next_cursor = page.next_cursor

    async def accept(self, booking: BookingRead) -> None:
        """Say yes to a request, or to a change of a stay. Raises ApiError; what moved meanwhile is read again."""
        if booking.change is not None:
            await self._answered(api.accept_change(self.http, booking.id, booking.change.id))
        else:
            await self._answered(api.accept(self.http, booking.id))

    async def decline(self, booking: BookingRead, reason: str) -> None:
        """Say no to a request, or to a change. Raises ApiError; what moved meanwhile is read again."""
        if booking.change is not None:
            await self._answered(api.decline_change(self.http, booking.id, booking.change.id, reason))
        else:
            await self._answered(api.decline(self.http, booking.id, reason))

    async def _answered(self, act: Awaitable[BookingRead]) -> None:
        try:
            booking = await act
        except ApiError as error:
            if error.code is ProblemCode.WRONG_MOVE:
                await self.load(self.when)
            raise
        self.waiting = _without(self.waiting, booking.id)
        self.stays = tuple(booking if stay.id == booking.id else stay for stay in self.stays)


def _without(stays: tuple[BookingRead, ...], gone: UUID) -> tuple[BookingRead, ...]:
    return tuple(stay for stay in stays if stay.id != gone)
