"""Who someone is: registering, signing in, staying signed in."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, SecretStr

from shared_models.addresses import Email, KnownEmail
from shared_models.base import Input, Output
from shared_models.languages import Language
from shared_models.names import PersonName


class Role(StrEnum):
    """What a person may do. One person can be tenant and landlord."""

    TENANT = "tenant"
    LANDLORD = "landlord"
    ADMIN = "admin"
    UNKNOWN = "unknown"


class ClientKind(StrEnum):
    """Where a session lives: in a browser (cookie, kept by the server) or on a device (rotating refresh token)."""

    BROWSER = "browser"
    DEVICE = "device"


MIN_PASSWORD = 10

Password = Annotated[SecretStr, Field(min_length=MIN_PASSWORD, max_length=200)]
"""At least 10 characters; length beats rules (NIST SP 800-63B, 3.1.1.2)."""


def _no_admin(roles: list[Role]) -> list[Role]:
    if Role.ADMIN in roles:
        raise ValueError("nobody registers as admin")
    return roles


class Register(Input):
    """A new account. `roles` may hold tenant, landlord or both; nobody registers as admin."""

    email: Email
    password: Password
    name: PersonName
    roles: Annotated[
        list[Role], Field(min_length=1, max_length=2, default_factory=lambda: [Role.TENANT]), AfterValidator(_no_admin)
    ]
    language: Language | None = None
    """What they read: mails come in it from the first one."""


class MailAgain(Input):
    """Ask for the mail that follows a registration once more. The answer is the same whatever the address is."""

    email: Annotated[KnownEmail, Field(min_length=1)]


class SignIn(Input):
    """E-mail and password. The answer takes the same time whether the account exists or not."""

    email: KnownEmail
    password: Annotated[SecretStr, Field(max_length=200)]
    client: ClientKind = ClientKind.DEVICE


class Refresh(Input):
    """Exchange a refresh token for fresh tokens, or end its session (sign out)."""

    refresh_token: Annotated[SecretStr, Field(max_length=200)]


class Tokens(Output):
    """A short access token (`Authorization: Bearer`) and the refresh token that gets the next one."""

    access_token: str
    refresh_token: str
    expires_in: int
    """Seconds until the access token ends."""


class LinkPurpose(StrEnum):
    """What a link in a mail is for."""

    VERIFY_EMAIL = "verify_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105 - a word, no secret
    UNKNOWN = "unknown"


LinkToken = Annotated[SecretStr, Field(min_length=20, max_length=200)]
"""What a link in a mail carries: works once, for a while, and only its hash is kept."""


class VerifyEmail(Input):
    """The proof that mail to an address arrives. Who says where they are is signed in there."""

    token: LinkToken
    client: ClientKind | None = None


class EmailVerified(Output):
    """Mail to the address arrives. The first opening of a link signs in, a later one says the same and does not."""

    tokens: Tokens | None = None


class ForgotPassword(Input):
    """Ask for a link that sets a new password. The answer is the same whether the account exists or not."""

    email: Annotated[KnownEmail, Field(min_length=1)]


class ResetPassword(Input):
    """A new password by a link from a mail."""

    token: LinkToken
    password: Password
    client: ClientKind = ClientKind.DEVICE


class ChangePassword(Input):
    """A new password by the old one."""

    current_password: Annotated[SecretStr, Field(max_length=200)]
    password: Password


class TakeRole(Input):
    """One more role for one's own account: tenant or landlord."""

    role: Annotated[Role, AfterValidator(lambda role: _no_admin([role])[0])]


class SessionRead(Output):
    """Somewhere a person is signed in."""

    id: UUID
    client: ClientKind
    program: str | None = None
    """`Firefox`, `EstoSpaces`; roughly, as the machine said it."""
    system: str | None = None
    """`Windows`, `Android`."""
    created_at: datetime
    last_used_at: datetime
    """Not more exact than an access token lives: 15 minutes."""
    current: bool = False
    """Whether it is the one that asks."""


class ObstacleKind(StrEnum):
    """What keeps an account from being deleted."""

    STAY = "stay"
    HOME = "home"
    UNKNOWN = "unknown"


class Obstacle(Output):
    """One thing to be settled before an account can be deleted."""

    kind: ObstacleKind
    id: UUID
    title: str
    check_in: date | None = None
    check_out: date | None = None
    as_landlord: bool = False


class Closing(Output):
    """What stands in the way of deleting one's account; nothing when the list is empty."""

    obstacles: list[Obstacle]


class CloseAccount(Input):
    """Delete one's own account, for good."""

    password: Annotated[SecretStr, Field(max_length=200)]
