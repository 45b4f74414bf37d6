"""What happens to what landlords earn. Each is told in the transaction in which it is written down, once."""

from uuid import UUID

from server.core.events import Event


class PaidOut(Event):
    """What a landlord earned with a payment, or a part of it, has left for their account."""

    earning_id: UUID
    transfer_id: UUID
    landlord_id: UUID

    @property
    def lane(self) -> str:
        return f"earning:{self.earning_id}"
