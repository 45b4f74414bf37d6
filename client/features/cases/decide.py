"""What may be done about the case that is open."""

import dataclasses
from collections.abc import Callable


@dataclasses.dataclass(frozen=True, eq=False)
class Decide:
    """What the buttons and the keys call."""

    well: Callable[..., None]
    """Approve the home, find nothing wrong, say that a bank has its answer, or send a refund again."""
    back: Callable[..., None]
    """What is decided by saying why, with what was said."""
    run_again: Callable[..., None]
    leave: Callable[..., None]
    """Leave undone what failed."""
    begin: Callable[[], None]
    stop: Callable[[], None]
    take: Callable[..., None]
    release: Callable[..., None]
