"""People as others see them."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from pydantic import model_validator

from shared_models.auth import Role
from shared_models.base import Input, Output
from shared_models.languages import Language
from shared_models.names import PersonName


class Theme(StrEnum):
    """Light or dark, or as the device has it."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
    UNKNOWN = "unknown"


class Me(Output):
    """The signed-in person, as they see themselves."""

    id: UUID
    email: str
    name: str
    roles: list[Role]
    since: datetime
    email_verified: bool = False
    """Whether mail to the address is known to arrive."""
    language: Language | None = None
    theme: Theme | None = None
    """None: never chosen, so each device has its own."""


class Profile(Output):
    """What anyone may know of a person: the name they gave and since when they are here."""

    id: UUID
    name: str
    claimed: bool
    """False for a landlord whose homes were imported and who has not signed up yet."""
    since: datetime


class ProfileChange(Input):
    """What a person may change of their own profile; what is left out stays."""

    name: PersonName | None = None
    language: Language | None = None
    theme: Theme | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.name is None and self.language is None and self.theme is None:
            raise ValueError("say what to change")
        return self


class Kept(Output):
    """All that is kept of a person, section by section, as it stands in the rooms. Nothing in it is about others."""

    made_at: datetime
    person: Me
    sections: dict[str, list[dict[str, Any]]]
    """By what is kept: `sessions`, `homes`, `stays_as_tenant` … A section without anything is an empty list."""
