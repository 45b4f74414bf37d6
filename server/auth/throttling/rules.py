"""How long someone must wait after so many tries. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Limit:
    """`free` tries at once; then a wait that doubles with each, from `first` to `longest`; forgotten after `calm`."""

    name: str
    free: int
    first: timedelta
    longest: timedelta
    calm: timedelta


_HOUR = timedelta(hours=1)
PLACE = Limit("place", 5, timedelta(seconds=1), timedelta(minutes=5), _HOUR)
"""One account from one place: a known device, else an address."""
ACCOUNT = Limit("account", 50, timedelta(seconds=1), timedelta(minutes=1), _HOUR)
"""One account from all places together that it does not know. Known ones do not count, and are not held up."""
ADDRESS = Limit("address", 100, timedelta(seconds=1), timedelta(minutes=15), _HOUR)
"""Any account from one address that none of them knows."""
REGISTER = Limit("register", 30, timedelta(seconds=10), timedelta(minutes=10), _HOUR)
"""New accounts, and new links by mail, from one address."""
MAIL = Limit("mail", 3, timedelta(minutes=1), timedelta(minutes=15), timedelta(hours=6))
"""Links by mail to one address. Earlier links still work, so that nobody can use up another's chance."""
KNOWN_ADDRESS = Limit("known_address", 1, _HOUR, _HOUR, _HOUR)
"""Mails that tell an owner that somebody tried to register with their address."""
PASSWORD = Limit("password", 5, timedelta(seconds=1), timedelta(minutes=5), _HOUR)
"""The current password, asked again of someone who is signed in."""

COPY = Limit("copy", 3, timedelta(minutes=1), timedelta(minutes=15), _HOUR)
"""Copies of all that is kept of someone: each reads every table."""


@dataclass(frozen=True)
class Attempt:
    """One try, counted under one limit."""

    limit: Limit
    subject: str


def wait_after(limit: Limit, count: int) -> timedelta:
    """How long after its last try someone waits who has tried `count` times."""
    if count < limit.free:
        return timedelta(0)
    # 2 ** 30 seconds are longer than any limit; more would only overflow.
    return min(limit.first * (1 << min(count - limit.free, 30)), limit.longest)


def now_counted(limit: Limit, count: int, last_at: datetime, now: datetime) -> int:
    """How many tries still count."""
    return 0 if last_at + limit.calm <= now else count


def sign_in_attempts(
    email: str, place: tuple[str, str | None], *, device_known: bool, address_known: bool
) -> list[Attempt]:
    """What a sign-in counts as, at a place of (address, device): whoever is known is judged by their own tries only."""
    address, device = place
    if device_known:
        return [Attempt(PLACE, f"{email}|device|{device}")]
    here = Attempt(PLACE, f"{email}|address|{address}")
    return [here] if address_known else [here, Attempt(ACCOUNT, email), Attempt(ADDRESS, address)]
