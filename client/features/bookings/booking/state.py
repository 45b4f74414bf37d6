"""From a price to held dates to a stay: the steps of one booking, resumable after a reload."""

import dataclasses
from enum import StrEnum

import flet as ft

from client.api import bookings as api
from client.api import properties
from client.core import clock
from client.core.http import ApiError, Http
from client.core.language import t
from client.core.problem_words import exact_reason
from client.features.bookings.paying.state import PayingState
from client.parts.status import is_live_hold, is_waiting
from shared_models.bookings import MAX_HOLDS, BookingRead, BookingStatus, PaymentWay, Quote, QuoteRequest
from shared_models.payments import UNSETTLED
from shared_models.problems import ProblemCode
from shared_models.properties import PropertyRead
from shared_models.stay_dates import Stay

MOVED = frozenset({ProblemCode.HOLD_LAPSED, ProblemCode.INVALID_TRANSITION})
"""What the server says when a hold is no longer as it was shown."""


class Step(StrEnum):
    """Where the booking stands on this screen."""

    LOADING = "loading"
    CHECK = "check"
    CONFIRM = "confirm"
    ENDED = "ended"
    MINE = "mine"
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
    """What this person has on these very dates: a hold, which may have ended, a request, or the stay itself."""
    other: BookingRead | None = None
    """What they have on other dates of this home: a hold, a request, or a stay that shares nights with these."""
    trouble: Trouble | None = None

    @property
    def step(self) -> Step:
        """What the screen shows."""
        if self.held is not None:
            return _step_of(self.held)
        if self.trouble is not None and self.quote is None:
            return Step.REFUSED
        return Step.CHECK if self.quote is not None and self.home is not None else Step.LOADING

    @property
    def asks(self) -> bool:
        """Whether the landlord is asked, instead of booking at once."""
        told = self.held or self.quote or self.home
        return told is not None and not told.instant_book

    @property
    def by_card(self) -> bool:
        """Whether it is paid by card, before it is agreed."""
        told = self.held or self.quote
        return told is not None and told.payment is PaymentWay.CARD

    @property
    def is_being_paid(self) -> bool:
        """Whether a payment of the held dates is under way, here or in another window."""
        return self.held is not None and self.held.payment_status in UNSETTLED

    @property
    def quote_lapsed(self) -> bool:
        """Whether the price is not kept any more."""
        return self.quote is not None and self.quote.expires_at <= clock.now()

    async def enter(self) -> None:
        """Find the home and what I have on these dates, else get a price. Raises ApiError."""
        self.home = await properties.property_(self.http, self.slug)
        await self._find_mine()
        if self.held is None:
            await self.price()

    async def _find_mine(self) -> None:
        for booking in await api.to_come_at(self.http, self.slug):
            self._take(booking)

    def _take(self, booking: BookingRead) -> None:
        theirs = Stay(check_in=booking.check_in, check_out=booking.check_out)
        if not (is_waiting(booking) or booking.status is BookingStatus.CONFIRMED):
            return
        if theirs == self.stay:
            self.held = booking
        elif is_waiting(booking) or theirs.overlaps(self.stay):
            self.other = booking

    async def price(self) -> None:
        """Get the price of now. What refuses the stay becomes `trouble`; other problems raise ApiError."""
        if self.home is None:
            return
        request = QuoteRequest(
            property_id=self.home.id, check_in=self.stay.check_in, check_out=self.stay.check_out, guests=self.guests
        )
        self.quote, self.trouble = None, None
        try:
            self.quote = await api.quote(self.http, request)
        except ApiError as error:
            await self._refuse(error)

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
            await self._refuse(error)
        return None

    async def hold_again(self) -> None:
        """After a hold ended: hold the dates at the price of before, or show what they cost now. Raises ApiError."""
        before = self.held
        await self.price()
        self.held = None
        at_once = self.by_card or not self.asks  # by card the landlord is asked once it is authorised
        if before is not None and self.quote is not None and self.quote.total == before.total and at_once:
            await self.hold()

    async def pay(self) -> PayingState | None:
        """Hold the dates unless they are held; answers the payment that can be begun for them, None where they are not.

        What refuses it becomes `trouble`; the rest raises ApiError.
        """
        if self.held is None:
            await self.hold()
        if self.held is None or self.step is not Step.CONFIRM:
            return None
        self.trouble = None
        return PayingState(self.http, self.held.id)

    async def confirm(self) -> BookingRead | None:
        """Take the dates for good. A hold that ended is read again; the rest raises ApiError."""
        if self.held is None:
            return None
        self.trouble = None
        try:
            return await api.confirm(self.http, self.held.id)
        except ApiError as error:
            if error.code not in MOVED:
                await self._refuse(error)
            else:
                await self.look_again()
        return self.held if self.step is Step.MINE else None

    async def look_again(self) -> None:
        """Read how what I have on these dates stands now: a hold whose time is over, or that moved. Raises ApiError."""
        if self.held is not None:
            self.held = await api.booking(self.http, self.held.id)

    async def let_go(self) -> bool:
        """Give the dates back. True when they are free again; a hold that had ended is as good. Raises ApiError."""
        if self.held is None:
            return True
        try:
            await api.release(self.http, self.held.id)
        except ApiError as error:
            if error.code not in MOVED:
                raise
        self.held = None
        return True

    async def _refuse(self, error: ApiError) -> None:
        """Say why it does not go on, unless it was this person who took the dates. Raises what is no refusal."""
        if error.code is ProblemCode.DATES_TAKEN:
            await self._find_mine()
            if self.step in (Step.CONFIRM, Step.MINE):
                return
        trouble = trouble_of(error, self.other)
        if trouble is None:
            raise error
        self.trouble = trouble


def _step_of(held: BookingRead) -> Step:
    if held.status in (BookingStatus.CONFIRMED, BookingStatus.COMPLETED, BookingStatus.REQUESTED):
        return Step.MINE
    return Step.CONFIRM if is_live_hold(held) else Step.ENDED


def trouble_of(error: ApiError, other: BookingRead | None = None) -> Trouble | None:
    """What a refusal means for a person who has `other` dates there; None when it is a failure and no refusal."""
    told = exact_reason(error)
    taken = t("These dates are taken"), t("Someone else took these dates a moment ago. Nothing was booked.")
    if other is not None:
        taken = t("Some of these nights are yours already"), t("Choose dates that leave them out.")
    words = {
        ProblemCode.DATES_TAKEN: taken,
        ProblemCode.QUOTE_EXPIRED: (
            t("The price is not kept any more"),
            t("It was kept for half an hour. Get the price of now; it may be the same."),
        ),
        ProblemCode.TOO_MANY_HOLDS: (
            t("You hold {n} stays already", n=MAX_HOLDS),
            t("Confirm one, let one go or wait for an answer, then these dates can be kept too."),
        ),
        ProblemCode.NOT_BOOKABLE: (
            t("This stay cannot be booked"),
            told or t("Choose other dates or fewer guests."),
        ),
    }.get(error.code)
    return Trouble(*words, error.code) if words is not None else None
