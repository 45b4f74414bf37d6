"""`/auth`: all but sign-out answer the signed-out; passwords are hashed and checked while no transaction is open."""

from fastapi import APIRouter, Request

from server.auth import service
from server.auth.guards import AppSettings
from server.auth.service import EmailTaken, SessionEnded, WrongCredentials
from server.core.database import Database
from server.core.web import Session, documented
from shared_models.auth import Refresh, Register, SignIn, Tokens

# No `room_router`: that keeps the answers to an Idempotency-Key, and these answers are tokens.
router = APIRouter(prefix="/auth", tags=["auth"])


@router.post("/register", status_code=201, responses=documented(EmailTaken))
async def register(wish: Register, request: Request, settings: AppSettings) -> Tokens:
    """Open an account as tenant, landlord or both, and sign in."""
    password_hash = await service.hash_password(wish.password.get_secret_value())
    database: Database = request.app.state.database
    async with database.transaction() as session:
        return await service.register(session, settings, wish, password_hash)


@router.post("/sign-in", responses=documented(WrongCredentials))
async def sign_in(wish: SignIn, request: Request, settings: AppSettings) -> Tokens:
    """Sign in with e-mail and password."""
    database: Database = request.app.state.database
    async with database.transaction() as session:
        credentials = await service.credentials_of(session, wish.email)
    identity_id = await service.check(credentials, wish.password.get_secret_value())
    async with database.transaction() as session:
        return await service.sign_in(session, settings, identity_id, wish)


@router.post("/refresh", responses=documented(SessionEnded))
async def refresh(wish: Refresh, session: Session, settings: AppSettings) -> Tokens:
    """Exchange a refresh token for fresh tokens."""
    return await service.refresh(session, settings, wish.refresh_token.get_secret_value())


@router.post("/sign-out", status_code=204)
async def sign_out(wish: Refresh, session: Session) -> None:
    """End the session of a refresh token."""
    await service.sign_out(session, wish.refresh_token.get_secret_value())
