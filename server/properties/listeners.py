"""A home that others can see keeps its landlord's account; what only a person could see goes with them."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.auth.events import AccountErased
from server.auth.service import door as auth
from server.core.events import within
from server.properties.bulk_edits import service as bulk_edits
from server.properties.drafts import service as drafts
from server.properties.importing.service import runs as imports
from server.properties.service import reading
from server.users import service as users
from shared_models.auth import Obstacle


@users.register_data_export
async def data_export(session: AsyncSession, person_id: UUID) -> users.Sections:
    """One's homes, what stands half-done in the editor, changes of many at once, and files that came in."""
    return {
        "homes": await reading.data_export(session, person_id),
        "drafts": await drafts.data_export(session, person_id),
        "bulk_edits": await bulk_edits.data_export(session, person_id),
        "imports": await imports.data_export(session, person_id),
    }


@auth.asked_before_closing
async def seen_homes(session: AsyncSession, person_id: UUID) -> list[Obstacle]:
    """Who has published a home, or sent one in for review, pauses or archives it first."""
    return await reading.seen_homes(session, person_id)


@within(AccountErased)
async def erase(session: AsyncSession, event: AccountErased) -> None:
    """What stood half-done in the editor of someone who leaves, what their changes of many homes replaced, the files
    they brought in, and where their homes stand."""
    await drafts.erase(session, event.identity_id)
    await bulk_edits.erase(session, event.identity_id)
    await imports.erase(session, event.identity_id)
