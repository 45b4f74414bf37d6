"""Cards that a tenant had saved on the provider's page: what is known of them here. Numbers never are."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from shared_models.base import Output


class CardExpiry(StrEnum):
    """How long a card is good for."""

    GOOD = "good"
    SOON = "soon"
    """It expires at the end of this month or of the next one."""
    EXPIRED = "expired"


class SavedCard(Output):
    """A card that the provider keeps for its owner, to be offered again when they pay. Nothing is charged by itself."""

    id: UUID
    brand: str
    """As the provider names it: `visa`, `mastercard`, `amex` …"""
    last4: str
    """The last four figures of its number."""
    exp_month: int
    """From 1 to 12."""
    exp_year: int
    """Four figures."""
    saved_at: datetime
    is_being_removed: bool = False
    """Its owner wants it removed, and the provider has not done so yet."""

    def expiry(self, today: date) -> CardExpiry:
        """How long it is good for. A card can be used until the last day of its month."""
        months_left = (self.exp_year - today.year) * 12 + self.exp_month - today.month
        if months_left < 0:
            return CardExpiry.EXPIRED
        return CardExpiry.SOON if months_left <= 1 else CardExpiry.GOOD
