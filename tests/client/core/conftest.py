"""Flet with our cures, and without them."""

from collections.abc import Iterator

import flet as ft
import pytest

from client.core.flet_session import install, uninstall


@pytest.fixture
def cured() -> Iterator[None]:
    install(show_failure=lambda failed: ft.Text(f"failed {failed.reference}"))
    yield
    uninstall()


@pytest.fixture
def uncured() -> None:
    uninstall()
