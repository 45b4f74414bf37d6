"""Who asks too often is told when to come again, before anything is read or opened for them.

Counted by person, or by address (of IPv6 a /64) for who is signed out; by kind of call, in this process. The kind is
declared at the endpoint (`@counted_as(CallClass.SEARCH)`); without a word a GET is a READ and everything else a WRITE.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from math import floor
from typing import Any, Final, TypeVar
from uuid import UUID

from fastapi import Request, Response
from fastapi.routing import APIRoute
from limits import RateLimitItem, RateLimitItemPerSecond, parse_many
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter

from server.core import clock
from server.core.addresses import network_of
from server.core.budgets import Budgets, CallClass
from server.core.errors import TooManyTries
from server.core.refusals import Reason, refusals

MAX_COUNTED: Final = 50_000
"""Counts that are kept, two or three for a caller; the oldest is forgotten first. Some 15 MB."""
TOLD_AT_ONCE: Final = RateLimitItemPerSecond(10)
"""Refusals of one caller that are told as soon as they are known; an app that tries again by mistake has no more."""
HELD_UP_SECONDS: Final = 1.0
"""How long the next ones wait to be told. Told at once, a flood is back at once: to refuse it would cost everybody else
as much as to answer it. Meanwhile its connections wait within the share of its address."""
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
_COUNTED: Final = "__counted_as__"
_READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Counted:
    """One count that an endpoint adds to."""

    kind: CallClass
    each: str = ""
    """A name in the path: the count is of this kind of call for that one thing."""


def counted_as(kind: CallClass, *, each: str = "") -> Callable[[Endpoint], Endpoint]:
    """Say what kind of call an endpoint answers. May be said more than once; stands below the route's own decorator."""

    def mark(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, _COUNTED, (*getattr(endpoint, _COUNTED, ()), Counted(kind, each)))
        return endpoint

    return mark


def counts_of(route: APIRoute) -> Sequence[Counted]:
    """What calls of a route are counted as."""
    usual = CallClass.READ if _READS.issuperset(route.methods or ()) else CallClass.WRITE
    found: Sequence[Counted] = getattr(route.endpoint, _COUNTED, (Counted(usual),))
    return found


@dataclass
class _Window:
    number: int = 0
    now: int = 0
    before: int = 0


class BoundedMemory(MemoryStorage):
    """Counts in this process. The library's own memory keeps each key for good and looks through all at each call."""

    STORAGE_SCHEME = ["async+bounded-memory"]  # noqa: RUF012 - the library's own type

    def __init__(self) -> None:
        super().__init__()
        self._windows: OrderedDict[str, _Window] = OrderedDict()

    def _window(self, key: str, expiry: int) -> tuple[_Window, float]:
        """The counts of a key in the window that runs and the one before, and how much of that one still counts."""
        number, elapsed = divmod(clock.now().timestamp(), expiry)
        known = self._windows.get(key, _Window())
        window = _Window(int(number))
        if known.number == window.number:
            window.now, window.before = known.now, known.before
        elif known.number == window.number - 1:
            window.before = known.now
        return window, (expiry - elapsed) / expiry

    async def acquire_sliding_window_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count a call, unless it is one too many."""
        window, weight = self._window(key, expiry)
        taken = floor(window.before * weight + window.now) + amount <= limit
        if taken:
            window.now += amount
        self._windows[key] = window
        self._windows.move_to_end(key)  # whoever was refused as well: they are not to be forgotten for it
        if len(self._windows) > MAX_COUNTED:
            self._windows.popitem(last=False)
        return taken

    async def get_sliding_window(self, key: str, expiry: int) -> tuple[int, float, int, float]:
        """Counts of the window before and of this one, each with the seconds until it counts no more."""
        window, weight = self._window(key, expiry)
        return window.before, weight * expiry, window.now, (1 + weight) * expiry


class Rates:
    """The counts of one app."""

    def __init__(self, budgets: Budgets | None) -> None:
        """Without budgets nobody is counted."""
        self._memory = BoundedMemory()
        self._limiter = SlidingWindowCounterRateLimiter(self._memory)
        self._of_person: dict[CallClass, Sequence[RateLimitItem]] = {}
        self._of_address: dict[CallClass, Sequence[RateLimitItem]] = {}
        if budgets is None:
            return
        for kind in CallClass:
            items = sorted(parse_many(budgets.of(kind)), key=lambda item: item.get_expiry())
            self._of_person[kind] = items
            many = budgets.people_per_address
            self._of_address[kind] = [type(item)(item.amount * many, item.multiples) for item in items]

    async def count(self, kind: CallClass, *, person: UUID | None = None, address: str = "", thing: str = "") -> None:
        """Count a call of a person, or of an address when nobody is signed in. Raises TooManyTries."""
        items = self._of_address if person is None else self._of_person
        caller = _caller(person, address)
        for item in items.get(kind, ()):
            if not await self._limiter.hit(item, kind.value, caller, thing):
                refusals.count(Reason.TOO_OFTEN, kind.value)
                raise TooManyTries(await self._wait(item, kind.value, caller, thing))

    async def _wait(self, item: RateLimitItem, *key: str) -> int:
        """Whole seconds until the next call is taken. The library tells when a window ends, which may be too early."""
        expiry, most = item.get_expiry(), item.amount
        before, _, now, ends = await self._memory.get_sliding_window(item.key_for(*key), expiry)
        rest = ends - expiry
        if now < most and before:
            return floor(rest - expiry * (most - now) / before) + 1
        return floor(rest + expiry * (1 - most / now)) + 1 if now else 1

    async def count_all(self, request: Request, counts: Sequence[Counted]) -> None:
        """Count a request as everything that its endpoint says. Raises TooManyTries."""
        if not self._of_person:
            return
        person: UUID | None = request.app.state.person_of(request)
        address = request.client.host if request.client is not None else ""
        for counted in counts:
            thing = str(request.path_params.get(counted.each, ""))[:40]
            try:
                await self.count(counted.kind, person=person, address=address, thing=thing)
            except TooManyTries:
                if not await self._limiter.hit(TOLD_AT_ONCE, "refused", _caller(person, address)):
                    await asyncio.sleep(HELD_UP_SECONDS)
                raise


def _caller(person: UUID | None, address: str) -> str:
    return network_of(address) if person is None else str(person)


class CountedRoute(APIRoute):
    """A route whose calls are counted first."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """What answers a request."""
        answer, counts = super().get_route_handler(), counts_of(self)

        async def handle(request: Request) -> Response:
            rates: Rates = request.app.state.rates
            await rates.count_all(request, counts)
            return await answer(request)

        return handle
