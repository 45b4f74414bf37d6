"""Passwords: how they are hashed, checked and refused. In threads, for argon2 takes a whole core on purpose."""

import asyncio

from pwdlib import PasswordHash

from server.auth.passwords import rules
from server.core.errors import Malformed

_hasher = PasswordHash.recommended()
_hashing = asyncio.Semaphore(2)
"""argon2 takes memory and a whole core; more at a time would only slow everyone else."""
_nobodys: list[str] = []
"""The hash that is checked for an unknown e-mail, once it was made."""


async def hash_password(password: str) -> str:
    """The argon2id hash, made in a thread: it takes about a fifth of a second."""
    async with _hashing:
        return await asyncio.to_thread(_hasher.hash, password)


async def new_hash(password: str, *about: str) -> str:
    """The hash of a new password. Raises Malformed for one that others would try first; `about` are words they know."""
    async with _hashing:
        guessable = await asyncio.to_thread(rules.is_guessable, password, about)
    if guessable:
        raise Malformed.field("password", "is too common or too easy to guess; three or four unrelated words are good")
    return await hash_password(password)


async def nobodys_hash() -> str:
    """A hash that no password matches, which takes as long to check as anyone's."""
    if not _nobodys:
        _nobodys.append(await hash_password("nobody has this password"))
    return _nobodys[0]


async def matches(password: str, password_hash: str) -> bool:
    """Whether this is the password of the hash."""
    async with _hashing:
        return await asyncio.to_thread(_hasher.verify, password, password_hash)
