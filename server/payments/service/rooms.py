"""The rooms above: each declares the kind of thing it is paid for, settles what is heard of its payments, and says what
people are told of the thing (docs/decisions/0009).

News comes from below, locks are taken from above: home → claim → booking → payment → ledger. So a room is told that
there is news of its thing, takes its own locks, and calls what it was given, which takes the payment's.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.core.words import Translator
from server.payments.ledger.rules.entries import Subject
from server.payments.payouts.service.door import Due
from server.payments.receipts.rules import Sold
from shared_models.payments import PaymentStatus

Fulfil = Callable[[], Awaitable[bool]]
"""Called once, when the money has come: give what was paid for; False when it can no longer be had, and all of the
money goes back."""
Settle = Callable[[Fulfil], Awaitable[PaymentStatus]]
"""Takes the payment's lock, writes down what is new, and answers where the payment stands."""
Settler = Callable[[AsyncSession, UUID, Settle], Awaitable[None]]
"""Given the id of the thing; calls `Settle` once, under the room's own locks."""

_SETTLERS: dict[str, Settler] = {}


def register_settler(kind: str, settler: Settler) -> None:
    """Declare a kind of thing that is paid for, and who settles its payments."""
    _SETTLERS[kind] = settler


def settler_of(kind: str) -> Settler:
    """Raises KeyError for a kind that no room has declared."""
    return _SETTLERS[kind]


@dataclass(frozen=True)
class Thing:
    """What people are told of a thing that is paid for."""

    title: str | None
    """None: as its payer's page named it."""
    part_of: UUID
    """What they find it by: a change by its booking, a booking by itself."""
    reference: str = ""
    """What its tenant knows it by."""


Told = Callable[[AsyncSession, Collection[UUID]], Awaitable[Mapping[UUID, Thing]]]
"""What is told of these things, in the same number of statements however many there are; those that are gone are left
out."""
SoldOf = Callable[[AsyncSession, UUID, Translator], Awaitable[Sold | None]]
"""What a receipt says of a thing, in the reader's words; None when it is gone."""
Find = Callable[[AsyncSession, str], Awaitable[Sequence[UUID]]]
"""The things that are known by exactly this reference."""


@dataclass(frozen=True)
class Things:
    """What a room says of the things of its kind: in lists, on a receipt, and to whoever looks for one."""

    told: Told
    sold: SoldOf
    find: Find


_THINGS: dict[str, Things] = {}


def register_things(kind: str, things: Things) -> None:
    """Say what people are told of a kind of thing that is paid for."""
    _THINGS[kind] = things


Dues = Callable[[AsyncSession, Collection[UUID]], Awaitable[Mapping[UUID, Due]]]
"""Whose what is paid for these things is, and from when on; those that are gone are left out."""
_DUES: dict[str, Dues] = {}


def register_dues(kind: str, dues: Dues) -> None:
    """Say who earns what is paid for a kind of thing, and when."""
    _DUES[kind] = dues


async def due_of(session: AsyncSession, subject: Subject) -> Due | None:
    """Who earns what is paid for a thing, and when; None where no room says so: it stays with us."""
    dues = _DUES.get(subject.kind)
    return None if dues is None else (await dues(session, [subject.id])).get(subject.id)


async def things_of(session: AsyncSession, subjects: Iterable[Subject]) -> Mapping[Subject, Thing]:
    """What is told of these things, kind by kind; nothing of a kind of which no room says anything."""
    wanted: dict[str, set[UUID]] = defaultdict(set)
    for subject in subjects:
        wanted[subject.kind].add(subject.id)
    found: dict[Subject, Thing] = {}
    for kind in wanted.keys() & _THINGS.keys():
        told = await _THINGS[kind].told(session, wanted[kind])
        found |= {Subject(kind, id_): thing for id_, thing in told.items()}
    return found


async def sold_of(session: AsyncSession, subject: Subject, spoken: Translator) -> Sold:
    """What a receipt says of a thing; the money alone where no room says more."""
    things = _THINGS.get(subject.kind)
    found = None if things is None else await things.sold(session, subject.id, spoken)
    return found or Sold((), ())


async def find(session: AsyncSession, reference: str) -> list[UUID]:
    """The ids of the things that are known by exactly this, of every kind."""
    return [id_ for things in _THINGS.values() for id_ in await things.find(session, reference)]
