"""The paid journey in a real browser: from the search to the provider's page, and back to a stay that is agreed."""

from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest
from playwright.async_api import Browser

from tests.browser.chromium import Window, window
from tests.browser.conftest import People, Person, sign_in
from tests.browser.paying import DECLINED, GOOD, back_in_the_app, book_and_pay, go_to_pay, pay_with
from tests.browser.test_journeys import press_like
from tests.product import Product

CHECK_IN = date.today() + timedelta(days=60)  # noqa: DTZ011 - weeks ahead, whatever the zone
DATES = f"check_in={CHECK_IN}&check_out={CHECK_IN + timedelta(days=3)}"


@pytest.fixture(params=[390, 1440])
async def visitor(request: pytest.FixtureRequest, browser: Browser) -> AsyncIterator[Window]:
    """A window without cookies, as wide as a phone or a desktop."""
    async with window(browser, width=request.param, height=900) as opened:
        yield opened


async def to_the_checkout(product: Product, shown: Window, who: Person) -> None:
    """From the search to the last button, signed in on the way."""
    await shown.open(f"{product.url}/app/search?text=Edinburgh&{DATES}")
    await shown.see("homes free in Edinburgh")
    await press_like(shown, r"for 3 nights$")
    await shown.press("Book")
    await shown.see("Your dates are kept.")
    await sign_in(shown, who.email)
    await shown.see("What you pay")


async def bookings(who: Person) -> list[tuple[str, str | None]]:
    """What someone has booked: where it stands, and its payment."""
    found = (await who.api.get("/bookings", params={"side": "tenant", "when": "all"})).raise_for_status().json()
    return [(booking["status"], booking["payment_status"]) for booking in found["items"]]


async def test_a_stay_is_found_booked_paid_and_agreed(product: Product, visitor: Window, people: People) -> None:
    ann = await people.person("Ann")
    await to_the_checkout(product, visitor, ann)
    await book_and_pay(visitor)
    assert await bookings(ann) == [("confirmed", "captured")]
    await visitor.page.reload()
    await back_in_the_app(visitor)
    await visitor.see("Your stay is booked")
    await visitor.press("Look at the stay")
    await visitor.see("is paid by card.")


@pytest.mark.parametrize("visitor", [390], indirect=True)
async def test_back_from_the_payment_page_nothing_is_lost_and_it_is_paid_once(
    product: Product, visitor: Window, people: People
) -> None:
    ann = await people.person("Ann")
    await to_the_checkout(product, visitor, ann)
    await go_to_pay(visitor)
    first = visitor.page.url
    await visitor.page.go_back()
    await back_in_the_app(visitor)
    await visitor.see("Nothing is paid yet")
    await go_to_pay(visitor)
    assert visitor.page.url == first
    await pay_with(visitor, DECLINED)
    await visitor.page.get_by_role("alert").wait_for()
    await pay_with(visitor, GOOD)
    await back_in_the_app(visitor)
    await visitor.see("Your stay is booked", within=30)
    assert await bookings(ann) == [("confirmed", "captured")]
