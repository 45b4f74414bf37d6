"""Passwords: how they are hashed, checked and refused. In threads that stand back, for argon2 takes every core it gets.

They are hashed in the one form of their characters (NFKC, as NIST SP 800-63B asks): a phone and a desktop write the
same ä, and the same full-width letters, in different bytes.
"""

import asyncio
import os
import sys
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from pwdlib import PasswordHash

from server.auth.passwords import rules
from server.core.errors import Malformed
from shared_models.auth import MIN_PASSWORD

Done = TypeVar("Done")

_hasher = PasswordHash.recommended()
STANDING_BACK = 10
"""The niceness of hashing: a tenth of the time that others get, where others want it."""


def _stand_back() -> None:
    if sys.platform == "linux":  # elsewhere it would be the whole process that stands back
        os.nice(STANDING_BACK)


_hashing = ThreadPoolExecutor(2, "hashing", _stand_back)
"""argon2 takes memory and all cores; more at a time would only slow everyone else. Its threads are as nice as these."""
_guessing = asyncio.Semaphore(2)
_nobodys: list[str] = []
"""The hash that is checked for an unknown e-mail, once it was made."""


async def hash_password(password: str) -> str:
    """The argon2id hash, made in a thread: it takes about a fifth of a second."""
    return await _in_the_back(_hasher.hash, _one_form(password))


async def new_hash(password: str, *about: str) -> str:
    """The hash of a new password. Raises Malformed for one that others would try first; `about` are words they know."""
    password = _one_form(password)
    if len(password) < MIN_PASSWORD:
        raise Malformed.field("password", f"must have at least {MIN_PASSWORD} characters, marks not counted apart")
    async with _guessing:
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
    if await _in_the_back(_hasher.verify, _one_form(password), password_hash):
        return True
    # Before there was one form passwords were hashed as they were typed.
    typed_otherwise = password != _one_form(password)
    return typed_otherwise and await _in_the_back(_hasher.verify, password, password_hash)


async def _in_the_back(work: Callable[..., Done], *given: str) -> Done:
    return await asyncio.get_running_loop().run_in_executor(_hashing, work, *given)


def _one_form(password: str) -> str:
    return unicodedata.normalize("NFKC", password)
