"""Links in the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.auth.mail_links.tables import MailLinkTable
from server.core import clock
from shared_models.auth import LinkPurpose

_link: Any = MailLinkTable


class MailLinks:
    """Every link that was mailed."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def add(self, link: MailLinkTable) -> None:
        self.session.add(link)
        await self.session.flush()

    async def of_token(self, token_hash: str, purpose: LinkPurpose) -> MailLinkTable | None:
        """The link of a token, as it is now."""
        return await self.session.scalar(
            select(MailLinkTable)
            .where(_link.token_hash == token_hash, _link.purpose == purpose.value)
            .execution_options(populate_existing=True)
        )

    async def use_up(self, identity_id: UUID, purpose: LinkPurpose) -> None:
        """Let no link of someone's for a purpose work any more."""
        await self.session.execute(
            update(MailLinkTable)
            .where(_link.identity_id == identity_id, _link.purpose == purpose.value, _link.used_at.is_(None))
            .values(used_at=clock.now())
        )

    async def all_of(self, identity_id: UUID) -> Sequence[MailLinkTable]:
        """Every link of someone's, the oldest first."""
        found = await self.session.scalars(
            select(MailLinkTable).where(_link.identity_id == identity_id).order_by(_link.id)
        )
        return found.all()

    async def remove_all(self, identity_id: UUID) -> None:
        await self.session.execute(delete(MailLinkTable).where(_link.identity_id == identity_id))

    async def remove_old(self, before: datetime) -> None:
        await self.session.execute(delete(MailLinkTable).where(_link.expires_at < before))
