"""The root of the client: theme, session, addresses, and the guard that asks for a sign-in in place."""

import dataclasses
import functools
import os
from collections.abc import Callable
from functools import cache
from typing import Any

import flet as ft

from client import paths
from client.core import flet_session
from client.core.boundaries import panel, screen
from client.core.device import Device, NativeDevice
from client.core.hooks import use_once
from client.core.language import speak, t
from client.core.session import Confirmation, Session, provide, use_session
from client.core.tasks import use_task
from client.core.title import use_title
from client.design.feedback import empty
from client.design.layout import scroll_page, use_size
from client.design.progress import busy_ring
from client.design.theme import apply_theme
from client.features.account import state as account
from client.features.account.by_mail import ForgotPasswordScreen, ResetPasswordScreen, VerifyEmailScreen
from client.features.account.landlord import BecomeLandlordScreen
from client.features.account.leaving import CloseAccountScreen
from client.features.account.profile import AccountScreen
from client.features.account.screen import SignInScreen
from client.features.bookings.booking.screen import BookScreen
from client.features.bookings.paying.screen import TripPaymentScreen
from client.features.bookings.stay.screen import LandlordStayScreen, TripScreen
from client.features.bookings.stays.screen import StaysScreen
from client.features.bookings.trips.screen import TripsScreen
from client.features.cases.screen import CasesScreen
from client.features.earnings.earning import EarningScreen
from client.features.earnings.screen import EarningsScreen
from client.features.home.screen import HomeScreen
from client.features.home_form.screen import EditHomeScreen, NewHomeScreen
from client.features.homes.screen import HomesScreen
from client.features.importing.run import AdminImportScreen, ImportScreen
from client.features.importing.screen import AdminImportsScreen, ImportsScreen
from client.features.landlord_calendar.screen import LandlordCalendarScreen
from client.features.notifications.screen import NotificationsScreen
from client.features.payments.cards import PaymentMethodsScreen
from client.features.payments.payment import MyPaymentScreen
from client.features.payments.screen import PaymentsScreen
from client.features.payments_admin.approvals import AdminRefundsScreen
from client.features.payments_admin.disputes import AdminDisputesScreen
from client.features.payments_admin.one import AdminPaymentScreen
from client.features.payments_admin.reconciliation import AdminReconciliationScreen
from client.features.payments_admin.screen import AdminPaymentsScreen
from client.features.search.screen import SearchScreen
from client.features.today import state as today
from client.features.today.screen import AdminTodayScreen, LandlordTodayScreen, TodayScreen
from client.parts.failure_view import failure_view
from client.parts.shell import tenant_shell
from shared_models.auth import Role

DEFAULT_SERVER = "http://localhost:8000"


async def main(page: ft.Page) -> None:
    """The app on a phone or a desktop; `ESTOSPACES_SERVER` names another server."""
    await start(page, NativeDevice(os.environ.get("ESTOSPACES_SERVER", DEFAULT_SERVER)))


async def start(page: ft.Page, device: Device) -> None:
    """Show the app on a page, with the plug-ins of `device`."""
    flet_session.install(show_failure=failure_view, crash_words=_crash_words)
    flet_session.begin_history(page)
    apply_theme(page, device.files)
    page.title = "EstoSpaces"
    page.render(Root, Session(device))


def _crash_words(reference: str) -> str:
    return t("This page could not be shown. Reload it, please. Reference {reference}.", reference=reference)


@panel
def Root(session: Session) -> ft.Control:
    """Everything, once we know who is there."""

    async def restore() -> None:
        session.count = functools.partial(today.count, session)
        session.confirmation = Confirmation(
            send=functools.partial(account.ask_verification, session),
            look=functools.partial(account.look_again, session),
        )
        await account.restore(session)

    page, preferences = ft.context.page, use_once(lambda: session.preferences)
    speak(page, preferences.language)

    def wear() -> None:
        page.theme_mode = ft.ThemeMode(preferences.theme.value)
        page.update()

    use_task(restore)
    ft.use_effect(wear, [preferences.theme])
    if not session.ready:
        return ft.Container(busy_ring(t("Loading EstoSpaces")), alignment=ft.Alignment.CENTER, expand=True)
    # In another language everything is made anew: what stays as it is would keep its words.
    return ft.Container(provide(session, _router), expand=True, key=preferences.language.value)


def _router() -> ft.Control:
    return ft.Router(_counted_routes(), not_found=NotFound)


@cache
def _counted_routes() -> list[ft.Route]:
    """Every route, made once: with components made anew at each sign-in the screens would lose what they hold."""
    return [dataclasses.replace(route, component=counted(route.component)) for route in _routes()]


@cache
def counted(inside: Callable[[], Any] | None) -> Callable[[], ft.Control]:
    """A screen that asks, whenever it opens, how much there is to read."""

    @ft.component
    def Counted() -> ft.Control:
        session = use_session()

        async def count() -> None:
            await session.recount()

        use_task(count, [session.me is not None])
        shown: ft.Control = inside() if inside is not None else ft.Container()
        return shown

    return Counted


