"""The walk: people act over HTTP, time passes, and each answer must be the one that the model gives.

The clock stands still but for the walk's own moves, so that a deadline can be met to the second.
"""

import random
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import httpx
import time_machine

from server import invariants
from server.core import jobs
from server.core.database import Database
from shared_models.auth import Role
from tests.conftest import Api, MakePerson
from tests.stories.walk.answers import Different, Json, claim, instant, price, price_of, same
from tests.stories.walk.homes import ZONES
from tests.stories.walk.model import Model
from tests.stories.walk.prices import DAY
from tests.stories.walk.tally import LEAP_DAY, Tally
from tests.stories.walk.things import LANDLORD, TENANT, WAITS, Booking, Home, Refused, other_side

T = TypeVar("T")

TOLD = 25
"""How many of the last operations a failure tells."""
CHECKED_EVERY = 100
TOKEN_MINUTES = 60
MAX_ROUND = timedelta(days=2)
ODD_DAYS = (date(2028, 1, 31), LEAP_DAY)
JOBS = ("calendars.remove_lapsed", "bookings.lapse_changes")
COMPLETE = "bookings.complete_stays"
SUCCESS = {200, 201, 204, 304}


@dataclass
class Member:
    """Someone with an account, and what signs them in."""

    email: str
    access_token: str
    refresh_token: str
    valid_until: datetime

    def signed_in(self, tokens: Json, now: datetime) -> None:
        self.access_token, self.refresh_token = tokens["access_token"], tokens["refresh_token"]
        self.valid_until = now + timedelta(minutes=TOKEN_MINUTES)


