"""From a price to held dates to a stay: the steps of one booking, resumable after a reload."""

import dataclasses
from enum import StrEnum

import flet as ft

from client.api import bookings as api
from client.api import properties
from client.core import clock
from client.core.http import ApiError, Http
from client.core.language import t
from client.parts.status import is_live_hold, is_waiting
from shared_models.bookings import MOST_HOLDS, BookingRead, BookingSide, BookingStatus, BookingTime, Quote, QuoteRequest
from shared_models.problems import ProblemCode
from shared_models.properties import PropertyRead
from shared_models.stay_dates import Stay


class Step(StrEnum):
    """Where the booking stands on this screen."""

    LOADING = "loading"
    CHECK = "check"
    CONFIRM = "confirm"
    REFUSED = "refused"


@dataclasses.dataclass(frozen=True)
class Trouble:
    """Why it does not go on, and what would help."""

    title: str
    words: str
    code: ProblemCode


@ft.observable
@dataclasses.dataclass
class BookingState:
    """One booking under way."""

    http: Http
    slug: str
    stay: Stay
    guests: int
    home: PropertyRead | None = None
    quote: Quote | None = None
    held: BookingRead | None = None
    other_hold: BookingRead | None = None
    """Other dates of this home that this person holds right now, or any that they asked its landlord for."""
    trouble: Trouble | None = None

    @property
    def step(self) -> Step:
        """What the screen shows."""
        if self.held is not None:
            return Step.CONFIRM
        if self.trouble is not None and self.quote is None:
            return Step.REFUSED
        return Step.CHECK if self.quote is not None and self.home is not None else Step.LOADING

    @property
    def asks(self) -> bool:
        """Whether the landlord is asked, instead of booking at once."""
        told = self.quote or self.home
        return told is not None and not told.instant_book

    @property
    def quote_lapsed(self) -> bool:
        """Whether the price is not kept any more."""
        return self.quote is not None and self.quote.expires_at <= clock.now()

    async def enter(self) -> None:
        """Find the home and a hold of mine on these dates, else get a price. Raises ApiError."""
        self.home = await properties.property_(self.http, self.slug)
        await self._find_hold()
        if self.held is None:
            await self.price()

    async def _find_hold(self) -> None:
        cursor: str | None = None
        while True:
            page = await api.bookings(self.http, BookingSide.TENANT, BookingTime.UPCOMING, cursor=cursor)
            for booking in page.items:
                if booking.home.slug == self.slug and is_waiting(booking):
                    self._take(booking)
            cursor = page.next_cursor
            if cursor is None or self.held is not None:
                return

    def _take(self, booking: BookingRead) -> None:
        if is_live_hold(booking) and (booking.arrive, booking.leave) == (self.stay.arrive, self.stay.leave):
            self.held = booking
        else:
            self.other_hold = booking

    async def price(self) -> None:
        """Get the price of now. What refuses the stay becomes `trouble`; other problems raise ApiError."""
        if self.home is None:
            return
        wish = QuoteRequest(
            property_id=self.home.id, arrive=self.stay.arrive, leave=self.stay.leave, guests=self.guests
        )
        self.quote, self.trouble = None, None
        try:
            self.quote = await api.quote(self.http, wish)
        except ApiError as error:
            self._refuse(error)

    async def hold(self) -> BookingRead | None:
        """Hold the dates for a quarter of an hour, or ask the landlord for them; answers what was asked for.

        What refuses it becomes `trouble`; the rest raises ApiError.
        """
        if self.quote is None:
            return None
        self.trouble = None
        try:
            made = await api.hold(self.http, self.quote.id)
            if made.status is not BookingStatus.HELD:
                return made
            self.held = made
        except ApiError as error:
            if error.code != ProblemCode.QUOTE_EXPIRED:
                self.quote = None if error.code == ProblemCode.DATES_TAKEN else self.quote
            self._refuse(error)
        return None

    async def confirm(self) -> BookingRead | None:
        """Take the dates for good. A hold that ended becomes `trouble`; the rest raises ApiError."""
        if self.held is None:
            return None
        self.trouble = None
        try:
            return await api.confirm(self.http, self.held.id)
        except ApiError as error:
            if error.code in (ProblemCode.HOLD_LAPSED, ProblemCode.WRONG_MOVE):
                self.held, self.quote = None, None
            self._refuse(error)
            return None

    async def let_go(self) -> bool:
        """Give the dates back. True when they are free again; a hold that had ended is as good. Raises ApiError."""
        if self.held is None:
            return True
        try:
            await api.release(self.http, self.held.id)
        except ApiError as error:
            if error.code not in (ProblemCode.WRONG_MOVE, ProblemCode.HOLD_LAPSED):
                raise
        self.held = None
        return True

    def _refuse(self, error: ApiError) -> None:
        trouble = trouble_of(error)
        if trouble is None:
            raise error
        self.trouble = trouble


def trouble_of(error: ApiError) -> Trouble | None:
    """What a refusal means for the person; None when it is a failure and not a refusal."""
    told = error.problem.detail
    words = {
        ProblemCode.DATES_TAKEN: (
            t("These dates are taken"),
            t("Someone else took these dates a moment ago. Nothing was booked."),
        ),
        ProblemCode.QUOTE_EXPIRED: (
            t("The price is not kept any more"),
            t("It was kept for half an hour. Get the price of now; it may be the same."),
        ),
        ProblemCode.HOLD_LAPSED: (
            t("The dates are not held any more"),
            t("The quarter of an hour is over, nothing was booked. See whether they are still free."),
        ),
        ProblemCode.WRONG_MOVE: (
            t("This hold cannot be confirmed"),
            t("It was let go or has ended, nothing was booked. See whether the dates are still free."),
        ),
        ProblemCode.TOO_MANY_HOLDS: (
            t("You hold {n} stays already", n=MOST_HOLDS),
            t("Confirm one, let one go or wait for an answer, then these dates can be kept too."),
        ),
        ProblemCode.NOT_BOOKABLE: (
            t("This stay cannot be booked"),
            told or t("Choose other dates or fewer guests."),
        ),
    }.get(error.code)
    return Trouble(*words, error.code) if words is not None else None
