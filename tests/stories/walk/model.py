"""The house as one would keep it on paper: what each home's calendar is, how each stay stands, who may do what.

Nothing of the product is used, so that a fault there is none here. Each act changes the paper as the product must, or
raises Refused with the answer that must come.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from tests.stories.walk.prices import DAY, Facts, lines_of
from tests.stories.walk.things import (
    ACCOUNT_IN_USE,
    DATES_TAKEN,
    HOLD_LAPSED,
    INVALID_TRANSITION,
    KEEPS_NIGHTS,
    LANDLORD,
    MALFORMED,
    MAX_AHEAD,
    MAX_BLOCKED,
    MAX_HOLDS,
    MAX_NIGHTS,
    NOT_BOOKABLE,
    NOT_FOUND,
    QUOTE_EXPIRED,
    TENANT,
    TOO_MANY_HOLDS,
    WAITS,
    Booking,
    Change,
    Claim,
    Home,
    Quote,
    Refused,
    end_of,
    must,
    nights,
    stretches,
)


@dataclass
class Model:
    """All homes, prices and stays at one moment."""

    now: datetime
    homes: list[Home] = field(default_factory=list)
    bookings: list[Booking] = field(default_factory=list)
    quotes: list[Quote] = field(default_factory=list)

    # What is taken

    def claims(self, home: Home) -> Iterator[Claim]:
        """Whatever holds nights of a home now."""
        for booking in self.bookings:
            if booking.home is home and (status := booking.status_at(self.now)) in KEEPS_NIGHTS:
                kind = "hold" if status in WAITS else "booking"
                yield Claim(kind, booking.check_in, booking.check_out, booking.id, booking.until)
                if change := booking.open_change(self.now):
                    sources = (change.id, change.other_hold_id or "")
                    further = stretches(self._further(booking, change.quote.check_in, change.quote.check_out))
                    for (start, end), source in zip(further, sources, strict=False):
                        yield Claim("hold", start, end, source, change.until)
        for id_, (start, end) in home.blocks.items():
            yield Claim("block", start, end, id_, None)

    def is_free(self, home: Home, start: date, end: date, *, apart: int = 0, exclude: Iterable[str] = ()) -> bool:
        """Whether nobody has one of these nights and no guest is nearer than `apart` nights."""
        for claim in self.claims(home):
            days = 0 if claim.kind == "block" else apart
            if claim.source not in exclude and claim.start - DAY * days < end and start - DAY * days < claim.end:
                return False
        return True

    def _further(self, booking: Booking, check_in: date, check_out: date) -> set[date]:
        return nights(check_in, check_out) - nights(booking.check_in, booking.check_out)

    # From a price to a stay

    def quote(self, person: str, home: Home, check_in: date, check_out: date, guests: int) -> Quote:
        must(0 < (check_out - check_in).days <= MAX_NIGHTS, MALFORMED)
        must(not home.paused or home.landlord == person, NOT_FOUND)
        must(not home.paused and home.landlord != person, NOT_BOOKABLE)
        must(home.allows(check_in, check_out, guests, home.today(self.now)), NOT_BOOKABLE)
        must(self.is_free(home, check_in, check_out, apart=home.preparation), DATES_TAKEN)
        return self._priced(person, home, check_in, check_out, guests)

    def _priced(self, person: str, home: Home, check_in: date, check_out: date, guests: int) -> Quote:
        lines, until = lines_of(home.facts, check_in, check_out), self.now + timedelta(minutes=30)
        quote = Quote(person, home, check_in, check_out, guests, lines, home.facts["currency"], until)
        self.quotes.append(quote)
        return quote

    def hold(self, person: str, quote: Quote) -> Booking:
        must(quote.asker == person and quote.booking is None, NOT_FOUND)
        home, earlier = quote.home, quote.used_by
        if isinstance(earlier, Booking):
            must(self.is_free(home, quote.check_in, quote.check_out) or earlier, DATES_TAKEN)
            must(earlier.is_open(self.now), QUOTE_EXPIRED)
            return earlier
        must(self.is_free(home, quote.check_in, quote.check_out), DATES_TAKEN)
        must(self.now < quote.until, QUOTE_EXPIRED)
        must(not home.paused, NOT_BOOKABLE)
        must(quote.check_in >= home.today(self.now), NOT_BOOKABLE)
        must(self._holds_of(person) < MAX_HOLDS, TOO_MANY_HOLDS)
        must(self.is_free(home, quote.check_in, quote.check_out, apart=home.preparation), DATES_TAKEN)
        if home.facts["instant_book"]:
            booking = Booking(person, quote, "held", self.now + timedelta(minutes=15))
        else:
            until = min(self.now + timedelta(hours=24), end_of(quote.check_in, home.zone))
            booking = Booking(person, quote, "requested", until)
        quote.used_by = booking
        self.bookings.append(booking)
        return booking

    def _holds_of(self, person: str) -> int:
        return sum(booking.tenant == person and booking.status_at(self.now) in WAITS for booking in self.bookings)

    def confirm(self, person: str, booking: Booking) -> Booking:
        must(booking.side_of(person) == TENANT, NOT_FOUND)
        if booking.status != "confirmed":
            must(booking.status_at(self.now) != "expired", HOLD_LAPSED)
            must(booking.status == "held", INVALID_TRANSITION)
            booking.end("confirmed")
        return booking

    def release(self, person: str, booking: Booking) -> Booking:
        must(booking.side_of(person) == TENANT, NOT_FOUND)
        status = booking.status_at(self.now)
        must(status in (*WAITS, "cancelled", "expired"), INVALID_TRANSITION)
        if status in WAITS:
            booking.end("cancelled", TENANT)
        elif booking.status in WAITS:
            booking.end("expired")
        return booking

    def accept(self, person: str, booking: Booking) -> Booking:
        must(booking.side_of(person) == LANDLORD, NOT_FOUND)
        if booking.status != "confirmed":
            must(booking.status_at(self.now) == "requested", INVALID_TRANSITION)
            booking.end("confirmed")
        return booking

    def decline(self, person: str, booking: Booking) -> Booking:
        must(booking.side_of(person) == LANDLORD, NOT_FOUND)
        if booking.status != "declined":
            must(booking.status_at(self.now) == "requested", INVALID_TRANSITION)
            booking.end("declined", LANDLORD)
        return booking

    # How stays end

    def cancel(self, person: str, booking: Booking) -> Booking:
        side = booking.side_of(person)
        if booking.status != "cancelled":
            must(booking.is_running(self.now), INVALID_TRANSITION)
            must(self.now < end_of(booking.check_in, booking.home.zone), INVALID_TRANSITION)
            booking.end("cancelled", side)
        return booking

    def no_show(self, person: str, booking: Booking) -> Booking:
        must(booking.side_of(person) == LANDLORD, NOT_FOUND)
        if booking.status != "no_show":
            must(booking.is_running(self.now), INVALID_TRANSITION)
            must(self.now >= end_of(booking.check_in, booking.home.zone), INVALID_TRANSITION)
            booking.end("no_show")
        return booking

    def complete_stays(self) -> list[Booking]:
        """What the hourly job writes down."""
        over = [one for one in self.bookings if one.status == "confirmed" and not one.is_running(self.now)]
        return [booking.end("completed") for booking in over]

    # Other dates or guests

    def quote_change(self, person: str, booking: Booking, check_in: date, check_out: date, guests: int) -> Quote:
        must(0 < (check_out - check_in).days <= MAX_NIGHTS, MALFORMED)
        side = booking.side_of(person)
        self._may_ask(booking)
        self._change_is_allowed(booking, side, (check_in, check_out, guests), booking.home.facts["currency"])
        self._change_is_free(booking, side, check_in, check_out)
        quote = self._priced(person, booking.home, check_in, check_out, guests)
        quote.booking = booking
        return quote

    def ask_change(self, person: str, booking: Booking, quote: Quote) -> Booking:
        side = booking.side_of(person)
        must(quote.asker == person and quote.booking is booking, NOT_FOUND)
        earlier = quote.used_by
        if isinstance(earlier, Change) and earlier.is_open(self.now):
            return booking
        must(earlier is None and self.now < quote.until, QUOTE_EXPIRED)
        self._may_ask(booking)
        self._change_is_allowed(booking, side, (quote.check_in, quote.check_out, quote.guests), quote.currency)
        self._change_is_free(booking, side, quote.check_in, quote.check_out)
        booking.change = quote.used_by = Change(side, quote, self._answer_by(booking, quote))
        return booking

    def _may_ask(self, booking: Booking) -> None:
        must(booking.is_running(self.now) and booking.open_change(self.now) is None, INVALID_TRANSITION)

    def _change_is_allowed(self, booking: Booking, side: str, wished: tuple[date, date, int], currency: str) -> None:
        """A landlord may ask for what the home does not allow, but not for what is over."""
        check_in, check_out, guests = wished
        home, today = booking.home, booking.home.today(self.now)
        must(currency == booking.quote.currency, NOT_BOOKABLE)
        must(wished != (booking.check_in, booking.check_out, booking.quote.guests), NOT_BOOKABLE)
        must(check_out >= today, NOT_BOOKABLE)
        if check_in != booking.check_in:
            must(booking.check_in >= today and 0 <= (check_in - today).days <= MAX_AHEAD, NOT_BOOKABLE)
        if side == TENANT:
            must(check_in == booking.check_in or home.allows_check_in(check_in, today), NOT_BOOKABLE)
            must(home.allows_length(check_in, check_out, guests), NOT_BOOKABLE)

    def _change_is_free(self, booking: Booking, side: str, check_in: date, check_out: date) -> None:
        apart = booking.home.preparation if side == TENANT else 0
        for start, end in stretches(self._further(booking, check_in, check_out)):
            must(self.is_free(booking.home, start, end, apart=apart, exclude=[booking.id]), DATES_TAKEN)

    def _answer_by(self, booking: Booking, quote: Quote) -> datetime:
        """Within a day, and not after the day on which it still makes sense."""
        today = booking.home.today(self.now)
        begun = booking.check_in < today
        sooner = min(booking.check_out, quote.check_out) if begun else min(booking.check_in, quote.check_in)
        return min(self.now + timedelta(hours=24), end_of(max(today, sooner), booking.home.zone))

    def answer_change(self, person: str, booking: Booking, change: Change | None, then: str) -> Booking:
        """`then`: accepted or declined by the other side, withdrawn by who asked."""
        side = booking.side_of(person)
        if change is None:
            raise Refused(*NOT_FOUND)
        if change.status != then:
            must(change.is_open(self.now) and booking.is_running(self.now), INVALID_TRANSITION)
            must((change.by == side) is (then == "withdrawn"), INVALID_TRANSITION)
            change.status = then
            if then == "accepted":
                booking.quote = change.quote
        return booking

    # What a landlord does

    def block(self, person: str, home: Home, start: date, end: date) -> Home:
        must(0 < (end - start).days <= MAX_BLOCKED, MALFORMED)
        must(home.landlord == person, NOT_FOUND)
        must(start >= home.today(self.now) - DAY, MALFORMED)
        must(self.is_free(home, start, end), DATES_TAKEN)
        return home

    def move_block(self, person: str, home: Home, block_id: str, start: date, end: date) -> Home:
        must(home.landlord == person and block_id in home.blocks, NOT_FOUND)
        before, today = home.blocks[block_id], home.today(self.now)
        if (start, end) == before:
            return home
        must(0 < (end - start).days <= MAX_BLOCKED, MALFORMED)
        must(start == before[0] or min(start, before[0]) >= today - DAY, MALFORMED)
        must(end == before[1] or min(end, before[1]) >= today, MALFORMED)
        must(self.is_free(home, start, end, exclude=[block_id]), DATES_TAKEN)
        home.blocks[block_id] = (start, end)
        return home

    def unblock(self, person: str, home: Home, block_id: str) -> None:
        must(home.landlord == person and block_id in home.blocks, NOT_FOUND)
        del home.blocks[block_id]

    def edit(self, person: str, home: Home, facts: Facts) -> Home:
        shortest, longest = facts.get("min_nights"), facts.get("max_nights")
        must(not (shortest and longest) or shortest <= longest, MALFORMED)
        must((facts.get("advance_notice_days") or 0) <= (facts.get("booking_window_days") or MAX_AHEAD), MALFORMED)
        must(home.landlord == person, NOT_FOUND)
        home.facts = facts
        return home

    def pause(self, person: str, home: Home) -> None:
        must(home.landlord == person, NOT_FOUND)
        must(not home.paused, INVALID_TRANSITION)
        home.paused = True

    def resume(self, person: str, home: Home) -> None:
        must(home.landlord == person, NOT_FOUND)
        must(home.paused, INVALID_TRANSITION)
        home.paused = False

    # People, and what everybody sees

    def close(self, person: str) -> None:
        must(
            not any(person in (one.tenant, one.home.landlord) and one.is_open(self.now) for one in self.bookings),
            ACCOUNT_IN_USE,
        )
        must(not any(home.landlord == person and not home.paused for home in self.homes), ACCOUNT_IN_USE)

    def found(self, check_in: date, check_out: date, guests: int) -> list[Home]:
        """The homes that can be booked for these dates, whoever asks."""
        must(0 < (check_out - check_in).days <= MAX_NIGHTS, MALFORMED)
        return [
            home
            for home in self.homes
            if not home.paused
            and home.allows(check_in, check_out, guests, home.today(self.now))
            and self.is_free(home, check_in, check_out, apart=home.preparation)
        ]

    def taken(self, home: Home, start: date, end: date) -> list[tuple[date, date]]:
        """What anyone is told: the nights that are not free, those between two guests with them."""
        days = set[date]()
        for claim in self.claims(home):
            apart = DAY * (0 if claim.kind == "block" else home.preparation)
            days |= nights(claim.start - apart, claim.end + apart)
        return stretches(day for day in days if start <= day < end)

    def feed(self, home: Home) -> list[tuple[date, date, str]]:
        """What other calendars read: a month back, and up to the third turn of a year."""
        today = home.today(self.now)
        start, end = today - DAY * 31, date(today.year + 3, 1, 1)
        told: list[tuple[date, date, str]] = []
        for claim in self.claims(home):
            if claim.end <= start or claim.start >= end:
                continue
            if claim.kind == "block":
                told.append((claim.start, min(claim.end, end), "Blocked"))
                continue
            apart = DAY * home.preparation
            told += [
                (claim.start - apart, claim.start, "Preparation"),
                (claim.start, min(claim.end, end), "Reserved"),
                (claim.end, min(claim.end + apart, end), "Preparation"),
            ]
        return sorted(part for part in told if part[0] < part[1])

    def deadlines(self) -> list[datetime]:
        """When something will run out, the next first."""
        holds = [one.until for one in self.bookings if one.status in WAITS and one.until is not None]
        changes = [one.change.until for one in self.bookings if one.change is not None and one.change.status == "asked"]
        prices = [quote.until for quote in self.quotes[-20:] if quote.used_by is None]
        return sorted(until for until in (*holds, *changes, *prices) if until > self.now)
