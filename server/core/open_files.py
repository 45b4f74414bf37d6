"""How many files the system lets this process open: each connection is one."""

import contextlib
import sys

import structlog

log = structlog.get_logger(__name__)

OTHER_FILES = 200
"""What else is open: the log, the database's connections, files of the client that are being sent."""


def room_for_files(connections: int) -> int:
    """So many of `connections` as may be open at once; asks the system for as many files as it lets us have."""
    if sys.platform == "win32":  # it has no such limit
        return connections
    import resource

    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + OTHER_FILES
    if allowed != resource.RLIM_INFINITY and allowed < wanted:
        asked = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
        with contextlib.suppress(ValueError, OSError):  # some systems say no limit and mean one
            resource.setrlimit(resource.RLIMIT_NOFILE, (asked, most))
            allowed = asked
    if allowed == resource.RLIM_INFINITY or allowed >= wanted:
        return connections
    room = max(allowed - OTHER_FILES, 10)
    log.warning("fewer_connections", wanted=connections, possible=room, because="the limit of open files (ulimit -n)")
    return room
