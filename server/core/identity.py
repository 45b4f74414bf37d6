"""Who is calling."""

from dataclasses import dataclass
from uuid import UUID

from shared_models.auth import Role


@dataclass(frozen=True)
class Identity:
    """Who is calling, as their access token says."""

    id: UUID
    session_id: UUID
    roles: frozenset[Role]

    def has(self, *roles: Role) -> bool:
        """Whether the caller has at least one of `roles`."""
        return not self.roles.isdisjoint(roles)
