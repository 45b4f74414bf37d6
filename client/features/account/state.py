"""Signing in and out, and staying signed in."""

import dataclasses
from collections.abc import Callable

import flet as ft
from pydantic import SecretStr, ValidationError

from client.api import auth, users
from client.core.http import ApiError, field_problem
from client.core.language import t
from client.core.session import Session
from shared_models.auth import Register, Role, SignIn, Tokens
from shared_models.problems import Problem, ProblemCode
from shared_models.users import ProfileChange

SHORTEST_PASSWORD = 10


async def restore(session: Session) -> None:
    """Find out who is still signed in from last time; a visitor when nobody is or the server does not answer."""
    session.http.on_tokens = lambda tokens: _follow(session, tokens)
    try:
        token = await session.device.kept_token()
        if token and await session.http.resume(token):
            session.me = await users.me(session.http)
        elif token:
            await session.device.forget_token()
    except ApiError:
        session.http.sign_out()
    finally:
        session.ready = True


async def _follow(session: Session, tokens: Tokens | None) -> None:
    """Keep what the server hands out; it hands out nothing more once it ended the session."""
    if tokens is not None:
        await session.device.keep_token(tokens.refresh_token)
        return
    await session.device.forget_token()
    session.me = None


async def _enter(session: Session, tokens: Tokens) -> None:
    session.http.sign_in(tokens)
    await session.device.keep_token(tokens.refresh_token)
    session.me = await users.me(session.http)


async def sign_out(session: Session) -> None:
    """End the session here and on the server. Without the server it ends here all the same."""
    token = session.http.refresh_token
    session.http.sign_out()
    await session.device.forget_token()
    session.me = None
    if token:
        try:
            await auth.sign_out(session.http, token)
        except ApiError:
            return  # it ends by itself when its days are over


@ft.observable
@dataclasses.dataclass
class Form:
    """What is typed in the sign-in and the registration, and what is wrong with it."""

    email: str = ""
    password: str = ""
    name: str = ""
    landlord: bool = False
    errors: dict[str, str] = dataclasses.field(default_factory=dict)

    def put(self, field: str) -> Callable[[str], None]:
        """A setter for one field, which also takes its error away."""

        def put(value: str) -> None:
            setattr(self, field, value)
            if field in self.errors:
                self.errors = {name: words for name, words in self.errors.items() if name != field}

        return put

    def check(self, *, new: bool) -> dict[str, str]:
        """What must be corrected before it can be sent, by field."""
        errors: dict[str, str] = {}
        email = self.email.strip()
        if "@" not in email or "." not in email.rpartition("@")[2]:
            errors["email"] = t("Enter your e-mail address, such as name@example.com.")
        if new and len(self.password) < SHORTEST_PASSWORD:
            errors["password"] = t("Use at least 10 characters. Three words in a row are easy to remember.")
        elif not self.password:
            errors["password"] = t("Enter your password.")
        if new and not self.name.strip():
            errors["name"] = t("Enter the name that others here should see.")
        self.errors = errors
        return errors


async def sign_in(session: Session, form: Form) -> None:
    """Sign in with what is typed. Raises ApiError; what is wrong with a field also stands beside it."""
    if form.check(new=False):
        raise incomplete()
    wish = SignIn(email=form.email, password=SecretStr(form.password), client=session.device.client_kind)
    await _enter(session, await auth.sign_in(session.http, wish))


async def register(session: Session, form: Form) -> None:
    """Open an account with what is typed. Raises ApiError; what is wrong with a field also stands beside it."""
    if form.check(new=True):
        raise incomplete()
    roles = [Role.TENANT, Role.LANDLORD] if form.landlord else [Role.TENANT]
    try:
        wish = Register(
            email=form.email,
            password=SecretStr(form.password),
            name=form.name,
            roles=roles,
            client=session.device.client_kind,
        )
        await _enter(session, await auth.register(session.http, wish))
    except ValidationError as error:
        form.errors = {
            str(item["loc"][0]): t("This cannot be used. Check it for typing errors.") for item in error.errors()
        }
        raise incomplete() from error
    except ApiError as error:
        if error.code == ProblemCode.EMAIL_TAKEN:
            form.errors = {"email": t("There is an account with this e-mail already. Sign in instead.")}
        elif error.fields:
            form.errors = error.fields
        raise


async def rename(session: Session, name: str) -> None:
    """Change how others see the signed-in person. Raises ApiError, which names the field."""
    try:
        change = ProfileChange(name=name)
    except ValidationError as error:
        reason = t("Enter the name that others here should see.")
        problem = Problem(title=reason, status=0, code=ProblemCode.MALFORMED, errors=(field_problem("name", reason),))
        raise ApiError(problem) from error
    session.me = await users.change_me(session.http, change)


def incomplete() -> ApiError:
    """The form needs correcting before it can be sent."""
    return ApiError(Problem(title=t("Some fields need correcting"), status=0, code=ProblemCode.MALFORMED))
