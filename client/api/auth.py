"""`/auth`: accounts and sessions."""

import json

from pydantic import SecretStr

from client.core.http import Http
from shared_models.auth import Register, SignIn, Tokens


async def register(http: Http, wish: Register) -> Tokens:
    """Open an account and get its first tokens."""
    return await http.call("POST", "/auth/register", Tokens, content=with_secrets(wish))


async def sign_in(http: Http, wish: SignIn) -> Tokens:
    """Sign in with e-mail and password."""
    return await http.call("POST", "/auth/sign-in", Tokens, content=with_secrets(wish))


async def sign_out(http: Http, refresh_token: str) -> None:
    """End the session of a refresh token."""
    await http.call("POST", "/auth/sign-out", content=_json({"refresh_token": refresh_token}))


def with_secrets(wish: Register | SignIn) -> bytes:
    """The wish as JSON with its password in clear, for the wire only: pydantic hides it everywhere else."""
    fields = wish.model_dump(mode="json")
    for name in type(wish).model_fields:
        value = getattr(wish, name)
        if isinstance(value, SecretStr):
            fields[name] = value.get_secret_value()
    return _json(fields)


def _json(fields: dict[str, object]) -> bytes:
    return json.dumps(fields).encode()
