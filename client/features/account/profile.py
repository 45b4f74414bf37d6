"""The account of who is signed in: who they are, how they sign in and where, and the ways on."""

from typing import Any

import flet as ft

from client import paths
from client.core.action import Action
from client.core.boundaries import panel, screen
from client.core.hooks import use_once, use_text
from client.core.language import t, tn
from client.core.problem_words import problem_words
from client.core.session import Session, use_inbox, use_session
from client.core.title import use_title
from client.design import fields
from client.design.buttons import filled, outlined, quiet, target
from client.design.chips import status_chip
from client.design.form_fields import use_form_fields
from client.design.layout import card, columns, page_header, scroll_page, use_size
from client.design.rows import keyed
from client.design.text import header, text
from client.design.tokens import Colour, Status, Style
from client.features.account import state
from client.features.account.devices import DevicesPanel
from client.features.account.preferences import DataPanel, LookPanel
from client.features.account.screen import SignInScreen
from client.features.account.words import new_password
from client.parts.dialogs import say
from client.parts.shell import tenant_shell
from client.parts.wrong_fields import field_error, form_problem, sent
from shared_models.auth import Role
from shared_models.users import Me


@screen
def AccountScreen() -> ft.Control:
    """Who I am here, and the ways on."""
    session, size = use_session(), use_size()
    use_title(t("Account"))
    if session.me is None:
        return SignInScreen()

    async def leave(_: Any) -> None:
        await state.sign_out(session)

    landlord = session.is_a(Role.LANDLORD)
    let = _way(
        t("Let a home"), t("Become a landlord with this account."), ft.Icons.HOME_WORK_OUTLINED, paths.LANDLORD_HOMES
    )
    payments = _way(
        t("My payments"),
        t("Where your money is, and receipts."),
        ft.Icons.RECEIPT_LONG_OUTLINED,
        paths.PAYMENTS,
    )
    methods = _way(
        t("Payment methods"),
        t("The cards you saved, and removing them."),
        ft.Icons.CREDIT_CARD_OUTLINED,
        paths.PAYMENT_METHODS,
    )
    close = _way(
        t("Delete the account"),
        t("For good. What stands in the way is told first."),
        ft.Icons.DELETE_OUTLINE_ROUNDED,
        paths.CLOSE_ACCOUNT,
    )
    body = [
        page_header(t("Account"), actions=[outlined(t("Sign out"), leave)]),
        columns(
            [
                card(_Who(session)),
                _Notifications(),
                payments,
                methods,
                card(_Password(session)),
                card(DevicesPanel(session)),
            ],
            [card(LookPanel(session)), card(DataPanel(session)), *([] if landlord else [let]), close],
            size,
            of=6,
        ),
    ]
    return tenant_shell(scroll_page(body, size), "account")


@panel
def _Who(session: Session) -> ft.Control:
    """Name, e-mail and roles; the name can be changed."""
    name = use_text()
    changing, set_changing = ft.use_state(False)
    action = use_once(lambda: Action(lambda request: state.rename(session, request)))
    places = use_form_fields()
    me = session.me
    if me is None:
        return ft.Container()
    facts = [header(me.name, 2), text(_roles(me), Style.SMALL, Colour.TEXT_2), _Email(session)]

    def begin(_: Any) -> None:
        name.put(me.name)
        set_changing(True)

    if not changing:
        change = ft.Row([outlined(t("Change your name"), begin)])
        return ft.Column([*facts, ft.Container(change, padding=ft.Padding.only(top=10))], spacing=2)

    async def save(_: Any = None) -> None:
        if await sent(action, places, name.value):
            set_changing(False)

    error = None if action.problem is None else field_error(action, "name") or problem_words(action.problem)
    field = fields.text_field(
        t("Your name"),
        name.value,
        name.put,
        error=error,
        on_submit=save,
        max_length=120,
        autofocus=True,
        ref=places.ref("name"),
    )
    buttons = ft.Row(
        [filled(t("Save"), save, busy=action.running), quiet(t("Keep it as it was"), lambda _: set_changing(False))],
        spacing=8,
    )
    return ft.Column([*facts, field, buttons], spacing=12)


