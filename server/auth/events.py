"""What happens to identities."""

from typing import ClassVar
from uuid import UUID

from server.core.events import Event


class NewPerson(Event):
    """An identity and the name it goes by."""

    id: UUID
    name: str


class IdentitiesAdded(Event):
    """People signed up, or landlords were added by an import. Names live in *users*, so they travel here once."""

    must_be_heard: ClassVar[bool] = True

    people: list[NewPerson]
