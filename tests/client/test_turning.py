"""A window changes its class while it waits for the server: a phone is turned, a desktop's window is pulled."""

from datetime import timedelta

import pytest

from client.core import clock
from tests.client.conftest import Line, OpenApp
from tests.conftest import MakeProperty

PHONE, TABLET, DESKTOP = 390, 820, 1440
TURNS = [(PHONE, TABLET, DESKTOP), (DESKTOP, TABLET, PHONE), (PHONE, DESKTOP), (TABLET, PHONE, TABLET)]


@pytest.mark.parametrize("widths", TURNS)
async def test_a_search_that_is_under_way_ends_with_its_own_prices(
    open_app: OpenApp, a_property: MakeProperty, line: Line, widths: tuple[int, ...]
) -> None:
    await a_property(title="Flat")
    await a_property(title="Long stays", min_nights=4)
    check_in = clock.today_in("UTC") + timedelta(days=30)
    visit = await open_app("/search", width=widths[0])
    await visit.until("2 homes")
    line.flowing.clear()
    await visit.go(f"/search?check_in={check_in}&check_out={check_in + timedelta(days=3)}")
    for width in widths[1:]:
        await visit.app.resize(width)
    line.flowing.set()
    await visit.until("1 home free")
    assert visit.names("£240.00 for 3 nights")
    assert not visit.names("a night")


@pytest.mark.parametrize("widths", TURNS)
async def test_a_home_that_is_under_way_is_shown(
    open_app: OpenApp, a_property: MakeProperty, line: Line, widths: tuple[int, ...]
) -> None:
    await a_property(title="Flat", slug="flat")
    visit = await open_app("/search", width=widths[0])
    await visit.until("1 home")
    line.flowing.clear()
    await visit.go("/homes/flat")
    for width in widths[1:]:
        await visit.app.resize(width)
    line.flowing.set()
    await visit.until("Choose your check-in")
    assert bool(visit.names("One guest more")) == (widths[-1] == DESKTOP)  # the price's panel, or its bar


@pytest.mark.parametrize("widths", TURNS)
async def test_what_must_be_corrected_is_still_said(open_app: OpenApp, widths: tuple[int, ...]) -> None:
    visit = await open_app("/sign-in", width=widths[0])
    await visit.press("Create an account")
    await visit.press("Create account")
    await visit.until("3 fields to correct")
    for width in widths[1:]:
        await visit.app.resize(width)
        assert visit.sees("3 fields to correct")
