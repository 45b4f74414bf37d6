"""Going to the provider's page: in this tab of a browser, in the browser of a phone or a desktop."""

from contextlib import suppress

import flet as ft

from client import paths
from client.core.history import go_instead
from client.features.bookings.paying.state import PayingState


async def pay_now(page: ft.Page, paying: PayingState, *, instead: bool = False) -> None:
    """Begin or take up a payment and open its page. Raises ApiError.

    Behind it stands the screen that says what came of it, where Back leads; `instead` of the screen before.
    """
    if paying.booking_id is None:
        return
    paid = await paying.pay()
    result = paths.trip_payment(paying.booking_id, paying.change_id, paying.month)
    if instead:
        go_instead(page, result)
    elif page.route != result:
        page.navigate(result)
    if paid.page_url is not None:
        page.run_task(_leave, page.web, paid.page_url)


async def _leave(is_web: bool, url: str) -> None:
    mode = ft.LaunchMode.PLATFORM_DEFAULT if is_web else ft.LaunchMode.EXTERNAL_APPLICATION
    # A browser that has left answers no more.
    with suppress(TimeoutError, RuntimeError):
        await ft.UrlLauncher().launch_url(url, mode=mode, web_only_window_name="_self")
