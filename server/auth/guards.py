"""Who may pass: dependencies for endpoints. A guard opens no session of its own: it shares that of the request.

Whoever calls to change something is held to a live session of an open account, in the very transaction of the change
(`visitor`), so that no room can forget it.
"""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from server.auth.rules import Origin
from server.auth.service import door
from server.auth.sessions import service as sessions
from server.auth.sessions.service import RevokedSessions
from server.core.database import Database
from server.core.errors import NotAllowed, NotSignedIn
from server.core.identity import Identity
from server.core.openapi import ACCOUNT, VERIFIED
from server.core.settings import Settings
from server.core.web.session import Session
from shared_models.auth import Role

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
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
    caller = sessions.read_access_token(settings_of(request), token)
    revoked: RevokedSessions = request.app.state.revoked_sessions
    return None if caller is None or caller.session_id in revoked else caller


def person_of(request: Request) -> UUID | None:
    """Who sends this request, from its header alone; for Idempotency-Key, which comes before every guard."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    caller = _read(request, token) if scheme.lower() == "bearer" else None
    return None if caller is None else caller.id


async def named_by_token(
    request: Request, header: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Identity | None:
    """Whom the token names, or None without one. One that is over counts as wrong, so that clients refresh it."""
    if header is None:
        return None
    caller = _read(request, header.credentials)
    if caller is None:
        raise NotSignedIn("The access token is wrong or over.")
    return caller


async def visitor(
    request: Request, caller: Annotated[Identity | None, Depends(named_by_token)], session: Session
) -> Identity | None:
    """The caller, or None when signed out. What changes something locks their account first. Raises NotSignedIn."""
    if caller is not None and request.method not in _READING:
        await sessions.lock_account(session, caller)
    return caller


async def signed_in(caller: Annotated[Identity | None, Depends(visitor)]) -> Identity:
    """Anyone with an account. Raises NotSignedIn."""
    if caller is None:
        raise NotSignedIn
    return caller


async def verified(caller: Annotated[Identity, Depends(signed_in)], session: Session) -> Identity:
    """Like `signed_in`, for what binds others: people whose e-mail address is confirmed. Raises EmailUnverified."""
    await door.require_verified(session, caller.id)
    return caller


async def account_owner(caller: Annotated[Identity | None, Depends(named_by_token)]) -> Identity:
    """Like `signed_in`, for the few calls about the account itself that open transactions of their own.

    They ask for a live session there, and lock the account more than a guard does. Raises NotSignedIn.
    """
    if caller is None:
        raise NotSignedIn
    return caller


async def landlord(caller: Annotated[Identity, Depends(signed_in)]) -> Identity:
    """Landlords and admins. Raises NotAllowed."""
    if not caller.has(Role.LANDLORD, Role.ADMIN):
        raise NotAllowed("This is for landlords.")
    return caller


async def admin(caller: Annotated[Identity, Depends(signed_in)]) -> Identity:
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
Verified = Annotated[Identity, Security(verified, scopes=[ACCOUNT, VERIFIED])]
AccountOwner = Annotated[Identity, Security(account_owner, scopes=[ACCOUNT])]
Landlord = Annotated[Identity, Security(landlord, scopes=[Role.LANDLORD])]
Admin = Annotated[Identity, Security(admin, scopes=[Role.ADMIN])]
