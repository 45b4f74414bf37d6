"""What happens to claims."""

from typing import ClassVar
from uuid import UUID

from server.core.events import Event


class HoldsLapsed(Event):
    """Holds ran out and were removed; whoever claimed with these `source_ids` has lost the nights."""

    must_be_heard: ClassVar[bool] = True

    source_ids: list[UUID]
