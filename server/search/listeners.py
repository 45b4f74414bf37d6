"""What is offered while one types, and on the start page, follows what is on show."""

from sqlalchemy.ext.asyncio import AsyncSession

from server.core.events import within
from server.properties.events import PropertiesRemoved, PropertyPublished, PropertyStatusChanged
from server.search.jobs import learn_soon
from shared_models.properties import PropertyStatus

_ENDS_SHOW = frozenset({PropertyStatus.PAUSED, PropertyStatus.REJECTED, PropertyStatus.ARCHIVED})


@within(PropertyPublished)
async def learn_of_published(session: AsyncSession, event: PropertyPublished) -> None:
    """Homes can be found that could not."""
    del event
    await learn_soon(session)


@within(PropertyStatusChanged)
async def learn_of_ended(session: AsyncSession, event: PropertyStatusChanged) -> None:
    """Homes cannot be found any more."""
    if event.status in _ENDS_SHOW:
        await learn_soon(session)


@within(PropertiesRemoved)
async def learn_of_removed(session: AsyncSession, event: PropertiesRemoved) -> None:
    """Homes are gone."""
    del event
    await learn_soon(session)
