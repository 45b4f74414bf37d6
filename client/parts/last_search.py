"""Where this window searched last, so that "Back to the homes" leads to those homes."""

import flet as ft

from client import paths

_KEY = "last_search"


def remember(page: ft.Page, route: str) -> None:
    """Note the address of the results on show."""
    page.session.store.set(_KEY, route)


def last_search(page: ft.Page) -> str:
    """The address of the last results, or an empty search."""
    route = page.session.store.get(_KEY)
    return str(route) if route else paths.SEARCH
