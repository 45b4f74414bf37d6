"""What happens to homes. Each event speaks of up to 500 homes, so that a bulk move is one event."""

from uuid import UUID

from server.core.events import Event
from shared_models.properties import PropertyStatus


class PropertyFactsChanged(Event):
    """What is said of these homes changed (or was said for the first time)."""

    ids: list[UUID]


class PropertyStatusChanged(Event):
    """These listings moved to `status`."""

    ids: list[UUID]
    status: PropertyStatus


class PropertyPublished(Event):
    """These homes can be found for the first time or again. Told beside `PropertyStatusChanged`."""

    ids: list[UUID]


class PropertiesRemoved(Event):
    """These homes are gone: the import that created them was taken back."""

    ids: list[UUID]
