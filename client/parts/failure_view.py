"""What stands in place of a part, or of a page, that could not be shown."""

import flet as ft

from client.core.boundaries import FailedPart
from client.core.language import t
from client.design.feedback import failed_part
from client.design.layout import page_frame, scroll_page, window_of
from client.design.navigation import top_bar
from client.parts.shell import admin_shell, home_link, landlord_shell, tenant_shell


def failure_view(failed: FailedPart) -> ft.Control:
    """A panel of its own size; of a whole page the frame stays, with the way to the other pages."""
    title, words = t("This part could not be shown"), t("The rest of the page works.")
    if failed.is_page:
        title, words = t("This page could not be shown"), t("The other pages work.")
    reference = t("Reference {reference}", reference=failed.reference)
    box = failed_part(title, words, reference, retry=t("Try again"), on_retry=lambda _: failed.retry())
    return _framed(box, bare=failed.is_bare) if failed.is_page else box


def _framed(box: ft.Control, *, bare: bool) -> ft.Control:
    page, size = ft.context.page, window_of(ft.context.page).size
    body = scroll_page([box], size)
    if bare:  # it may be the frame that fails
        return page_frame(body, top=top_bar(home_link(page), None, [], size=size))
    route = page.route or ""
    if route.startswith("/landlord/"):
        return landlord_shell(body, None)
    return admin_shell(body, None) if route.startswith("/admin/") else tenant_shell(body, None)
