"""Bookings as one would keep them on paper: no database, no rules of the product, only what people were promised."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/London")
DAY = timedelta(days=1)
TENANT, LANDLORD = "tenant", "landlord"
OK, WRONG, TAKEN, REFUSED = "ok", "invalid_transition", "dates_taken", "not_bookable"


def midnight_after(day: date) -> datetime:
    return datetime.combine(day + DAY, time(0), tzinfo=ZONE)


def nights(check_in: date, check_out: date) -> set[date]:
    return {check_in + DAY * passed for passed in range((check_out - check_in).days)}


@dataclass
class Asked:
    """Other dates or guests that one side asked for."""

    by: str
    check_in: date
    check_out: date
    guests: int
    until: datetime
    status: str = "asked"

    def is_open(self, now: datetime) -> bool:
        return self.status == "asked" and now < self.until


@dataclass
class Booking:
    """One line on the paper."""

    tenant: int
    home: int
    check_in: date
    check_out: date
    guests: int
    status: str
    until: datetime | None
    request: Asked | None = None

    def seen(self, now: datetime) -> str:
        waits = self.status in ("held", "requested")
        return "expired" if waits and self.until is not None and self.until <= now else self.status

    def running(self, now: datetime) -> bool:
        """Agreed, and not over."""
        return self.status == "confirmed" and now < datetime.combine(self.check_out, time(12), tzinfo=ZONE)

    def open_request(self, now: datetime) -> Asked | None:
        return self.request if self.request is not None and self.request.is_open(now) else None

    def nights(self, now: datetime) -> set[date]:
        """What it keeps others from."""
        if self.seen(now) not in ("held", "requested", "confirmed", "completed"):
            return set()
        request = self.open_request(now)
        return nights(self.check_in, self.check_out) | (
            nights(request.check_in, request.check_out) if request else set()
        )

    def end(self, status: str) -> str:
        self.status = status
        if (
            self.request is not None
            and self.request.status == "asked"
            and status in ("cancelled", "no_show", "completed")
        ):
            self.request.status = "closed"
        return OK


@dataclass
class Paper:
    """Two homes, one that is booked at once (0) and one whose landlord is asked (1), and all that was written down."""

    bookings: list[Booking] = field(default_factory=list)
    blocks: dict[int, tuple[int, date, date]] = field(default_factory=dict)

    def taken(self, home: int, now: datetime, exclude: Booking | None = None) -> set[date]:
        booked = [booking.nights(now) for booking in self.bookings if booking.home == home and booking is not exclude]
        blocked = [nights(start, end) for where, start, end in self.blocks.values() if where == home]
        return set[date]().union(*booked, *blocked)

    def book(self, tenant: int, home: int, stay: tuple[date, date], now: datetime) -> str:
        check_in, check_out = stay
        if check_in < now.astimezone(ZONE).date():
            return REFUSED
        if nights(check_in, check_out) & self.taken(home, now):
            return TAKEN
        mine = [booking for booking in self.bookings if booking.tenant == tenant]
        if sum(booking.seen(now) in ("held", "requested") for booking in mine) >= 3:
            return "too_many_holds"
        if home == 0:
            status, until = "held", now + timedelta(minutes=15)
        else:
            status, until = "requested", min(now + timedelta(hours=24), midnight_after(check_in))
        self.bookings.append(Booking(tenant, home, check_in, check_out, 1, status, until))
        return OK

    def confirm(self, booking: Booking, now: datetime) -> str:
        if booking.status == "confirmed":
            return OK
        if booking.seen(now) == "expired":
            return "hold_lapsed"
        return booking.end("confirmed") if booking.status == "held" else WRONG

    def release(self, booking: Booking, now: datetime) -> str:
        seen = booking.seen(now)
        if seen in ("cancelled", "expired"):
            return booking.end(seen)
        return booking.end("cancelled") if seen in ("held", "requested") else WRONG

    def accept(self, booking: Booking, now: datetime) -> str:
        if booking.status == "confirmed":
            return OK
        return booking.end("confirmed") if booking.seen(now) == "requested" else WRONG

    def decline(self, booking: Booking, now: datetime) -> str:
        seen = booking.seen(now)
        return booking.end("declined") if seen in ("requested", "declined") else WRONG

    def cancel(self, booking: Booking, now: datetime) -> str:
        if booking.status == "cancelled":
            return OK
        early = now < midnight_after(booking.check_in)
        return booking.end("cancelled") if booking.running(now) and early else WRONG

    def report_no_show(self, booking: Booking, now: datetime) -> str:
        if booking.status == "no_show":
            return OK
        late = now >= midnight_after(booking.check_in)
        return booking.end("no_show") if booking.running(now) and late else WRONG

    def change(self, booking: Booking, by: str, stay: tuple[date, date, int], now: datetime) -> str:
        check_in, check_out, guests = stay
        if not booking.running(now) or booking.open_request(now) is not None:
            return WRONG
        today = now.astimezone(ZONE).date()
        same = stay == (booking.check_in, booking.check_out, booking.guests)
        back = check_in != booking.check_in and (check_in < today or booking.check_in < today)
        if same or back or check_out < today:
            return REFUSED
        if nights(check_in, check_out) & self.taken(booking.home, now, exclude=booking):
            return TAKEN
        ends = (booking.check_out, check_out) if booking.check_in < today else (booking.check_in, check_in)
        until = min(now + timedelta(hours=24), midnight_after(max(today, min(ends))))
        booking.request = Asked(by, check_in, check_out, guests, until)
        return OK

    def answer(self, booking: Booking, by: str, then: str, now: datetime) -> str:
        """`then`: accepted, declined or withdrawn."""
        request = booking.request
        if request is None:
            return "not_found"
        if request.status == then:
            return OK
        mine = request.by == by
        if not request.is_open(now) or not booking.running(now) or mine is not (then == "withdrawn"):
            return WRONG
        request.status = then
        if then == "accepted":
            booking.check_in, booking.check_out, booking.guests = (
                request.check_in,
                request.check_out,
                request.guests,
            )
        return OK

    def block(self, number: int, home: int, stay: tuple[date, date], now: datetime) -> str:
        if nights(*stay) & self.taken(home, now):
            return TAKEN
        self.blocks[number] = (home, *stay)
        return OK

    def unblock(self, number: int) -> str:
        return OK if self.blocks.pop(number, None) is not None else "not_found"

    def clock_works(self, now: datetime) -> None:
        """What the jobs write down."""
        for booking in self.bookings:
            if booking.status == "confirmed" and not booking.running(now):
                booking.end("completed")
            if booking.request is not None and booking.request.status == "asked" and not booking.request.is_open(now):
                booking.request.status = "expired"
            booking.status = booking.seen(now)
