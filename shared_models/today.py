"""The start page of each role: what waits for its reader, by when, what comes, and what is new."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from shared_models.base import Output
from shared_models.bookings import BookingRead
from shared_models.cases import CaseRead
from shared_models.notifications import NotificationRead
from shared_models.properties import PropertyRow
from shared_models.stay_dates import WallClock

VISIT_DAYS = 7
"""For how many days, today included, arrivals and departures are told."""
NIGHTS = 30
"""For how many nights, tonight included, it is told how many homes are let."""


class VisitKind(StrEnum):
    """Whether guests come or go."""

    CHECK_IN = "check_in"
    CHECK_OUT = "check_out"
    UNKNOWN = "unknown"


class Visit(Output):
    """Guests who come to a home or leave it."""

    kind: VisitKind
    day: date
    """In the home's own time zone, as `at` is."""
    at: WallClock | None
    """From when they may come, or by when they leave; None where the home does not say."""
    zone: str
    booking_id: UUID
    property_id: UUID
    home_title: str
    guest_name: str
    guests: int


class NightLet(Output):
    """One night at all homes that are on show."""

    day: date
    let: int
    """In how many of them someone stays."""
    kept: int
    """How many more are not free: held for someone, blocked, or taken elsewhere."""


class Review(Output):
    """A home, or a change of one, that a person of ours has to look at, and by when they promised to."""

    property_id: UUID
    title: str
    due_at: datetime


class News(Output):
    """What happened since one last looked: the newest of what one has not read, and how much that is in all."""

    items: list[NotificationRead]
    unread: int


class LandlordToday(Output):
    """What a landlord sees first. Lists are cut to what a page can show; each figure counts all."""

    answers: list[BookingRead]
    """Requests and changes that wait for the landlord, the nearest deadline first."""
    answer_count: int
    others: list[BookingRead]
    """What waits for the guests, the nearest deadline first."""
    reviews: list[Review]
    unfinished: list[PropertyRow]
    """Homes that are not on show and could be, or whose change was sent back: those sent back first."""
    unfinished_count: int = 0
    """How many homes wait for the landlord in all, those paused aside."""
    visits: list[Visit]
    upcoming: int
    """How many stays the list of stays to come holds."""
    homes: dict[str, int]
    """How many homes stand in each state, zeros included. Keys are words of `PropertyStatus`."""
    nights: list[NightLet]
    on_show: int
    """Of how many homes `nights` tells: those on show."""
    news: News


class TenantToday(Output):
    """What a tenant sees first."""

    waiting: list[BookingRead]
    """Holds to confirm, changes to answer, months to pay; the nearest deadline first."""
    next_trip: BookingRead | None
    """The nearest agreed stay that is not over."""
    upcoming: int
    """How many trips the list of trips to come holds."""
    news: News


class AdminToday(Output):
    """What an admin sees first."""

    cases: list[CaseRead]
    """Open cases, the nearest deadline first."""
    total: int
    overdue: int
    mine: int
    counts: dict[str, int]
    """Open cases of each kind. Keys are words of `CaseKind`."""
    news: News


class Waiting(Output):
    """How much waits for a person: the figures beside the places of the navigation."""

    unread: int
    answers: int
    """Requests and changes at their homes that wait for their answer."""
    trips: int
    """Their own stays of which the next step is theirs."""
    cases: int
    """Open cases; none for whoever is no admin."""
