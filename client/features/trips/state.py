"""My stays: what comes, what was, and one of them."""

import dataclasses
from collections.abc import Awaitable, Callable
from uuid import UUID

import flet as ft

from client.api import bookings as api
from client.core.http import ApiError, Http
from client.core.language import t
from client.parts.status import deadline, is_live_hold
from shared_models.bookings import BookingRead, BookingSide, BookingStatus, BookingTime
from shared_models.problems import ProblemCode

Act = Callable[[Http, UUID], Awaitable[BookingRead]]


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
            self.items, self.next_cursor = (*self.items, *page.items), page.next_cursor


@ft.observable
@dataclasses.dataclass
class TripState:
    """One stay of mine."""

    http: Http
    id: UUID | None
    booking: BookingRead | None = None
    missing: bool = False

    async def load(self) -> None:
        """Read it. One that is not there, or not mine, is `missing`; other problems raise ApiError."""
        if self.id is None:
            self.missing = True
            return
        try:
            self.booking, self.missing = await api.booking(self.http, self.id), False
        except ApiError as error:
            if error.code != ProblemCode.NOT_FOUND:
                raise
            self.booking, self.missing = None, True

    async def confirm(self) -> None:
        """Take the held dates for good. Raises ApiError; the stay is then read again."""
        await self._act(api.confirm)

    async def let_go(self) -> None:
        """Give the held dates back. Raises ApiError; the stay is then read again."""
        await self._act(api.release)

    async def _act(self, act: Act) -> None:
        if self.id is None:
            return
        try:
            self.booking = await act(self.http, self.id)
        except ApiError as error:
            if error.code in (ProblemCode.HOLD_LAPSED, ProblemCode.WRONG_MOVE):
                await self.load()
            raise


def trip_id(value: str) -> UUID | None:
    """The id in an address; None when it is not one."""
    try:
        return UUID(value)
    except ValueError:
        return None


def next_words(booking: BookingRead) -> str:
    """What happens next, who acts, by when: one sentence."""
    home = booking.home
    if booking.status is BookingStatus.HELD and booking.hold_expires_at is not None:
        if is_live_hold(booking):
            until = deadline(booking.hold_expires_at, home.zone)
            return t("Confirm by {until}, or the dates open to others.", until=until)
        return t("The hold has ended, and nothing was booked. The dates are open to others.")
    return {
        BookingStatus.REQUESTED: t("{name} answers. You pay nothing until then.", name=booking.landlord_name),
        BookingStatus.CONFIRMED: t("Go there and pay {name} on arrival.", name=booking.landlord_name),
        BookingStatus.COMPLETED: t("This stay is over."),
        BookingStatus.DECLINED: t("{name} could not take you. Nothing was booked.", name=booking.landlord_name),
        BookingStatus.CANCELLED: t("The dates were let go. Nothing was booked."),
        BookingStatus.EXPIRED: t("The hold has ended, and nothing was booked. The dates are open to others."),
        BookingStatus.NO_SHOW: t("Nobody arrived."),
    }.get(booking.status, t("Ask {name} how it stands.", name=booking.landlord_name))
