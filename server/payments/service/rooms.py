"""The rooms above: each declares the kind of thing it is paid for, settles what is heard of its payments, and says what
people are told of the thing (docs/decisions/0009).

News comes from below, locks are taken from above: home → claim → booking → payment → ledger. So a room is told that
there is news of its thing, takes its own locks, and calls what it was given, which takes the payment's.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.core.words import Translator
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

    title: str
    part_of: UUID
    """What they find it by: a change by its booking, a booking by itself."""


Things = Callable[[AsyncSession, Collection[UUID]], Awaitable[Mapping[UUID, Thing]]]
"""What is told of these things, in the same number of statements however many there are; those that are gone are left
out."""
SoldOf = Callable[[AsyncSession, UUID, Translator], Awaitable[Sold | None]]
"""What a receipt says of a thing, in the reader's words; None when it is gone."""

_THINGS: dict[str, Things] = {}
_SOLD: dict[str, SoldOf] = {}


def register_things(kind: str, things: Things, sold_of: SoldOf) -> None:
    """Say what those who paid are told of a kind of thing, in lists and on a receipt."""
    _THINGS[kind], _SOLD[kind] = things, sold_of


async def things_of(session: AsyncSession, kind: str, ids: Collection[UUID]) -> Mapping[UUID, Thing]:
    """What is told of these things; nothing of a kind of which no room says anything."""
    return await _THINGS[kind](session, ids) if kind in _THINGS else {}


async def sold_of(session: AsyncSession, kind: str, id_: UUID, spoken: Translator) -> Sold:
    """What a receipt says of a thing; the money alone where no room says more."""
    found = await _SOLD[kind](session, id_, spoken) if kind in _SOLD else None
    return found or Sold((), ())
