"""`/auth`: accounts, sessions and passwords. Passwords are hashed and checked while no transaction is open."""

from uuid import UUID

from fastapi import APIRouter

from server.auth.guards import AccountOwner, AppSettings, Db, From, SignedIn
from server.auth.mail_links.service import LinkOver
from server.auth.passwords import service as passwords
from server.auth.service import accounts
from server.auth.service import closing as leaving
from server.auth.service import passwords as new_passwords
from server.auth.service import sign_in as signing_in
from server.auth.service.accounts import EmailTaken
from server.auth.service.closing import AccountInUse
from server.auth.service.sign_in import WrongCredentials
from server.auth.sessions import service as sessions
from server.auth.sessions.service import SessionEnded
from server.core.budgets import CallClass
from server.core.errors import Malformed, NotFound, TooManyTries
from server.core.rates import counted_as
from server.core.web.problems import documented
from server.core.web.routers import PlainRoute
from server.core.web.session import Session
from shared_models.auth import (
    ChangePassword,
    CloseAccount,
    Closing,
    EmailVerified,
    ForgotPassword,
    MailAgain,
    Refresh,
    Register,
    ResetPassword,
    SessionRead,
    SignIn,
    TakeRole,
    Tokens,
    VerifyEmail,
)

# No `room_router`: that keeps the answers to an Idempotency-Key, and these answers are tokens.
router = APIRouter(prefix="/auth", tags=["auth"], route_class=PlainRoute)


@router.post("/register", status_code=202, responses=documented(Malformed, TooManyTries))
@counted_as(CallClass.ACCOUNT)
async def register(request: Register, database: Db, settings: AppSettings, origin: From) -> None:
    """Open an account as tenant, landlord or both; the link in a mail confirms it and signs in.

    The answer is the same when there is an account with this e-mail: its owner is mailed then.
    """
    async with database.transaction() as session:
        await accounts.count_newcomer(session, settings, origin)
    password_hash = await passwords.new_hash(request.password.get_secret_value(), request.email, request.name)
    try:
        async with database.transaction() as session:
            await accounts.register(session, request, password_hash)
    except EmailTaken:
        async with database.transaction() as session:
            await accounts.tell_owner(session, settings, request.email)


@router.post("/register/send", status_code=202, responses=documented(TooManyTries))
@counted_as(CallClass.ACCOUNT)
async def mail_again(request: MailAgain, database: Db, settings: AppSettings, origin: From) -> None:
    """Send the mail that follows a registration once more. The answer is the same whatever the address is."""
    async with database.transaction() as session:
        await accounts.count_newcomer(session, settings, origin)
    async with database.transaction() as session:
        await accounts.mail_again(session, settings, request.email)


@router.post("/sign-in", responses=documented(WrongCredentials, TooManyTries))
@counted_as(CallClass.ACCOUNT)
async def sign_in(request: SignIn, database: Db, settings: AppSettings, origin: From) -> Tokens:
    """Sign in with e-mail and password."""
    return await signing_in.with_password(database, settings, request, origin)


@router.post("/refresh", responses=documented(SessionEnded))
@counted_as(CallClass.ACCOUNT)
async def refresh(request: Refresh, database: Db, settings: AppSettings, origin: From) -> Tokens:
    """Exchange a refresh token for fresh tokens."""
    async with database.transaction() as session:
        tokens = await sessions.refresh(session, settings, request.refresh_token.get_secret_value(), origin)
    if tokens is None:  # said once the end of a stolen session is committed
        raise SessionEnded
    return tokens


@router.post("/sign-out", status_code=204)
@counted_as(CallClass.ACCOUNT)
async def sign_out(request: Refresh, session: Session) -> None:
    """End the session of a refresh token."""
    await sessions.sign_out(session, request.refresh_token.get_secret_value())


@router.get("/sessions")
async def sessions_of(caller: SignedIn, session: Session) -> list[SessionRead]:
    """Where the caller is signed in."""
    return await sessions.sessions_of(session, caller)


