"""One stay, as its tenant or its landlord sees it, and all they can do about it."""

import dataclasses
from collections.abc import Awaitable
from datetime import date, timedelta
from uuid import UUID

import flet as ft

from client.api import bookings as api
from client.api import calendars, properties
from client.core import clock
from client.core.http import ApiError, Http, wrong_input
from client.features.bookings.paying.state import PayingState
from client.parts.dates import refusal_words
from shared_models.booking_steps import unpaid_change
from shared_models.bookings import BookingRead, BookingSide, ChangeQuoteRequest, Quote
from shared_models.calendars import MAX_RANGE_DAYS, Period
from shared_models.problems import ProblemCode
from shared_models.stay_dates import Stay
from shared_models.stay_limits import Refusal, StayLimits, change_refusals

MEANWHILE = frozenset(
    {
        ProblemCode.HOLD_LAPSED,
        ProblemCode.INVALID_TRANSITION,
        ProblemCode.MONTH_NOT_YET,
        ProblemCode.MONTH_CLOSED,
    }
)
"""What the server says when the stay is no longer as it was shown."""


@ft.observable
@dataclasses.dataclass
class StayState:
    """One stay and the side of it that looks."""

    http: Http
    id: UUID | None
    side: BookingSide
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
        """Take the held dates for good. This and all below raise ApiError; a stay that moved is then read again."""
        await self._take(api.confirm(self.http, self._known.id))

    async def let_go(self) -> None:
        """Give the held dates back, or take the request back."""
        await self._take(api.release(self.http, self._known.id))

    async def accept(self) -> None:
        """Accept the request."""
        await self._take(api.accept(self.http, self._known.id))

    async def decline(self, reason: str) -> None:
        """Decline the request."""
        await self._take(api.decline(self.http, self._known.id, reason))

    async def cancel(self, reason: str) -> None:
        """Give the agreed stay back."""
        await self._take(api.cancel(self.http, self._known.id, reason))

    async def report_no_show(self) -> None:
        """Say that nobody came."""
        await self._take(api.report_no_show(self.http, self._known.id))

    async def ask_change(self, quote_id: UUID) -> None:
        """Ask the other side for the change that was priced."""
        await self._take(api.ask_change(self.http, self._known.id, quote_id))

    async def accept_change(self) -> None:
        """Agree to the other side's change."""
        await self._take(api.accept_change(self.http, self._known.id, self._change_id))

    async def decline_change(self, reason: str) -> None:
        """Decline the other side's change."""
        await self._take(api.decline_change(self.http, self._known.id, self._change_id, reason))

    async def withdraw_change(self) -> None:
        """Take one's own wish back."""
        await self._take(api.withdraw_change(self.http, self._known.id, self._change_id))

    def paying(self) -> PayingState:
        """The payment that is due: of the change both sides agreed to, else of the held stay."""
        booking = self._known
        change = unpaid_change(booking, clock.now())
        return PayingState(self.http, booking.id, None if change is None else change.id)

    def paying_month(self, number: int) -> PayingState:
        """The payment of a month of the agreed stay."""
        return PayingState(self.http, self._known.id, month=number)

    @property
    def _known(self) -> BookingRead:
        if self.booking is None:
            raise RuntimeError("the stay is acted on before it was read")
        return self.booking

    @property
    def _change_id(self) -> UUID:
        change = self._known.change
        if change is None:
            raise RuntimeError("there is no change to decide")
        return change.id

    async def _take(self, act: Awaitable[BookingRead]) -> None:
        try:
            self.booking = await act
        except ApiError as error:
            if error.code in MEANWHILE:
                await self.load()
            raise


@ft.observable
@dataclasses.dataclass
class ChangeState:
    """Other dates or guests that someone is choosing for a stay."""

    http: Http
    booking: BookingRead
    side: BookingSide
    stay: Stay
    guests: int
    limits: StayLimits = dataclasses.field(default_factory=StayLimits)
    taken: tuple[Period, ...] = ()
    loaded: bool = False
    quote: Quote | None = None

    @classmethod
    def of(cls, http: Http, booking: BookingRead, side: BookingSide) -> "ChangeState":
        """Begins with what is booked."""
        return cls(http, booking, side, Stay(check_in=booking.check_in, check_out=booking.check_out), booking.guests)

    async def load(self) -> None:
        """Read which nights are taken and what the home allows. A home not on show any more tells neither."""
        try:
            if self.side is BookingSide.LANDLORD:
                self.taken = await self._claimed()
            else:
                found = await properties.property_(self.http, self.booking.home.slug)
                self.limits = StayLimits.model_validate(found)
                self.taken = await self._taken()
        except ApiError as error:
            if error.code != ProblemCode.NOT_FOUND:
                raise
        self.loaded = True

    async def _claimed(self) -> tuple[Period, ...]:
        """What others claim, as the landlord sees it, who may ask for nights that are kept to prepare the home."""
        home = self.booking.home
        page = await calendars.mine(self.http, *self._span, property_ids=[home.id])
        claims = [claim for shown in page.items for claim in shown.claims if claim.source_id != self.booking.id]
        return tuple(Period(start=claim.start, end=claim.end) for claim in claims)

    async def _taken(self) -> tuple[Period, ...]:
        """What is told as taken, without this very stay and the nights that are kept round it."""
        taken = (await calendars.taken(self.http, self.booking.home.id, *self._span)).taken
        apart = timedelta(days=self.limits.preparation_days or 0)
        first, last = self.booked.check_in - apart, self.booked.check_out + apart
        cut = [
            Period(start=start, end=end)
            for period in taken
            for start, end in ((period.start, min(period.end, first)), (max(period.start, last), period.end))
        ]
        return tuple(period for period in cut if period.start < period.end)

    @property
    def _span(self) -> tuple[date, date]:
        today = clock.today_in(self.booking.home.zone)
        return today, today + timedelta(days=MAX_RANGE_DAYS)

    @property
    def booked(self) -> Stay:
        """The dates that count until the other side agrees."""
        return Stay(check_in=self.booking.check_in, check_out=self.booking.check_out)

    def choose(self, stay: Stay) -> None:
        """Other dates; a price for others is none for these."""
        self.stay, self.quote = stay, None

    def choose_guests(self, guests: int) -> None:
        """Another number of guests."""
        self.guests, self.quote = guests, None

    @property
    def unchanged(self) -> bool:
        """Whether nothing other than what is booked was chosen yet."""
        booking = self.booking
        return (self.stay.check_in, self.stay.check_out, self.guests) == (
            booking.check_in,
            booking.check_out,
            booking.guests,
        )

    @property
    def errors(self) -> dict[str, str]:
        """Why this change cannot be asked for, by field; empty when it can, as far as we know."""
        booking = self.booking
        today = clock.today_in(booking.home.zone)
        found = change_refusals(self.limits, self.booked, self.stay, (booking.guests, self.guests), today)
        told: dict[str, list[str]] = {}
        for refusal in found:
            field = "guests" if refusal is Refusal.TOO_MANY_GUESTS else "check_in"
            told.setdefault(field, []).append(refusal_words(refusal, self.limits, self.stay.check_in))
        return {field: " ".join(words) for field, words in told.items()}

    async def price(self) -> None:
        """Ask what it would cost. Raises ApiError, which names the field."""
        if errors := self.errors:
            raise wrong_input(errors)
        request = ChangeQuoteRequest(check_in=self.stay.check_in, check_out=self.stay.check_out, guests=self.guests)
        self.quote = await api.quote_change(self.http, self.booking.id, request)
