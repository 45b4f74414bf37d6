"""`/properties/bulk-edits`: many homes changed at once."""

from uuid import UUID

from server.auth.guards import Landlord
from server.core.errors import NotFound
from server.core.web.problems import documented
from server.core.web.routers import room_router
from server.core.web.session import Session
from server.properties.bulk_edits import service
from shared_models.bulk_edits import BulkEdit, BulkEdited

router = room_router("properties/bulk-edits")


@router.post("", status_code=201)
async def edit(request: BulkEdit, caller: Landlord, session: Session) -> BulkEdited:
    """Change price, shortest stay or instant booking of up to 500 homes; those that cannot are named."""
    return await service.edit(session, caller, request)


@router.post("/{edit_id}/undo", responses=documented(NotFound))
async def undo(edit_id: UUID, caller: Landlord, session: Session) -> BulkEdited:
    """Give the homes back what they had; those changed since stay and are named."""
    return await service.undo(session, caller, edit_id)
