"""Folders and files that hold people's data: for their owner only."""

import os
import stat
from pathlib import Path


def make_private(folder: Path) -> None:
    """Make a folder, and what is missing above it, that only its owner can enter (0700).

    One that is there already is tightened when it is ours; folders above it are never touched. A folder of somebody
    else's, or one that everybody shares (`/tmp`), stays as it is: what we put there has modes of its own. Raises
    OSError when it cannot be made.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.stat()
    shared = found.st_mode & stat.S_ISVTX
    if found.st_uid == os.geteuid() and not shared and stat.S_IMODE(found.st_mode) & 0o077:
        folder.chmod(stat.S_IMODE(found.st_mode) & ~0o077)


def open_private(path: str | Path, flags: int) -> int:
    """An `opener` for `open`: a new file is for its owner only (0600), one of ours that is wider is tightened."""
    descriptor = os.open(path, flags, 0o600)
    tighten(descriptor)
    return descriptor


def tighten(file: int | Path) -> None:
    """Take a file of ours from everybody else; an open descriptor or a path. Raises OSError when it is not there."""
    found = os.stat(file)
    if found.st_uid == os.geteuid() and stat.S_ISREG(found.st_mode) and stat.S_IMODE(found.st_mode) & 0o077:
        os.chmod(file, stat.S_IMODE(found.st_mode) & ~0o077)


def write_privately(path: Path, text: str) -> None:
    """Write a file that only we can read; it appears complete or not at all. Raises OSError."""
    unfinished = path.with_name(f"{path.name}.new")
    unfinished.unlink(missing_ok=True)
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())  # an empty password file after a power cut would lock us out for ever
    unfinished.replace(path)
