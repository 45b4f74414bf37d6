"""Tokens: how they are made and what they say. Pure but for randomness."""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from server.core.identity import Identity
from shared_models.auth import Role

GRACE = timedelta(seconds=30)
"""For this long a just replaced refresh token still gets the tokens of its successor: two requests refresh at once."""


def new_refresh_token() -> str:
    """256 random bits, as text."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """What the database keeps of a refresh token. Random enough to need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def successor_of(token: str, secret: str) -> str:
    """The refresh token that follows `token`: the same for all who ask within the grace, unknown without `secret`."""
    return hashlib.sha256(f"{secret}|{token}".encode()).hexdigest()


def sign(identity: Identity, secret: str, now: datetime, lifetime: timedelta) -> str:
    """An access token (JWT, HS256) for `identity`."""
    claims = {
        "sub": str(identity.id),
        "sid": str(identity.session_id),
        "roles": sorted(role.value for role in identity.roles),
        "iat": int(now.timestamp()),
        "exp": int((now + lifetime).timestamp()),
    }
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(secret))


def read(token: str, secret: str, now: datetime) -> Identity | None:
    """Whose access token this is; None when it is not ours, not whole or over."""
    try:
        claims = jwt.decode(token, OctKey.import_key(secret), algorithms=["HS256"]).claims
        if int(claims["exp"]) <= now.timestamp():
            return None
        roles = frozenset(Role(role) for role in claims["roles"])
        return Identity(id=UUID(claims["sub"]), session_id=UUID(claims["sid"]), roles=roles)
    except (JoseError, KeyError, TypeError, ValueError):
        return None
