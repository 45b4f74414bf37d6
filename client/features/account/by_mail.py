"""What links in mails lead to: a password set anew, an e-mail proved; and asking for such a link."""

from typing import Any

import flet as ft

from client import paths
from client.core.action import Action
from client.core.boundaries import panel, screen
from client.core.hooks import use_once, use_text
from client.core.language import t
from client.core.routing import use_query
from client.core.session import Session, use_session
from client.core.tasks import use_task
from client.core.title import use_title
from client.design import fields
from client.design.buttons import filled, outlined, quiet
from client.design.feedback import failure, note
from client.design.form_fields import use_form_fields
from client.design.progress import busy_ring
from client.features.account import state
from client.features.account.words import narrow_page, new_password
from client.parts.wrong_fields import field_error, form_problem, sent
from shared_models.problems import ProblemCode


@screen
def ForgotPasswordScreen() -> ft.Control:
    """Ask for a link by mail. What it says is the same whether there is such an account or not."""
    session, page = use_session(), ft.context.page
    email = use_text()
    action = use_once(lambda: Action(lambda request: state.forgot_password(session, request)))
    places = use_form_fields()
    use_title(t("Forgot your password?"))

    async def send(_: Any = None) -> None:
        await sent(action, places, email.value)

    back = ft.Row(
        [quiet(t("Back to signing in"), lambda _: page.navigate(paths.SIGN_IN))],
        alignment=ft.MainAxisAlignment.CENTER,
    )
    if action.done and action.problem is None:
        words = t(
            "If {email} has an account here, the mail is there in a moment. Its link works for one hour.",
            email=email.value,
        )
        again = outlined(t("Send it again"), send, busy=action.running)
        return narrow_page(t("Look into your mail"), words, ft.Row([again]), back)
    field = fields.text_field(
        t("E-mail"),
        email.value,
        email.put,
        error=field_error(action, "email"),
        keyboard=ft.KeyboardType.EMAIL,
        autofill=ft.AutofillHint.EMAIL,
        on_submit=send,
        ref=places.ref("email"),
    )
    return narrow_page(
        t("Forgot your password?"),
        t("We mail you a link that sets a new one. Your old password works until then."),
        *form_problem(action, {"email": t("E-mail")}),
        field,
        filled(t("Send the link"), send, large=True, busy=action.running),
        back,
    )


@screen
def ResetPasswordScreen() -> ft.Control:
    """A new password by the link of a mail; then one is signed in here, and nowhere else."""
    session, page = use_session(), ft.context.page
    query, _ = use_query()
    password = use_text()
    action = use_once(lambda: Action(lambda token, word: state.reset_password(session, token, word)))
    places = use_form_fields()
    use_title(t("Set a new password"))

    async def save(_: Any = None) -> None:
        await sent(action, places, query.get("token", ""), password.value)

    if action.done and action.problem is None:
        return narrow_page(
            t("Your password is changed"),
            t("You are signed in here, and signed out everywhere else."),
            filled(t("Search for a home"), lambda _: page.navigate(paths.SEARCH)),
            outlined(t("To your account"), lambda _: page.navigate(paths.ACCOUNT)),
        )
    if "token" not in query or _is_over(action):
        return narrow_page(
            t("This link does not work any more"),
            t("A link sets a password once, within an hour. If you asked several times, only the newest mail counts."),
            filled(t("Ask for a new link"), lambda _: page.navigate(paths.FORGOT_PASSWORD)),
        )
    return narrow_page(
        t("Set a new password"),
        t("It signs you in here, and out on every other device."),
        *form_problem(action, {"password": t("New password")}),
        fields.credentials(
            new_password(password.value, password.put, field_error(action, "password"), save, places),
            keep=action.running or action.done,
        ),
        filled(t("Save the password"), save, large=True, busy=action.running),
    )


@screen
def VerifyEmailScreen() -> ft.Control:
    """An e-mail proved by the link of a mail, by opening it."""
    session, page = use_session(), ft.context.page
    query, _ = use_query()
    action = use_once(lambda: Action(lambda token: state.verify_email(session, token)))
    use_title(t("Confirm your e-mail"))

    async def verify(_: Any = None) -> None:
        await action.start(query.get("token", ""))

    use_task(verify, [query.get("token")])
    if action.problem is not None and not _is_over(action):
        return narrow_page(
            t("Confirm your e-mail"),
            "",
            failure(
                t("Your e-mail is not confirmed yet"),
                t("The link still works."),
                retry=t("Try again"),
                on_retry=verify,
                busy=action.running,
            ),
        )
    if action.problem is not None:
        return narrow_page(t("This link does not work any more"), "", _Again(session))
    if not action.done:
        return narrow_page(t("Confirm your e-mail"), "", busy_ring(t("Confirming your e-mail")))
    reaches = t("What happens to your stays reaches you there.")
    if session.me is None:  # the link was opened before, perhaps on another device
        sign_in = filled(t("Sign in"), lambda _: page.navigate(paths.SIGN_IN))
        return narrow_page(t("Your e-mail is confirmed"), reaches, sign_in)
    return narrow_page(
        t("Your e-mail is confirmed"),
        reaches,
        filled(t("Search for a home"), lambda _: page.navigate(paths.SEARCH)),
        outlined(t("To your account"), lambda _: page.navigate(paths.ACCOUNT)),
    )


@panel
def _Again(session: Session) -> ft.Control:
    """What to do about a link that is over: nothing, ask for another, or sign in to ask."""
    page, me = ft.context.page, session.me
    if me is not None and me.email_verified:
        return note(t("Your e-mail is confirmed already. There is nothing to do."))
    words = t("A link works for three days. Ask for a new one in your account.")
    to_account = filled(t("To your account"), lambda _: page.navigate(paths.ACCOUNT))
    return ft.Column([note(words), to_account], spacing=16, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def _is_over(action: Action) -> bool:
    return action.problem is not None and action.problem.code == ProblemCode.LINK_OVER
