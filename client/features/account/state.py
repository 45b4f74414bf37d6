"""Signing in and out, and staying signed in."""

import dataclasses
from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

import flet as ft
from pydantic import SecretStr, ValidationError

from client.api import auth, users
from client.core.http import ApiError, Http, wrong_input
from client.core.language import t
from client.core.session import Session
from shared_models.addresses import normal_address
from shared_models.auth import (
    ChangePassword,
    CloseAccount,
    Closing,
    ForgotPassword,
    MailAgain,
    Register,
    ResetPassword,
    Role,
    SessionRead,
    SignIn,
    TakeRole,
    Tokens,
    VerifyEmail,
)
from shared_models.base import known
from shared_models.languages import Language, language_for
from shared_models.names import normal_name
from shared_models.problems import Problem, ProblemCode
from shared_models.users import Me, ProfileChange, Theme

SHORTEST_PASSWORD = 10
THEME, LANGUAGE = "theme", "language"
"""The names under which a device keeps them."""
Wish = TypeVar("Wish")


async def restore(session: Session) -> None:
    """Find out who is still signed in from last time; a visitor when nobody is or the server does not answer."""
    session.http.on_tokens = lambda tokens: _follow(session, tokens)
    await _look_as_before(session)
    try:
        token = await session.device.kept_token()
        if token and await session.http.resume(token):
            await _know(session, await users.me(session.http))
        elif token:
            await session.device.forget_token()
    except ApiError:
        session.http.sign_out()
    finally:
        session.ready = True


async def _look_as_before(session: Session) -> None:
    """Look and speak as this device was told last time; what it was never told, as the device itself does."""
    theme, language = await session.device.kept_choice(THEME), await session.device.kept_choice(LANGUAGE)
    if theme in known(Theme):
        session.preferences.theme = Theme(theme)
    if language in known(Language):
        session.preferences.language = Language(language)
    else:
        session.preferences.language = language_for(await session.device.languages())


async def _know(session: Session, me: Me) -> None:
    """Someone is there: what they prefer counts on this device, too."""
    session.me = me
    await _take_over(session, me.theme, me.language)


async def _take_over(session: Session, theme: Theme | None, language: Language | None) -> None:
    if theme not in (None, Theme.UNKNOWN, session.preferences.theme):
        session.preferences.theme = theme
        await session.device.keep_choice(THEME, theme.value)
    if language not in (None, Language.UNKNOWN, session.preferences.language):
        session.preferences.language = language
        await session.device.keep_choice(LANGUAGE, language.value)


async def prefer(session: Session, theme: Theme | None, language: Language | None) -> None:
    """Look or speak otherwise (None: as now), and keep it with this device and the account.

    Raises ApiError when the account was not reached; on this device it holds all the same.
    """
    await _take_over(session, theme, language)
    if session.me is not None:
        session.me = await users.change_me(session.http, ProfileChange(theme=theme, language=language))


async def copy_of_all(session: Session) -> bytes:
    """A file of all that is kept of the signed-in person. Raises ApiError."""
    return await users.kept(session.http)


async def _follow(session: Session, tokens: Tokens | None) -> None:
    """Keep what the server hands out; it hands out nothing more once it ended the session."""
    if tokens is not None:
        await session.device.keep_token(tokens.refresh_token)
        return
    await session.device.forget_token()
    session.me = None
    session.inbox.empty()


async def _enter(session: Session, tokens: Tokens) -> None:
    session.http.sign_in(tokens)
    await session.device.keep_token(tokens.refresh_token)
    await _know(session, await users.me(session.http))


async def sign_out(session: Session) -> None:
    """End the session here and on the server. Without the server it ends here all the same."""
    token = session.http.refresh_token
    await _leave(session)
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
    registered: bool = False
    """Whether the account was asked for, and a mail is to be opened now."""
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
        if not _looks_like_email(self.email) or (new and not _fits(normal_address, self.email)):
            errors["email"] = t("Enter your e-mail address, such as name@example.com.")
        if new and len(self.password) < SHORTEST_PASSWORD:
            errors["password"] = t("Use at least 10 characters. Three words in a row are easy to remember.")
        elif not self.password:
            errors["password"] = t("Enter your password.")
        if new and (problem := _wrong_name(self.name)):
            errors["name"] = problem
        self.errors = errors
        return errors


async def sign_in(session: Session, form: Form) -> None:
    """Sign in with what is typed. Raises ApiError; what is wrong with a field also stands beside it."""
    if form.check(new=False):
        raise incomplete()
    request = SignIn(email=form.email, password=SecretStr(form.password), client=session.device.client_kind)
    await _enter(session, await auth.sign_in(session.http, request))


async def register(session: Session, form: Form) -> None:
    """Open an account with what is typed; the link in a mail confirms it. What is typed stays, to sign in with then.

    Raises ApiError; what is wrong with a field also stands beside it.
    """
    if form.check(new=True):
        raise incomplete()
    roles = [Role.TENANT, Role.LANDLORD] if form.landlord else [Role.TENANT]
    try:
        request = Register(
            email=form.email,
            password=SecretStr(form.password),
            name=form.name,
            roles=roles,
            language=session.preferences.language,
        )
        await auth.register(session.http, request)
        form.registered = True
    except ValidationError as error:
        form.errors = {
            str(item["loc"][0]): t("This cannot be used. Check it for typing errors.") for item in error.errors()
        }
        raise incomplete() from error
    except ApiError as error:
        if error.fields:
            form.errors = error.fields
        raise


