"""What happens to identities."""

from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel

from server.core.events import Event
from shared_models.languages import Language


class NewPerson(BaseModel):
    """An identity, the name it goes by, and what it reads, if that was said."""

    id: UUID
    name: str
    language: Language | None = None


class IdentitiesAdded(Event):
    """People signed up, or landlords were added by an import. Names live in *users*, so they travel here once."""

    must_be_heard: ClassVar[bool] = True

    people: list[NewPerson]


class VerificationAsked(Event):
    """Somebody is to be sent a link that proves their e-mail: they registered, or asked for it again.

    Nobody (None) for an unknown e-mail: asking leaves the same traces either way.
    """

    identity_id: UUID | None


class RegistrationTried(Event):
    """Somebody, perhaps a stranger, tried to register with the address of an account."""

    identity_id: UUID


class ResetAsked(Event):
    """Somebody forgot a password. Nobody (None) for an unknown e-mail: asking leaves the same traces either way."""

    identity_id: UUID | None


class PasswordChanged(Event):
    """Somebody has a new password, and was signed out elsewhere."""

    identity_id: UUID


class AccountErased(Event):
    """Somebody deleted their account: whoever keeps personal data of them removes it now."""

    must_be_heard: ClassVar[bool] = True

    identity_id: UUID
