"""`/users`: oneself."""

from server.auth.guards import SignedIn
from server.core.web import Session, room_router
from server.users import service
from shared_models.users import Me, ProfileChange

router = room_router("users")


@router.get("/me")
async def me(caller: SignedIn, session: Session) -> Me:
    """The signed-in person."""
    return await service.me(session, caller)


@router.patch("/me")
async def change_me(change: ProfileChange, caller: SignedIn, session: Session) -> Me:
    """Change one's own profile."""
    return await service.change_me(session, caller, change)