def _roles(me: Me) -> str:
    roles = {Role.TENANT: t("Tenant"), Role.LANDLORD: t("Landlord"), Role.ADMIN: t("Admin")}
    return " · ".join(roles.get(role, role.value) for role in me.roles)


@panel
def _Email(session: Session) -> ft.Control:
    """The e-mail, whether mail there is known to arrive, and the link sent again if not."""
    page, me = ft.context.page, session.me
    action = use_once(lambda: Action(lambda: state.ask_verification(session)))
    if me is None:
        return ft.Container()

    async def send(_: Any) -> None:
        if await action.start():
            say(page, t("The link is on its way to {email}.", email=me.email))

    chip = (
        status_chip(t("Confirmed"), Status.SUCCESS)
        if me.email_verified
        else status_chip(t("Not confirmed yet"), Status.WAITING)
    )
    line = ft.Row([text(me.email, color=Colour.TEXT_2), chip], spacing=10, run_spacing=4, wrap=True)
    if me.email_verified:
        return line
    again = ft.Row([outlined(t("Send the link again"), send, busy=action.running)])
    words = text(t("Open the link in the mail that we send there."), Style.SMALL, Colour.TEXT_2)
    return ft.Column([line, words, *form_problem(action), again], spacing=6)


@panel
def _Notifications() -> ft.Control:
    """The way to the list, with how much there is to read."""
    unread = use_inbox().unread
    words = tn("{n} unread", "{n} unread", unread) if unread else t("What happened to your stays and your account.")
    return _way(t("Notifications"), words, ft.Icons.NOTIFICATIONS_NONE_ROUNDED, paths.NOTIFICATIONS)


def _way(label: str, words: str, icon: ft.IconData, path: str) -> ft.Control:
    """A row that leads to a page of its own."""
    page = ft.context.page
    told = ft.Column([text(label, Style.LABEL), text(words, Style.SMALL, Colour.TEXT_2)], spacing=2, expand=True)
    mark = ft.Icon(ft.Icons.CHEVRON_RIGHT_ROUNDED, color=Colour.TEXT_3)
    row = ft.Row([ft.Icon(icon, color=Colour.TEXT_2), told, mark], spacing=14)
    return target(row, f"{label}. {words}", lambda _: page.navigate(path), padding=16, align=ft.Alignment.CENTER_LEFT)


@panel
def _Password(session: Session) -> ft.Control:
    """A new password by the old one."""
    page = ft.context.page
    current, password = use_text(), use_text()
    changing, set_changing = ft.use_state(False)
    action = use_once(lambda: Action(lambda old, new: state.change_password(session, old, new)))
    places = use_form_fields()
    head = header(t("Password"), 2)
    if not changing:
        words = text(t("A new one signs you out on every other device."), color=Colour.TEXT_2)
        return ft.Column(
            [head, words, ft.Row([outlined(t("Change the password"), lambda _: set_changing(True))])], spacing=12
        )

    def close(_: Any = None) -> None:
        action.forget()
        current.put("")
        password.put("")
        set_changing(False)

    async def save(_: Any = None) -> None:
        if await sent(action, places, current.value, password.value):
            close()
            say(page, t("Your password is changed. You were signed out everywhere else."))

    old = keyed(
        "current password",
        fields.PasswordField(
            t("Password you have now"),
            current.value,
            current.put,
            show_name=t("Show the password you have now"),
            hide_name=t("Hide the password you have now"),
            error=field_error(action, "current_password"),
            on_submit=save,
            autofocus=True,
            field=places.ref("current_password"),
        ),
    )
    buttons = [filled(t("Save the password"), save, busy=action.running), quiet(t("Keep the old one"), close)]
    return ft.Column(
        [
            head,
            *form_problem(
                action, {"current_password": t("Password you have now"), "password": t("New password")}, places.go_to
            ),
            fields.credentials(
                ft.Column(
                    [old, new_password(password.value, password.put, field_error(action, "password"), save, places)],
                    spacing=12,
                    horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
                ),
                keep=action.running,  # they are gone as soon as it ended well
            ),
            ft.Row(buttons, spacing=8, wrap=True),
        ],
        spacing=12,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
