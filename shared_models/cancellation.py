"""The refund clock: what a tenant who cancels gets back now, and the next instant at which it becomes less.

Pure, and the same on both sides: what a screen or a mail shows is what the server pays back.

**Terms.** Until so many days before check-in everything is given back; then the policy keeps a part of the nights
(`_BEFORE`). The names and terms are Airbnb's of October 2025 ("Choosing the right cancellation policy", resource
centre), as far as nothing else is said here.

**Stays of 28 nights or more** have terms of their own, whatever the policy (Airbnb's *firm long-term*): all until 30
days before check-in, then 30 nights are kept, or all if there are fewer; during the stay the 30 after notice.

**During the stay** *flexible* and *moderate* keep the nights slept and one more, and *moderate* goes on keeping half
of the others: were they given back in whole once the stay begins, waiting would pay. All others keep everything.

**Cleaning and tourist tax** come back unless the stay began. **Nobody came**: as if the tenant had cancelled at the
instant of check-in (`refund_of_no_show`). **Within 24 hours of confirming** everything comes back
when the stay was confirmed at least 7 days before check-in (Airbnb's help article 475), whatever the policy. **A
landlord who cancels** gives everything back.

**Moments** are those of the clock at the home. A day before check-in is the same hour of the clock the day before,
which is 23 or 25 hours in the nights in which clocks are changed; the 24 hours after confirming are hours. An hour
that the clocks skip is read with the offset before the change, one that comes twice is the first of the two
(`local_instant`). A night is slept when the day on which it began is over at the home. From the instant of a deadline
on the lesser refund counts: one second before is in time, the second itself is not.

**Amounts.** Nights are kept at their own price, those of a month at their share of that month. What is kept of a
line is rounded once, half up, to the minor unit; its refund is what was paid less that. Of a stay that is paid month by
month only what was paid so far is kept, however much more the terms would keep: its refund is never below nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from functools import reduce
from operator import add

from shared_models.booking_steps import last_night_over
from shared_models.bookings import BookingRead, BookingSide, PaymentWay
from shared_models.cancellation_terms import AgreedTerms, CancellationPolicy
from shared_models.money import Money
from shared_models.prices import LineKind, QuoteLine
from shared_models.rent_months import RentMonthStatus, paid_of_lines
from shared_models.stay_dates import Stay, local_instant, months_of, shifted

LONG_STAY_NIGHTS = 28
LONG_NOTICE = 30
"""Days before check-in, and nights kept after notice, of a long stay."""
FREE_HOURS = 24
FREE_DAYS_AHEAD = 7
"""A stay confirmed so many days before check-in is free to cancel for `FREE_HOURS`."""

_ONCE = frozenset({LineKind.CLEANING, LineKind.TOURIST_TAX})
"""Lines for the whole stay: they come back unless it began. All others are for its nights."""


@dataclass(frozen=True)
class _Kept:
    """What is kept: the first `nights` whole (None: all), `rest` of each other one, and what is paid `once`."""

    nights: int | None = 0
    rest: Fraction = Fraction(0)
    once: bool = False


_HALF, _ALL = Fraction(1, 2), _Kept(nights=None)

_BEFORE: dict[CancellationPolicy, Sequence[tuple[int | None, _Kept]]] = {
    CancellationPolicy.FLEXIBLE: [(1, _Kept(nights=1))],
    CancellationPolicy.MODERATE: [(5, _Kept(nights=1, rest=_HALF))],
    CancellationPolicy.LIMITED: [(14, _Kept(rest=_HALF)), (7, _ALL)],
    CancellationPolicy.FIRM: [(30, _Kept(rest=_HALF)), (7, _ALL)],
}
"""From how many days before check-in on each policy keeps what."""
_LONG: Sequence[tuple[int | None, _Kept]] = [(LONG_NOTICE, _Kept(nights=LONG_NOTICE))]


@dataclass(frozen=True)
class CancelledStay:
    """A stay as far as its refund goes: what was agreed, where and when, and what was paid for it."""

    terms: AgreedTerms
    stay: Stay
    zone: str
    lines: Sequence[QuoteLine]
    confirmed_at: datetime | None = None
    """None: not yet, so that nothing is free for having been confirmed just now."""
    paid: Sequence[Money] | None = None
    """How much of each line is paid, of a stay that is paid month by month; None: all of it."""

    @classmethod
    def of(cls, booking: BookingRead) -> "CancelledStay":
        """A booking as its parties see it."""
        stay = Stay(check_in=booking.check_in, check_out=booking.check_out)
        return cls(
            booking.cancellation, stay, booking.home.zone, booking.lines, booking.confirmed_at, paid_so_far(booking)
        )

    @property
    def check_in(self) -> datetime:
        """The instant of check-in, in UTC."""
        return self._at(self.stay.check_in, self.terms.check_in_hour)

    def days_before(self, days: int) -> datetime:
        """The instant so many days before check-in, at its hour on the clock of the home, in UTC."""
        return self._at(shifted(self.stay.check_in, -days), self.terms.check_in_hour)

    def begins(self, day: date) -> datetime:
        """The instant a day begins at the home, in UTC."""
        return self._at(day, time(0))

    def _at(self, day: date, hour: time) -> datetime:
        return local_instant(day, hour, self.zone).astimezone(UTC)

    @property
    def free_until(self) -> datetime | None:
        """Until when cancelling is free because the stay was confirmed just now; None where it never was."""
        if self.confirmed_at is None or self.confirmed_at > self.days_before(FREE_DAYS_AHEAD):
            return None
        return self.confirmed_at.astimezone(UTC) + timedelta(hours=FREE_HOURS)


def paid_so_far(booking: BookingRead) -> Sequence[Money] | None:
    """How much is paid of each line of a stay that is paid month by month; None of one that is paid at once."""
    if booking.payment is not PaymentWay.MONTHLY:
        return None
    paid = (line for month in booking.months if month.status is RentMonthStatus.PAID for line in month.lines)
    return paid_of_lines(booking.lines, paid)


def price_paid(booking: BookingRead) -> Money:
    """What was paid of the price of an agreed stay, whatever went back since: all of it, or its months so far."""
    paid = paid_so_far(booking)
    return booking.total if paid is None else reduce(add, paid)


@dataclass(frozen=True)
class LineRefund:
    """What is paid, kept and given back of one line; kept and refund add up to what was paid."""

    line: QuoteLine
    paid: Money
    kept: Money

    @property
    def refund(self) -> Money:
        return self.paid - self.kept


@dataclass(frozen=True)
class RefundStep:
    """A refund that stands from `since` (None: from the start) up to, not including, `until` (None: for good)."""

    since: datetime | None
    until: datetime | None
    refund: Money
    kept: Money


@dataclass(frozen=True)
class Refund:
    """What a tenant gets back, line by line, and when it becomes less; both None when it never does."""

    lines: Sequence[LineRefund]
    total: Money
    drops_at: datetime | None = None
    drops_to: Money | None = None


def refund_at(booked: CancelledStay, moment: datetime, by: BookingSide = BookingSide.TENANT) -> Refund:
    """What comes back when a stay is cancelled at this moment (aware) by one of its sides."""
    if by is BookingSide.LANDLORD:
        lines = _refunds(booked, _Kept())
        return Refund(lines, _total(lines))
    lines = _refunds(booked, _kept_at(booked, moment))
    later = next((step for step in schedule(booked) if step.since is not None and step.since > moment), None)
    if later is None:
        return Refund(lines, _total(lines))
    return Refund(lines, _total(lines), later.since, later.refund)


def refund_of_no_show(booked: CancelledStay) -> Refund:
    """What comes back of a stay that nobody came to, whenever that is said: what the instant of check-in left."""
    return refund_at(booked, booked.check_in)


def schedule(booked: CancelledStay) -> list[RefundStep]:
    """All that a tenant may get back, by when: each step less than the one before it."""
    found: list[tuple[datetime | None, Money]] = []
    for since, kept in _levels(booked).items():
        refund = _total(_refunds(booked, kept))
        if not found or refund.amount_minor < found[-1][1].amount_minor:
            found.append((since, refund))
    paid, ends = reduce(add, _paid(booked)), [since for since, _ in found[1:]]
    return [
        RefundStep(since, until, refund, paid - refund)
        for (since, refund), until in zip(found, [*ends, None], strict=True)
    ]


def ahead(booked: CancelledStay, moment: datetime) -> list[RefundStep]:
    """What comes back from a moment on, while a tenant can still cancel; nothing once the last night is over.

    The first step is the refund now.
    """
    closes = last_night_over(booked.stay.check_out, booked.zone)
    return [
        replace(step, until=closes if step.until is None else min(step.until, closes))
        for step in schedule(booked)
        if (step.until is None or step.until > moment)
        and (step.since is None or step.since < closes)
        and moment < closes
    ]


def _kept_at(booked: CancelledStay, moment: datetime) -> _Kept:
    reached = [kept for since, kept in _levels(booked).items() if since is None or since <= moment]
    return reached[-1]


def _levels(booked: CancelledStay) -> dict[datetime | None, _Kept]:
    """What is kept from each instant on, the earliest first; None: from the start."""
    found: dict[datetime | None, _Kept] = {None: _Kept()}
    last = booked.free_until
    for since, kept in _levels_of_terms(booked):
        # While cancelling is free, what the terms keep waits.
        if last is None or (since is not None and since > last):
            last = since
        found[last] = kept
    return found


def _levels_of_terms(booked: CancelledStay) -> Iterator[tuple[datetime | None, _Kept]]:
    """What the terms keep; what they keep last before check-in goes on through the stay, with each night slept."""
    begun = _Kept()
    for days, kept in _before(booked):
        begun = kept
        yield None if days is None else booked.days_before(days), kept
    yield booked.check_in, _Kept(begun.nights, begun.rest, once=True)
    if begun.nights is not None:
        for slept in range(1, booked.stay.nights):
            kept = _Kept(begun.nights + slept, begun.rest, once=True)
            yield booked.begins(shifted(booked.stay.check_in, slept)), kept


def _before(booked: CancelledStay) -> Sequence[tuple[int | None, _Kept]]:
    """From how many days before check-in on what is kept; None: from the start.

    Of a policy that this version of the app does not know nothing is promised.
    """
    terms = booked.terms
    if booked.stay.nights >= LONG_STAY_NIGHTS:
        return _LONG
    if terms.policy in _BEFORE:
        return _BEFORE[terms.policy]
    starts = [None, *(tier.days_before for tier in terms.tiers or ())]
    shares = [_Kept(rest=1 - Fraction(tier.refund_percent, 100)) for tier in terms.tiers or ()]
    return list(zip(starts, [*shares, _ALL], strict=True))


def _refunds(booked: CancelledStay, kept: _Kept) -> list[LineRefund]:
    return [
        LineRefund(line, paid, min(paid, line.amount.times(_share(line, kept, booked.stay)), key=_minor))
        for line, paid in zip(booked.lines, _paid(booked), strict=True)
    ]


def _paid(booked: CancelledStay) -> Sequence[Money]:
    return [line.amount for line in booked.lines] if booked.paid is None else booked.paid


def _minor(amount: Money) -> int:
    return amount.amount_minor


def _share(line: QuoteLine, kept: _Kept, stay: Stay) -> Fraction:
    """Which part of a line is kept."""
    if line.kind in _ONCE:
        return Fraction(kept.once)
    if kept.nights is None:
        return Fraction(1)
    whole = _part_before(line, shifted(stay.check_in, kept.nights), stay)
    return whole + kept.rest * (1 - whole)


def _part_before(line: QuoteLine, cut: date, stay: Stay) -> Fraction:
    """Which part of a line is for nights before a day."""
    first, end = line.first or stay.check_in, stay.check_out if line.last is None else shifted(line.last, 1)
    if cut <= first:
        return Fraction(0)
    if cut >= end:
        return Fraction(1)
    if line.kind is LineKind.MONTHS:
        return months_of(Stay(check_in=first, check_out=cut)) / line.quantity
    return Fraction((cut - first).days, (end - first).days)


def _total(lines: Sequence[LineRefund]) -> Money:
    return reduce(add, (each.refund for each in lines))
