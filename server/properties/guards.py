"""Who may bring a home before others: people whose e-mail address is confirmed. Any other move is free."""

from typing import Annotated

from fastapi import Security

from server.auth.guards import Landlord, SignedIn
from server.auth.service import door as auth
from server.core.openapi import ACCOUNT, VERIFIED
from server.core.web.session import Session
from server.properties.rules.listings import SHOWN
from shared_models.auth import Role
from shared_models.properties import BulkMove, StatusMove


async def allowed_move(request: StatusMove, caller: SignedIn, session: Session) -> StatusMove:
    """A move of one listing. Raises EmailUnverified."""
    if request.status in SHOWN:
        await auth.require_verified(session, caller.id)
    return request


async def allowed_bulk_move(request: BulkMove, caller: Landlord, session: Session) -> BulkMove:
    """A move of many listings. Raises EmailUnverified."""
    if request.status in SHOWN:
        await auth.require_verified(session, caller.id)
    return request


AllowedMove = Annotated[StatusMove, Security(allowed_move, scopes=[ACCOUNT, VERIFIED])]
AllowedBulkMove = Annotated[BulkMove, Security(allowed_bulk_move, scopes=[Role.LANDLORD, VERIFIED])]
