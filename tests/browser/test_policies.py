"""The Content-Security-Policy lets everything of ours through, and a browser finds nothing to complain about."""

from playwright.async_api import Browser

from tests.browser.chromium import Window, window
from tests.browser.conftest import People, sign_in
from tests.product import Product

PLAYER = "https://cdn.jsdelivr.net/npm/@rive-app/"
"""Flet asks a CDN for its player of animations at each start. It is not let through, and nothing of ours misses it."""


def complaints(shown: Window) -> list[str]:
    """What the browser refused to load or to run."""
    return [text for text in shown.console if "Content Security Policy" in text and PLAYER not in text]


async def test_the_app_starts_signs_in_and_shows_its_pictures_within_its_policy(
    product: Product, browser: Browser, people: People
) -> None:
    ann = await people.person("Ann")
    async with window(browser) as shown:
        await shown.open(f"{product.url}/app/search")
        await shown.open(f"{product.url}/app/trips")
        async with shown.page.expect_response("**/auth/pixel?*") as pixel:
            await sign_in(shown, ann.email)
        assert (await (await pixel.value).all_headers()).get("set-cookie", "").startswith("session=")
        await shown.quiet()
        assert complaints(shown) == []


async def test_the_plain_pages_are_shown_and_led_on_within_theirs(
    product: Product, browser: Browser, people: People
) -> None:
    async with window(browser) as shown:
        await shown.page.goto(f"{product.url}/")
        await shown.quiet()
        assert await shown.page.evaluate("getComputedStyle(document.querySelector('header')).display") == "flex"
        await shown.page.goto(f"{product.url}/sandbox")
        await shown.quiet()
        await shown.page.goto(f"{product.url}/api/docs")
        await shown.page.get_by_text("/api/v1/bookings/{booking_id}/confirm", exact=True).click()
        assert await shown.page.get_by_text("Agree to a held stay.").is_visible()
        assert await shown.page.evaluate("getComputedStyle(document.querySelector('nav')).display") == "flex"
        found = (await people.person("Ben")).api
        slug = (await found.get("/search", params={"limit": 1})).json()["items"][0]["slug"]
        await shown.page.goto(f"{product.url}/homes/{slug}")
        await shown.page.wait_for_url(f"**/app/homes/{slug}")  # its script has run
        await shown.quiet()
        assert complaints(shown) == []
