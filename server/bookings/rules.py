"""What a booking decides. Pure but for the randomness of a reference."""

import secrets
from collections.abc import Callable
from datetime import date, datetime, time

from server.core.errors import WrongMove
from shared_models.bookings import LIVE, MOVES, BookingStatus, Refusal, StayLimits, refusals
from shared_models.moves import may_move
from shared_models.problems import FieldProblem
from shared_models.stay_dates import FARTHEST_ARRIVAL_DAYS, Stay, local_instant

CHECK_OUT_WHEN_UNSAID = time(12)
REFERENCE_LENGTH = 8
REFERENCE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Figures and letters that nobody confuses on the phone: no 0 and O, no 1, I and L, no U (which sounds like V)."""

SHOWS_STREET = frozenset({BookingStatus.CONFIRMED, BookingStatus.COMPLETED})
"""From then on both parties see street and postcode."""


def move(now: BookingStatus, then: BookingStatus) -> BookingStatus:
    """`then`, when a booking may go there from `now`. Raises WrongMove."""
    if not may_move(MOVES, now, then):
        raise WrongMove(f"This booking is {now.value.replace('_', ' ')}.")
    return then


def status_at(stored: BookingStatus, hold_expires_at: datetime | None, now: datetime) -> BookingStatus:
    """The status as people see it: a hold is over when its time is, not only when a job has written it down."""
    lapsed = hold_expires_at is not None and hold_expires_at <= now
    return BookingStatus.EXPIRED if lapsed and stored in LIVE else stored


def is_over(leave: date, check_out_by: time | None, zone: str, now: datetime) -> bool:
    """Whether a stay has ended: on its last day, at the home's own time to leave (noon when it has none)."""
    return now >= local_instant(leave, check_out_by or CHECK_OUT_WHEN_UNSAID, zone)


def new_reference() -> str:
    """A reference to say on the phone; two are equal once in 650,000,000,000."""
    return "".join(secrets.choice(REFERENCE_LETTERS) for _ in range(REFERENCE_LENGTH))


def _nights(count: int | None) -> str:
    return f"{count} night" if count == 1 else f"{count} nights"


_WORDS: dict[Refusal, tuple[str, Callable[[StayLimits], str]]] = {
    Refusal.IN_THE_PAST: ("arrive", lambda _: "is in the past"),
    Refusal.TOO_FAR_AHEAD: ("arrive", lambda _: f"is more than {FARTHEST_ARRIVAL_DAYS} days ahead"),
    Refusal.TOO_SHORT: ("leave", lambda limits: f"must be at least {_nights(limits.min_nights)} after you arrive"),
    Refusal.TOO_LONG: ("leave", lambda limits: f"must be at most {_nights(limits.max_nights)} after you arrive"),
    Refusal.TOO_MANY_GUESTS: (
        "guests",
        lambda limits: f"must be at most {limits.sleeps}, which is what the home sleeps",
    ),
    Refusal.NOT_INSTANT: ("property_id", lambda _: "cannot be booked at once; its landlord answers each request"),
}
"""For each refusal the field it is about, and what to tell the person."""


def why_not(limits: StayLimits, stay: Stay, guests: int, today: date) -> list[FieldProblem]:
    """Each reason why this stay cannot be booked, with its field; empty when it can."""
    found = [_WORDS[reason] for reason in refusals(limits, stay, guests, today)]
    return [FieldProblem(field=field, reason=words(limits)) for field, words in found]
