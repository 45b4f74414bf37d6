"""UUIDv7 (RFC 9562, 5.7): ids that sort by the time they were made, so that indexes grow at one end."""

import secrets
from threading import Lock
from time import time_ns
from uuid import UUID

_lock = Lock()
_last = 0


def new_id() -> UUID:
    """A new id, larger than every one this process made before it."""
    global _last
    with _lock:
        # 48 bits of milliseconds, then 12 bits that count within the millisecond (RFC 9562, 6.2, method 3).
        _last = max(_last + 1, (time_ns() * 4096) // 1_000_000)
        ticks = _last
    milliseconds, fraction = ticks >> 12, ticks & 0xFFF
    value = (milliseconds & (1 << 48) - 1) << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62 | secrets.randbits(62)
    return UUID(int=value)
