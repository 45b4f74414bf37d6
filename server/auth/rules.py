"""Tokens: how they are made and what they say; what a machine tells of itself. Pure but for chance."""

import hashlib
import hmac
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from server.core.addresses import network_of
from server.core.identity import Identity
from shared_models.auth import Role

GRACE = timedelta(seconds=30)
"""For this long a just replaced refresh token still gets the tokens of its successor: two requests refresh at once."""
MAX_SUCCESSORS = 4096
"""How far a replaced token is followed: a month of one refresh in ten minutes."""
_PROGRAMS = {
    "EstoSpaces/": "EstoSpaces",
    "Edg": "Edge",
    "OPR/": "Opera",
    "Firefox/": "Firefox",
    "FxiOS/": "Firefox",
    "Chrome/": "Chrome",
    "CriOS/": "Chrome",
    "Safari/": "Safari",
}
_SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "iOS": "iPhone",
    "Windows": "Windows",
    "Mac OS": "Mac",
    "Darwin": "Mac",
    "Linux": "Linux",
}


@dataclass(frozen=True)
class Origin:
    """Where a call comes from, as far as it says."""

    address: str = ""
    device: str | None = None
    """A random word that a browser or an app keeps; whoever knows it was here before."""
    agent: str = ""
    """The User-Agent."""

    @property
    def program(self) -> str | None:
        """`Firefox`, `EstoSpaces`."""
        return _first(_PROGRAMS, self.agent)

    @property
    def system(self) -> str | None:
        """`Windows`, `Android`."""
        return _first(_SYSTEMS, self.agent)

    @property
    def neighbourhood(self) -> str:
        """The address; of an IPv6 address the network, since each machine has as many of those as it likes."""
        return network_of(self.address)


NOWHERE = Origin()


def _first(words: dict[str, str], agent: str) -> str | None:
    return next((name for mark, name in words.items() if mark in agent), None)


def new_token() -> str:
    """256 random bits, as text."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """What the database keeps of a token. Random enough to need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def mark_of(value: str, key: bytes) -> str:
    """What the database keeps of an address, a device or an e-mail to know it again; nothing without `key`."""
    return hmac.digest(key, value.encode(), "sha256").hex()


def successor_of(token: str, key: bytes) -> str:
    """The refresh token that follows `token`: the same for all who ask within the grace, unknown without `key`."""
    return hmac.digest(key, token.encode(), "sha256").hex()


def hashes_after(token: str, key: bytes) -> list[str]:
    """The hashes of the tokens that followed `token`, should it be an old one."""

    def successors() -> Iterator[str]:
        after = token
        while True:
            after = successor_of(after, key)
            yield hash_of(after)

    return list(islice(successors(), MAX_SUCCESSORS))


def sign(identity: Identity, key: bytes, now: datetime, lifetime: timedelta) -> str:
    """An access token (JWT, HS256) for `identity`."""
    claims = {
        "sub": str(identity.id),
        "sid": str(identity.session_id),
        "roles": sorted(role.value for role in identity.roles),
        "iat": int(now.timestamp()),
        "exp": int((now + lifetime).timestamp()),
    }
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(key))


def read(token: str, key: bytes, now: datetime) -> Identity | None:
    """Whose access token this is; None when it is not ours, not whole or over."""
    try:
        claims = jwt.decode(token, OctKey.import_key(key), algorithms=["HS256"]).claims
        if int(claims["exp"]) <= now.timestamp():
            return None
        roles = frozenset(Role(role) for role in claims["roles"])
        return Identity(id=UUID(claims["sub"]), session_id=UUID(claims["sid"]), roles=roles)
    except (JoseError, KeyError, TypeError, ValueError):
        return None
