"""What was freed goes back to the system.

The usual allocator of Linux (glibc's) keeps what is freed for later: in an arena for each of many threads, and in its
heap wherever something small still stands above. After a burst of large bodies, or of files for many slow readers, the
process would stay as large as it has ever been.
"""

import asyncio
import ctypes
from collections.abc import Callable
from typing import Final

GIVE_BACK_SECONDS: Final = 10.0
"""How often; it takes some milliseconds of a thread."""


def trimmer() -> Callable[[int], int] | None:
    """The allocator's own way to give back whole pages that nobody uses; None where there is another allocator."""
    try:
        return ctypes.CDLL(None).malloc_trim
    except (OSError, TypeError, AttributeError):  # Windows, macOS, musl
        return None


async def give_back() -> None:
    """Give back what is free, every few seconds, until cancelled."""
    trim = trimmer()
    while trim is not None:
        await asyncio.sleep(GIVE_BACK_SECONDS)
        await asyncio.to_thread(trim, 0)
