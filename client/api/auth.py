"""`/auth`: accounts and sessions."""

import json
from uuid import UUID

from pydantic import SecretStr

from client.core.http import Http
from shared_models.auth import (
    ChangePassword,
    CloseAccount,
    Closing,
    EmailVerified,
    ForgotPassword,
    MailAgain,
    Register,
    ResetPassword,
    SessionRead,
    SignIn,
    TakeRole,
    Tokens,
    VerifyEmail,
)
from shared_models.base import Input


async def register(http: Http, request: Register) -> None:
    """Open an account; what comes by mail signs in."""
    await http.call("POST", "/auth/register", content=with_secrets(request))


async def mail_again(http: Http, request: MailAgain) -> None:
    """Have the mail that follows a registration sent once more."""
    await http.call("POST", "/auth/register/send", body=request)


async def sign_in(http: Http, request: SignIn) -> Tokens:
    """Sign in with e-mail and password."""
    return await http.call("POST", "/auth/sign-in", Tokens, content=with_secrets(request))


async def sign_out(http: Http, refresh_token: str) -> None:
    """End the session of a refresh token."""
    await http.call("POST", "/auth/sign-out", content=_json({"refresh_token": refresh_token}))


async def verify_email(http: Http, request: VerifyEmail) -> EmailVerified:
    """Prove an e-mail by the link that was sent there, and get tokens if it was opened for the first time."""
    return await http.call("POST", "/auth/verify-email", EmailVerified, content=with_secrets(request))


async def ask_verification(http: Http) -> None:
    """Have a link sent that proves the e-mail."""
    await http.call("POST", "/auth/verify-email/send")


async def forgot_password(http: Http, request: ForgotPassword) -> None:
    """Have a link sent that sets a new password, should there be such an account."""
    await http.call("POST", "/auth/forgot-password", body=request)


async def reset_password(http: Http, request: ResetPassword) -> Tokens:
    """Set a new password by a link, and sign in."""
    return await http.call("POST", "/auth/reset-password", Tokens, content=with_secrets(request))


async def change_password(http: Http, request: ChangePassword) -> None:
    """Set a new password by the old one; every other session ends."""
    await http.call("POST", "/auth/change-password", content=with_secrets(request))


async def sessions(http: Http) -> list[SessionRead]:
    """Where one is signed in, the last used first."""
    return await http.call("GET", "/auth/sessions", list[SessionRead])


async def end_session(http: Http, session_id: UUID) -> None:
    """Sign out somewhere."""
    await http.call("DELETE", f"/auth/sessions/{session_id}")


async def end_everywhere(http: Http) -> None:
    """Sign out everywhere."""
    await http.call("DELETE", "/auth/sessions")


async def take_role(http: Http, request: TakeRole) -> None:
    """Become a landlord, or a tenant, too."""
    await http.call("POST", "/auth/roles", body=request)


async def closing(http: Http) -> Closing:
    """What stands in the way of deleting one's account."""
    return await http.call("GET", "/auth/closing", Closing)


async def close(http: Http, request: CloseAccount) -> None:
    """Delete one's account, for good."""
    await http.call("POST", "/auth/close", content=with_secrets(request))


def with_secrets(request: Input) -> bytes:
    """The wish as JSON with its secrets in clear, for the wire only: pydantic hides it everywhere else."""
    fields = request.model_dump(mode="json")
    for name in type(request).model_fields:
        value = getattr(request, name)
        if isinstance(value, SecretStr):
            fields[name] = value.get_secret_value()
    return _json(fields)


def _json(fields: dict[str, object]) -> bytes:
    return json.dumps(fields).encode()
