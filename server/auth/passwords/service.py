"""Passwords: how they are hashed, checked and refused. In threads, for argon2 takes a whole core on purpose.

They are hashed in the one form of their characters (NFKC, as NIST SP 800-63B asks): a phone and a desktop write the
same ä, and the same full-width letters, in different bytes.
"""

import asyncio
import unicodedata

from pwdlib import PasswordHash

from server.auth.passwords import rules
from server.core.errors import Malformed
from shared_models.auth import MIN_PASSWORD

_hasher = PasswordHash.recommended()
_hashing = asyncio.Semaphore(2)
"""argon2 takes memory and a whole core; more at a time would only slow everyone else."""
_nobodys: list[str] = []
"""The hash that is checked for an unknown e-mail, once it was made."""


async def hash_password(password: str) -> str:
    """The argon2id hash, made in a thread: it takes about a fifth of a second."""
    async with _hashing:
        return await asyncio.to_thread(_hasher.hash, _one_form(password))


async def new_hash(password: str, *about: str) -> str:
    """The hash of a new password. Raises Malformed for one that others would try first; `about` are words they know."""
    password = _one_form(password)
    if len(password) < MIN_PASSWORD:
        raise Malformed.field("password", f"must have at least {MIN_PASSWORD} characters, marks not counted apart")
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
        if await asyncio.to_thread(_hasher.verify, _one_form(password), password_hash):
            return True
        # Before there was one form passwords were hashed as they were typed.
        typed_otherwise = password != _one_form(password)
        return typed_otherwise and await asyncio.to_thread(_hasher.verify, password, password_hash)


def _one_form(password: str) -> str:
    return unicodedata.normalize("NFKC", password)
