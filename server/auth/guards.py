"""Who may pass: dependencies for endpoints. Plain functions; a guard opens no session of its own."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from server.auth import service
from server.auth.rules import Origin
from server.auth.sessions.service import Ended
from server.core.database import Database
from server.core.errors import NotAllowed, NotSignedIn
from server.core.identity import Identity
from server.core.openapi import ACCOUNT
from server.core.settings import Settings
from shared_models.auth import Role

_bearer = HTTPBearer(auto_error=False, description="The access token of `POST /auth/sign-in`.")


def settings_of(request: Request) -> Settings:
    """The settings the app was made with."""
    settings: Settings = request.app.state.settings
    return settings


def origin_of(request: Request) -> Origin:
    """Where a call comes from. `Device-Id` is a random word that only this browser or app knows."""
    device = request.headers.get("device-id", "")
    return Origin(
        address=request.client.host if request.client is not None else "",
        device=device if 16 <= len(device) <= 100 else None,
        agent=request.headers.get("user-agent", "")[:400],
    )


def database_of(request: Request) -> Database:
    """The database, for those few calls that work between two transactions."""
    database: Database = request.app.state.database
    return database


def _read(request: Request, token: str) -> Identity | None:
    caller = service.read_access_token(settings_of(request), token)
    ended: Ended = request.app.state.ended
    return None if caller is None or caller.session_id in ended else caller


def person_of(request: Request) -> UUID | None:
    """Who sends this request, from its header alone; for Idempotency-Key, which comes before every guard."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    caller = _read(request, token) if scheme.lower() == "bearer" else None
    return None if caller is None else caller.id


def visitor(
    request: Request, header: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Identity | None:
    """The caller, or None when signed out. A token that is over counts as wrong, so that clients refresh it."""
    if header is None:
        return None
    caller = _read(request, header.credentials)
    if caller is None:
        raise NotSignedIn("The access token is wrong or over.")
    return caller


def signed_in(caller: Annotated[Identity | None, Depends(visitor)]) -> Identity:
    """Anyone with an account. Raises NotSignedIn."""
    if caller is None:
        raise NotSignedIn
    return caller


def landlord(caller: Annotated[Identity, Depends(signed_in)]) -> Identity:
    """Landlords and admins. Raises NotAllowed."""
    if not caller.has(Role.LANDLORD, Role.ADMIN):
        raise NotAllowed("This is for landlords.")
    return caller


def admin(caller: Annotated[Identity, Depends(signed_in)]) -> Identity:
    """Admins. Raises NotAllowed."""
    if not caller.has(Role.ADMIN):
        raise NotAllowed("This is for admins.")
    return caller


From = Annotated[Origin, Depends(origin_of)]
Db = Annotated[Database, Depends(database_of)]
AppSettings = Annotated[Settings, Depends(settings_of)]
Visitor = Annotated[Identity | None, Depends(visitor)]
# The scopes are for the OpenAPI; who may pass is decided above.
SignedIn = Annotated[Identity, Security(signed_in, scopes=[ACCOUNT])]
Landlord = Annotated[Identity, Security(landlord, scopes=[Role.LANDLORD])]
Admin = Annotated[Identity, Security(admin, scopes=[Role.ADMIN])]
