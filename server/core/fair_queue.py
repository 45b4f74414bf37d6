"""Who of those who wait is served next. Pure.

A caller is known by a path, from the largest group to the caller alone: `("people", id)`, or `("visitors", network,
address)`. At each step of the path those come first of whom fewest are being served, and of equals those who had least
lately; so people and visitors have half each when both want it all, a network of visitors as much as any other network,
and in it an address as much as any other. However many one address or network sends, somebody else waits for no more
than one of theirs to end.

By that alone whoever is always behind might wait for ever. So every `OLDEST_EVERY`-th place goes to the request that
has waited longest.
"""

from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from math import exp2
from typing import Final

Caller = tuple[Hashable, ...]
"""The groups somebody belongs to, the largest first, and at last who they are."""
Rank = tuple[int, float, int]
HALF_LIFE_SECONDS: Final = 30.0
"""What somebody had counts half as much so long afterwards: longer than a person thinks between two searches."""
OLDEST_EVERY: Final = 8
MAX_KNOWN: Final = 10_000
"""Callers and groups whose service is remembered; who was served longest ago is forgotten first. Some 3 MB."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """One request in line. Later ones have greater numbers."""

    caller: Caller
    number: int


class FullForCaller(Exception):
    """The caller has as many requests in line as one caller may have."""


@dataclass(frozen=True, slots=True)
class Room:
    """How many are served at once and how many may wait, in all and of one caller."""

    at_once: int
    at_once_of_each: int
    waiting: int
    waiting_of_each: int


class Service:
    """What callers and groups had lately, in seconds."""

    def __init__(self) -> None:
        self._had: OrderedDict[Caller, tuple[float, float]] = OrderedDict()

    def add(self, path: Caller, seconds: float, now: float) -> None:
        """So much more for somebody; `now` in seconds of any clock that never goes back."""
        self._had[path] = (self.of(path, now) + seconds, now)
        self._had.move_to_end(path)
        if len(self._had) > MAX_KNOWN:
            self._had.popitem(last=False)

    def of(self, path: Caller, now: float) -> float:
        """What still counts of what somebody had."""
        had, at = self._had.get(path, (0.0, now))
        return had * exp2((at - now) / HALF_LIFE_SECONDS)


class FairQueue:
    """A waiting line with an end, and who of it is being served. It decides; `slots.FairSlots` does what it says."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self._service = Service()
        self._numbers = count(1)
        self._waiting: dict[Ticket, None] = {}  # in the order they came
        self._inside: Counter[Caller] = Counter()  # of callers and of each of their groups
        self._entered = 0
        self.inside = 0
        """How many are being served."""

    @property
    def waiting(self) -> int:
        """How many are in line."""
        return len(self._waiting)

    def join(self, caller: Caller, now: float) -> tuple[Ticket, Ticket | None]:
        """A caller's new place, and who has lost theirs for it: the newest of the most demanding when the line is
        full, which may be the new one itself. Raises FullForCaller."""
        if sum(ticket.caller == caller for ticket in self._waiting) >= self.room.waiting_of_each:
            raise FullForCaller
        ticket = Ticket(caller, next(self._numbers))
        self._waiting[ticket] = None
        if self.waiting <= self.room.waiting or self._may_enter(ticket):
            return ticket, None
        lost = self._newest_of_the_most_demanding(now)
        self.leave(lost)
        return ticket, lost

    def leave(self, ticket: Ticket) -> None:
        """Somebody waits no more."""
        self._waiting.pop(ticket, None)

    def enter(self, now: float) -> Ticket | None:
        """Who is served from now on; None when there is no room, or nobody waits who may have it."""
        able = [ticket for ticket in self._waiting if self._may_enter(ticket)]
        if not able:
            return None
        self._entered += 1
        chosen = able[0] if self._entered % OLDEST_EVERY == 0 else self._least_served(able, now)
        self.leave(chosen)
        self.inside += 1
        self._inside.update(_steps(chosen.caller))
        return chosen

    def finish(self, ticket: Ticket, seconds: float, now: float) -> None:
        """Somebody who was let in is done, and took so long."""
        self.inside -= 1
        for path in _steps(ticket.caller):
            self._inside[path] -= 1
            if not self._inside[path]:
                del self._inside[path]
            self._service.add(path, seconds, now)

    def _may_enter(self, ticket: Ticket) -> bool:
        return self.inside < self.room.at_once and self._inside[ticket.caller] < self.room.at_once_of_each

    def _least_served(self, tickets: Sequence[Ticket], now: float) -> Ticket:
        def had(path: Caller, of_it: Sequence[Ticket]) -> Rank:
            return self._inside[path], self._service.of(path, now), of_it[0].number

        return _first_by(had, tickets)[0]

    def _newest_of_the_most_demanding(self, now: float) -> Ticket:
        def demands(path: Caller, of_it: Sequence[Ticket]) -> Rank:
            return -len(of_it) - self._inside[path], -self._service.of(path, now), -of_it[-1].number

        return _first_by(demands, tuple(self._waiting))[-1]


def _first_by(rank: Callable[[Caller, Sequence[Ticket]], Rank], tickets: Sequence[Ticket]) -> Sequence[Ticket]:
    """The requests of one caller: of the group with the lowest rank, in it of the next, and so on."""
    depth = 0
    while any(ticket.caller != tickets[0].caller for ticket in tickets):
        depth += 1
        groups: dict[Caller, list[Ticket]] = {}
        for ticket in tickets:
            groups.setdefault(ticket.caller[:depth], []).append(ticket)
        tickets = min(groups.items(), key=lambda group: rank(*group))[1]
    return tickets


def _steps(caller: Caller) -> Iterator[Caller]:
    """The groups of a caller, the largest first, and the caller."""
    return (caller[:length] for length in range(1, len(caller) + 1))
