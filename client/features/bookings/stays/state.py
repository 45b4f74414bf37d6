"""The stays at a landlord's homes: those that wait for an answer, those to come, and the past."""

import dataclasses
from collections.abc import Awaitable
from uuid import UUID

import flet as ft

from client.api import bookings as api
from client.core.http import ApiError, Http
from client.core.language import t
from client.core.rows import joined
from client.design.table import Sorting, Ways, column_of
from shared_models.bookings import BookingOrder, BookingRead, BookingSide, BookingTime
from shared_models.paging import Page
from shared_models.problems import ProblemCode


def when_in(word: str | None) -> BookingTime:
    """Which stays an address asks for; to come, when it does not say."""
    return BookingTime.PAST if word == BookingTime.PAST.value else BookingTime.UPCOMING


WAYS: Ways[BookingOrder] = {
    "when": (BookingOrder.EARLIEST_CHECK_IN, BookingOrder.LATEST_CHECK_IN),
    "booked": (BookingOrder.BOOKED_LAST, BookingOrder.BOOKED_FIRST),
    "price": (BookingOrder.PRICE_LOW, BookingOrder.PRICE_HIGH),
}


def usual_order(when: BookingTime) -> BookingOrder:
    """How the list comes unless it is told otherwise: what is to come nearest first, the past latest first."""
    return BookingOrder.LATEST_CHECK_IN if when is BookingTime.PAST else BookingOrder.EARLIEST_CHECK_IN


def order_in(word: str | None, when: BookingTime) -> BookingOrder:
    """The order an address names, or the usual one."""
    return next((order for order in BookingOrder if order.value == word), usual_order(when))


def sorting_of(order: BookingOrder) -> Sorting:
    """By which column the table is ordered, which way its arrow points, and what readers hear."""
    words = {
        BookingOrder.EARLIEST_CHECK_IN: t("sorted, nearest first"),
        BookingOrder.LATEST_CHECK_IN: t("sorted, farthest first"),
        BookingOrder.BOOKED_LAST: t("sorted, last booked first"),
        BookingOrder.BOOKED_FIRST: t("sorted, first booked first"),
        BookingOrder.PRICE_LOW: t("sorted, lowest first"),
        BookingOrder.PRICE_HIGH: t("sorted, highest first"),
    }
    down = (BookingOrder.LATEST_CHECK_IN, BookingOrder.BOOKED_LAST, BookingOrder.PRICE_HIGH)
    return Sorting(column_of(WAYS, order), order in down, words[order])


@ft.observable
@dataclasses.dataclass
class StaysState:
    """A list of stays and where it goes on; before it, what waits for the landlord's answer."""

    http: Http
    when: BookingTime = BookingTime.UPCOMING
    order: BookingOrder = BookingOrder.EARLIEST_CHECK_IN
    waiting: tuple[BookingRead, ...] = ()
    more_wait: bool = False
    accepted: tuple[BookingRead, ...] = ()
    """What was accepted since the list was opened, the latest first."""
    stays: tuple[BookingRead, ...] = ()
    next_cursor: str | None = None
    loaded: bool = False
    at: UUID | None = None
    """The row that the keys are on."""

    async def load(self, when: BookingTime, order: BookingOrder) -> None:
        """The first page, and with what is to come also what waits. Raises ApiError."""
        if when is not self.when:
            self.stays, self.waiting, self.next_cursor, self.loaded = (), (), None, False
        page = await api.bookings(self.http, BookingSide.LANDLORD, when, order=order)
        waiting: Page[BookingRead] = Page(items=[])
        if when is BookingTime.UPCOMING:
            waiting = await api.bookings(self.http, BookingSide.LANDLORD, BookingTime.WAITING)
        self.waiting, self.more_wait = tuple(waiting.items), waiting.next_cursor is not None
        self.when, self.order, self.stays = when, order, tuple(page.items)
        self.next_cursor, self.loaded = page.next_cursor, True

    async def more(self) -> None:
        """The next page. Raises ApiError."""
        asked = when, order, cursor = self.when, self.order, self.next_cursor
        if cursor is None:
            return
        page = await api.bookings(self.http, BookingSide.LANDLORD, when, order=order, cursor=cursor)
        if asked == (self.when, self.order, self.next_cursor):
            self.stays, self.next_cursor = joined(self.stays, page.items), page.next_cursor

    def step(self, by: int) -> None:
        """Move the keys to the next row or the one before; at first to the first."""
        ids = [stay.id for stay in self.stays]
        if ids:
            place = ids.index(self.at) + by if self.at in ids else 0
            self.at = ids[min(max(place, 0), len(ids) - 1)]

    async def accept(self, booking: BookingRead) -> None:
        """Accept a request, or a change of a stay. Raises ApiError; what moved meanwhile is read again."""
        if booking.change is not None:
            agreed = await self._answered(api.accept_change(self.http, booking.id, booking.change.id))
        else:
            agreed = await self._answered(api.accept(self.http, booking.id))
        self.accepted = (agreed, *_without(self.accepted, agreed.id))

    async def decline(self, booking: BookingRead, reason: str) -> None:
        """Decline a request, or a change. Raises ApiError; what moved meanwhile is read again."""
        if booking.change is not None:
            await self._answered(api.decline_change(self.http, booking.id, booking.change.id, reason))
        else:
            await self._answered(api.decline(self.http, booking.id, reason))

    async def _answered(self, act: Awaitable[BookingRead]) -> BookingRead:
        try:
            booking = await act
        except ApiError as error:
            if error.code is ProblemCode.INVALID_TRANSITION:
                await self.load(self.when, self.order)
            raise
        self.waiting = _without(self.waiting, booking.id)
        self.stays = tuple(booking if stay.id == booking.id else stay for stay in self.stays)
        return booking


def _without(stays: tuple[BookingRead, ...], gone: UUID) -> tuple[BookingRead, ...]:
    return tuple(stay for stay in stays if stay.id != gone)