@dataclass
class Walk:
    """One walk of the product and the model, side by side."""

    api: Api
    database: Database
    traveller: time_machine.Traveller
    make_person: MakePerson
    rng: random.Random
    model: Model
    members: dict[str, Member] = field(default_factory=dict)
    """Everyone who has an account, by name."""
    joined: int = 0
    tenants: list[str] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
    last: deque[str] = field(default_factory=lambda: deque(maxlen=TOLD))
    round_began: datetime | None = None

    # People and time

    @property
    def now(self) -> datetime:
        return self.model.now

    def move_to(self, instant: datetime) -> None:
        if instant > self.now:
            self.model.now = instant
            self.traveller.move_to(instant)

    async def join(self, *roles: Role) -> str:
        """Someone new, signed in; answers their name."""
        self.joined += 1
        name = f"Person {self.joined}"
        person = await self.make_person(*roles, name=name)
        until = self.now + timedelta(minutes=TOKEN_MINUTES)
        self.members[name] = Member(person.email, person.access_token, person.refresh_token, until)
        return name

    async def send(self, name: str | None, method: str, path: str, json: Any = None, **more: Any) -> httpx.Response:
        """A call of someone's (None: of nobody signed in), with a token as fresh as apps keep them."""
        headers = more.pop("headers", {})
        if name is not None:
            member = self.members[name]
            if member.valid_until <= self.now:
                fresh = await self.api.post("/auth/refresh", {"refresh_token": member.refresh_token})
                same("a refresh", fresh.status_code, 200)
                member.signed_in(fresh.json(), self.now)
            headers = {**headers, "Authorization": f"Bearer {member.access_token}"}
        return await self.api.request(method, path, json=json, headers=headers, **more)

    def tell(self, kind: str, home: Home | None, words: str, reply: httpx.Response) -> None:
        """Note an operation, before its answer is judged."""
        good = reply.status_code in SUCCESS
        outcome = "done" if good else str(reply.json().get("code", reply.status_code))
        self.tally.kinds[kind, outcome] += 1
        if home is not None:
            self.tally.zones[home.zone] += 1
        where = "" if home is None else f" {home.zone}"
        self.last.append(f"{self.now:%Y-%m-%d %H:%M:%S}Z {kind}{where} {words} -> {reply.status_code} {outcome}")

    async def act(
        self,
        kind: str,
        home: Home | None,
        words: str,
        call: Awaitable[httpx.Response],
        expected: Callable[[], T],
        status: int = 200,
    ) -> tuple[T | None, Any]:
        """One operation on both sides: what the model says and the body of the answer, or None when both refuse."""
        reply = await call
        self.tell(kind, home, words, reply)
        try:
            found = expected()
        except Refused as refused:
            got = (reply.status_code, reply.json().get("code") if reply.status_code >= 400 else "")
            same(f"{kind} is refused", got, refused.answer)
            return None, None
        if reply.status_code != status:
            raise Different(f"{kind}: {reply.status_code} {reply.text[:300]}, the model says {status}")
        return found, reply.json() if reply.content and status != 204 else None

    # Choosing

    def home(self) -> Home:
        """Any home, but gladly one where the clocks are about to change."""
        changing = [one for one in self.model.homes if one.clocks_change(self.now, self.now + DAY * 8)]
        return self.rng.choice(changing if changing and self.rng.random() < 0.4 else self.model.homes)

    def person(self) -> str:
        """Mostly a tenant, and gladly the one who asked last; at times a landlord, who may be the home's own."""
        last = [one.asker for one in self.model.quotes[-1:] if one.asker in self.tenants]
        if last and self.rng.random() < 0.35:
            return last[0]
        return self.rng.choice(self.tenants if self.rng.random() < 0.93 else self.landlords)

    def stay(self, home: Home) -> tuple[date, date, int]:
        """Some dates and guests, mostly of the near future."""
        rng, today = self.rng, home.today(self.now)
        ahead = rng.choice([0, 0, 1, 2, 3, rng.randint(0, 9), rng.randint(0, 16), rng.randint(0, 35)])
        monthly = home.facts["let_type"] == "monthly"
        nights = rng.choice([28, 29, 30, 31, 59, 60, rng.randint(25, 95)]) if monthly else rng.randint(1, 7)
        chance = rng.random()
        if chance < 0.02:
            ahead = rng.choice([-1, -30, 730, 731])
        elif chance < 0.04:
            nights = rng.choice([0, -1, 730, 731])
        odd = [day for day in ODD_DAYS if 0 <= (day - today).days <= 12]
        if odd and chance > 0.7:
            ahead = (odd[0] - today).days - rng.choice([0, 0, 1])
        check_in = today + DAY * ahead
        return check_in, check_in + DAY * nights, rng.choice([1, 1, 2, 2, 3, 5])

    def fitting_stay(self, home: Home) -> tuple[date, date, int]:
        """Dates that can mostly be booked; where that is hard, some that cannot."""
        for _ in range(12 if self.rng.random() < 0.85 else 1):
            check_in, check_out, guests = self.stay(home)
            fits = check_out > check_in and home.allows(check_in, check_out, guests, home.today(self.now))
            if fits and self.model.is_free(home, check_in, check_out, apart=home.preparation):
                break
        return check_in, check_out, guests

    def booking(self, *statuses: str) -> Booking | None:
        """A booking that stands so if there is one; seldom any."""
        bookings = self.model.bookings
        if not bookings:
            return None
        if self.rng.random() < 0.1:
            return self.rng.choice(bookings[-60:])
        fitting = [one for one in bookings if one.status_at(self.now) in statuses]
        return self.rng.choice(fitting) if fitting else None

    def party(self, booking: Booking, side: str) -> str:
        """Who stands on this side, or at times on the other, or a stranger; of a closed account nobody can be sent."""
        chance = self.rng.random()
        if chance < 0.03:
            return self.rng.choice(self.tenants)
        both = {TENANT: booking.tenant, LANDLORD: booking.home.landlord}
        return both[side] if chance > 0.07 and both[side] in self.members else both[other_side(side)]

    @property
    def landlords(self) -> list[str]:
        return [home.landlord for home in self.model.homes]

    # The clock

    def pass_time(self) -> None:
        """Mostly none; now and then up to, onto or just past an instant at which something ends."""
        rng, late = self.rng, self.round_began is not None and self.now - self.round_began > MAX_ROUND
        if rng.random() < 0.82:
            return
        kind = rng.choice(["seconds", "minutes", "hold", "deadline", "deadline", "hours", "midnight"])
        if late and kind not in ("seconds", "minutes"):
            return
        instant = self.now
        if kind == "seconds":
            instant += timedelta(seconds=rng.choice([1, 30]))
        elif kind == "minutes":
            instant += timedelta(minutes=rng.randint(1, 9))
        elif kind == "hold":
            instant += timedelta(minutes=16)
        elif kind == "hours":
            instant += timedelta(hours=rng.choice([1, 3, 8]))
        elif kind == "deadline" and (deadlines := self.model.deadlines()):
            instant = rng.choice(deadlines[:3]) + timedelta(seconds=rng.choice([-1, 0, 0, 1]))
        elif kind == "midnight":
            instant = self._next_midnight() + timedelta(seconds=rng.choice([-1, 0, 0, 1]))
        if instant - self.now < timedelta(hours=30):
            self.move_to(instant)

    def _next_midnight(self) -> datetime:
        """When the date changes next in some zone."""
        zone = ZoneInfo(self.rng.choice(ZONES))
        instant = self.now.replace(minute=self.now.minute // 15 * 15, second=0, microsecond=0)
        today = self.now.astimezone(zone).date()
        while instant.astimezone(zone).date() == today:
            instant += timedelta(minutes=15)
        return instant

    async def work(self) -> None:
        """What the worker does by the clock. Nobody may see whether it has, but for stays that are over."""
        for name in JOBS:
            await jobs.run_now(self.database, name, {})
        await jobs.run_now(self.database, COMPLETE, {})
        self.tally.stays["completed"] += len(self.model.complete_stays())

    # Comparing

    async def compare(self, since: date) -> None:
        """No invariant is broken, and calendars and stays are the model's."""
        same("invariants", await invariants.violations(self.database), [])
        for name in dict.fromkeys(self.landlords):
            await self._compare_calendars(name)
            await self._compare_bookings(name, since)

    async def _compare_calendars(self, name: str) -> None:
        start = self.now.date() - DAY * 60
        reply = await self.send(name, "GET", "/calendars", params={"start": f"{start}", "end": f"{start + DAY * 800}"})
        same("calendars", reply.status_code, 200)
        for told in reply.json()["items"]:
            (home,) = (one for one in self.model.homes if one.id == told["property_id"])
            expected = {one for one in self.model.claims(home) if one.end > start}
            same(f"the calendar of {home.zone}", {claim(one) for one in told["claims"]}, expected)

    async def _compare_bookings(self, name: str, since: date) -> None:
        """Those whose nights are not long over."""
        known = {one.id: one for one in self.model.bookings if one.home.landlord == name}
        params = {"side": LANDLORD, "when": "all", "limit": 100, "start": f"{since}", "end": f"{since + DAY * 800}"}
        seen = set()
        while True:
            page = await self.send(name, "GET", "/bookings", params=params)
            same("bookings", page.status_code, 200)
            for told in page.json()["items"]:
                seen.add(told["id"])
                self.same_booking(told, known[told["id"]])
            if page.json()["next_cursor"] is None:
                break
            params |= {"cursor": page.json()["next_cursor"]}
        missing = {
            id_ for id_, one in known.items() if one.check_out > since and one.check_in < since + DAY * 800
        } - seen
        same("bookings that are not listed", missing, set())

    def same_booking(self, told: Json, booking: Booking) -> None:
        status = booking.status_at(self.now)
        same("status", told["status"], status)
        same("price of a booking", price(told), price_of(booking.quote))
        if status in WAITS:
            same("until when it is kept", instant(told["hold_expires_at"]), booking.until)
        same("who ended it", told["ended_by"], booking.ended_by)
        street = "12 Shore Street" if status in ("confirmed", "completed") else None
        same("street", told["home"]["address_line"], street)
        change = booking.open_change(self.now)
        same("whether a change waits", told["change"] is not None, change is not None)
        if change is not None:
            waits = told["change"]
            same("price of a change", price(waits), price_of(change.quote))
            same("change", (waits["id"], waits["by"]), (change.id, change.by))
            same("until when a change waits", instant(waits["expires_at"]), change.until)


def some(rng: random.Random, choices: Sequence[T]) -> T | None:
    """One of them, if there is any."""
    return rng.choice(choices) if choices else None
