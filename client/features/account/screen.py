"""Sign in and register."""

from collections.abc import Callable
from typing import Any

import flet as ft

from client import paths
from client.core.action import Action
from client.core.boundaries import screen
from client.core.hooks import use_once
from client.core.language import t
from client.core.problem_words import problem_words
from client.core.session import Session, use_session
from client.core.title import use_title
from client.design import fields
from client.design.buttons import filled, quiet
from client.design.form_fields import FormFields, use_form_fields
from client.design.layout import card, use_size
from client.design.rows import keyed
from client.design.text import header, text
from client.design.tokens import Colour
from client.features.account import state
from client.features.account.registered import LookIntoMail
from client.features.account.state import Form
from client.features.account.words import entry_page
from client.parts.wrong_fields import wrong_fields
from shared_models.problems import ProblemCode

_STRETCH = ft.CrossAxisAlignment.STRETCH


@screen
def SignInScreen(reason: str = "") -> ft.Control:
    """Sign in or register; `reason` says what waits behind it."""
    session = use_session()
    new, set_new = ft.use_state(False)
    form = use_once(Form)
    use_title(t("Create your account") if new else t("Sign in"))
    inside = LookIntoMail(session, form) if form.registered else _Panel(session, form, new, set_new, reason)
    return entry_page(inside, use_size())


@ft.component
def _Panel(session: Session, form: Form, new: bool, set_new: Callable[[bool], None], reason: str) -> ft.Control:
    act = state.register if new else state.sign_in
    action = use_once(lambda: Action(lambda chosen: chosen(session, form)))
    places = use_form_fields()

    async def send(_: Any = None) -> None:
        if not await action.start(act):
            places.go_to_first(form.errors)

    def swap(_: Any) -> None:
        action.forget()
        form.errors = {}
        set_new(not new)

    return card(
        ft.Column(
            [
                header(t("Create your account") if new else t("Sign in"), 1),
                text(reason or t("To book a home, and to see your trips again."), color=Colour.TEXT_2),
                *_problem(action, form, places),
                fields.credentials(
                    ft.Column(_fields(form, new, send, places), spacing=16, horizontal_alignment=_STRETCH),
                    keep=action.running or action.done,
                ),
                *([] if new else [_forgot()]),
                filled(
                    t("Create account") if new else t("Sign in"), send, large=True, busy=action.running, expand=False
                ),
                ft.Row(
                    [
                        text(t("You have an account?") if new else t("New here?"), color=Colour.TEXT_2),
                        quiet(t("Sign in") if new else t("Create an account"), swap),
                    ],
                    alignment=ft.MainAxisAlignment.CENTER,
                    wrap=True,
                ),
            ],
            spacing=16,
            horizontal_alignment=_STRETCH,
        )
    )


def _forgot() -> ft.Control:
    page = ft.context.page
    ways = [quiet(t("Forgot your password?"), lambda _: page.navigate(paths.FORGOT_PASSWORD), accent=True)]
    if page.web:
        # The canvas has no fields a password manager could see until one has the focus, and while the page is read
        # aloud only that one; the server has a page with a form of its own.
        ways.insert(0, quiet(t("Use a password manager"), url=paths.plain_sign_in(page.route), accent=True))
    return ft.Row(ways, alignment=ft.MainAxisAlignment.END, wrap=True)


def _problem(action: Action, form: Form, places: FormFields) -> list[ft.Control]:
    if action.problem is None:
        return []
    if form.errors:
        labels = {"name": t("Your name"), "email": t("E-mail"), "password": t("Password")}
        wrong = {name: form.errors[name] for name in labels if name in form.errors}
        return wrong_fields(wrong, lambda name: labels[name], places.go_to)
    if action.problem.code == ProblemCode.WRONG_CREDENTIALS:
        words = t(
            "E-mail or password is wrong, or the address is not confirmed yet. Check both, and look into your mail."
        )
        return [fields.error_summary(words)]
    return [fields.error_summary(problem_words(action.problem))]


def _fields(form: Form, new: bool, send: Callable[..., Any], places: FormFields) -> list[ft.Control]:
    name = fields.text_field(
        t("Your name"),
        form.name,
        form.put("name"),
        error=form.errors.get("name"),
        help=t("As landlords and tenants will see it."),
        autofill=ft.AutofillHint.NAME,
        max_length=120,
        on_submit=send,
        ref=places.ref("name"),
    )
    email = fields.text_field(
        t("E-mail"),
        form.email,
        form.put("email"),
        error=form.errors.get("email"),
        keyboard=ft.KeyboardType.EMAIL,
        # A browser heeds the first; it is by this name that a manager keeps the password.
        autofill=[ft.AutofillHint.USERNAME, ft.AutofillHint.EMAIL],
        on_submit=send,
        ref=places.ref("email"),
    )
    password = keyed(
        "password",
        fields.PasswordField(
            t("Password"),
            form.password,
            form.put("password"),
            show_name=t("Show the password"),
            hide_name=t("Hide the password"),
            help=t("At least 10 characters.") if new else "",
            error=form.errors.get("password"),
            on_submit=send,
            new=new,
            field=places.ref("password"),
        ),
    )
    lets = fields.checkbox(t("I also want to let a home"), form.landlord, lambda on: setattr(form, "landlord", on))
    return [name, email, password, lets] if new else [email, password]