def _routes() -> list[ft.Route]:
    return [
        ft.Route(index=True, component=SearchScreen),
        ft.Route(path="search", component=SearchScreen),
        ft.Route(path="homes/:slug", component=HomeScreen),
        ft.Route(path="homes/:slug/book", component=guarded(BookScreen, _why_sign_in_to_book)),
        ft.Route(path="today", component=guarded(TodayScreen, _why_sign_in_for_today)),
        ft.Route(path="trips", component=guarded(TripsScreen, _why_sign_in_for_trips)),
        ft.Route(path="trips/:id", component=guarded(TripScreen, _why_sign_in_for_trips)),
        ft.Route(path="trips/:id/payment", component=guarded(TripPaymentScreen, _why_sign_in_for_payment)),
        ft.Route(path="sign-in", component=_sign_in),
        *_account_routes(),
        *_landlord_routes(),
        *_admin_routes(),
    ]


def _account_routes() -> list[ft.Route]:
    signed_in = {
        "account": AccountScreen,
        "account/delete": CloseAccountScreen,
        "account/payments": PaymentsScreen,
        "account/payments/:id": MyPaymentScreen,
        "account/payment-methods": PaymentMethodsScreen,
        "notifications": NotificationsScreen,
    }
    by_mail = {
        "forgot-password": ForgotPasswordScreen,
        "reset-password": ResetPasswordScreen,
        "verify-email": VerifyEmailScreen,
    }
    return [
        *(ft.Route(path=path, component=guarded(inside)) for path, inside in signed_in.items()),
        *(ft.Route(path=path, component=inside) for path, inside in by_mail.items()),
    ]


def _why_sign_in_to_book() -> str:
    return t("To book this home. Your dates are kept.")


def _why_sign_in_for_today() -> str:
    return t("To see what waits for you.")


def _why_sign_in_for_trips() -> str:
    return t("To see your trips.")


def _why_sign_in_for_payment() -> str:
    return t("To see what came of your payment.")


def _landlord_routes() -> list[ft.Route]:
    screens = {
        "landlord/today": LandlordTodayScreen,
        "landlord/homes": HomesScreen,
        "landlord/homes/new": NewHomeScreen,
        "landlord/homes/:id": EditHomeScreen,
        "landlord/calendar": LandlordCalendarScreen,
        "landlord/stays": StaysScreen,
        "landlord/stays/:id": LandlordStayScreen,
        "landlord/earnings": EarningsScreen,
        "landlord/earnings/:id": EarningScreen,
        "landlord/import": ImportsScreen,
        "landlord/import/:id": ImportScreen,
    }
    return [
        ft.Route(path=path, component=for_role(Role.LANDLORD, inside, BecomeLandlordScreen))
        for path, inside in screens.items()
    ]


def _admin_routes() -> list[ft.Route]:
    screens = {
        "admin/today": AdminTodayScreen,
        "admin/review": CasesScreen,
        "admin/import": AdminImportsScreen,
        "admin/import/:id": AdminImportScreen,
        "admin/payments": AdminPaymentsScreen,
        "admin/payments/:id": AdminPaymentScreen,
        "admin/refunds": AdminRefundsScreen,
        "admin/disputes": AdminDisputesScreen,
        "admin/reconciliation": AdminReconciliationScreen,
    }
    # To anyone else there is no such page: the address is not confirmed.
    return [ft.Route(path=path, component=for_role(Role.ADMIN, inside, NotFound)) for path, inside in screens.items()]


def for_role(
    role: Role, inside: Callable[[], ft.Control], otherwise: Callable[[], ft.Control]
) -> Callable[[], ft.Control]:
    """A screen for those with a role; `otherwise` for the rest of the signed-in."""

    @ft.component
    def ForRole() -> ft.Control:
        return inside() if use_session().is_a(role) else otherwise()

    return guarded(ForRole)


def guarded(inside: Callable[[], ft.Control], reason: Callable[[], str] = str) -> Callable[[], ft.Control]:
    """A screen for the signed-in: others are asked to sign in where they are, so that their wish stays in the URL."""

    @ft.component
    def Guarded() -> ft.Control:
        return inside() if use_session().me is not None else SignInScreen(reason())

    return Guarded


@ft.component
def _sign_in() -> ft.Control:
    session, page = use_session(), ft.context.page

    def go_on() -> None:
        if session.me is not None:
            page.navigate(_start_of(session))

    ft.use_effect(go_on, [session.me is not None])
    return SignInScreen()


def _start_of(session: Session) -> str:
    """Where someone begins who signed in for nothing in particular: who works here, with what waits for them."""
    if session.is_a(Role.LANDLORD):
        return paths.LANDLORD_TODAY
    return paths.ADMIN_TODAY if session.is_a(Role.ADMIN) else paths.SEARCH


@screen
def NotFound() -> ft.Control:
    """An address that leads nowhere."""
    use_title(t("Not found"))
    page = ft.context.page
    words = empty(
        t("There is no such page"),
        t("The link may be old, or it was cut off when it was copied."),
        action=t("Search for a home"),
        on_action=lambda _: page.navigate(paths.SEARCH),
    )
    return tenant_shell(scroll_page([words], use_size()), None)
