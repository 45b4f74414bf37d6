"""The secret addresses of calendars, in the database."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.calendars.tables import CalendarLinkTable

_link: Any = CalendarLinkTable


class Links:
    """The secret addresses of calendars."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def of_home(self, property_id: UUID) -> CalendarLinkTable | None:
        return await self.session.get(CalendarLinkTable, property_id)

    async def renew(self, property_id: UUID) -> CalendarLinkTable:
        """A new salt; of two at once the later one counts."""
        fresh = CalendarLinkTable(property_id=property_id).model_dump()
        changed = {name: value for name, value in fresh.items() if name != "property_id"}
        made = await self.session.scalars(
            insert(CalendarLinkTable)
            .values(fresh)
            .on_conflict_do_update(index_elements=[_link.property_id], set_=changed)
            .returning(CalendarLinkTable),
            execution_options={"populate_existing": True},
        )
        return made.one()

    async def remove_all(self, property_ids: Iterable[UUID]) -> None:
        await self.session.execute(delete(CalendarLinkTable).where(_link.property_id.in_(list(property_ids))))
