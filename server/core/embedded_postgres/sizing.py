"""How much memory our PostgreSQL may take: its own defaults are for a machine of twenty years ago.

PostgreSQL's manual ("Resource Consumption") begins with a quarter of a machine that does nothing else. Ours is shared
with the product and with whatever else its owner runs, so it takes an eighth, and never more than homes and stays of a
large town need.
"""

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

_MB = 1 << 20
CGROUP_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
"""Where a container finds what it may use, by version 2 and version 1 of control groups."""


def memory_of_the_machine() -> int:
    """The bytes of memory this process may count on: the machine's, or less where a container has a limit."""
    found = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    for limit in CGROUP_LIMITS:
        with suppress(OSError, ValueError):  # no such file, or `max`
            found.append(int(limit.read_text()))
    return min(found)


def memory_settings(memory: int) -> Mapping[str, str]:
    """PostgreSQL's settings for a machine with so many bytes of memory."""
    return {
        "shared_buffers": _megabytes(memory // 8, least=128, most=2048),
        # What a statement may sort or hash before it writes to disk, several times over in one search.
        "work_mem": _megabytes(memory // 1024, least=4, most=32),
        "maintenance_work_mem": _megabytes(memory // 64, least=64, most=512),
        # No memory is taken for it: it tells the planner what the system most likely has cached.
        "effective_cache_size": _megabytes(memory // 2, least=256, most=1 << 20),
    }


def _megabytes(size: int, *, least: int, most: int) -> str:
    return f"{min(max(size // _MB, least), most)}MB"
