"""Cards that people had saved on the provider's page. The provider has them; here stands what it said of them last.

A saved card is offered on the page when its owner pays again. Nothing is ever charged without them.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.auth.service import door as auth
from server.core import attempts, clock, jobs
from server.core.attempts import Attempt
from server.core.identity import Identity
from server.core.settings import Settings
from server.payments import rules
from server.payments.repository import Customers, SavedCards
from server.payments.rules import CardRequest, SeenCard
from server.payments.tables import SavedCardTable
from shared_models.payment_methods import SavedCard

READ_CARDS = "payments.read_cards"
DETACH_CARD = "payments.detach_card"


def _lane(person_id: UUID) -> str:
    """The lock of all calls about one person's cards: what was read before one was removed is not written after it."""
    return f"cards:{person_id}"


async def of_person(session: AsyncSession, who: Identity) -> list[SavedCard]:
    """Their cards, the one saved last first."""
    return [_to_read(card) for card in await SavedCards(session).of(who.id)]


async def remove(session: AsyncSession, who: Identity, card_id: UUID) -> SavedCard:
    """Have a card of theirs removed, as part of this transaction; twice is once. Raises NotFound."""
    card = await SavedCards(session).one_of(who.id, card_id)
    if card.removed_at is None:
        card.removed_at = clock.now()
        await attempts.intend(session, DETACH_CARD, card.id, lock=_lane(who.id))
    return _to_read(card)


async def look(session: AsyncSession, person_id: UUID) -> None:
    """Have a job read which cards somebody has, unless one is about to begin."""
    wanted = {"person_id": str(person_id)}
    if not await jobs.waits(session, READ_CARDS, wanted):
        await jobs.defer(session, READ_CARDS, wanted, lock=_lane(person_id))


async def refresh(session: AsyncSession, hour: int) -> None:
    """Have a look at the cards of those whose hour of the day this is (0 to 23), for an event may have been lost.

    An hour of their own, by the end of their id, so that a day's looks are spread over it.
    """
    for person_id in await SavedCards(session).owners_ending_in(rules.endings_of(hour)):
        await look(session, person_id)


async def hear(session: AsyncSession, told: Mapping[str, Any]) -> None:
    """Something happened to a card: have a look at its owner's. `told` is the event's data; of a card that was removed
    only what was before says whose it was."""
    customer_id = told["object"].get("customer") or (told.get("previous_attributes") or {}).get("customer")
    person_id = await Customers(session).person_of(str(customer_id))
    if person_id is not None:  # another program may use the same account
        await look(session, person_id)


async def customer_of(session: AsyncSession, person_id: UUID) -> str | None:
    """By which id the provider knows somebody; None for who never paid, or was forgotten."""
    return await Customers(session).of(person_id)


async def keep(session: AsyncSession, person_id: UUID, seen: Sequence[SeenCard]) -> None:
    """Write down which cards somebody has; of whoever left meanwhile nothing is kept."""
    if person_id in await auth.lock_accounts(session, [person_id]):
        await SavedCards(session).replace(person_id, seen)


async def forget(session: AsyncSession, person_id: UUID) -> None:
    """Keep nothing of somebody's cards. The provider forgets them with its customer."""
    await SavedCards(session).remove_all(person_id)


async def detach_request(session: AsyncSession, settings: Settings, attempt: Attempt) -> CardRequest | None:
    """Which card to remove; None when it is gone already."""
    del settings
    card = await SavedCards(session).by_id(attempt.subject_id)
    return None if card is None else CardRequest(card.external_id, f"{attempt.id}-{attempt.number}")


async def card_detached(session: AsyncSession, attempt: Attempt, reply: None) -> None:
    """The provider has removed it."""
    del reply
    await SavedCards(session).remove(attempt.subject_id)


def _to_read(card: SavedCardTable) -> SavedCard:
    return SavedCard(
        id=card.id,
        brand=card.brand,
        last4=card.last4,
        exp_month=card.exp_month,
        exp_year=card.exp_year,
        saved_at=card.saved_at,
        is_being_removed=card.removed_at is not None,
    )
