"""`/payment-methods`: the cards that one had saved on the payment provider's page."""

from uuid import UUID

from client.core.http import Http
from shared_models.payment_methods import SavedCard


async def mine(http: Http) -> list[SavedCard]:
    """One's saved cards, the one saved last first."""
    return await http.call("GET", "/payment-methods", list[SavedCard])


async def remove(http: Http, card_id: UUID) -> SavedCard:
    """Have a card removed at the provider, soon."""
    return await http.call("DELETE", f"/payment-methods/{card_id}", SavedCard)
