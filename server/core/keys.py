"""The secret of an installation, and the keys made from it: one for each use, so that none stands in for another."""

import os
import secrets
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from server.core.errors import StartupError

MIN_SECRET = 32
"""Characters."""
MIN_DIFFERENT = 8
MIN_GUESSES_LOG10 = 24.0
"""About 80 bits."""
MAX_IN_WORDS = 0.55
"""The share of a secret that words and repetitions may cover; of random letters and figures they cover less."""
KEY_BYTES = 32
_LOOKED_AT = 40
"""zxcvbn takes seconds for more, and so many random characters are enough by far."""
_IN_THE_OPEN = frozenset({"development only, never in production"})
"""Secrets that stood in this repository once."""
_FILE = "secret_key"


class Use(StrEnum):
    """What a key is for."""

    ACCESS_TOKENS = "access tokens"
    REFRESH_TOKENS = "refresh tokens"
    MARKS = "marks"
    """Keyed hashes of what is known again without being kept: addresses, devices, e-mails that were tried."""
    CALENDAR_LINKS = "calendar links"


def key_for(secret: str, use: Use) -> bytes:
    """The key of a use (HKDF-SHA256, RFC 5869): from one nobody learns another, nor the secret."""
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"estospaces/{use.value}".encode()).derive(secret.encode())


def weakness_of(secret: str) -> str | None:
    """Why a secret could be guessed, in words after "SECRET_KEY"; None for a good one."""
    if len(secret) < MIN_SECRET:
        return f"has fewer than {MIN_SECRET} characters"
    if secret in _IN_THE_OPEN:
        return "is known to everyone"
    if len(set(secret)) < MIN_DIFFERENT:
        return "repeats few characters"
    # Only here: its lists take a moment to load.
    from zxcvbn import zxcvbn

    guesses: float = zxcvbn(secret[:_LOOKED_AT])["guesses_log10"]
    guessable = guesses < MIN_GUESSES_LOG10 or _share_in_words(secret[:_LOOKED_AT]) > MAX_IN_WORDS
    return "is made of words or patterns" if guessable else None


def _share_in_words(secret: str) -> float:
    """How much of a secret lies in common words, repetitions and sequences. zxcvbn counts long phrases as good."""
    from zxcvbn.matching import omnimatch

    covered: set[int] = set()
    for match in omnimatch(secret):
        token = match["token"]
        word = match["pattern"] == "dictionary" and not match["reversed"] and not match["l33t"]
        if (word and len(token) >= 4 and token.isalpha()) or (not word and len(token) >= 6 and _repeats(match)):
            covered.update(range(match["i"], match["j"] + 1))
    return len(covered) / len(secret)


def _repeats(match: Mapping[str, Any]) -> bool:
    return match["pattern"] in ("repeat", "sequence", "spatial")


def kept_secret(folder: Path) -> str:
    """The secret of a data folder, made at first; of several processes that begin at once all get the same.

    Raises StartupError when it cannot be kept, or is no secret any more.
    """
    file = folder / _FILE
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not file.exists():
            _make(file)
        if file.stat().st_mode & 0o077:
            file.chmod(0o600)  # it came from a copy, which forgot
        secret = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as problem:
        raise StartupError(f"{file} cannot be used: {problem}.") from problem
    if len(secret) < MIN_SECRET:
        raise StartupError(f"{file} holds no secret. Remove it, and another is made.")
    return secret


def _make(file: Path) -> None:
    """Write a new secret beside its place and link it there: nobody ever reads half of one, nor replaces another's."""
    half = file.with_name(f".{_FILE}-{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as writing:
            writing.write(f"{secrets.token_urlsafe(48)}\n")
            writing.flush()
            os.fsync(writing.fileno())
        try:
            os.link(half, file)
        except FileExistsError:
            return  # another process was first; its secret counts
    finally:
        half.unlink(missing_ok=True)
