"""Who someone is: registering, signing in, staying signed in."""

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr, StringConstraints

from shared_models.base import Input, Output, ShortText


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


def _one_at(value: str) -> str:
    name, _, domain = value.rpartition("@")
    if not name or "@" in name or "." not in domain.strip(".") or domain != domain.strip(".") or ".." in domain:
        raise ValueError("is not an e-mail address")
    return value.lower()


Email = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=6, max_length=254, pattern=r"^[^\s\x00-\x20@]+@[^\s@]+$"),
    AfterValidator(_one_at),
]
"""An address as people type it; compared in lower case. Whether it receives mail only a mail can tell."""

Password = Annotated[SecretStr, Field(min_length=10, max_length=200)]
"""At least 10 characters; length beats rules (NIST SP 800-63B, 3.1.1.2)."""


def _no_admin(roles: list[Role]) -> list[Role]:
    if Role.ADMIN in roles:
        raise ValueError("nobody registers as admin")
    return roles


class Register(Input):
    """A new account. `roles` may hold tenant, landlord or both; nobody registers as admin."""

    email: Email
    password: Password
    name: ShortText
    roles: Annotated[
        list[Role], Field(min_length=1, max_length=2, default_factory=lambda: [Role.TENANT]), AfterValidator(_no_admin)
    ]
    client: ClientKind = ClientKind.DEVICE


class SignIn(Input):
    """E-mail and password. The answer takes the same time whether the account exists or not."""

    email: Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, max_length=254)]
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
