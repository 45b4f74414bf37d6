"""Sign in, register, and the account of who is signed in."""

from collections.abc import Callable
from typing import Any

import flet as ft

from client.core.action import Action
from client.core.flet_session import screen
from client.core.hooks import use_made, use_text
from client.core.http import words_for
from client.core.language import t, tn
from client.core.session import Session, use_session
from client.core.title import use_title
from client.design import fields
from client.design.buttons import filled, outlined, quiet
from client.design.layout import SizeClass, at_most, brand, card, page_header, scroll_page, use_size
from client.design.text import header, text
from client.design.tokens import Colour, Style
from client.features.account import state
from client.features.account.state import Form
from client.parts.shell import SIGN_IN, tenant_shell
from shared_models.auth import Role
from shared_models.problems import ProblemCode

FORM_WIDTH = 440


@screen
def SignInScreen(reason: str = "") -> ft.Control:
    """Sign in or register; `reason` says what waits behind it."""
    session = use_session()
    new, set_new = ft.use_state(False)
    form = use_made(Form)
    use_title(t("Create your account") if new else t("Sign in"))
    size = use_size()
    panel = _Panel(session, form, new, set_new, reason)
    # A phone has no top bar, and people look whose page asks for their password.
    mark = ft.Container(
        brand(), visible=size is SizeClass.PHONE, alignment=ft.Alignment.CENTER, padding=ft.Padding(0, 8, 0, 24)
    )
    column = ft.Column([mark, panel], spacing=0, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    return tenant_shell(scroll_page([at_most(column, FORM_WIDTH)], size), SIGN_IN)


@ft.component
def _Panel(session: Session, form: Form, new: bool, set_new: Callable[[bool], None], reason: str) -> ft.Control:
    act = state.register if new else state.sign_in
    action = use_made(lambda: Action(lambda chosen: chosen(session, form)))

    async def send(_: Any = None) -> None:
        await action.start(act)

    def swap(_: Any) -> None:
        action.forget()
        form.errors = {}
        set_new(not new)

    return card(
        ft.Column(
            [
                header(t("Create your account") if new else t("Sign in"), 1),
                text(reason or t("To book a home, and to see your trips again."), color=Colour.TEXT_2),
                *_problem(action, form),
                *_fields(form, new, send),
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
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
    )


def _problem(action: Action, form: Form) -> list[ft.Control]:
    if action.problem is None:
        return []
    if form.errors:
        number = len(form.errors)
        return [fields.error_summary(tn("{n} field to correct", "{n} fields to correct", number))]
    if action.problem.code == ProblemCode.WRONG_CREDENTIALS:
        return [fields.error_summary(t("E-mail or password is wrong. Check both; capitals matter in the password."))]
    return [fields.error_summary(words_for(action.problem))]


def _fields(form: Form, new: bool, send: Callable[..., Any]) -> list[ft.Control]:
    name = fields.text_field(
        t("Your name"),
        form.name,
        form.put("name"),
        error=form.errors.get("name"),
        help=t("As landlords and tenants will see it."),
        autofill=ft.AutofillHint.NAME,
        max_length=120,
    )
    email = fields.text_field(
        t("E-mail"),
        form.email,
        form.put("email"),
        error=form.errors.get("email"),
        keyboard=ft.KeyboardType.EMAIL,
        autofill=ft.AutofillHint.EMAIL,
        on_submit=send,
    )
    password = fields.PasswordField(
        t("Password"),
        form.password,
        form.put("password"),
        show_name=t("Show the password"),
        hide_name=t("Hide the password"),
        help=t("At least 10 characters.") if new else "",
        error=form.errors.get("password"),
        on_submit=send,
        new=new,
    )
    lets = fields.checkbox(t("I also want to let a home"), form.landlord, lambda on: setattr(form, "landlord", on))
    return [name, email, password, lets] if new else [email, password]


@ft.component
def _Who(session: Session) -> ft.Control:
    """Name, e-mail and roles; the name can be changed."""
    name, set_name = use_text(None)
    action = use_made(lambda: Action(lambda wish: state.rename(session, wish)))
    me = session.me
    if me is None:
        return ft.Container()
    roles = {Role.TENANT: t("Tenant"), Role.LANDLORD: t("Landlord"), Role.ADMIN: t("Admin")}
    facts = [
        header(me.name, 2),
        text(me.email, color=Colour.TEXT_2),
        text(" · ".join(roles.get(role, role.value) for role in me.roles), Style.SMALL, Colour.TEXT_2),
    ]
    if name is None:
        change = ft.Row([outlined(t("Change your name"), lambda _: set_name(me.name))])
        return ft.Column([*facts, ft.Container(change, padding=ft.Padding.only(top=10))], spacing=2)

    async def save(_: Any = None) -> None:
        if await action.start(name):
            set_name(None)

    error = None if action.problem is None else action.problem.fields.get("name") or words_for(action.problem)
    field = fields.text_field(
        t("Your name"), name, set_name, error=error, on_submit=save, max_length=120, autofocus=True
    )
    buttons = ft.Row(
        [filled(t("Save"), save, busy=action.running), quiet(t("Keep it as it was"), lambda _: set_name(None))],
        spacing=8,
    )
    return ft.Column([*facts, field, buttons], spacing=12)


@screen
def AccountScreen() -> ft.Control:
    """Who I am here, and the way out."""
    session = use_session()
    use_title(t("Account"))
    size = use_size()
    me = session.me
    if me is None:
        return SignInScreen()
    page = ft.context.page

    async def leave(_: Any) -> None:
        await state.sign_out(session)

    def theme(mode: ft.ThemeMode) -> Callable[[Any], None]:
        def choose(_: Any) -> None:
            page.theme_mode = mode
            page.update()

        return choose

    look = ft.Column(
        [
            header(t("Look"), 2),
            ft.Row(
                [
                    outlined(t("As the device"), theme(ft.ThemeMode.SYSTEM)),
                    outlined(t("Light"), theme(ft.ThemeMode.LIGHT)),
                    outlined(t("Dark"), theme(ft.ThemeMode.DARK)),
                ],
                wrap=True,
                spacing=8,
            ),
        ],
        spacing=12,
    )
    body = [page_header(t("Account")), card(_Who(session)), card(look), ft.Row([outlined(t("Sign out"), leave)])]
    return tenant_shell(scroll_page(body, size, width=680), "account")
