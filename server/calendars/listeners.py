"""What this room keeps of a person, and what of it ends."""

from sqlalchemy.ext.asyncio import AsyncSession

from server.auth.events import AccountErased
from server.calendars.service import blocks, feeds
from server.core.events import within
from server.properties.events import PropertyStatusChanged
from server.users import service as users
from shared_models.properties import PropertyStatus

users.register_data_export(blocks.data_export)


@within(AccountErased)
async def erase(session: AsyncSession, event: AccountErased) -> None:
    """What someone who leaves wrote down about nights they kept free."""
    await blocks.erase(session, event.identity_id)


@within(PropertyStatusChanged)
async def end_feeds(session: AsyncSession, event: PropertyStatusChanged) -> None:
    """An archived home is not let any more, so its calendar is told to nobody. A paused one's is: stays go on."""
    if event.status == PropertyStatus.ARCHIVED:
        await feeds.remove_links(session, event.ids)
