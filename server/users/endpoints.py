"""`/users`: oneself."""

from fastapi import Response

from server.auth.guards import AppSettings, SignedIn
from server.core.errors import TooManyTries
from server.core.web.problems import documented
from server.core.web.routers import room_router
from server.core.web.session import Session
from server.users import service
from shared_models.users import Kept, Me, ProfileChange

router = room_router("users")


@router.get("/me")
async def me(caller: SignedIn, session: Session) -> Me:
    """The signed-in person."""
    return await service.me(session, caller)


@router.patch("/me")
async def change_me(change: ProfileChange, caller: SignedIn, session: Session) -> Me:
    """Change one's own profile."""
    return await service.change_me(session, caller, change)


@router.get("/me/kept", responses=documented(TooManyTries))
async def kept(caller: SignedIn, session: Session, settings: AppSettings, response: Response) -> Kept:
    """A copy of all that is kept of oneself, to be saved as a file."""
    response.headers["Content-Disposition"] = 'attachment; filename="estospaces-my-data.json"'
    response.headers["Cache-Control"] = "no-store"
    return await service.kept(session, settings, caller)
