"""The rooms above: each declares the kind of thing it is paid for, and settles what is heard of its payments
(docs/decisions/0009).

News comes from below, locks are taken from above: home → claim → booking → payment → ledger. So a room is told that
there is news of its thing, takes its own locks, and calls what it was given, which takes the payment's.
"""

from collections.abc import Awaitable, Callable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

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
