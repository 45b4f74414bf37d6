"""From the last button to the provider's page and back, in a browser."""

import re

from tests.browser.chromium import Window

PAY_PAGE = re.compile(r"/sandbox/stripe/pay/")
RESULT = re.compile(r"/app/trips/[0-9a-f-]+/payment")
GOOD, DECLINED = "4242 4242 4242 4242", "4000 0000 0000 0002"
_LAST_BUTTON = re.compile(r"^(Book and pay £|Ask and authorise £|Open the payment page)")


async def go_to_pay(shown: Window) -> None:
    """Press the button that says what it costs, and arrive at the provider's page."""
    await shown.quiet(0.5)
    await shown.page.get_by_role("button", name=_LAST_BUTTON).first.click()
    await shown.page.wait_for_url(PAY_PAGE, timeout=30_000)


async def pay_with(shown: Window, number: str = GOOD) -> None:
    """Fill the provider's page and send it."""
    await shown.page.get_by_label("Card number").fill(number)
    await shown.page.get_by_role("button", name=re.compile("^Pay")).click()


async def back_in_the_app(shown: Window) -> None:
    """The provider has led back, or Back has."""
    await shown.page.wait_for_url(RESULT, timeout=30_000)
    await shown.enable_semantics()
    await shown.page.locator("#shell").wait_for(state="detached")


async def book_and_pay(shown: Window) -> None:
    """All of it, until the stay is agreed."""
    await _pay_until(shown, "Your stay is booked")


async def ask_and_authorise(shown: Window) -> None:
    """All of it where the landlord is asked, until they are."""
    await _pay_until(shown, "You have asked")


async def _pay_until(shown: Window, words: str) -> None:
    await go_to_pay(shown)
    await pay_with(shown)
    await back_in_the_app(shown)
    await shown.see(words, within=30)
