"""Flet with our cures, and without them."""

from collections.abc import Iterator

import flet as ft
import pytest

from client.core.flet_session import install, uninstall


@pytest.fixture
def cured() -> Iterator[None]:
    install(show_failure=lambda reference: ft.Text(f"failed {reference}"))
    yield
    uninstall()


@pytest.fixture
def uncured() -> None:
    uninstall()