async def mail_again(session: Session, form: Form) -> None:
    """Have the mail that follows a registration sent once more. Raises ApiError."""
    await auth.mail_again(session.http, _made(lambda: MailAgain(email=form.email)))


async def rename(session: Session, name: str) -> None:
    """Change how others see the signed-in person. Raises ApiError, which names the field."""
    try:
        change = ProfileChange(name=name)
    except ValidationError as error:
        raise wrong_input({"name": _wrong_name(name) or t("Enter the name that others here should see.")}) from error
    session.me = await users.change_me(session.http, change)


async def forgot_password(session: Session, email: str) -> None:
    """Have a link sent that sets a new password. Raises ApiError; nothing tells whether there is such an account."""
    if not _looks_like_email(email):
        raise wrong_input({"email": t("Enter your e-mail address, such as name@example.com.")})
    await auth.forgot_password(session.http, _made(lambda: ForgotPassword(email=email)))


async def reset_password(session: Session, token: str, password: str) -> None:
    """Set a new password by a link, and sign in here. Raises ApiError, which names the field."""
    _check_new(password)
    request = _made(lambda: ResetPassword(token=token, password=password, client=session.device.client_kind))
    await _enter(session, await auth.reset_password(session.http, request))


async def verify_email(session: Session, token: str) -> None:
    """Prove an e-mail by the link that was sent there; a visitor is signed in by it. Raises ApiError."""
    client = session.device.client_kind if session.me is None else None
    proved = await auth.verify_email(session.http, _made(lambda: VerifyEmail(token=token, client=client)))
    if proved.tokens is not None:
        await _enter(session, proved.tokens)
    else:
        await look_again(session)


async def ask_verification(session: Session) -> None:
    """Have the link sent again. Raises ApiError."""
    await auth.ask_verification(session.http)


async def look_again(session: Session) -> None:
    """Know the signed-in person as the server knows them now. Raises ApiError."""
    if session.me is not None:
        session.me = await users.me(session.http)


async def change_password(session: Session, current: str, password: str) -> None:
    """Set a new password by the old one. Raises ApiError, which names the field."""
    if not current:
        raise wrong_input({"current_password": t("Enter the password you have now.")})
    _check_new(password)
    request = _made(lambda: ChangePassword(current_password=current, password=password))
    await auth.change_password(session.http, request)


async def become_landlord(session: Session) -> None:
    """Let homes, too, with this account. Raises ApiError."""
    await auth.take_role(session.http, TakeRole(role=Role.LANDLORD))
    await session.http.renew()
    session.me = await users.me(session.http)


@ft.observable
@dataclasses.dataclass
class Devices:
    """Where the person is signed in."""

    http: Http
    sessions: tuple[SessionRead, ...] | None = None

    async def load(self) -> None:
        """Read the list. Raises ApiError."""
        self.sessions = tuple(await auth.sessions(self.http))

    async def end(self, session_id: UUID) -> None:
        """Sign out there. One that is over already is no error. Raises ApiError."""
        try:
            await auth.end_session(self.http, session_id)
        except ApiError as error:
            if error.code != ProblemCode.NOT_FOUND:
                raise
        await self.load()


async def end_everywhere(session: Session) -> None:
    """Sign out everywhere, here too. Raises ApiError when the server did not do it."""
    await auth.end_everywhere(session.http)
    await _leave(session)


@ft.observable
@dataclasses.dataclass
class Leaving:
    """What stands in the way of deleting the account."""

    http: Http
    closing: Closing | None = None

    async def load(self) -> None:
        """Ask. Raises ApiError."""
        self.closing = await auth.closing(self.http)


async def close_account(session: Session, password: str) -> None:
    """Delete the account, for good, and be a visitor. Raises ApiError, which names the field."""
    if not password:
        raise wrong_input({"password": t("Enter your password.")})
    await auth.close(session.http, _made(lambda: CloseAccount(password=password)))
    await _leave(session)


async def _leave(session: Session) -> None:
    session.http.sign_out()
    await session.device.forget_token()
    session.me = None
    session.inbox.empty()


def _looks_like_email(email: str) -> bool:
    return "@" in email and "." in email.strip().rpartition("@")[2]


def _fits(normal: Callable[[str], str], text: str) -> bool:
    try:
        normal(text)
    except ValueError:
        return False
    return True


def _wrong_name(name: str) -> str | None:
    """What to correct in a name, if anything."""
    if not name.strip():
        return t("Enter the name that others here should see.")
    if not _fits(normal_name, name):
        return t("Enter a name of one line, in letters: no web addresses and nothing that cannot be seen.")
    return None


def _check_new(password: str) -> None:
    if len(password) < SHORTEST_PASSWORD:
        raise wrong_input({"password": t("Use at least 10 characters. Three words in a row are easy to remember.")})


def _made(make: Callable[[], Wish]) -> Wish:
    """A wish of what was typed, or stood in a link. Raises ApiError for what cannot be one, naming the field."""
    try:
        return make()
    except ValidationError as error:
        field = str(error.errors()[0]["loc"][0])
        if field != "token":
            raise wrong_input({field: t("This cannot be used. Check it for typing errors.")}) from error
        words = t("This link is not whole. Open it once more from the mail.")
        raise ApiError(Problem(title=words, status=0, code=ProblemCode.LINK_OVER)) from error


def incomplete() -> ApiError:
    """The form needs correcting before it can be sent."""
    return ApiError(Problem(title=t("Some fields need correcting"), status=0, code=ProblemCode.MALFORMED))
