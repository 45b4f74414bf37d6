"""People as others see them."""

from datetime import datetime
from uuid import UUID

from shared_models.auth import Role
from shared_models.base import Input, Output, ShortText


class Me(Output):
    """The signed-in person, as they see themselves."""

    id: UUID
    email: str
    name: str
    roles: list[Role]
    since: datetime
    email_verified: bool = False
    """Whether mail to the address is known to arrive."""


class Profile(Output):
    """What anyone may know of a person: the name they gave and since when they are here."""

    id: UUID
    name: str
    claimed: bool
    """False for a landlord whose homes were imported and who has not signed up yet."""
    since: datetime


class ProfileChange(Input):
    """What a person may change of their own profile."""

    name: ShortText