@router.delete("/sessions/{session_id}", status_code=204, responses=documented(NotFound))
@counted_as(CallClass.ACCOUNT)
async def end_session(session_id: UUID, caller: SignedIn, session: Session) -> None:
    """Sign out somewhere."""
    await sessions.end_session(session, caller, session_id)


@router.delete("/sessions", status_code=204)
@counted_as(CallClass.ACCOUNT)
async def end_everywhere(caller: SignedIn, session: Session) -> None:
    """Sign out everywhere, here too."""
    await sessions.end_everywhere(session, caller.id)


@router.post("/verify-email", responses=documented(LinkOver))
@counted_as(CallClass.ACCOUNT)
async def verify_email(request: VerifyEmail, session: Session, settings: AppSettings, origin: From) -> EmailVerified:
    """Prove an e-mail by the link that was sent there, and sign in."""
    token = request.token.get_secret_value()
    return await accounts.verify_email(session, settings, token, client=request.client, origin=origin)


@router.post("/verify-email/send", status_code=202, responses=documented(TooManyTries))
@counted_as(CallClass.ACCOUNT)
async def ask_verification(caller: SignedIn, session: Session, settings: AppSettings) -> None:
    """Send the caller a link that proves their e-mail."""
    await accounts.ask_verification(session, settings, caller)


@router.post("/forgot-password", status_code=202, responses=documented(TooManyTries))
@counted_as(CallClass.ACCOUNT)
async def forgot_password(request: ForgotPassword, database: Db, settings: AppSettings, origin: From) -> None:
    """Send a link that sets a new password. The answer is the same whether the account exists or not."""
    async with database.transaction() as session:
        await accounts.count_newcomer(session, settings, origin)
    async with database.transaction() as session:
        await new_passwords.forgot_password(session, settings, request.email)


@router.post("/reset-password", responses=documented(LinkOver, Malformed))
@counted_as(CallClass.ACCOUNT)
async def reset_password(request: ResetPassword, database: Db, settings: AppSettings, origin: From) -> Tokens:
    """Set a new password by a link from a mail, and sign in; every other session ends."""
    token = request.token.get_secret_value()
    async with database.transaction() as session:
        email = await new_passwords.email_of_reset(session, token)
    new = await passwords.new_hash(request.password.get_secret_value(), email)
    async with database.transaction() as session:
        return await new_passwords.reset_password(session, settings, token, new, client=request.client, origin=origin)


@router.post("/change-password", status_code=204, responses=documented(Malformed, TooManyTries))
@counted_as(CallClass.ACCOUNT)
async def change_password(request: ChangePassword, caller: AccountOwner, database: Db, settings: AppSettings) -> None:
    """Set a new password; every other session ends."""
    async with database.transaction() as session:
        credentials = await signing_in.own_credentials(session, settings, caller)
    await signing_in.check_own(credentials, request.current_password.get_secret_value(), "current_password")
    new = await passwords.new_hash(request.password.get_secret_value(), credentials.email)
    async with database.transaction() as session:
        await new_passwords.change_password(session, settings, caller, credentials, new)


@router.post("/roles", status_code=204)
@counted_as(CallClass.ACCOUNT)
async def take_role(request: TakeRole, caller: SignedIn, session: Session) -> None:
    """Become a landlord, or a tenant, too. The next access token says so."""
    await accounts.take_role(session, caller, request.role)


@router.get("/closing")
async def closing(caller: SignedIn, session: Session) -> Closing:
    """What stands in the way of deleting the caller's account."""
    return await leaving.closing(session, caller)


@router.post("/close", status_code=204, responses=documented(AccountInUse, Malformed, TooManyTries))
@counted_as(CallClass.ACCOUNT)
async def close(request: CloseAccount, caller: AccountOwner, database: Db, settings: AppSettings) -> None:
    """Delete the caller's account, for good."""
    async with database.transaction() as session:
        credentials = await signing_in.own_credentials(session, settings, caller)
    await signing_in.check_own(credentials, request.password.get_secret_value(), "password")
    async with database.transaction() as session:
        await leaving.close(session, caller)
